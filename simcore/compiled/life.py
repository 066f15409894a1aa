"""An order's life: placed, captured, approved, allocated, fulfilled, delivered, or given up."""

from __future__ import annotations

from simcore import clock
from simcore.clock import KIND_SHIFT, NEVER
from simcore.compiled import stock
from simcore.compiled.events import schedule
from simcore.compiled.jit import inner
from simcore.compiled.teams import join
from simcore.compiled.world import ASKED, ITEM, LANE, LATE, LINE, ORDER, STEP, World
from simcore.program import NONE
from simcore.records import Outcome

DELIVERED, PATIENCE = clock.DELIVERED << KIND_SHIFT, clock.PATIENCE << KIND_SHIFT
OPEN, ARRIVED, REFUSED, LOST, CANCELLED = (
    int(outcome) for outcome in (Outcome.OPEN, Outcome.DELIVERED, Outcome.REFUSED, Outcome.LOST, Outcome.CANCELLED)
)


@inner
def place(w: World, order: int, now: int) -> None:
    """Let the customer place the order, unless the customer has left."""
    orders = w.order
    if w.leaves[_customer(w, order)] <= now:
        return
    lane = w.asked[ASKED.lane, order]
    orders[ORDER.outcome, order] = OPEN
    if w.from_placement and w.lane[LANE.promise, lane] != NEVER:
        orders[ORDER.promised, order] = now + w.lane[LANE.promise, lane]
    if w.asked[ASKED.patience, order] < w.horizon:
        schedule(w, now, w.asked[ASKED.patience, order] - now, PATIENCE | order)
    if w.lane[LANE.captures, lane]:
        orders[ORDER.join, order] = now
        resource = w.lane[LANE.capture_resource, lane]
        join(w, now, resource, w.bucket_of[lane, resource], clock.CAPTURED, order)
    else:
        approve(w, order, w.asked[ASKED.first_step, order], now)


@inner
def approve(w: World, order: int, step: int, now: int) -> None:
    """Go to an approval step of the order; after the last one, allocate."""
    if step == w.asked[ASKED.first_step, order + 1]:
        allocate(w, order, now)
        return
    w.step[STEP.join, step] = now
    resource = w.step[STEP.resource, step]
    join(w, now, resource, w.bucket_of[w.asked[ASKED.lane, order], resource], clock.APPROVED, step)


@inner
def allocate(w: World, order: int, now: int) -> None:
    """Let every line draw on its pool, and send what is ready to go."""
    orders, rows, lane = w.order, w.line, w.asked[ASKED.lane, order]
    orders[ORDER.approved, order] = now
    if not w.from_placement and w.lane[LANE.promise, lane] != NEVER:
        orders[ORDER.promised, order] = now + w.lane[LANE.promise, lane]
    short = 0
    for line in range(w.asked[ASKED.first_line, order], w.asked[ASKED.first_line, order + 1]):
        if w.item[ITEM.pool, line] == NONE:
            rows[LINE.taken, line] = w.item[ITEM.quantity, line]
        else:
            stock.draw(w, line, lane, now)
        if rows[LINE.waiting, line]:
            short += 1
        elif rows[LINE.taken, line]:
            rows[LINE.served, line] = now
    orders[ORDER.short, order] = short
    if not short:
        orders[ORDER.allocated, order] = now
    if not short or w.lane[LANE.split, lane]:
        send_ready(w, order, now)


@inner
def send_ready(w: World, order: int, now: int) -> None:
    """Send the lines that have got what they will get in one shipment; without any, the order is lost."""
    rows, first, last = w.line, -1, -1
    for line in range(w.asked[ASKED.first_line, order], w.asked[ASKED.first_line, order + 1]):
        if rows[LINE.waiting, line] or not rows[LINE.taken, line]:
            continue
        if first < 0:
            first = line
        else:
            rows[LINE.next_part, last] = line
        rows[LINE.next_part, line] = -1
        last = line
    if first >= 0:
        fulfil(w, order, first, now)
    elif not w.order[ORDER.short, order]:
        end(w, order, LOST, now)


