"""When orders come: week, season, and how irregular."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.durations import HOURS_PER_WEEK
from scenarios.history.arrays import Floats, Ints

MONTHS = 12
ROUNDS = 200


@dataclass(frozen=True, eq=False)
class Arrivals:
    """The demand of a segment.

    Attributes
    ----------
    orders_per_day : float
        Per calendar day, averaged over a week of a month of weight 1.
    by_hour_of_week : ndarray of float, shape (168,)
        Weights with mean 1, Monday 00:00 first.
    by_month : ndarray of float, shape (12,)
        Weights of the months seen have mean 1; a month that was never seen has the weight of the last one before it.
    gap_cv : float
        1 (Poisson), or less where orders come more regularly than by chance.
    day_to_day_cv : float
        Variation of a day beyond chance.
    unseen : tuple of int
        Months that the history does not have, January is 1.
    """

    orders_per_day: float
    by_hour_of_week: Floats
    by_month: Floats
    gap_cv: float
    day_to_day_cv: float
    unseen: tuple[int, ...]


def fit_arrivals(times: pd.Series[pd.Timestamp], days: pd.DatetimeIndex) -> Arrivals:
    """Return the demand that gave these orders on these days.

    Daily counts have means ``weekday factor x month factor``, fitted by Poisson likelihood (iterative scaling; Deming
    & Stephan 1940). Their variance about the means is ``m + cv^2 m^2`` with a factor that a whole day shares, or less
    than m where orders come like a clock: then the squared variation of the gaps is the dispersion of the counts
    (renewal theory, Cox 1962).

    Parameters
    ----------
    times : Series of Timestamp
        When each order was placed.
    days : DatetimeIndex
        Every day of the period, days without orders too.
    """
    counts = times.dt.normalize().value_counts().reindex(days, fill_value=0).to_numpy().astype(np.float64)
    weekday, month = days.day_of_week.to_numpy(), days.month.to_numpy() - 1
    week, season = day_rates(counts, weekday, month)
    hour = (times.dt.day_of_week * 24 + times.dt.hour).to_numpy()
    by_hour = np.bincount(hour, minlength=HOURS_PER_WEEK).reshape(7, 24)
    within = by_hour / np.maximum(by_hour.sum(axis=1, keepdims=True), 1)
    hours = (week[:, None] * within).ravel()
    seen = np.bincount(month, minlength=MONTHS) > 0
    open_days = np.isin(weekday, np.flatnonzero(week > 0)) & (counts > 0)
    gap_cv, day_cv = irregularity(counts[open_days], (week[weekday] * season[month])[open_days])
    return Arrivals(
        float(week.mean()),
        hours / hours.mean(),
        _carried(season, seen),
        gap_cv,
        day_cv,
        tuple(int(m) + 1 for m in np.flatnonzero(~seen)),
    )


def day_rates(counts: Floats, weekday: Ints, month: Ints) -> tuple[Floats, Floats]:
    """Return seven weekday factors, in orders per day, and twelve month factors; the months seen have mean 1.

    >>> days = np.arange(28); counts = np.where(days % 7 < 5, 10.0, 0.0)
    >>> week, season = day_rates(counts, days % 7, np.zeros(28, dtype=np.int64))
    >>> week.tolist(), season[0].item()
    ([10.0, 10.0, 10.0, 10.0, 10.0, 0.0, 0.0], 1.0)
    """
    by_weekday, by_month = np.bincount(weekday, counts, 7), np.bincount(month, counts, MONTHS)
    seen = np.bincount(month, minlength=MONTHS) > 0
    week, season = np.ones(7), np.where(seen, 1.0, 0.0)
    for _ in range(ROUNDS):
        exposure = np.bincount(weekday, season[month], 7)
        week = np.divide(by_weekday, exposure, out=np.zeros(7), where=exposure > 0)
        expected = np.bincount(month, week[weekday], MONTHS)
        season = np.divide(by_month, expected, out=np.zeros(MONTHS), where=expected > 0)
        season /= season[seen].mean()
    return week, season


def irregularity(counts: Floats, means: Floats) -> tuple[float, float]:
    """Return the variation of the gaps between orders, and that of a factor that the orders of a day share.

    >>> irregularity(np.array([8.0, 12.0, 10.0, 10.0]), np.full(4, 10.0))
    (0.4472, 0.0)
    """
    if len(counts) < 2 or means.sum() <= 0:
        return 1.0, 0.0
    means = means * counts.sum() / means.sum()  # closed days have left both
    squares = float(np.square(counts - means).sum())
    dispersion = squares / float(means.sum())
    if dispersion < 1:
        return round(float(np.sqrt(dispersion)), 4), 0.0
    return 1.0, round(float(np.sqrt((squares - means.sum()) / np.square(means).sum())), 4)


def _carried(season: Floats, seen: NDArray[np.bool_]) -> Floats:
    """Return the month factors with those never seen set to the last one before them that was."""
    out = season.copy()
    for month in np.flatnonzero(~seen):
        before = next(back for back in range(1, MONTHS + 1) if seen[month - back])
        out[month] = season[month - before]
    return out
