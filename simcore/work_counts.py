"""What adds up over jobs: the time in work and in queues, contacts, and how long measured jobs waited."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from simcore.clock import TICKS_PER_HOUR, Floats, Ints
from simcore.facts import Facts, contacts_due, count, in_groups, once, rows_of, small
from simcore.jobs import job_table, jobs_of_resources
from simcore.program import Program


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
    contacts = rows_of(contacts_due(f)).of(f.orders.contact_lane)
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
    """Return the waits of measured jobs at each resource: everybody's first, then those of each segment."""
    jobs, segment = job_table(f), _segments(f.program)
    begun, hours = jobs.measured & jobs.started, (jobs.start - jobs.join) / TICKS_PER_HOUR
    found = []
    for resource, limits in enumerate(limits_of_resources(f.program)):
        rows = rows_of((jobs.resource == resource) & begun)
        everybody = rows.of(hours)
        together = _waits(everybody, limits)
        each = in_groups(everybody, segment.take(rows.of(jobs.lane)), len(f.program.segments))
        found.append([together, *(together if len(p) == len(everybody) else _waits(p, limits) for p in each)])
    return found


@once
def _segments(program: Program) -> Ints:
    """Return the segment of each lane, and last that of nobody, as lane -1 has it: of production."""
    segments = len(program.segments)
    of_lanes = program.segment_of(np.arange(len(program.lanes)))
    return small(np.append(of_lanes, segments), segments + 1)


@once
def limits_of_resources(program: Program) -> list[tuple[float, ...]]:
    """Return the hours above which each resource reports waits."""
    return [program.scenario.resources[plan.name].report_waits_above_hours for plan in program.resources]


def _waits(hours: Floats, limits: tuple[float, ...]) -> Waits:
    if not len(hours):
        return Waits(0, 0.0, 0.0, 0, (0,) * len(limits))
    sum_of_hours = float(hours.sum())
    apart = hours - sum_of_hours / len(hours)
    apart *= apart
    return Waits(
        len(hours),
        sum_of_hours,
        float(apart.sum()),
        int(np.count_nonzero(hours)),
        tuple(int(np.count_nonzero(hours > limit)) for limit in limits),
    )
