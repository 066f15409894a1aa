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
    span = min(now, w.measured_end) - max(w.line[line].since, w.warm_up)
    if span > 0:
        w.line[line].backorder_time += span * units
    w.line[line].since = now


@inner
def give(w: World, pool: int, line: int, units: int, now: int) -> None:
    """Hand units to a waiting line; when it has got its last one, its shipment may go."""
    rows, orders = w.line, w.order
    add_time(w, line, rows[line].waiting, now)
    rows[line].waiting -= units
    rows[line].taken += units
    w.pool[pool].backorders -= units
    w.pool[pool].on_hand -= units
    w.pool[pool].issued += units
    if rows[line].waiting:
        return
    order = w.item[line].order
    lane = w.asked[order].lane
    forget(w, pool, w.lane[lane].rank)
    rows[line].served = now
    orders[order].short -= 1
    if not orders[order].short:
        orders[order].allocated = now
    if w.lane[lane].split:
        schedule(w, now, 0, ALLOCATED | line)
    elif not orders[order].short:
        schedule(w, now, 0, ALLOCATED | w.asked[order].first_line)


@inner
def forget(w: World, pool: int, rank: int) -> None:
    """Count one waiting line of a rank less."""
    w.rank[pool, rank - 1].lines_waiting -= 1
    if w.pool[pool].by_placement and w.rank[pool, rank - 1].critical == 0:
        w.pool[pool].protected_waiting -= 1


@inner
def enter(w: World, pool: int, line: int, rank: int) -> None:
    """Let a line wait."""
    w.rank[pool, rank - 1].lines_waiting += 1
    w.line[line].child = w.line[line].sibling = -1
    root = w.rank[pool, rank - 1].root
    w.rank[pool, rank - 1].root = line if root < 0 else _meld(w, root, line)


@inner
def clear(w: World, pool: int, now: int) -> None:
    """Serve waiting lines in the order (rank, placement, line) until the first that stays short."""
    p, rows = w.pool, w.line
    for rank in range(w.rank.shape[1]):
        line = w.rank[pool, rank].root
        while line >= 0:
            units = min(rows[line].waiting, p[pool].on_hand - w.rank[pool, rank].critical)
            if units > 0:
                give(w, pool, line, units, now)
            if rows[line].waiting:
                return
            line = w.rank[pool, rank].root = _without_first(w, line)


@inner
def _meld(w: World, a: int, b: int) -> int:
    """Join two heaps; the line placed first is on top."""
    if b < a:
        a, b = b, a
    w.line[b].sibling = w.line[a].child
    w.line[a].child = b
    return a


@inner
def _without_first(w: World, line: int) -> int:
    """Return the heap that is left when its first line is taken off: children are joined in pairs, then all."""
    rows = w.line
    pairs, child = -1, rows[line].child
    while child >= 0:
        other = rows[child].sibling
        if other < 0:
            pair, child = child, -1
        else:
            following = rows[other].sibling
            pair, child = _meld(w, child, other), following
        rows[pair].sibling = pairs
        pairs = pair
    heap = pairs
    if heap >= 0:
        pairs = rows[heap].sibling
        rows[heap].sibling = -1
        while pairs >= 0:
            following = rows[pairs].sibling
            heap = _meld(w, heap, pairs)
            pairs = following
        rows[heap].sibling = -1
    return heap
