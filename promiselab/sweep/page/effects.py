"""Which inputs move a measure: elementary effects (Morris) or shares of variance (Sobol), with their limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promiselab.report.charts.figure import Figure, Trace, trace
from promiselab.report.charts.style import COLOURS, GRID, INK, MARKS, figure, ruled, safe
from promiselab.report.formats import MISSING, Scale, scale_for
from promiselab.report.parts import Cell, Chart, Paragraph, Row, Table, Words, text
from promiselab.sweep.page.exhibit import Exhibit, head, measure_name
from promiselab.sweep.page.reading import Content
from promiselab.sweep.words import moved_by_nothing

MOST_INPUTS = 30
SHARE = Scale(1.0, "", 2)
Json = Mapping[str, Any]
_MORRIS = (
    "Mean size: mean absolute effect of moving the input over its whole axis, with an interval over the trajectories. "
    "Sigma: how much the effect changes with the other inputs, by interactions or curves. No effect is shown where "
    "luck alone may move the measure as much; all verdicts hold together (Holm). Morris (1991), Campolongo, Cariboni "
    "and Saltelli (2007)."
)
_SOBOL = (
    "Alone: share of the variance that the input explains by itself. With interactions: share that would be left if "
    "all other inputs were known. Lines are bootstrap limits. Sobol (2001), Saltelli and others (2010)."
)


def effects(content: Content) -> tuple[list[Exhibit], list[Paragraph]]:
    """Return a chart for each measure that something moves, and what is to be said of the others."""
    found, unknown = [], []
    for effect in content.summary["effects"]:
        name = measure_name(str(effect["measure"])).lower()
        if effect.get("unknown"):
            unknown.append(Paragraph((f"What moves {name} cannot be told: {effect['unknown']}.",)))
        elif moved_by_nothing(effect):
            unknown.append(Paragraph((f"None of the inputs moves {name}.",)))
        else:
            found.append(_morris(effect) if effect["method"] == "morris" else _sobol(effect))
    return found, unknown


def _chart(effect: Json, title: str, table: Table, note: str) -> Chart:
    name = "effects_" + "".join(sign if sign.isalnum() else "_" for sign in str(effect["measure"]))
    return Chart(name, title, table, note)


def _morris(effect: Json) -> Exhibit:
    inputs: Sequence[Json] = effect["inputs"]
    sizes = [value for row in inputs for value in (row["mean_size"], row["sigma"])]
    scale = scale_for(str(effect["unit"]), sizes, [row["half_width"] for row in inputs], difference=True)
    rows = tuple(
        Row(
            (str(row["path"]),),
            (
                Cell(scale.interval(_number(row["mean_size"]), row["half_width"])),
                *(Cell((scale.shown(_number(row[key]), sign=key == "mean"),)) for key in ("mean", "sigma")),
                text("moves it" if row["shown"] else "no effect shown", tone="" if row["shown"] else "quiet"),
            ),
        )
        for row in inputs
    )
    columns = (("input",), head("Mean size", scale), head("Mean", scale), head("Sigma", scale), ("verdict",))
    title = f"What moves {measure_name(str(effect['measure'])).lower()}"
    drawn = inputs[:MOST_INPUTS]
    made = _frame(drawn, f"effect over the whole axis, {scale.unit}")
    sized = _dots("mean size", 1, drawn, [row["mean_size"] for row in drawn], scale, offset=-0.12)
    widths = [(row["half_width"] or 0.0) * scale.factor for row in drawn]
    sized["error_x"] = {"array": widths, "color": COLOURS[1], "thickness": 1.5, "width": 0}
    sized["marker"]["color"] = [COLOURS[1] if row["shown"] else "white" for row in drawn]
    made.add_trace(sized)
    made.add_trace(_dots("sigma", 2, drawn, [row["sigma"] for row in drawn], scale, offset=0.18))
    made.update_xaxes(rangemode="tozero")
    note = _MORRIS + " Hollow: no effect shown."
    return Exhibit(_chart(effect, title, Table(title, columns, rows), note), made)


def _sobol(effect: Json) -> Exhibit:
    inputs: Sequence[Json] = effect["inputs"]
    rows = tuple(
        Row((str(row["path"]),), tuple(_share_cell(row, kind) for kind in ("first", "total"))) for row in inputs
    )
    columns = (("input",), ("Alone",), ("With interactions",))
    title = f"What the variance of {measure_name(str(effect['measure'])).lower()} comes from"
    noise = effect["noise_share"]
    luck = "" if noise is None else f"Luck explains about {100 * noise:.0f} % of the variance."
    drawn = inputs[:MOST_INPUTS]
    made = _frame(drawn, "share of the variance")
    for index, kind, name, offset in ((1, "first", "alone", -0.12), (2, "total", "with interactions", 0.18)):
        means = [row[kind] for row in drawn]
        limits = [_limits(row, kind) for row in drawn]
        shares = _dots(name, index, drawn, means, SHARE, offset=offset)
        shares["error_x"] = {
            "array": [high - _number(mean) for (_, high), mean in zip(limits, means, strict=True)],
            "arrayminus": [_number(mean) - low for (low, _), mean in zip(limits, means, strict=True)],
            "color": COLOURS[index],
            "thickness": 1.5,
            "width": 0,
        }
        made.add_trace(shares)
    ruled(made, "x", [0], line={"color": INK, "width": 1})
    return Exhibit(_chart(effect, title, Table(title, columns, rows, luck), f"{_SOBOL} {luck}".strip()), made)


def _frame(inputs: Sequence[Json], title: str) -> Figure:
    made = figure([], 120 + 40 * len(inputs))
    ticks = {"tickvals": list(range(len(inputs))), "ticktext": [safe(str(row["path"]), 48) for row in inputs]}
    made.update_yaxes(range=[len(inputs) - 0.4, -0.6], showgrid=True, gridcolor=GRID, **ticks)
    made.update_xaxes(title={"text": safe(title, 80)}, showgrid=True)
    return made


def _dots(
    name: str, index: int, inputs: Sequence[Json], values: Sequence[float | None], scale: Scale, *, offset: float
) -> Trace:
    shade = COLOURS[index]
    return trace(
        "scatter",
        x=[None if value is None else value * scale.factor for value in values],
        y=[place + offset for place in range(len(inputs))],
        mode="markers",
        name=name,
        marker={"size": 10, "symbol": MARKS[index], "color": shade, "line": {"color": shade, "width": 2}},
        hoverinfo="text",
        hovertext=[
            f"{safe(str(row['path']), 60)}<br>{name}: {scale.digits(_number(value))}"
            for row, value in zip(inputs, values, strict=True)
        ],
    )


def _share_cell(row: Json, kind: str) -> Cell:
    if row[kind] is None:
        return text(MISSING)
    low, high = row[f"{kind}_limits"]
    limits: Words = () if low is None else (SHARE.shown(low), " to ", SHARE.shown(high))
    return Cell((SHARE.shown(row[kind]),), limits)


def _limits(row: Json, kind: str) -> tuple[float, float]:
    low, high = row[f"{kind}_limits"]
    mean = _number(row[kind])
    return (mean, mean) if low is None or high is None else (low, high)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
