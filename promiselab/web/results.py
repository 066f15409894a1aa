"""Chapters of the report on the page: the same words, tables and charts, as components."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from promiselab.report.charts import CHARTS
from promiselab.report.charts.style import COLOURS, GLYPHS, Figure, colour
from promiselab.report.content import Content, read
from promiselab.report.parts import Cell, Chart, DesignName, Fold, Items, Paragraph, Row, Section, Shown, Table, Words
from promiselab.report.sections import bridge, capacity, costs, designs, offerings, service, stock, verdict

Children = list[Any]
CHAPTERS: tuple[Callable[[Content], Section | None], ...] = (
    verdict.build,
    designs.build,
    bridge.build,
    service.build,
    costs.build,
    capacity.build,
    stock.build,
    offerings.build,
)
"""What is needed to decide; the report holds the rest."""


def run_view(folder: Path) -> Children:
    """Return what the page shows of a run folder."""
    content = read(folder)
    made = [section for build in CHAPTERS if (section := build(content)) is not None]
    named = [block.name for section in made for block in section.blocks if isinstance(block, Chart)]
    drawn = {name: CHARTS[name](content) for name in named if name in CHARTS}
    charts = {name: figure for name, figure in drawn.items() if figure is not None}
    return [*_warnings(content), *(_section(section, charts) for section in made)]


def _warnings(content: Content) -> Children:
    found = [str(text) for text in content.manifest.get("warnings", ())]
    return [html.Ul([html.Li(text) for text in found], className="warnings")] if found else []


def _section(section: Section, charts: Mapping[str, Figure]) -> Component:
    return html.Section([html.H3(section.title), *_blocks(section.blocks, charts)], className=f"chapter {section.name}")


def _blocks(blocks: Iterable[Any], charts: Mapping[str, Figure]) -> Children:
    return [_block(block, charts) for block in blocks]


def _block(block: Any, charts: Mapping[str, Figure]) -> Component:
    match block:
        case Paragraph():
            return html.P(words(block.words), className=block.tone)
        case Table():
            return table(block)
        case Chart():
            return _chart(block, charts.get(block.name))
        case Items():
            pairs = [html.Div([html.Dt(words(term)), html.Dd(words(about))]) for term, about in block.items]
            return html.Dl(pairs)
        case Fold():
            inner = [html.Summary(words(block.title)), *_blocks(block.blocks, charts)]
            return html.Details(inner, open=block.is_open)
    raise TypeError(f"A chapter has a part of an unknown kind: {type(block).__name__}")


def _chart(chart: Chart, figure: Figure | None) -> Component:
    note = [html.P(chart.note, className="quiet")] if chart.note else []
    shown = [] if figure is None else [graph(figure, chart.title)]
    as_table = html.Details([html.Summary("The figures as a table"), table(chart.table)], open=figure is None)
    return html.Figure([html.Figcaption(chart.title), *shown, *note, as_table])


def graph(figure: Figure, title: str) -> Component:
    """Return a chart that those who do not see it know by its title."""
    plain = {"displayModeBar": False, "responsive": True, "scrollZoom": False}
    height = {"height": f"{figure.layout.height}px"}
    return html.Div(dcc.Graph(figure=figure, config=plain, style=height), role="img", **{"aria-label": title})


def table(it: Table) -> Component:
    """Return a table of the report."""
    columns = zip(it.columns, it.kinds, strict=True)
    head = html.Thead(html.Tr([html.Th(words(name), scope="col", className=kind) for name, kind in columns]))
    body = html.Tbody([_row(row, len(it.columns)) for row in it.rows])
    note = [html.P(it.note, className="quiet")] if it.note else []
    # A table that scrolls can be reached by keyboard, and says what it is.
    around = {"tabIndex": 0, "role": "group", "aria-label": it.caption or "table"}
    return html.Div([html.Div(html.Table([html.Caption(it.caption), head, body]), className="scroll", **around), *note])


def _row(row: Row, width: int) -> Component:
    if not row.cells:
        return html.Tr(html.Th(words(row.head), scope="rowgroup", colSpan=width), className=row.tone)
    cells = [_cell(cell) for cell in row.cells]
    return html.Tr([html.Th(words(row.head), scope="row"), *cells], className=row.tone)


def _cell(cell: Cell) -> Component:
    below = [html.Small(words(cell.below))] if cell.below else []
    return html.Td([html.Span(words(cell.words)), *below], className=f"{cell.kind} {cell.tone}".strip())


def words(parts: Words) -> Children:
    """Return words, numbers and names of designs."""
    return [_word(part) for part in parts]


def _word(part: Any) -> Any:
    if isinstance(part, DesignName):
        return design_label(part.name, part.index)
    return html.Data(part.text, value=str(part.value)) if isinstance(part, Shown) else str(part)


def design_label(name: str, index: int) -> Component:
    """Return the name of a design with the colour and the mark that it has in every chart."""
    glyph = GLYPHS[(index + index // len(COLOURS)) % len(GLYPHS)]
    mark = html.Span(f"{glyph}\N{NO-BREAK SPACE}", style={"color": colour(index)}, **{"aria-hidden": "true"})
    return html.Span([mark, name], className="design")
