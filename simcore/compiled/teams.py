"""Resources: servers that come and go, and jobs that queue in buckets, so that nothing is ever sorted or scanned.

A bucket holds the jobs of one rank (or of one head start) in the order of (time of joining, key). Jobs join at rising
ticks, so a job goes to the end of its bucket, before those of the same tick with a higher key.
"""

from __future__ import annotations

import numpy as np

from simcore import clock
from simcore.clock import KIND_SHIFT, POOL_SHIFT, TICKS_PER_MINUTE
from simcore.compiled.events import schedule
from simcore.compiled.jit import inner
from simcore.compiled.rings import line_of, order_of, step_of
from simcore.compiled.world import BLOCK, COUNT, LATE, NODES_FULL, SLOTS, World
from simcore.program import NONE
from simcore.records import Outcome

IDENTITY = (1 << KIND_SHIFT) - 1
NUMBER = (1 << POOL_SHIFT) - 1
CANCELLED = int(Outcome.CANCELLED)
FULFILLED, APPROVED, CAPTURED = clock.FULFILLED, clock.APPROVED, clock.CAPTURED
CONTACTED = clock.CONTACTED


@inner
def join(w: World, now: int, resource: int, bucket: int, kind: int, row: int) -> None:
    """Start a job if a server is free (or none is needed), or else put it into the queue."""
    if resource == NONE:
        begin(w, now, kind, row)
    elif w.team[resource].busy < w.team[resource].servers:
        w.team[resource].busy += 1  # nobody waits: whoever became free has started the waiting ones
        begin(w, now, kind, row)
    else:
        _append(w, now, resource, bucket, kind << KIND_SHIFT | row)


@inner
def leave(w: World, now: int, resource: int) -> None:
    """Free a server; it starts the next job."""
    if resource != NONE:
        w.team[resource].busy -= 1
        start_waiting(w, now, resource)


@inner
def start_waiting(w: World, now: int, resource: int) -> None:
    """Start waiting jobs on free servers; those that were cancelled meanwhile drop out."""
    team = w.team[resource]
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
        line_of(w, row).start = now
        work = _shipment_work(w, row)
    elif kind == APPROVED:
        step = step_of(w, row)
        step.start = now
        work = step.work
    elif kind == CAPTURED:
        order = order_of(w, row)
        order.start = now
        work = order.capture_work
    elif kind == CONTACTED:
        w.contact[row].start = now
        work = w.contact[row].work
    else:
        pool, number = row >> POOL_SHIFT, row & NUMBER
        supply = w.pool[pool].first_supply + number
        w.supply[supply].start = now
        work = production_work(w, pool, number, supply)
        if work < 0:
            w.pending[w.counter[COUNT.pending]].row = row
            w.counter[COUNT.pending] += 1
            return
    schedule(w, now, work, kind << KIND_SHIFT | row)


@inner
def production_work(w: World, pool: int, number: int, supply: int) -> int:
    """Return the ticks of work of a replenishment that is made here; -1 if they are not known yet."""
    units = w.supply[supply].quantity
    per_unit = w.unit_minutes[pool]
    if not np.isnan(per_unit):
        return w.supply[supply].setup + int(np.rint(per_unit * units * TICKS_PER_MINUTE))
    slot = units % SLOTS
    place = number - w.made[pool, slot].since
    if w.made[pool, slot].size != units or place < 0 or place >= BLOCK:
        return -1
    return w.supply[supply].setup + w.made_work[pool, slot, place]


@inner
def _shipment_work(w: World, first: int) -> int:
    """Return setup plus the work of the units that the lines of a shipment got; from now on its order is started."""
    order, part = order_of(w, line_of(w, first).order), first
    order.started = True
    total = line_of(w, first).setup if line_of(w, first).next_part == LATE else order.setup_work
    while part >= 0:
        line = line_of(w, part)
        work, got, wanted = line.work, line.taken, line.quantity
        if got != wanted:
            work = work // wanted * got + work % wanted * got // wanted  # work * got // wanted, without overflow
        total += min(work, w.horizon)
        part = line.next_part
    return total


@inner
def _is_live(w: World, kind: int, row: int) -> bool:
    """Return False for a job of an order that was cancelled, and may be out of play since."""
    if kind == FULFILLED:
        return row >= w.counter[COUNT.first_line] and order_of(w, line_of(w, row).order).outcome != CANCELLED
    if kind == APPROVED:
        return row >= w.counter[COUNT.first_step] and order_of(w, step_of(w, row).order).outcome != CANCELLED
    if kind == CAPTURED:
        return row >= w.counter[COUNT.first_order] and order_of(w, row).outcome != CANCELLED
    return True


@inner
def _append(w: World, now: int, resource: int, bucket: int, key: int) -> None:
    place = w.counter[COUNT.free_node]
    if place >= 0:
        w.counter[COUNT.free_node] = w.node[place].next
    elif w.counter[COUNT.nodes] == w.node.shape[0]:
        w.counter[COUNT.status] = NODES_FULL
        return
    else:
        place = w.counter[COUNT.nodes]
        w.counter[COUNT.nodes] = place + 1
    w.team[resource].queue += 1
    w.node[place].key, w.node[place].join = key, now
    before, after = w.bucket[bucket].last, -1
    while before >= 0 and w.node[before].join == now and w.node[before].key > key:
        before, after = w.node[before].previous, before
    _link(w, bucket, before, place)
    _link(w, bucket, place, after)


@inner
def _link(w: World, bucket: int, node: int, after: int) -> None:
    """Let one node of a bucket follow another; -1 is the end on either side."""
    if node < 0:
        w.bucket[bucket].first = after
    else:
        w.node[node].next = after
    if after < 0:
        w.bucket[bucket].last = node
    else:
        w.node[after].previous = node


@inner
def _pop(w: World, resource: int) -> int:
    """Take the job that comes first out of the queue of a resource, and return its key."""
    chosen = -1
    best_tick = best_key = 0
    for bucket in range(w.team[resource].first_bucket, w.team[resource + 1].first_bucket):
        place = w.bucket[bucket].first
        if place < 0:
            continue
        tick, key = w.node[place].join - w.bucket[bucket].head_start, w.node[place].key
        if chosen < 0 or tick < best_tick or (tick == best_tick and key < best_key):
            chosen, best_tick, best_key = bucket, tick, key
        if not w.team[resource].head_starts:
            break
    place = w.bucket[chosen].first
    _link(w, chosen, -1, w.node[place].next)
    w.node[place].next = w.counter[COUNT.free_node]
    w.counter[COUNT.free_node] = place
    w.team[resource].queue -= 1
    return best_key
