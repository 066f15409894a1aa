"""Histories of good and bad days, the same for every offering: orders of a busy day meet its queues."""

from __future__ import annotations

import numpy as np

from scenarios.durations import HOURS_PER_DAY, HOURS_PER_WEEK
from scenarios.scenario import Scenario
from simcore.clock import Floats, Ints
from simcore.demand import hourly_rate
from simcore.draws import stream

SEED = 20_270_104
"""Fixes everything random about the estimates."""
MOST = 64
"""Histories."""
LEAST = 4
MOST_HOURS = 400_000
"""Hours of all histories together."""


class Histories:
    """Several courses of the days of a scenario, from the start to the end of the drain.

    Attributes
    ----------
    count, hours : int
        How many, and how long.
    rate : mapping of str to array of float, shape (hours,)
        Segment -> expected potential orders in each hour.
    """

    def __init__(self, scenario: Scenario) -> None:
        calendar = scenario.calendar
        self.rate = {name: hourly_rate(s.demand, calendar) for name, s in scenario.segments.items()}
        self.hours = len(next(iter(self.rate.values())))
        self.count = int(np.clip(MOST_HOURS // self.hours, LEAST, MOST))
        self._first = HOURS_PER_DAY * calendar.start.weekday()
        self._window = (
            int(calendar.warm_up_days * HOURS_PER_DAY),
            int(np.ceil((calendar.warm_up_days + calendar.measured_days) * HOURS_PER_DAY)),
        )
        self._days = {name: self._day_factors(name, s.demand.day_to_day_cv) for name, s in scenario.segments.items()}

    def _day_factors(self, segment: str, cv: float) -> Floats:
        """Return how good each day is: a gamma factor of mean 1 that all orders of the day share."""
        shape = self.hours // HOURS_PER_DAY, self.count
        if cv == 0:
            return np.ones(shape)
        return stream(SEED, 0, "estimated days", segment).gamma(cv**-2, cv**2, size=shape)

    def through_the_weeks(self, by_hour_of_week: Floats) -> Floats:
        """Return figures by hour of the week (Monday 00:00 first) for every hour."""
        return np.resize(np.roll(by_hour_of_week, -self._first % HOURS_PER_WEEK), self.hours)

    def orders(self, segment: str) -> Floats:
        """Return the expected potential orders in each hour of each history, shape (hours, histories)."""
        return self.rate[segment][:, None] * np.repeat(self._days[segment], HOURS_PER_DAY, axis=0)

    def placed(self, segment: str, count: int) -> tuple[Ints, Floats]:
        """Return in which history and at which hour so many typical orders of the measured window are placed."""
        begin, end = self._window
        rates = self.orders(segment)[begin:end].T
        within = np.concatenate([[0.0], np.cumsum(rates.ravel())])
        goal = (np.arange(count) + 0.5) / count * within[-1]
        hour = np.interp(goal, within, np.arange(len(within), dtype=np.float64))
        whole = np.minimum(hour.astype(np.int64), rates.size - 1)
        history, first = np.divmod(whole, rates.shape[1])
        return history, begin + first + (hour - whole)
