"""The page of segments: who they are, the map of values, what sets each apart, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promiselab.history.segment_text import verdict
from promiselab.report import document
from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import COLOURS, figure, safe
from promiselab.report.formats import Scale
from promiselab.report.parts import Block, Cell, Chart, Items, Paragraph, Row, Section, Table, text

Data = Mapping[str, Any]
SHARE, PLAIN, COUNT = Scale(100, "%", 1), Scale(1, "", 2), Scale(1, "", 0)


def segment_page(data: Data, title: str) -> str:
    """Return the report of what ``promiselab segments`` found."""
    sections = [_who(data), _value_map(data), _differences(data), _tried(data), _used(data)]
    charts = {"sizes": _sizes(data), "values": _heat(data)}
    return document("segments", title, [section for section in sections if section], charts, history=None)


def _number(value: float | None, scale: Scale = PLAIN) -> Cell:
    return text("-") if value is None else Cell((scale.shown(value),))


def _table(caption: str, columns: Sequence[str], rows: Sequence[Row], note: str = "") -> Table:
    return Table(caption, tuple((column,) for column in columns), tuple(rows), note)


def _who(data: Data) -> Section:
    rows = [
        Row(
            (s["name"],),
            (
                _number(s["customers"], COUNT),
                _number(s["share_of_customers"], SHARE),
                _number(s["share_of_orders"], SHARE),
                _number(s["share_of_value"], SHARE),
            ),
        )
        for s in data["segments"]
    ]
    columns = ("segment", "customers", "% of customers", "% of orders", "% of value")
    blocks: list[Block] = [Paragraph((line,), "lead") for line in verdict(data).splitlines()]
    blocks.append(Chart("sizes", "Customers, orders and value", _table("Segments", columns, rows)))
    blocks.append(
        Items(
            tuple(
                ((s["name"],), ("; ".join(t["words"] for t in s["traits"]) or "like all others",))
                for s in data["segments"]
            )
        )
    )
    return Section("segments", "Who they are", tuple(blocks))


def _sizes(data: Data) -> Figure:
    kinds = {"share_of_customers": "customers", "share_of_orders": "orders", "share_of_value": "value"}
    names = [safe(s["name"]) for s in data["segments"]]
    bars = [
        trace(
            "bar",
            y=names,
            x=[s[key] for s in data["segments"]],
            name=words,
            orientation="h",
            marker={"color": COLOURS[place + 1]},
            hovertemplate="%{y}: %{x:.1%} of " + words + "<extra></extra>",
        )
        for place, (key, words) in enumerate(kinds.items())
        if data["segments"][0][key] is not None
    ]
    return figure(
        bars,
        120 + 70 * len(names),
        barmode="group",
        xaxis={"tickformat": ".0%", "rangemode": "tozero"},
        yaxis={"autorange": "reversed"},
    )


def _value_map(data: Data) -> Section | None:
    if not data["values"] or len(data["segments"]) < 2:
        return None
    factors, names = _axes(data)
    found = {(v["segment"], v["factor"]): v for v in data["values"]}
    rows = [Row((name,), tuple(_value(found.get((name, factor))) for factor in factors)) for name in names]
    note = (
        "Distance of a segment from all customers in standard deviations; above 0: it matters more to this segment. "
        "Over-served or under-served stands where the file has both sides."
    )
    map_ = Chart(
        "values", "How much each value factor matters", _table("Map of values", ("segment", *factors), rows), note
    )
    served = [v for v in data["values"] if v["served"]]
    evidence = Items(tuple(((f"{v['segment']}, {v['factor']}: {v['served']}",), (v["evidence"],)) for v in served))
    return Section("values", "What they value", (map_, evidence) if served else (map_,))


def _axes(data: Data) -> tuple[list[str], list[str]]:
    return list(dict.fromkeys(v["factor"] for v in data["values"])), [s["name"] for s in data["segments"]]


def _value(value: Mapping[str, Any] | None) -> Cell:
    if value is None:
        return text("-")
    return Cell((PLAIN.shown(value["weight"], sign=True),), (value["served"],) if value["served"] else ())


def _heat(data: Data) -> Figure:
    factors, names = _axes(data)
    found = {(v["segment"], v["factor"]): v["weight"] for v in data["values"]}
    heights = [[found.get((name, factor)) for factor in factors] for name in names]
    weights = trace(
        "heatmap",
        x=factors,
        y=[safe(name) for name in names],
        z=heights,
        zmid=0,
        zmin=-1,
        zmax=1,
        colorscale=[[0, COLOURS[2]], [0.5, "#ffffff"], [1, COLOURS[1]]],
        colorbar={"title": {"text": "sd"}, "outlinewidth": 0},
        texttemplate="%{z:+.2f}",
        hovertemplate="%{y}, %{x}: %{z:+.2f} standard deviations<extra></extra>",
        xgap=2,
        ygap=2,
    )
    return figure([weights], 150 + 44 * len(names), yaxis={"autorange": "reversed"})


def _differences(data: Data) -> Section | None:
    if not data["differences"]:
        return None
    names = [s["name"] for s in data["segments"]]
    rows = [
        Row(
            (f"{d['words']}, {d['unit']}",),
            (
                *(_number(d["medians"].get(name)) for name in names),
                _number(d["effect"], SHARE),
                _number(d["p_value"], Scale(1, "", 3)),
                text("yes" if d["shown"] else "no difference shown"),
            ),
        )
        for d in data["differences"]
    ]
    columns = ("feature", *names, "effect, %", "p", "differ")
    note = (
        "Medians; effect: share of the variance of ranks between the segments (epsilon squared); p by permutation, "
        "corrected by Holm. A difference counts from an effect of 1 % and p below 0.05. Segments that were found in "
        "these features differ in them by construction."
    )
    return Section("differences", "What sets them apart", (_table("Features by segment", columns, rows, note),))


def _tried(data: Data) -> Section | None:
    if not data["partitions"]:
        return None
    rows = [
        Row(
            (f"{p['way']}, {p['segments']} segments",),
            (
                text(p["shape"]),
                _number(p["bic"], COUNT),
                _number(p["stability_mean"]),
                _number(p["stability_least"]),
                _number(p["separation"], Scale(1, "", 1)),
                text("proposed" if p["proposed"] else ""),
            ),
        )
        for p in data["partitions"]
    ]
    note = (
        "BIC: lower is better, within one way. Stability: mean Jaccard similarity with the like segment of bootstrap "
        "samples (Hennig 2007; valid from 0.75). Apart: least distance of two centres in standard deviations; two "
        "normal groups show as two peaks from 2."
    )
    columns = ("way", "shape", "BIC", "stability", "least stable", "apart", "")
    by = f"Found by {', '.join(name.replace('_', ' ') for name in data['features']['used'])}."
    return Section("tried", "How many, and how sure", (Paragraph((by,)), _table("What was tried", columns, rows, note)))


def _used(data: Data) -> Section | None:
    if data["rows"] is None:
        return None
    rows = [Row((o["reason"],), (_number(o["rows"], COUNT), _number(o["in_file"], COUNT))) for o in data["left_out"]]
    first, last = data["period"]["from"], data["period"]["to"]
    period = f"{data['orders']:,} orders from {first} to {last}; {data['rows']:,} rows in the file."
    blocks: list[Block] = [Paragraph((period,))]
    if data["break"] is not None:
        blocks.append(Paragraph((f"The history breaks at {data['break']['time']}.",), "warning"))
    if rows:
        note = "A row counts at the first reason that holds; the last column counts each reason alone."
        blocks.append(_table("Rows left out", ("reason", "left out", "in the file"), rows, note))
    return Section("data", "What it rests on", tuple(blocks))
