"""The optimistic choice: a margin that no offering can beat, so that its best choice is a true upper bound.

Nothing is estimated here. Every accepted order is delivered whole, once, on time and from stock that costs nothing;
nobody cancels, leaves or is paid a rebate; nobody works longer than the shift. Acceptance, prices, unit costs, fees,
erosion, presence and standing costs are exact. Limits that depend on estimated service or stock are left out; those
on hours of work, fixed costs, options and the number of offerings are the scenario's own rules and stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

import numpy as np

from optimize.columns import Column
from optimize.restrictions import Hire
from optimize.selection import Selection
from scenarios.offerings import Offering
from scenarios.scenario import Scenario
from scenarios.segments import Segment
from simcore.acceptance import acceptance, units_per_order
from simcore.clock import TICKS_PER_DAY, TICKS_PER_HOUR, Floats
from simcore.demand import measured_orders
from simcore.erosion import weights
from simcore.ledger import DAYS_PER_YEAR
from simcore.program import staffing

DAYS_PER_MONTH = 30.0
RULES = ("capacity[",)
"""Limits, by the start of their names, that are rules about a design and no estimates of what it brings."""


def optimistic(scenario: Scenario, columns: Sequence[Column], selection: Selection) -> Selection:
    """Return a choice among the same columns whose best value, less :func:`presence_in_window`, bounds every margin.

    Parameters
    ----------
    columns : sequence of Column
        All that the scenario allows: one that is left out is not covered by the bound.
    selection : Selection
        The choice among them as estimated.
    """
    most_erosion = _most_erosion(scenario, columns)
    found = [_margin(scenario, column, most_erosion) for column in columns]
    kept = [i for i, limit in enumerate(selection.limits) if limit.name.startswith(RULES)]
    return replace(
        selection,
        margin=np.array([margin for margin, _ in found]),
        brand_revenue=np.array([brand for _, brand in found]),
        limits=tuple(selection.limits[i] for i in kept),
        hires=tuple(_hire(scenario, hire, kept) for hire in selection.hires),
    )


def presence_in_window(scenario: Scenario, extra: int = 0, only: str | None = None) -> float:
    """Return the pay of everybody present in the measured window with so many servers more in each shift."""
    calendar, total = scenario.calendar, 0.0
    begin = round(calendar.warm_up_days * TICKS_PER_DAY)
    end = begin + round(calendar.measured_days * TICKS_PER_DAY)
    for name, team in scenario.resources.items():
        if only in (None, name):
            since, servers = staffing(team, extra, calendar)
            until = np.append(since[1:], np.iinfo(np.int64).max)
            span = np.maximum(np.minimum(until, end) - np.maximum(since, begin), 0)
            total += float((span * servers).sum()) / TICKS_PER_HOUR * team.cost_per_hour
    return total


def _hire(scenario: Scenario, hire: Hire, kept: Sequence[int]) -> Hire:
    """Return a hire with its exact pay in the window and what it adds to the limits that are kept."""
    name = hire.name
    more = presence_in_window(scenario, 1, name) - presence_in_window(scenario, 0, name)
    return replace(hire, cost=more, adds={new: hire.adds[old] for new, old in enumerate(kept) if old in hire.adds})


def _most_erosion(scenario: Scenario, columns: Sequence[Column]) -> float:
    """Return the largest share by which any design can erode the prices of those who value a premium."""
    weight, worst = weights(scenario), dict.fromkeys(scenario.segments, 0.0)
    for column in columns:
        worst[column.segment] = max(worst[column.segment], column.offering.over_serving)
    return scenario.erosion.brand_rate * sum(weight[name] * most for name, most in worst.items())


def _margin(scenario: Scenario, column: Column, most_erosion: float) -> tuple[float, float]:
    """Return the optimistic margin of a column before labour, and the revenue that brand erosion eats into.

    With units u_p per order, contributions c_p per unit (price after erosion and financing, less the cheapest goods
    and delivery per unit, at least 0), the fee D of a delivery, the fee F of capture, and h the share of orders with
    a product that is offered, N orders accepted: ``N (sum_p u_p c_p - h min(D, min_p c_p) - h F)``. The delivery is
    charged up to what the smallest order brings, so that losing an order never earns more.
    """
    offering, segment = column.offering, scenario.segments[column.segment]
    fewest, most = _orders(scenario, column)
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
    prices, units = np.array([price for price, _ in paid.values()]), np.array([n for _, n in paid.values()])
    each: Floats = prices * (1 - eroded) * credit - costs
    lowest = each - prices * credit * (most_erosion if offering.values_premium else 0.0)
    lines = _has_line(segment, offering)

    def per_order(worth: Floats, smallest: Floats) -> float:
        fees = _fees(offering, max(0.0, float(smallest.min())), kept)
        return kept * float(units @ np.maximum(worth, 0.0)) - lines * fees

    # Brand erosion is exact only where every order is worth having under the worst of it; else it is left out.
    exposed = offering.values_premium and bool((lowest >= 0).all()) and eroded + most_erosion <= 1
    exposed = exposed and per_order(lowest, lowest) >= 0
    value = per_order(each, lowest if exposed else each)
    orders = most if value >= 0 else fewest
    brand = orders * kept * credit * scenario.erosion.brand_rate * float(units @ prices) if exposed else 0.0
    return orders * value - _standing(scenario, column), brand


def _orders(scenario: Scenario, column: Column) -> tuple[float, float]:
    """Return the accepted orders of the window, at least and at most.

    Acceptance is exact, and so is the mean of Poisson arrivals. Other gaps start afresh with the simulation: a window
    then holds ``cv^2 + 1`` orders more or less at most (Lorden 1970, Ann. Math. Statist. 41(2), 520-527). Customers
    who leave make them fewer.
    """
    segment = scenario.segments[column.segment]
    share, mean = acceptance(scenario, column.segment, column.offering), measured_orders(scenario, column.segment)
    gap_cv = segment.demand.gap_cv
    doubt = 0.0 if gap_cv == 1 else gap_cv**2 + 1
    fewest = 0.0 if segment.churn_if_broken else max(0.0, mean - doubt)
    return share * fewest, share * (mean + doubt if mean > 0 else 0.0)


def _fees(offering: Offering, smallest: float, kept: float) -> float:
    """Return the fees that an accepted order costs at least, where the smallest one brings so much."""
    delivery, capture = offering.delivery.cost_per_delivery, offering.channel.cost_per_order
    if offering.contract.minimum_order_value > 0:  # orders that are turned away cost nothing
        return kept * min(delivery + capture, smallest)
    return kept * min(delivery, smallest) + capture


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
