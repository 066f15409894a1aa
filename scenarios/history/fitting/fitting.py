"""From a file of orders to a scenario, with what it was fitted to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scenarios.conditions import Condition
from scenarios.fields import Table
from scenarios.history.cleaning import OrderHistory
from scenarios.history.features import Customers
from scenarios.history.finding import discovered
from scenarios.history.fitting.draft import LEAST_ORDERS, Draft, draft, monday_from
from scenarios.history.mapping import Mapping
from scenarios.history.rules import by_rules
from scenarios.problems import NoTrustworthyAnswer, bad
from scenarios.scenario import Scenario
from scenarios.validation import validated
from scenarios.wording import nearest

DAY = pd.Timedelta(days=1)
PETERS_OUT = 0.1
LEAST_WEEKS = 8
"""Weeks of history below which nothing is held out."""
ORDER_LABELS = ("mode", "channel", "region", "segment")


Rules = Table[Table[Condition]]
"""Segment -> feature or label -> condition."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fit to a part of a history.

    Attributes
    ----------
    scenario : Scenario
        As it was in the period that was fitted.
    draft : Draft
        The figures.
    """

    scenario: Scenario
    draft: Draft


def segments_of_orders(
    history: OrderHistory, customers: Customers, mapping: Mapping, by: str | None, seed: int
) -> tuple[pd.Series[str], Rules]:
    """Return the segment of every order, and the rules that made it (none where it was made otherwise).

    Parameters
    ----------
    by : str or None
        rules, discovery, all, or a label (mode, channel, region, segment); left out: rules where there are any, else
        the segment of the file where it has one, else all.
    seed : int
        Of discovery.

    Raises
    ------
    BadInput
        There are no such rules or labels.
    NoTrustworthyAnswer
        A segment has too few orders.
    """
    labels = [name for name in ORDER_LABELS if name in history.orders]
    chosen = by or ("rules" if mapping.segments else "segment" if "segment" in labels else "all")
    if chosen == "all":
        found = pd.Series("all", index=history.orders.index)
    elif chosen == "rules":
        if not mapping.segments:
            raise bad("--by", "the mapping file has no rules (segments)", "Add them, or use a label.", chosen)
        found = history.orders["customer"].map(by_rules(customers, mapping.segments))
    elif chosen == "discovery":
        found = history.orders["customer"].map(discovered(customers, seed))
    elif chosen in labels:
        found = history.orders[chosen].replace("", "(none)")
    else:
        raise bad(
            "--by",
            "the file tells no such label of its orders",
            nearest(chosen, ["rules", "discovery", "all", *labels]),
            chosen,
        )
    asked = list(mapping.segments) if chosen == "rules" else found.unique()
    counted = found.value_counts().reindex(asked, fill_value=0)
    if counted.min() < LEAST_ORDERS:
        words = f"{counted.idxmin()!r} has {counted.min()} orders: {LEAST_ORDERS} are needed to fit a segment"
        raise NoTrustworthyAnswer(f"{words}. Join it with another one.")
    return found, mapping.segments if chosen == "rules" else {}


def period_of(history: OrderHistory) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last whole day of a history.

    The days of the first and the last order are left out: they may have begun, or ended, in the middle. So are weeks at
    either end with less than a tenth of the orders of a usual week (the median), where the history only peters out.

    Raises
    ------
    NoTrustworthyAnswer
        There are less than eight weeks.
    """
    days = history.orders["time"].dt.normalize()
    first, last = days.min() + DAY, days.max() - DAY
    inside = days[(days >= first) & (days <= last)]
    weeks = ((inside - first) / DAY // 7).astype(np.int64)
    counts = np.bincount(weeks) if len(weeks) else np.zeros(1)
    usual = (
        np.flatnonzero(counts >= PETERS_OUT * np.median(counts[counts > 0])) if counts.any() else np.zeros(1, np.int64)
    )
    last = min(last, first + (7 * (int(usual[-1]) + 1) - 1) * DAY)
    first = first + 7 * int(usual[0]) * DAY
    if (last - first) / DAY < 7 * LEAST_WEEKS:
        raise NoTrustworthyAnswer(f"the history has less than {LEAST_WEEKS} weeks: too few to fit a week and a season")
    return first, last


def split(first: pd.Timestamp, last: pd.Timestamp, hold_out_days: int) -> pd.Timestamp:
    """Return the first day of what is held out: so many days at the end, at most a third of the history.

    >>> split(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-12-31"), 91).date().isoformat()
    '2026-10-02'
    """
    days = int((last - first) / DAY) + 1
    return last + DAY - min(hold_out_days, 7 * (days // 21)) * DAY


def fit_period(
    history: OrderHistory,
    segments: pd.Series[str],
    period: tuple[pd.Timestamp, pd.Timestamp],
    *,
    name: str,
    classes: int,
    source: str,
    start: pd.Timestamp | None = None,
    measured_days: float | None = None,
) -> Fitted:
    """Return the scenario of a period of a history, both its days included.

    Parameters
    ----------
    start : Timestamp, optional
        First day of the scenario's calendar; left out: the first Monday after the period.
    measured_days : float, optional
        Left out: a quarter.
    """
    first, last = period
    orders, lines = parts_of(history, period)
    begin = monday_from(last + DAY) if start is None else start.date()
    made = draft(
        name, orders, lines, segments.reindex(orders.index), begin, history.currency, classes, source, (first, last)
    )
    if measured_days is not None:
        made.data["calendar"]["measured_days"] = measured_days
    return Fitted(validated(made.data), made)


def parts_of(history: OrderHistory, period: tuple[pd.Timestamp, pd.Timestamp]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the orders of a period, both its days included, and their lines."""
    first, last = period
    orders = history.orders[(history.orders["time"] >= first) & (history.orders["time"] < last + DAY)]
    return orders, history.lines[history.lines["order"].isin(orders.index)]


def recorded(scenario: Scenario, history: dict[str, Any], rules: Rules) -> Scenario:
    """Return the scenario with the record of its history, and with the rules that made its segments, in their order."""
    data = scenario.model_dump(mode="python", exclude_unset=True)
    told = data["segments"]
    segments = {name: {**told[name], "rule": rule} for name, rule in rules.items()}
    return validated({**data, "segments": segments or told, "history": history})
