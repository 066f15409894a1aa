"""Stock pools: lines that draw on them, lines that wait, replenishments and reviews."""

from __future__ import annotations

from simcore import clock
from simcore.clock import KIND_SHIFT, POOL_SHIFT
from simcore.compiled import reserve, waiting
from simcore.compiled.events import schedule
from simcore.compiled.jit import inner
from simcore.compiled.teams import join
from simcore.compiled.world import (
    ASKED,
    BACKORDER,
    COUNT,
    ITEM,
    LANE,
    LINE,
    LOSE,
    POOL,
    RANK,
    REVIEW,
    REVIEWS_FULL,
    SUBSTITUTE,
    SUPPLIES_FULL,
    SUPPLY,
    World,
)
from simcore.program import NONE

RECEIPT, REVIEWED = clock.RECEIPT << KIND_SHIFT, clock.REVIEW << KIND_SHIFT


@inner
def advance(w: World, pool: int, now: int) -> None:
    """Integrate the stock of a pool over the part of the time since its last change that lies in the window."""
    p = w.pool
    span = min(now, w.measured_end) - max(p[pool].since, w.warm_up)
    p[pool].since = now
    if span > 0:
        p[pool].on_hand_time += span * p[pool].on_hand
        p[pool].on_order_time += span * p[pool].on_order
        p[pool].backorder_time += span * p[pool].backorders
        if p[pool].on_hand > 0:
            p[pool].stocked_time += span


@inner
def free(w: World, pool: int, rank: int) -> int:
    """Return the units that a new line of a rank may take now."""
    p = w.pool
    if p[pool].by_placement:
        return reserve.free(w, pool, rank)
    if p[pool].backorders:
        for better in range(rank):
            if w.rank[pool, better].lines_waiting:
                return 0
    return max(0, p[pool].on_hand - w.rank[pool, rank - 1].critical)


@inner
def draw(w: World, line: int, lane: int, now: int) -> None:
    """Let one line take what it may from its pool; ``when_short`` decides about the rest."""
    p, rows = w.pool, w.line
    wanted, pool, rank = w.item[line].quantity, w.item[line].pool, w.lane[lane].rank
    rule, better = w.lane[lane].when_short, w.item[line].better_pool
    units = free(w, pool, rank)
    if units < wanted and better != NONE and free(w, better, rank) >= wanted:
        pool, units = better, wanted
    rest = max(0, wanted - units)
    if rest and rule == LOSE:
        rest = wanted
    rows[line].served_pool = pool
    advance(w, pool, now)
    if wanted > rest:
        if p[pool].by_placement:
            reserve.lower(w, pool, wanted - rest)
        p[pool].on_hand -= wanted - rest
        p[pool].issued += wanted - rest
        rows[line].from_stock = rows[line].taken = wanted - rest
    if rest:
        if rule in (BACKORDER, SUBSTITUTE):
            _wait(w, pool, line, rank, rest, now)
        else:
            rows[line].lost = rest
    if not p[pool].review and _position(w, pool) <= p[pool].reorder_point:
        replenish(w, pool, now)


@inner
def _wait(w: World, pool: int, line: int, rank: int, units: int, now: int) -> None:
    w.line[line].since, w.line[line].waiting = now, units
    w.pool[pool].backorders += units
    if w.pool[pool].by_placement:
        reserve.wait(w, pool, line, rank, units)
    else:
        waiting.enter(w, pool, line, rank)


@inner
def clear(w: World, pool: int, now: int) -> None:
    """Serve waiting lines from the stock on hand."""
    if w.pool[pool].by_placement:
        reserve.clear(w, pool, now)
    elif w.pool[pool].backorders:
        waiting.clear(w, pool, now)


@inner
def take_back(w: World, order: int, now: int) -> None:
    """Take the lines of a cancelled order out of every queue, then put back what was set aside for them."""
    rows, p = w.line, w.pool
    first, end = w.asked[order].first_line, w.asked[order + 1].first_line
    for line in range(first, end):
        pool, units = rows[line].served_pool, rows[line].waiting
        if pool == NONE or not units:
            continue
        waiting.add_time(w, line, units, now)
        advance(w, pool, now)
        p[pool].backorders -= units
        waiting.forget(w, pool, w.lane[w.asked[order].lane].rank)
        rows[line].waiting = 0
    for line in range(first, end):
        pool, units = rows[line].served_pool, rows[line].taken
        if pool == NONE or not units:
            continue
        rows[line].taken = 0
        advance(w, pool, now)
        p[pool].issued -= units
        p[pool].on_hand += units
        clear(w, pool, now)


@inner
def _position(w: World, pool: int) -> int:
    return w.pool[pool].on_hand + w.pool[pool].on_order - w.pool[pool].backorders


@inner
def _shortage(w: World, pool: int) -> int:
    """Return the units to order now so that the position is where the policy wants it; 0 or less is none."""
    p, position = w.pool, _position(w, pool)
    if position > p[pool].reorder_point:
        return 0
    lot = p[pool].order_quantity
    if lot:
        return -(-(p[pool].reorder_point + 1 - position) // lot) * lot
    return p[pool].order_up_to - position


@inner
def replenish(w: World, pool: int, now: int) -> None:
    """Order for a pool if its policy says so."""
    units = _shortage(w, pool)
    if units <= 0:
        return
    p, rows, number = w.pool, w.supply, w.pool[pool].supplies
    supply = p[pool].first_supply + number
    if supply == p[pool].end_supply:
        w.counter[COUNT.status] = SUPPLIES_FULL
        return
    p[pool].supplies = number + 1
    rows[supply].ordered, rows[supply].quantity = now, units
    advance(w, pool, now)
    p[pool].on_order += units
    if p[pool].made_by == NONE:
        send(w, pool, number, now)
        return
    rows[supply].join = now
    join(w, now, p[pool].made_by, p[pool].made_bucket, clock.MADE, pool << POOL_SHIFT | number)


@inner
def send(w: World, pool: int, number: int, now: int) -> None:
    """Let a replenishment travel; it overtakes an earlier one only if the scenario allows it."""
    p = w.pool
    due = now + min(w.supply[p[pool].first_supply + number].lead_time, w.horizon)
    if not p[pool].may_cross:
        due = p[pool].last_due = max(due, p[pool].last_due)
    schedule(w, now, due - now, RECEIPT | pool << POOL_SHIFT | number)


@inner
def receive(w: World, pool: int, number: int, now: int) -> None:
    """Take a replenishment in, and serve waiting lines from it."""
    p, rows, supply = w.pool, w.supply, w.pool[pool].first_supply + number
    advance(w, pool, now)
    rows[supply].received, rows[supply].on_hand, rows[supply].backorders = (
        now,
        p[pool].on_hand,
        p[pool].backorders,
    )
    units = rows[supply].quantity
    p[pool].on_order -= units
    p[pool].received += units
    p[pool].on_hand += units
    clear(w, pool, now)


@inner
def review(w: World, pool: int, now: int) -> None:
    """Look at a pool with a periodic policy, and again a review period later."""
    row = w.counter[COUNT.reviews]
    if row == w.review.shape[0]:
        w.counter[COUNT.status] = REVIEWS_FULL
        return
    w.counter[COUNT.reviews] = row + 1
    w.review[row].pool, w.review[row].tick = pool, now
    w.review[row].on_hand, w.review[row].backorders = (
        w.pool[pool].on_hand,
        w.pool[pool].backorders,
    )
    replenish(w, pool, now)
    schedule(w, now, w.pool[pool].review, REVIEWED | pool)
