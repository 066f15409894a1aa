"""A break in a history: the moment from which orders are of another kind, so that before and after do not mix.

Pettitt (1979): for the ranks r_i of n orders in time, ``U_t = 2 sum_{i <= t} r_i - t (n + 1)``; the break is where
|U_t| is largest, K, with ``p ~ 2 exp(-6 K^2 / (n^3 + n^2))``. Trends and seasons move ranks, too, so a break counts
only where the two sides differ by a whole standard deviation close to the moment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from scenarios.history.arrays import Floats
from scenarios.history.cleaning import OrderHistory

LARGE = 1.0
"""Least difference of the two sides, in standard deviations."""
SURE = 1e-6
NEAR = 500
"""Orders on either side that are compared."""
FEWEST = 200

WORDS = {
    "lines": "lines per order",
    "units": "units per order",
    "value": "value per order",
    "new": "share of orders by customers without an earlier order",
}


@dataclass(frozen=True)
class Break:
    """A moment, and what is different from it on: words -> mean before and after (500 orders each)."""

    time: pd.Timestamp
    changes: dict[str, tuple[float, float]]


def find_break(history: OrderHistory) -> Break | None:
    """Return the break that most measures of an order point to; None where there is none."""
    orders = history.orders
    if len(orders) < FEWEST:
        return None
    measures = {name: orders[name].to_numpy(np.float64) for name in ("lines", "units", "value")}
    measures["new"] = (~orders["customer"].duplicated()).to_numpy(np.float64)
    places = {name: place for name, values in measures.items() if (place := _break_of(values)) is not None}
    if not places:
        return None
    sharpest = max(places, key=lambda name: _distance(*_sides(measures[name], places[name])))
    changes = {WORDS[name]: _means(measures[name], place) for name, place in places.items()}
    return Break(orders["time"].iloc[places[sharpest]], changes)


def _break_of(values: Floats) -> int | None:
    """Return the first order after the break of one measure."""
    n = len(values)
    walk = 2 * np.cumsum(rankdata(values)) - np.arange(1, n + 1) * (n + 1.0)
    place = int(np.abs(walk).argmax()) + 1
    chance = 2 * np.exp(-6 * walk[place - 1] ** 2 / (float(n) ** 3 + float(n) ** 2))
    before, after = _sides(values, place)
    if chance > SURE or min(len(before), len(after)) < NEAR // 10:
        return None
    return place if _distance(before, after) > LARGE else None


def _sides(values: Floats, place: int) -> tuple[Floats, Floats]:
    return values[max(0, place - NEAR) : place], values[place : place + NEAR]


def _distance(before: Floats, after: Floats) -> float:
    """Return the difference of the means in standard deviations (Cohen's d); infinite where nothing varies."""
    gap, spread = abs(after.mean() - before.mean()), np.sqrt((before.var() + after.var()) / 2)
    return float(gap / spread) if spread > 0 else float(np.inf if gap > 0 else 0.0)


def _means(values: Floats, place: int) -> tuple[float, float]:
    before, after = _sides(values, place)
    return float(before.mean()), float(after.mean())
