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
    if w.rank[RANK.critical, pool, rank - 1]:
        return p[POOL.on_hand, pool] - p[POOL.reserve, pool]
    return 0 if p[POOL.protected_waiting, pool] else p[POOL.on_hand, pool]


@inner
def lower(w: World, pool: int, units: int) -> None:
    """Take from the reserve what the common stock lacks of some units; the reserve is to be refilled."""
    p = w.pool
    from_reserve = units - (p[POOL.on_hand, pool] - p[POOL.reserve, pool])
    if from_reserve > 0:
        p[POOL.reserve, pool] -= from_reserve
        file(w, pool, REFILL, from_reserve)


@inner
def wait(w: World, pool: int, line: int, rank: int, units: int) -> None:
    """Let a line wait."""
    p = w.pool
    w.rank[RANK.lines_waiting, pool, rank - 1] += 1
    if w.rank[RANK.critical, pool, rank - 1]:
        file(w, pool, line, units)
        return
    p[POOL.protected_waiting, pool] += 1
    w.line[LINE.sibling, line] = -1
    last = p[POOL.last_protected, pool]
    if last < 0:
        p[POOL.first_protected, pool] = line
    else:
        w.line[LINE.sibling, last] = line
    p[POOL.last_protected, pool] = line
    file(w, pool, REFILL, units)


@inner
def clear(w: World, pool: int, now: int) -> None:
    """Serve the requests on the common stock in the order of placement."""
    p, requests = w.pool, w.request
    while p[POOL.first_request, pool] >= 0 and p[POOL.on_hand, pool] > p[POOL.reserve, pool]:
        first = p[POOL.first_request, pool]
        if requests[REQUEST.owner, first] == REFILL:
            rest = _refill(w, pool, requests[REQUEST.wanted, first], now)
        else:
            rest = _serve_common(w, pool, requests[REQUEST.owner, first], now)
        if rest:
            requests[REQUEST.wanted, first] = rest
        else:
            _drop_first(w, pool)


@inner
def _refill(w: World, pool: int, wanted: int, now: int) -> int:
    """Give units to protected lines, or else to the reserve; return what is still to be refilled."""
    p = w.pool
    first = p[POOL.first_protected, pool]
    while first >= 0 and not w.line[LINE.waiting, first]:
        first = w.line[LINE.sibling, first]
    p[POOL.first_protected, pool] = first
    if first < 0:
        p[POOL.last_protected, pool] = -1
    units = min(wanted, p[POOL.on_hand, pool] - p[POOL.reserve, pool])
    if first >= 0:
        units = min(units, w.line[LINE.waiting, first])
        waiting.give(w, pool, first, units, now)
        return wanted - units
    room = min(units, p[POOL.reserve_kept, pool] - p[POOL.reserve, pool])
    p[POOL.reserve, pool] += room
    return 0 if room < units else wanted - units


@inner
def _serve_common(w: World, pool: int, line: int, now: int) -> int:
    """Give units to a line that waits for the common stock; return what it still waits for."""
    units = min(w.line[LINE.waiting, line], w.pool[POOL.on_hand, pool] - w.pool[POOL.reserve, pool])
    if units:
        waiting.give(w, pool, line, units, now)
    return w.line[LINE.waiting, line]


@inner
def file(w: World, pool: int, owner: int, wanted: int) -> None:
    """Put a request at the end of the queue for the common stock."""
    p, requests = w.pool, w.request
    request = w.counter[COUNT.free_request]
    if request >= 0:
        w.counter[COUNT.free_request] = requests[REQUEST.next, request]
    elif w.counter[COUNT.requests] == requests.shape[1]:
        w.counter[COUNT.status] = REQUESTS_FULL
        return
    else:
        request = w.counter[COUNT.requests]
        w.counter[COUNT.requests] = request + 1
    requests[REQUEST.owner, request], requests[REQUEST.wanted, request], requests[REQUEST.next, request] = (
        owner,
        wanted,
        -1,
    )
    last = p[POOL.last_request, pool]
    if last < 0:
        p[POOL.first_request, pool] = request
    else:
        requests[REQUEST.next, last] = request
    p[POOL.last_request, pool] = request


@inner
def _drop_first(w: World, pool: int) -> None:
    p, request = w.pool, w.pool[POOL.first_request, pool]
    p[POOL.first_request, pool] = w.request[REQUEST.next, request]
    if p[POOL.first_request, pool] < 0:
        p[POOL.last_request, pool] = -1
    w.request[REQUEST.next, request] = w.counter[COUNT.free_request]
    w.counter[COUNT.free_request] = request
