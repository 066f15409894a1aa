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
    span = min(now, w.measured_end) - max(p[POOL.since, pool], w.warm_up)
    p[POOL.since, pool] = now
    if span > 0:
        p[POOL.on_hand_time, pool] += span * p[POOL.on_hand, pool]
        p[POOL.on_order_time, pool] += span * p[POOL.on_order, pool]
        p[POOL.backorder_time, pool] += span * p[POOL.backorders, pool]
        if p[POOL.on_hand, pool] > 0:
            p[POOL.stocked_time, pool] += span


@inner
def free(w: World, pool: int, rank: int) -> int:
    """Return the units that a new line of a rank may take now."""
    p = w.pool
    if p[POOL.by_placement, pool]:
        return reserve.free(w, pool, rank)
    if p[POOL.backorders, pool]:
        for better in range(rank):
            if w.rank[RANK.lines_waiting, pool, better]:
                return 0
    return max(0, p[POOL.on_hand, pool] - w.rank[RANK.critical, pool, rank - 1])


@inner
def draw(w: World, line: int, lane: int, now: int) -> None:
    """Let one line take what it may from its pool; ``when_short`` decides about the rest."""
    p, rows = w.pool, w.line
    wanted, pool, rank = w.item[ITEM.quantity, line], w.item[ITEM.pool, line], w.lane[LANE.rank, lane]
    rule, better = w.lane[LANE.when_short, lane], w.item[ITEM.better_pool, line]
    units = free(w, pool, rank)
    if units < wanted and better != NONE and free(w, better, rank) >= wanted:
        pool, units = better, wanted
    rest = max(0, wanted - units)
    if rest and rule == LOSE:
        rest = wanted
    rows[LINE.served_pool, line] = pool
    advance(w, pool, now)
    if wanted > rest:
        if p[POOL.by_placement, pool]:
            reserve.lower(w, pool, wanted - rest)
        p[POOL.on_hand, pool] -= wanted - rest
        p[POOL.issued, pool] += wanted - rest
        rows[LINE.from_stock, line] = rows[LINE.taken, line] = wanted - rest
    if rest:
        if rule in (BACKORDER, SUBSTITUTE):
            _wait(w, pool, line, rank, rest, now)
        else:
            rows[LINE.lost, line] = rest
    if not p[POOL.review, pool] and _position(w, pool) <= p[POOL.reorder_point, pool]:
        replenish(w, pool, now)


@inner
def _wait(w: World, pool: int, line: int, rank: int, units: int, now: int) -> None:
    w.line[LINE.since, line], w.line[LINE.waiting, line] = now, units
    w.pool[POOL.backorders, pool] += units
    if w.pool[POOL.by_placement, pool]:
        reserve.wait(w, pool, line, rank, units)
    else:
        waiting.enter(w, pool, line, rank)


@inner
def clear(w: World, pool: int, now: int) -> None:
    """Serve waiting lines from the stock on hand."""
    if w.pool[POOL.by_placement, pool]:
        reserve.clear(w, pool, now)
    elif w.pool[POOL.backorders, pool]:
        waiting.clear(w, pool, now)


@inner
def take_back(w: World, order: int, now: int) -> None:
    """Take the lines of a cancelled order out of every queue, then put back what was set aside for them."""
    rows, p = w.line, w.pool
    first, end = w.asked[ASKED.first_line, order], w.asked[ASKED.first_line, order + 1]
    for line in range(first, end):
        pool, units = rows[LINE.served_pool, line], rows[LINE.waiting, line]
        if pool == NONE or not units:
            continue
        waiting.add_time(w, line, units, now)
        advance(w, pool, now)
        p[POOL.backorders, pool] -= units
        waiting.forget(w, pool, w.lane[LANE.rank, w.asked[ASKED.lane, order]])
        rows[LINE.waiting, line] = 0
    for line in range(first, end):
        pool, units = rows[LINE.served_pool, line], rows[LINE.taken, line]
        if pool == NONE or not units:
            continue
        rows[LINE.taken, line] = 0
        advance(w, pool, now)
        p[POOL.issued, pool] -= units
        p[POOL.on_hand, pool] += units
        clear(w, pool, now)


