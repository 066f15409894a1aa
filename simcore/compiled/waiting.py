"""Lines that wait at a pool: per rank a pairing heap on the line's number, which is the order of placement.

Entering costs one comparison, and the first line is known; taking it off costs the logarithm of the backlog, spread
over all takings (Fredman, Sedgewick, Sleator & Tarjan 1986, Algorithmica 1, 111-129). Lines that leave before their
turn stay in the heap until they come up.
"""

from __future__ import annotations

from simcore import clock
from simcore.clock import KIND_SHIFT
from simcore.compiled.events import schedule
from simcore.compiled.jit import at, inner
from simcore.compiled.rings import line_of, link_of, order_of
from simcore.compiled.world import LINE_AT, ORDER_AT, UNITS_AT, World

ALLOCATED = clock.ALLOCATED << KIND_SHIFT


@inner
def add_time(w: World, number: int, units: int, now: int) -> None:
    """Integrate the waiting units of a line since its last change, within the measured window."""
    line = line_of(w, number)
    span = min(now, w.measured_end) - max(line.since, w.warm_up)
    if span > 0:
        w.told.line[LINE_AT.backorder_time, at(number)] += span * units
    line.since = now


@inner
def give(w: World, pool: int, number: int, units: int, now: int) -> None:
    """Hand units to a waiting line; when it has got its last one, its shipment may go."""
    line, p = line_of(w, number), w.pool[at(pool)]
    add_time(w, number, line.waiting, now)
    line.waiting -= units
    w.told.units[UNITS_AT.taken, at(number)] += units
    p.backorders -= units
    p.on_hand -= units
    p.issued += units
    if line.waiting:
        return
    order = w.asked.line_order[at(number)]
    row, lane = order_of(w, order), w.lane[at(w.asked.lane[at(order)])]
    forget(w, pool, lane.rank)
    w.told.line[LINE_AT.served, at(number)] = now
    row.short -= 1
    if not row.short:
        w.told.order[ORDER_AT.allocated, at(order)] = now
    if lane.split:
        schedule(w, now, 0, ALLOCATED | number)
    elif not row.short:
        schedule(w, now, 0, ALLOCATED | w.asked.line_start[at(order)])


@inner
def forget(w: World, pool: int, rank: int) -> None:
    """Count one waiting line of a rank less."""
    w.rank[at(pool), at(rank - 1)].lines_waiting -= 1
    if w.pool[at(pool)].by_placement and w.rank[at(pool), at(rank - 1)].critical == 0:
        w.pool[at(pool)].protected_waiting -= 1


@inner
def unqueue(w: World, number: int) -> None:
    """Note that a line stands in the queue of a pool no more."""
    order_of(w, w.asked.line_order[at(number)]).queued -= 1


@inner
def enter(w: World, pool: int, number: int, rank: int) -> None:
    """Let a line wait."""
    link, queue = link_of(w, number), w.rank[at(pool), at(rank - 1)]
    queue.lines_waiting += 1
    link.child, link.sibling = -1, -1
    queue.root = number if queue.root < 0 else _meld(w, queue.root, number)


@inner
def clear(w: World, pool: int, now: int) -> None:
    """Serve waiting lines in the order (rank, placement, line) until the first that stays short."""
    for rank in range(w.rank.shape[1]):
        queue = w.rank[at(pool), at(rank)]
        while queue.root >= 0:
            first = queue.root
            units = min(line_of(w, first).waiting, w.pool[at(pool)].on_hand - queue.critical)
            if units > 0:
                give(w, pool, first, units, now)
            if line_of(w, first).waiting:
                return
            queue.root = _without_first(w, first)
            unqueue(w, first)


@inner
def _meld(w: World, a: int, b: int) -> int:
    """Join two heaps; the line placed first is on top."""
    if b < a:
        a, b = b, a
    link_of(w, b).sibling = link_of(w, a).child
    link_of(w, a).child = b
    return a


@inner
def _without_first(w: World, first: int) -> int:
    """Return the heap that is left when its first line is taken off: children are joined in pairs, then all."""
    pairs, child = -1, link_of(w, first).child
    while child >= 0:
        other = link_of(w, child).sibling
        if other < 0:
            pair, child = child, -1
        else:
            following = link_of(w, other).sibling
            pair, child = _meld(w, child, other), following
        link_of(w, pair).sibling = pairs
        pairs = pair
    heap = pairs
    if heap >= 0:
        pairs = link_of(w, heap).sibling
        link_of(w, heap).sibling = -1
        while pairs >= 0:
            following = link_of(w, pairs).sibling
            heap = _meld(w, heap, pairs)
            pairs = following
        link_of(w, heap).sibling = -1
    return heap
