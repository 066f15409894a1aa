"""An order's life: placed, captured, approved, allocated, fulfilled, delivered, or given up."""

from __future__ import annotations

from typing import Any

from simcore import clock
from simcore.clock import KIND_SHIFT, NEVER
from simcore.compiled import stock
from simcore.compiled.events import schedule
from simcore.compiled.jit import at, inner
from simcore.compiled.rings import line_of, order_of
from simcore.compiled.teams import bucket_of, join
from simcore.compiled.world import JOB_AT, LATE, LINE_AT, ORDER_AT, UNITS_AT, World
from simcore.program import NONE
from simcore.records import Outcome

DELIVERED, PATIENCE = clock.DELIVERED << KIND_SHIFT, clock.PATIENCE << KIND_SHIFT
OPEN, ARRIVED, REFUSED, LOST, CANCELLED = (
    int(outcome) for outcome in (Outcome.OPEN, Outcome.DELIVERED, Outcome.REFUSED, Outcome.LOST, Outcome.CANCELLED)
)


@inner
def place(w: World, order: int, now: int) -> None:
    """Let the customer place the order, unless the customer has left."""
    asked, told, number = w.asked, w.told, w.asked.lane[at(order)]
    lane = w.lane[at(number)]
    if w.leaves[at(lane.first_customer + asked.customer[at(order)])] <= now:
        return
    told.outcome[at(order)] = OPEN
    if w.from_placement and lane.promise != NEVER:
        told.order[ORDER_AT.promised, at(order)] = now + lane.promise
    if asked.patience[at(order)] < w.horizon:
        schedule(w, now, asked.patience[at(order)] - now, PATIENCE | order)
    if lane.captures:
        told.capture[JOB_AT.join, at(order)] = now
        resource = lane.capture_resource
        join(w, now, resource, bucket_of(w, number, resource), clock.CAPTURED, order)
    else:
        approve(w, order, asked.step_start[at(order)], now)


@inner
def approve(w: World, order: int, step: int, now: int) -> None:
    """Go to an approval step of the order; after the last one, allocate."""
    if step == w.asked.step_start[at(order + 1)]:
        allocate(w, order, now)
        return
    w.told.step[JOB_AT.join, at(step)] = now
    resource = w.asked.step_resource[at(step)]
    join(w, now, resource, bucket_of(w, w.asked.lane[at(order)], resource), clock.APPROVED, step)


@inner
def allocate(w: World, order: int, now: int) -> None:
    """Let every line draw on its pool, and send what is ready to go."""
    asked, told = w.asked, w.told
    lane = w.lane[at(asked.lane[at(order)])]
    told.order[ORDER_AT.approved, at(order)] = now
    if not w.from_placement and lane.promise != NEVER:
        told.order[ORDER_AT.promised, at(order)] = now + lane.promise
    short = 0
    for line in range(asked.line_start[at(order)], asked.line_start[at(order + 1)]):
        if asked.line_pool[at(line)] == NONE:
            told.units[UNITS_AT.taken, at(line)] = asked.line_quantity[at(line)]
        else:
            stock.draw(w, line, asked.lane[at(order)], now)
        if line_of(w, line).waiting:
            short += 1
        elif told.units[UNITS_AT.taken, at(line)]:
            told.line[LINE_AT.served, at(line)] = now
    order_of(w, order).short = short
    if not short:
        told.order[ORDER_AT.allocated, at(order)] = now
    if not short or lane.split:
        send_ready(w, order, now)


@inner
def send_ready(w: World, order: int, now: int) -> None:
    """Send the lines that have got what they will get in one shipment; without any, the order is lost."""
    first = last = -1
    for number in range(w.asked.line_start[at(order)], w.asked.line_start[at(order + 1)]):
        line = line_of(w, number)
        if line.waiting or not w.told.units[UNITS_AT.taken, at(number)]:
            continue
        if first < 0:
            first = number
        else:
            line_of(w, last).next_part = number
        line.next_part = -1
        last = number
    if first >= 0:
        fulfil(w, order, first, now)
    elif not order_of(w, order).short:
        end(w, order, LOST, now)


