"""Resources: servers that come and go, and jobs that queue in buckets, so that nothing is ever sorted or scanned.

A bucket holds the jobs of one rank (or of one head start) in the order of (time of joining, key). Jobs join at rising
ticks, so a job goes to the end of its bucket, before those of the same tick with a higher key.
"""

from __future__ import annotations

import numpy as np

from simcore import clock
from simcore.clock import KIND_SHIFT, LONGEST, POOL_SHIFT, TICKS_PER_MINUTE
from simcore.compiled.events import schedule
from simcore.compiled.jit import at, inner
from simcore.compiled.rings import line_of, order_of
from simcore.compiled.world import BLOCK, COUNT, JOB_AT, LATE, NODES_FULL, SLOTS, UNITS_AT, World
from simcore.program import NONE
from simcore.records import Outcome

IDENTITY = (1 << KIND_SHIFT) - 1
NUMBER = (1 << POOL_SHIFT) - 1
CANCELLED = int(Outcome.CANCELLED)
FULFILLED, APPROVED, CAPTURED = clock.FULFILLED, clock.APPROVED, clock.CAPTURED
CONTACTED = clock.CONTACTED


@inner
def bucket_of(w: World, lane: int, resource: int) -> int:
    """Return where an order of a lane queues at a resource; 0 if none is needed."""
    return 0 if resource == NONE else int(w.bucket_of[at(lane), at(resource)])


@inner
def join(w: World, now: int, resource: int, bucket: int, kind: int, row: int) -> None:
    """Start a job if a server is free (or none is needed), or else put it into the queue."""
    if resource == NONE:
        begin(w, now, kind, row)
    elif w.team[at(resource)].busy < w.team[at(resource)].servers:
        w.team[at(resource)].busy += 1  # nobody waits: whoever became free has started the waiting ones
        begin(w, now, kind, row)
    else:
        _append(w, now, resource, bucket, kind << KIND_SHIFT | row)


@inner
def leave(w: World, now: int, resource: int) -> None:
    """Free a server; it starts the next job."""
    if resource != NONE:
        w.team[at(resource)].busy -= 1
        start_waiting(w, now, resource)


@inner
def start_waiting(w: World, now: int, resource: int) -> None:
    """Start waiting jobs on free servers; those that were cancelled meanwhile drop out."""
    team = w.team[at(resource)]
    while team.queue and team.busy < team.servers:
        key = _pop(w, resource)
        kind, row = key >> KIND_SHIFT, key & IDENTITY
        if _is_live(w, kind, row):
            team.busy += 1
            begin(w, now, kind, row)


@inner
def begin(w: World, now: int, kind: int, row: int) -> None:
    """Start the work of a job, and schedule its end."""
    if kind == FULFILLED:
        w.told.shipment[JOB_AT.start, at(row)] = now
        work = _shipment_work(w, row)
    elif kind == APPROVED:
        w.told.step[JOB_AT.start, at(row)] = now
        work = w.asked.step_work[at(row)]
    elif kind == CAPTURED:
        w.told.capture[JOB_AT.start, at(row)] = now
        work = w.asked.capture_work[at(row)]
    elif kind == CONTACTED:
        w.contact[at(row)].start = now
        work = w.contact[at(row)].work
    else:
        pool, number = row >> POOL_SHIFT, row & NUMBER
        supply = w.pool[at(pool)].first_supply + number
        w.supply[at(supply)].start = now
        work = production_work(w, pool, number, supply)
        if work < 0:
            w.pending[at(w.counter[COUNT.pending])].row = row
            w.counter[COUNT.pending] += 1
            return
    schedule(w, now, work, kind << KIND_SHIFT | row)


