"""How busy resources are by hour of the week and over time, and how stock and backlog move: integrals in buckets.

All of it adds up over orders, jobs and replenishments, so that parts of a replication can be profiled one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from scenarios.durations import HOURS_PER_WEEK
from simcore.clock import TICKS_PER_DAY, TICKS_PER_HOUR, Floats, Ints
from simcore.facts import Facts, once
from simcore.jobs import job_table
from simcore.program import NONE, Program
from simcore.records import Outcome

MOST_BUCKETS = 120
STEPS = tuple(TICKS_PER_DAY * days for days in (1, 7, 28, 364))


@dataclass(frozen=True)
class Profile:
    """Integrals of one replication, in server, job or unit ticks.

    Attributes
    ----------
    busy_of_week, queue_of_week : array of float, shape (resources, 168)
        Servers at work and jobs in the queue, by hour of the week (0 is Monday from 0 to 1 o'clock), inside the
        measured window.
    busy, queue : array of float, shape (resources, buckets)
        The same over time, from the first day to the end of the measured window.
    on_hand, backorders : array of float, shape (pools, buckets)
        Stock, and units that lines wait for. Where a line gets its units bit by bit, they are spread over the time
        that it waits, with the integral that the engine measured.
    """

    busy_of_week: Floats
    queue_of_week: Floats
    busy: Floats
    queue: Floats
    on_hand: Floats
    backorders: Floats

    def __add__(self, other: Profile) -> Profile:
        """Return the profile of two parts together."""
        return Profile(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


@dataclass(frozen=True)
class Buckets:
    """What a profile is divided by: how long the buckets are, and which servers are present in them.

    Attributes
    ----------
    step : int
        Ticks in a bucket over time; the last one may be shorter.
    ticks : array of float, shape (buckets,)
        Ticks in each bucket.
    ticks_of_week : array of float, shape (168,)
        Ticks of the measured window in each hour of the week.
    present, present_of_week : array of float, shapes (resources, buckets) and (resources, 168)
        Server ticks of presence.
    """

    step: int
    ticks: Floats
    ticks_of_week: Floats
    present: Floats
    present_of_week: Floats


def step_of(ticks: int) -> int:
    """Return the shortest of an hour, a day, a week, four weeks and (several times) 52 weeks that gives 120 buckets.

    >>> [step_of(days * TICKS_PER_DAY) // TICKS_PER_HOUR for days in (5, 119, 365)]
    [1, 24, 168]
    """
    for step in (TICKS_PER_HOUR, *STEPS):
        if ticks <= MOST_BUCKETS * step:
            return step
    return STEPS[-1] * -(-ticks // (MOST_BUCKETS * STEPS[-1]))


def integrals(tick: Ints, weight: Floats, group: Ints, shape: tuple[int, int], step: int) -> Floats:
    """Return the integral, over each bucket, of levels that change by a weight at a tick.

    Parameters
    ----------
    tick, weight, group : array, shape (changes,)
        When the level of a group (NONE: of nobody) changes, before 0 counting as 0, and by how much.
    shape : tuple of int
        Groups and buckets.
    step : int
        Ticks in a bucket.

    Returns
    -------
    array of float, shape (groups, buckets)

    Examples
    --------
    A level that is 2 from tick 5 to tick 15:

    >>> integrals(np.array([5, 15]), np.array([2.0, -2.0]), np.array([0, 0]), (1, 3), 10).tolist()
    [[10.0, 10.0, 0.0]]
    """
    groups, buckets = shape
    tick = np.maximum(tick, 0)
    inside = np.flatnonzero((tick < buckets * step) & (group != NONE))
    tick, weight = tick[inside], weight[inside]
    bucket = tick // step
    place = group[inside] * buckets + bucket
    changes = np.bincount(place, weight, groups * buckets).reshape(shape)
    rest = np.bincount(place, weight * ((bucket + 1) * step - tick), groups * buckets).reshape(shape)
    before = np.cumsum(changes, axis=1) - changes
    return np.asarray(before * step + rest)


@dataclass(frozen=True)
class Levels:
    """Levels that are raised by a weight from one tick to another, each of a group; all arrays have one shape."""

    begin: Ints
    end: Ints
    weight: Floats
    group: Ints
    groups: int

    def over_time(self, program: Program) -> Floats:
        """Return the integrals from the first day to the end of the measured window, shape (groups, buckets)."""
        end = program.measured_end
        return self._integrals(0, end, count_of(program), step_of(end))

    def of_week(self, program: Program) -> Floats:
        """Return the integrals inside the measured window by hour of the week, shape (groups, 168)."""
        monday = TICKS_PER_DAY * program.scenario.calendar.start.weekday()
        weeks = -(-(program.measured_end + monday) // (HOURS_PER_WEEK * TICKS_PER_HOUR))
        hours = self._integrals(program.warm_up, program.measured_end, weeks * HOURS_PER_WEEK, TICKS_PER_HOUR, monday)
        return np.asarray(hours.reshape(self.groups, weeks, HOURS_PER_WEEK).sum(axis=1))

    def _integrals(self, first: int, last: int, buckets: int, step: int, shift: int = 0) -> Floats:
        ticks = np.concatenate([np.clip(self.begin, first, last), np.clip(self.end, first, last)]) + shift
        weights, groups = np.concatenate([self.weight, -self.weight]), np.concatenate([self.group, self.group])
        return integrals(ticks, weights, groups, (self.groups, buckets), step)


def count_of(program: Program) -> int:
    """Return the number of buckets over time."""
    return -(-program.measured_end // step_of(program.measured_end))


@once
def buckets(program: Program) -> Buckets:
    """Return what the profiles of a program are divided by."""
    zero, end = np.zeros(1, dtype=np.int64), np.array([program.horizon])
    whole, present = Levels(zero, end, np.ones(1), zero, 1), _present(program)
    return Buckets(
        step=step_of(program.measured_end),
        ticks=whole.over_time(program)[0],
        ticks_of_week=whole.of_week(program)[0],
        present=present.over_time(program),
        present_of_week=present.of_week(program),
    )


def _present(program: Program) -> Levels:
    plans, none = program.resources, np.empty(0, dtype=np.int64)
    begin = np.concatenate([none, *(plan.change_ticks for plan in plans)])
    end = np.concatenate([none, *(np.append(plan.change_ticks[1:], program.horizon) for plan in plans)])
    servers = np.concatenate([none, *(plan.servers for plan in plans)]).astype(np.float64)
    resource = np.repeat(np.arange(len(plans)), [len(plan.change_ticks) for plan in plans])
    return Levels(begin, end, servers, resource, len(plans))


def profile(f: Facts) -> Profile:
    """Return the profile of a replication, or of a part of it."""
    jobs, program = job_table(f), f.program
    one, many = np.ones(len(jobs.join)), len(program.resources)
    busy = Levels(jobs.start, np.where(jobs.started, jobs.end, jobs.start), one, jobs.resource, many)
    queue = Levels(jobs.join, jobs.left, one, jobs.resource, many)
    on_hand, waiting = _stock(f)
    return Profile(
        busy_of_week=busy.of_week(program),
        queue_of_week=queue.of_week(program),
        busy=busy.over_time(program),
        queue=queue.over_time(program),
        on_hand=on_hand.over_time(program),
        backorders=waiting.over_time(program),
    )


def _stock(f: Facts) -> tuple[Levels, Levels]:
    """Return the stock and the waiting units of each pool."""
    r, pools = f.records, len(f.program.pools)
    rows = np.flatnonzero((r.served_pool != NONE) & (r.approved[f.orders.line_order] != NONE))
    pool, order = r.served_pool[rows], f.orders.line_order[rows]
    asked, served, cancelled = r.approved[order], r.served[rows], r.outcome[order] == Outcome.CANCELLED
    left = np.where(cancelled, r.ended[order], f.program.horizon)
    until = np.where(served == NONE, left, served)
    wanted = (f.orders.line_quantity[rows] - r.lost[rows]).astype(np.float64)
    waiting = _waiting(f, rows, asked, until, wanted)
    back = np.where(served == NONE, wanted - waiting, wanted)
    came = np.flatnonzero(r.supply_received != NONE)
    changes = [
        (np.zeros(pools, dtype=np.int64), r.opening.astype(np.float64), np.arange(pools)),
        (r.supply_received[came], r.supply_quantity[came].astype(np.float64), r.supply_pool[came]),
        (asked, waiting - wanted, pool),
        (until, np.where(served == NONE, 0.0, -waiting), pool),
        (left, back, pool),
    ]
    tick, units, whose = (np.concatenate(parts) for parts in zip(*changes, strict=True))
    ever = np.full(len(tick), f.program.horizon)
    return Levels(tick, ever, units, whose, pools), Levels(asked, until, waiting, pool, pools)


def _waiting(f: Facts, rows: Ints, asked: Ints, until: Ints, wanted: Floats) -> Floats:
    """Return the units that lines wait for, on average from when they ask until they have all or give up."""
    r = f.records
    span = np.minimum(until, f.program.measured_end) - np.maximum(asked, f.program.warm_up)
    return np.where(span > 0, r.backorder_time[rows] / np.maximum(span, 1), wanted - r.from_stock[rows])
