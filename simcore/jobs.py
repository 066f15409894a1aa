"""The jobs of a replication, whoever asked for them: at which resource, how long in work, how long in the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.clock import NEVER, Bools, Ints
from simcore.facts import Facts, once
from simcore.program import NONE, Program, ResourcePlan
from simcore.records import Jobs

Rows = Callable[[Jobs], Ints]


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
    return _work(f, lambda jobs: np.arange(len(jobs.join)))


def _joined(jobs: Jobs) -> Ints:
    return np.flatnonzero(jobs.join != NONE)


def _work(f: Facts, rows: Rows) -> list[Work]:
    return [
        *_of_orders(f, rows),
        _contacts(f, rows(f.records.contacts)),
        _production(f, rows(f.records.made)),
    ]


def _of_lane(f: Facts, name: str) -> Ints:
    """Return a resource of every plan."""
    return np.array([NONE if plan is None else getattr(plan, name) for plan in f.program.plans], dtype=np.int64)


def _of_orders(f: Facts, rows: Rows) -> list[Work]:
    orders, r = f.orders, f.records
    capture, step, line = rows(r.captures), rows(r.steps), rows(r.shipment_jobs)
    by, of = orders.lane[capture], orders.step_order[step]
    shipped_to = f.line_lane[line]
    return [
        Work(
            "capture",
            capture,
            capture,
            _of_lane(f, "capture_resource")[by],
            by,
            _only(r.captures, capture),
            f.accepted[capture],
        ),
        Work(
            "approval",
            step,
            of,
            orders.step_resource[step],
            orders.lane[of],
            _only(r.steps, step),
            f.accepted[of],
        ),
        Work(
            "fulfilment",
            line,
            orders.line_order[line],
            _of_lane(f, "fulfil_resource")[shipped_to],
            shipped_to,
            _only(r.shipment_jobs, line),
            f.line[line],
        ),
    ]


def _contacts(f: Facts, rows: Ints) -> Work:
    lane = f.orders.contact_lane[rows]
    return Work(
        "touchpoints",
        rows,
        np.full(len(rows), NONE),
        _of_lane(f, "contact_resource")[lane],
        lane,
        _only(f.records.contacts, rows),
        f.in_window(f.orders.contact_tick[rows]),
    )


def _production(f: Facts, rows: Ints) -> Work:
    made_by = np.array([pool.made_by for pool in f.program.pools], dtype=np.int64)
    none = np.full(len(rows), NONE)
    jobs = _only(f.records.made, rows)
    return Work("production", rows, none, made_by[f.records.supply_pool[rows]], none, jobs, f.in_window(jobs.join))


def _only(jobs: Jobs, rows: Ints) -> Jobs:
    return Jobs(jobs.join[rows], jobs.start[rows], jobs.finish[rows])


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
    begin, horizon = f.program.warm_up, f.program.horizon
    join, start, finish = (
        np.concatenate([getattr(part.jobs, name) for part in parts]) for name in ("join", "start", "finish")
    )
    started, end = start != NONE, np.where(finish == NONE, horizon, finish)
    busy = np.minimum(end, f.program.measured_end) - np.maximum(start, begin)
    left = start.copy()
    never = np.flatnonzero(~started)
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
        busy=np.where(started, np.maximum(busy, 0), 0),
        queue=np.maximum(np.minimum(left, f.program.measured_end) - np.maximum(join, begin), 0),
    )


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
    jobs, found = job_table(f), []
    for plan, rows in zip(f.program.resources, jobs_of_resources(f), strict=True):
        start, end = jobs.start[rows], jobs.end[rows]
        changes = np.append(plan.change_ticks, NEVER)
        across = jobs.started[rows] & (changes[np.searchsorted(changes, start, side="right")] < end)
        found.append((start[across], end[across]))
    return found


def paid(program: Program, spans: Sequence[Spans]) -> list[int]:
    """Return the paid server ticks of each resource, given its jobs that were in work when its servers changed."""
    return [
        _present_or_busy(program, plan, start, end) for plan, (start, end) in zip(program.resources, spans, strict=True)
    ]


def _present_or_busy(program: Program, plan: ResourcePlan, start: Ints, finish: Ints) -> int:
    """Return the integral of max(busy, present) over the window.

    Every instant at which a job ends (code 0), one starts (1) or the servers change (2) is one number,
    ``4 * tick + code``. Jobs come almost in the order of their start, which makes stable sorts fast: they merge runs.
    """
    begin, end = program.warm_up, program.measured_end
    inside = np.flatnonzero((finish > begin) & (start < end))
    start, finish = np.maximum(start[inside], begin), np.minimum(finish[inside], end)
    start.sort(kind="stable")
    finish.sort(kind="stable")
    changes = np.maximum(plan.change_ticks, begin)
    instants = np.concatenate([4 * start + 1, 4 * finish, 4 * changes[changes < end] + 2, [4 * end]])
    instants.sort(kind="stable")
    tick, code = instants >> 2, instants & 3
    busy = np.cumsum(np.array([-1, 1, 0]).take(code))
    present = plan.servers.take(np.maximum(np.cumsum(code == 2) - 1, 0))
    return int(np.dot(np.maximum(busy, present)[:-1], np.diff(tick)))
