"""The loop: takes the next event in the total order of :mod:`simcore.clock`, and lets it happen."""

from __future__ import annotations

from simcore import clock
from simcore.clock import KIND_SHIFT, NEVER, POOL_SHIFT
from simcore.compiled import events, life, reserve, rings, stock
from simcore.compiled.events import drop_first, schedule
from simcore.compiled.jit import at, inner, outer
from simcore.compiled.rings import line_of, order_of
from simcore.compiled.teams import IDENTITY, NUMBER, join, leave, start_waiting
from simcore.compiled.waiting import add_time
from simcore.compiled.world import COUNT, JOB_AT, ROWS_FULL, RUNNING, STARTING, WORK_WANTED, World

KEY_SHIFT, KEY_ARRIVAL, KEY_CONTACT = (kind << KIND_SHIFT for kind in (clock.SHIFT, clock.ARRIVAL, clock.CONTACT))
UNKNOWN = -1
REVIEWED, MADE = clock.REVIEW << KIND_SHIFT, clock.MADE << KIND_SHIFT


@outer
def run(w: World, until: int) -> None:
    """Play all events before a tick; the status in ``counter`` says whether that was possible.

    At the first tick all pools are looked at, and at the horizon everything is integrated.

    ``WORK_WANTED``: give the work of the pending production orders and call again. ``ROWS_FULL``: give more rows to
    orders in play and call again. Another ``*_FULL``: the replication has to be played again with more room.
    """
    before = w.counter[COUNT.status]
    w.counter[COUNT.status] = RUNNING
    if before == STARTING:
        _open_stock(w)
    elif before == WORK_WANTED:
        _schedule_pending(w)
    if not events.is_any(w):
        events.move_up(w)
    _look_ahead(w)
    while w.counter[COUNT.status] == RUNNING:
        if w.counter[COUNT.arrival] == UNKNOWN:
            rings.take_next(w)
            if w.counter[COUNT.status] == ROWS_FULL:
                w.counter[COUNT.arrival] = UNKNOWN
                break
        tick, key = _next(w)
        if tick >= until:
            break
        w.counter[COUNT.now] = tick
        _happen(w, tick, key)
        if w.counter[COUNT.pending]:
            w.counter[COUNT.status] = WORK_WANTED
    if until == w.horizon and w.counter[COUNT.status] == RUNNING:
        _close_stock(w)


@inner
def _open_stock(w: World) -> None:
    """Schedule the first reviews, and order what the starting stock lacks."""
    for pool in range(w.pool.shape[0]):
        if w.pool[at(pool)].by_placement and w.pool[at(pool)].reserve < w.pool[at(pool)].reserve_kept:
            reserve.file(w, pool, reserve.REFILL, w.pool[at(pool)].reserve_kept - w.pool[at(pool)].reserve)
        if w.pool[at(pool)].review:
            schedule(w, 0, 0, REVIEWED | pool)
        else:
            stock.replenish(w, pool, 0)
    if w.counter[COUNT.pending] and w.counter[COUNT.status] == RUNNING:
        w.counter[COUNT.status] = WORK_WANTED


@inner
def _close_stock(w: World) -> None:
    """Integrate everything up to the end."""
    for line in range(w.counter[COUNT.first_line], w.counter[COUNT.blank_line]):
        if line_of(w, line).waiting:
            add_time(w, line, line_of(w, line).waiting, w.horizon)
    for pool in range(w.pool.shape[0]):
        stock.advance(w, pool, w.horizon)


@inner
def _schedule_pending(w: World) -> None:
    for i in range(w.counter[COUNT.pending]):
        schedule(w, w.counter[COUNT.now], w.pending[at(i)].work, MADE | w.pending[at(i)].row)
    w.counter[COUNT.pending] = 0


@inner
def _look_ahead(w: World) -> None:
    """Note when the next shift or contact comes."""
    shift, contact = w.counter[COUNT.shift], w.counter[COUNT.contact]
    tick = w.shift[at(shift)].tick if shift < w.shift.shape[0] else NEVER
    if contact < w.contact.shape[0]:
        tick = min(tick, w.contact[at(contact)].tick)
    w.counter[COUNT.other] = tick


@inner
def _next(w: World) -> tuple[int, int]:
    """Return tick and key of the event that comes first, among arrivals, contacts, shifts and the others."""
    tick, key = w.counter[COUNT.arrival], KEY_ARRIVAL | w.counter[COUNT.order]
    if w.counter[COUNT.other] <= tick:
        tick, key = _next_other(w, tick, key)
    if events.is_any(w):
        event = events.first(w)
        if event.tick < tick or (event.tick == tick and event.key < key):
            tick, key = event.tick, event.key
    return tick, key


