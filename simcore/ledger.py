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
from simcore.facts import Facts, count, once, pooled_lines, total
from simcore.jobs import job_table, jobs_of_resources, paid_ticks
from simcore.measures import ALL
from simcore.pools import stock_of
from simcore.program import Program
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
    yield from _per_segment(f, "penalties", -penalties(f))
    yield from _per_segment(f, "rebates", -rebates(f))


def _order_costs(f: Facts) -> Iterator[tuple[str, str, float]]:
    """Post fees per order, shipment and unit; the fees of refused orders are a driver of their own."""
    refused = _refused(f)
    fees = np.where(f.accepted, by_plan(f, "channel.cost_per_order")[f.orders.segment], 0.0)
    yield from _per_segment(f, "capture", -np.where(refused, 0.0, fees))
    yield from _per_segment(f, "refusals", -np.where(refused, fees, 0.0))
    yield from _per_segment(f, "delivery", -delivery_fees(f))


@once
def _refused(f: Facts) -> Bools:
    return np.asarray(f.records.outcome == Outcome.REFUSED)


# People -----------------------------------------------------------------------------------------------------------


def _labour(f: Facts) -> Iterator[tuple[str, str, float]]:
    jobs = job_table(f)
    costs = jobs.busy / TICKS_PER_HOUR * _cost_per_hour(f.program)[jobs.resource]
    for w, cost in jobs.by_activity(costs):
        if w.activity == "production":
            yield from _made_for(f, f.records.supply_pool[w.row], -cost)
            continue
        refused = np.append(_refused(f), False)[w.order]  # the last: jobs of no order
        yield from _per_segment(f, LABOUR_DRIVER[w.activity], -np.where(refused, 0.0, cost), w.segment)
        yield from _per_segment(f, "refusals", -np.where(refused, cost, 0.0), w.segment)
    rates = _cost_per_hour(f.program)
    for index, rows in enumerate(jobs_of_resources(f)):
        idle = paid_ticks(f)[index] - int(jobs.busy[rows].sum())
        yield ALL, "idle_capacity", -idle / TICKS_PER_HOUR * float(rates[index])


@once
def _cost_per_hour(program: Program) -> Floats:
    """Return what an hour of each resource costs; the last is 0, for work that is nobody's."""
    rates = [program.scenario.resources[plan.name].cost_per_hour for plan in program.resources]
    return np.array([*rates, 0.0])


# Stock ------------------------------------------------------------------------------------------------------------


@once
def _pool_shares(f: Facts) -> Floats:
    """Return who bears the cost of each pool: shares of the units demanded from it, shape (pools, segments + 1).

    The last column is the company: pools that nobody ordered from.
    """
    pools, segments = len(f.program.pools), len(f.program.segments)
    shares = np.zeros((pools, segments + 1))
    rows = pooled_lines(f)
    owner = f.records.served_pool[rows] * segments + f.line_segment[rows]
    shares[:, :segments] = total(owner, f.orders.line_quantity[rows], pools * segments).reshape(pools, segments)
    units = shares.sum(axis=1, keepdims=True)
    shares[:, segments] = units[:, 0] == 0
    return np.asarray(shares / np.where(units == 0, 1.0, units))


def _share_out(f: Facts, driver: str, per_pool: Floats) -> Iterator[tuple[str, str, float]]:
    owners = (*f.program.segments, ALL)
    amounts = per_pool @ _pool_shares(f) if len(per_pool) else np.zeros(len(owners))
    for owner, amount in zip(owners, amounts, strict=True):
        if amount:
            yield owner, driver, float(amount)


def _made_for(f: Facts, pool: Ints, cost: Floats) -> Iterator[tuple[str, str, float]]:
    per_pool = np.bincount(pool, weights=cost, minlength=len(f.program.pools)).astype(np.float64)
    yield from _share_out(f, "goods", per_pool)


@once
def stock_costs(f: Facts) -> tuple[Floats, Floats]:
    """Return the holding and the ordering cost of each pool in the window."""
    scenario = f.program.scenario
    years = 1 / (TICKS_PER_DAY * DAYS_PER_YEAR)
    holding, ordering = np.zeros((2, len(f.program.pools)))
    orders = count(f.records.supply_pool[f.in_window(f.records.supply_ordered)], len(f.program.pools))
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
    yield ALL, "fixed", -setup_costs(f.program) * years
    for index, plan in enumerate(f.program.plans):
        if plan is None:
            continue
        yield plan.name, "fixed", -plan.offering.fixed_cost_per_year * years
        touch = plan.offering.touchpoints
        if touch is not None:
            yield plan.name, "touchpoints", -int(_contacts(f)[index]) * touch.cost_each


@once
def setup_costs(program: Program) -> float:
    """Return the yearly setup cost of the options that any segment gets, each counted once."""
    used = {pick for plan in program.plans if plan is not None for pick in plan.offering.options.items()}
    return sum(program.scenario.levers[lever][option].setup_cost_per_year for lever, option in sorted(used))


@once
def _contacts(f: Facts) -> Ints:
    """Return the contacts of each segment that fell due in the window."""
    return count(f.orders.contact_segment[f.in_window(f.orders.contact_tick)], len(f.program.segments))


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
    presence = sum(
        paid / TICKS_PER_HOUR * scenario.resources[plan.name].cost_per_hour
        for paid, plan in zip(paid_ticks(f), f.program.resources, strict=True)
    )
    contacts = sum(
        plan.offering.touchpoints.cost_each * int(_contacts(f)[i])
        for i, plan in enumerate(plans)
        if plan is not None and plan.offering.touchpoints is not None
    )
    standing = setup_costs(f.program) + sum(plan.offering.fixed_cost_per_year for plan in plans if plan is not None)
    out = [
        float((money.net * (1 - credit)).sum() + money.goods.sum()),
        -float(penalties(f).sum() + rebates(f).sum() + delivery_fees(f).sum()),
        -float(by_plan(f, "channel.cost_per_order")[segment[f.accepted]].sum()),
        -float(holding.sum() + ordering.sum()),
        -presence - contacts - standing * f.days / DAYS_PER_YEAR,
    ]
    return fsum(out)
