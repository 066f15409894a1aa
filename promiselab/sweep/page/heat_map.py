"""Two fields: the difference in margin for each pair of their values, with the base cell outlined."""

from __future__ import annotations

from collections.abc import Sequence

from promiselab.report.charts.figure import Figure, trace
from promiselab.report.charts.style import INK, RAMP, figure, safe
from promiselab.report.formats import MISSING, plain
from promiselab.report.parts import Cell, Chart, Row, Table, text
from promiselab.sweep.page.exhibit import Exhibit, difference_scale
from promiselab.sweep.page.reading import Content, Field, Point, Value

MOST_CELLS_WITH_TEXT = 160
MOST_VALUES = 40
_NOTE = "Margin against the baseline. The outlined cell is the baseline. In brackets: no difference from it is shown."


def heat_map(content: Content) -> Exhibit | None:
    """Return the map; None unless two fields vary, with more points than can stand on a cross."""
    if len(content.fields) != 2 or content.baseline is None or content.asks_what_matters:
        return None
    down, across = content.fields
    cells = {point.values: point for point in content.points}
    sizes = len(down.values), len(across.values)
    if min(sizes) < 2 or max(sizes) > MOST_VALUES or 2 * len(cells) <= sizes[0] * sizes[1]:
        return None
    title = f"Margin against the baseline, by {down.name} and {across.name}"
    return Exhibit(Chart("heat_map", title, _table(content, down, across, cells), _NOTE), _figure(content, cells))


def _table(content: Content, down: Field, across: Field, cells: dict[tuple[Value, ...], Point]) -> Table:
    scale = difference_scale(content, content.points)

    def cell(point: Point | None) -> Cell:
        if point is None or point.gap is None or point.difference is None:
            return text(MISSING)
        if point is content.baseline:
            return Cell(("baseline",), tone="strong")
        words = scale.interval(point.difference, point.gap["half_width"], sign=True)
        return Cell(words, (str(point.gap["verdict"]),), tone="" if point.is_shown else "quiet")

    rows = tuple(
        Row((words,), tuple(cell(cells.get((value, other))) for other in across.values))
        for value, words in zip(down.values, down.words, strict=True)
    )
    columns = ((f"{down.name} \\ {across.name}",), *((words,) for words in across.words))
    return Table(f"Margin against the baseline, {scale.unit}", columns, rows)


def _figure(content: Content, cells: dict[tuple[Value, ...], Point]) -> Figure:
    down, across = content.fields
    scale = difference_scale(content, content.points)
    grid = [[cells.get((v, w)) for w in across.values] for v in down.values]
    heights = [[None if p is None or p.difference is None else p.difference * scale.factor for p in r] for r in grid]
    filled = trace(
        "heatmap",
        x=list(range(len(across.values))),
        y=list(range(len(down.values))),
        z=heights,
        text=[[_short(content, point) for point in row] for row in grid],
        texttemplate="%{text}" if len(cells) <= MOST_CELLS_WITH_TEXT else "",
        hovertext=[[_words(content, point) for point in row] for row in grid],
        hoverinfo="text",
        colorscale=[[i / (len(RAMP) - 1), shade] for i, shade in enumerate(RAMP)],
        colorbar={"title": {"text": safe(scale.unit)}, "outlinewidth": 0, "thickness": 14},
        xgap=2,
        ygap=2,
    )
    made = figure([filled], 170 + 44 * max(2, len(down.values)) if len(down.values) < 15 else 760)
    made.update_xaxes(title={"text": safe(across.name, 60)}, **_ticks(across), showgrid=False)
    made.update_yaxes(title={"text": safe(down.name, 40)}, **_ticks(down))
    _outline(made, down, across)
    return made


def _outline(made: Figure, down: Field, across: Field) -> None:
    """Draw a frame around the cell of today's values."""
    x, y = across.values.index(across.base), down.values.index(down.base)
    edge = {"color": INK, "width": 3}
    made.add_shape(type="rect", x0=x - 0.5, x1=x + 0.5, y0=y - 0.5, y1=y + 0.5, line=edge)


def _ticks(field: Field) -> dict[str, object]:
    words = [f"<b>{safe(w, 24)}</b>" if v == field.base else safe(w, 24) for v, w in _thinned(field)]
    return {"tickvals": [field.values.index(v) for v, _ in _thinned(field)], "ticktext": words}


def _thinned(field: Field) -> Sequence[tuple[Value, str]]:
    """Return values and words; of many numbers, every second or third."""
    every = 1 + len(field.values) // 16
    found = list(zip(field.values, field.words, strict=True))
    return [pair for place, pair in enumerate(found) if place % every == 0 or pair[0] == field.base]


def _short(content: Content, point: Point | None) -> str:
    if point is None or point.difference is None:
        return ""
    scale = difference_scale(content, content.points)
    if point is content.baseline:
        return "base"
    digits = scale.digits(point.difference, sign=True)
    return digits if point.is_shown else f"({digits})"


def _words(content: Content, point: Point | None) -> str:
    if point is None or point.difference is None or point.gap is None:
        return "not simulated"
    scale = difference_scale(content, content.points)
    words = plain(scale.interval_with_unit(point.difference, point.gap["half_width"], sign=True))
    return f"{safe(point.name, 60)}<br>{safe(words, 60)}<br>{safe(str(point.gap['verdict']))}"
