"""What holds in every replication of every scenario, whatever happens. Each function asserts one law."""

from __future__ import annotations

from collections.abc import Callable
from math import fsum

import numpy as np

from simcore.clock import NEVER
from simcore.draws import Draws
from simcore.ledger import CENT, DRIVERS, cash, post
from simcore.measures import Facts, MeasureKey, Work, fates, measure, work
from simcore.orders import order_quantities
from simcore.program import NONE, SegmentPlan
from simcore.records import Outcome

Ints = np.ndarray
LAWS: list[Callable[[Facts, Draws], None]] = []


def law(function: Callable[[Facts, Draws], None]) -> Callable[[Facts, Draws], None]:
    LAWS.append(function)
    return function


def in_order(earlier: Ints, later: Ints) -> bool:
    """Return whether every instant that happened comes after the earlier one, which happened too."""
    happened = later != NONE
    return bool(((earlier != NONE) & (earlier <= later))[happened].all())


def ends(f: Facts, ticks: Ints) -> Ints:
    """Return instants, with what did not happen beyond the end."""
    return np.where(ticks == NONE, NEVER, ticks)


# Orders and units -----------------------------------------------------------------------------------------------


@law
def every_unit_has_exactly_one_fate(f: Facts, draws: Draws) -> None:
    placed = np.zeros(len(f.orders), dtype=np.int64)
    for index, name in enumerate(f.program.segments):
        mine = np.flatnonzero(f.program.segment_of(f.orders.lane) == index)
        units = order_quantities(f.program.scenario, name, draws, len(mine)).sum(axis=1)
        placed[mine] = units[f.orders.number[mine]]
    fate = fates(f)
    assert (sum(fate.values()) == placed).all()
    assert all((units >= 0).all() for units in fate.values())
    assert (fate["open"][f.records.outcome != Outcome.OPEN] == 0).all()


@law
def an_order_ends_as_its_lines_do(f: Facts, _: Draws) -> None:
    r, count = f.records, len(f.orders)
    delivered = np.bincount(f.orders.line_order, weights=r.delivered != NONE, minlength=count)
    lost = np.bincount(f.orders.line_order, weights=r.lost, minlength=count)
    assert (delivered[r.outcome == Outcome.DELIVERED] > 0).all()
    assert (lost[r.outcome == Outcome.LOST] > 0).all()
    nothing_left = np.isin(r.outcome, (Outcome.DECLINED, Outcome.REFUSED, Outcome.LOST, Outcome.CANCELLED))
    assert (delivered[nothing_left] == 0).all()
    assert (r.shipments[nothing_left] == 0).all()
    done = np.isin(r.outcome, (Outcome.OPEN, Outcome.DECLINED))
    assert ((r.ended == NONE) == done).all()
    split = np.array([plan is not None and plan.split for plan in f.program.plans])[f.orders.lane]
    assert (r.shipments[~split] <= 1).all()


@law
def instants_follow_each_other(f: Facts, _: Draws) -> None:
    o, r = f.orders, f.records
    assert in_order(o.placed, r.approved)
    assert in_order(r.approved, r.allocated)
    assert in_order(o.placed, r.ended)
    assert in_order(o.placed, r.promised)
    approved = r.approved[o.line_order]
    assert in_order(approved, r.served)
    assert in_order(r.served, r.shipped)
    assert in_order(r.shipped, r.delivered)
    for jobs in (r.captures, r.steps, r.shipment_jobs, r.contacts, r.made):
        assert in_order(jobs.join, jobs.start)
        assert in_order(jobs.start, jobs.finish)
    last = np.full(len(o), NONE)
    np.maximum.at(last, o.line_order, r.delivered)
    whole = r.outcome == Outcome.DELIVERED
    assert (last[whole] == r.ended[whole]).all()


@law
def work_takes_the_time_that_was_drawn(f: Facts, _: Draws) -> None:
    o, r = f.orders, f.records
    for jobs, ticks in ((r.captures, o.capture_work), (r.steps, o.step_work), (r.contacts, o.contact_work)):
        done = jobs.finish != NONE
        assert ((jobs.finish - jobs.start)[done] == ticks[done]).all()


@law
def a_promise_is_kept_only_in_full_and_in_time(f: Facts, _: Draws) -> None:
    r = f.records
    lost = np.bincount(f.orders.line_order, weights=r.lost, minlength=len(f.orders))
    kept = (r.outcome == Outcome.DELIVERED) & (lost == 0) & (r.ended <= r.promised)
    assert (r.kept == kept).all()


# Stock ------------------------------------------------------------------------------------------------------------


@law
def stock_balances(f: Facts, _: Draws) -> None:
    r = f.records
    assert (r.opening + r.received - r.issued == r.closing).all()
    for pool in range(len(f.program.pools)):
        mine = r.supply_pool == pool
        assert r.received[pool] == r.supply_quantity[mine & (r.supply_received != NONE)].sum()
        assert r.issued[pool] == r.taken[r.served_pool == pool].sum()


