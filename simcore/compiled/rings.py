"""The orders in play: each has a row from just before it arrives until nothing can happen to it any more.

Rows are given and freed in the order of the orders' numbers. They stand in rings: order ``i`` is row ``i`` modulo the
size of the table, a power of two. So what an event touches stays in the processor's cache, however many orders there
are.
"""

from __future__ import annotations

from typing import Any

from simcore.clock import NEVER
from simcore.compiled.jit import at, inner
from simcore.compiled.told import nothing_yet
from simcore.compiled.world import AT_ONCE, COUNT, ROWS_FULL, World
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
    """Take in the next order that wants the offer; the status says whether there is a row for it."""
    count, c = w.asked.placed.shape[0], w.counter
    order = c[COUNT.order]
    while order < count:
        if order == c[COUNT.blank] and not _prepare(w):
            c[COUNT.status] = ROWS_FULL
            break
        if w.asked.wanted[at(order)]:
            c[COUNT.order], c[COUNT.arrival] = order, w.asked.placed[at(order)]
            return
        order += 1
    c[COUNT.order], c[COUNT.arrival] = order, NEVER


@inner
def _prepare(w: World) -> bool:
    """Make everything ready for the next few orders together; False if there is too little room for them."""
    c = w.counter
    begin = c[COUNT.blank]
    end = min(begin + AT_ONCE, w.asked.placed.shape[0])
    begin_line, end_line = w.asked.line_start[at(begin)], w.asked.line_start[at(end)]
    if not _has_room(w, begin, end, end_line):
        return False
    nothing_yet(w, begin, end)
    for order in range(begin, end):
        row = order_of(w, order)
        row.short, row.under_way, row.queued, row.started, row.expired = 0, 0, 0, False, False
    for number in range(begin_line, end_line):
        line = line_of(w, number)
        line.waiting, line.next_part = 0, 0
    c[COUNT.blank], c[COUNT.blank_line] = end, end_line
    return True


@inner
def _has_room(w: World, begin: int, end: int, end_line: int) -> bool:
    """Return whether there are rows for all orders before ``end`` and their lines, once those that ended are free."""
    c = w.counter
    while end - c[COUNT.first_order] > w.order.shape[0] or end_line - c[COUNT.first_line] > w.line.shape[0]:
        first = c[COUNT.first_order]
        if first == begin or w.told.outcome[at(first)] == OPEN or order_of(w, first).queued:
            return False
        c[COUNT.first_order], c[COUNT.first_line] = first + 1, w.asked.line_start[at(first + 1)]
    return True
