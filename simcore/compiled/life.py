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
    lane = w.asked[order].lane
    orders[order].outcome = OPEN
    if w.from_placement and w.lane[lane].promise != NEVER:
        orders[order].promised = now + w.lane[lane].promise
    if w.asked[order].patience < w.horizon:
        schedule(w, now, w.asked[order].patience - now, PATIENCE | order)
    if w.lane[lane].captures:
        orders[order].join = now
        resource = w.lane[lane].capture_resource
        join(w, now, resource, w.bucket_of[lane, resource], clock.CAPTURED, order)
    else:
        approve(w, order, w.asked[order].first_step, now)


@inner
def approve(w: World, order: int, step: int, now: int) -> None:
    """Go to an approval step of the order; after the last one, allocate."""
    if step == w.asked[order + 1].first_step:
        allocate(w, order, now)
        return
    w.step[step].join = now
    resource = w.step[step].resource
    join(w, now, resource, w.bucket_of[w.asked[order].lane, resource], clock.APPROVED, step)


@inner
def allocate(w: World, order: int, now: int) -> None:
    """Let every line draw on its pool, and send what is ready to go."""
    orders, rows, lane = w.order, w.line, w.asked[order].lane
    orders[order].approved = now
    if not w.from_placement and w.lane[lane].promise != NEVER:
        orders[order].promised = now + w.lane[lane].promise
    short = 0
    for line in range(w.asked[order].first_line, w.asked[order + 1].first_line):
        if w.item[line].pool == NONE:
            rows[line].taken = w.item[line].quantity
        else:
            stock.draw(w, line, lane, now)
        if rows[line].waiting:
            short += 1
        elif rows[line].taken:
            rows[line].served = now
    orders[order].short = short
    if not short:
        orders[order].allocated = now
    if not short or w.lane[lane].split:
        send_ready(w, order, now)


@inner
def send_ready(w: World, order: int, now: int) -> None:
    """Send the lines that have got what they will get in one shipment; without any, the order is lost."""
    rows, first, last = w.line, -1, -1
    for line in range(w.asked[order].first_line, w.asked[order + 1].first_line):
        if rows[line].waiting or not rows[line].taken:
            continue
        if first < 0:
            first = line
        else:
            rows[last].next_part = line
        rows[line].next_part = -1
        last = line
    if first >= 0:
        fulfil(w, order, first, now)
    elif not w.order[order].short:
        end(w, order, LOST, now)


@inner
def send_late(w: World, line: int, now: int) -> None:
    """Send a line that was short when the rest of its order went out, or the whole order if it is not split."""
    order = w.item[line].order
    if w.lane[w.asked[order].lane].split:
        w.line[line].next_part = LATE
        fulfil(w, order, line, now)
    else:
        send_ready(w, order, now)


@inner
def fulfil(w: World, order: int, first: int, now: int) -> None:
    """Put a shipment into the queue of whoever works on it."""
    w.order[order].under_way += 1
    lane = w.asked[order].lane
    resource = w.lane[lane].fulfil_resource
    if resource == NONE:
        w.order[order].started = True
        ship(w, order, first, now)
    else:
        w.line[first].join = now
        join(w, now, resource, w.bucket_of[lane, resource], clock.FULFILLED, first)


@inner
def ship(w: World, order: int, first: int, now: int) -> None:
    """Let a shipment leave."""
    rows = w.line
    w.order[order].shipments += 1
    transit = w.item[first].transit if rows[first].next_part == LATE else w.asked[order].transit
    part = first
    while part >= 0:
        rows[part].shipped = now
        part = rows[part].next_part
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
        rows[part].delivered = now
        part = rows[part].next_part
    orders[order].under_way -= 1
    if not orders[order].under_way and not orders[order].short:
        end(w, order, ARRIVED, now)


@inner
def end(w: World, order: int, outcome: int, now: int) -> None:
    """Settle the order: note whether the promise was kept, and whether the customer leaves."""
    orders, lane = w.order, w.asked[order].lane
    orders[order].outcome, orders[order].ended = outcome, now
    kept = outcome == ARRIVED and now <= orders[order].promised
    if kept and w.lane[lane].may_lose:
        for line in range(w.asked[order].first_line, w.asked[order + 1].first_line):
            kept = kept and not w.line[line].lost
    orders[order].kept = kept
    if w.asked[order].churns and not kept and outcome != REFUSED:
        customer = _customer(w, order)
        w.leaves[customer] = min(w.leaves[customer], now + w.lane[lane].commitment)


@inner
def _customer(w: World, order: int) -> int:
    """Return the number of the customer of an order among those of all segments."""
    return w.lane[w.asked[order].lane].first_customer + w.asked[order].customer


@inner
def cancel(w: World, order: int, now: int) -> None:
    """Cancel the order where it waits; its units go back."""
    end(w, order, CANCELLED, now)
    stock.take_back(w, order, now)


@inner
def lose_patience(w: World, order: int, now: int) -> None:
    """Cancel the order unless its fulfilment has started; a capture or approval in progress is finished first."""
    orders = w.order
    if orders[order].ended != NONE or orders[order].started:
        return
    busy = orders[order].start != NONE and orders[order].finish == NONE
    for step in range(w.asked[order].first_step, w.asked[order + 1].first_step):
        busy = busy or (w.step[step].start != NONE and w.step[step].finish == NONE)
    if busy:
        orders[order].expired = True
    else:
        cancel(w, order, now)
