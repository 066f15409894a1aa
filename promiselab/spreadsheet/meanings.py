"""What columns and measures of results mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from promiselab.spreadsheet.table import Table
from simcore.definitions import LEDGER, definitions_of

COLUMNS: Final = {
    "measure": "What is measured: see the sheet of definitions.",
    "mean": "Mean over the replications.",
    "half_width": "Half-width of the interval: the mean lies within mean - half_width and mean + half_width.",
    "verdict": "Higher, lower, no difference shown (the interval covers 0), or identical.",
    "p": "Chance of a difference this large if there were none.",
    "needed": "Replications that it would take to show a difference of this size.",
    "unit": "Unit of the figures in this row.",
    "note": "What is to be known of the figure.",
    "baseline": "What the candidates are compared with.",
    "candidate": "What is compared with the baseline: figures are candidate less baseline.",
    "design": "The design that was simulated.",
    "segment": "Customer segment; empty: the whole company.",
    "resource": "People or machines; empty: not of a resource.",
    "product": "Product or stock pool; empty: not of a product.",
    "driver": "Driver of the ledger: see the sheet of definitions.",
    "replication": "Independent history, counted from 0.",
    "numerator": "Sum over the replication; the measure is numerator / denominator.",
    "denominator": "Sum over the replication; the measure is numerator / denominator.",
    "amount": "Money in the currency of the scenario; income is positive, cost negative.",
    "offering": "The options that the segment was offered.",
    "point": "Point of the sweep.",
    "n": "Replications behind the figure.",
}

TABLES: Final = {
    "run": "What was asked, with which seed and settings.",
    "run.calendar": "The time that was simulated.",
    "run.versions": "The software that was used.",
    "comparison.differences": "Every measure of a candidate less that of the baseline, with interval and verdict.",
    "comparison.drivers": "The difference in margin by driver of the ledger; the drivers add up to it.",
    "designs": "The designs that were simulated.",
    "designs.offerings": "Which option of each lever a segment was offered; empty: not served.",
    "designs.promises": "What a segment was promised.",
    "estimates": "Every measure of each design, with its interval.",
    "ledger": "Money by segment and driver of each design, with its interval.",
    "ledger.csv": "Every posting of every replication.",
    "measures": "Every measure of every replication, as numerator and denominator.",
    "results": "Every measure at every point of the sweep, with its interval.",
    "points": "The points of the sweep, what varies, and what became of each.",
    "replications": "Every measure of every replication of every point.",
    "plan": "The plan: its status, what it is expected to earn, and how good it could be at most.",
    "plan.design": "Which option of each lever a segment gets.",
    "plan.drivers": "What the plan is expected to earn and cost, by segment and driver.",
    "segments": "Which segment each customer belongs to.",
    "definitions": "What the measures and drivers mean.",
}


def column_words(table: Table, column: str) -> str:
    """Return what a column means, and its unit."""
    unit = f"[{table.units[column]}]" if column in table.units else ""
    return " ".join(part for part in (COLUMNS.get(column, ""), unit) if part)


def with_units(tables: Sequence[Table]) -> list[Table]:
    """Return the tables, those of measures with the unit of each where another table states it."""
    units: dict[str, str] = {}
    for table in tables:
        if {"measure", "unit"} <= set(table.columns):
            measure, unit = (list(table.columns).index(column) for column in ("measure", "unit"))
            units.update((str(row[measure]), str(row[unit])) for row in table.rows)
    return [_with_unit(table, units) for table in tables]


def _with_unit(table: Table, units: Mapping[str, str]) -> Table:
    if "measure" not in table.columns or "unit" in table.columns or not units:
        return table
    place = list(table.columns).index("measure")
    rows = [[*row, units.get(str(row[place]))] for row in table.rows]
    return replace(table, columns=[*table.columns, "unit"], rows=rows)


def definitions(tables: Sequence[Table]) -> Table:
    """Return the definitions of the measures and drivers that stand in some tables."""
    columns = ["name", "what it is called", "unit", "meaning", "equation"]
    measures = [row for measure in _values(tables, "measure") for row in _of_measure(measure)]
    drivers = [row for driver in _values(tables, "driver") for row in _of_driver(driver)]
    return Table("definitions", "", columns, [*measures, *drivers], {})


def _values(tables: Sequence[Table], column: str) -> list[str]:
    found: dict[str, None] = {}
    for table in tables:
        if column in table.columns:
            place = list(table.columns).index(column)
            found.update(dict.fromkeys(str(row[place]) for row in table.rows if row[place]))
    return list(found)


def _of_measure(measure: str) -> Iterator[list[Any]]:
    for known in definitions_of(measure)[:1]:
        label = known.label or measure.replace("_", " ")
        yield [measure, label, known.unit, known.words or known.equation, known.equation]


def _of_driver(name: str) -> Iterator[list[Any]]:
    for known in LEDGER:
        if known.name == name:
            yield [name, name.replace("_", " "), "money", known.posted, known.basis]
