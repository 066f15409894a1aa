"""A sheet of an Excel workbook to a table of texts."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from scenarios.history.delimited import MOST_ROWS, refuse_file, too_large
from scenarios.history.raw_table import LARGEST_NUMBER, RawTable
from scenarios.problems import bad
from scenarios.wording import nearest
from scenarios.workbook.archive import CALCULATE, NEVER_CALCULATED, damaged, refuse_no_workbook

ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")


def read_workbook(path: Path, sheet: str | None = None) -> RawTable:
    """Return the table on one sheet of a workbook (``.xlsx``); the first row holds the names of the columns.

    Cells that hold text stay text; whole numbers come without a decimal point.

    Raises
    ------
    BadInput
        It is no workbook, has several visible sheets and none is named, no such sheet, cells with errors, or columns
        without a name or of one name.
    TooLarge
        More than 500 MB or 2 million rows.
    """
    import python_calamine

    refuse_file(path)
    with path.open("rb") as file:
        refuse_no_workbook(file, path.name)
    try:
        book = python_calamine.load_workbook(str(path))
    except Exception as error:  # the library raises several kinds, none of which a planner has heard of
        raise damaged(path.name) from error
    name = _chosen(book, sheet, path.name)
    cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    table = _table(cells, f"{path.name}, sheet {name}")
    if any("" in column for column in table.columns.values()):
        _refuse_formulas_without_values(path, name, table)
    return table


def _refuse_formulas_without_values(path: Path, sheet: str, table: RawTable) -> None:
    """Refuse a cell that reads as empty because its formula was never calculated."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=False)
    empty = {
        (row, column)
        for column, texts in enumerate(table.columns.values(), 1)
        for row, text in zip(table.rows, texts, strict=True)
        if text == ""
    }
    for row in book[sheet].iter_rows():
        for cell in row:
            if cell.data_type == "f" and (cell.row, cell.column) in empty:
                raise bad("", f"cell {cell.coordinate} {NEVER_CALCULATED}", CALCULATE, cell.value, table.source)


def _chosen(book: Any, sheet: str | None, source: str) -> str:
    visible = [one.name for one in book.sheets_metadata if "Visible" in str(one.visible)]
    if sheet is not None:
        if sheet not in book.sheet_names:
            raise bad("sheet", "there is no such sheet", nearest(sheet, book.sheet_names), sheet, source)
        return sheet
    if len(visible) != 1:
        raise bad(
            "", f"has {len(visible)} visible sheets: {', '.join(visible)}", "Name one: --sheet NAME.", source=source
        )
    return str(visible[0])


def _table(cells: list[list[Any]], source: str) -> RawTable:
    if not cells:
        raise bad("", "is empty", source=source)
    if len(cells) > MOST_ROWS:
        raise too_large(source, f"there are more than {MOST_ROWS:,} rows")
    header = [str(cell).strip() for cell in cells[0]]
    for name in header:
        if not name or header.count(name) > 1:
            what = f"two columns are called {name!r}" if name else "a column has no name"
            raise bad("row 1", what, "Give each its own name.", source=source)
    rows = [row for row, record in enumerate(cells[1:], 2) if any(cell != "" for cell in record)]
    if not rows:
        raise bad("", "has no rows below the names of the columns", source=source)
    columns = {name: [_text(cells[row - 1][j], row, name, source) for row in rows] for j, name in enumerate(header)}
    return RawTable(source, columns, rows)


def _text(cell: Any, row: int, name: str, source: str) -> str:
    if isinstance(cell, str):
        if cell in ERRORS:
            raise bad(f"row {row}, column {name!r}", "the cell holds an error", "Correct its formula.", cell, source)
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < LARGEST_NUMBER
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    return str(cell)
