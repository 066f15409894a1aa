"""A study in words: its designs side by side, and which of them earns most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from promiselab.tables import HEADLINES, SERVICE, Row
from promiselab.text import figure, table

if TYPE_CHECKING:
    from promiselab.study import Study


def study_text(study: Study, rows: Mapping[str, list[Row]]) -> str:
    """Return the designs of a study side by side: money, then service by segment, then the load of resources."""
    names = list(study.simulations)
    found = {(name, r["measure"], r["segment"], r["resource"], r["product"]): r for name in names for r in rows[name]}

    def line(label: str, measure: str, segment: str = "", resource: str = "") -> list[str]:
        cells = []
        for name in names:
            row = found.get((name, measure, segment, resource, ""))
            cells.append("-" if row is None else _cell(row))
        return [label, *cells]

    lines = [["", *names], *(line(m.replace("_", " "), m) for m in HEADLINES)]
    for segment in study.scenario.segments:
        lines += [line(f"{segment}: {m.replace('_', ' ')}", m, segment) for m in SERVICE]
    lines += [line(f"{resource}: load", "utilisation", "", resource) for resource in study.scenario.resources]
    return table([row for row in lines if row[0] == "" or any(cell != "-" for cell in row[1:])])


def _cell(row: Row) -> str:
    """Return an estimate; where nothing was missed, what that is evidence of instead of ``100 % +/- 0``."""
    return str(row["note"]) if row.get("note") else figure(row["mean"], row["half_width"], row["unit"])


def verdict(study: Study) -> str:
    """Return in two sentences which design earns most, by how much, and with what certainty."""
    best, currency = study.best(), study.scenario.currency
    days = f"{study.scenario.calendar.measured_days:g} days"
    if not study.candidates:
        margin = study.simulations[best].estimate("margin")
        return f"The margin of {best} is {figure(margin.mean, margin.half_width, currency)} in {days}."
    margins = {
        n: next(r for r in rows if r["measure"] == "margin" and not r["segment"])
        for n, rows in study.differences().items()
    }
    same = [n for n in study.candidates if margins[n]["verdict"] == "identical"]
    if len(same) == len(study.candidates):
        return f"Identical: {', '.join([study.baseline, *same])}. They differ by exactly 0 {currency} ({days})."
    if best == study.baseline:
        return f"No design is shown to earn more than {study.baseline} ({days})."
    row = margins[best]
    amount = figure(row["mean"], row["half_width"], currency)
    if row["verdict"] != "higher":
        return f"{best} against {study.baseline}: {row['verdict']} in margin ({amount} in {days})."
    return f"{best} earns most: {amount} more than {study.baseline} in {days}."