@law
def stock_is_never_negative(f: Facts, _: Draws) -> None:
    r = f.records
    seen = (r.closing, r.opening, r.issued, r.review_on_hand, r.supply_on_hand[r.supply_received != NONE])
    assert all((units >= 0).all() for units in seen)
    assert (r.supply_quantity > 0).all()
    assert ((r.stocked_time >= 0) & (r.stocked_time <= f.window)).all()
    assert (r.on_hand_time >= r.stocked_time).all()


@law
def a_line_takes_loses_or_awaits_what_it_wants(f: Facts, _: Draws) -> None:
    r, o = f.records, f.orders
    assert ((r.from_stock >= 0) & (r.lost >= 0) & (r.taken >= 0)).all()
    assert (r.taken + r.lost <= o.line_quantity).all()
    whole = r.served != NONE
    gone = r.outcome[o.line_order] == Outcome.CANCELLED
    assert ((r.taken + r.lost)[whole & ~gone] == o.line_quantity[whole & ~gone]).all()
    assert (r.taken[~gone] >= r.from_stock[~gone]).all()
    assert (r.taken[gone & (o.line_pool != NONE)] == 0).all()


@law
def waiting_units_of_a_pool_are_those_of_its_lines(f: Facts, _: Draws) -> None:
    r = f.records
    for pool in range(len(f.program.pools)):
        assert r.backorder_pool_time[pool] == r.backorder_time[r.served_pool == pool].sum()


@law
def receipts_do_not_cross_unless_they_may(f: Facts, _: Draws) -> None:
    r = f.records
    for index, pool in enumerate(f.program.pools):
        received = r.supply_received[r.supply_pool == index]
        if not pool.may_cross and pool.made_by == NONE:
            assert (np.diff(ends(f, received)) >= 0).all()


@law
def no_line_is_served_while_a_better_one_waits(f: Facts, _: Draws) -> None:
    o, r = f.orders, f.records
    rank = np.array([9 if plan is None else plan.rank for plan in f.program.plans])[f.line_lane]
    began, cancelled = r.approved[o.line_order], r.ended[o.line_order]
    until = np.where(r.served == NONE, ends(f, cancelled), r.served)
    waits = (r.taken + r.lost < o.line_quantity) | (r.served > began)
    for index, pool in enumerate(f.program.pools):
        if pool.by_placement:
            continue
        waiting = (r.served_pool == index) & (began != NONE) & waits & (until > began)
        at_once = (r.served_pool == index) & (began != NONE) & (r.from_stock > 0)
        a, b = np.flatnonzero(at_once)[:, None], np.flatnonzero(waiting)[None, :]
        assert not ((rank[b] <= rank[a]) & (began[b] < began[a]) & (began[a] < until[b])).any()
        late = waiting & (r.served != NONE)
        a = np.flatnonzero(late)[:, None]
        placed = o.placed[o.line_order]
        better = (rank[b] < rank[a]) | (
            (rank[b] == rank[a]) & ((placed[b] < placed[a]) | ((placed[b] == placed[a]) & (b < a)))
        )
        assert not (better & (began[b] < r.served[a]) & (r.served[a] < until[b])).any()


# Work -------------------------------------------------------------------------------------------------------------


def left_queue(f: Facts, w: Work) -> Ints:
    """Return when each job left its queue: at its start, or when its order ended, or never."""
    owner = {"capture": np.arange(len(f.orders)), "approval": f.orders.step_order, "fulfilment": f.orders.line_order}
    ended = f.records.ended[owner[w.activity]] if w.activity in owner else np.full(len(w.jobs.join), NONE)
    return np.where(w.jobs.start == NONE, ends(f, ended), w.jobs.start)


def queue_places(f: Facts, w: Work, head_starts: bool) -> tuple[Ints, Ints]:
    """Return rank and time by which each job stands in its queue."""
    if w.activity == "production":
        rank = np.array([pool.production_rank for pool in f.program.pools], dtype=np.int64)[f.records.supply_pool]
        ahead = np.zeros(len(rank), dtype=np.int64)
    else:
        ranks, heads = zip(*(place_of(plan, w.activity) for plan in f.program.plans), strict=True)
        rank, ahead = (np.array(values, dtype=np.int64)[w.lane] for values in (ranks, heads))
    return (np.zeros_like(rank), w.jobs.join - ahead) if head_starts else (rank, w.jobs.join)


def place_of(plan: SegmentPlan | None, activity: str) -> tuple[int, int]:
    """Return the rank and the head start of the jobs that a segment asks for."""
    if plan is None:
        return 0, 0
    if activity != "touchpoints":
        return plan.rank, plan.head_start
    return (plan.offering.touchpoints.rank if plan.offering.touchpoints else 0), 0


