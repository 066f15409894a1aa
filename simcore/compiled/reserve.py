"""Pools that clear strictly by placement and keep one reserve for the ranks without a critical level.

Every unit demanded files a request on the common stock, cleared first come, first served. A protected line takes from
the reserve at once; its requests refill the reserve when their turn comes (threshold clearing: Deshpande, Cohen &
Donohue 2003).
"""

from __future__ import annotations

from simcore.compiled import waiting
from simcore.compiled.jit import inner
from simcore.compiled.world import COUNT, LINE, POOL, RANK, REQUEST, REQUESTS_FULL, World

REFILL = -1


@inner
def free(w: World, pool: int, rank: int) -> int:
    """Return the units that a new line of a rank may take now."""
    p = w.pool
    if w.rank[pool, rank - 1].critical:
        return p[pool].on_hand - p[pool].reserve
    return 0 if p[pool].protected_waiting else p[pool].on_hand


@inner
def lower(w: World, pool: int, units: int) -> None:
    """Take from the reserve what the common stock lacks of some units; the reserve is to be refilled."""
    p = w.pool
    from_reserve = units - (p[pool].on_hand - p[pool].reserve)
    if from_reserve > 0:
        p[pool].reserve -= from_reserve
        file(w, pool, REFILL, from_reserve)


@inner
def wait(w: World, pool: int, line: int, rank: int, units: int) -> None:
    """Let a line wait."""
    p = w.pool
    w.rank[pool, rank - 1].lines_waiting += 1
    if w.rank[pool, rank - 1].critical:
        file(w, pool, line, units)
        return
    p[pool].protected_waiting += 1
    w.line[line].sibling = -1
    last = p[pool].last_protected
    if last < 0:
        p[pool].first_protected = line
    else:
        w.line[last].sibling = line
    p[pool].last_protected = line
    file(w, pool, REFILL, units)


@inner
def clear(w: World, pool: int, now: int) -> None:
    """Serve the requests on the common stock in the order of placement."""
    p, requests = w.pool, w.request
    while p[pool].first_request >= 0 and p[pool].on_hand > p[pool].reserve:
        first = p[pool].first_request
        if requests[first].owner == REFILL:
            rest = _refill(w, pool, requests[first].wanted, now)
        else:
            rest = _serve_common(w, pool, requests[first].owner, now)
        if rest:
            requests[first].wanted = rest
        else:
            _drop_first(w, pool)


@inner
def _refill(w: World, pool: int, wanted: int, now: int) -> int:
    """Give units to protected lines, or else to the reserve; return what is still to be refilled."""
    p = w.pool
    first = p[pool].first_protected
    while first >= 0 and not w.line[first].waiting:
        first = w.line[first].sibling
    p[pool].first_protected = first
    if first < 0:
        p[pool].last_protected = -1
    units = min(wanted, p[pool].on_hand - p[pool].reserve)
    if first >= 0:
        units = min(units, w.line[first].waiting)
        waiting.give(w, pool, first, units, now)
        return wanted - units
    room = min(units, p[pool].reserve_kept - p[pool].reserve)
    p[pool].reserve += room
    return 0 if room < units else wanted - units


@inner
def _serve_common(w: World, pool: int, line: int, now: int) -> int:
    """Give units to a line that waits for the common stock; return what it still waits for."""
    units = min(w.line[line].waiting, w.pool[pool].on_hand - w.pool[pool].reserve)
    if units:
        waiting.give(w, pool, line, units, now)
    return w.line[line].waiting


@inner
def file(w: World, pool: int, owner: int, wanted: int) -> None:
    """Put a request at the end of the queue for the common stock."""
    p, requests = w.pool, w.request
    request = w.counter[COUNT.free_request]
    if request >= 0:
        w.counter[COUNT.free_request] = requests[request].next
    elif w.counter[COUNT.requests] == requests.shape[0]:
        w.counter[COUNT.status] = REQUESTS_FULL
        return
    else:
        request = w.counter[COUNT.requests]
        w.counter[COUNT.requests] = request + 1
    requests[request].owner, requests[request].wanted, requests[request].next = (
        owner,
        wanted,
        -1,
    )
    last = p[pool].last_request
    if last < 0:
        p[pool].first_request = request
    else:
        requests[last].next = request
    p[pool].last_request = request


@inner
def _drop_first(w: World, pool: int) -> None:
    p, request = w.pool, w.pool[pool].first_request
    p[pool].first_request = w.request[request].next
    if p[pool].first_request < 0:
        p[pool].last_request = -1
    w.request[request].next = w.counter[COUNT.free_request]
    w.counter[COUNT.free_request] = request
