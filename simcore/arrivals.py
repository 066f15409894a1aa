"""When potential orders are placed and contacts fall due: renewal streams, stretched by the rate over time."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from scenarios.durations import DAYS_PER_MONTH, HOURS_PER_DAY
from scenarios.study import Calendar
from simcore import sampling
from simcore.clock import TICKS_PER_HOUR, Floats, Ints, ticks
from simcore.demand import hourly_rate
from simcore.draws import Draws, Kept
from simcore.program import Program

WORKING_DAY = (8, 17)

_rate = lru_cache(maxsize=32)(hourly_rate)  # the same for every replication


class Window(NamedTuple):
    """Successive orders (or contacts) of a segment: the number of the first of them, and the ticks of all."""

    start: int
    ticks: Kept[Ints]


class Renewals:
    """The ticks of a renewal stream with mean gap 1 that is stretched by the rate over time, read on part by part.

    ``t_k = A^-1(g_1 + ... + g_k)`` with A the cumulative rate, so that more demand takes more of the same stream.
    Poisson gaps give a non-homogeneous Poisson process. Kept are the sum of the gaps so far and the ticks that were
    drawn beyond the last part; sums are taken one after the other, so that parts do not change their last bits.

    Parameters
    ----------
    purpose, segment : str
        Names of the stream of gaps.
    gap_cv : float
        Coefficient of variation of the gaps; 0 is clockwork.
    rate : array of float
        Expected number in each hour.
    draws : Draws
        Where the gaps come from.
    """

    def __init__(self, purpose: str, segment: str, gap_cv: float, rate: Floats, draws: Draws) -> None:
        self.purpose, self.segment, self.gap_cv, self.draws = purpose, segment, gap_cv, draws
        self.cumulative: Floats = np.concatenate([[0.0], np.cumsum(rate)])
        self.told = 0
        """How many were returned."""
        self._ahead: Ints = np.empty(0, dtype=np.int64)
        self._gaps = 0
        self._reached = 0.0
        self._ended = bool(self.cumulative[-1] == 0)

    def until(self, end: int) -> Ints:
        """Return the ticks before ``end`` that were not returned yet, rising."""
        parts = [self._ahead]
        while not (self._ended or (len(parts[-1]) and parts[-1][-1] >= end)):
            parts.append(self._more(end))
        known = np.concatenate(parts)
        count = int(np.searchsorted(known, end))
        self.told += count
        self._ahead = known[count:].copy()  # a view would keep all of them in memory
        return known[:count]

    def _more(self, end: int) -> Ints:
        """Return the next ticks, most likely as many as there are before ``end``."""
        need = max(0.0, reached_at(self.cumulative, end) - self._reached)
        count = int(need + 6 * max(1.0, self.gap_cv) * np.sqrt(need) + 20)
        gaps = self._next_gaps(count)
        gaps[0] += self._reached
        reached = np.cumsum(gaps)
        self._gaps, self._reached = self._gaps + count, float(reached[-1])
        length = self.cumulative[-1]
        self._ended = bool(reached[-1] > length)
        return ticks(when_reached(self.cumulative, reached[reached <= length]), TICKS_PER_HOUR)

    def _next_gaps(self, count: int) -> Floats:
        if self.gap_cv == 0:
            return np.ones(count)
        u = self.draws.uniform(self.purpose, self.segment, count, self._gaps)
        return sampling.gamma_quantile(self.gap_cv**-2, self.gap_cv**2, u)


def order_renewals(program: Program, segment: str, draws: Draws) -> Renewals:
    """Return the stream of the potential orders of a segment, from the start."""
    demand = program.scenario.segments[segment].demand
    rate = _rate(demand, program.scenario.calendar)
    if demand.day_to_day_cv > 0:
        shape = demand.day_to_day_cv**-2
        u = draws.uniform("day", segment, len(rate) // HOURS_PER_DAY)
        rate = rate * np.repeat(sampling.gamma_quantile(shape, 1 / shape, u), HOURS_PER_DAY)
    return Renewals("gap", segment, demand.gap_cv, rate, draws)


def contact_renewals(program: Program, index: int, draws: Draws) -> Renewals:
    """Return the stream of the contacts of a lane, from the start: Poisson, on weekdays from 8 to 17 o'clock."""
    rate = _working_hours_rate(_contacts_per_day(program, index), program.scenario.calendar)
    return Renewals("contact gap", program.lanes[index].stream, 1.0, rate, draws)


