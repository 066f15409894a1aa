"""The money that adds up over orders and jobs: sums by lane and driver, of which the ledger is made.

Sums of parts of a replication add up to those of the whole, but for rebates (:mod:`simcore.clauses`), which depend on
all orders of a customer and period, and are given beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scenarios.durations import DAYS_PER_YEAR
from simcore.clauses import clauses, rebates
from simcore.clock import TICKS_PER_HOUR, Floats, Ints
from simcore.facts import Facts, accepted_orders, once, refused
from simcore.jobs import job_table
from simcore.program import NONE, Program
from simcore.sales import delivery_fees, penalties, rates, sales

LABOUR_DRIVER = {
    "capture": "capture",
    "approval": "approval",
    "fulfilment": "fulfilment",
    "touchpoints": "touchpoints",
    "production": "goods",
}
REFUSALS = "refusals"
BOOKED = (
    *("revenue", "discount", "erosion", "goods", "financing", "penalties", "delivery"),
    *("capture", REFUSALS),
    *(driver for activity, name in LABOUR_DRIVER.items() if activity != "production" for driver in (name, REFUSALS)),
)
"""The driver of each row of ``Money.booked``: of orders, of fees per order, of the work of each activity."""


@dataclass(frozen=True)
class Money:
    """Sums of money; income is positive.

    Attributes
    ----------
    booked : array of float, shape (len(BOOKED), lanes)
        What orders and their jobs brought or cost each lane.
    made : array of float, shape (pools,)
        The work on replenishments that are made here.
    flows : array of float, shape (3,)
        The same money of orders without lanes and drivers: paid less goods and credit, given back and spent on
        delivery, fees per order.
    """

    booked: Floats
    made: Floats
    flows: Floats


@once
def money(f: Facts) -> Money:
    """Return the sums of money over the orders and jobs of a replication."""
    work, made = _work(f)
    booked = [*_orders(f), *work]
    return Money(
        booked=np.array([sums for _, sums in booked]),
        made=made,
        flows=flows(f),
    )


Entries = Iterator[tuple[str, Floats]]


def _sums(f: Facts, amounts: Floats, lane: Ints) -> Floats:
    """Return the sums of amounts by lane."""
    sums = np.bincount(lane, weights=amounts, minlength=len(f.program.lanes))
    return sums.astype(np.float64, copy=False)


def _orders(f: Facts) -> Entries:
    """Yield the sales and what goes with each order; the fees of refused orders are a driver of their own."""
    of_order, lane, nothing = sales(f), f.orders.lane, np.zeros(len(f.program.lanes))
    for driver in ("revenue", "discount", "erosion", "goods"):
        amounts = getattr(of_order, driver)
        yield driver, nothing if amounts is None else _sums(f, amounts, lane)
    credit = _credit(f)
    yield "financing", _sums(f, -of_order.net * credit.take(lane), lane) if credit.any() else nothing
    for driver, (rows, costs) in (("penalties", penalties(f)), ("delivery", delivery_fees(f))):
        yield driver, _sums(f, -costs, lane.take(rows))
    fees = rates(f.program)["channel.cost_per_order"]
    rows = accepted_orders(f) if fees.any() else NO_ROWS
    yield from zip(("capture", REFUSALS), _split(f, -fees.take(lane.take(rows)), lane.take(rows), rows), strict=True)


NO_ROWS = np.empty(0, dtype=np.int64)


def _split(f: Facts, amounts: Floats, lane: Ints, order: Ints) -> tuple[Floats, Floats]:
    """Return the sums by lane of amounts that belong to orders, or all to none (-1), those of refused orders apart."""
    lanes = len(f.program.lanes)
    if not len(order) or order[0] == NONE or not refused(f).any():
        return _sums(f, amounts, lane), np.zeros(lanes)
    apart = refused(f).take(order)
    sums = np.bincount(lane + lanes * apart, weights=amounts, minlength=2 * lanes).astype(np.float64, copy=False)
    return sums[:lanes], sums[lanes:]


def _credit(f: Facts) -> Floats:
    """Return the share of its sales that it costs to wait for the money of each lane."""
    days = rates(f.program)["contract.payment_days"]
    return days / DAYS_PER_YEAR * f.program.scenario.finance.interest_share_per_year


def _work(f: Facts) -> tuple[list[tuple[str, Floats]], Floats]:
    """Return the cost of the work for orders and contacts, and of the work for each pool."""
    jobs = job_table(f)
    booked: list[tuple[str, Floats]] = []
    made = np.zeros(len(f.program.pools))
    hourly = np.array([*cost_per_hour(f.program), 0.0])  # resource -1: nobody's work
    costs = jobs.busy / -TICKS_PER_HOUR * hourly.take(jobs.resource)
    for w, cost in jobs.by_activity(costs):
        if w.activity == "production":
            pool = f.records.supply_pool[w.row]
            made = np.bincount(pool, weights=cost, minlength=len(made)).astype(np.float64, copy=False)
            continue
        split = _split(f, cost, w.lane, w.order)
        booked += zip((LABOUR_DRIVER[w.activity], REFUSALS), split, strict=True)
    return booked, made


@once
def cost_per_hour(program: Program) -> list[float]:
    """Return what an hour of each resource costs."""
    return [program.scenario.resources[plan.name].cost_per_hour for plan in program.resources]


@once
def flows(f: Facts) -> Floats:
    """Return the money of orders, counted without lanes and drivers: see ``Money.flows``."""
    of_order, lane, fees = sales(f), f.orders.lane, rates(f.program)["channel.cost_per_order"]
    return np.array(
        [
            (of_order.net * (1 - _credit(f)).take(lane)).sum() + of_order.goods.sum(),
            -(penalties(f)[1].sum() + delivery_fees(f)[1].sum()),
            -fees.take(lane.take(accepted_orders(f))).sum() if fees.any() else 0.0,
        ]
    )


@once
def rebates_by_lane(f: Facts) -> Floats:
    """Return the rebates of each lane."""
    if not clauses(f.program):
        return np.zeros(len(f.program.lanes))
    return _sums(f, rebates(f), f.orders.lane)
