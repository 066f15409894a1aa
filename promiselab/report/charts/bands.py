"""Lines with bands over the replications, by hour of the week or over time: one row of panels per thing measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby, product
from math import isfinite
from typing import Any

from promiselab.profiles import TIME, WEEK
from promiselab.report.charts.figure import Figure, Trace, trace
from promiselab.report.charts.panels import split, titled
from promiselab.report.charts.style import GRID, INK, colour, dash, figure, ruled, safe, shaded, tint
from promiselab.report.content import Content
from promiselab.report.entries import Band, Design, Key
from promiselab.report.formats import Scale
from promiselab.report.profiled import RESOURCE_MEASURES, STOCK_MEASURES, Opening, designs, opening, scale_of, shown

_ROW = 128
_TITLES = {
    "utilisation": "utilisation,", "queue_mean": "waiting", "on_hand_mean": "on hand,", "backorders_mean": "backlog,",
}  # fmt: skip


def week(content: Content) -> Figure | None:
    """Return utilisation and queue of every resource by hour of the week."""
    return _panels(content, WEEK, "resource", RESOURCE_MEASURES)


def capacity(content: Content) -> Figure | None:
    """Return utilisation and queue of every resource over time."""
    return _panels(content, TIME, "resource", RESOURCE_MEASURES)


def stock(content: Content) -> Figure | None:
    """Return stock and backlog of every product over time."""
    return _panels(content, TIME, "product", STOCK_MEASURES)


def _panels(content: Content, by: str, kind: str, measures: Sequence[str]) -> Figure | None:
    names = shown(content, kind, measures[0])
    if not names:
        return None
    hours = opening(content, names) if by == WEEK else None
    made = figure([_key(design) for design in designs(content)], 80 + _ROW * len(names))
    scales = {(n, m): scale_of(content, Key(m, **{kind: n}), by) for n in names for m in measures}
    split(made, len(names), len(measures), across=0.06, down=min(0.34 / len(names), 0.2), same_x=True)
    for panel, (name, measure) in enumerate(product(names, measures), 1):
        words = f"{name} · {_TITLES[measure]} {scales[name, measure].unit}"
        titled(made, panel, safe(words, 60), size=12.5, color=INK)
        for design in designs(content):
            band = content.band(design, Key(measure, **{kind: name}), by)
            for drawn in _traces(band, design, scales[name, measure], hours) if band else ():
                made.add_trace(drawn, panel)
    _axes(made, content, hours)
    made.update_layout(legend={"y": 1 + 32 / (_ROW * len(names))}, margin={"t": 62})
    return made


def _key(design: Design) -> Trace:
    """Return the entry of a design in the legend."""
    line = {"color": colour(design.index), "width": 1.8, "dash": dash(design.index)}
    return trace("scatter", x=[None], y=[None], mode="lines", line=line, name=safe(design.name), hoverinfo="skip")


def _axes(made: Figure, content: Content, hours: Opening | None) -> None:
    made.update_yaxes(rangemode="tozero", nticks=4, showgrid=True, tickformat=",~r")
    if hours is not None:
        middle = [(day + 0.5) * hours.span for day in range(len(hours.days))]
        made.update_xaxes(range=[0, hours.span * len(hours.days)], tickvals=middle, ticktext=hours.names)
        midnights = (day * hours.span for day in range(1, len(hours.days)))
        ruled(made, "x", midnights, line={"color": "#bbbbbb", "width": 1}, layer="below")
        return
    made.update_xaxes(type="date", showgrid=True, tickformat="%-d %b")
    days = float(content.manifest["calendar"]["warm_up_days"])
    if days:
        start = datetime.fromisoformat(str(content.manifest["calendar"]["start"]))
        end = (start + timedelta(days=days)).isoformat()
        shaded(made, "x", start.isoformat(), end, fillcolor=GRID, opacity=0.45, layer="below")


def _traces(band: Band, design: Design, scale: Scale, hours: Opening | None) -> Iterator[Trace]:
    ends = list(_ends(band)) if hours is None else list(hours.ends())
    places = range(len(band.begins)) if hours is None else hours.places
    mean, low, high = ([values[p] * scale.factor for p in places] for values in (band.mean, band.low, band.high))
    common = {"hoverinfo": "skip", "showlegend": False}
    if any(isfinite(v) for v in low):
        x, y = _area(ends, low, high)
        yield trace("scatter", x=x, y=y, fill="toself", mode="none", fillcolor=tint(design.index, 0.16), **common)
    x, y = _steps(ends, mean)
    line = {"color": colour(design.index), "width": 1.8, "dash": dash(design.index)}
    yield trace("scatter", x=x, y=y, mode="lines", line=line, **common)


def _ends(band: Band) -> Iterator[tuple[Any, Any]]:
    """Yield where each bucket begins and ends on the axis of time."""
    times = [datetime.fromisoformat(begin) for begin in band.begins]
    step = times[1] - times[0] if len(times) > 1 else timedelta(days=1)
    yield from ((time.isoformat(), (time + step).isoformat()) for time in times)


def _known(values: Sequence[float]) -> Iterator[list[int]]:
    """Yield the runs of neighbouring buckets in which a value is known."""
    for known, run in groupby(range(len(values)), key=lambda i: isfinite(values[i])):
        if known:
            yield list(run)


def _steps(ends: Sequence[tuple[Any, Any]], values: Sequence[float]) -> tuple[list[Any], list[Any]]:
    x: list[Any] = []
    y: list[Any] = []
    for run in _known(values):
        for place in run:
            x += ends[place]
            y += [values[place]] * 2
        x.append(None)
        y.append(None)
    return x, y


def _area(ends: Sequence[tuple[Any, Any]], low: Sequence[float], high: Sequence[float]) -> tuple[list[Any], list[Any]]:
    x: list[Any] = []
    y: list[Any] = []
    for run in _known(low):
        there = [end for place in run for end in ends[place]]
        x += [*there, *reversed(there), None]
        y += [v for place in run for v in (high[place], high[place])]
        y += [*(v for place in reversed(run) for v in (low[place], low[place])), None]
    return x, y
