"""What is left of the world between two stretches, with everything that goes on numbered anew.

What waits in queues and pools is put together again from what is known of each job and line; only what a pool that
clears by placement has promised has an order of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simcore import clock
from simcore.clock import KIND_SHIFT, POOL_SHIFT, Bools, Ints
from simcore.compiled import rows
from simcore.compiled import world as w
from simcore.compiled.reserve import REFILL
from simcore.compiled.teams import IDENTITY
from simcore.compiled.told import with_captures
from simcore.holding import numbered
from simcore.orders import Orders
from simcore.program import NONE, Program


class Numbers:
    """The new numbers of orders, lines, steps and contacts; -1 for what has ended."""

    def __init__(self, held: Orders, orders: Bools, contacts: Bools) -> None:
        self.orders, self.contacts = numbered(orders), numbered(contacts)
        self.lines, self.steps = numbered(orders[held.line_order]), numbered(orders[held.step_order])

    def of(self, kind: Ints, row: Ints) -> Ints:
        """Return the new numbers of what events and jobs of some kinds are about."""
        by_kind = {
            clock.ALLOCATED: self.lines,
            clock.DELIVERED: self.lines,
            clock.FULFILLED: self.lines,
            clock.APPROVED: self.steps,
            clock.CAPTURED: self.orders,
            clock.PATIENCE: self.orders,
            clock.CONTACTED: self.contacts,
        }
        found = row.copy()
        for one, numbers in by_kind.items():
            mine = kind == one
            found[mine] = numbers[row[mine]]
        return found


def renumbered(links: Ints, number: Ints) -> Ints:
    """Return links with the new numbers of what they point to; negative ones are marks and stay."""
    return np.where(links >= 0, number[np.maximum(links, 0)], links) if len(number) else links


def heap_of(world: w.World, number: Numbers) -> w.Table:
    """Return the events to come; the patience of an order that has ended is none."""
    first, end, count = (world.counter[i] for i in (w.COUNT.soon, w.COUNT.soon_end, w.COUNT.heap))
    events = np.concatenate([world.soon[np.arange(first, end) % w.SOON], world.heap[:count]])
    tick, key = events["tick"], events["key"]
    kind = key >> KIND_SHIFT
    row = number.of(kind, key & IDENTITY)
    tick, key = tick[row >= 0], ((kind << KIND_SHIFT) | row)[row >= 0]
    sequence = np.lexsort((key, tick))  # what is sorted is a heap
    world.counter[w.COUNT.soon] = world.counter[w.COUNT.soon_end] = 0
    world.counter[w.COUNT.heap] = len(sequence)
    return rows.table(w.HEAP, len(sequence), tick=tick[sequence], key=key[sequence])


def nodes_of(world: w.World, program: Program, forgotten: Ints) -> w.Table:
    """Return the jobs that wait for a resource, linked in their queues; cancelled ones are gone."""
    jobs = [*_jobs_of_orders(world), _contact_jobs(world), *_made_jobs(world, program, forgotten)]
    resource, bucket, join, key = (np.concatenate([job[i] for job in jobs]) for i in range(4))
    sequence = np.lexsort((key, join, bucket))
    resource, bucket, join, key = resource[sequence], bucket[sequence], join[sequence], key[sequence]
    count = len(key)
    node = rows.table(w.NODE, count, key=key, join=join, next=NONE, previous=NONE)
    change = bucket[1:] != bucket[:-1]
    same = np.flatnonzero(~change)
    node["next"][same], node["previous"][same + 1] = same + 1, same
    first = np.flatnonzero(np.concatenate([[True], change])[:count])
    last = np.flatnonzero(np.concatenate([change, [True]])[-count:] if count else [])
    world.bucket["first"] = world.bucket["last"] = NONE
    world.bucket["first"][bucket[first]], world.bucket["last"][bucket[last]] = first, last
    teams = len(program.resources)
    world.team["queue"][:teams] = np.bincount(resource, minlength=teams)[:teams]
    world.counter[w.COUNT.nodes], world.counter[w.COUNT.free_node] = count, NONE
    return node


Jobs = tuple[Ints, Ints, Ints, Ints]
"""Resource, bucket, tick of joining and key of some jobs that wait."""


def _jobs_of_orders(world: w.World) -> Iterator[Jobs]:
    """Yield captures, approval steps and shipments that wait."""
    asked, told, lane = world.asked, world.told, world.asked.lane
    line_lane, step_lane = lane[asked.line_order], lane[asked.step_order]
    capture = world.lane["capture_resource"][lane]
    fulfil = world.lane["fulfil_resource"][line_lane]
    for kind, jobs, resource, owner in (
        (clock.CAPTURED, with_captures(told), capture, lane),
        (clock.APPROVED, told.step, asked.step_resource, step_lane),
        (clock.FULFILLED, told.shipment, fulfil, line_lane),
    ):
        row = np.flatnonzero((jobs[w.JOB_AT.join] != NONE) & (jobs[w.JOB_AT.start] == NONE))
        at, of = resource[row], owner[row]
        yield at, world.bucket_of[of, at], jobs[w.JOB_AT.join][row], (kind << KIND_SHIFT) | row


def _contact_jobs(world: w.World) -> Jobs:
    table = world.contact
    row = np.flatnonzero((table["join"] != NONE) & (table["start"] == NONE))
    of = table["lane"][row]
    at, bucket = world.lane["contact_resource"][of], world.lane["contact_bucket"][of]
    return at, bucket, table["join"][row], (clock.CONTACTED << KIND_SHIFT) | row


def _made_jobs(world: w.World, program: Program, forgotten: Ints) -> Iterator[Jobs]:
    for pool, plan in enumerate(program.pools):
        first, end = int(world.pool["first_supply"][pool]), int(world.pool["supplies"][pool])
        number = np.arange(int(forgotten[pool]), end)
        join, start = world.supply["join"][first + number], world.supply["start"][first + number]
        wait = (join != NONE) & (start == NONE)
        of_pool = np.full(int(wait.sum()), world.pool["made_bucket"][pool])
        key = (clock.MADE << KIND_SHIFT) | (pool << POOL_SHIFT) | number[wait]
        yield np.full(len(of_pool), plan.made_by), of_pool, join[wait], key


def link_waiting(world: w.World) -> None:
    """Link the lines that wait at pools that clear by rank: a sorted chain is a heap."""
    line, pool = world.line, world.told.units[w.UNITS_AT.served_pool]
    wait = np.flatnonzero(line["waiting"] > 0)
    wait = wait[world.pool["by_placement"][pool[wait]] == 0]
    lane = world.asked.lane[world.asked.line_order[wait]]
    rank = world.lane["rank"][lane] - 1
    world.rank["root"] = NONE
    sequence = np.lexsort((wait, rank, pool[wait]))
    wait, rank, of = wait[sequence], rank[sequence], pool[wait][sequence]
    link = world.link
    link["child"][wait] = link["sibling"][wait] = NONE
    same = (of[1:] == of[:-1]) & (rank[1:] == rank[:-1])
    link["child"][wait[:-1][same]] = wait[1:][same]
    first = np.flatnonzero(np.concatenate([[True], ~same])[: len(wait)])
    world.rank["root"][of[first], rank[first]] = wait[first]


def link_protected(world: w.World, links: Ints, number: Ints) -> None:
    """Link the protected lines that wait at pools that clear by placement, in the order in which they came.

    ``links`` are those between lines as they were numbered before.
    """
    p = world.pool
    for pool in np.flatnonzero(p["by_placement"]).tolist():
        chain = [int(number[line]) for line in _followed(links, int(p["first_protected"][pool]))]
        alive = [line for line in chain if line >= 0 and world.line["waiting"][line]]
        world.link["sibling"][alive] = [*alive[1:], NONE][: len(alive)]
        p["first_protected"][pool] = alive[0] if alive else NONE
        p["last_protected"][pool] = alive[-1] if alive else NONE


def requests_of(world: w.World, number: Ints) -> w.Table:
    """Return the requests on the common stock of pools that clear by placement, linked anew."""
    found: list[tuple[int, int]] = []
    chains: list[tuple[int, int]] = []
    for pool in range(len(world.pool)):
        begin = len(found)
        for request in _followed(world.request["next"], int(world.pool["first_request"][pool])):
            owner, wanted = int(world.request["owner"][request]), int(world.request["wanted"][request])
            if owner == REFILL or number[owner] >= 0:
                found.append((owner if owner == REFILL else int(number[owner]), wanted))
        chains.append((begin, len(found)))
    table = np.array([(owner, wanted, row + 1) for row, (owner, wanted) in enumerate(found)], dtype=w.REQUEST)
    for pool, (begin, end) in enumerate(chains):
        world.pool["first_request"][pool] = begin if end > begin else NONE
        world.pool["last_request"][pool] = end - 1 if end > begin else NONE
        if end > begin:
            table["next"][end - 1] = NONE
    world.counter[w.COUNT.requests], world.counter[w.COUNT.free_request] = len(found), NONE
    return table


def _followed(links: Ints, first: int) -> list[int]:
    """Return a chain from its first link on."""
    found = []
    while first >= 0:
        found.append(first)
        first = int(links[first])
    return found