def arrivals(program: Program, segment: str, draws: Draws) -> Ints:
    """Return the ticks of the potential orders of a segment, rising (see :class:`Renewals`)."""
    return placed(program, segment, draws).value


def placed(program: Program, segment: str, draws: Draws) -> Kept[Ints]:
    """Return :func:`arrivals`, worked out once for each demand and calendar."""
    demand, calendar = program.scenario.segments[segment].demand, program.scenario.calendar
    return draws.once(
        ("placed", segment, demand, calendar), lambda: order_renewals(program, segment, draws).until(program.horizon)
    )


def contacts_due(program: Program, index: int, draws: Draws) -> Kept[Ints]:
    """Return the ticks of the contacts of a lane, worked out once for each number of contacts and calendar."""
    per_day = _contacts_per_day(program, index)
    if per_day == 0:
        return draws.once("no contacts", lambda: np.empty(0, dtype=np.int64))
    return draws.once(
        ("contacts", program.lanes[index].stream, per_day, program.scenario.calendar),
        lambda: contact_renewals(program, index, draws).until(program.horizon),
    )


def _contacts_per_day(program: Program, index: int) -> float:
    """Return the contacts of a lane: the customers of a segment divide over the offers as its orders do."""
    plan = program.plans[index]
    if plan is None or plan.offering.touchpoints is None:
        return 0.0
    customers = program.scenario.segments[plan.name].customers * plan.portion
    return customers * plan.offering.touchpoints.per_customer_per_month / DAYS_PER_MONTH


@lru_cache(maxsize=32)
def _working_hours_rate(per_day: float, calendar: Calendar) -> Floats:
    days = int(np.ceil(calendar.horizon_days))
    hours = np.arange(days * HOURS_PER_DAY)
    weekday = (calendar.start.weekday() + hours // HOURS_PER_DAY) % 7
    open_hours = (weekday < 5) & (hours % HOURS_PER_DAY >= WORKING_DAY[0]) & (hours % HOURS_PER_DAY < WORKING_DAY[1])
    return np.where(open_hours, per_day * 7 / 5 / (WORKING_DAY[1] - WORKING_DAY[0]), 0.0)


def when_reached(cumulative: Floats, amount: Floats) -> Floats:
    """Return the hours at which a rising cumulative reaches amounts, at the latest its last value, which is above 0.

    Nothing is reached when the cumulative begins to rise: gaps that vary much may be 0 in floating point.

    >>> when_reached(np.array([0.0, 0.0, 2.0, 2.0, 4.0]), np.array([0.0, 1.0, 2.0, 3.0])).tolist()
    [1.0, 1.5, 2.0, 3.5]
    """
    first = np.searchsorted(cumulative, 0.0, side="right")
    hour = np.clip(np.searchsorted(cumulative, amount, side="left"), first, len(cumulative) - 1)
    before = cumulative[hour - 1]
    return np.asarray(hour - 1 + (amount - before) / (cumulative[hour] - before))


def reached_at(cumulative: Floats, tick: int) -> float:
    """Return what a rising cumulative, known at whole hours, has reached at a tick.

    >>> reached_at(np.array([0.0, 2.0, 2.0, 4.0]), 5 * TICKS_PER_HOUR // 2)
    3.0
    """
    hour, rest = divmod(tick, TICKS_PER_HOUR)
    if hour >= len(cumulative) - 1:
        return float(cumulative[-1])
    return float(cumulative[hour] + (cumulative[hour + 1] - cumulative[hour]) * (rest / TICKS_PER_HOUR))
