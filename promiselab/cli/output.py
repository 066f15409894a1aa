"""What the commands print on standard output: small aligned tables, or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scenarios.problems import printable

if TYPE_CHECKING:
    from promiselab.study import Study
    from promiselab.tables import Row

HEADLINES = ("margin", "revenue", "cost_to_serve", "stock_investment")
SERVICE = ("acceptance", "on_time", "otif", "volume_fill_rate", "lead_time_mean", "lead_time_p95")


ESTIMATE = ("measure", "segment", "resource", "product", "mean", "half_width", "unit")
DIFFERENCE = ("measure", "segment", "mean", "half_width", "verdict")
PLAN = (
    "status",
    "design",
    "extra_servers",
    "expected_margin",
    "bound",
    "gap",
    "binding",
    "offerings_compared",
    "drivers",
)


def print_json(content: Any) -> None:
    """Print JSON for machines; what cannot be known is null."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(content, indent=1, ensure_ascii=not unicode, allow_nan=False))  # noqa: T201


def simulation_json(study: Study, run: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Return what ``simulate --json`` prints; notes on estimates stand in the run folder."""
    return {
        "run": run,
        "scenario": study.scenario.name,
        "design": study.baseline,
        "engine": study.settings.engine,
        "seed": study.settings.seed,
        "replications": study.replications,
        "estimates": [{key: row[key] for key in ESTIMATE} for row in rows],
        **_leakage(study),
    }


def comparison_json(study: Study) -> dict[str, Any]:
    """Return what ``compare --json`` prints: the company and its segments; the run folder has all else."""
    candidates = [
        {
            "name": name,
            "differences": [
                {key: row[key] for key in DIFFERENCE} for row in rows if not row["resource"] and not row["product"]
            ],
        }
        for name, rows in study.differences().items()
    ]
    return {"baseline": study.baseline, "candidates": candidates, **_leakage(study)}


def _leakage(study: Study) -> dict[str, Any]:
    """Return who took whose offer, by design; nothing where no menu is visible."""
    from promiselab.leakage import leakage_data

    leaks = leakage_data(study.simulations)
    return {} if leaks is None else {"leakage": leaks["designs"]}


def plan_json(plan: Mapping[str, Any], run: str | None) -> dict[str, Any]:
    """Return what ``optimize --json`` prints of a plan; the run folder has all else."""
    return {"run": run, **{key: plan[key] for key in (*PLAN, "menu") if key in plan}}


def say(text: str = "") -> None:
    """Print the result for people."""
    print("\n".join(printable(line) for line in text.split("\n")))  # noqa: T201


def note(text: str) -> None:
    """Print on standard error what is worth knowing and not the result."""
    print("\n".join(printable(line) for line in text.split("\n")), file=sys.stderr)  # noqa: T201


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as aligned columns, the first row a heading; the first column to the left, the others to the right.

    >>> print(table([["team", "people"], ["packing", "6"]]))
    team     people
    packing       6
    """
    rows = [[printable(cell) for cell in row] for row in rows]  # a line break in a name begins no line
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def figure(mean: float | None, half_width: float | None, unit: str) -> str:
    """Return a figure with its half-width, as a planner reads it.

    >>> figure(0.934, 0.012, "share")
    '93.4 % +/- 1.2'
    >>> figure(12345.6, 210.0, "EUR")
    '12,346 EUR +/- 210'
    """
    if mean is None:
        return "-"
    if unit == "days" and abs(mean) < 1:
        mean, half_width, unit = 24 * mean, None if half_width is None else 24 * half_width, "hours"
    if unit == "share":
        mean, decimals, label, scale = 100 * mean, 1, " %", 100.0
    elif abs(mean) >= 100:
        decimals, label, scale = 0, f" {unit}", 1.0
    else:
        decimals, label, scale = 2, f" {unit}", 1.0
    text = f"{mean + 0.0:,.{decimals}f}"
    text = text[1:] if text.startswith("-") and not text.strip("-0.,") else text
    return f"{text}{label}" + ("" if half_width is None else f" +/- {scale * half_width:,.{decimals}f}")


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
