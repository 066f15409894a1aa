"""The workbook of a run: an index, the facts of the run, charts, a sheet for every table, and definitions."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from promiselab.runs import MANIFEST, read_manifest
from promiselab.spreadsheet import drawing, files, records
from promiselab.spreadsheet.cells import clean, put
from promiselab.spreadsheet.meanings import TABLES, column_words, definitions, with_units
from promiselab.spreadsheet.table import Table
from promiselab.sweep.files import write_whole
from scenarios.problems import bad
from scenarios.workbook.layout import width
from scenarios.workbook.texts import NEVER, sheet_names

NAME: Final = "report.xlsx"
_WORDS, _HEAD, _FIRST = range(3)
"""Rows of what columns mean, of their names, and of the first record."""
_FACE: Final[dict[str, Any]] = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
_FORMATS: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True, "font_size": 14, "font_color": "#0B5A8F"},
    "words": {"italic": True, "font_size": 9, "font_color": "#52606D", "text_wrap": True},
    "head": {"bold": True, "bg_color": "#0B5A8F", "font_color": "#FFFFFF"},
    "name": {"num_format": "@"},
    "long": {"num_format": "@", "text_wrap": True},
    "figure": {"num_format": "#,##0.######", "align": "right"},
}


def write(folder: Path, target: Path | None = None) -> Path:
    """Write the results of a run as a workbook, whole or not at all, and return its path.

    Parameters
    ----------
    folder : Path
        A run folder.
    target : Path, optional
        Where to; left out: ``report.xlsx`` in the run folder.

    Raises
    ------
    BadInput
        It is no run folder, or a file of it is not what promiselab wrote.
    OSError
        The file cannot be written.
    """
    manifest = read_manifest(folder)
    try:
        tables, drawn = with_units(list(files.tables(folder))), drawing.pictures(folder)
        facts = list(records.tables("run", MANIFEST, manifest))
    except (KeyError, ValueError, TypeError) as error:
        what = f"a file of it is not what promiselab wrote ({error})"
        raise bad("run", what, "Run the command again.", str(folder)) from error
    path = target or folder / NAME
    write_whole(path, _content(str(manifest.get("title", "")), [*facts, *tables], drawn))
    return path


def _content(title: str, tables: Sequence[Table], drawn: Sequence[drawing.Picture]) -> bytes:
    from xlsxwriter import Workbook

    known = definitions(tables)
    every = [*tables, *([known] if known.rows else [])]
    names = sheet_names(["index", *([drawing.SHEET] if drawn else []), *(table.name for table in every)])
    of_tables = names[-len(every) :]
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(content, options) as book:
        book.set_properties({"title": clean(title), "created": NEVER})
        styles = {name: book.add_format({**_FACE, **extra}) for name, extra in _FORMATS.items()}
        _index(book.add_worksheet(names[0]), title, list(zip(of_tables, every, strict=True)), bool(drawn), styles)
        if drawn:
            drawing.draw(book, book.add_worksheet(names[1]), drawn, styles)
        for name, table in zip(of_tables, every, strict=True):
            _table(book.add_worksheet(name), table, styles)
    return content.getvalue()


def _index(page: Any, title: str, tables: Sequence[tuple[str, Table]], charts: bool, styles: Any) -> None:
    put(page, 0, 0, title or "Results", styles["title"])
    put(page, 1, 0, "The numbers are those of the run folder; n/a is what is not known.")
    for column, head in enumerate(("sheet", "rows", "file in the run folder", "what it holds")):
        put(page, 3, column, head, styles["head"])
    rows: list[tuple[str, int | None, str, str]] = [(name, len(t.rows), t.source, _about(t)) for name, t in tables]
    if charts:
        words = "Margins with their intervals, service against promise, cost to serve."
        rows.insert(0, (drawing.SHEET, None, "estimates.json", words))
    looks = [styles[name] for name in ("name", "figure", "name", "long")]
    for place, row in enumerate(rows, 4):
        for column, value in enumerate(row):
            put(page, place, column, value, looks[column])
    page.set_column(0, 0, width([row[0] for row in rows]))
    page.set_column(1, 1, 9)
    page.set_column(2, 2, width([row[2] for row in rows]))
    page.set_column(3, 3, 90)
    page.freeze_panes(4, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _about(table: Table) -> str:
    left_out = f"The first {len(table.rows):,} of {table.count:,} rows; the file has all." if table.left_out else ""
    return " ".join(part for part in (table.words or TABLES.get(table.name, ""), left_out) if part)


def _table(page: Any, table: Table, styles: Any) -> None:
    numbers = [table.is_number(column) for column in table.columns]
    for place, column in enumerate(table.columns):
        put(page, _WORDS, place, column_words(table, column), styles["words"])
        put(page, _HEAD, place, column, styles["head"])
        shown = [_shown(row[place]) for row in table.rows[:200]]
        style = styles["figure" if numbers[place] else "name"]
        page.set_column(place, place, width([clean(column), *shown], most=60), style)
    for at, row in enumerate(table.rows, _FIRST):
        for place, value in enumerate(row):
            style = styles["figure" if isinstance(value, float) or numbers[place] else "name"]
            put(page, at, place, value, style, numbers[place])
    page.set_row(_WORDS, 48)
    page.freeze_panes(_FIRST, 1)
    if table.rows and table.columns:
        page.autofilter(_HEAD, 0, _HEAD + len(table.rows), len(table.columns) - 1)


def _shown(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else "" if value is None else clean(str(value))
