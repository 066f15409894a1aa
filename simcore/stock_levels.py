"""Policy levels of a stock pool: as stated, or set from the fill rates that are promised to its users."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from math import sqrt

from scenarios.durations import DAYS_PER_YEAR, MINUTES_PER_DAY, MINUTES_PER_WEEK
from scenarios.problems import NoTrustworthyAnswer, bad
from scenarios.products import Stock, StockPolicy
from scenarios.resources import Resource
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.acceptance import inclusion
from simcore.demand import measured_orders, units_per_day
from simcore.formulas.lead_time_demand import Demand, least_order_up_to, least_reorder_point
from simcore.pools import RANKS, PoolKey, PoolUser, stock_of

NEGLIGIBLE_UNITS_PER_DAY = 1e-9
MOST_UNIT_DAYS = 1e11
"""Units in stock, or waited for, times the days that are simulated; in ticks they just fit 63 bits."""
WITHOUT_PROMISE = 0.95
"""Fill rate that stock is set for where nothing is promised and no level is stated."""


@dataclass(frozen=True)
class Levels:
    """Levels of a policy, in units: order when the position is at or below ``reorder_point``.

    With an ``order_quantity`` Q > 0: the least multiple of Q that lifts the position above the reorder point;
    otherwise up to ``order_up_to``. ``critical`` has one level per rank, rank 1 first. ``start`` is the stock at the
    start of the simulation.
    """

    reorder_point: int
    order_up_to: int
    order_quantity: int
    critical: tuple[int, ...]
    start: int


@dataclass(frozen=True)
class PoolDemand:
    """Moments of the demand on a pool, in units per day, and of a single order line."""

    mean: float
    variance: float
    size_mean: float
    size_variance: float


def pool_demand(scenario: Scenario, key: PoolKey, users: list[PoolUser]) -> PoolDemand:
    """Return the demand of all users of a pool together, as their current offerings attract it."""
    mean = variance = lines = first = second = 0.0
    for user in users:
        segment = scenario.segments[user.segment]
        m, v = units_per_day(scenario, user.segment, key.product, user.acceptance)
        mean, variance = mean + m, variance + v
        per_day = user.acceptance * measured_orders(scenario, user.segment) / scenario.calendar.measured_days
        weight = per_day * inclusion(segment)[key.product]
        law = segment.products[key.product].quantity
        lines += weight
        first += weight * sampling.mean(law)
        second += weight * (sampling.variance(law) + sampling.mean(law) ** 2)
    if lines == 0:
        return PoolDemand(0.0, 0.0, 1.0, 0.0)
    size = first / lines
    return PoolDemand(mean, variance, size, max(0.0, second / lines - size**2))


def levels_of(scenario: Scenario, key: PoolKey, users: list[PoolUser]) -> Levels:
    """Return the levels of a pool.

    Each rank that may draw on the pool sees the stock above its critical level, so the level that a promised fill
    rate needs is found for the best rank, and with ``rationing`` the other ranks get what is left of it:
    ``critical[rank] = level(best promise) - level(promise of the rank)``. For a class that waits behind a critical
    level this is exact under Poisson demand and clearing by rank (:mod:`simcore.formulas`); the best class gets a
    little more than promised.

    Raises
    ------
    NoTrustworthyAnswer
        A fill rate of 1 is promised: no finite stock keeps it under random demand.
    """
    stock = stock_of(scenario, key)
    policy = stock.policy
    demand = pool_demand(scenario, key, users)
    quantity = _quantity(scenario, key, stock, demand)
    targets = _targets(policy, key, users)
    needed = cache(_needed(scenario, stock, demand, quantity))
    best = needed(max(targets.values()))
    if policy.rationing:
        critical = tuple(best - needed(target) for target in _per_rank(targets))
    else:
        stated = policy.critical_levels or (0,)
        critical = tuple(stated[min(rank, len(stated) - 1)] for rank in range(RANKS))
    levels = _levels(policy, best, quantity, critical)
    if stock.storage_units is not None and levels.start > stock.storage_units:
        raise bad(
            f"products.{key.product}.stock.storage_units",
            f"the promised fill rates need {levels.start:,} units",
            "Make room, promise less, or state the levels.",
            stock.storage_units,
        )
    _refuse_uncountable(scenario, key, levels, demand.mean)
    return levels


def _refuse_uncountable(scenario: Scenario, key: PoolKey, levels: Levels, units_per_day: float) -> None:
    """Refuse so many units over so many days that their integral over time does not fit the whole numbers of a clock.

    As many as twice the demand of all days might be waiting at once.
    """
    days = scenario.calendar.horizon_days
    units = max(levels.start, levels.reorder_point + levels.order_quantity) + 2 * units_per_day * days
    if units * days > MOST_UNIT_DAYS:
        raise bad(
            f"products.{key.product}.stock",
            f"{units:,.0f} units (in stock, or wanted) x {days:,g} days are more than can be counted",
            f"At most {MOST_UNIT_DAYS:,.0f}: count in larger units, such as boxes, or simulate fewer days.",
        )


def _levels(policy: StockPolicy, level: int, quantity: int, critical: tuple[int, ...]) -> Levels:
    if policy.kind == "reorder_quantity":
        return Levels(level, 0, quantity, critical, start=level + quantity)
    if policy.kind == "reorder_up_to":
        up_to = policy.order_up_to if policy.order_up_to is not None else level + quantity
        return Levels(min(level, up_to - 1), up_to, 0, critical, start=up_to)
    return Levels(level - 1, level, 0, critical, start=level)


def _targets(policy: StockPolicy, key: PoolKey, users: list[PoolUser]) -> dict[int, float]:
    """Return rank -> highest fill rate promised to it."""
    targets: dict[int, float] = {}
    for user in users:
        promised = WITHOUT_PROMISE if user.fill_rate is None else user.fill_rate
        if promised >= 1 and policy.level is None:
            raise NoTrustworthyAnswer(
                f"segments.{user.segment}: a promised fill rate of 100 % of {key.product} cannot be shown: demand is "
                "random, and 0 misses in N orders would still allow some. Promise less, or state the stock levels."
            )
        targets[user.rank] = max(promised, targets.get(user.rank, 0.0))
    return targets or {1: WITHOUT_PROMISE}


def _per_rank(targets: dict[int, float]) -> list[float]:
    """Return the target of ranks 1 to 9; a better rank never gets less than a worse one."""
    out, worst = [], 0.0
    for rank in range(RANKS, 0, -1):
        worst = max(worst, targets.get(rank, 0.0))
        out.append(worst if worst > 0 else min(targets.values()))
    return out[::-1]


def _quantity(scenario: Scenario, key: PoolKey, stock: Stock, demand: PoolDemand) -> int:
    """Return Q as stated, or the economic order quantity ``sqrt(2 D K / h)`` (Harris 1913), at least 1."""
    policy = stock.policy
    if policy.kind not in ("reorder_quantity", "reorder_up_to"):
        return 0
    if policy.order_quantity is not None:
        return policy.order_quantity
    if policy.order_up_to is not None and policy.reorder_point is not None:
        return policy.order_up_to - policy.reorder_point
    yearly = demand.mean * DAYS_PER_YEAR
    holding = scenario.products[key.product].unit_cost * stock.holding_share_per_year
    if holding <= 0 or yearly <= 0 or stock.supply.ordering_cost <= 0:
        return 1
    return max(1, round(sqrt(2 * yearly * stock.supply.ordering_cost / holding)))


def _needed(scenario: Scenario, stock: Stock, demand: PoolDemand, quantity: int) -> Callable[[float], int]:
    """Return the level that a fill rate needs, as a function of the fill rate; a stated level needs no finding.

    The level is a reorder point for (r, Q) and (s, S), and an order-up-to position otherwise.
    """
    stated = stock.policy.level
    if stated is not None or demand.mean <= NEGLIGIBLE_UNITS_PER_DAY:
        return lambda _: stated or 0
    early = over_lead_time(demand, *lead_time(scenario, stock, max(quantity, demand.size_mean)))
    review = stock.policy.review_period_days
    if review is not None:
        added = Demand(demand.mean * review, demand.variance * review)
        return lambda target: _order_up_to(target, early, added)
    size = Demand(demand.size_mean, demand.size_variance)
    if quantity:
        return lambda target: max(0, _reorder_point(target, early, size, quantity))
    return lambda target: _order_up_to(target, early, size)


_order_up_to = lru_cache(maxsize=1024)(least_order_up_to)  # the optimiser asks for the same pools again and again
_reorder_point = lru_cache(maxsize=1024)(least_reorder_point)


def over_lead_time(demand: PoolDemand, mean: float, variance: float) -> Demand:
    """Return the demand over a random lead time: ``E = m E[L]``, ``Var = v E[L] + m^2 Var[L]``, L in days."""
    return Demand(demand.mean * mean, demand.variance * mean + demand.mean**2 * variance)


def lead_time(scenario: Scenario, stock: Stock, quantity: float) -> tuple[float, float]:
    """Return mean and variance of the lead time of a replenishment, in days.

    What is made here takes its work besides, stretched to the hours in which the resource is present; waiting for
    the resource is left to the simulation.
    """
    supply = stock.supply
    mean, variance = sampling.mean(supply.lead_time_days), sampling.variance(supply.lead_time_days)
    if supply.made_by is None:
        return mean, variance
    minutes = sampling.mean(supply.setup_minutes) + quantity * sampling.mean(supply.minutes_per_unit)
    spread = sampling.variance(supply.setup_minutes) + quantity * sampling.variance(supply.minutes_per_unit)
    stretch = 1 / presence(scenario.resources[supply.made_by]) / MINUTES_PER_DAY
    return mean + minutes * stretch, variance + spread * stretch**2


def presence(resource: Resource) -> float:
    """Return the share of the week in which at least one server is present."""
    if resource.servers is not None:
        return 1.0
    open_minutes = {
        (day, minute)
        for shift in resource.shifts
        if shift.servers
        for day in shift.days
        for minute in range(shift.opens, shift.closes)
    }
    return max(len(open_minutes), 1) / MINUTES_PER_WEEK
