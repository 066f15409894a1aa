"""Stock pools: lines that draw on them, lines that wait, replenishments and reviews."""

from __future__ import annotations

from simcore import clock
from simcore.clock import KIND_SHIFT, POOL_SHIFT
from simcore.compiled import reserve, waiting
from simcore.compiled.events import schedule
from simcore.compiled.jit import at, inner
from simcore.compiled.rings import line_of, order_of
from simcore.compiled.teams import join
from simcore.compiled.world import BACKORDER, COUNT, LOSE, REVIEWS_FULL, SUBSTITUTE, SUPPLIES_FULL, UNITS_AT, World
from simcore.program import NONE

RECEIPT, REVIEWED = clock.RECEIPT << KIND_SHIFT, clock.REVIEW << KIND_SHIFT


@inner
def advance(w: World, pool: int, now: int) -> None:
    """Integrate the stock of a pool over the part of the time since its last change that lies in the window."""
    p = w.pool[at(pool)]
    span = min(now, w.measured_end) - max(p.since, w.warm_up)
    p.since = now
    if span > 0:
        p.on_hand_time += span * p.on_hand
        p.on_order_time += span * p.on_order
        p.backorder_time += span * p.backorders
        if p.on_hand > 0:
            p.stocked_time += span


@inner
def free(w: World, pool: int, rank: int) -> int:
    """Return the units that a new line of a rank may take now."""
    p = w.pool[at(pool)]
    if p.by_placement:
        return reserve.free(w, pool, rank)
    if p.backorders:
        for better in range(rank):
            if w.rank[at(pool), at(better)].lines_waiting:
                return 0
    return max(0, p.on_hand - w.rank[at(pool), at(rank - 1)].critical)


@inner
def draw(w: World, number: int, lane: int, now: int) -> None:
    """Let one line take what it may from its pool; ``when_short`` decides about the rest."""
    asked, units_of = w.asked, w.told.units
    wanted, pool, better = (
        asked.line_quantity[at(number)],
        asked.line_pool[at(number)],
        asked.line_better_pool[at(number)],
    )
    rank, rule = w.lane[at(lane)].rank, w.lane[at(lane)].when_short
    units = free(w, pool, rank)
    if units < wanted and better != NONE and free(w, better, rank) >= wanted:
        pool, units = better, wanted
    rest = max(0, wanted - units)
    if rest and rule == LOSE:
        rest = wanted
    units_of[UNITS_AT.served_pool, at(number)] = pool
    advance(w, pool, now)
    p = w.pool[at(pool)]
    if wanted > rest:
        if p.by_placement:
            reserve.lower(w, pool, wanted - rest)
        p.on_hand -= wanted - rest
        p.issued += wanted - rest
        units_of[UNITS_AT.from_stock, at(number)] = wanted - rest
        units_of[UNITS_AT.taken, at(number)] = wanted - rest
    if rest:
        if rule in (BACKORDER, SUBSTITUTE):
            _wait(w, pool, number, rank, rest, now)
        else:
            units_of[UNITS_AT.lost, at(number)] = rest
    if not p.review and _position(w, pool) <= p.reorder_point:
        replenish(w, pool, now)


@inner
def _wait(w: World, pool: int, number: int, rank: int, units: int, now: int) -> None:
    line = line_of(w, number)
    line.since, line.waiting = now, units
    order_of(w, w.asked.line_order[at(number)]).queued += 1
    w.pool[at(pool)].backorders += units
    if w.pool[at(pool)].by_placement:
        reserve.wait(w, pool, number, rank, units)
    else:
        waiting.enter(w, pool, number, rank)


@inner
def clear(w: World, pool: int, now: int) -> None:
    """Serve waiting lines from the stock on hand."""
    if w.pool[at(pool)].by_placement:
        reserve.clear(w, pool, now)
    elif w.pool[at(pool)].backorders:
        waiting.clear(w, pool, now)


