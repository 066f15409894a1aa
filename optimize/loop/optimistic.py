"""The optimistic choice: a margin that no offering can beat, so that its best choice is a true upper bound.

Nothing is estimated here. Every accepted order is delivered whole, once, on time and from stock that costs nothing;
nobody cancels, leaves or is paid a rebate; nobody works longer than the shift. Acceptance, prices, unit costs, fees,
erosion, presence and standing costs are exact. Limits that depend on estimated service or stock are left out; those
on hours of work, fixed costs, options and the number of offerings are the scenario's own rules and stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import prod
from types import MappingProxyType
from typing import Any

import numpy as np

from optimize.economics.offer_acceptance import acceptances
from optimize.offerings.columns import Column, Columns
from optimize.selection.restrictions import Hire
from optimize.selection.selection import Selection
from scenarios.durations import DAYS_PER_MONTH, DAYS_PER_YEAR
from scenarios.offerings import Offering
from scenarios.scenario import Scenario
from scenarios.segments import Segment
from simcore.acceptance import units_per_order
from simcore.clock import TICKS_PER_DAY, TICKS_PER_HOUR, Floats, Ints
from simcore.demand import measured_orders
from simcore.erosion import weights
from simcore.program import staffing
from simcore.sampling import units

NOBODY: Mapping[str, int] = MappingProxyType({})
STEPS = 64
"""Steps of the quantities of an order; more would tighten the bound."""
RULES = ("capacity[", "presence[")
"""Limits, by the start of their names, that are rules about a design and no estimates of what it brings."""


def optimistic(scenario: Scenario, columns: Columns, selection: Selection) -> Selection:
    """Return a choice among the same columns whose best value, less :func:`presence_in_window`, bounds every margin.

    Parameters
    ----------
    columns : Columns
        All that the scenario allows: one that is left out is not covered by the bound.
    selection : Selection
        The choice among them as estimated.
    """
    every = list(columns)
    taken, most_erosion = _taken(columns), _most_erosion(scenario, every)
    found = [_margin(scenario, column, share, most_erosion) for column, share in zip(every, taken, strict=True)]
    kept = [i for i, limit in enumerate(selection.limits) if limit.name.startswith(RULES)]
    return replace(
        selection,
        margin=np.array([margin for margin, _ in found]),
        brand_revenue=np.array([brand for _, brand in found]),
        limits=tuple(selection.limits[i] for i in kept),
        pools=(),
        hires=tuple(_hire(scenario, hire, kept) for hire in selection.hires),
    )


def presence_in_window(scenario: Scenario, extra: Mapping[str, int] = NOBODY, only: str | None = None) -> float:
    """Return the pay of everybody present in the measured window with the extra servers of a design."""
    calendar, total = scenario.calendar, 0.0
    begin = round(calendar.warm_up_days * TICKS_PER_DAY)
    end = begin + round(calendar.measured_days * TICKS_PER_DAY)
    for name, team in scenario.resources.items():
        if only in (None, name):
            since, servers = staffing(name, team, extra, calendar)
            until = np.append(since[1:], np.iinfo(np.int64).max)
            span = np.maximum(np.minimum(until, end) - np.maximum(since, begin), 0)
            total += float((span * servers).sum()) / TICKS_PER_HOUR * team.cost_per_hour
    return total


def _hire(scenario: Scenario, hire: Hire, kept: Sequence[int]) -> Hire:
    """Return a hire with its exact pay in the window and what it adds to the limits that are kept."""
    more = presence_in_window(scenario, {hire.name: 1}) - presence_in_window(scenario)
    return replace(hire, cost=more, adds={new: hire.adds[old] for new, old in enumerate(kept) if old in hire.adds})


def _taken(columns: Columns) -> list[float]:
    """Return the share of potential orders that takes each offer."""
    share = np.zeros(len(columns))
    for index, name in enumerate(columns.segments):
        rows = np.flatnonzero(columns.segment == index)
        share[rows] = acceptances(columns.take(rows), name)
    return list(share.tolist())


def _most_erosion(scenario: Scenario, columns: Sequence[Column]) -> float:
    """Return the largest share by which any design can erode the prices of those who value a premium."""
    weight, worst = weights(scenario), dict.fromkeys(scenario.segments, 0.0)
    for column in columns:
        worst[column.segment] = max(worst[column.segment], column.offering.over_serving)
    return scenario.erosion.brand_rate * sum(weight[name] * most for name, most in worst.items())


def _margin(scenario: Scenario, column: Column, taken: float, most_erosion: float) -> tuple[float, float]:
    """Return the optimistic margin of a column before labour, and the revenue that brand erosion eats into.

    With units u_p per order, contributions c_p per unit (price after erosion and financing, less the cheapest goods
    and delivery per unit, at least 0), the fee D of a delivery, the fee F of capture, and h the share of orders with
    a product that is offered, N orders accepted: ``N (sum_p u_p c_p - E[min(D, worth)] - h F)``. The delivery of an
    order is charged up to what its goods bring, so that losing it never earns more.
    """
    offering, segment = column.offering, scenario.segments[column.segment]
    fewest, most = (taken * number for number in _orders(scenario, column.segment))
    paid = {
        p: (scenario.products[p].list_price * offering.price_multiplier(p), n)
        for p, n in units_per_order(segment).items()
        if p in offering.assortment
    }
    if not paid:
        return -_standing(scenario, column), 0.0
    kept = 1 - _surely_refused(offering)
    credit = 1 - offering.contract.payment_days / DAYS_PER_YEAR * scenario.finance.interest_share_per_year
    eroded = min(1.0, scenario.erosion.price_rate * offering.over_serving)
    costs = np.array([_cheapest(scenario, offering, p) for p in paid]) + offering.delivery.cost_per_unit
    prices, amounts = np.array([price for price, _ in paid.values()]), np.array([n for _, n in paid.values()])
    each: Floats = prices * (1 - eroded) * credit - costs
    lowest = each - prices * credit * (most_erosion if offering.values_premium else 0.0)

    def per_order(worth: Floats, least_worth: Floats) -> float:
        fees = _fees(segment, offering, dict(zip(paid, least_worth.tolist(), strict=True)), kept)
        return kept * float(amounts @ np.maximum(worth, 0.0)) - fees

    # Brand erosion is exact only where every order is worth having under the worst of it; else it is left out.
    exposed = offering.values_premium and bool((lowest >= 0).all()) and eroded + most_erosion <= 1
    exposed = exposed and per_order(lowest, lowest) >= 0
    value = per_order(each, lowest if exposed else each)
    orders = most if value >= 0 else fewest
    brand = orders * kept * credit * scenario.erosion.brand_rate * float(amounts @ prices) if exposed else 0.0
    return orders * value - _standing(scenario, column), brand


def _orders(scenario: Scenario, name: str) -> tuple[float, float]:
    """Return the mean of the potential orders of the window, at least and at most.

    That of Poisson arrivals is exact. Other gaps start afresh with the simulation: a window
    then holds ``cv^2 + 1`` orders more or less at most (Lorden 1970, Ann. Math. Statist. 41(2), 520-527). Customers
    who leave make them fewer.
    """
    segment, mean = scenario.segments[name], measured_orders(scenario, name)
    gap_cv = segment.demand.gap_cv
    doubt = 0.0 if gap_cv == 1 else gap_cv**2 + 1
    fewest = 0.0 if segment.churn_if_broken else max(0.0, mean - doubt)
    return fewest, mean + doubt if mean > 0 else 0.0


def _fees(segment: Segment, offering: Offering, worth: Mapping[str, float], kept: float) -> float:
    """Return the fees per potential order that takes the offer, each delivery charged at most what its goods bring."""
    delivery, capture = offering.delivery.cost_per_delivery, offering.channel.cost_per_order
    if offering.contract.minimum_order_value > 0:  # orders that are turned away cost nothing
        return kept * _at_most_their_worth(segment, worth, delivery + capture)
    return kept * _at_most_their_worth(segment, worth, delivery) + capture * _has_line(segment, offering)


def _at_most_their_worth(segment: Segment, worth: Mapping[str, float], fee: float) -> float:
    """Return a lower bound on the mean of ``min(fee, worth of an order)``, with the worth of each product's unit.

    An order is worth at least the first product that it holds, in any fixed order of the products: here, those first
    that pay most of the fee. The mean of ``min(fee, worth x quantity)`` is bounded by the quantiles of the quantity,
    each taken at the lower end of its step.
    """
    shares = {p: ordered.share_of_orders for p, ordered in segment.products.items()}
    pays = {
        p: float(np.minimum(fee, max(0.0, each) * _least_units(segment.products[p].quantity)).mean())
        for p, each in worth.items()
    }
    total, without_earlier = 0.0, 1.0
    for product in sorted(pays, key=lambda p: -pays[p]):
        total += without_earlier * shares[product] * pays[product]
        without_earlier *= 1 - shares[product]
    drawn = prod(1 - share for share in shares.values()) / sum(shares.values())
    return total + drawn * sum(shares[p] * paid for p, paid in pays.items())


@lru_cache(maxsize=256)
def _least_units(law: Any) -> Ints:
    """Return the units of an order line at the lower end of each of some equally likely steps."""
    return units(law, np.arange(STEPS) / STEPS)


def _surely_refused(offering: Offering) -> float:
    """Return the share of orders that approvals refuse whatever the orders hold."""
    steps = [step for step in offering.approvals if step.auto_approve_below <= 0]
    return 1 - prod(1 - step.share_of_orders * step.refusal_share for step in steps)


def _cheapest(scenario: Scenario, offering: Offering, product: str) -> float:
    """Return the unit cost of a product, or of what may be delivered in its place, whichever is less."""
    better = scenario.products[product].substitute
    costs = [scenario.products[product].unit_cost]
    if offering.when_short.rule == "substitute" and better is not None:
        costs.append(scenario.products[better].unit_cost)
    return min(costs)


def _has_line(segment: Segment, offering: Offering) -> float:
    """Return the share of orders with a product that is offered (an order that would be empty gets one, drawn)."""
    share = {p: o.share_of_orders for p, o in segment.products.items()}
    offered = prod(1 - s for p, s in share.items() if p in offering.assortment)
    other = prod(1 - s for p, s in share.items() if p not in offering.assortment)
    drawn = sum(s for p, s in share.items() if p not in offering.assortment) / sum(share.values())
    return 1 - offered * (1 - other) - offered * other * drawn


def _standing(scenario: Scenario, column: Column) -> float:
    """Return what an offering costs in the window whether anybody orders or not."""
    touch, days = column.offering.touchpoints, scenario.calendar.measured_days
    contacts = 0.0
    if touch is not None:
        contacts = scenario.segments[column.segment].customers * touch.per_customer_per_month * days / DAYS_PER_MONTH
    fixed = column.offering.fixed_cost_per_year * days / DAYS_PER_YEAR
    return fixed + (contacts * touch.cost_each if touch is not None else 0.0)
