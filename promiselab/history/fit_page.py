"""The page of a fit: the verdict of the gate, and what the history says and does not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promiselab.history.fit_data import GOODNESS_NOTE
from promiselab.history.supply_data import SUPPLY_COUNTS, law_words, supply_note
from promiselab.report import document
from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import COLOURS, figure, safe, shaded
from promiselab.report.formats import Scale
from promiselab.report.parts import Block, Cell, Chart, Items, Paragraph, Row, Section, Table, Words, text
from scenarios.history.verdict import verdict

Data = Mapping[str, Any]
PLAIN, COUNT, SHARE = Scale(1, "", 2), Scale(1, "", 0), Scale(100, "%", 1)


def fit_page(data: Data, title: str) -> str:
    """Return the report of a fit."""
    sections = [_gate(data), _goodness(data), _promises(data), _supply(data), _rest(data)]
    charts = {"gate": _chart(data)} if data["checks"] else {}
    return document("fit", title, [section for section in sections if section], charts, history=None)


def _gate(data: Data) -> Section:
    blocks: list[Block] = [Paragraph((verdict(data),), "lead" if data["reproduced"] else "warning")]
    if data["findings"]:
        blocks.append(Items(tuple(map(_finding, data["findings"]))))
    if data["checks"]:
        rows = tuple(
            Row(
                (f"{c['measure']}, {c['segment']}",),
                (
                    _cell(c["held_out"]),
                    _cell(c["simulated"]),
                    _cell(c["low"]),
                    _cell(c["high"]),
                    text("reproduced" if c["passed"] else "NOT reproduced"),
                ),
            )
            for c in data["checks"]
        )
        columns = (("measure",), ("held out",), ("simulated",), ("band from",), ("to",), ("verdict",))
        note = "A fit to what came before, simulated over the days that were held out; the band is its tolerance."
        blocks.append(Chart("gate", "Held out, in its band", Table("The gate", columns, rows, note)))
    return Section("gate", "Does it reproduce what happened?", tuple(blocks))


def _finding(words: str) -> tuple[Words, Words]:
    """Return what a finding is about, and what was found."""
    about, _, found = words.partition(": ")
    return (about,), (found,)


def _goodness(data: Data) -> Section:
    figures = ("data", "fitted", "data_cv", "fitted_cv", "distance")
    rows = tuple(
        Row(
            (f"{one['what']}, {one['segment']}",),
            (text(one["law"]), *(_cell(one[figure]) for figure in figures), text(one["grade"])),
        )
        for one in data["goodness"]
    )
    heads = ("law", "fitted as", "mean", "fitted", "cv", "fitted", "distance", "")
    made = Table("Fitted and counted", tuple((head,) for head in heads), rows, GOODNESS_NOTE)
    return Section("goodness", "How well each law fits", (made,))


def _chart(data: Data) -> Figure:
    """Return each held-out value where its band is -1 to 1."""
    checks = data["checks"]
    names = [safe(f"{c['measure']}, {c['segment']}", 60) for c in checks]
    places = [(c["held_out"] - c["simulated"]) / max(c["high"] - c["simulated"], 1e-12) for c in checks]
    found = trace(
        "scatter",
        x=[max(-4.0, min(4.0, place)) for place in places],
        y=names,
        mode="markers",
        marker={
            "size": 11,
            "color": [COLOURS[1] if c["passed"] else COLOURS[2] for c in checks],
            "symbol": ["circle" if c["passed"] else "x" for c in checks],
        },
        hovertemplate="%{y}<extra></extra>",
    )
    made = figure(
        [found],
        130 + 26 * len(names),
        xaxis={"title": {"text": "distance in widths of the band (beyond 4: at 4)"}, "range": [-4.3, 4.3]},
        yaxis={"autorange": "reversed"},
    )
    shaded(made, "x", -1, 1, fillcolor=COLOURS[3], opacity=0.12)
    return made


def _promises(data: Data) -> Section | None:
    if not data["delivered"]:
        return None
    rows = tuple(
        Row(
            (d["name"],),
            (
                Cell((COUNT.shown(d["orders"]),)),
                _cell(d["promised"]),
                Cell((SHARE.shown(d["on_time"]),)),
                _cell(d["median"]),
                Cell((COUNT.shown(d["keepable"]),)),
            ),
        )
        for d in data["delivered"]
    )
    columns = (("mode",), ("orders",), ("promised days",), ("on time, %",), ("median days",), ("95 % within, days",))
    return Section("promises", "What could have been promised", (Table("Promised and delivered", columns, rows),))


def _supply(data: Data) -> Section | None:
    if not data.get("supply"):
        return None
    rows = tuple(
        Row(
            (s["product"],),
            (
                *(Cell((COUNT.shown(s[count]),)) for count in SUPPLY_COUNTS),
                *(text("-") if s[days] is None else _cell(s[days]) for days in ("mean", "most")),
                text(law_words(s)),
            ),
        )
        for s in data["supply"]
    )
    heads = ("product class", "lines", "no days", "negative", "replenishments", "mean days", "95 % within, days", "law")
    made = Table("Days from ordering to receipt", tuple((head,) for head in heads), rows, supply_note(data))
    return Section("supply", "How long goods take from the supplier", (made,))


def _rest(data: Data) -> Section:
    blocks: list[Block] = [
        Items(tuple(((one["about"],), (one["because"],)) for one in data["assumptions"])),
        Paragraph((f"{data['orders']:,} orders of {data['rows']:,} rows.",), "quiet"),
    ]
    if data["left_out"]:
        rows = tuple(
            Row((one["reason"],), (Cell((COUNT.shown(one["rows"]),)), Cell((COUNT.shown(one["in_file"]),))))
            for one in data["left_out"]
        )
        blocks.append(Table("Rows left out", (("reason",), ("left out",), ("in the file",)), rows))
    return Section("rest", "What is assumed, and what it rests on", tuple(blocks))


def _cell(value: float) -> Cell:
    return Cell((PLAIN.shown(value),))
