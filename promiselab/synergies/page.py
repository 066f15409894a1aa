"""The page of synergies: work by hour, who complements whom, and the people saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promiselab.report import document
from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import INK, colour, figure, safe
from promiselab.report.formats import Scale
from promiselab.report.parts import Block, Cell, Chart, Paragraph, Row, Section, Table, text
from promiselab.synergies.words import VERIFIED_HEADS, VERIFIED_NOTE, sharing_words, verdict, verified_rows

Data = Mapping[str, Any]
SHARE, COUNT, PLAIN = Scale(100, "%", 0), Scale(1, "", 0), Scale(1, "", 2)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def synergies_page(data: Data, title: str) -> str:
    """Return the report of ``promiselab synergies``."""
    charts = {f"week_{one['activity']}": _week(one) for one in data["activities"]}
    return document(
        "synergies", title, [_activity(one, data) for one in data["activities"]], charts, history=data["history"]
    )


def _activity(one: Data, data: Data) -> Section:
    blocks: list[Block] = []
    if one is data["activities"][0]:
        blocks.append(Paragraph((verdict(data),), "lead"))
    blocks.append(Chart(f"week_{one['activity']}", "Hours of work by hour of the week", _hours(one)))
    blocks += [_people(one), Paragraph((sharing_words(one, data),)), *_verified(one, data)]
    rows = tuple(
        Row(
            (" + ".join(c["segments"]),),
            (
                Cell((SHARE.shown(c["peak_by_hour"]),)),
                Cell((SHARE.shown(c["peak_by_weekday"]),)),
                Cell((SHARE.shown(c["peak_by_season"]),)),
                Cell((PLAIN.shown(c["correlation"], sign=True),)),
                Cell((SHARE.shown(c["tail"]),)),
            ),
        )
        for c in one["complements"]
    )
    columns = (
        ("together",),
        ("peak by hour, %",),
        ("by weekday, %",),
        ("by season, %",),
        ("correlation",),
        ("same busy hours, %",),
    )
    note = "Peak of the sum over the sum of the peaks: 100 % where they peak together, less where they complement."
    blocks.append(Table("Who complements whom", columns, rows, note))
    return Section(one["activity"], f"Sharing people for {one['activity']}", tuple(blocks))


def _verified(one: Data, data: Data) -> list[Block]:
    found = verified_rows(one, data["currency"])
    rows = tuple(Row((first,), tuple(text(word) for word in others)) for first, *others in found)
    heads = tuple((head,) for head in VERIFIED_HEADS)
    return [Table("Verified by simulation", heads, rows, VERIFIED_NOTE)] if rows else []


def _hours(one: Data) -> Table:
    """Return the hours of the week with work, as the chart shows them."""
    loads, people = one["hours_by_hour_of_week"], one["shared"]["by_hour"]
    worked = [hour for hour in range(24 * len(DAYS)) if people[hour] or any(load[hour] for load in loads)]
    rows = tuple(
        Row(
            (f"{DAYS[hour // 24]} {hour % 24:02d}:00",),
            (*(Cell((PLAIN.shown(load[hour]),)) for load in loads), Cell((COUNT.shown(people[hour]),))),
        )
        for hour in worked
    )
    columns = (("hour from",), *((f"{name}, hours",) for name in one["segments"]), ("people of one team",))
    return Table("Work and people by hour of the week", columns, rows)


def _people(one: Data) -> Table:
    rows = [Row((n["segment"],), (*_counts(n), _part(one["parts"].get(n["segment"])))) for n in one["alone"]]
    rows.append(Row(("one team for all",), (*_counts(one["shared"]), text(""))))
    columns = (
        ("team of",),
        ("hours per week",),
        ("most in an hour",),
        ("constant head count",),
        ("share of the saving, hours",),
    )
    note = (
        "Hours and most in an hour: Erlang C, hour by hour. Constant head count: exact for the load as it moves over "
        "the mean day. The share of the saving is the Shapley value."
    )
    return Table("People needed", columns, tuple(rows), note)


def _counts(n: Data) -> tuple[Cell, ...]:
    constant = text("-") if n["constant"] is None else Cell((COUNT.shown(n["constant"]),))
    return Cell((COUNT.shown(n["person_hours"]),)), Cell((COUNT.shown(n["peak"]),)), constant


def _part(value: float | None) -> Cell:
    return text("-") if value is None else Cell((COUNT.shown(value),))


def _week(one: Data) -> Figure:
    hours = list(range(168))
    traces: list[Any] = [
        trace(
            "scatter",
            x=hours,
            y=load,
            name=safe(name),
            stackgroup="work",
            line={"color": colour(place), "width": 0.5, "shape": "hv"},
            hovertemplate="%{y:.1f} hours<extra>" + safe(name) + "</extra>",
        )
        for place, (name, load) in enumerate(zip(one["segments"], one["hours_by_hour_of_week"], strict=True), 1)
    ]
    traces.append(
        trace(
            "scatter",
            x=hours,
            y=one["shared"]["by_hour"],
            name="people of one team",
            mode="lines",
            line={"color": INK, "width": 1.5, "shape": "hv", "dash": "dot"},
            hovertemplate="%{y} people<extra></extra>",
        )
    )
    ticks = [24 * day + 12 for day in range(7)]
    return figure(
        traces,
        360,
        xaxis={"tickvals": ticks, "ticktext": DAYS},
        yaxis={"title": {"text": "hours of work, people"}, "rangemode": "tozero"},
    )
