"""A map of values: which value factors matter to which segment, and where it gets more or less than it asks for.

What a history can tell. How much a factor matters shows in how far the segment stands from all customers. Whether it
is over-served or under-served shows only where both sides are on record: the lead time that was promised beside the
one that was kept, the orders on time beside 95 %, the discount beside the one that other customers get for orders of
that value, and the part of the range that the segment buys at all. Everything else needs the planner's knowledge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from scenarios.history.arrays import Bools, Floats
from scenarios.history.features import Customers

ON_TIME = 0.95
"""Orders on time below which a promise is not kept."""
OVER, UNDER, FITS = "over-served", "under-served", "no difference shown"

FACTORS: dict[str, tuple[str, ...]] = {
    "volume": ("order_value", "order_units"),
    "frequency": ("orders_per_year",),
    "range": ("breadth",),
    "small lots": ("units_per_line",),
    "premium goods": ("unit_value",),
    "price": ("discount_share",),
    "speed": ("promised_days",),
    "reliability": ("on_time",),
    "flexibility": ("returned_share", "gap_cv"),
    "hours": ("weekend_share", "office_share"),
}
"""Value factor -> features that reveal it."""

REVERSED = ("small lots", "speed")
"""Factors that matter more where their feature is lower."""


@dataclass(frozen=True)
class Value:
    """One value factor of one segment.

    Attributes
    ----------
    weight : float
        Distance of the segment from all customers in standard deviations; positive: it matters more to them.
    served : str
        over-served, under-served, no difference shown; empty where the file does not tell.
    evidence : str
        What this was read from.
    """

    segment: str
    factor: str
    weight: float
    served: str
    evidence: str


def value_map(customers: Customers, segments: pd.Series[str]) -> list[Value]:
    """Return the value factors of every segment, as far as the file tells of them."""
    out = []
    known = {factor: [f for f in features if f in customers.table] for factor, features in FACTORS.items()}
    for segment in sorted(segments.unique()):
        mine = (segments == segment).to_numpy()
        served = dict(_served(customers, mine))
        for factor, features in known.items():
            if features:
                weight = float(np.mean([customers.scaled((f,))[mine, 0].mean() for f in features]))
                weight = -weight if factor in REVERSED else weight
                out.append(Value(str(segment), factor, weight, *served.get(factor, ("", ""))))
    return out


def _served(customers: Customers, mine: Bools) -> Iterator[tuple[str, tuple[str, str]]]:
    table = customers.table
    if {"promised_days", "actual_days"} <= set(table):
        early = (table["promised_days"] - table["actual_days"]).to_numpy(np.float64)[mine]
        low, high = _interval(early)
        yield "speed", (_verdict(low, high), _against_promise(float(np.nanmean(early)), low, high))
    if "on_time" in table:
        low, high = _interval(table["on_time"].to_numpy(np.float64)[mine] - ON_TIME)
        words = f"{ON_TIME + (low + high) / 2:.1%} of orders on time, {ON_TIME:.0%} expected"
        yield "reliability", (UNDER if high < 0 else FITS, words)
    if "discount_share" in table:
        low, high = _interval(_unexplained(table)[mine])
        words = f"discount {(low + high) / 2:+.1%} against customers with orders of that value"
        yield "price", (_verdict(low, high), words)


def _against_promise(early: float, low: float, high: float) -> str:
    """Return how many days before or after the promise a segment is delivered to.

    >>> _against_promise(-0.6, -0.7, -0.5)
    'delivered 0.6 days after the promise (0.5 to 0.7)'
    """
    if early < 0:
        return f"delivered {-early:.1f} days after the promise ({-high:.1f} to {-low:.1f})"
    return f"delivered {early:.1f} days before the promise ({low:.1f} to {high:.1f})"


def _unexplained(table: pd.DataFrame) -> Floats:
    """Return the discount of each customer beyond what the value of its orders explains (least squares)."""
    size = np.log1p(table["order_value"].to_numpy(np.float64))
    given = table["discount_share"].to_numpy(np.float64)
    line = stats.linregress(size, given)
    return np.asarray(given - line.intercept - line.slope * size)


def _interval(values: Floats) -> tuple[float, float]:
    """Return the 95 % t-interval of a mean over customers."""
    known = values[~np.isnan(values)]
    if len(known) < 2:
        return -np.inf, np.inf
    half = stats.t.ppf(0.975, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known))
    return float(known.mean() - half), float(known.mean() + half)


def _verdict(low: float, high: float) -> str:
    return OVER if low > 0 else UNDER if high < 0 else FITS
