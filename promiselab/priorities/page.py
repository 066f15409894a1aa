"""The page of priorities: the policy matrix with its ellipses, rank acceptability, and the criteria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promiselab.priorities.words import choice_words, effect_verdict, kept_words, plan_words, verdict
from promiselab.rationing_words import grounds
from promiselab.report import document
from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import GRID, QUIET, RAMP, colour, mark, safe
from promiselab.report.charts.style import figure as drawn
from promiselab.report.formats import Scale, scale_for
from promiselab.report.parts import Block, Cell, Chart, Paragraph, Row, Section, Table, text

Data = Mapping[str, Any]
PLAIN, SHARE = Scale(1, "", 2), Scale(100, "%", 0)
FAINT = "#bbbbbb"
_TICKS = [0, 0.25, 0.5, 0.75, 1]
_POLICIES = (
    (0.25, 1, "attractive, little fit: improve it, or choose"),
    (0.75, 1, "attractive and fitting: invest"),
    (0.25, 0, "neither: least effort"),
    (0.75, 0, "fitting, less attractive: keep at low cost"),
)
"""What the directional policy matrix suggests for each quarter."""


def priorities_page(data: Data, title: str) -> str:
    """Return the report of ``promiselab prioritise``."""
    charts = {"matrix": _matrix(data), "ranks": _ranks(data)}
    effect = [] if data["written_back"] is None else [_written_back(data)]
    sections = [_order(data), *effect, _certainty(data), _criteria(data)]
    return document("prioritise", title, sections, charts, history=data["history"])


def _order(data: Data) -> Section:
    rows = tuple(
        Row(
            (s["segment"],),
            (
                Cell((PLAIN.shown(s["attractiveness"]),)),
                Cell((PLAIN.shown(s["fit"]),)),
                Cell((PLAIN.shown(s["mean_rank"]),)),
                Cell((SHARE.shown(s["first"]),)),
            ),
        )
        for s in data["segments"]
    )
    columns = (("segment",), ("attractiveness",), ("fit",), ("mean rank",), ("first, %",))
    note = (
        "Each axis is a weighed sum of criteria, scaled from the worst segment (0) to the best (1). An ellipse holds "
        "95 % of where its segment may stand, over draws of weights and values; where ellipses overlap, the order "
        "depends on the weights."
    )
    blocks: list[Block] = [Paragraph((verdict(data),), "lead")]
    blocks.append(Chart("matrix", "Attractiveness and fit", Table("The policy matrix", columns, rows), note))
    return Section("order", "Who comes first", tuple(blocks))


def _written_back(data: Data) -> Section:
    effect = data["written_back"]
    blocks: list[Block] = [Paragraph((effect_verdict(data),), "lead")]
    chosen = [choice_words(one) for one in effect["segments"]]
    blocks.append(_words_table("Ranks, and whom to serve", ("segment", "rank", "to be served"), chosen))
    if effect["reservations"]:
        kept = [[one["about"], kept_words(one), grounds(one)] for one in effect["reservations"]]
        blocks.append(_words_table("Reservations", ("of", "kept", "grounds"), kept))
    plans = [plan_words(plan) for plan in effect["plans"]]
    heads = ("with", f"estimated margin, {data['currency']}", "offers", "simulated against as it is")
    note = "Simulated on histories that nothing was chosen on; the design is `prioritised` in the scenario of the run."
    blocks.append(_words_table("The best plan", heads, plans, note))
    return Section("written_back", "What the order changes", tuple(blocks))


def _words_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> Table:
    lines = tuple(Row((first,), tuple(text(word) for word in others)) for first, *others in rows)
    return Table(caption, tuple((head,) for head in heads), lines, note)


def _matrix(data: Data) -> Figure:
    traces: list[Any] = []
    for place, s in enumerate(data["segments"], 1):
        border = [*s["ellipse"], s["ellipse"][0]]
        traces.append(
            trace(
                "scatter",
                x=[x for x, _ in border],
                y=[y for _, y in border],
                mode="lines",
                fill="toself",
                line={"color": colour(place), "width": 1.5},
                opacity=0.35,
                showlegend=False,
                hoverinfo="skip",
            )
        )
        traces.append(
            trace(
                "scatter",
                x=[s["fit"]],
                y=[s["attractiveness"]],
                mode="markers+text",
                marker={"color": colour(place), "symbol": mark(place), "size": 13},
                text=[safe(s["segment"])],
                textposition="top center",
                name=safe(s["segment"]),
                hovertemplate="%{text}: fit %{x:.2f}, attractiveness %{y:.2f}<extra></extra>",
            )
        )
    made = drawn(
        traces,
        600,
        xaxis={"title": {"text": "fit with what the company can do"}, "range": _reach(data, 0)},
        yaxis={"title": {"text": "attractiveness of the segment"}, "range": _reach(data, 1)},
    )
    made.update_xaxes(tickvals=_TICKS)
    made.update_yaxes(tickvals=_TICKS)
    made.add_shape(type="rect", x0=0, x1=1, y0=0, y1=1, line={"color": GRID, "width": 1}, layer="below")
    made.add_shape(type="line", x0=0, x1=1, y0=0.5, y1=0.5, line={"color": FAINT, "width": 1}, layer="below")
    made.add_shape(type="line", x0=0.5, x1=0.5, y0=0, y1=1, line={"color": FAINT, "width": 1}, layer="below")
    for x, y, words in _POLICIES:
        made.add_annotation(
            x=x,
            y=y,
            yref="paper",
            yanchor="top" if y else "bottom",
            text=words,
            font={"size": 12, "color": QUIET},
        )
    return made


def _reach(data: Data, axis: int) -> list[float]:
    """Return an axis that holds every ellipse whole."""
    found = [point[axis] for s in data["segments"] for point in s["ellipse"]]
    return [min([-0.05, *found]) - 0.03, max([1.05, *found]) + 0.05]


def _certainty(data: Data) -> Section:
    names = [s["segment"] for s in data["segments"]]
    rows = tuple(
        Row((s["segment"],), tuple(Cell((SHARE.shown(share),)) for share in s["ranks"])) for s in data["segments"]
    )
    columns = (("segment",), *((f"place {place}, %",) for place in range(1, len(names) + 1)))
    chart = Chart("ranks", "How often each place", Table("Rank acceptability", columns, rows))
    return Section("certainty", "How sure that is", (chart,))


def _ranks(data: Data) -> Figure:
    names = [safe(s["segment"]) for s in data["segments"]]
    bars = [
        trace(
            "bar",
            y=names,
            x=[s["ranks"][place] for s in data["segments"]],
            name=f"place {place + 1}",
            orientation="h",
            marker={"color": RAMP[round(place * (len(RAMP) - 1) / max(1, len(names) - 1))]},
            hovertemplate="%{y}: %{x:.0%}<extra></extra>",
        )
        for place in range(len(names))
    ]
    return drawn(
        bars,
        140 + 44 * len(names),
        barmode="stack",
        xaxis={"tickformat": ".0%"},
        yaxis={"autorange": "reversed"},
        legend={"traceorder": "normal"},
    )


def _criteria(data: Data) -> Section:
    names = [s["segment"] for s in data["segments"]]
    rows = tuple(_criterion(one, names) for one in data["criteria"])
    columns = (("criterion",), ("axis",), ("better",), ("weight",), *((name,) for name in names))
    note = (
        "Simulated values with twice their standard error; judged values with their range. McDonald and Dunbar, Market "
        "Segmentation; rank acceptability after Lahdelma and Salminen (2001)."
    )
    return Section("criteria", "By what", (Table("Criteria", columns, rows, note),))


def _criterion(one: Data, names: Sequence[str]) -> Row:
    values = [one["values"][name] for name in names]
    scale = scale_for(one["unit"], [v["value"] for v in values], [2 * v["error"] for v in values])
    return Row(
        (f"{one['words']}, {scale.unit}",),
        (
            text(one["axis"]),
            text(f"{one['better']} is better"),
            Cell((PLAIN.shown(one["weight"]),)),
            *(Cell(scale.interval(v["value"], 2 * v["error"])) for v in values),
        ),
    )
