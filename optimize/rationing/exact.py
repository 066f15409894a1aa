"""Pools that a formula of rationing fits exactly: single units by Poisson orders, two ranks, one-for-one supply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from optimize.economics.unit_cost import unit_costs
from optimize.rationing.classes import SharedPool, served
from scenarios.durations import DAYS_PER_YEAR
from scenarios.laws import Constant, ConstantUnits, Exponential
from scenarios.offerings import Offering
from scenarios.products import Stock
from scenarios.scenario import Scenario
from scenarios.segments import Segment
from simcore import sampling
from simcore.demand import units_per_day
from simcore.formulas import ration_backorder_ample, ration_lost_base_stock, ration_mixed
from simcore.stock_levels import levels_of

LOSES = ("lose", "take_and_lose")


@dataclass(frozen=True)
class ExactLevel:
    """What a critical level brings, exactly.

    Attributes
    ----------
    level : int
        Units kept from rank 2.
    fill_rates : tuple of float
        Volume fill rates of the two ranks in the long run.
    cost_per_day : float
        Holding, and the margin of what is lost, after delivery and reordering.
    """

    level: int
    fill_rates: tuple[float, float]
    cost_per_day: float


@dataclass(frozen=True)
class Exact:
    """A pool judged by formula: every critical level, and the best one.

    ``best`` costs least where demand is lost. Where both ranks wait, nothing is lost and the scenario puts no price on
    waiting: then it is the least level that gives rank 1 what it is promised (or the highest there is).
    """

    formula: str
    stock: int
    levels: tuple[ExactLevel, ...]
    best: int


def exact_levels(scenario: Scenario, pool: SharedPool) -> Exact | None:
    """Return every critical level of a pool by formula; None where no formula holds exactly."""
    stock = scenario.products[pool.key.product].stock
    if stock is None or len(pool.ranks) != 2 or not _fits(scenario, pool, stock):
        return None
    formula = _formula(scenario, pool, stock)
    if formula is None:
        return None
    name, measures = formula
    rates = [_rate(scenario, pool, rank) for rank in pool.ranks]
    level = levels_of(scenario, pool.key, list(pool.users)).order_up_to
    days = sampling.mean(stock.supply.lead_time_days)
    product = scenario.products[pool.key.product]
    holding = product.unit_cost * stock.holding_share_per_year / DAYS_PER_YEAR
    margins = [_margin(scenario, pool, rank) for rank in pool.ranks]
    found = []
    for kept in range(level + 1):
        fill, on_hand, lost = measures(rates, days, level, kept)
        cost = holding * on_hand + sum(m * r for m, r in zip(margins, lost, strict=True))
        found.append(ExactLevel(kept, fill, cost))
    return Exact(name, level, tuple(found), _best(pool, found, loses=name != "ration_backorder_ample"))


Measured = tuple[tuple[float, float], float, tuple[float, float]]
"""Fill rates, mean on hand, and lost units per day of the two ranks."""


def _formula(
    scenario: Scenario, pool: SharedPool, stock: Stock
) -> tuple[str, Callable[[list[float], float, int, int], Measured]] | None:
    offers = served(scenario)
    rules = [{offers[u.segment].when_short.rule for u in pool.users if u.rank == rank} for rank in pool.ranks]
    if any(len(several) != 1 for several in rules):
        return None
    loses = [several <= set(LOSES) for several in rules]
    waits = [several == {"backorder"} for several in rules]
    law = stock.supply.lead_time_days
    if all(loses):
        return "ration_lost_base_stock", _lost
    if waits[0] and loses[1]:
        return "ration_mixed", _mixed
    if all(waits) and isinstance(law, Exponential) and stock.clearing == "by_rank":
        return "ration_backorder_ample", _ample
    return None


def _lost(rates: list[float], days: float, stock: int, level: int) -> Measured:
    m = ration_lost_base_stock(rates, days, stock, [0, level])
    return (m.volume_fill_rate[0], m.volume_fill_rate[1]), m.on_hand_mean, (m.lost_rate[0], m.lost_rate[1])


def _mixed(rates: list[float], days: float, stock: int, level: int) -> Measured:
    m = ration_mixed(rates, days, stock, level)
    return (m.volume_fill_rate[0], m.volume_fill_rate[1]), m.on_hand_mean, (0.0, m.lost_rate)


def _ample(rates: list[float], days: float, stock: int, level: int) -> Measured:
    m = ration_backorder_ample(rates, days, stock, level)
    return (m.volume_fill_rate[0], m.volume_fill_rate[1]), m.on_hand_mean, (0.0, 0.0)


def _best(pool: SharedPool, levels: list[ExactLevel], loses: bool) -> int:
    if loses:
        return min(levels, key=lambda one: (one.cost_per_day, one.level)).level
    promised = max((u.fill_rate or 0.0 for u in pool.users if u.rank == pool.ranks[0]), default=0.0)
    return next((one.level for one in levels if one.fill_rates[0] >= promised), levels[-1].level)


def _fits(scenario: Scenario, pool: SharedPool, stock: Stock) -> bool:
    supply = stock.supply
    independent = supply.may_cross or isinstance(supply.lead_time_days, Constant)
    one_for_one = stock.policy.kind == "base_stock" and supply.made_by is None and independent
    offers = served(scenario)
    return one_for_one and all(
        _single_poisson(scenario.segments[u.segment], pool.key.product) and _pays_by_unit(offers[u.segment])
        for u in pool.users
    )


def _pays_by_unit(offer: Offering) -> bool:
    """Return whether every order comes to the stock, and its money depends on nothing but whether it is served."""
    contract = offer.contract
    late = contract.late_penalty_per_order or contract.late_penalty_share or contract.clause is not None
    return not late and not any(step.refusal_share for step in offer.approvals)


def _single_poisson(segment: Segment, product: str) -> bool:
    demand, ordered = segment.demand, segment.products[product]
    profiles = (demand.by_hour_of_week, demand.by_hour_of_day, demand.by_day_of_week, demand.by_month)
    steady = demand.gap_cv == 1 and demand.day_to_day_cv == 0 and not any(profiles)
    patient = segment.patience_days is None and segment.churn_if_broken == 0
    return steady and patient and ordered.quantity == ConstantUnits(value=1) and len(segment.products) == 1


def _rate(scenario: Scenario, pool: SharedPool, rank: int) -> float:
    mine = [u for u in pool.users if u.rank == rank]
    return sum(units_per_day(scenario, u.segment, pool.key.product, u.acceptance)[0] for u in mine)


def _margin(scenario: Scenario, pool: SharedPool, rank: int) -> float:
    """Return the mean margin of a unit that a rank buys: what would be neither earned nor spent if it were lost."""
    mine = [u for u in pool.users if u.rank == rank]
    weights = [units_per_day(scenario, u.segment, pool.key.product, u.acceptance)[0] for u in mine]
    margins = [_unit_margin(scenario, pool.key.product, u.segment) for u in mine]
    total = sum(weights)
    return sum(w * m for w, m in zip(weights, margins, strict=True)) / total if total else 0.0


def _unit_margin(scenario: Scenario, name: str, segment: str) -> float:
    """Return the margin of an order of one unit; people are paid for their presence, whether it comes or not."""
    product, offer = scenario.products[name], served(scenario)[segment]
    reorder = 0.0 if product.stock is None else product.stock.supply.ordering_cost  # each unit is ordered again alone
    waits = offer.contract.payment_days / DAYS_PER_YEAR * scenario.finance.interest_share_per_year
    price = product.list_price * offer.price_multiplier(name) * (1 - waits)
    return price - product.unit_cost - reorder - unit_costs(scenario, segment, offer)[name]["delivery"]
