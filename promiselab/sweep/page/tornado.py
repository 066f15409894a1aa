"""One field at a time: how far each moves the margin, the widest first."""

from __future__ import annotations

from dataclasses import dataclass

from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import COLOURS, INK, QUIET, figure, ruled, safe
from promiselab.report.formats import plain
from promiselab.report.parts import Cell, Chart, Row, Table, text
from promiselab.sweep.page.exhibit import Exhibit, difference_cell, difference_scale
from promiselab.sweep.page.reading import Content, Field, Point, Value, value_words

MOST_BARS = 25
BELOW, ABOVE, OTHER = COLOURS[5], COLOURS[1], "#8a8a8a"
_NOTE = (
    "Margin against the baseline, one field changed at a time, everything else as it is. Whiskers are intervals; the "
    "table says where a difference is shown."
)


@dataclass(frozen=True)
class Bar:
    """A field with the points that change it alone."""

    field: Field
    points: tuple[tuple[Value, Point], ...]

    @property
    def reach(self) -> float:
        """From the lowest margin to the highest, the baseline among them."""
        gaps = [0.0, *(point.difference or 0.0 for _, point in self.points)]
        return max(gaps) - min(gaps)


def bars(content: Content) -> list[Bar]:
    """Return every field that some point changes alone, the widest first; empty if some point changes several."""
    base = content.baseline
    if base is None or content.asks_what_matters:
        return []
    found: dict[int, list[tuple[Value, Point]]] = {}
    for point in content.others:
        moved = [i for i, (value, old) in enumerate(zip(point.values, base.values, strict=True)) if value != old]
        if len(moved) != 1:
            return []
        found.setdefault(moved[0], []).append((point.values[moved[0]], point))
    made = [Bar(content.fields[place], tuple(points)) for place, points in found.items()]
    return sorted(made, key=lambda bar: -bar.reach)


def tornado(content: Content) -> Exhibit | None:
    """Return the tornado; None unless every point changes one field alone, and there are several fields."""
    found = bars(content)
    if len(found) < 2:
        return None
    more = f" The {len(found) - MOST_BARS:,} narrowest are in the table only." if len(found) > MOST_BARS else ""
    chart = Chart("tornado", "How far each field moves the margin", _table(content, found), _NOTE + more)
    return Exhibit(chart, _figure(content, found[:MOST_BARS]))


def _table(content: Content, found: list[Bar]) -> Table:
    scale = difference_scale(content, content.points)
    rows = []
    for bar in found:
        rows.append(Row((bar.field.path,), tone="heading"))
        rows += [
            Row(
                (f"{value_words(value)} instead of {value_words(bar.field.base)}",),
                (difference_cell(point, scale), text(point.name), Cell((f"{point.replications:,}",))),
            )
            for value, point in bar.points
        ]
    columns = (("field",), (f"Margin against the baseline, {scale.unit}",), ("point",), ("replications",))
    return Table("Each change alone", columns, tuple(rows))


def _figure(content: Content, found: list[Bar]) -> Figure:
    scale = difference_scale(content, content.points)
    made = figure([], 120 + 46 * len(found), barmode="overlay", bargap=0.35)
    rows = [(place, bar.field, *pair) for place, bar in enumerate(found) for pair in bar.points]
    drawn = [(place, field, value, p) for place, field, value, p in rows if p.gap is not None and p.difference]
    for kind, shade in (("a lower value", BELOW), ("a higher value", ABOVE), ("another choice", OTHER)):
        some = [row for row in drawn if _kind(row[1], row[2]) == kind]
        if not some:
            continue
        widths = [(p.gap or {})["half_width"] or 0.0 for *_, p in some]
        made.add_trace(
            trace(
                "bar",
                y=[place for place, *_ in some],
                x=[(p.difference or 0.0) * scale.factor for *_, p in some],
                orientation="h",
                name=kind,
                marker={"color": shade, "line": {"color": "white", "width": 1}},
                error_x={"array": [w * scale.factor for w in widths], "color": INK, "thickness": 1.2, "width": 4},
                hoverinfo="text",
                hovertext=[
                    f"{safe(p.name, 60)}<br>" + plain(scale.interval_with_unit(p.difference or 0.0, width, sign=True))
                    for (*_, p), width in zip(some, widths, strict=True)
                ],
                textposition="none",
            )
        )
    for place, bar in enumerate(found):
        _ends(made, place, bar, scale.factor)
    ticks = {"tickvals": list(range(len(found))), "ticktext": [safe(bar.field.name, 36) for bar in found]}
    made.update_yaxes(range=[len(found) - 0.4, -0.6], **ticks)
    made.update_xaxes(title={"text": f"margin against the baseline, {safe(scale.unit)}"}, showgrid=True)
    ruled(made, "x", [0], line={"color": INK, "width": 1})
    made.update_xaxes(range=_range(found, scale.factor))
    return made


def _kind(field: Field, value: Value) -> str:
    if isinstance(value, (int, float)) and isinstance(field.base, (int, float)):
        return "a lower value" if value < field.base else "a higher value"
    return "another choice"


def _ends(made: Figure, place: int, bar: Bar, factor: float) -> None:
    """Write the value that gives each end of a bar beside it, beyond its whisker."""
    gaps = [(point.difference or 0.0, (point.gap or {}).get("half_width") or 0.0, value) for value, point in bar.points]
    low, high = min(gaps, key=lambda g: g[0]), max(gaps, key=lambda g: g[0])
    for gap, width, value in {low, high}:
        right = gap > 0 or (gap == 0 and low is high)
        edge = gap + width if right else gap - width
        made.add_annotation(
            x=edge * factor,
            y=place,
            text=safe(value_words(value), 18),
            xanchor="left" if right else "right",
            xshift=6 if right else -6,
            font={"size": 12, "color": QUIET},
        )


def _range(found: list[Bar], factor: float) -> list[float]:
    edges = [0.0]
    for bar in found:
        for _, point in bar.points:
            width = (point.gap or {}).get("half_width") or 0.0
            edges += [(point.difference or 0.0) - width, (point.difference or 0.0) + width]
    room = 0.16 * (max(edges) - min(edges) or 1.0)
    return [(min(edges) - room) * factor, (max(edges) + room) * factor]