@inner
def production_work(w: World, pool: int, number: int, supply: int) -> int:
    """Return the ticks of work of a replenishment that is made here; -1 if they are not known yet."""
    units = w.supply[at(supply)].quantity
    per_unit = w.unit_minutes[at(pool)]
    if not np.isnan(per_unit):
        return w.supply[at(supply)].setup + int(np.rint(min(per_unit * units * TICKS_PER_MINUTE, LONGEST)))
    slot = units % SLOTS
    place = number - w.made[at(pool), at(slot)].since
    if w.made[at(pool), at(slot)].size != units or place < 0 or place >= BLOCK:
        return -1
    return w.supply[at(supply)].setup + w.made_work[at(pool), at(slot), at(place)]


@inner
def _shipment_work(w: World, first: int) -> int:
    """Return setup plus the work of the units that the lines of a shipment got; from now on its order is started."""
    asked, part = w.asked, first
    order = asked.line_order[at(first)]
    order_of(w, order).started = True
    total = asked.line_setup[at(first)] if line_of(w, first).next_part == LATE else asked.setup_work[at(order)]
    while part >= 0:
        work, got, wanted = (
            asked.line_work[at(part)],
            w.told.units[UNITS_AT.taken, at(part)],
            asked.line_quantity[at(part)],
        )
        if got != wanted:
            work = work // wanted * got + work % wanted * got // wanted  # work * got // wanted, without overflow
        total += min(work, w.horizon)
        part = line_of(w, part).next_part
    return total


@inner
def _is_live(w: World, kind: int, row: int) -> bool:
    """Return False for a job of an order that was cancelled."""
    if kind == FULFILLED:
        order = w.asked.line_order[at(row)]
    elif kind == APPROVED:
        order = w.asked.step_order[at(row)]
    elif kind == CAPTURED:
        order = row
    else:
        return True
    return bool(w.told.outcome[at(order)] != CANCELLED)


@inner
def _append(w: World, now: int, resource: int, bucket: int, key: int) -> None:
    place = w.counter[COUNT.free_node]
    if place >= 0:
        w.counter[COUNT.free_node] = w.node[at(place)].next
    elif w.counter[COUNT.nodes] == w.node.shape[0]:
        w.counter[COUNT.status] = NODES_FULL
        return
    else:
        place = w.counter[COUNT.nodes]
        w.counter[COUNT.nodes] = place + 1
    w.team[at(resource)].queue += 1
    w.node[at(place)].key, w.node[at(place)].join = key, now
    before, after = w.bucket[at(bucket)].last, -1
    while before >= 0 and w.node[at(before)].join == now and w.node[at(before)].key > key:
        before, after = w.node[at(before)].previous, before
    _link(w, bucket, before, place)
    _link(w, bucket, place, after)


@inner
def _link(w: World, bucket: int, node: int, after: int) -> None:
    """Let one node of a bucket follow another; -1 is the end on either side."""
    if node < 0:
        w.bucket[at(bucket)].first = after
    else:
        w.node[at(node)].next = after
    if after < 0:
        w.bucket[at(bucket)].last = node
    else:
        w.node[at(after)].previous = node


@inner
def _pop(w: World, resource: int) -> int:
    """Take the job that comes first out of the queue of a resource, and return its key."""
    chosen = -1
    best_tick = best_key = 0
    for bucket in range(w.team[at(resource)].first_bucket, w.team[at(resource + 1)].first_bucket):
        place = w.bucket[at(bucket)].first
        if place < 0:
            continue
        tick, key = w.node[at(place)].join - w.bucket[at(bucket)].head_start, w.node[at(place)].key
        if chosen < 0 or tick < best_tick or (tick == best_tick and key < best_key):
            chosen, best_tick, best_key = bucket, tick, key
        if not w.team[at(resource)].head_starts:
            break
    place = w.bucket[at(chosen)].first
    _link(w, chosen, -1, w.node[at(place)].next)
    w.node[at(place)].next = w.counter[COUNT.free_node]
    w.counter[COUNT.free_node] = place
    w.team[at(resource)].queue -= 1
    return best_key
