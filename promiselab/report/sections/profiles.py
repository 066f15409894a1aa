"""Capacity by hour of the week and over time, stock and backlog over time: the charts, and their figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promiselab.profiles import PROFILES, TIME, WEEK
from promiselab.report.content import Content
from promiselab.report.entries import Band, Design, Key
from promiselab.report.formats import MISSING, Scale
from promiselab.report.measures import label
from promiselab.report.parts import Cell, Chart, Row, Table, Words
from promiselab.report.profiled import (
    RESOURCE_MEASURES,
    STOCK_MEASURES,
    Opening,
    designs,
    is_cut,
    note,
    opening,
    scale_of,
    shown,
)

_MOST_ROWS = 26
_HOURS = 24
_NOTHING = Cell((MISSING,), tone="quiet")
_OUTLASTING = "More than 100 % is work that outlasts a shift."
_WARM_UP = "The grey part is the warm-up, which is not measured."


def week(content: Content) -> Chart | None:
    """Return resources by hour of the week; None without profiles."""
    names = shown(content, "resource", RESOURCE_MEASURES[0])
    if not names:
        return None
    hours = opening(content, names)
    rows = [row for name in names for design in designs(content) for row in _week_rows(content, name, design, hours)]
    days: tuple[Words, ...] = tuple((day,) for day in hours.names)
    caption = "Utilisation in percent, and below it the jobs waiting"
    table = Table(caption, (("",), *days), tuple(rows), f"Means over the replications; their bands are in {PROFILES}.")
    words = note(content, [hours.words, _OUTLASTING, *_left_out(content, "resource", RESOURCE_MEASURES[0])])
    return Chart(
        "capacity_of_week", "How busy, and how many jobs wait, by hour of the week", table, words, is_long=True
    )


def capacity(content: Content) -> Chart | None:
    """Return resources over time; None without profiles."""
    title = "How busy, and how many jobs wait, over time"
    return _over_time(content, "capacity_over_time", title, "resource", RESOURCE_MEASURES)


def stock(content: Content) -> Chart | None:
    """Return stock and backlog over time; None without profiles."""
    title = "Units on hand, and units that customers wait for, over time"
    return _over_time(content, "stock_over_time", title, "product", STOCK_MEASURES)


def _left_out(content: Content, kind: str, measure: str) -> list[str]:
    return [f"Those with the most are shown; the others are in {PROFILES}."] if is_cut(content, kind, measure) else []


def _week_rows(content: Content, name: str, design: Design, hours: Opening) -> Iterator[Row]:
    keys = [Key(measure, resource=name) for measure in RESOURCE_MEASURES]
    busy, queue = (content.band(design, key, WEEK) for key in keys)
    if busy is None or queue is None or not any(share == share for share in busy.mean):
        return
    yield Row((f"{name} · ", design.label), tone="heading")
    scales = [scale_of(content, key, WEEK) for key in keys]
    for hour in range(hours.first, hours.last + 1):
        places = [day * _HOURS + hour for day in hours.days]
        if any(busy.mean[place] == busy.mean[place] for place in places):
            yield Row((f"{hour:02d}:00",), tuple(_hour_cell(busy, queue, scales, place) for place in places))


def _hour_cell(busy: Band, queue: Band, scales: Sequence[Scale], place: int) -> Cell:
    below: Words = (scales[1].shown(queue.mean[place]),)
    if busy.mean[place] != busy.mean[place]:
        return Cell((MISSING,), below, tone="quiet")
    return Cell((scales[0].shown(busy.mean[place]),), below)


def _over_time(content: Content, chart: str, title: str, kind: str, measures: Sequence[str]) -> Chart | None:
    names = shown(content, kind, measures[0])
    if not names:
        return None
    rows: list[Row] = []
    step = 1
    for name in names:
        keys = [Key(measure, **{kind: name}) for measure in measures]
        lines = [(key, design, content.band(design, key, TIME)) for key in keys for design in designs(content)]
        count = max(len(band.begins) for _, _, band in lines if band is not None)
        step = -(-count // _MOST_ROWS)
        rows.append(Row((name,), tone="heading"))
        begins = next(band.begins for _, _, band in lines if band is not None)
        for place in range(0, count, step):
            cells = tuple(_cell(band, scale_of(content, key, TIME), place) for key, _, band in lines)
            rows.append(Row((begins[place].removesuffix("T00:00").replace("T", " "),), cells))
    columns = tuple(_head(content, measure, design) for measure in measures for design in designs(content))
    which = "" if step == 1 else "Not every bucket is listed: all of them are in "
    about = f"From each date on: mean, and below it the band. {which}{PROFILES if which else ''}".strip()
    table = Table(title, (("",), *columns), tuple(rows), about + ("." if which else ""))
    extra = [_WARM_UP] if float(content.manifest["calendar"]["warm_up_days"]) else []
    return Chart(chart, title, table, note(content, [*extra, *_left_out(content, kind, measures[0])]), is_long=True)


def _head(content: Content, measure: str, design: Design) -> Words:
    unit = next((band.unit for (_, key, _), band in content.bands.items() if key.measure == measure), "")
    return (f"{label(measure)}, {'%' if unit == 'share' else unit} ", design.label)


def _cell(band: Band | None, scale: Scale, place: int) -> Cell:
    if band is None or band.mean[place] != band.mean[place]:
        return _NOTHING
    low, high = band.low[place], band.high[place]
    below: Words = () if low != low else (scale.shown(low), " to ", scale.shown(high))
    return Cell((scale.shown(band.mean[place]),), below)
