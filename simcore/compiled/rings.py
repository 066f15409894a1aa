"""The orders in play: each has a row from when it is the next to arrive until nothing can happen to it any more.

Rows are given and freed in the order of the orders' numbers. They stand in rings: order ``i`` is row ``i`` modulo the
size of the table, a power of two. So what an event touches stays in the processor's cache, however many orders there
are.
"""

from __future__ import annotations

from typing import Any

from simcore.clock import NEVER
from simcore.compiled.jit import at, inner
from simcore.compiled.told import nothing_yet
from simcore.compiled.world import COUNT, ROWS_FULL, World
from simcore.records import Outcome

OPEN = int(Outcome.OPEN)


@inner
def order_of(w: World, order: int) -> Any:
    """Return the row of an order in play."""
    return w.order[at(order & (w.order.shape[0] - 1))]


@inner
def line_of(w: World, line: int) -> Any:
    """Return the row of a line of an order in play."""
    return w.line[at(line & (w.line.shape[0] - 1))]


@inner
def link_of(w: World, line: int) -> Any:
    """Return the links of a line of an order in play."""
    return w.link[at(line & (w.link.shape[0] - 1))]


@inner
def take_next(w: World) -> None:
    """Take in the next order that wants the offer, and those before it; there is a row for each, or too little room."""
    count, c = w.asked.placed.shape[0], w.counter
    order = c[COUNT.order]
    while order < count and _has_room(w, order):
        if order == c[COUNT.blank]:
            nothing_yet(w)
        _take_in(w, order)
        if w.asked.wanted[at(order)]:
            c[COUNT.order], c[COUNT.arrival] = order, w.asked.placed[at(order)]
            return
        order += 1
    c[COUNT.order], c[COUNT.arrival] = order, NEVER
    if order < count:
        c[COUNT.status] = ROWS_FULL


@inner
def _has_room(w: World, order: int) -> bool:
    """Return whether there is a row for an order and its lines, once those before are free."""
    c = w.counter
    while (
        order - c[COUNT.first_order] >= w.order.shape[0]
        or w.asked.line_start[at(order + 1)] - c[COUNT.first_line] > w.line.shape[0]
    ):
        first = c[COUNT.first_order]
        if first == order or w.told.outcome[at(first)] == OPEN or order_of(w, first).queued:
            return False
        c[COUNT.first_order], c[COUNT.first_line] = first + 1, w.asked.line_start[at(first + 1)]
    return True


@inner
def _take_in(w: World, order: int) -> None:
    """Give an order a row, and one to each of its lines."""
    row = order_of(w, order)
    row.short, row.under_way, row.queued, row.started, row.expired = 0, 0, 0, False, False
    begin, end = w.asked.line_start[at(order)], w.asked.line_start[at(order + 1)]
    for number in range(begin, end):
        line = line_of(w, number)
        line.waiting, line.next_part = 0, 0
    w.counter[COUNT.end_line] = end
