"""Columns for what happens to orders, their lines and steps: those of the records."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from simcore.clock import NEVER, Bools, Ints
from simcore.compiled import world as w
from simcore.compiled.jit import at, inner
from simcore.compiled.world import JOB_AT, LINE_AT, ORDER_AT, TICKS, UNITS_AT, World
from simcore.memory import Memory
from simcore.orders import Orders
from simcore.program import NONE
from simcore.records import CODE, UNITS, Outcome

DECLINED = int(Outcome.DECLINED)


def blank(orders: Orders, captures: bool = True, memory: Memory | None = None) -> w.Told:
    """Return columns with room for what happens to orders, their lines and their steps.

    All are parts of one piece of memory, which the system hands out faster than many small ones: that given, or a
    fresh one.
    """
    count, lines, steps = len(orders), len(orders.line_order), len(orders.step_order)
    captured = count if captures else 0
    shapes: dict[str, tuple[type, tuple[int, ...]]] = {  # the widest first, so that each begins where its type may
        "order": (TICKS, (len(ORDER_AT), count)),
        "capture": (TICKS, (len(JOB_AT), captured)),
        "line": (TICKS, (len(LINE_AT), lines)),
        "shipment": (TICKS, (len(JOB_AT), lines)),
        "step": (TICKS, (len(JOB_AT), steps)),
        "units": (UNITS, (len(UNITS_AT), lines)),
        "shipments": (UNITS, (count,)),
        "outcome": (CODE, (count,)),
        "kept": (np.bool_, (count,)),
    }
    sizes = [np.dtype(of).itemsize * prod(shape) for of, shape in shapes.values()]
    piece, begin = (memory or Memory()).of(sum(sizes)), 0
    columns: dict[str, Any] = {}
    for (name, (of, shape)), size in zip(shapes.items(), sizes, strict=True):
        columns[name] = piece[begin : begin + size].view(of).reshape(shape)
        begin += size
    return w.Told(**columns)


def picked(told: w.Told, orders: Bools, lines: Bools, steps: Bools) -> w.Told:
    """Return what happened to some of the orders; columns stay in one piece, or the loop would be compiled anew."""
    rows = {name: np.flatnonzero(kept) for name, kept in (("order", orders), ("line", lines), ("step", steps))}
    which = {"line": rows["line"], "units": rows["line"], "shipment": rows["line"], "step": rows["step"]}
    which["capture"] = rows["order"] if told.capture.shape[1] else rows["order"][:0]
    columns = told._asdict().items()
    return w.Told(**{name: column.take(which.get(name, rows["order"]), axis=-1) for name, column in columns})


def joined(first: w.Told, second: w.Told) -> w.Told:
    """Return what happened to the orders of both, those of the first before those of the second."""
    return w.Told(*(np.concatenate(pair, axis=-1) for pair in zip(first, second, strict=True)))


def with_captures(told: w.Told) -> Ints:
    """Return when orders were captured, shape (3, orders); captures that never happened take no memory."""
    if told.capture.shape[1]:
        return told.capture
    return np.broadcast_to(np.int64(NONE), (len(JOB_AT), len(told.outcome)))


@inner
def nothing_yet(w: World, begin: int, end: int) -> None:
    """Say of some orders that nothing has happened to them."""
    asked, told = w.asked, w.told
    _fill(told.order, begin, end, NONE)
    for order in range(begin, end):
        told.outcome[at(order)], told.kept[at(order)], told.shipments[at(order)] = DECLINED, False, 0
        if w.lane[at(asked.lane[at(order)])].promise == NEVER:
            told.order[ORDER_AT.promised, at(order)] = NEVER
    if told.capture.shape[1]:
        _fill(told.capture, begin, end, NONE)
    _fill(told.step, asked.step_start[at(begin)], asked.step_start[at(end)], NONE)
    begin, end = asked.line_start[at(begin)], asked.line_start[at(end)]
    _fill(told.line, begin, end, NONE)
    _fill(told.shipment, begin, end, NONE)
    for line in range(begin, end):
        told.line[LINE_AT.backorder_time, at(line)] = 0
        told.units[UNITS_AT.served_pool, at(line)] = asked.line_pool[at(line)]
        told.units[UNITS_AT.from_stock, at(line)] = told.units[UNITS_AT.taken, at(line)] = 0
        told.units[UNITS_AT.lost, at(line)] = 0


@inner
def _fill(columns: Any, begin: int, end: int, value: int) -> None:
    for column in range(columns.shape[0]):
        for row in range(begin, end):
            columns[at(column), at(row)] = value
