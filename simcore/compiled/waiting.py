"""Lines that wait at a pool: per rank a pairing heap on the line's number, which is the order of placement.

Entering costs one comparison, and the first line is known; taking it off costs the logarithm of the backlog, spread
over all takings (Fredman, Sedgewick, Sleator & Tarjan 1986, Algorithmica 1, 111-129). Lines that leave before their
turn stay in the heap until they come up.
"""

from __future__ import annotations

from simcore import clock
from simcore.clock import KIND_SHIFT
from simcore.compiled.events import schedule
from simcore.compiled.jit import inner
from simcore.compiled.world import ASKED, ITEM, LANE, LINE, ORDER, POOL, RANK, World

ALLOCATED = clock.ALLOCATED << KIND_SHIFT


@inner
def add_time(w: World, line: int, units: int, now: int) -> None:
    """Integrate the waiting units of a line since its last change, within the measured window."""
    span = min(now, w.measured_end) - max(w.line[LINE.since, line], w.warm_up)
    if span > 0:
        w.line[LINE.backorder_time, line] += span * units
    w.line[LINE.since, line] = now


@inner
def give(w: World, pool: int, line: int, units: int, now: int) -> None:
    """Hand units to a waiting line; when it has got its last one, its shipment may go."""
    rows, orders = w.line, w.order
    add_time(w, line, rows[LINE.waiting, line], now)
    rows[LINE.waiting, line] -= units
    rows[LINE.taken, line] += units
    w.pool[POOL.backorders, pool] -= units
    w.pool[POOL.on_hand, pool] -= units
    w.pool[POOL.issued, pool] += units
    if rows[LINE.waiting, line]:
        return
    order = w.item[ITEM.order, line]
    lane = w.asked[ASKED.lane, order]
    forget(w, pool, w.lane[LANE.rank, lane])
    rows[LINE.served, line] = now
    orders[ORDER.short, order] -= 1
    if not orders[ORDER.short, order]:
        orders[ORDER.allocated, order] = now
    if w.lane[LANE.split, lane]:
        schedule(w, now, 0, ALLOCATED | line)
    elif not orders[ORDER.short, order]:
        schedule(w, now, 0, ALLOCATED | w.asked[ASKED.first_line, order])


@inner
def forget(w: World, pool: int, rank: int) -> None:
    """Count one waiting line of a rank less."""
    w.rank[RANK.lines_waiting, pool, rank - 1] -= 1
    if w.pool[POOL.by_placement, pool] and w.rank[RANK.critical, pool, rank - 1] == 0:
        w.pool[POOL.protected_waiting, pool] -= 1


@inner
def enter(w: World, pool: int, line: int, rank: int) -> None:
    """Let a line wait."""
    w.rank[RANK.lines_waiting, pool, rank - 1] += 1
    w.line[LINE.child, line] = w.line[LINE.sibling, line] = -1
    root = w.rank[RANK.root, pool, rank - 1]
    w.rank[RANK.root, pool, rank - 1] = line if root < 0 else _meld(w, root, line)


@inner
def clear(w: World, pool: int, now: int) -> None:
    """Serve waiting lines in the order (rank, placement, line) until the first that stays short."""
    p, rows = w.pool, w.line
    for rank in range(w.rank.shape[2]):
        line = w.rank[RANK.root, pool, rank]
        while line >= 0:
            units = min(rows[LINE.waiting, line], p[POOL.on_hand, pool] - w.rank[RANK.critical, pool, rank])
            if units > 0:
                give(w, pool, line, units, now)
            if rows[LINE.waiting, line]:
                return
            line = w.rank[RANK.root, pool, rank] = _without_first(w, line)


@inner
def _meld(w: World, a: int, b: int) -> int:
    """Join two heaps; the line placed first is on top."""
    if b < a:
        a, b = b, a
    w.line[LINE.sibling, b] = w.line[LINE.child, a]
    w.line[LINE.child, a] = b
    return a


@inner
def _without_first(w: World, line: int) -> int:
    """Return the heap that is left when its first line is taken off: children are joined in pairs, then all."""
    rows = w.line
    pairs, child = -1, rows[LINE.child, line]
    while child >= 0:
        other = rows[LINE.sibling, child]
        if other < 0:
            pair, child = child, -1
        else:
            following = rows[LINE.sibling, other]
            pair, child = _meld(w, child, other), following
        rows[LINE.sibling, pair] = pairs
        pairs = pair
    heap = pairs
    if heap >= 0:
        pairs = rows[LINE.sibling, heap]
        rows[LINE.sibling, heap] = -1
        while pairs >= 0:
            following = rows[LINE.sibling, pairs]
            heap = _meld(w, heap, pairs)
            pairs = following
        rows[LINE.sibling, heap] = -1
    return heap