@inner
def take_back(w: World, order: int, now: int) -> None:
    """Take the lines of a cancelled order out of every queue, then put back what was set aside for them."""
    units_of, rank = w.told.units, w.lane[at(w.asked.lane[at(order)])].rank
    begin, end = w.asked.line_start[at(order)], w.asked.line_start[at(order + 1)]
    for number in range(begin, end):
        line, pool = line_of(w, number), units_of[UNITS_AT.served_pool, at(number)]
        if pool == NONE or not line.waiting:
            continue
        waiting.add_time(w, number, line.waiting, now)
        advance(w, pool, now)
        w.pool[at(pool)].backorders -= line.waiting
        waiting.forget(w, pool, rank)
        line.waiting = 0
    for number in range(begin, end):
        pool, units = units_of[UNITS_AT.served_pool, at(number)], units_of[UNITS_AT.taken, at(number)]
        if pool == NONE or not units:
            continue
        units_of[UNITS_AT.taken, at(number)] = 0
        advance(w, pool, now)
        w.pool[at(pool)].issued -= units
        w.pool[at(pool)].on_hand += units
        clear(w, pool, now)


@inner
def _position(w: World, pool: int) -> int:
    return w.pool[at(pool)].on_hand + w.pool[at(pool)].on_order - w.pool[at(pool)].backorders


@inner
def _shortage(w: World, pool: int) -> int:
    """Return the units to order now so that the position is where the policy wants it; 0 or less is none."""
    p, position = w.pool[at(pool)], _position(w, pool)
    if position > p.reorder_point:
        return 0
    lot = p.order_quantity
    if lot:
        return -(-(p.reorder_point + 1 - position) // lot) * lot
    return p.order_up_to - position


@inner
def replenish(w: World, pool: int, now: int) -> None:
    """Order for a pool if its policy says so."""
    units = _shortage(w, pool)
    if units <= 0:
        return
    p = w.pool[at(pool)]
    number = p.supplies
    if p.first_supply + number == p.end_supply:
        w.counter[COUNT.status] = SUPPLIES_FULL
        return
    p.supplies = number + 1
    supply = w.supply[at(p.first_supply + number)]
    supply.ordered, supply.quantity = now, units
    advance(w, pool, now)
    p.on_order += units
    if p.made_by == NONE:
        send(w, pool, number, now)
        return
    supply.join = now
    join(w, now, p.made_by, p.made_bucket, clock.MADE, pool << POOL_SHIFT | number)


@inner
def send(w: World, pool: int, number: int, now: int) -> None:
    """Let a replenishment travel; it overtakes an earlier one only if the scenario allows it."""
    p = w.pool[at(pool)]
    due = now + min(w.supply[at(p.first_supply + number)].lead_time, w.horizon)
    if not p.may_cross:
        due = max(due, p.last_due)
        p.last_due = due
    schedule(w, now, due - now, RECEIPT | pool << POOL_SHIFT | number)


@inner
def receive(w: World, pool: int, number: int, now: int) -> None:
    """Take a replenishment in, and serve waiting lines from it."""
    p = w.pool[at(pool)]
    supply = w.supply[at(p.first_supply + number)]
    advance(w, pool, now)
    supply.received, supply.on_hand, supply.backorders = now, p.on_hand, p.backorders
    p.on_order -= supply.quantity
    p.received += supply.quantity
    p.on_hand += supply.quantity
    clear(w, pool, now)


@inner
def review(w: World, pool: int, now: int) -> None:
    """Look at a pool with a periodic policy, and again a review period later."""
    place = w.counter[COUNT.reviews]
    if place == w.review.shape[0]:
        w.counter[COUNT.status] = REVIEWS_FULL
        return
    w.counter[COUNT.reviews] = place + 1
    p, row = w.pool[at(pool)], w.review[at(place)]
    row.pool, row.tick, row.on_hand, row.backorders = pool, now, p.on_hand, p.backorders
    replenish(w, pool, now)
    schedule(w, now, p.review, REVIEWED | pool)
