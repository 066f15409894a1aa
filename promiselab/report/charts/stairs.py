"""A waterfall, lying, so that names can be read: from one total to another, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import GAIN, LOSS, QUIET, colour, figure, mark, safe
from promiselab.report.formats import Scale, scale_for

_LONGEST = 40


@dataclass(frozen=True)
class End:
    """A total, with the colour and the mark of its design."""

    name: str
    value: float
    index: int


def stairs(start: End | None, steps: Sequence[tuple[str, float]], end: End, currency: str) -> Figure:
    """Return the steps from one margin (from nothing, without a start) to another.

    Gains are plain and go to the right, losses are hatched and go to the left.
    """
    before = start.value if start else 0.0
    scale = scale_for(currency, [before, end.value])
    labels = Scale(scale.factor, scale.unit, 1 if scale.factor < 1 else 0)
    made = figure([], 100 + 26 * (len(steps) + 2), showlegend=False, margin={"l": 10, "r": 30, "t": 14, "b": 58})
    names = ([start.name] if start else []) + [name for name, _ in steps] + [end.name]
    at, row, edges = before, 0, [before]
    if start:
        _total(made, start, scale.factor, 0, labels)
        row = 1
    for _, change in steps:
        _step(made, at * scale.factor, change * scale.factor, row, _change(labels, change))
        at, row = at + change, row + 1
        edges.append(at)
    _total(made, end, scale.factor, row, labels)
    low, high = min(edges) * scale.factor, max(edges) * scale.factor
    pad = 0.14 * (high - low or 1)
    made.update_xaxes(range=[low - pad, high + pad], title={"text": f"margin, {safe(scale.unit)}"}, tickformat=",~r")
    ticks = {"tickvals": [-i for i in range(row + 1)], "ticktext": [safe(name, _LONGEST) for name in names]}
    made.update_yaxes(range=[-row - 0.6, 0.6], **ticks)
    return made


def _change(scale: Scale, change: float) -> str:
    digits = scale.digits(change, sign=True)
    return digits if digits.strip("0.,") else "~0"


def _total(made: Figure, end: End, factor: float, row: int, labels: Scale) -> None:
    at, words = end.value * factor, labels.digits(end.value)
    marker = {"size": 12, "symbol": mark(end.index), "color": colour(end.index)}
    made.add_trace(trace("scatter", x=[at], y=[-row], mode="markers", marker=marker, hoverinfo="skip"))
    font = {"color": colour(end.index), "size": 14}
    made.add_annotation(x=at, y=-row, text=f"<b>{words}</b>", xanchor="left", xshift=11, font=font)


def _step(made: Figure, at: float, change: float, row: int, words: str) -> None:
    marker = {"color": GAIN if change > 0 else LOSS, "pattern": {"shape": "" if change > 0 else "/", "size": 5}}
    made.add_trace(
        trace("bar", x=[change], base=[at], y=[-row], width=0.62, orientation="h", marker=marker, hoverinfo="skip")
    )
    edge = {"color": "#aaaaaa", "width": 1}
    made.add_shape(type="line", x0=at, x1=at, y0=-row + 1, y1=-row, line=edge, layer="below")
    made.add_shape(type="line", x0=at + change, x1=at + change, y0=-row, y1=-row - 1, line=edge, layer="below")
    side = "left" if change > 0 else "right"
    shift = 5 if change > 0 else -5
    font = {"color": QUIET, "size": 12}
    made.add_annotation(x=at + change, y=-row, text=words, xanchor=side, xshift=shift, font=font)
