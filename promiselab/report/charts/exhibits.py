"""The charts of an answer: marks with intervals over two axes, and areas behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import colour, figure, mark, safe
from promiselab.report.formats import Scale, scale_for

_HEIGHT = 420
_SHADE = "rgba(213, 94, 0, 0.14)"


def drawn(choice: Mapping[str, Any]) -> dict[str, Figure]:
    """Return the charts of an answer by name."""
    return {f"choice_{e['name']}": _figure(e["chart"]) for e in choice["exhibits"] if e.get("chart")}


def _figure(chart: Mapping[str, Any]) -> Figure:
    series: Sequence[Mapping[str, Any]] = chart["series"]
    across = _scale(str(chart["x_unit"]), [value for one in series for value in one["x"]])
    up = _scale(str(chart["y_unit"]), [value for one in series for value in one["y"]])
    made = figure([], _HEIGHT, showlegend=len(series) > 1)
    for area in chart.get("areas") or ():
        _shade(made, area, across, up)
    for index, one in enumerate(series):
        made.add_trace(_marks(one, index, across, up))
    made.update_xaxes(title={"text": _title(str(chart["x_title"]), across)}, tickformat=",~r")
    made.update_yaxes(title={"text": _title(str(chart["y_title"]), up)}, tickformat=",~r", showgrid=True)
    if chart.get("ticks"):
        made.update_xaxes(tickvals=list(range(len(chart["ticks"]))), ticktext=[safe(t) for t in chart["ticks"]])
    elif not chart["x_unit"] and all(float(v).is_integer() for one in series for v in one["x"]):
        made.update_xaxes(dtick=1)
    return made


def _marks(one: Mapping[str, Any], index: int, across: Scale, up: Scale) -> Any:
    shade = colour(index + 1)
    widths = [w * up.factor for w in one.get("half_widths") or ()]
    texts = [safe(t) for t in one.get("texts") or ()]
    return trace(
        "scatter",
        x=[value * across.factor for value in one["x"]],
        y=[value * up.factor for value in one["y"]],
        name=safe(str(one["name"])),
        mode=("lines+markers" if one.get("line") else "markers") + ("+text" if texts else ""),
        text=texts or None,
        textposition="top center",
        error_y={"array": widths, "color": shade, "thickness": 1.5, "width": 3} if widths else None,
        marker={"size": 9, "symbol": mark(index + 1), "color": shade},
        line={"color": shade, "width": 1.5},
        hoverinfo="skip",
    )


def _shade(made: Figure, area: Mapping[str, Any], across: Scale, up: Scale) -> None:
    (left, right), (bottom, top) = area["x"], area["y"]
    made.add_shape(
        type="rect",
        x0=left * across.factor,
        x1=right * across.factor,
        y0=bottom * up.factor,
        y1=top * up.factor,
        fillcolor=_SHADE,
        line={"width": 1, "color": "#D55E00"},
        layer="below",
    )


def _scale(unit: str, values: Sequence[float]) -> Scale:
    return scale_for(unit, values) if unit else Scale(1.0, "", 0)


def _title(words: str, scale: Scale) -> str:
    return safe(f"{words}, {scale.unit}" if scale.unit else words, 80)
