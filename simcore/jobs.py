"""The jobs of a replication, whoever asked for them: at which resource, how long in work, how long in the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.clock import NEVER, Bools, Ints
from simcore.facts import EVERY_ROW, Facts, Rows, contacts_due, once, rows_of
from simcore.program import NONE, Program, ResourcePlan
from simcore.records import Jobs


@dataclass(frozen=True)
class Work:
    """Jobs of one kind: who asked for them, at which resource, and when.

    ``order`` is the order of each job (``-1``: none), ``lane`` its lane (``-1``: none), ``row`` its place
    among all jobs of its kind.
    """

    activity: str
    row: Ints
    order: Ints
    resource: Ints
    lane: Ints
    jobs: Jobs
    measured: Bools


def work(f: Facts) -> list[Work]:
    """Return the jobs of every activity, one for every order, step, line, contact and replenishment."""
    return _work(f, lambda _: EVERY_ROW)


def _joined(jobs: Jobs) -> Rows:
    return rows_of(jobs.join != NONE)


def _work(f: Facts, rows: Callable[[Jobs], Rows]) -> list[Work]:
    return [
        *_of_orders(f, rows),
        _contacts(f, rows(f.records.contacts)),
        _production(f, rows(f.records.made)),
    ]


@once
def _resources_of_lanes(program: Program) -> dict[str, Ints]:
    """Return who captures, fulfils and makes contact for every lane."""
    names = ("capture_resource", "fulfil_resource", "contact_resource")
    return {
        name: np.array([NONE if plan is None else getattr(plan, name) for plan in program.plans], dtype=np.int64)
        for name in names
    }


def _of_orders(f: Facts, rows: Callable[[Jobs], Rows]) -> list[Work]:
    orders, r = f.orders, f.records
    capture, step, line = rows(r.captures), rows(r.steps), rows(r.shipment_jobs)
    captured = _numbers(r.captures, capture)
    by, of = capture.of(orders.lane), step.of(orders.step_order)
    shipped_to = line.of(f.line_lane)
    return [
        Work(
            "capture",
            captured,
            captured,
            _resources_of_lanes(f.program)["capture_resource"].take(by),
            by,
            _only(r.captures, capture),
            capture.of(f.accepted),
        ),
        Work(
            "approval",
            _numbers(r.steps, step),
            of,
            step.of(orders.step_resource),
            orders.lane.take(of),
            _only(r.steps, step),
            f.accepted.take(of),
        ),
        Work(
            "fulfilment",
            _numbers(r.shipment_jobs, line),
            line.of(orders.line_order),
            _resources_of_lanes(f.program)["fulfil_resource"].take(shipped_to),
            shipped_to,
            _only(r.shipment_jobs, line),
            line.of(f.line),
        ),
    ]


def _contacts(f: Facts, rows: Rows) -> Work:
    lane, contacts = rows.of(f.orders.contact_lane), f.records.contacts
    return Work(
        "touchpoints",
        _numbers(contacts, rows),
        np.full(len(lane), NONE),
        _resources_of_lanes(f.program)["contact_resource"].take(lane),
        lane,
        _only(contacts, rows),
        rows.of(contacts_due(f)),
    )


def _production(f: Facts, rows: Rows) -> Work:
    made_by = np.array([pool.made_by for pool in f.program.pools], dtype=np.int64)
    jobs, number = _only(f.records.made, rows), _numbers(f.records.made, rows)
    none = np.full(len(number), NONE)
    return Work("production", number, none, made_by[rows.of(f.records.supply_pool)], none, jobs, f.in_window(jobs.join))


def _numbers(jobs: Jobs, rows: Rows) -> Ints:
    return np.arange(len(jobs.join))[rows.which] if isinstance(rows.which, slice) else rows.which


def _only(jobs: Jobs, rows: Rows) -> Jobs:
    return Jobs(rows.of(jobs.join), rows.of(jobs.start), rows.of(jobs.finish))


@once
def available_ticks(program: Program) -> list[int]:
    """Return the server ticks of presence of each resource inside the measured window."""
    found = []
    for plan in program.resources:
        ends = np.append(plan.change_ticks[1:], NEVER)
        span = np.minimum(ends, program.measured_end) - np.maximum(plan.change_ticks, program.warm_up)
        found.append(int((np.maximum(span, 0) * plan.servers).sum()))
    return found


@dataclass(frozen=True)
class JobTable:
    """Every job that joined a queue, of all activities in their order.

    Attributes
    ----------
    parts : tuple of Work
        The jobs by activity, one after the other in the table.
    end : array of int
        When work ended, at the latest with the simulation; meaningless for a job that never started.
    left : array of int
        When each job left the queue, at the latest with the simulation.
    busy, queue : array of int
        Ticks that each job was in work, and stood in the queue, inside the measured window.
    """

    parts: tuple[Work, ...]
    resource: Ints
    lane: Ints
    join: Ints
    start: Ints
    end: Ints
    left: Ints
    started: Bools
    measured: Bools
    busy: Ints
    queue: Ints

    def by_activity(self, values: Any) -> Iterator[tuple[Work, Any]]:
        """Yield the jobs of each activity with their part of a column of the table."""
        begin = 0
        for part in self.parts:
            yield part, values[begin : begin + len(part.row)]
            begin += len(part.row)


@once
def job_table(f: Facts) -> JobTable:
    """Return every job of a replication that joined a queue."""
    parts = tuple(_work(f, _joined))
    join, start, end = (
        np.concatenate([getattr(part.jobs, name) for part in parts]) for name in ("join", "start", "finish")
    )
    started, left = start != NONE, start
    end[np.flatnonzero(end == NONE)] = f.program.horizon
    busy = _inside(f, start, end)
    never = np.flatnonzero(~started)
    if len(never):
        busy[never], left = 0, start.copy()
        left[never] = _gave_up(f, np.concatenate([part.order for part in parts])[never])
    return JobTable(
        parts=parts,
        resource=np.concatenate([part.resource for part in parts]),
        lane=np.concatenate([part.lane for part in parts]),
        join=join,
        start=start,
        end=end,
        left=left,
        started=started,
        measured=np.concatenate([part.measured for part in parts]),
        busy=busy,
        queue=_inside(f, join, left),
    )


def _inside(f: Facts, begin: Ints, end: Ints) -> Ints:
    """Return how many of the ticks from one instant to another lie inside the measured window."""
    ticks = np.minimum(end, f.program.measured_end)
    ticks -= np.maximum(begin, f.program.warm_up)
    return np.maximum(ticks, 0, out=ticks)


def _gave_up(f: Facts, order: Ints) -> Ints:
    """Return when jobs that never started left the queue: at the end of their order, or of the simulation."""
    left = np.full(len(order), f.program.horizon)
    owned = np.flatnonzero(order != NONE)
    ended = f.records.ended[order[owned]]
    left[owned] = np.where(ended == NONE, f.program.horizon, ended)
    return left


@once
def jobs_of_resources(f: Facts) -> list[Ints]:
    """Return the rows of the job table of each resource."""
    resource = job_table(f).resource
    return [np.flatnonzero(resource == index) for index in range(len(f.program.resources))]


@once
def paid_ticks(f: Facts) -> list[int]:
    """Return the paid server ticks of each resource: who is present, and who finishes work after the shift."""
    return paid(f.program, outlasting(f))


Spans = tuple[Ints, Ints]
"""When some jobs started and ended."""


@once
def outlasting(f: Facts) -> list[Spans]:
    """Return the jobs at each resource that were in work when its servers changed: only they may outlast a shift.

    More servers may be busy than are present only from a change of the servers until somebody starts a job again,
    since nobody starts one then. So whoever is busy beyond those present has been so since the last change. There
    are never more such jobs than servers, times the changes, however many jobs there are.
    """
    if all(len(plan.change_ticks) == 1 for plan in f.program.resources):  # at the beginning, and never again
        none = np.empty(0, dtype=np.int64)
        return [(none, none) for _ in f.program.resources]
    jobs, (soonest, stretches) = job_table(f), _next_changes(f.program)
    few = np.flatnonzero(soonest.take(jobs.resource * stretches + (jobs.start >> STRETCH)) < jobs.end)
    resource, start, end, found = jobs.resource[few], jobs.start[few], jobs.end[few], []
    for index, plan in enumerate(f.program.resources):
        rows, changes = np.flatnonzero(resource == index), np.append(plan.change_ticks, NEVER)
        rows = rows[changes[np.searchsorted(changes, start[rows], side="right")] < end[rows]]
        found.append((start[rows], end[rows]))
    return found


STRETCH = 22
"""Binary digits of the ticks in a stretch of time, 70 minutes."""


@once
def _next_changes(program: Program) -> tuple[Ints, int]:
    """Return the first change of the servers of each resource after the beginning of each stretch, and their number.

    None (NEVER) changes where a job has not started (tick -1, the last stretch), and for nobody (the last resource).
    """
    begins = np.arange((program.horizon >> STRETCH) + 2) << STRETCH
    changes = [np.append(plan.change_ticks, NEVER) for plan in program.resources]
    table = [each[np.searchsorted(each, begins, side="right")] for each in changes]
    table.append(np.full(len(begins), NEVER))
    soonest = np.array(table)
    soonest[:, -1] = NEVER
    return soonest.ravel(), len(begins)


def paid(program: Program, spans: Sequence[Spans]) -> list[int]:
    """Return the paid server ticks of each resource, given its jobs that were in work when its servers changed."""
    return [
        _present_or_busy(program, plan, start, end) if len(start) else available
        for plan, (start, end), available in zip(program.resources, spans, available_ticks(program), strict=True)
    ]


def _present_or_busy(program: Program, plan: ResourcePlan, start: Ints, finish: Ints) -> int:
    """Return the integral of max(busy, present) over the window.

    Every instant at which a job ends (code 0), one starts (1) or the servers change (2) is one number,
    ``4 * tick + code``. What lies outside of the window happens at its ends, where it counts for nothing.
    """
    begin, end = program.warm_up, program.measured_end
    instants = np.concatenate([start, finish, plan.change_ticks, [end]])
    code = np.repeat((1, 0, 2, 0), (len(start), len(finish), len(plan.change_ticks), 1))
    instants = 4 * np.minimum(np.maximum(instants, begin), end) + code
    instants.sort(kind="stable")
    tick, code = instants >> 2, instants & 3
    busy = np.cumsum(np.array([-1, 1, 0]).take(code))
    present = plan.servers.take(np.maximum(np.cumsum(code == 2) - 1, 0))
    return int((np.maximum(busy, present)[:-1] * (tick[1:] - tick[:-1])).sum())
