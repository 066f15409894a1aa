"""What an order of each segment costs to serve, by driver."""

from __future__ import annotations

import plotly.graph_objects as go

from promiselab.report.charts.style import INK, MOST_GROUPS, RAMP, Figure, figure, safe
from promiselab.report.content import Content
from promiselab.report.formats import scale_for
from promiselab.report.money import COST_TO_SERVE, cost_per_order, costly_drivers, served

OTHER = "other"


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
    for (name, drivers), shade in zip(parts, RAMP, strict=False):
        costs = [cost_per_order(content, d, s, drivers) * scale.factor for s, d in bars]
        if not any(abs(c) > 0 for c in costs):
            continue
        words = [f"{safe(d.name)} · {safe(s)}<br>{name}: {c:,.2f}" for (s, d), c in zip(bars, costs, strict=True)]
        edge = {"color": "white", "width": 1}
        made.add_trace(
            go.Bar(
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
        made.add_annotation(
            x=cost * scale.factor, y=place, text=scale.digits(cost), showarrow=False, xanchor="left", xshift=6
        )
    for segment, y in headings:
        made.add_annotation(
            x=0, y=y, text=f"<b>{safe(segment, 60)}</b>", showarrow=False, xanchor="left", font={"color": INK}
        )
    made.update_yaxes(tickvals=places, ticktext=[safe(d.name) for _, d in bars], range=[places[-1] - 0.6, 1.3])
    largest = max(totals) * scale.factor
    made.update_xaxes(
        title={"text": f"cost to serve per accepted order, {safe(scale.unit)}"},
        range=[min(0.0, min(totals) * scale.factor), largest * 1.1],
    )
    return made
