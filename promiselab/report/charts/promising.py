"""Promised and achievable lead times, and where the slowest orders spend their time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import MOST_GROUPS, colour, figure, mark, safe, shades
from promiselab.report.content import Content
from promiselab.report.formats import Scale, scale_for
from promiselab.report.sections.promising import days_scale

_SERIES = (("promised", "promised"), ("achievable", "achievable today"), ("after_reaction", "when demand has reacted"))


def headroom(content: Content) -> Figure | None:
    """Return a row per segment: today's promise, the achievable one with its interval, and the settled one."""
    segments = _segments(content)
    if not segments:
        return None
    scale = days_scale(segments)
    made = figure([], 110 + 40 * len(segments))
    names = list(segments)
    for index, (key, label) in enumerate(_SERIES):
        known = [
            (at, segments[n]["lead_time"]) for at, n in enumerate(names) if segments[n]["lead_time"][key] is not None
        ]
        error = {
            "array": [_half(one, scale) if key == "achievable" else 0.0 for _, one in known],
            "thickness": 2,
            "width": 0,
        }
        made.add_trace(
            trace(
                "scatter",
                x=[one[key] * scale.factor for _, one in known],
                y=[-at for at, _ in known],
                mode="markers",
                name=label,
                error_x={**error, "color": colour(index)},
                marker={"size": 11, "symbol": mark(index), "color": colour(index)},
                hoverinfo="text",
                hovertext=[f"{safe(names[at])}: {label} {scale.with_unit(one[key]).text}" for at, one in known],
            )
        )
    made.update_xaxes(title={"text": f"lead time, {safe(scale.unit)}"}, rangemode="tozero")
    return _rows(made, names)


def slowest(content: Content) -> Figure | None:
    """Return stacked bars: the stages in which the slowest tenth of each segment's orders spends its time."""
    limited = {n: one["limit"]["slowest_tenth_days"] for n, one in _segments(content).items() if one["limit"]}
    if not limited:
        return None
    scale = scale_for("days", [sum(one.values()) for one in limited.values()])
    made = figure([], 120 + 36 * len(limited), barmode="stack", bargap=0.35)
    names = list(limited)
    stages = list(next(iter(limited.values())))
    for stage, shade in zip(stages, shades(len(stages)), strict=True):
        days = [limited[n][stage] for n in names]
        made.add_trace(
            trace(
                "bar",
                x=[d * scale.factor for d in days],
                y=[-at for at in range(len(names))],
                orientation="h",
                name=stage,
                marker={"color": shade, "line": {"color": "white", "width": 1}},
                hoverinfo="text",
                hovertext=[f"{safe(n)}: {stage} {scale.with_unit(d).text}" for n, d in zip(names, days, strict=True)],
            )
        )
    made.update_xaxes(title={"text": f"mean time of the slowest tenth, {safe(scale.unit)}"})
    return _rows(made, names)


def _segments(content: Content) -> Mapping[str, Any]:
    return dict(list((content.promises or {}).get("segments", {}).items())[:MOST_GROUPS])


def _half(lead: Mapping[str, Any], scale: Scale) -> float:
    return float(lead["quantile_half_width"] or 0.0) * scale.factor


def _rows(made: Figure, names: list[str]) -> Figure:
    ticks = [-at for at in range(len(names))]
    made.update_yaxes(range=[0.5 - len(names), 0.75], tickvals=ticks, ticktext=[safe(n) for n in names])
    return made
