"""The rate of potential orders over time, and the moments of the demand on a product."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

import numpy as np

from scenarios.durations import HOURS_PER_DAY
from scenarios.scenario import Scenario
from scenarios.segments import Demand, Segment
from scenarios.study import Calendar
from simcore.acceptance import inclusion
from simcore.clock import Floats
from simcore.sampling import mean, variance


def week_profile(demand: Demand) -> Floats:
    """Return 168 weights, Monday 00:00 first, with mean 1."""
    if demand.by_hour_of_week is not None:
        weights = np.array(demand.by_hour_of_week)
    else:
        by_hour = np.array(demand.by_hour_of_day or np.ones(HOURS_PER_DAY))
        weights = np.outer(np.array(demand.by_day_of_week or np.ones(7)), by_hour).ravel()
    return np.asarray(weights / weights.mean())


def season(demand: Demand, calendar: Calendar, days: int) -> Floats:
    """Return the factor of each of the first ``days`` days of the calendar; the twelve months have mean 1."""
    if demand.by_month is None:
        return np.ones(days)
    months = np.array([(calendar.start + timedelta(days=d)).month - 1 for d in range(days)])
    weights = np.array(demand.by_month)
    return np.asarray((weights / weights.mean())[months])


def hourly_rate(demand: Demand, calendar: Calendar) -> Floats:
    """Return potential orders per hour for every hour from the start to the end of the drain."""
    days = int(np.ceil(calendar.horizon_days))
    first = HOURS_PER_DAY * calendar.start.weekday()
    week = np.roll(week_profile(demand), -first)
    hours = np.resize(week, days * HOURS_PER_DAY) * np.repeat(season(demand, calendar, days), HOURS_PER_DAY)
    return np.asarray(hours * demand.orders_per_day / HOURS_PER_DAY)


def measured_orders(scenario: Scenario, segment: str) -> float:
    """Return the expected number of potential orders in the measured window."""
    return _measured(scenario.segments[segment].demand, scenario.calendar)


@lru_cache(maxsize=4096)
def _measured(demand: Demand, calendar: Calendar) -> float:
    cumulative = np.concatenate([[0.0], np.cumsum(hourly_rate(demand, calendar))])
    ends = np.array([calendar.warm_up_days, calendar.warm_up_days + calendar.measured_days]) * HOURS_PER_DAY
    first, last = np.interp(ends, np.arange(len(cumulative)), cumulative)
    return float(last - first)


def demand_before(scenario: Scenario, segment: str, days: float) -> float:
    """Return the demand of the last ``days`` before an instant of the measured window, relative to that in the window.

    The mean over the instants of the window; 1 where demand is level. Before the start there is none.
    """
    return _before(scenario.segments[segment].demand, scenario.calendar, days)


@lru_cache(maxsize=4096)
def _before(demand: Demand, calendar: Calendar, days: float) -> float:
    cumulative = np.concatenate([[0.0], np.cumsum(hourly_rate(demand, calendar))])
    clock = np.arange(len(cumulative), dtype=np.float64)
    begin, end = calendar.warm_up_days * HOURS_PER_DAY, (calendar.warm_up_days + calendar.measured_days) * HOURS_PER_DAY
    per_hour = float(np.diff(np.interp([begin, end], clock, cumulative))[0]) / (end - begin)
    if days <= 0 or per_hour == 0:
        return 1.0
    now = np.arange(begin, end)
    lag = days * HOURS_PER_DAY
    since = np.interp(now, clock, cumulative) - np.interp(now - lag, clock, cumulative)
    return float(since.mean() / (lag * per_hour))


def units_per_day(scenario: Scenario, name: str, product: str, accepted: float) -> tuple[float, float]:
    """Return mean and variance of the units of a product that a segment orders per day.

    Orders come as a renewal stream with the gap variation and the day-to-day variation of the segment, each
    including the product with its share and for a random quantity X:
    ``mean = a p E[X]``, ``variance = a (p Var[X] + p (1 - p) E[X]^2 + gap_cv^2 (p E[X])^2) + cv_day^2 mean^2``,
    with a the accepted orders per day in the measured window.

    Parameters
    ----------
    accepted : float
        Share of potential orders that are accepted.
    """
    segment: Segment = scenario.segments[name]
    if product not in segment.products:
        return 0.0, 0.0
    orders = accepted * measured_orders(scenario, name) / scenario.calendar.measured_days
    share = inclusion(segment)[product]
    law = segment.products[product].quantity
    size, spread = mean(law), variance(law)
    units = orders * share * size
    gap_variance = accepted * segment.demand.gap_cv**2 + (1 - accepted)  # thinning pulls the stream towards Poisson
    per_order = share * spread + share * (1 - share) * size**2 + gap_variance * (share * size) ** 2
    return units, orders * per_order + (segment.demand.day_to_day_cv * units) ** 2


def expected_by_segment(scenario: Scenario) -> dict[str, float]:
    """Return the potential orders of each segment in one replication, warm-up and drain included."""
    return {name: float(hourly_rate(s.demand, scenario.calendar).sum()) for name, s in scenario.segments.items()}


def expected_orders(scenario: Scenario) -> float:
    """Return the potential orders of one replication, warm-up and drain included."""
    return sum(expected_by_segment(scenario).values())