@inner
def _next_other(w: World, tick: int, key: int) -> tuple[int, int]:
    """Return tick and key of the next shift or contact if it comes before an arrival, or else those of the arrival."""
    shift, contact = w.counter[COUNT.shift], w.counter[COUNT.contact]
    if contact < w.contact.shape[0] and w.contact[at(contact)].tick < tick:
        tick, key = w.contact[at(contact)].tick, KEY_CONTACT | contact
    if shift < w.shift.shape[0] and w.shift[at(shift)].tick <= tick:
        tick, key = w.shift[at(shift)].tick, KEY_SHIFT | w.shift[at(shift)].resource
    return tick, key


@inner
def _happen(w: World, now: int, key: int) -> None:
    kind, row = key >> KIND_SHIFT, key & IDENTITY
    if kind == clock.ARRIVAL:
        w.counter[COUNT.order] += 1
        w.counter[COUNT.arrival] = UNKNOWN
        life.place(w, row, now)
    elif kind == clock.SHIFT:
        w.team[at(row)].servers = w.shift[at(w.counter[COUNT.shift])].servers
        w.counter[COUNT.shift] += 1
        _look_ahead(w)
        start_waiting(w, now, row)
    elif kind == clock.CONTACT:
        w.counter[COUNT.contact] += 1
        _look_ahead(w)
        _contact(w, row, now)
    else:
        drop_first(w)
        if kind <= clock.DELIVERED or kind == clock.REVIEW or kind == clock.PATIENCE:
            _passive(w, now, kind, row)
        else:
            _finish(w, now, kind, row)


@inner
def _passive(w: World, now: int, kind: int, row: int) -> None:
    """Let something happen that is not the end of somebody's work."""
    if kind == clock.RECEIPT:
        stock.receive(w, row >> POOL_SHIFT, row & NUMBER, now)
    elif kind == clock.ALLOCATED:
        life.send_late(w, row, now)
    elif kind == clock.DELIVERED:
        life.deliver(w, w.asked.line_order[at(row)], row, now)
    elif kind == clock.REVIEW:
        stock.review(w, row, now)
    else:
        life.lose_patience(w, row, now)


@inner
def _finish(w: World, now: int, kind: int, row: int) -> None:
    """End a job: its server starts the next one before anything else happens."""
    if kind == clock.FULFILLED:
        order = w.asked.line_order[at(row)]
        w.told.shipment[JOB_AT.finish, at(row)] = now
        leave(w, now, w.lane[at(w.asked.lane[at(order)])].fulfil_resource)
        life.ship(w, order, row, now)
    elif kind == clock.APPROVED:
        order = w.asked.step_order[at(row)]
        w.told.step[JOB_AT.finish, at(row)] = now
        leave(w, now, w.asked.step_resource[at(row)])
        if w.asked.step_refuses[at(row)]:
            life.end(w, order, life.REFUSED, now)
        elif order_of(w, order).expired:
            life.cancel(w, order, now)
        else:
            life.approve(w, order, row + 1, now)
    elif kind == clock.CAPTURED:
        w.told.capture[JOB_AT.finish, at(row)] = now
        leave(w, now, w.lane[at(w.asked.lane[at(row)])].capture_resource)
        if order_of(w, row).expired:
            life.cancel(w, row, now)
        else:
            life.approve(w, row, w.asked.step_start[at(row)], now)
    elif kind == clock.CONTACTED:
        w.contact[at(row)].finish = now
        leave(w, now, w.lane[at(w.contact[at(row)].lane)].contact_resource)
    else:
        pool, number = row >> POOL_SHIFT, row & NUMBER
        w.supply[at(w.pool[at(pool)].first_supply + number)].finish = now
        leave(w, now, w.pool[at(pool)].made_by)
        stock.send(w, pool, number, now)


@inner
def _contact(w: World, contact: int, now: int) -> None:
    """Put a contact into the queue of whoever makes it."""
    lane = w.contact[at(contact)].lane
    if w.lane[at(lane)].contacts:
        w.contact[at(contact)].join = now
        resource, bucket = w.lane[at(lane)].contact_resource, w.lane[at(lane)].contact_bucket
        join(w, now, resource, bucket, clock.CONTACTED, contact)
