"""What adds up over jobs: the time in work and in queues, contacts, and how long measured jobs waited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np

from simcore.clock import TICKS_PER_HOUR, Floats, Ints
from simcore.facts import Facts, count, in_groups, once
from simcore.jobs import JobTable, job_table, jobs_of_resources
from simcore.program import NONE, Program


@dataclass(frozen=True)
class WorkCounts:
    """Whole sums over jobs and contacts.

    Attributes
    ----------
    busy, queue : array of int, shape (resources,)
        Server ticks in work, and ticks in the queue, inside the measured window.
    contacts : array of int, shape (lanes,)
        Contacts that fell due in the window.
    """

    busy: Ints
    queue: Ints
    contacts: Ints


@once
def work_counts(f: Facts) -> WorkCounts:
    """Return the sums over the jobs and contacts of a replication."""
    jobs, mine = job_table(f), jobs_of_resources(f)
    contacts = f.orders.contact_lane[f.in_window(f.orders.contact_tick)]
    return WorkCounts(
        busy=np.array([jobs.busy[rows].sum() for rows in mine], dtype=np.int64),
        queue=np.array([jobs.queue[rows].sum() for rows in mine], dtype=np.int64),
        contacts=count(contacts, len(f.program.lanes)),
    )


@dataclass(frozen=True)
class Waits:
    """Hours that measured jobs waited before their work began, at one resource, of everybody or of one segment.

    Attributes
    ----------
    jobs : int
        Measured jobs that started.
    hours : float
        Sum of their waits.
    apart : float
        Sum of the squared distances from the mean wait (hours squared).
    waited : int
        Jobs that waited at all.
    above : tuple of int
        Jobs that waited longer than each limit that the resource reports.
    """

    jobs: int
    hours: float
    apart: float
    waited: int
    above: tuple[int, ...]

    @property
    def deviation(self) -> float:
        """The standard deviation of the waits; NaN without any."""
        return sqrt(self.apart / self.jobs) if self.jobs else float("nan")

    def __add__(self, other: Waits) -> Waits:
        """Return the waits of both, by the pairwise update of Chan, Golub & LeVeque (1979)."""
        if not (self.jobs and other.jobs):
            return self if self.jobs else other
        jobs = self.jobs + other.jobs
        step = other.hours / other.jobs - self.hours / self.jobs
        return Waits(
            jobs,
            self.hours + other.hours,
            self.apart + other.apart + step * step * (self.jobs * (other.jobs / jobs)),
            self.waited + other.waited,
            tuple(a + b for a, b in zip(self.above, other.above, strict=True)),
        )


@once
def waits(f: Facts) -> list[list[Waits]]:
    """Return the waits at each resource: everybody's first, then those of each segment."""
    jobs = job_table(f)
    return [
        [_waits(hours, limits) for hours in _hours(f, jobs, rows)]
        for rows, limits in zip(jobs_of_resources(f), limits_of_resources(f.program), strict=True)
    ]


@once
def limits_of_resources(program: Program) -> list[tuple[float, ...]]:
    """Return the hours above which each resource reports waits."""
    return [program.scenario.resources[plan.name].report_waits_above_hours for plan in program.resources]


def _hours(f: Facts, jobs: JobTable, rows: Ints) -> Iterator[Floats]:
    """Yield the hours that measured jobs waited before their work began: all of them, then each segment's."""
    begun = rows[jobs.measured[rows] & jobs.started[rows]]
    hours = (jobs.start[begun] - jobs.join[begun]) / TICKS_PER_HOUR
    yield hours
    # production is nobody's: lane -1
    yield from in_groups(hours, _segments(f.program, jobs.lane[begun]) + 1, len(f.program.segments) + 1)[1:]


def _segments(program: Program, lane: Ints) -> Ints:
    return np.where(lane == NONE, NONE, program.segment_of(lane)) if program.has_menu else lane


def _waits(hours: Floats, limits: tuple[float, ...]) -> Waits:
    if not len(hours):
        return Waits(0, 0.0, 0.0, 0, (0,) * len(limits))
    sum_of_hours = float(hours.sum())
    apart = hours - sum_of_hours / len(hours)
    return Waits(
        len(hours),
        sum_of_hours,
        float((apart * apart).sum()),
        int(np.count_nonzero(hours > 0)),
        tuple(int(np.count_nonzero(hours > limit)) for limit in limits),
    )
