"""A replication as measured: what measures and ledger both need of it, each part worked out once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from simcore.clock import TICKS_PER_DAY, Bools, Floats, Ints
from simcore.orders import Orders
from simcore.program import NONE, Program
from simcore.records import Outcome, Records

T = TypeVar("T")
Owner = TypeVar("Owner")
EXACT = 2**53
"""Floating-point numbers add whole numbers exactly up to here."""
FEW = 8
"""Groups that are sooner picked one by one than sorted."""


@dataclass(frozen=True)
class Facts:
    """A replication as measured: program, orders, records, and masks of the measured orders and lines."""

    program: Program
    orders: Orders
    records: Records
    order: Bools
    """Placed in the window."""
    accepted: Bools
    """Placed in the window and accepted."""
    line: Bools
    """Lines of accepted orders."""
    line_lane: Ints

    @property
    def window(self) -> int:
        """Ticks in the measured window."""
        return window_ticks(self.program)

    @property
    def days(self) -> float:
        """Days in the measured window."""
        return self.window / TICKS_PER_DAY

    def in_window(self, tick: Ints) -> Bools:
        """Return which instants lie in the measured window."""
        return np.asarray((tick >= self.program.warm_up) & (tick < self.program.measured_end))


def window_ticks(program: Program) -> int:
    """Return the ticks in the measured window."""
    return program.measured_end - program.warm_up


def once(work: Callable[[Owner], T]) -> Callable[[Owner], T]:
    """Let a function of a frozen object (facts, orders, a program) be worked out once for each object.

    ``functools.cached_property`` of Python 3.11 holds one lock for all objects of a class, which would make the
    threads of a sweep wait for each other. Here two threads may both do the work, with the same result.
    """
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def known(owner: Owner) -> T:
        kept = owner.__dict__
        if name not in kept:
            kept[name] = work(owner)
        value: T = kept[name]
        return value

    return known


@once
def lanes_of_lines(orders: Orders) -> Ints:
    """Return the lane of each line."""
    return orders.lane[orders.line_order]


@once
def units_of_orders(orders: Orders) -> Ints:
    """Return the units of the lines of each order."""
    return sums_of_lines(orders, orders.line_quantity)


def sums_of_lines(orders: Orders, amounts: Ints) -> Ints:
    """Return the sum of whole amounts over the lines of each order."""
    sums = np.concatenate([[0], np.cumsum(amounts)])
    return np.asarray(sums[orders.line_start[1:]] - sums[orders.line_start[:-1]])


def facts(program: Program, orders: Orders, records: Records) -> Facts:
    """Return a replication with its measured orders marked."""
    placed = (orders.placed >= program.warm_up) & (orders.placed < program.measured_end)
    accepted = placed & (records.outcome != Outcome.DECLINED)
    return Facts(
        program,
        orders,
        records,
        placed,
        accepted,
        accepted.take(orders.line_order),
        lanes_of_lines(orders),
    )


@once
def due(f: Facts) -> Bools:
    """Return which accepted orders were due: all but those refused, and those still open before their time."""
    promised = f.records.promised
    unfinished = (f.records.outcome == Outcome.OPEN) & ((promised == NONE) | (promised >= f.program.horizon))
    return np.asarray(f.accepted & (f.records.outcome != Outcome.REFUSED) & ~unfinished)


@once
def delivered(f: Facts) -> Bools:
    """Return which measured orders were delivered."""
    return np.asarray(f.accepted & (f.records.outcome == Outcome.DELIVERED))


@once
def in_time(f: Facts) -> Bools:
    """Return which measured orders were delivered by the promised time."""
    return np.asarray(delivered(f) & (f.records.ended <= f.records.promised))


@once
def refused(f: Facts) -> Bools:
    """Return which orders were refused."""
    return np.asarray(f.records.outcome == Outcome.REFUSED)


@once
def contacts_due(f: Facts) -> Bools:
    """Return which contacts fell due in the window."""
    return f.in_window(f.orders.contact_tick)


@dataclass(frozen=True)
class Rows:
    """Some rows of columns of one length, rising; a slice where they follow each other: then nothing is copied."""

    which: Ints | slice

    def of(self, column: Any) -> Any:
        """Return these rows of a column."""
        return column[self.which] if isinstance(self.which, slice) else column.take(self.which)


EVERY_ROW = Rows(slice(None))


def rows_of(chosen: Bools) -> Rows:
    """Return the rows that are chosen.

    >>> rows_of(np.array([False, True, True])).which, rows_of(np.array([True, False, True])).which.tolist()
    (slice(1, 3, None), [0, 2])
    """
    if chosen.all():
        return Rows(slice(0, len(chosen)))
    rows = chosen.nonzero()[0]
    if not len(rows):
        return Rows(slice(0, 0))
    first, end = int(rows[0]), int(rows[-1]) + 1
    return Rows(slice(first, end) if end - first == len(rows) else rows)


@once
def accepted_orders(f: Facts) -> Ints:
    """Return the orders that were placed in the window and accepted, rising."""
    return np.flatnonzero(f.accepted)


def count(group: Ints, groups: int) -> Ints:
    """Return how many rows each group has."""
    return np.bincount(group, minlength=groups)


def total(group: Ints, amounts: Ints, groups: int) -> Ints:
    """Return the sum of whole amounts >= 0 of each group, exact for sums below 2**63.

    >>> total(np.array([1, 0, 1]), np.array([2**60, 5, 1]), 2).tolist()
    [5, 1152921504606846977]
    """
    if len(amounts) * int(amounts.max(initial=0)) < EXACT:
        return np.bincount(group, weights=amounts, minlength=groups).astype(np.int64)
    sums = np.zeros(groups, dtype=np.int64)
    np.add.at(sums, group, amounts)
    return sums


def small(group: Ints, groups: int) -> Ints:
    """Return numbers of groups in as few bits as they need: they are compared, picked and sorted sooner."""
    return group.astype(np.min_scalar_type(max(groups - 1, 0)))


def in_groups(values: Floats, group: Ints, groups: int) -> Sequence[Floats]:
    """Return the values of each group, in their order; those of higher numbers are left out.

    It is soonest if the numbers of the groups are :func:`small`.

    >>> [part.tolist() for part in in_groups(np.array([1.0, 2.0, 3.0]), np.array([1, 0, 1]), 3)]
    [[2.0], [1.0, 3.0], []]
    """
    if groups <= FEW:
        return [values.take((group == index).nonzero()[0]) for index in range(groups)]
    ordered = values[np.argsort(group, kind="stable")]  # numbers of 8 or 16 bits are sorted by radix
    ends = np.cumsum(count(group, groups))[:groups].tolist()
    return [ordered[begin:end] for begin, end in zip([0, *ends[:-1]], ends, strict=True)]