@inner
def send_late(w: World, line: int, now: int) -> None:
    """Send a line that was short when the rest of its order went out, or the whole order if it is not split."""
    order = w.item[ITEM.order, line]
    if w.lane[LANE.split, w.asked[ASKED.lane, order]]:
        w.line[LINE.next_part, line] = LATE
        fulfil(w, order, line, now)
    else:
        send_ready(w, order, now)


@inner
def fulfil(w: World, order: int, first: int, now: int) -> None:
    """Put a shipment into the queue of whoever works on it."""
    w.order[ORDER.under_way, order] += 1
    lane = w.asked[ASKED.lane, order]
    resource = w.lane[LANE.fulfil_resource, lane]
    if resource == NONE:
        w.order[ORDER.started, order] = True
        ship(w, order, first, now)
    else:
        w.line[LINE.join, first] = now
        join(w, now, resource, w.bucket_of[lane, resource], clock.FULFILLED, first)


@inner
def ship(w: World, order: int, first: int, now: int) -> None:
    """Let a shipment leave."""
    rows = w.line
    w.order[ORDER.shipments, order] += 1
    transit = w.item[ITEM.transit, first] if rows[LINE.next_part, first] == LATE else w.asked[ASKED.transit, order]
    part = first
    while part >= 0:
        rows[LINE.shipped, part] = now
        part = rows[LINE.next_part, part]
    if transit:
        schedule(w, now, transit, DELIVERED | first)
    else:
        deliver(w, order, first, now)


@inner
def deliver(w: World, order: int, first: int, now: int) -> None:
    """Let a shipment arrive; the last one ends the order."""
    rows, orders = w.line, w.order
    part = first
    while part >= 0:
        rows[LINE.delivered, part] = now
        part = rows[LINE.next_part, part]
    orders[ORDER.under_way, order] -= 1
    if not orders[ORDER.under_way, order] and not orders[ORDER.short, order]:
        end(w, order, ARRIVED, now)


@inner
def end(w: World, order: int, outcome: int, now: int) -> None:
    """Settle the order: note whether the promise was kept, and whether the customer leaves."""
    orders, lane = w.order, w.asked[ASKED.lane, order]
    orders[ORDER.outcome, order], orders[ORDER.ended, order] = outcome, now
    kept = outcome == ARRIVED and now <= orders[ORDER.promised, order]
    if kept and w.lane[LANE.may_lose, lane]:
        for line in range(w.asked[ASKED.first_line, order], w.asked[ASKED.first_line, order + 1]):
            kept = kept and not w.line[LINE.lost, line]
    orders[ORDER.kept, order] = kept
    if w.asked[ASKED.churns, order] and not kept and outcome != REFUSED:
        customer = _customer(w, order)
        w.leaves[customer] = min(w.leaves[customer], now + w.lane[LANE.commitment, lane])


@inner
def _customer(w: World, order: int) -> int:
    """Return the number of the customer of an order among those of all segments."""
    return w.lane[LANE.first_customer, w.asked[ASKED.lane, order]] + w.asked[ASKED.customer, order]


@inner
def cancel(w: World, order: int, now: int) -> None:
    """Cancel the order where it waits; its units go back."""
    end(w, order, CANCELLED, now)
    stock.take_back(w, order, now)


@inner
def lose_patience(w: World, order: int, now: int) -> None:
    """Cancel the order unless its fulfilment has started; a capture or approval in progress is finished first."""
    orders = w.order
    if orders[ORDER.ended, order] != NONE or orders[ORDER.started, order]:
        return
    busy = orders[ORDER.start, order] != NONE and orders[ORDER.finish, order] == NONE
    for step in range(w.asked[ASKED.first_step, order], w.asked[ASKED.first_step, order + 1]):
        busy = busy or (w.step[STEP.start, step] != NONE and w.step[STEP.finish, step] == NONE)
    if busy:
        orders[ORDER.expired, order] = True
    else:
        cancel(w, order, now)
