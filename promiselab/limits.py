"""Every limit on inputs and work, read from the one place where each is defined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from promiselab.text import table

BAD_INPUT, TOO_LARGE, UNSURE = "bad input (2)", "too large (3)", "no trustworthy answer (4)"
CAPPED = "capped, with a note"


@dataclass(frozen=True)
class Limit:
    """A limit: of what, how many of which unit, what happens beyond it, and where it is defined."""

    of: str
    name: str
    unit: str
    beyond: str
    module: str
    constant: str
    key: str = ""
    """Of a constant that holds several: which one."""
    lifted_by: str = ""
    """The option that allows more."""

    @property
    def value(self) -> float:
        """The limit itself."""
        found: Any = getattr(import_module(self.module), self.constant)
        return int(found[self.key] if self.key else found)


YAML, ORDERS, WORKBOOK = "YAML file", "order file (CSV, Excel, Parquet)", "workbook of a scenario (.xlsx)"
SCENARIO, WORK, SWEEP, PAGE = "scenario", "run", "sweep", "page (serve)"

LIMITS: tuple[Limit, ...] = (
    Limit(YAML, "size", "bytes", TOO_LARGE, "scenarios.yaml_text", "MOST_BYTES"),
    Limit(YAML, "depth", "levels", BAD_INPUT, "scenarios.yaml_tree", "MOST_DEPTH"),
    Limit(YAML, "values", "values", TOO_LARGE, "scenarios.yaml_tree", "MOST_NODES"),
    Limit(WORKBOOK, "size", "bytes", TOO_LARGE, "scenarios.workbook.archive", "MOST_PACKED"),
    Limit(WORKBOOK, "unpacked size", "bytes", TOO_LARGE, "scenarios.workbook.archive", "MOST_UNPACKED"),
    Limit(WORKBOOK, "unpacked to packed", "times", TOO_LARGE, "scenarios.workbook.archive", "MOST_RATIO"),
    Limit(WORKBOOK, "rows of a sheet", "rows", TOO_LARGE, "scenarios.workbook.archive", "MOST_ROWS"),
    Limit(WORKBOOK, "columns of a sheet", "columns", TOO_LARGE, "scenarios.workbook.archive", "MOST_COLUMNS"),
    Limit(ORDERS, "size", "bytes", TOO_LARGE, "scenarios.history.delimited", "MOST_BYTES"),
    Limit(ORDERS, "rows", "rows", TOO_LARGE, "scenarios.history.delimited", "MOST_ROWS"),
    Limit(ORDERS, "field", "characters", BAD_INPUT, "scenarios.history.delimited", "LONGEST_FIELD"),
    Limit(SCENARIO, "name", "characters", BAD_INPUT, "scenarios.limits", "LONGEST_NAME"),
    Limit(SCENARIO, "text", "characters", BAD_INPUT, "scenarios.limits", "LONGEST_TEXT"),
    Limit(SCENARIO, "segments", "segments", BAD_INPUT, "scenarios.limits", "MOST_SEGMENTS"),
    Limit(SCENARIO, "time in all", "days", BAD_INPUT, "scenarios.fields", "LONGEST_HORIZON_DAYS"),
    Limit(SCENARIO, "units of an order line", "units", BAD_INPUT, "scenarios.fields", "MOST_UNITS"),
    Limit(SCENARIO, "stock over time", "units x days", BAD_INPUT, "simcore.stock_levels", "MOST_UNIT_DAYS"),
    Limit(SCENARIO, "offerings of all segments", "offerings", TOO_LARGE, "optimize.offerings.columns", "MOST_COLUMNS"),
    Limit(WORK, "replications", "replications", BAD_INPUT, "scenarios.limits", "MOST_REPLICATIONS"),
    Limit(WORK, "replications for a precision", "replications", UNSURE, "promiselab.study", "MOST_FOR_PRECISION"),
    Limit(
        WORK, "orders, SimPy engine", "orders", TOO_LARGE, "optimize.plausibility.plausibility", "MOST_ORDERS", "simpy"
    ),
    Limit(
        WORK,
        "orders, compiled engine",
        "orders",
        TOO_LARGE,
        "optimize.plausibility.plausibility",
        "MOST_ORDERS",
        "compiled",
    ),
    Limit(WORK, "worker processes", "processes", CAPPED, "scenarios.limits", "MOST_WORKERS"),
    Limit(PAGE, "request", "bytes", "refused (413)", "promiselab.web.security", "MOST_BYTES"),
    Limit(PAGE, "runs that wait", "runs", "refused, with the reason", "promiselab.web.jobs", "MOST_WAITING"),
    Limit(SWEEP, "points", "points", TOO_LARGE, "promiselab.sweep.size", "MOST_CASES"),
    Limit(
        SWEEP,
        "orders of all points",
        "orders",
        TOO_LARGE,
        "promiselab.sweep.size",
        "MOST_ORDERS",
        lifted_by="--allow-large",
    ),
)


def limits_data() -> list[Mapping[str, Any]]:
    """Return every limit as plain data."""
    return [
        {
            "of": limit.of,
            "name": limit.name,
            "most": limit.value,
            "unit": limit.unit,
            "beyond": limit.beyond,
            "lifted_by": limit.lifted_by or None,
            "defined_in": f"{limit.module}.{limit.constant}",
        }
        for limit in LIMITS
    ]


def limits_text() -> str:
    """Return every limit as a table."""
    rows = [["of", "limit", "most", "beyond it"]]
    for limit in LIMITS:
        beyond = limit.beyond + (f", unless {limit.lifted_by}" if limit.lifted_by else "")
        rows.append([limit.of, limit.name, f"{limit.value:,} {limit.unit}", beyond])
    return (
        f"{table(rows)}\n\nScenario files hold no anchors, aliases, tags or merge keys; names hold no control or "
        "direction characters."
    )
