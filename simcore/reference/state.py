"""The state of one replication: what is known of each order and line beforehand, and what has happened to it so far.

Lists for what is read, arrays of the standard library for what is written: an engine that handles one event at a time
touches single numbers, which NumPy is slow at.
"""

from __future__ import annotations

from array import array
from collections.abc import MutableSequence, Sequence
from typing import Any

import numpy as np

from simcore.clock import NEVER, Ints
from simcore.orders import Orders
from simcore.program import NONE, Program
from simcore.records import CODE, UNITS, Jobs, Outcome, Records
from simcore.reference.stock import Pool

Column = MutableSequence[int]
Times = tuple[Column, Column, Column]
"""When each job joined, started and finished."""


class OrderState:
    """One entry per potential order."""

    def __init__(self, orders: Orders, program: Program) -> None:
        count = len(orders)
        self.placed: list[int] = orders.placed.tolist()
        self.lane: list[int] = orders.lane.tolist()
        self.customer: list[int] = (
            orders.customer + _first_customer(program)[program.segment_of(orders.lane)]
        ).tolist()
        self.wanted: list[bool] = orders.wanted.tolist()
        self.patience: list[int] = orders.patience.tolist()
        self.capture_work: list[int] = orders.capture_work.tolist()
        self.setup_work: list[int] = orders.setup_work.tolist()
        self.transit: list[int] = orders.transit.tolist()
        self.churns: list[bool] = orders.churns.tolist()
        self.first_line: list[int] = orders.line_start.tolist()
        self.first_step: list[int] = orders.step_start.tolist()

        self.outcome: Column = array("q", [int(Outcome.DECLINED)]) * count
        self.approved, self.allocated, self.ended = (_never(count) for _ in range(3))
        promised = np.array([NEVER if p is not None and p.promise == NEVER else NONE for p in program.plans])
        self.promised: Column = array("q", promised[orders.lane].astype(np.int64).tobytes())
        self.shipments, self.short, self.under_way = (_zeros(count) for _ in range(3))
        self.expired, self.started = ([False] * count for _ in range(2))
        self.kept = _zeros(count)
        self.capture_times = times(count)

    def lines(self, order: int) -> range:
        """Return the lines of an order."""
        return range(self.first_line[order], self.first_line[order + 1])

    def steps(self, order: int) -> range:
        """Return the approval steps of an order."""
        return range(self.first_step[order], self.first_step[order + 1])


class StepState:
    """One entry per approval step of an order."""

    def __init__(self, orders: Orders) -> None:
        self.resource: list[int] = orders.step_resource.tolist()
        self.work: list[int] = orders.step_work.tolist()
        self.refuses: list[bool] = orders.step_refuses.tolist()
        self.times = times(len(self.resource))


class LineState:
    """One entry per order line."""

    def __init__(self, orders: Orders) -> None:
        count = len(orders.line_order)
        self.order: list[int] = orders.line_order.tolist()
        self.pool: list[int] = orders.line_pool.tolist()
        self.better_pool: list[int] = orders.line_better_pool.tolist()
        self.quantity: list[int] = orders.line_quantity.tolist()
        self.work: list[int] = orders.line_work.tolist()
        self.setup: list[int] = orders.line_setup.tolist()
        self.transit: list[int] = orders.line_transit.tolist()

        self.served_pool = list(self.pool)
        self.from_stock, self.taken, self.lost, self.backorder_time = (_zeros(count) for _ in range(4))
        self.waiting, self.since = ([0] * count for _ in range(2))
        self.served, self.shipped, self.delivered = (_never(count) for _ in range(3))
        self.shipment_times = times(count)

    def work_of(self, lines: list[int]) -> int:
        """Return the fulfilment work of the units that some lines got."""
        first = lines[0]
        if len(lines) == 1 and self.taken[first] == self.quantity[first]:
            return self.work[first]
        total = 0
        for line in lines:
            got, wanted = self.taken[line], self.quantity[line]
            total += self.work[line] if got == wanted else self.work[line] * got // wanted
        return total


class Replenishments:
    """The replenishments of one pool: rows of (pool, ordered, units, received, stock and waiting units before)."""

    def __init__(self, pool: int) -> None:
        self.pool = pool
        self.rows: list[list[int]] = []
        self.times: Times = (array("q"), array("q"), array("q"))
        self.last_due = 0

    def add(self, now: int, units: int) -> int:
        """Note a new replenishment and return its number."""
        self.rows.append([self.pool, now, units, NONE, NONE, NONE])
        for column in self.times:
            column.append(NONE)
        return len(self.rows) - 1


def times(rows: int) -> Times:
    """Return the times of jobs that have not happened."""
    return _never(rows), _never(rows), _never(rows)


def records(
    orders: OrderState,
    steps: StepState,
    lines: LineState,
    contact_times: Times,
    pools: Sequence[Pool],
    supply: Sequence[Replenishments],
    reviews: Sequence[tuple[int, int, int, int]],
) -> Records:
    """Return the state at the end as records."""
    supplied = _columns([row for r in supply for row in r.rows], 6)
    reviewed = _columns(reviews, 4)
    made: Times = (array("q"), array("q"), array("q"))
    for r in supply:
        for column, more in zip(made, r.times, strict=True):
            column.extend(more)
    return Records(
        outcome=_ints(orders.outcome, CODE),
        approved=_ints(orders.approved),
        promised=_ints(orders.promised),
        allocated=_ints(orders.allocated),
        ended=_ints(orders.ended),
        shipments=_ints(orders.shipments, UNITS),
        kept=_ints(orders.kept).astype(bool),
        served_pool=_ints(lines.served_pool, UNITS),
        from_stock=_ints(lines.from_stock, UNITS),
        taken=_ints(lines.taken, UNITS),
        lost=_ints(lines.lost, UNITS),
        backorder_time=_ints(lines.backorder_time),
        served=_ints(lines.served),
        shipped=_ints(lines.shipped),
        delivered=_ints(lines.delivered),
        captures=_jobs(orders.capture_times),
        steps=_jobs(steps.times),
        shipment_jobs=_jobs(lines.shipment_times),
        contacts=_jobs(contact_times),
        supply_pool=supplied[0],
        supply_ordered=supplied[1],
        supply_quantity=supplied[2],
        supply_received=supplied[3],
        supply_on_hand=supplied[4],
        supply_backorders=supplied[5],
        made=_jobs(made),
        review_pool=reviewed[0],
        review_tick=reviewed[1],
        review_on_hand=reviewed[2],
        review_backorders=reviewed[3],
        on_hand_time=_ints([pool.on_hand_time for pool in pools]),
        on_order_time=_ints([pool.on_order_time for pool in pools]),
        backorder_pool_time=_ints([pool.backorder_time for pool in pools]),
        stocked_time=_ints([pool.stocked_time for pool in pools]),
        opening=_ints([pool.opening for pool in pools]),
        closing=_ints([pool.on_hand for pool in pools]),
        received=_ints([pool.received for pool in pools]),
        issued=_ints([pool.issued for pool in pools]),
    )


def _never(count: int) -> Column:
    return array("q", [NONE]) * count


def _zeros(count: int) -> Column:
    return array("q", [0]) * count


def _ints(values: Sequence[int], of: type = np.int64) -> Ints:
    return np.array(values, dtype=of)


def _jobs(columns: Times) -> Jobs:
    return Jobs(*(_ints(column) for column in columns))


def _columns(rows: Sequence[Any], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width).T


def _first_customer(program: Program) -> Ints:
    sizes = [program.scenario.segments[name].customers for name in program.segments]
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
