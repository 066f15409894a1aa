"""When potential orders are placed and contacts fall due: renewal streams, stretched by the rate over time."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scenarios.scenario import Calendar
from simcore import sampling
from simcore.clock import TICKS_PER_HOUR, Floats, Ints, ticks
from simcore.demand import HOURS_PER_DAY, hourly_rate
from simcore.draws import Draws, Kept
from simcore.program import Program

WORKING_DAY = (8, 17)
DAYS_PER_MONTH = 30.0

_rate = lru_cache(maxsize=32)(hourly_rate)  # the same for every replication


def arrivals(program: Program, segment: str, draws: Draws) -> Ints:
    """Return the ticks of the potential orders of a segment, rising.

    A renewal stream with mean gap 1 is stretched by the inverse of the cumulative rate, so that more demand takes
    more of the same stream: ``t_k = A^-1(g_1 + ... + g_k)``. Poisson gaps give a non-homogeneous Poisson process.
    """
    return placed(program, segment, draws).value


def placed(program: Program, segment: str, draws: Draws) -> Kept[Ints]:
    """Return :func:`arrivals`, worked out once for each demand and calendar."""
    demand, calendar = program.scenario.segments[segment].demand, program.scenario.calendar

    def make() -> Ints:
        rate = _rate(demand, calendar)
        if demand.day_to_day_cv > 0:
            shape = demand.day_to_day_cv**-2
            u = draws.uniform("day", segment, len(rate) // HOURS_PER_DAY)
            rate = rate * np.repeat(sampling.gamma_quantile(shape, 1 / shape, u), HOURS_PER_DAY)
        return _stretched("gap", demand.gap_cv, rate, segment, draws, program.horizon)

    return draws.once(("placed", segment, demand, calendar), make)


def contacts_due(program: Program, segment: str, per_customer_per_month: float, draws: Draws) -> Kept[Ints]:
    """Return the ticks of the contacts of a segment: a Poisson stream on weekdays from 8 to 17 o'clock."""
    calendar = program.scenario.calendar
    per_day = program.scenario.segments[segment].customers * per_customer_per_month / DAYS_PER_MONTH

    def make() -> Ints:
        rate = _working_hours_rate(per_day, calendar)
        return _stretched("contact gap", 1.0, rate, segment, draws, program.horizon)

    return draws.once(("contacts", segment, per_day, calendar), make)


@lru_cache(maxsize=32)
def _working_hours_rate(per_day: float, calendar: Calendar) -> Floats:
    days = int(np.ceil(calendar.horizon_days))
    hours = np.arange(days * HOURS_PER_DAY)
    weekday = (calendar.start.weekday() + hours // HOURS_PER_DAY) % 7
    open_hours = (weekday < 5) & (hours % HOURS_PER_DAY >= WORKING_DAY[0]) & (hours % HOURS_PER_DAY < WORKING_DAY[1])
    return np.where(open_hours, per_day * 7 / 5 / (WORKING_DAY[1] - WORKING_DAY[0]), 0.0)


def _stretched(purpose: str, gap_cv: float, rate: Floats, segment: str, draws: Draws, horizon: int) -> Ints:
    """Return the ticks before the horizon at which a renewal stream reaches the cumulative rate."""
    cumulative = np.concatenate([[0.0], np.cumsum(rate)])
    clock = _unit_renewals(purpose, gap_cv, float(cumulative[-1]), segment, draws)
    tick = ticks(_inverse(cumulative, clock), TICKS_PER_HOUR)
    return tick[tick < horizon]


def _inverse(cumulative: Floats, amount: Floats) -> Floats:
    """Return the hours at which a rising cumulative reaches amounts > 0, at the latest its last value.

    >>> _inverse(np.array([0.0, 2.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])).tolist()
    [0.5, 1.0, 2.5]
    """
    hour = np.clip(np.searchsorted(cumulative, amount, side="left"), 1, len(cumulative) - 1)
    before = cumulative[hour - 1]
    return np.asarray(hour - 1 + (amount - before) / (cumulative[hour] - before))


def _unit_renewals(purpose: str, gap_cv: float, length: float, segment: str, draws: Draws) -> Floats:
    if length == 0:
        return np.empty(0)
    if gap_cv == 0:
        return np.arange(1.0, np.floor(length) + 1)
    count = int(length + 6 * max(1.0, gap_cv) * np.sqrt(length) + 20)
    while True:
        u = draws.uniform(purpose, segment, count)
        times = np.cumsum(sampling.gamma_quantile(gap_cv**-2, gap_cv**2, u))
        if times[-1] > length:
            return np.asarray(times[times <= length])
        count *= 2
