"""The ledger: every currency unit of the measured window, posted to (segment, offering, driver).

Revenue and the costs of orders are those of the orders placed in the window. Presence of people, holding and
ordering are those of the window itself. Income is positive, costs are negative, and the margin is the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import fsum

import numpy as np

from scenarios.offerings import Offering
from simcore.clock import TICKS_PER_DAY, TICKS_PER_HOUR, Bools, Floats, Ints
from simcore.measures import ALL, Facts, Work, busy_ticks, work
from simcore.pools import stock_of
from simcore.program import NONE
from simcore.records import Outcome
from simcore.sales import by_plan, delivery_fees, penalties, rebates, sales

DAYS_PER_YEAR = 365.0
CENT = 0.01

DRIVERS = (
    "revenue",
    "discount",
    "erosion",
    "goods",
    "capture",
    "approval",
    "fulfilment",
    "delivery",
    "touchpoints",
    "holding",
    "ordering",
    "financing",
    "penalties",
    "rebates",
    "refusals",
    "fixed",
    "idle_capacity",
)
"""Every driver, in the order in which reports show them."""

COST_TO_SERVE = (
    "capture",
    "approval",
    "fulfilment",
    "delivery",
    "touchpoints",
    "holding",
    "ordering",
    "financing",
    "penalties",
    "rebates",
    "refusals",
)
"""Drivers of the cost to serve: no goods, no fixed cost, no idle capacity."""

LABOUR_DRIVER = {
    "capture": "capture",
    "approval": "approval",
    "fulfilment": "fulfilment",
    "touchpoints": "touchpoints",
    "production": "goods",
}


@dataclass(frozen=True)
class Posting:
    """One amount: positive is income. An empty segment is the company as a whole."""

    segment: str
    offering: str
    driver: str
    amount: float


class DoesNotReconcile(AssertionError):
    """The postings do not add up to the money that flowed (an error inside)."""


def post(f: Facts) -> tuple[Posting, ...]:
    """Return the ledger of a replication; it adds up to the money that flowed, to the cent.

    Raises
    ------
    DoesNotReconcile
        The postings and the flows counted without segments differ by half a cent or more.
    """
    labels = {plan.name: label(plan.offering) for plan in f.program.plans if plan is not None}
    postings = tuple(
        Posting(segment, labels.get(segment, ""), driver, amount) for segment, driver, amount in _sorted(_amounts(f))
    )
    difference = fsum(p.amount for p in postings) - cash(f)
    if abs(difference) >= CENT / 2:
        raise DoesNotReconcile(f"the ledger differs from the flows by {difference:.4f}")
    return postings


def label(offering: Offering) -> str:
    """Return the name of an offering: its options, levers in their order."""
    return " / ".join(offering.options.values())


def _sorted(amounts: Iterable[tuple[str, str, float]]) -> list[tuple[str, str, float]]:
    totals: dict[tuple[str, str], list[float]] = {}
    for segment, driver, amount in amounts:
        totals.setdefault((segment, driver), []).append(amount)
    order = {driver: i for i, driver in enumerate(DRIVERS)}
    keys = sorted(totals, key=lambda k: (k[0], order[k[1]]))
    return [(segment, driver, fsum(totals[segment, driver])) for segment, driver in keys]


def _amounts(f: Facts) -> Iterator[tuple[str, str, float]]:
    yield from _sales(f)
    yield from _order_costs(f)
    yield from _labour(f)
    yield from _stock(f)
    yield from _standing(f)


def _per_segment(
    f: Facts, driver: str, amounts: Floats, segment: Ints | None = None
) -> Iterator[tuple[str, str, float]]:
    """Post amounts per order (or per row of ``segment``) to segments."""
    owner = f.orders.segment if segment is None else segment
    sums = np.bincount(owner, weights=amounts, minlength=len(f.program.segments))
    for index, plan in enumerate(f.program.plans):
        if plan is not None:
            yield plan.name, driver, float(sums[index])


# Sales and what goes with each order ------------------------------------------------------------------------------


def _sales(f: Facts) -> Iterator[tuple[str, str, float]]:
    money = sales(f)
    for driver in ("revenue", "discount", "erosion", "goods"):
        yield from _per_segment(f, driver, getattr(money, driver))
    segment = f.orders.segment
    scenario = f.program.scenario
    credit = by_plan(f, "contract.payment_days") / DAYS_PER_YEAR * scenario.finance.interest_share_per_year
    yield from _per_segment(f, "financing", -money.net * credit[segment])
    yield from _per_segment(f, "penalties", -penalties(f, money))
    yield from _per_segment(f, "rebates", -rebates(f, money))


def _order_costs(f: Facts) -> Iterator[tuple[str, str, float]]:
    """Post fees per order, shipment and unit; the fees of refused orders are a driver of their own."""
    refused = f.records.outcome == Outcome.REFUSED
    fees = np.where(f.accepted, by_plan(f, "channel.cost_per_order")[f.orders.segment], 0.0)
    yield from _per_segment(f, "capture", -np.where(refused, 0.0, fees))
    yield from _per_segment(f, "refusals", -np.where(refused, fees, 0.0))
    yield from _per_segment(f, "delivery", -delivery_fees(f))


# People -----------------------------------------------------------------------------------------------------------


def _labour(f: Facts) -> Iterator[tuple[str, str, float]]:
    jobs = work(f)
    for w in jobs:
        cost = busy_ticks(f, w.jobs) / TICKS_PER_HOUR * _cost_per_hour(f, w.resource)
        refused = _of_refused(f, w)
        if w.activity == "production":
            yield from _made_for(f, -cost)
            continue
        yield from _per_segment(f, LABOUR_DRIVER[w.activity], -np.where(refused, 0.0, cost), w.segment)
        yield from _per_segment(f, "refusals", -np.where(refused, cost, 0.0), w.segment)
    for index, plan in enumerate(f.program.resources):
        idle = _present_or_busy(f, index, jobs) - sum(
            int(busy_ticks(f, w.jobs)[w.resource == index].sum()) for w in jobs
        )
        rate = f.program.scenario.resources[plan.name].cost_per_hour
        yield ALL, "idle_capacity", -idle / TICKS_PER_HOUR * rate


def _cost_per_hour(f: Facts, resource: Ints) -> Floats:
    rates = [f.program.scenario.resources[plan.name].cost_per_hour for plan in f.program.resources]
    return np.array([*rates, 0.0])[resource]


def _of_refused(f: Facts, w: Work) -> Bools:
    refused = f.records.outcome == Outcome.REFUSED
    if w.activity == "capture":
        return np.asarray(refused)
    return np.asarray(refused[f.orders.step_order]) if w.activity == "approval" else np.zeros(len(w.resource), bool)


def _present_or_busy(f: Facts, resource: int, jobs: list[Work]) -> int:
    """Return the paid server ticks of the window: whoever is present, and whoever finishes work after the shift."""
    begin, end = f.program.warm_up, f.program.measured_end
    starts, ends = [], []
    for w in jobs:
        mine = (w.resource == resource) & (w.jobs.start != NONE)
        starts.append(w.jobs.start[mine])
        ends.append(np.where(w.jobs.finish[mine] == NONE, f.program.horizon, w.jobs.finish[mine]))
    start, finish = np.sort(np.concatenate(starts)), np.sort(np.concatenate(ends))
    plan = f.program.resources[resource]
    edges = np.unique(np.clip(np.concatenate([start, finish, plan.change_ticks, [begin, end]]), begin, end))
    at = edges[:-1]
    busy = np.searchsorted(start, at, side="right") - np.searchsorted(finish, at, side="right")
    present = plan.servers[np.searchsorted(plan.change_ticks, at, side="right") - 1]
    return int((np.maximum(busy, present) * np.diff(edges)).sum())


# Stock ------------------------------------------------------------------------------------------------------------


def _pool_shares(f: Facts) -> Floats:
    """Return who bears the cost of each pool: shares of the units demanded from it, shape (pools, segments + 1).

    The last column is the company: pools that nobody ordered from.
    """
    pools, segments = len(f.program.pools), len(f.program.segments)
    shares = np.zeros((pools, segments + 1))
    pooled = f.line & (f.records.served_pool != NONE)
    np.add.at(shares, (f.records.served_pool[pooled], f.line_segment[pooled]), f.orders.line_quantity[pooled])
    total = shares.sum(axis=1, keepdims=True)
    shares[:, segments] = total[:, 0] == 0
    return np.asarray(shares / np.where(total == 0, 1.0, total))


def _share_out(f: Facts, driver: str, per_pool: Floats) -> Iterator[tuple[str, str, float]]:
    owners = (*f.program.segments, ALL)
    amounts = per_pool @ _pool_shares(f) if len(per_pool) else np.zeros(len(owners))
    for owner, amount in zip(owners, amounts, strict=True):
        if amount:
            yield owner, driver, float(amount)


def _made_for(f: Facts, cost: Floats) -> Iterator[tuple[str, str, float]]:
    per_pool = np.bincount(f.records.supply_pool, weights=cost, minlength=len(f.program.pools)).astype(np.float64)
    yield from _share_out(f, "goods", per_pool)


def stock_costs(f: Facts) -> tuple[Floats, Floats]:
    """Return the holding and the ordering cost of each pool in the window."""
    scenario = f.program.scenario
    years = 1 / (TICKS_PER_DAY * DAYS_PER_YEAR)
    holding, ordering = np.zeros((2, len(f.program.pools)))
    placed = f.records.supply_ordered
    bought = (placed >= f.program.warm_up) & (placed < f.program.measured_end)
    orders = np.bincount(f.records.supply_pool[bought], minlength=len(f.program.pools))
    for index, pool in enumerate(f.program.pools):
        stock = stock_of(scenario, pool.key)
        rate = stock.holding_share_per_year * scenario.products[pool.key.product].unit_cost
        holding[index] = f.records.on_hand_time[index] * years * rate
        ordering[index] = orders[index] * stock.supply.ordering_cost
    return holding, ordering


def _stock(f: Facts) -> Iterator[tuple[str, str, float]]:
    holding, ordering = stock_costs(f)
    yield from _share_out(f, "holding", -holding)
    yield from _share_out(f, "ordering", -ordering)


# Standing costs ---------------------------------------------------------------------------------------------------


def _standing(f: Facts) -> Iterator[tuple[str, str, float]]:
    years = f.days / DAYS_PER_YEAR
    yield ALL, "fixed", -setup_costs(f) * years
    for index, plan in enumerate(f.program.plans):
        if plan is None:
            continue
        yield plan.name, "fixed", -plan.offering.fixed_cost_per_year * years
        touch = plan.offering.touchpoints
        if touch is not None:
            contacts = int((_contacts_in_window(f) & (f.orders.contact_segment == index)).sum())
            yield plan.name, "touchpoints", -contacts * touch.cost_each


def setup_costs(f: Facts) -> float:
    """Return the yearly setup cost of the options that any segment gets, each counted once."""
    used = {pick for plan in f.program.plans if plan is not None for pick in plan.offering.options.items()}
    return sum(f.program.scenario.levers[lever][option].setup_cost_per_year for lever, option in sorted(used))


def _contacts_in_window(f: Facts) -> Bools:
    tick = f.orders.contact_tick
    return np.asarray((tick >= f.program.warm_up) & (tick < f.program.measured_end))


# The same money, counted without segments -----------------------------------------------------------------------


def cash(f: Facts) -> float:
    """Return the margin as the sum of the flows of the company, counted without segments or drivers.

    The ledger must add up to this: it is computed from the same records along another way.
    """
    money = sales(f)
    holding, ordering = stock_costs(f)
    plans, segment = f.program.plans, f.orders.segment
    scenario = f.program.scenario
    credit = by_plan(f, "contract.payment_days")[segment] * scenario.finance.interest_share_per_year / DAYS_PER_YEAR
    jobs = work(f)
    presence = sum(
        _present_or_busy(f, i, jobs) / TICKS_PER_HOUR * scenario.resources[plan.name].cost_per_hour
        for i, plan in enumerate(f.program.resources)
    )
    contacts = sum(
        plan.offering.touchpoints.cost_each * int((f.orders.contact_segment[_contacts_in_window(f)] == i).sum())
        for i, plan in enumerate(plans)
        if plan is not None and plan.offering.touchpoints is not None
    )
    standing = setup_costs(f) + sum(plan.offering.fixed_cost_per_year for plan in plans if plan is not None)
    out = [
        float((money.net * (1 - credit)).sum() + money.goods.sum()),
        -float(penalties(f, money).sum() + rebates(f, money).sum() + delivery_fees(f).sum()),
        -float(by_plan(f, "channel.cost_per_order")[segment[f.accepted]].sum()),
        -float(holding.sum() + ordering.sum()),
        -presence - contacts - standing * f.days / DAYS_PER_YEAR,
    ]
    return fsum(out)
