"""The margin of every candidate against the baseline, and the bridge between two margins."""

from __future__ import annotations

from promiselab.kept_reasons import bars
from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.stairs import End, stairs
from promiselab.report.charts.style import MOST_GROUPS, colour, figure, mark, ruled, safe
from promiselab.report.content import Content
from promiselab.report.entries import Key
from promiselab.report.formats import plain, scale_for
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
        made.add_trace(
            trace("scatter", x=[at], y=[-row], error_x=error, mode="markers", marker=marker, hoverinfo="skip")
        )
        made.add_annotation(
            x=at,
            y=-row,
            text=words,
            yshift=16,
            bgcolor="rgba(255,255,255,0.85)",
            font={"color": shade, "size": 13},
        )
    edges = [e for _, f in found for e in (f.mean - (f.half_width or 0), f.mean + (f.half_width or 0), 0.0)]
    low, high = min(edges) * scale.factor, max(edges) * scale.factor
    pad = 0.12 * (high - low or 1)
    ruled(made, "x", [0], line={"color": "#555555", "width": 1.5})
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
    """Return the bridge from the baseline to the best candidate by driver, or from nothing to the only design."""
    pair = content.challenger if content.are_compared else None
    start, end = (content.baseline, pair) if pair else (None, content.best)
    steps = bridge(content, start, end)
    steps = largest(steps) if start else tuple(s for s in steps if s.change)
    named = [(step.driver.replace("_", " "), step.change) for step in steps]
    first = End(start.name, total(content, start), start.index) if start else None
    return stairs(first, named, End(end.name, total(content, end), end.index), content.currency)


def by_lever(content: Content) -> Figure | None:
    """Return the bridge from the baseline to the best candidate by lever, as simulated."""
    found = content.bridge
    if found is None or "cells" not in found:
        return None
    ends = [
        End(design.name, found[end], design.index)
        for end, design in (
            ("start", content.design(found["start_design"])),
            ("end", content.design(found["end_design"])),
        )
    ]
    return stairs(ends[0], bars(found, "bar"), ends[1], content.currency)
