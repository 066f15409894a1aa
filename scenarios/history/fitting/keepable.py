"""Promises beside what was delivered, by mode: kept how often, and what could have been promised."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

KEPT = 0.95


@dataclass(frozen=True)
class Delivered:
    """One mode (or route and mode): orders with both dates, and their days.

    Attributes
    ----------
    promised : float
        Mean of the promised days.
    on_time : float
        Share of orders delivered by the promised day.
    median, most : float
        Actual days: the median, and the 95 % quantile.
    keepable : int
        Fewest whole days within which 95 % of the orders were delivered.
    """

    name: str
    orders: int
    promised: float
    on_time: float
    median: float
    most: float
    keepable: int


def keepable(orders: pd.DataFrame, by: list[str]) -> list[Delivered]:
    """Return what was promised and kept: of all orders, by the first of some columns, by the first two, and so on."""
    if not {"promised_days", "actual_days"} <= set(orders):
        return []
    known = orders.dropna(subset=["promised_days", "actual_days"])
    groups: list[tuple[tuple[Hashable, ...], pd.DataFrame]] = [(("all",), known)]
    for depth in range(1, len(by) + 1):
        groups += [(name, mine) for name, mine in known.groupby(by[:depth], sort=True)]
    out = []
    for name, mine in groups:
        actual = mine["actual_days"].to_numpy(np.float64)
        whole = np.sort(np.ceil(actual))
        place = int(np.ceil(KEPT * len(whole) - 1e-9)) - 1
        out.append(
            Delivered(
                ", ".join(str(part) or "(none)" for part in name),
                len(mine),
                float(mine["promised_days"].mean()),
                float((mine["actual_days"] <= mine["promised_days"]).mean()),
                float(np.median(actual)),
                float(np.quantile(actual, KEPT)),
                int(whole[place]),
            )
        )
    return out
