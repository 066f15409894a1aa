"""Profiles as a table: resources by hour of the week and over time, stock over time, each with its band."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

import numpy as np

from promiselab.tables import Row
from scenarios.durations import HOURS_PER_WEEK
from scenarios.resources import WEEKDAYS
from simcore.clock import TICKS_PER_DAY, Floats
from simcore.measures import MeasureKey
from simcore.profile import Profile, buckets
from simcore.program import Program, compile_program
from simcore.replications import Simulation

PROFILES = "profiles.csv"
WEEK, TIME = "hour_of_week", "time"
LOW, HIGH = 0.05, 0.95
"""The band holds nine tenths of the replications."""
MOST = 30
"""Resources, and stock pools: those with the most work, and the most units on hand."""
DIGITS = 6


@dataclass(frozen=True)
class _Values:
    """The values of one measure in its buckets, shape (replications, buckets)."""

    measure: str
    unit: str
    by: str
    begins: Sequence[str]
    values: Floats
    resource: str = ""
    product: str = ""

    def rows(self, design: str) -> Iterator[Row]:
        """Yield a row for each bucket."""
        several = len(self.values) > 1
        low, high = np.quantile(self.values, (LOW, HIGH), axis=0) if several else np.full((2, len(self.begins)), np.nan)
        about = {"design": design, "measure": self.measure, "resource": self.resource, "product": self.product}
        for begin, mean, least, most in zip(self.begins, self.values.mean(axis=0), low, high, strict=True):
            figures = {"mean": _short(mean), "low": _short(least), "high": _short(most), "unit": self.unit}
            yield {**about, "by": self.by, "begins": begin, **figures}


def profile_rows(name: str, simulation: Simulation) -> list[Row]:
    """Return one row per design, measure, resource or product, and bucket: mean, and band over the replications.

    Nothing for a simulation that was not profiled. ``low`` and ``high`` are quantiles of the replications (0.05 and
    0.95, interpolated); null with one replication. A utilisation without anybody present is null.
    """
    profiles = [r.profile for r in simulation.replications if r.profile is not None]
    if not profiles or len(profiles) < len(simulation.replications):
        return []
    program = compile_program(simulation.scenario)
    found = [*_resources(program, profiles, simulation), *_pools(program, profiles, simulation)]
    return [row for values in found for row in values.rows(name)]


def _resources(program: Program, profiles: Sequence[Profile], simulation: Simulation) -> Iterator[_Values]:
    within = buckets(program)
    hours, times = _hours(), _times(program)
    busiest = _largest([r.name for r in program.resources], simulation, lambda n: MeasureKey("utilisation", resource=n))
    for place in busiest:
        resource = program.resources[place].name
        with np.errstate(divide="ignore", invalid="ignore"):
            of_week = _stacked(profiles, "busy_of_week", place) / within.present_of_week[place]
            over_time = _stacked(profiles, "busy", place) / within.present[place]
            waiting = _stacked(profiles, "queue_of_week", place) / within.ticks_of_week
        of_week[:, within.present_of_week[place] == 0] = np.nan
        over_time[:, within.present[place] == 0] = np.nan
        queue = _stacked(profiles, "queue", place) / within.ticks
        yield _Values("utilisation", "share", WEEK, hours, of_week, resource)
        yield _Values("queue_mean", "jobs", WEEK, hours, waiting, resource)
        yield _Values("utilisation", "share", TIME, times, over_time, resource)
        yield _Values("queue_mean", "jobs", TIME, times, queue, resource)


def _pools(program: Program, profiles: Sequence[Profile], simulation: Simulation) -> Iterator[_Values]:
    within, times = buckets(program), _times(program)
    largest = _largest([p.name for p in program.pools], simulation, lambda n: MeasureKey("on_hand_mean", product=n))
    for place in largest:
        product = program.pools[place].name
        for measure, field in (("on_hand_mean", "on_hand"), ("backorders_mean", "backorders")):
            # units that a line gets bit by bit are spread over its wait, which can take stock a little below nothing
            values = np.maximum(_stacked(profiles, field, place) / within.ticks, 0.0)
            yield _Values(measure, "units", TIME, times, values, product=product)


def _largest(names: Sequence[str], simulation: Simulation, key: Callable[[str], MeasureKey]) -> list[int]:
    """Return the places of the names that have most of a measure, in their order."""
    size = [simulation.totals(key(name))[0].sum() for name in names]
    return sorted(sorted(range(len(names)), key=lambda i: (-size[i], i))[:MOST])


def _stacked(profiles: Sequence[Profile], field: str, place: int) -> Floats:
    return np.array([getattr(one, field)[place] for one in profiles])


def _hours() -> list[str]:
    return [f"{WEEKDAYS[hour // 24]} {hour % 24:02d}:00" for hour in range(HOURS_PER_WEEK)]


def _times(program: Program) -> list[str]:
    start, step = datetime.combine(program.scenario.calendar.start, datetime.min.time()), buckets(program).step
    begin = [start + timedelta(days=step / TICKS_PER_DAY * i) for i in range(len(buckets(program).ticks))]
    return [time.isoformat(timespec="minutes") for time in begin]


def _short(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") + 0.0 if isfinite(value) else None
