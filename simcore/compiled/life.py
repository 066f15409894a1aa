"""An order's life: placed, captured, approved, allocated, fulfilled, delivered, or given up."""

from __future__ import annotations

from simcore import clock
from simcore.clock import KIND_SHIFT, NEVER
from simcore.compiled import stock
from simcore.compiled.events import schedule
from simcore.compiled.jit import inner
from simcore.compiled.rings import line_of, order_of, step_of
from simcore.compiled.teams import join
from simcore.compiled.world import COUNT, LATE, World
from simcore.program import NONE
from simcore.records import Outcome

DELIVERED, PATIENCE = clock.DELIVERED << KIND_SHIFT, clock.PATIENCE << KIND_SHIFT
OPEN, ARRIVED, REFUSED, LOST, CANCELLED = (
    int(outcome) for outcome in (Outcome.OPEN, Outcome.DELIVERED, Outcome.REFUSED, Outcome.LOST, Outcome.CANCELLED)
)


@inner
def place(w: World, order: int, now: int) -> None:
    """Let the customer place the order, unless the customer has left."""
    row = order_of(w, order)
    lane = w.lane[row.lane]
    if w.leaves[lane.first_customer + row.customer] <= now:
        return
    row.outcome = OPEN
    if w.from_placement and lane.promise != NEVER:
        row.promised = now + lane.promise
    if row.patience < w.horizon:
        schedule(w, now, row.patience - now, PATIENCE | order)
    if lane.captures:
        row.join = now
        resource = lane.capture_resource
        join(w, now, resource, w.bucket_of[row.lane, resource], clock.CAPTURED, order)
    else:
        approve(w, order, row.first_step, now)


@inner
def approve(w: World, order: int, step: int, now: int) -> None:
    """Go to an approval step of the order; after the last one, allocate."""
    row = order_of(w, order)
    if step == row.end_step:
        allocate(w, order, now)
        return
    step_of(w, step).join = now
    resource = step_of(w, step).resource
    join(w, now, resource, w.bucket_of[row.lane, resource], clock.APPROVED, step)


@inner
def allocate(w: World, order: int, now: int) -> None:
    """Let every line draw on its pool, and send what is ready to go."""
    row = order_of(w, order)
    lane = w.lane[row.lane]
    row.approved = now
    if not w.from_placement and lane.promise != NEVER:
        row.promised = now + lane.promise
    short = 0
    for number in range(row.first_line, row.end_line):
        line = line_of(w, number)
        if line.pool == NONE:
            line.taken = line.quantity
        else:
            stock.draw(w, number, row.lane, now)
        if line.waiting:
            short += 1
        elif line.taken:
            line.served = now
    row.short = short
    if not short:
        row.allocated = now
    if not short or lane.split:
        send_ready(w, order, now)


@inner
def send_ready(w: World, order: int, now: int) -> None:
    """Send the lines that have got what they will get in one shipment; without any, the order is lost."""
    row, first, last = order_of(w, order), -1, -1
    for number in range(row.first_line, row.end_line):
        line = line_of(w, number)
        if line.waiting or not line.taken:
            continue
        if first < 0:
            first = number
        else:
            line_of(w, last).next_part = number
        line.next_part = -1
        last = number
    if first >= 0:
        fulfil(w, order, first, now)
    elif not row.short:
        end(w, order, LOST, now)


@inner
def send_late(w: World, number: int, now: int) -> None:
    """Send a line that was short when the rest of its order went out, or the whole order if it is not split."""
    line = line_of(w, number)
    if w.lane[order_of(w, line.order).lane].split:
        line.next_part = LATE
        fulfil(w, line.order, number, now)
    else:
        send_ready(w, line.order, now)


@inner
def fulfil(w: World, order: int, first: int, now: int) -> None:
    """Put a shipment into the queue of whoever works on it."""
    row = order_of(w, order)
    row.under_way += 1
    resource = w.lane[row.lane].fulfil_resource
    if resource == NONE:
        row.started = True
        ship(w, order, first, now)
    else:
        line_of(w, first).join = now
        join(w, now, resource, w.bucket_of[row.lane, resource], clock.FULFILLED, first)


@inner
def ship(w: World, order: int, first: int, now: int) -> None:
    """Let a shipment leave."""
    row, line = order_of(w, order), line_of(w, first)
    row.shipments += 1
    transit = line.transit if line.next_part == LATE else row.transit
    part = first
    while part >= 0:
        line_of(w, part).shipped = now
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
        line_of(w, part).delivered = now
        part = line_of(w, part).next_part
    row.under_way -= 1
    if not row.under_way and not row.short:
        end(w, order, ARRIVED, now)


@inner
def end(w: World, order: int, outcome: int, now: int) -> None:
    """Settle the order: note whether the promise was kept, and whether the customer leaves."""
    row = order_of(w, order)
    lane = w.lane[row.lane]
    row.outcome, row.ended = outcome, now
    kept = outcome == ARRIVED and now <= row.promised
    if kept and lane.may_lose:
        for line in range(row.first_line, row.end_line):
            kept = kept and not line_of(w, line).lost
    row.kept = kept
    if row.churns and not kept and outcome != REFUSED:
        customer = lane.first_customer + row.customer
        w.leaves[customer] = min(w.leaves[customer], now + lane.commitment)


@inner
def cancel(w: World, order: int, now: int) -> None:
    """Cancel the order where it waits; its units go back."""
    end(w, order, CANCELLED, now)
    stock.take_back(w, order, now)


@inner
def lose_patience(w: World, order: int, now: int) -> None:
    """Cancel the order unless its fulfilment has started; a capture or approval in progress is finished first."""
    if order < w.counter[COUNT.first_order]:
        return
    row = order_of(w, order)
    if row.ended != NONE or row.started:
        return
    busy = row.start != NONE and row.finish == NONE
    for number in range(row.first_step, row.end_step):
        step = step_of(w, number)
        busy = busy or (step.start != NONE and step.finish == NONE)
    if busy:
        row.expired = True
    else:
        cancel(w, order, now)