@inner
def send_late(w: World, number: int, now: int) -> None:
    """Send a line that was short when the rest of its order went out, or the whole order if it is not split."""
    order = w.asked.line_order[at(number)]
    if w.lane[at(w.asked.lane[at(order)])].split:
        line_of(w, number).next_part = LATE
        fulfil(w, order, number, now)
    else:
        send_ready(w, order, now)


@inner
def fulfil(w: World, order: int, first: int, now: int) -> None:
    """Put a shipment into the queue of whoever works on it."""
    row, lane = order_of(w, order), w.asked.lane[at(order)]
    row.under_way += 1
    resource = w.lane[at(lane)].fulfil_resource
    if resource == NONE:
        row.started = True
        ship(w, order, first, now)
    else:
        w.told.shipment[JOB_AT.join, at(first)] = now
        join(w, now, resource, bucket_of(w, lane, resource), clock.FULFILLED, first)


@inner
def ship(w: World, order: int, first: int, now: int) -> None:
    """Let a shipment leave."""
    w.told.shipments[at(order)] += 1
    late = line_of(w, first).next_part == LATE
    transit = w.asked.line_transit[at(first)] if late else w.asked.transit[at(order)]
    part = first
    while part >= 0:
        w.told.line[LINE_AT.shipped, at(part)] = now
        part = line_of(w, part).next_part
    if transit:
        schedule(w, now, transit, DELIVERED | first)
    else:
        deliver(w, order, first, now)


@inner
def deliver(w: World, order: int, first: int, now: int) -> None:
    """Let a shipment arrive; the last one ends the order."""
    row, part = order_of(w, order), first
    while part >= 0:
        w.told.line[LINE_AT.delivered, at(part)] = now
        part = line_of(w, part).next_part
    row.under_way -= 1
    if not row.under_way and not row.short:
        end(w, order, ARRIVED, now)


@inner
def end(w: World, order: int, outcome: int, now: int) -> None:
    """Settle the order: note whether the promise was kept, and whether the customer leaves."""
    asked, told = w.asked, w.told
    lane = w.lane[at(asked.lane[at(order)])]
    told.outcome[at(order)], told.order[ORDER_AT.ended, at(order)] = outcome, now
    kept = outcome == ARRIVED and now <= told.order[ORDER_AT.promised, at(order)]
    if kept and lane.may_lose:
        for line in range(asked.line_start[at(order)], asked.line_start[at(order + 1)]):
            kept = kept and not told.units[UNITS_AT.lost, at(line)]
    told.kept[at(order)] = kept
    if asked.churns[at(order)] and not kept and outcome != REFUSED:
        customer = lane.first_customer + asked.customer[at(order)]
        w.leaves[at(customer)] = min(w.leaves[at(customer)], now + lane.commitment)


@inner
def cancel(w: World, order: int, now: int) -> None:
    """Cancel the order where it waits; its units go back."""
    end(w, order, CANCELLED, now)
    stock.take_back(w, order, now)


@inner
def lose_patience(w: World, order: int, now: int) -> None:
    """Cancel the order unless its fulfilment has started; a capture or approval in progress is finished first."""
    if w.told.outcome[at(order)] != OPEN or order_of(w, order).started:
        return
    asked = w.asked
    busy = w.lane[at(asked.lane[at(order)])].captures and _under_way(w.told.capture, order)
    for step in range(asked.step_start[at(order)], asked.step_start[at(order + 1)]):
        busy = busy or _under_way(w.told.step, step)
    if busy:
        order_of(w, order).expired = True
    else:
        cancel(w, order, now)


@inner
def _under_way(jobs: Any, number: int) -> bool:
    """Return whether somebody works on a job."""
    return bool(jobs[JOB_AT.start, at(number)] != NONE and jobs[JOB_AT.finish, at(number)] == NONE)
