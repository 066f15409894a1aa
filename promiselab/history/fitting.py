"""A scenario from a file of orders, judged by the quarter that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from promiselab.history.gate import Check, checks
from promiselab.history.goodness import Goodness, goodness, supply_goodness
from scenarios.history.breaks import Break, find_break
from scenarios.history.cleaning import LeftOut
from scenarios.history.finding import read_customers
from scenarios.history.fitting.bootstrap import resampled
from scenarios.history.fitting.fitting import (
    DAY,
    Fitted,
    fit_period,
    parts_of,
    period_of,
    recorded,
    segments_of_orders,
    split,
)
from scenarios.history.fitting.keepable import Delivered, keepable
from scenarios.history.fitting.supply import Supplied
from scenarios.history.mapping import Mapping
from scenarios.history.raw_table import RawTable
from scenarios.problems import bad
from scenarios.scenario import Scenario
from simcore.replications import Progress

MONTHS = tuple(date(2000, month, 1).strftime("%B") for month in range(1, 13))


@dataclass(frozen=True)
class Fit:
    """A fitted scenario with its evidence.

    Attributes
    ----------
    scenario : Scenario
        Fitted to the whole history, with the verdict of the gate in its ``history``.
    checks : list of Check
        What a fit to all but the last quarter makes of that quarter; empty if nothing was held out.
    delivered : list of Delivered
        Promises beside what was delivered, by mode and channel.
    left_out : tuple of LeftOut
        Rows that were not used.
    break_ : Break or None
        A moment that splits the history.
    rows, orders : int
        Of the file; that were used.
    goodness : list of Goodness
        Every law that was fitted, beside the data.
    supply : list of Supplied
        What the history tells of the supply of each product class; empty if it tells nothing.
    refits : list of Scenario
        Fits to bootstrap samples of the history.
    """

    scenario: Scenario
    checks: list[Check]
    delivered: list[Delivered]
    left_out: tuple[LeftOut, ...]
    break_: Break | None
    rows: int
    orders: int
    goodness: list[Goodness]
    supply: list[Supplied]
    refits: list[Scenario]

    @property
    def reproduced(self) -> bool | None:
        """Whether every check passed; None if nothing was held out."""
        return all(check.passed for check in self.checks) if self.checks else None


def fit_scenario(
    table: RawTable,
    mapping: Mapping,
    *,
    name: str,
    by: str | None,
    classes: int,
    hold_out_days: int,
    bootstrap: int,
    seed: int,
    replications: int,
    engine: str = "auto",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Fit:
    """Return the scenario of a history.

    Parameters
    ----------
    name : str
        Of the scenario.
    by : str or None
        What makes the segments, see :func:`scenarios.history.fitting.fitting.segments_of_orders`.
    classes : int
        Number of product classes, 1 to 5.
    hold_out_days : int
        Days at the end that judge a fit to the rest; 0: no gate.
    bootstrap : int
        Refits to samples of the history, which say how sure the fit is.

    Raises
    ------
    BadInput
        The file is not what the mapping says.
    NoTrustworthyAnswer
        The history is too short, or a segment has too few orders.
    """
    history, customers = read_customers(table, mapping)
    if history is None:
        raise bad("columns.spend", "a file with one row per customer has no orders to fit", source=table.source)
    segments, rules = segments_of_orders(history, customers, mapping, by, seed)
    first, last = period_of(history)
    source = f"Fitted to {table.source}: {len(history.orders):,} orders, {first:%Y-%m-%d} to {last:%Y-%m-%d}."
    judged: list[Check] = []
    seen: Fitted | None = None
    cut = split(first, last, hold_out_days)
    if hold_out_days:
        days = float((last - cut) / DAY) + 1
        seen = fit_period(
            history,
            segments,
            (first, cut - DAY),
            name=name,
            classes=classes,
            source=source,
            start=cut,
            measured_days=days,
        )
        inside = (history.orders["time"] >= cut) & (history.orders["time"] < last + DAY)
        held_out = history.orders[inside]
        judged = checks(seen, held_out, segments, seed, replications, engine=engine, workers=workers, progress=progress)
    whole = fit_period(history, segments, (first, last), name=name, classes=classes, source=source)
    failed = [check.words for check in judged if not check.passed]
    if failed and seen is not None:
        failed += _why(seen, cut, last)
    record: dict[str, Any] = {
        "orders": len(history.orders),
        "first_day": first.date(),
        "last_day": last.date(),
        "held_out_days": int((last - cut) / DAY) + 1 if hold_out_days else 0,
        "reproduced": not failed if judged else None,
        "findings": failed,
    }
    by_what = [label for label in ("channel", "mode") if label in history.orders]
    return Fit(
        recorded(whole.scenario, record, rules),
        judged,
        keepable(history.orders, by_what),
        history.left_out,
        find_break(history),
        history.rows,
        len(history.orders),
        [
            *goodness(whole.scenario, *parts_of(history, (first, last)), segments, (first, last), classes, seed),
            *supply_goodness(whole.scenario, whole.draft.supply),
        ],
        whole.draft.supply,
        [
            fit_period(again, told, (first, last), name=name, classes=classes, source=source).scenario
            for again, told in resampled(history, segments, (first, last), bootstrap, seed)
        ],
    )


def _why(seen: Fitted, cut: pd.Timestamp, last: pd.Timestamp) -> list[str]:
    """Return what may be behind a failure: months that were never seen before."""
    months = np.unique(pd.date_range(cut, last).month)
    unseen = sorted(
        {month for arrivals in seen.draft.arrivals.values() for month in arrivals.unseen} & set(months.tolist())
    )
    if not unseen:
        return []
    words = ", ".join(MONTHS[month - 1] for month in unseen)
    return [f"{words}: never seen before the days that were held out, so their season could not be known"]
