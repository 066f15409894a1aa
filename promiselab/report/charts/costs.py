"""What an order of each segment costs to serve, by driver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import INK, MOST_GROUPS, colour, dash, figure, lined, mark, safe, shades
from promiselab.report.content import Content
from promiselab.report.entries import Design
from promiselab.report.formats import Scale, scale_for
from promiselab.report.money import COST_TO_SERVE, Share, cost_per_order, costly_drivers, served, whale

OTHER = "other"
_MOST_NAMED = 8


def curve(content: Content) -> Figure | None:
    """Return the margin of the segments added up, the one that earns most first, design by design."""
    lines = [(design, steps) for design in content.designs if (steps := whale(content, design))]
    if not lines:
        return None
    scale = scale_for(content.currency, [step.total for _, steps in lines for step in steps])
    orders = {tuple(step.name for step in steps) for _, steps in lines}
    named = None if len(orders) == 1 else content.best
    made = figure([_line(design, steps, scale, design is named) for design, steps in lines], 400)
    most = max(len(steps) for _, steps in lines)
    made.update_yaxes(rangemode="tozero", title={"text": f"margin so far, {safe(scale.unit)}"}, tickformat=",~r")
    made.update_xaxes(
        range=[-0.15, most + 0.5], dtick=max(1, most // 12), title={"text": "segments, the one that earns most first"}
    )
    if named is None and most <= _MOST_NAMED:
        ticks = ["", *(safe(step.name, 20) for step in lines[0][1])]
        made.update_xaxes(tickvals=list(range(most + 1)), ticktext=ticks)
    lined(made).update_yaxes(showgrid=True)
    made.update_layout(showlegend=len(lines) > 1)
    return made


def _line(design: Design, steps: Sequence[Share], scale: Scale, is_named: bool) -> Any:
    shade, few = colour(design.index), len(steps) <= _MOST_NAMED
    return trace(
        "scatter",
        x=list(range(len(steps) + 1)),
        y=[0.0, *(step.total * scale.factor for step in steps)],
        mode="lines+markers" + ("+text" if is_named and few else ""),
        text=["", *(safe(step.name, 20) for step in steps)],
        textposition="top left",
        textfont={"color": shade, "size": 12},
        line={"color": shade, "width": 2, "dash": dash(design.index)},
        marker={"size": 9, "symbol": mark(design.index), "color": shade},
        name=safe(design.name),
        cliponaxis=False,
        hoverinfo="text",
        hovertext=["", *(f"{safe(step.name)}: {scale.with_unit(step.margin).text}" for step in steps)],
    )


def stacks(content: Content) -> Figure | None:
    """Return stacked bars, one per design and segment."""
    bars = [(s, d) for s in content.segments[:MOST_GROUPS] for d in content.designs if s in served(content, d)]
    shown = costly_drivers(content)
    if not bars or not shown:
        return None
    rest = [d for d in COST_TO_SERVE if d not in shown]
    parts = [(d, [d]) for d in shown] + [(OTHER, rest)]
    totals = [cost_per_order(content, d, s) for s, d in bars]
    scale = scale_for(content.currency, totals)
    places, headings, at = [], [], 0.0
    for i, (segment, _) in enumerate(bars):
        if i == 0 or bars[i - 1][0] != segment:
            at -= 1.05 if i else 0
            headings.append((segment, at + 0.85))
        places.append(at)
        at -= 1
    made = figure([], round(110 + 26 * -at), barmode="relative", bargap=0)
    drawn = [(name, [cost_per_order(content, d, s, ds) * scale.factor for s, d in bars]) for name, ds in parts]
    drawn = [(name, costs) for name, costs in drawn if any(abs(c) > 0 for c in costs)]
    for (name, costs), shade in zip(drawn, shades(len(drawn)), strict=True):
        words = [f"{safe(d.name)} · {safe(s)}<br>{name}: {c:,.2f}" for (s, d), c in zip(bars, costs, strict=True)]
        edge = {"color": "white", "width": 1}
        made.add_trace(
            trace(
                "bar",
                x=costs,
                y=places,
                width=0.72,
                orientation="h",
                name=name,
                marker={"color": shade, "line": edge},
                hoverinfo="text",
                hovertext=words,
                textposition="none",
            )
        )
    for place, cost in zip(places, totals, strict=True):
        made.add_annotation(x=cost * scale.factor, y=place, text=scale.digits(cost), xanchor="left", xshift=6)
    for segment, y in headings:
        made.add_annotation(x=0, y=y, text=f"<b>{safe(segment, 60)}</b>", xanchor="left", font={"color": INK})
    made.update_yaxes(tickvals=places, ticktext=[safe(d.name) for _, d in bars], range=[places[-1] - 0.6, 1.3])
    largest = max(totals) * scale.factor
    made.update_xaxes(
        title={"text": f"cost to serve per accepted order, {safe(scale.unit)}"},
        range=[min(0.0, min(totals) * scale.factor), largest * 1.1],
    )
    return made
