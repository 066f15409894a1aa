"""The money that adds up over orders and jobs: sums by lane and driver, of which the ledger is made.

Sums of parts of a replication add up to those of the whole, but for rebates (:mod:`simcore.clauses`), which depend on
all orders of a customer and period, and are given beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simcore.clauses import rebates
from simcore.clock import TICKS_PER_HOUR, Bools, Floats, Ints
from simcore.facts import Facts, once
from simcore.jobs import job_table
from simcore.program import Program
from simcore.records import Outcome
from simcore.sales import by_plan, delivery_fees, penalties, sales

DAYS_PER_YEAR = 365.0

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


def _sums(f: Facts, amounts: Floats, lane: Ints | None = None) -> Floats:
    """Return the sums of amounts per order (or per row of ``lane``) by lane."""
    owner = f.orders.lane if lane is None else lane
    sums = np.bincount(owner, weights=amounts, minlength=len(f.program.lanes))
    return sums.astype(np.float64, copy=False)


def _orders(f: Facts) -> Entries:
    """Yield the sales and what goes with each order; the fees of refused orders are a driver of their own."""
    of_order, lane = sales(f), f.orders.lane
    for driver in ("revenue", "discount", "erosion", "goods"):
        yield driver, _sums(f, getattr(of_order, driver))
    yield "financing", _sums(f, -of_order.net * _credit(f)[lane])
    yield "penalties", _sums(f, -penalties(f))
    yield "delivery", _sums(f, -delivery_fees(f))
    refused = _refused(f)
    fees = np.where(f.accepted, by_plan(f, "channel.cost_per_order")[lane], 0.0)
    yield "capture", _sums(f, -np.where(refused, 0.0, fees))
    yield REFUSALS, _sums(f, -np.where(refused, fees, 0.0))


def _credit(f: Facts) -> Floats:
    """Return the share of its sales that it costs to wait for the money of each lane."""
    return by_plan(f, "contract.payment_days") / DAYS_PER_YEAR * f.program.scenario.finance.interest_share_per_year


@once
def _refused(f: Facts) -> Bools:
    return np.asarray(f.records.outcome == Outcome.REFUSED)


def _work(f: Facts) -> tuple[list[tuple[str, Floats]], Floats]:
    """Return the cost of the work for orders and contacts, and of the work for each pool."""
    jobs, booked = job_table(f), []
    made = np.zeros(len(f.program.pools))
    costs = jobs.busy / TICKS_PER_HOUR * np.array([*cost_per_hour(f.program), 0.0])[jobs.resource]  # -1: nobody's work
    for w, cost in jobs.by_activity(costs):
        if w.activity == "production":
            pool = f.records.supply_pool[w.row]
            made = np.bincount(pool, weights=-cost, minlength=len(made)).astype(np.float64, copy=False)
            continue
        refused = np.append(_refused(f), False)[w.order]  # the last: jobs of no order
        booked.append((LABOUR_DRIVER[w.activity], _sums(f, -np.where(refused, 0.0, cost), w.lane)))
        booked.append((REFUSALS, _sums(f, -np.where(refused, cost, 0.0), w.lane)))
    return booked, made


@once
def cost_per_hour(program: Program) -> list[float]:
    """Return what an hour of each resource costs."""
    return [program.scenario.resources[plan.name].cost_per_hour for plan in program.resources]


@once
def flows(f: Facts) -> Floats:
    """Return the money of orders, counted without lanes and drivers: see ``Money.flows``."""
    of_order, lane = sales(f), f.orders.lane
    return np.array(
        [
            (of_order.net * (1 - _credit(f)[lane])).sum() + of_order.goods.sum(),
            -(penalties(f).sum() + delivery_fees(f).sum()),
            -by_plan(f, "channel.cost_per_order")[lane[f.accepted]].sum(),
        ]
    )


@once
def rebates_by_lane(f: Facts) -> Floats:
    """Return the rebates of each lane."""
    return _sums(f, rebates(f))
