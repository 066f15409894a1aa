"""From a program and the orders of a replication to the arrays of a :class:`World`, with nothing happened yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from scenarios.laws import Constant
from simcore.clock import NEVER, Floats, Ints
from simcore.compiled import rows
from simcore.compiled import world as w
from simcore.compiled.room import Room
from simcore.compiled.told import blank
from simcore.facts import once
from simcore.orders import Orders
from simcore.pools import stock_of
from simcore.program import NONE, Program, SegmentPlan
from simcore.supply import SupplyTimes


def build(program: Program, orders: Orders, told: w.Told, supply_times: Sequence[SupplyTimes], room: Room) -> w.World:
    """Return the world of a replication before its first event."""
    pools = len(program.pools)
    most_servers = sum(int(plan.servers.max(initial=0)) for plan in program.resources)
    made = pools if _made_at_random(program) else 0
    return w.World(
        warm_up=program.warm_up,
        measured_end=program.measured_end,
        horizon=program.horizon,
        from_placement=program.scenario.promise_clock == "placement",
        asked=rows.asked(orders),
        told=told,
        order=rows.ring(w.ORDER, room.rows),
        line=rows.ring(w.LINE, room.rows),
        link=rows.ring(w.LINK, room.rows),
        contact=rows.contacts(orders),
        supply=rows.supplies(program, supply_times, np.zeros(pools, dtype=np.int64), room.supplies),
        made=rows.table(w.MADE, (made, w.SLOTS), size=NONE, since=NONE),
        made_work=np.empty((made, w.SLOTS, w.BLOCK), dtype=np.int64),
        pending=np.empty(1 + most_servers, dtype=w.PENDING),
        review=np.empty(room.reviews, dtype=w.REVIEW),
        node=np.empty(room.jobs, dtype=w.NODE),
        request=np.empty(room.requests, dtype=w.REQUEST),
        soon=np.empty(w.SOON, dtype=w.HEAP),
        heap=np.empty(room.events, dtype=w.HEAP),
        leaves=np.full(_customers(program)[-1], NEVER),
        counter=_counters(),
        **_with_room({name: table.copy() for name, table in _tables(program).items()}, room.supplies),
    )


@once
def _tables(program: Program) -> dict[str, Any]:
    """Return the tables that every replication of a program begins with."""
    buckets = _Buckets(program)
    return {
        "lane": _lanes(program, buckets),
        "bucket_of": buckets.of_lanes(program),
        "pool": _pools(program, buckets),
        "rank": _ranks(program, max([len(pool.levels.critical) for pool in program.pools], default=1)),
        "unit_minutes": _unit_minutes(program),
        "team": _teams(program, buckets),
        "bucket": buckets.rows(),
        "shift": _shifts(program),
    }


def _with_room(tables: dict[str, Any], supplies: Ints) -> dict[str, Any]:
    """Return the tables with room for some replenishments of each pool."""
    tables["pool"]["end_supply"] = np.cumsum(supplies)
    tables["pool"]["first_supply"] = tables["pool"]["end_supply"] - supplies
    return tables


def captures(program: Program) -> bool:
    """Return whether any order is captured."""
    return any(plan is not None and plan.captures for plan in program.plans)


def nothing() -> w.World:
    """Return a world without orders, pools and people."""
    kinds = (w.ORDER, w.LINE, w.LINK, w.CONTACT, w.LANE, w.POOL, w.SUPPLY, w.PENDING, w.REVIEW, w.BUCKET)
    empty = {kind: rows.table(kind, 0) for kind in (*kinds, w.NODE, w.REQUEST, w.SHIFT, w.HEAP)}
    one = {kind: rows.table(kind, 1) for kind in (w.TEAM,)}
    return w.World(
        0, 0, 0, True,
        asked=rows.asked(rows.no_orders()),
        told=blank(rows.no_orders()),
        order=empty[w.ORDER],
        line=empty[w.LINE],
        link=empty[w.LINK],
        contact=empty[w.CONTACT],
        lane=empty[w.LANE],
        bucket_of=np.zeros((0, 1), dtype=np.int64),
        pool=empty[w.POOL],
        rank=rows.table(w.RANK, (0, 1)),
        unit_minutes=np.empty(0),
        supply=empty[w.SUPPLY],
        made=rows.table(w.MADE, (0, w.SLOTS)),
        made_work=np.zeros((0, w.SLOTS, w.BLOCK), dtype=np.int64),
        pending=empty[w.PENDING],
        review=empty[w.REVIEW],
        team=one[w.TEAM],
        bucket=empty[w.BUCKET],
        node=empty[w.NODE],
        request=empty[w.REQUEST],
        shift=empty[w.SHIFT],
        soon=empty[w.HEAP],
        heap=empty[w.HEAP],
        leaves=np.empty(0, dtype=np.int64),
        counter=_counters(),
    )  # fmt: skip


def _counters() -> Ints:
    counter = np.zeros(len(w.COUNT), dtype=np.int64)
    counter[[w.COUNT.free_node, w.COUNT.free_request, w.COUNT.arrival]] = NONE
    return counter


def _customers(program: Program) -> Ints:
    sizes = [program.scenario.segments[name].customers for name in program.segments]
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _lanes(program: Program, buckets: _Buckets) -> w.Table:
    def ints(value: Callable[[SegmentPlan], int]) -> list[int]:
        return [NONE if plan is None else value(plan) for plan in program.plans]

    same = ("promise", "rank", "commitment", "split", "captures", "may_lose")
    resources = ("capture_resource", "fulfil_resource", "contact_resource")
    return rows.table(
        w.LANE,
        len(program.plans),
        **{name: ints(attrgetter(name)) for name in (*same, *resources)},
        when_short=ints(lambda p: w.RULES.index(p.when_short)),
        contacts=ints(lambda p: p.offering.touchpoints is not None),
        first_customer=_customers(program)[[lane.segment for lane in program.lanes]],
        contact_bucket=ints(lambda p: buckets.of(p.contact_resource, _contact_rank(p), 0)),
    )


def _contact_rank(plan: SegmentPlan) -> int:
    touch = plan.offering.touchpoints
    return 1 if touch is None else touch.rank


class _Buckets:
    """The queues of each resource: one per rank, or one per head start."""

    def __init__(self, program: Program) -> None:
        served = [plan for plan in program.plans if plan is not None]
        ranks = {p.rank for p in served} | {_contact_rank(p) for p in served}
        ranks |= {pool.production_rank for pool in program.pools}
        head_starts = {0} | {p.head_start for p in served}
        self.resources = max(1, len(program.resources))
        self.by_head_start = [plan.head_starts for plan in program.resources] or [False]
        self.values = [sorted(head_starts if starts else ranks) for starts in self.by_head_start]
        self.first = np.concatenate([[0], np.cumsum([len(v) for v in self.values])]).astype(np.int64)

    def of(self, resource: int, rank: int, head_start: int) -> int:
        """Return where a job queues at a resource."""
        if resource == NONE:
            return 0
        value = head_start if self.by_head_start[resource] else rank
        return int(self.first[resource]) + self.values[resource].index(value)

    def of_lanes(self, program: Program) -> Ints:
        """Return where orders of each lane queue at each resource, shape (lanes, resources)."""
        found = np.zeros((len(program.plans), self.resources), dtype=np.int64)
        for row, plan in zip(found, program.plans, strict=True):
            if plan is not None and program.resources:
                row[:] = [self.of(resource, plan.rank, plan.head_start) for resource in range(self.resources)]
        return found

    def rows(self) -> w.Table:
        """Return empty queues."""
        starts = [v if s else 0 for values, s in zip(self.values, self.by_head_start, strict=True) for v in values]
        return rows.table(w.BUCKET, len(starts), head_start=starts, first=NONE, last=NONE)


def _teams(program: Program, buckets: _Buckets) -> w.Table:
    plans = program.resources
    return rows.table(
        w.TEAM,
        len(plans) + 1,
        servers=[plan.servers[0] for plan in plans],
        head_starts=[plan.head_starts for plan in plans],
        first_bucket=buckets.first[: len(plans) + 1],
    )


def _shifts(program: Program) -> w.Table:
    """Return the changes of servers after tick 0, in the order of (tick, resource)."""
    plans = program.resources
    none = np.empty(0, dtype=np.int64)
    tick = np.concatenate([none, *(plan.change_ticks[1:] for plan in plans)])
    servers = np.concatenate([none, *(plan.servers[1:] for plan in plans)])
    resource = np.repeat(np.arange(len(plans)), [len(plan.servers) - 1 for plan in plans])
    sequence = np.lexsort((resource, tick))
    changes = {"tick": tick, "resource": resource, "servers": servers}
    return rows.table(w.SHIFT, len(sequence), **{name: values[sequence] for name, values in changes.items()})


def _pools(program: Program, buckets: _Buckets) -> w.Table:
    pools = program.pools
    same = ("review", "by_placement", "may_cross", "made_by")
    levels = ("reorder_point", "order_up_to", "order_quantity")
    start = np.array([pool.levels.start for pool in pools], dtype=np.int64)
    kept = np.array([max(pool.levels.critical) for pool in pools], dtype=np.int64)
    links = ("first_protected", "last_protected", "first_request", "last_request")
    return rows.table(
        w.POOL,
        len(pools),
        **{name: [getattr(pool, name) for pool in pools] for name in same},
        **{name: [getattr(pool.levels, name) for pool in pools] for name in levels},
        made_bucket=[buckets.of(pool.made_by, pool.production_rank, 0) for pool in pools],
        reserve_kept=kept,
        on_hand=start,
        reserve=np.minimum(kept, start),
        **dict.fromkeys(links, NONE),
    )


def _ranks(program: Program, ranks: int) -> w.Table:
    table = rows.table(w.RANK, (len(program.pools), ranks), root=NONE)
    for index, pool in enumerate(program.pools):
        table["critical"][index, : len(pool.levels.critical)] = pool.levels.critical
    return table


def _unit_minutes(program: Program) -> Floats:
    laws = [stock_of(program.scenario, pool.key).supply.minutes_per_unit for pool in program.pools]
    return np.array([law.value if isinstance(law, Constant) else np.nan for law in laws], dtype=np.float64)


def _made_at_random(program: Program) -> bool:
    random = np.isnan(_unit_minutes(program))
    return any(pool.made_by != NONE and random[index] for index, pool in enumerate(program.pools))
