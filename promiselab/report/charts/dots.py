"""Dots with intervals, grouped by segment, resource or product, in panels side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

from promiselab.report.charts.figure import Figure, Trace, trace
from promiselab.report.charts.panels import split
from promiselab.report.charts.style import GRID, MOST_GROUPS, colour, figure, mark, ruled, safe
from promiselab.report.content import Content
from promiselab.report.entries import Design, Estimate, Key
from promiselab.report.formats import Scale, plain, scale_for

Place = tuple[str, str]
"""Design and group."""


@dataclass(frozen=True)
class Panel:
    """One axis: what was measured, and what was promised, by design and group."""

    title: str
    scale: Scale
    measured: Mapping[Place, Estimate]
    targets: Mapping[Place, float] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be drawn."""
        return not any(isfinite(e.mean) for e in self.measured.values())

    @property
    def rangemode(self) -> str:
        """Shares are looked at closely; amounts start at nothing."""
        return "normal" if self.scale.unit == "%" else "tozero"


def panel(title: str, content: Content, keys: Mapping[str, Key], targets: Mapping[Place, float] | None = None) -> Panel:
    """Return a panel of the estimates of one key per group."""
    found = {
        (d.name, group): e for d in content.designs for group, key in keys.items() if (e := content.estimate(d, key))
    }
    unit = next((e.unit for e in found.values()), "")
    wanted = targets or {}
    scale = scale_for(
        unit, [*(e.mean for e in found.values()), *wanted.values()], [e.half_width for e in found.values()]
    )
    return Panel(f"{title}, {scale.unit}" if scale.unit else title, scale, found, wanted)


def dots(panels: Sequence[Panel], groups: Sequence[str], designs: Sequence[Design]) -> Figure | None:
    """Return the panels on one shared axis of groups, or None if all are empty."""
    drawn = [p for p in panels if not p.is_empty]
    if not drawn:
        return None
    groups = groups[:MOST_GROUPS]
    step = 0.62 / max(len(designs), 1)
    made = figure([], round(95 + len(groups) * max(34, 20 * len(designs) + 10)))
    split(made, 1, len(drawn), across=0.045, same_y=True)
    for column, shown in enumerate(drawn, start=1):
        for order, design in enumerate(designs):
            offset = (order - (len(designs) - 1) / 2) * step
            rows = [(g, -i - offset) for i, g in enumerate(groups)]
            for one in _traces(shown, design, rows, first=column == 1):
                made.add_trace(one, column)
        made.update_xaxes(column, title={"text": safe(shown.title, 60)}, rangemode=shown.rangemode)
    ticks = {"tickvals": [-i for i in range(len(groups))], "ticktext": [safe(g) for g in groups]}
    made.update_yaxes(range=[0.5 - len(groups), 0.5], **ticks)
    made.update_xaxes(showgrid=True, nticks=6 if len(drawn) < 3 else 4, tickangle=0, tickformat=",~r")
    ruled(made, "y", (0.5 - line for line in range(1, len(groups))), line={"color": GRID, "width": 1})
    made.update_layout(showlegend=len(designs) > 1 or any(p.targets for p in drawn))
    return made


def _traces(shown: Panel, design: Design, rows: Sequence[tuple[str, float]], *, first: bool) -> list[Trace]:
    found = [(g, y, shown.measured[design.name, g]) for g, y in rows if (design.name, g) in shown.measured]
    found = [(g, y, e) for g, y, e in found if isfinite(e.mean)]
    factor = shown.scale.factor
    traces = [
        trace(
            "scatter",
            x=[e.mean * factor for _, _, e in found],
            y=[y for _, y, _ in found],
            error_x={
                "array": [0 if e.note else (e.half_width or 0) * factor for _, _, e in found],
                "arrayminus": [(e.half_width or 0) * factor for _, _, e in found],
                "symmetric": False,
                "color": colour(design.index),
                "thickness": 1.5,
                "width": 0,
            },
            mode="markers",
            marker={"size": 9, "symbol": mark(design.index), "color": colour(design.index)},
            name=safe(design.name),
            legendgroup=design.name,
            showlegend=first,
            cliponaxis=False,
            hoverinfo="text",
            hovertext=[
                f"{safe(design.name)} · {safe(g)}<br>"
                + safe(e.note or plain(shown.scale.interval_with_unit(e.mean, e.half_width)), 80)
                for g, _, e in found
            ],
        )
    ]
    aims = [(g, y, shown.targets[design.name, g]) for g, y in rows if (design.name, g) in shown.targets]
    if aims:
        traces.append(
            trace(
                "scatter",
                x=[t * factor for _, _, t in aims],
                y=[y for _, y, _ in aims],
                mode="markers",
                marker={
                    "symbol": "line-ns-open",
                    "size": 14,
                    "line": {"width": 2.5, "color": colour(design.index)},
                    "color": colour(design.index),
                },
                showlegend=False,
                hoverinfo="text",
                hovertext=[f"promised: {safe(shown.scale.with_unit(t).text)}" for _, _, t in aims],
            )
        )
    return traces
