"""A fit as plain data, in words, and as a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from promiselab.history.fitting import Fit
from promiselab.history.supply_data import supply_data, supply_note, supply_rows
from promiselab.text import table
from scenarios.history.verdict import verdict

ARRIVALS_NOTE = (
    "gap cv: 1 where orders come by chance, less where they come more regularly. day-to-day cv: how far good and bad "
    "days differ beyond chance."
)
GOODNESS_NOTE = (
    "cv: standard deviation over mean. Distance: largest difference of the two distribution functions (Kolmogorov and "
    'Smirnov); up to 0.05 is close, up to 0.1 fair. "As in the history": the values themselves, in at most 40 steps '
    "(days: 100), without a formula."
)


def fit_data(fit: Fit) -> dict[str, Any]:
    """Return everything but the scenario."""
    history = fit.scenario.history
    return {
        "scenario": fit.scenario.name,
        "rows": fit.rows,
        "orders": fit.orders,
        "left_out": [asdict(one) for one in fit.left_out],
        "break": None if fit.break_ is None else str(fit.break_.time),
        "reproduced": fit.reproduced,
        "findings": [] if history is None else list(history.findings),
        "checks": [{**asdict(check), "passed": check.passed} for check in fit.checks],
        "goodness": [{**asdict(one), "grade": one.grade} for one in fit.goodness],
        "delivered": [asdict(one) for one in fit.delivered],
        "supply": [supply_data(one) for one in fit.supply],
        "segments": {
            name: {
                "customers": segment.customers,
                "orders_per_day": segment.demand.orders_per_day,
                "gap_cv": segment.demand.gap_cv,
                "day_to_day_cv": segment.demand.day_to_day_cv,
            }
            for name, segment in fit.scenario.segments.items()
        },
        "assumptions": [{"about": a.about, "because": a.because} for a in fit.scenario.assumptions],
    }


def fit_text(data: Mapping[str, Any], path: str) -> str:
    """Return a fit for people."""
    dropped = sum(one["rows"] for one in data["left_out"])
    lines = [f"{data['rows']:,} rows, of which {dropped:,} are left out; {data['orders']:,} orders are fitted."]
    lines += [f"  {one['rows']:>9,}  {one['reason']}" for one in data["left_out"]]
    if data["break"] is not None:
        lines += ["", f"The history breaks at {data['break']}: set `until` or `since` in the mapping file."]
    rows = [["segment", "customers", "orders per day", "gap cv", "day-to-day cv"]]
    for name, s in data["segments"].items():
        rows.append(
            [
                name,
                f"{s['customers']:,}",
                f"{s['orders_per_day']:.2f}",
                f"{s['gap_cv']:.2f}",
                f"{s['day_to_day_cv']:.2f}",
            ]
        )
    lines += ["", table(rows), ARRIVALS_NOTE, "", verdict(data), *(f"  {finding}" for finding in data["findings"])]
    lines += ["", "How well each law fits the history:", table(_goodness_rows(data)), GOODNESS_NOTE]
    if data["checks"]:
        lines += ["", table(_check_rows(data))]
    if data["delivered"]:
        lines += ["", "What could have been promised:", table(_delivered_rows(data))]
    if data["supply"]:
        lines += ["", "Days from ordering at the supplier to receipt:", table(supply_rows(data)), supply_note(data)]
    lines += ["", "Assumed, since the history cannot say it:"]
    lines += [f"  {one['about']}: {one['because']}" for one in data["assumptions"]]
    return "\n".join([*lines, "", f"Scenario: {path}"])


def _goodness_rows(data: Mapping[str, Any]) -> list[list[str]]:
    rows = [["law", "segment or class", "fitted as", "mean", "fitted", "cv", "fitted", "distance", ""]]
    rows += [
        [
            one["what"],
            one["segment"],
            one["law"],
            f"{one['data']:,.2f}",
            f"{one['fitted']:,.2f}",
            f"{one['data_cv']:.2f}",
            f"{one['fitted_cv']:.2f}",
            f"{one['distance']:.3f}",
            one["grade"],
        ]
        for one in data["goodness"]
    ]
    return rows


def _check_rows(data: Mapping[str, Any]) -> list[list[str]]:
    rows = [["measure", "segment", "held out", "simulated", "band", "verdict"]]
    rows += [
        [
            c["measure"],
            c["segment"],
            f"{c['held_out']:,.4g}",
            f"{c['simulated']:,.4g}",
            f"{c['low']:,.4g} to {c['high']:,.4g}",
            "reproduced" if c["passed"] else "NOT reproduced",
        ]
        for c in data["checks"]
    ]
    return rows


def _delivered_rows(data: Mapping[str, Any]) -> list[list[str]]:
    rows = [["mode", "orders", "promised days", "on time", "median", "95 % within"]]
    rows += [
        [
            d["name"],
            f"{d['orders']:,}",
            f"{d['promised']:.1f}",
            f"{d['on_time']:.1%}",
            f"{d['median']:g}",
            f"{d['keepable']} days",
        ]
        for d in data["delivered"]
    ]
    return rows
