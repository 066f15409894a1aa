"""The work that each segment brings to an activity, hour by hour of the week."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from optimize.capacity.presence import shift_hours
from optimize.capacity.spreading import spread
from optimize.service.work import orders_per_week
from scenarios.durations import DAYS_PER_YEAR, MINUTES_PER_HOUR
from scenarios.offerings import Offering, current_offerings
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.acceptance import acceptance, units_per_order
from simcore.clock import Floats
from simcore.demand import season, week_profile

ACTIVITIES = ("capture", "fulfilment")
BUSY = 0.9
"""Quantile of the hours from which an hour counts as busy."""


@dataclass(frozen=True, eq=False)
class Workload:
    """What some segments bring to one activity.

    Attributes
    ----------
    activity : str
        capture or fulfilment.
    segments : tuple of str
        Those that need anybody for it.
    resources : tuple of str
        Who does it today, for each.
    rates : ndarray of float, shape (segments, 168)
        Orders per hour that reach open doors, Monday 00:00 first; what comes while doors are closed waits for them.
    minutes : ndarray of float, shape (segments,)
        Mean work per order.
    by_day : ndarray of float, shape (segments, 365)
        Factor of each day of the year (season).
    """

    activity: str
    segments: tuple[str, ...]
    resources: tuple[str, ...]
    rates: Floats
    minutes: Floats
    by_day: Floats

    @property
    def hours(self) -> Floats:
        """Hours of work that come in each hour of the week, shape (segments, 168)."""
        return np.asarray(self.rates * self.minutes[:, None] / MINUTES_PER_HOUR)


def workloads(scenario: Scenario) -> list[Workload]:
    """Return the work of every activity that at least two segments of the current design need people for."""
    offerings = {name: o for name, o in current_offerings(scenario).items() if o is not None}
    found = []
    for activity in ACTIVITIES:
        needed = {name: told for name, o in offerings.items() if (told := _work(scenario, name, o, activity))}
        if len(needed) > 1:
            found.append(_workload(scenario, activity, needed, offerings))
    return found


def _work(scenario: Scenario, name: str, offering: Offering, activity: str) -> tuple[str, float] | None:
    """Return who does an activity for a segment, and the mean minutes per order."""
    if activity == "capture":
        channel = offering.channel
        return None if channel.resource is None else (channel.resource, sampling.mean(channel.minutes))
    work = offering.fulfilment
    if work is None:
        return None
    units = sum(
        n * scenario.products[p].work_factor
        for p, n in units_per_order(scenario.segments[name]).items()
        if p in offering.assortment
    )
    return work.resource, sampling.mean(work.setup_minutes) + units * sampling.mean(work.minutes_per_unit)


def _workload(
    scenario: Scenario, activity: str, needed: dict[str, tuple[str, float]], offerings: dict[str, Offering]
) -> Workload:
    rates, days = [], []
    for name, (resource, _) in needed.items():
        demand = scenario.segments[name].demand
        weekly = orders_per_week(scenario, name) * acceptance(scenario, name, offerings[name])
        rates.append(weekly * spread(week_profile(demand), shift_hours(scenario, resource), 0.0))
        days.append(season(demand, scenario.calendar, round(DAYS_PER_YEAR)))
    return Workload(
        activity,
        tuple(needed),
        tuple(resource for resource, _ in needed.values()),
        np.array(rates),
        np.array([minutes for _, minutes in needed.values()]),
        np.array(days),
    )


@dataclass(frozen=True)
class Complement:
    """How the work of a group of segments falls together in time.

    Attributes
    ----------
    by_hour, by_weekday, by_season : float
        Peak of the sum over the sum of the peaks: 1 where they peak together, less where they complement each other.
    correlation : float
        Of the hours of the week; the mean over the pairs of a group.
    tail : float
        Share of the busiest tenth of the hours of one that are among the busiest tenth of another, mean over the pairs.
    """

    segments: tuple[str, ...]
    by_hour: float
    by_weekday: float
    by_season: float
    correlation: float
    tail: float


def complements(work: Workload, most: int = 4) -> list[Complement]:
    """Return every group of 2 to ``most`` segments, the best complement by hour first."""
    hours = work.hours
    weekdays = hours.reshape(len(hours), 7, 24).sum(axis=2)
    found = []
    for size in range(2, min(most, len(hours)) + 1):
        for group in combinations(range(len(hours)), size):
            rows = list(group)
            found.append(
                Complement(
                    tuple(work.segments[s] for s in group),
                    _peaks(hours[rows]),
                    _peaks(weekdays[rows]),
                    _peaks(work.by_day[rows] * hours[rows].sum(axis=1, keepdims=True)),
                    float(np.mean([_correlation(hours[a], hours[b]) for a, b in combinations(rows, 2)])),
                    float(np.mean([_tail(hours[a], hours[b]) for a, b in combinations(rows, 2)])),
                )
            )
    return sorted(found, key=lambda one: (one.by_hour, one.segments))


def _peaks(loads: Floats) -> float:
    return float(loads.sum(axis=0).max() / loads.max(axis=1).sum())


def _correlation(one: Floats, other: Floats) -> float:
    if one.std() == 0 or other.std() == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _tail(one: Floats, other: Floats) -> float:
    busy = [load >= np.quantile(load[load > 0], BUSY) for load in (one, other)]
    return float((busy[0] & busy[1]).sum() / max(1, min(busy[0].sum(), busy[1].sum())))