@inner
def _position(w: World, pool: int) -> int:
    return w.pool[POOL.on_hand, pool] + w.pool[POOL.on_order, pool] - w.pool[POOL.backorders, pool]


@inner
def _shortage(w: World, pool: int) -> int:
    """Return the units to order now so that the position is where the policy wants it; 0 or less is none."""
    p, position = w.pool, _position(w, pool)
    if position > p[POOL.reorder_point, pool]:
        return 0
    lot = p[POOL.order_quantity, pool]
    if lot:
        return -(-(p[POOL.reorder_point, pool] + 1 - position) // lot) * lot
    return p[POOL.order_up_to, pool] - position


@inner
def replenish(w: World, pool: int, now: int) -> None:
    """Order for a pool if its policy says so."""
    units = _shortage(w, pool)
    if units <= 0:
        return
    p, rows, number = w.pool, w.supply, w.pool[POOL.supplies, pool]
    supply = p[POOL.first_supply, pool] + number
    if supply == p[POOL.end_supply, pool]:
        w.counter[COUNT.status] = SUPPLIES_FULL
        return
    p[POOL.supplies, pool] = number + 1
    rows[SUPPLY.ordered, supply], rows[SUPPLY.quantity, supply] = now, units
    advance(w, pool, now)
    p[POOL.on_order, pool] += units
    if p[POOL.made_by, pool] == NONE:
        send(w, pool, number, now)
        return
    rows[SUPPLY.join, supply] = now
    join(w, now, p[POOL.made_by, pool], p[POOL.made_bucket, pool], clock.MADE, pool << POOL_SHIFT | number)


@inner
def send(w: World, pool: int, number: int, now: int) -> None:
    """Let a replenishment travel; it overtakes an earlier one only if the scenario allows it."""
    p = w.pool
    due = now + min(w.supply[SUPPLY.lead_time, p[POOL.first_supply, pool] + number], w.horizon)
    if not p[POOL.may_cross, pool]:
        due = p[POOL.last_due, pool] = max(due, p[POOL.last_due, pool])
    schedule(w, now, due - now, RECEIPT | pool << POOL_SHIFT | number)


@inner
def receive(w: World, pool: int, number: int, now: int) -> None:
    """Take a replenishment in, and serve waiting lines from it."""
    p, rows, supply = w.pool, w.supply, w.pool[POOL.first_supply, pool] + number
    advance(w, pool, now)
    rows[SUPPLY.received, supply], rows[SUPPLY.on_hand, supply], rows[SUPPLY.backorders, supply] = (
        now,
        p[POOL.on_hand, pool],
        p[POOL.backorders, pool],
    )
    units = rows[SUPPLY.quantity, supply]
    p[POOL.on_order, pool] -= units
    p[POOL.received, pool] += units
    p[POOL.on_hand, pool] += units
    clear(w, pool, now)


@inner
def review(w: World, pool: int, now: int) -> None:
    """Look at a pool with a periodic policy, and again a review period later."""
    row = w.counter[COUNT.reviews]
    if row == w.review.shape[1]:
        w.counter[COUNT.status] = REVIEWS_FULL
        return
    w.counter[COUNT.reviews] = row + 1
    w.review[REVIEW.pool, row], w.review[REVIEW.tick, row] = pool, now
    w.review[REVIEW.on_hand, row], w.review[REVIEW.backorders, row] = (
        w.pool[POOL.on_hand, pool],
        w.pool[POOL.backorders, pool],
    )
    replenish(w, pool, now)
    schedule(w, now, w.pool[POOL.review, pool], REVIEWED | pool)
