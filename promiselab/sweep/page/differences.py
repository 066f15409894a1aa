"""Every point against the baseline, with intervals: filled where a difference is shown, hollow where none is."""

from __future__ import annotations

from collections.abc import Sequence

from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import GRID, INK, colour, figure, mark, ruled, safe
from promiselab.report.formats import plain
from promiselab.report.parts import Chart
from promiselab.sweep.page.exhibit import Exhibit, by_margin, difference_scale, point_table
from promiselab.sweep.page.reading import Content, Point

MOST_POINTS = 40
QUIET_MARK = "#6b6b6b"


def differences(content: Content) -> Exhibit | None:
    """Return the points with their differences in margin; None where there is no baseline or no other point."""
    if content.baseline is None or not content.others or content.asks_what_matters:
        return None
    ordered = _in_order(content)
    note = (
        "Paired by replication: the same customers met every point. Filled: a difference is shown, all verdicts "
        f"holding together at {100 * content.summary['confidence']:g} % (Holm). Hollow: no difference shown. The "
        "interval of a point is its own and not widened for their number."
    )
    if len(ordered) > MOST_POINTS:
        note += f" The {MOST_POINTS} points with the highest margins are drawn."
    table = point_table(content, "Every point", [content.baseline, *ordered])
    return Exhibit(
        Chart("differences", "Margin against the baseline", table, note, is_open=True), _figure(content, ordered)
    )


def _in_order(content: Content) -> Sequence[Point]:
    """Return the other points: along one numeric field, else from the highest margin to the lowest."""
    if len(content.fields) == 1 and content.fields[0].is_number and len(content.others) <= MOST_POINTS:
        return sorted(content.others, key=lambda point: float(point.values[0] or 0.0))
    return by_margin(content.others)


def _figure(content: Content, ordered: Sequence[Point]) -> Figure:
    scale = difference_scale(content, content.points)
    drawn = [point for point in ordered[:MOST_POINTS] if point.difference is not None]
    made = figure([], 110 + 26 * len(drawn), showlegend=False)
    for place, point in enumerate(drawn):
        is_best = point is content.best
        shade = colour(1) if is_best else QUIET_MARK
        width = (point.gap or {}).get("half_width")
        words = plain(scale.interval_with_unit(point.difference or 0.0, width, sign=True))
        made.add_trace(
            trace(
                "scatter",
                x=[(point.difference or 0.0) * scale.factor],
                y=[place],
                error_x={"array": [(width or 0.0) * scale.factor], "color": shade, "thickness": 1.5, "width": 0},
                mode="markers",
                marker={
                    "size": 10,
                    "symbol": mark(1) if is_best else "circle",
                    "color": shade if point.is_shown else "white",
                    "line": {"color": shade, "width": 2},
                },
                hoverinfo="text",
                hovertext=[f"{safe(point.name, 60)}<br>{words}<br>{safe(str((point.gap or {}).get('verdict')))}"],
            )
        )
    ticks = {"tickvals": list(range(len(drawn))), "ticktext": [safe(p.name, 44) for p in drawn]}
    made.update_yaxes(range=[len(drawn) - 0.4, -0.6], showgrid=True, gridcolor=GRID, **ticks)
    made.update_xaxes(title={"text": f"margin against the baseline, {safe(scale.unit)}"}, showgrid=True)
    ruled(made, "x", [0], line={"color": INK, "width": 1})
    return made
