"""The charts of a run folder: to be drawn in a page, and as figures of Plotly's library."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from promiselab.report.charts import (
    bands,
    capacity,
    costs,
    exhibits,
    margins,
    menu,
    people,
    plan_reasons,
    promising,
    service,
)
from promiselab.report.charts.figure import Figure
from promiselab.report.content import Content, read, written

if TYPE_CHECKING:
    import plotly.graph_objects as go

CHARTS: dict[str, Callable[[Content], Figure | None]] = {
    "margin_difference": margins.difference,
    "promise_headroom": promising.headroom,
    "slowest_orders": promising.slowest,
    "margin_bridge": margins.waterfall,
    "lever_bridge": margins.by_lever,
    "promise_and_service": service.promises,
    "whale_curve": costs.curve,
    "cost_to_serve": costs.stacks,
    "next_best": partial(plan_reasons.drawn, "next_best"),
    "leakage": menu.leakage,
    "erosion": people.erosion,
    "utilisation": capacity.utilisation,
    "capacity_of_week": bands.week,
    "capacity_over_time": bands.capacity,
    "waits": capacity.waits,
    "people": people.people,
    "stock": capacity.stock,
    "stock_over_time": bands.stock,
    "plan_bridge": partial(plan_reasons.drawn, "plan_bridge"),
    "limit_worth": partial(plan_reasons.drawn, "limit_worth"),
}
"""Every chart by its name, in the order of the report."""


def figures(folder: Path) -> dict[str, go.Figure]:
    """Return the charts of a run folder by name; those that its files say nothing about are left out.

    A plan that was not simulated has those of its reasons, an answer those of its exhibits.

    Parameters
    ----------
    folder
        A run folder.

    Returns
    -------
    dict
        Name of the chart -> ``plotly.graph_objects.Figure``.
    """
    return {name: chart.as_plotly() for name, chart in _of_folder(folder).items()}


def _of_folder(folder: Path) -> dict[str, Figure]:
    if (folder / "estimates.json").exists():
        return drawn(read(folder))
    found = {name: written(folder, f"{name}.json") for name in ("choice", "plan", "manifest")}
    charts = {} if found["choice"] is None else exhibits.drawn(found["choice"])
    reasons = (found["plan"] or {}).get("reasons")
    return {**charts, **(plan_reasons.figures(reasons, str(found["manifest"]["currency"])) if reasons else {})}


def drawn(content: Content) -> dict[str, Figure]:
    """Return the charts of what was read from a run folder."""
    made = {name: draw(content) for name, draw in CHARTS.items()}
    answered = {} if content.choice is None else exhibits.drawn(content.choice)
    return {**answered, **{name: chart for name, chart in made.items() if chart is not None}}
