"""How many people each design needs, and what erosion takes from each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import QUIET, colour, figure, mark, safe
from promiselab.report.content import Content
from promiselab.report.formats import number, plain, scale_for

_MARGIN = {"l": 10, "r": 30, "t": 14, "b": 58}


def people(content: Content) -> Figure | None:
    """Return people needed by design, with the range that the replications leave open."""
    rows = (content.staffing or {}).get("designs", [])
    if not rows:
        return None
    made = figure([], 92 + 38 * len(rows), showlegend=False, margin=_MARGIN)
    for at, row in enumerate(rows):
        index = _index(content, row)
        error = {
            "array": [row["high"] - row["people"]],
            "arrayminus": [row["people"] - row["low"]],
            "color": colour(index),
            "thickness": 2,
            "width": 0,
        }
        marker = {"size": 11, "symbol": mark(index), "color": colour(index)}
        made.add_trace(
            trace("scatter", x=[row["people"]], y=[-at], error_x=error, mode="markers", marker=marker, hoverinfo="skip")
        )
        words = number(row["people"]).text
        made.add_annotation(x=row["people"], y=-at, text=words, yshift=15, font={"color": colour(index)})
    highest = max(row["high"] for row in rows)
    made.update_xaxes(title={"text": "people"}, range=[0, highest * 1.08])
    _designs(made, [row["name"] for row in rows])
    return made


def erosion(content: Content) -> Figure | None:
    """Return the margin of every design with and without erosion."""
    rows = (content.erosion or {}).get("rows", [])
    if not rows:
        return None
    scale = scale_for(content.currency, [v for row in rows for v in (row["margin_with"], row["margin_without"])])
    made = figure([], 100 + 44 * len(rows), showlegend=False, margin=_MARGIN)
    for at, row in enumerate(rows):
        shade = colour(_index(content, row))
        ends = [row["margin_with"] * scale.factor, row["margin_without"] * scale.factor]
        halves = [(row.get(f"half_width_{w}") or 0) * scale.factor for w in ("with", "without")]
        made.add_trace(
            trace(
                "scatter",
                x=ends,
                y=[-at, -at],
                mode="lines+markers",
                line={"color": shade, "width": 1, "dash": "dot"},
                marker={
                    "size": 11,
                    "symbol": [mark(_index(content, row)), mark(_index(content, row)) + "-open"],
                    "color": shade,
                    "line": {"width": 2, "color": shade},
                },
                error_x={"array": halves, "color": shade, "thickness": 2, "width": 0},
                hoverinfo="text",
                hovertext=[_hover(row, w, scale) for w in ("with", "without")],
            )
        )
    made.add_annotation(
        x=0,
        y=1,
        xref="paper",
        yref="paper",
        yanchor="bottom",
        xanchor="left",
        text="filled: with erosion; open: without",
        font={"color": QUIET, "size": 12},
    )
    made.update_layout(margin={**_MARGIN, "t": 30})
    made.update_xaxes(title={"text": f"margin, {safe(scale.unit)}"}, tickformat=",~r")
    _designs(made, [row["design"] for row in rows])
    return made


def _hover(row: Mapping[str, Any], which: str, scale: Any) -> str:
    words = plain(scale.interval_with_unit(row[f"margin_{which}"], row.get(f"half_width_{which}")))
    return f"{which} erosion: {safe(words, 60)}"


def _index(content: Content, row: Mapping[str, Any]) -> int:
    name = row.get("name", row.get("design"))
    return next((d.index for d in content.designs if d.name == name), len(content.designs))


def _designs(made: Figure, names: list[str]) -> None:
    ticks = [-i for i in range(len(names))]
    made.update_yaxes(range=[0.5 - len(names), 0.75], tickvals=ticks, ticktext=[safe(n) for n in names])
