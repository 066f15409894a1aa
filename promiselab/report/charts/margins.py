"""The margin of every candidate against the baseline, and the bridge between two margins."""

from __future__ import annotations

import plotly.graph_objects as go

from promiselab.report.charts.style import GAIN, LOSS, MOST_GROUPS, QUIET, Figure, colour, figure, mark, safe
from promiselab.report.content import Content
from promiselab.report.entries import Key
from promiselab.report.formats import Scale, plain, scale_for
from promiselab.report.money import bridge, largest, total


def difference(content: Content) -> Figure | None:
    """Return how much more than the baseline every candidate earns, with its interval."""
    found = [(d, f) for d in content.designs if (f := content.difference(d, Key("margin")))][:MOST_GROUPS]
    if not found:
        return None
    scale = scale_for(content.currency, [f.mean for _, f in found], [f.half_width for _, f in found])
    made = figure([], 92 + 38 * len(found), showlegend=False, margin={"l": 10, "r": 30, "t": 14, "b": 58})
    for row, (design, f) in enumerate(found):
        at, half = f.mean * scale.factor, (f.half_width or 0) * scale.factor
        shade = colour(design.index)
        error = {"array": [half], "color": shade, "thickness": 2, "width": 0}
        marker = {"size": 11, "symbol": mark(design.index), "color": shade}
        words = plain(scale.interval(f.mean, f.half_width, sign=True))
        made.add_trace(go.Scatter(x=[at], y=[-row], error_x=error, mode="markers", marker=marker, hoverinfo="skip"))
        made.add_annotation(
            x=at,
            y=-row,
            text=words,
            showarrow=False,
            yshift=16,
            bgcolor="rgba(255,255,255,0.85)",
            font={"color": shade, "size": 13},
        )
    edges = [e for _, f in found for e in (f.mean - (f.half_width or 0), f.mean + (f.half_width or 0), 0.0)]
    low, high = min(edges) * scale.factor, max(edges) * scale.factor
    pad = 0.12 * (high - low or 1)
    made.add_vline(x=0, line={"color": "#555555", "width": 1.5})
    made.update_xaxes(
        range=[low - pad, high + pad],
        title={"text": f"margin, difference to {safe(content.baseline.name)}, {safe(scale.unit)}"},
        tickformat=",~r",
    )
    made.update_yaxes(
        range=[0.5 - len(found), 0.75],
        tickvals=[-i for i in range(len(found))],
        ticktext=[safe(d.name) for d, _ in found],
    )
    return made


def waterfall(content: Content) -> Figure | None:
    """Return the bridge from the baseline to the best candidate, or from nothing to the only design."""
    start, end = (content.baseline, content.challenger) if content.challenger else (None, content.baseline)
    steps = bridge(content, start, end)
    steps = largest(steps) if start else tuple(s for s in steps if s.change)
    before = total(content, start) if start else 0.0
    scale = scale_for(content.currency, [before, total(content, end)])
    labels = Scale(scale.factor, scale.unit, 1 if scale.factor < 1 else 0)
    made = figure([], 100 + 26 * (len(steps) + 2), showlegend=False, margin={"l": 10, "r": 30, "t": 14, "b": 58})
    names = ([start.name] if start else []) + [s.driver.replace("_", " ") for s in steps] + [end.name]
    at, row, edges = before, 0, [before]
    if start:
        _total(made, before * scale.factor, 0, start.index, labels.digits(before))
        row = 1
    for step in steps:
        _step(made, at * scale.factor, step.change * scale.factor, row, _change(labels, step.change))
        at, row = at + step.change, row + 1
        edges.append(at)
    _total(made, total(content, end) * scale.factor, row, end.index, labels.digits(total(content, end)))
    low, high = min(edges) * scale.factor, max(edges) * scale.factor
    pad = 0.14 * (high - low or 1)
    made.update_xaxes(range=[low - pad, high + pad], title={"text": f"margin, {safe(scale.unit)}"}, tickformat=",~r")
    made.update_yaxes(range=[-row - 0.6, 0.6], tickvals=[-i for i in range(row + 1)], ticktext=[safe(n) for n in names])
    return made


def _change(scale: Scale, change: float) -> str:
    digits = scale.digits(change, sign=True)
    return digits if digits.strip("0.,") else "~0"


def _total(made: Figure, at: float, row: int, index: int, words: str) -> None:
    marker = {"size": 12, "symbol": mark(index), "color": colour(index)}
    made.add_trace(go.Scatter(x=[at], y=[-row], mode="markers", marker=marker, hoverinfo="skip"))
    font = {"color": colour(index), "size": 14}
    made.add_annotation(x=at, y=-row, text=f"<b>{words}</b>", showarrow=False, xanchor="left", xshift=11, font=font)


def _step(made: Figure, at: float, change: float, row: int, words: str) -> None:
    marker = {"color": GAIN if change > 0 else LOSS, "pattern": {"shape": "" if change > 0 else "/", "size": 5}}
    made.add_trace(
        go.Bar(x=[change], base=[at], y=[-row], width=0.62, orientation="h", marker=marker, hoverinfo="skip")
    )
    edge = {"color": "#aaaaaa", "width": 1}
    made.add_shape(type="line", x0=at, x1=at, y0=-row + 1, y1=-row, line=edge, layer="below")
    made.add_shape(type="line", x0=at + change, x1=at + change, y0=-row, y1=-row - 1, line=edge, layer="below")
    side = "left" if change > 0 else "right"
    shift = 5 if change > 0 else -5
    font = {"color": QUIET, "size": 12}
    made.add_annotation(x=at + change, y=-row, text=words, showarrow=False, xanchor=side, xshift=shift, font=font)
