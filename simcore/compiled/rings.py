"""The orders in play: each has a row from when it is the next to arrive until nothing can happen to it any more.

Rows are taken from the drawn columns and told to the columns of records in the order of the orders' numbers. In between
they stand in rings: order ``i`` is row ``i`` modulo the size of the table, a power of two. So what an event touches
stays in the processor's cache, however many orders there are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simcore.clock import NEVER
from simcore.compiled.jit import inner
from simcore.compiled.world import COUNT, ROWS_FULL, Asked, Told, World
from simcore.program import NONE
from simcore.records import Outcome

OPEN, DECLINED = int(Outcome.OPEN), int(Outcome.DECLINED)


@inner
def place(number: int) -> Any:
    """Return an index that is not negative as an unsigned one: it is not looked at whether it counts from the end."""
    return np.uint64(number)


@inner
def order_of(w: World, order: int) -> Any:
    """Return the row of an order in play."""
    return w.order[place(order & (w.order.shape[0] - 1))]


@inner
def line_of(w: World, line: int) -> Any:
    """Return the row of a line of an order in play."""
    return w.line[place(line & (w.line.shape[0] - 1))]


@inner
def link_of(w: World, line: int) -> Any:
    """Return the links of a line of an order in play."""
    return w.link[place(line & (w.link.shape[0] - 1))]


@inner
def step_of(w: World, step: int) -> Any:
    """Return the row of an approval step of an order in play."""
    return w.step[place(step & (w.step.shape[0] - 1))]


@inner
def take_next(w: World, asked: Asked, told: Told) -> None:
    """Take in the next order that wants the offer, and those before it; there is a row for each, or too little room."""
    count, c = asked.placed.shape[0], w.counter
    order = c[COUNT.order]
    while order < count and _has_room(w, asked, told, order):
        _take_in(w, asked, order)
        if asked.wanted[order]:
            c[COUNT.order], c[COUNT.arrival] = order, asked.placed[order]
            return
        order += 1
    c[COUNT.order], c[COUNT.arrival] = order, NEVER
    if order < count:
        c[COUNT.status] = ROWS_FULL


@inner
def tell(w: World, told: Told) -> None:
    """Tell what happened to the first order in play, which is in play no more."""
    c = w.counter
    order = c[COUNT.first_order]
    row, at = order_of(w, order), place(order)
    told.outcome[at], told.shipments[at], told.kept[at] = row.outcome, row.shipments, row.kept
    told.approved[at], told.promised[at] = row.approved, row.promised
    told.allocated[at], told.ended[at] = row.allocated, row.ended
    if told.captures.join.shape[0]:
        _tell_job(told.captures, order, row)
    for number in range(row.first_line, row.end_line):
        line, of = line_of(w, number), place(number)
        told.served_pool[of], told.from_stock[of] = line.served_pool, line.from_stock
        told.taken[of], told.lost[of] = line.taken, line.lost
        told.backorder_time[of], told.served[of] = line.backorder_time, line.served
        told.shipped[of], told.delivered[of] = line.shipped, line.delivered
        _tell_job(told.shipment_jobs, number, line)
    for number in range(row.first_step, row.end_step):
        _tell_job(told.steps, number, step_of(w, number))
    c[COUNT.first_order], c[COUNT.first_line], c[COUNT.first_step] = order + 1, row.end_line, row.end_step


@inner
def _tell_job(jobs: Any, number: int, row: Any) -> None:
    at = place(number)
    jobs.join[at], jobs.start[at], jobs.finish[at] = row.join, row.start, row.finish


@inner
def _has_room(w: World, asked: Asked, told: Told, order: int) -> bool:
    """Return whether there is a row for an order, its lines and its steps, once those before have been told."""
    c = w.counter
    while (
        order - c[COUNT.first_order] >= w.order.shape[0]
        or asked.line_start[order + 1] - c[COUNT.first_line] > w.line.shape[0]
        or asked.step_start[order + 1] - c[COUNT.first_step] > w.step.shape[0]
    ):
        if c[COUNT.first_order] == order:
            return False
        first = order_of(w, c[COUNT.first_order])
        if first.outcome == OPEN or first.queued:
            return False
        tell(w, told)
    return True


@inner
def _take_in(w: World, asked: Asked, order: int) -> None:
    """Give an order a row, and one to each of its lines and steps, with nothing happened yet."""
    row, at = order_of(w, order), place(order)
    lane = asked.lane[at]
    row.lane, row.customer, row.churns = lane, asked.customer[at], asked.churns[at]
    row.patience, row.capture_work = asked.patience[at], asked.capture_work[at]
    row.setup_work, row.transit = asked.setup_work[at], asked.transit[at]
    row.first_line, row.end_line = asked.line_start[at], asked.line_start[place(order + 1)]
    row.first_step, row.end_step = asked.step_start[at], asked.step_start[place(order + 1)]
    row.outcome, row.kept, row.started, row.expired = DECLINED, False, False, False
    row.shipments, row.short, row.under_way, row.queued = 0, 0, 0, 0
    row.approved, row.allocated, row.ended = NONE, NONE, NONE
    row.promised = NEVER if w.lane[lane].promise == NEVER else NONE
    row.join, row.start, row.finish = NONE, NONE, NONE
    for number in range(row.first_line, row.end_line):
        _take_in_line(w, asked, order, number)
    for number in range(row.first_step, row.end_step):
        step, of = step_of(w, number), place(number)
        step.order, step.resource = order, asked.step_resource[of]
        step.work, step.refuses = asked.step_work[of], asked.step_refuses[of]
        step.join, step.start, step.finish = NONE, NONE, NONE
    w.counter[COUNT.end_line], w.counter[COUNT.end_step] = row.end_line, row.end_step


@inner
def _take_in_line(w: World, asked: Asked, order: int, number: int) -> None:
    line, of = line_of(w, number), place(number)
    line.order, line.pool, line.better_pool = order, asked.line_pool[of], asked.line_better_pool[of]
    line.quantity, line.work = asked.line_quantity[of], asked.line_work[of]
    line.setup, line.transit = asked.line_setup[of], asked.line_transit[of]
    line.served_pool, line.from_stock, line.taken, line.lost = line.pool, 0, 0, 0
    line.waiting, line.next_part = 0, 0
    line.backorder_time, line.since = 0, 0
    line.served, line.shipped, line.delivered = NONE, NONE, NONE
    line.join, line.start, line.finish = NONE, NONE, NONE
