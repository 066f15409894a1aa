"""How sure a fit is: the same fit to histories that could have happened as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from scenarios.history.cleaning import OrderHistory

DAY = pd.Timedelta(days=1)


def resampled(
    history: OrderHistory,
    segments: pd.Series[str],
    period: tuple[pd.Timestamp, pd.Timestamp],
    samples: int,
    seed: int,
) -> Iterator[tuple[OrderHistory, pd.Series[str]]]:
    """Yield bootstrap samples of a history, with the segment of every order.

    Each day of the period takes the orders of a day drawn with replacement from those of the same month and weekday, so
    that week and season stay, while rates, sizes and days of delivery vary as much as one history leaves them open
    (a stratified day bootstrap; Davison & Hinkley 1997, ch. 3).

    Parameters
    ----------
    segments : Series
        Order -> segment.
    period : (Timestamp, Timestamp)
        First and last day.
    """
    rng = np.random.default_rng(seed)
    days = pd.date_range(*period)
    strata = pd.Series(np.arange(len(days))).groupby([days.month, days.day_of_week]).apply(np.asarray)
    placed = ((history.orders["time"].dt.normalize() - days[0]) / DAY).astype(np.int64)
    inside = history.orders[(placed >= 0) & (placed < len(days))]
    of_day = placed.loc[inside.index].to_numpy()
    by_day = [np.flatnonzero(of_day == day) for day in range(len(days))]
    for _ in range(samples):
        source = np.empty(len(days), dtype=np.int64)
        for members in strata:
            source[members] = rng.choice(members, len(members))
        rows = np.concatenate([by_day[day] for day in source])
        target = np.repeat(np.arange(len(days)), [len(by_day[day]) for day in source])
        yield _taken(history, inside, rows, target - of_day[rows], segments)


def _taken(
    history: OrderHistory,
    inside: pd.DataFrame,
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    shift: np.ndarray[tuple[int], np.dtype[np.int64]],
    segments: pd.Series[str],
) -> tuple[OrderHistory, pd.Series[str]]:
    """Return some orders, each moved by so many days and under a number of its own."""
    orders = inside.iloc[rows]
    numbers = pd.Index(np.arange(len(orders)).astype(str), name="order")
    moved = orders.assign(time=orders["time"].to_numpy() + pd.to_timedelta(shift, unit="D").to_numpy())
    chosen = pd.DataFrame({"order": orders.index, "number": numbers})
    lines = (
        chosen.merge(history.lines, on="order", how="left").drop(columns="order").rename(columns={"number": "order"})
    )
    told = pd.Series(segments.reindex(orders.index).to_numpy(), index=numbers)
    return replace(history, orders=moved.set_axis(numbers, axis=0), lines=lines), told
