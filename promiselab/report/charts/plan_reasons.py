"""The charts on the reasons of a plan: its bridge, what limits are worth, and how far other offers fall short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promiselab.kept_reasons import bars
from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.stairs import End, stairs
from promiselab.report.charts.style import GAIN, INK, LOSS, MOST_GROUPS, figure, safe
from promiselab.report.content import Content
from promiselab.report.formats import scale_for

Json = Mapping[str, Any]


def figures(reasons: Json, currency: str) -> dict[str, Figure]:
    """Return the charts by name; those with nothing to show are left out."""
    made = {
        "plan_bridge": _bridge(reasons, currency),
        "limit_worth": _limits(reasons, currency),
        "next_best": _next_best(reasons, currency),
    }
    return {name: chart for name, chart in made.items() if chart is not None}


def drawn(name: str, content: Content) -> Figure | None:
    """Return one of the charts for a run that was simulated."""
    found = (content.plan or {}).get("reasons")
    return figures(found, content.currency).get(name) if found else None


def _bridge(reasons: Json, currency: str) -> Figure:
    """Return the bridge as it was estimated."""
    crossed = reasons["bridge"]
    ends = End("today", crossed["start"], 0), End("the plan", crossed["end"], 1)
    return stairs(ends[0], bars(crossed, "bar"), ends[1], currency)


def _limits(reasons: Json, currency: str) -> Figure | None:
    found = reasons["limits"][:MOST_GROUPS]
    rows = [(limit["limit"], limit["earns_then"], limit["grows_by_words"] or limit["step_words"]) for limit in found]
    return _lying(rows, currency, GAIN, "would earn") if rows else None


def _next_best(reasons: Json, currency: str) -> Figure | None:
    found = [offer for offer in reasons["runners_up"] if offer["outcome"] in ("earns_less", "earns_as_much")]
    rows = [(offer["segment"], offer["shortfall"], "") for offer in found[:MOST_GROUPS]]
    return _lying(rows, currency, LOSS, "short of the plan by") if rows else None


def _lying(rows: Sequence[tuple[str, float, str]], currency: str, colour: str, what: str) -> Figure:
    """Return lying bars with what they mean beside them."""
    scale = scale_for(currency, [value for _, value, _ in rows])
    words = [safe(f"{scale.digits(value)} {f'for {below}' if below else ''}".strip(), 70) for _, value, below in rows]
    most = max(value for _, value, _ in rows) * scale.factor or 1.0
    made = figure(
        [
            trace(
                "bar",
                orientation="h",
                y=[safe(name, 40) for name, _, _ in rows],
                x=[value * scale.factor for _, value, _ in rows],
                text=words,
                textposition="outside",
                textfont={"color": INK, "size": 12},
                cliponaxis=False,
                width=0.5,
                marker={"color": colour},
                hoverinfo="skip",
            )
        ],
        90 + 40 * len(rows),
        showlegend=False,
        margin={"l": 10, "r": 30, "t": 14, "b": 58},
    )
    room = 1.9 if any(below for _, _, below in rows) else 1.2
    made.update_xaxes(range=[0, most * room], title={"text": f"{what}, {safe(scale.unit)}"}, tickformat=",~r")
    made.update_yaxes(autorange="reversed")
    return made
