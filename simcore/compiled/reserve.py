"""Pools that clear strictly by placement and keep one reserve for the ranks without a critical level.

Every unit demanded files a request on the common stock, cleared first come, first served. A protected line takes from
the reserve at once; its requests refill the reserve when their turn comes (threshold clearing: Deshpande, Cohen &
Donohue 2003).
"""

from __future__ import annotations

from simcore.compiled import waiting
from simcore.compiled.jit import at, inner
from simcore.compiled.rings import line_of, link_of
from simcore.compiled.world import COUNT, REQUESTS_FULL, World

REFILL = -1


@inner
def free(w: World, pool: int, rank: int) -> int:
    """Return the units that a new line of a rank may take now."""
    p = w.pool[at(pool)]
    if w.rank[at(pool), at(rank - 1)].critical:
        return p.on_hand - p.reserve
    return 0 if p.protected_waiting else p.on_hand


@inner
def lower(w: World, pool: int, units: int) -> None:
    """Take from the reserve what the common stock lacks of some units; the reserve is to be refilled."""
    p = w.pool[at(pool)]
    from_reserve = units - (p.on_hand - p.reserve)
    if from_reserve > 0:
        p.reserve -= from_reserve
        file(w, pool, REFILL, from_reserve)


@inner
def wait(w: World, pool: int, line: int, rank: int, units: int) -> None:
    """Let a line wait."""
    p = w.pool[at(pool)]
    w.rank[at(pool), at(rank - 1)].lines_waiting += 1
    if w.rank[at(pool), at(rank - 1)].critical:
        file(w, pool, line, units)
        return
    p.protected_waiting += 1
    link_of(w, line).sibling = -1
    last = p.last_protected
    if last < 0:
        p.first_protected = line
    else:
        link_of(w, last).sibling = line
    p.last_protected = line
    file(w, pool, REFILL, units)


@inner
def clear(w: World, pool: int, now: int) -> None:
    """Serve the requests on the common stock in the order of placement."""
    p = w.pool[at(pool)]
    while p.first_request >= 0 and p.on_hand > p.reserve:
        first = w.request[at(p.first_request)]
        if first.owner == REFILL:
            rest = _refill(w, pool, first.wanted, now)
        else:
            rest = _serve_common(w, pool, first.owner, now)
        if rest:
            first.wanted = rest
            continue
        if first.owner != REFILL:
            waiting.unqueue(w, first.owner)
        _drop_first(w, pool)


@inner
def _refill(w: World, pool: int, wanted: int, now: int) -> int:
    """Give units to protected lines, or else to the reserve; return what is still to be refilled."""
    p = w.pool[at(pool)]
    first = p.first_protected
    while first >= 0 and not line_of(w, first).waiting:
        waiting.unqueue(w, first)
        first = link_of(w, first).sibling
    p.first_protected = first
    if first < 0:
        p.last_protected = -1
    units = min(wanted, p.on_hand - p.reserve)
    if first >= 0:
        units = min(units, line_of(w, first).waiting)
        waiting.give(w, pool, first, units, now)
        return wanted - units
    room = min(units, p.reserve_kept - p.reserve)
    p.reserve += room
    return 0 if room < units else wanted - units


@inner
def _serve_common(w: World, pool: int, line: int, now: int) -> int:
    """Give units to a line that waits for the common stock; return what it still waits for."""
    units = min(line_of(w, line).waiting, w.pool[at(pool)].on_hand - w.pool[at(pool)].reserve)
    if units:
        waiting.give(w, pool, line, units, now)
    return line_of(w, line).waiting


@inner
def file(w: World, pool: int, owner: int, wanted: int) -> None:
    """Put a request at the end of the queue for the common stock."""
    place = w.counter[COUNT.free_request]
    if place >= 0:
        w.counter[COUNT.free_request] = w.request[at(place)].next
    elif w.counter[COUNT.requests] == w.request.shape[0]:
        w.counter[COUNT.status] = REQUESTS_FULL
        return
    else:
        place = w.counter[COUNT.requests]
        w.counter[COUNT.requests] = place + 1
    p, request = w.pool[at(pool)], w.request[at(place)]
    request.owner, request.wanted, request.next = owner, wanted, -1
    if p.last_request < 0:
        p.first_request = place
    else:
        w.request[at(p.last_request)].next = place
    p.last_request = place


@inner
def _drop_first(w: World, pool: int) -> None:
    p, place = w.pool[at(pool)], w.pool[at(pool)].first_request
    p.first_request = w.request[at(place)].next
    if p.first_request < 0:
        p.last_request = -1
    w.request[at(place)].next = w.counter[COUNT.free_request]
    w.counter[COUNT.free_request] = place