def at_resource(f: Facts, resource: int, head_starts: bool) -> dict[str, Ints]:
    """Return the jobs of all kinds at a resource, one array per fact."""
    columns: dict[str, list[Ints]] = {name: [] for name in ("join", "start", "finish", "left", "rank", "place")}
    for w in work(f):
        mine = (w.resource == resource) & (w.jobs.join != NONE)
        rank, place = queue_places(f, w, head_starts)
        rows = zip(columns, (w.jobs.join, w.jobs.start, w.jobs.finish, left_queue(f, w), rank, place), strict=True)
        for name, values in rows:
            columns[name].append(values[mine])
    return {name: np.concatenate(values) for name, values in columns.items()}


@law
def no_job_starts_while_a_better_one_waits(f: Facts, _: Draws) -> None:
    for index, resource in enumerate(f.program.resources):
        jobs = at_resource(f, index, resource.head_starts)
        begun = np.flatnonzero(jobs["start"] != NONE)
        a, b = begun[:, None], np.arange(len(jobs["start"]))[None, :]
        better = (jobs["rank"][b] < jobs["rank"][a]) | (
            (jobs["rank"][b] == jobs["rank"][a]) & (jobs["place"][b] < jobs["place"][a])
        )
        waits = (jobs["join"][b] < jobs["start"][a]) & (jobs["start"][a] < jobs["left"][b])
        assert not (better & waits).any()


@law
def no_job_starts_beyond_the_servers_that_are_present(f: Facts, _: Draws) -> None:
    for index, resource in enumerate(f.program.resources):
        jobs = at_resource(f, index, resource.head_starts)
        lasting = (jobs["start"] != NONE) & (ends(f, jobs["finish"]) > jobs["start"])
        start, finish = np.sort(jobs["start"][lasting]), np.sort(ends(f, jobs["finish"])[lasting])
        busy = np.searchsorted(start, start, side="right") - np.searchsorted(finish, start, side="right")
        present = resource.servers[np.searchsorted(resource.change_ticks, start, side="right") - 1]
        assert (busy <= present).all()


@law
def no_server_is_idle_while_a_job_waits(f: Facts, _: Draws) -> None:
    for index, resource in enumerate(f.program.resources):
        jobs = at_resource(f, index, resource.head_starts)
        begun = jobs["start"] != NONE
        start, finish = np.sort(jobs["start"][begun]), np.sort(ends(f, jobs["finish"])[begun])
        join, left = np.sort(jobs["join"]), np.sort(jobs["left"])
        changes = np.unique(np.concatenate([start, finish, join, left, resource.change_ticks]))
        after = changes[changes < f.program.horizon]
        busy = np.searchsorted(start, after, side="right") - np.searchsorted(finish, after, side="right")
        queue = np.searchsorted(join, after, side="right") - np.searchsorted(left, after, side="right")
        present = resource.servers[np.searchsorted(resource.change_ticks, after, side="right") - 1]
        assert ((queue == 0) | (busy >= present)).all()


@law
def queues_add_up_to_waits(f: Facts, _: Draws) -> None:
    """Little's law: the integral of the queue over the window is the time that jobs stood in it."""
    known = {m.key: m for m in measure(f)}
    begin, end = f.program.warm_up, f.program.measured_end
    for index, resource in enumerate(f.program.resources):
        jobs = at_resource(f, index, resource.head_starts)
        join, left = np.sort(jobs["join"]), np.sort(np.minimum(jobs["left"], f.program.horizon))
        edges = np.unique(np.clip(np.concatenate([join, left, [begin, end]]), begin, end))
        queue = np.searchsorted(join, edges[:-1], side="right") - np.searchsorted(left, edges[:-1], side="right")
        integral = int((queue * np.diff(edges)).sum())
        assert integral == known[MeasureKey("queue_mean", resource=resource.name)].numerator
        inside = np.clip(jobs["left"], begin, end) - np.clip(jobs["join"], begin, end)
        assert integral == int(inside.sum())


# Money ------------------------------------------------------------------------------------------------------------


@law
def the_ledger_reconciles_to_the_cent(f: Facts, _: Draws) -> None:
    postings = post(f)
    assert abs(fsum(p.amount for p in postings) - cash(f)) < CENT / 2
    assert {p.driver for p in postings} <= set(DRIVERS)
    assert all(np.isfinite(p.amount) for p in postings)
    income = {"revenue", "discount", "erosion", "goods"}
    assert all(p.amount <= 0 for p in postings if p.driver not in income)
    assert len({(p.segment, p.offering, p.driver) for p in postings}) == len(postings)


@law
def shares_lie_between_0_and_1(f: Facts, _: Draws) -> None:
    for m in measure(f):
        if m.unit == "share" and m.denominator and m.key.measure != "utilisation":
            assert 0 <= m.value <= 1, m.key
