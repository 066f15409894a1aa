"""The cells of a workbook as openpyxl reads them, with texts as they stand in the file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from scenarios.problems import BadInput
from scenarios.workbook.archive import CALCULATE, MOST_COLUMNS, MOST_ROWS, NEVER_CALCULATED, damaged, too_large
from scenarios.workbook.grid import Cell, Grid, Unusable, letters
from scenarios.workbook.scheme import INDEX

_EMPTY_TEXT = "str"


def grids(content: bytes, source: str) -> list[Grid]:
    """Return the cells of all sheets; a formula has the value that is stored with it, and an empty text is nothing."""
    found = list(_sheets(content, source, formulas=True))
    if any(isinstance(cell.value, Unusable) for grid in found for row in grid.rows.values() for cell in row.values()):
        values = {grid.name: grid for grid in _sheets(content, source, formulas=False)}
        for grid in found:
            _take_stored(grid, values[grid.name])
    for grid in found:
        for row in grid.rows.values():
            for column in [column for column, cell in row.items() if cell.value == ""]:
                del row[column]
    return found


def _take_stored(grid: Grid, values: Grid) -> None:
    """Put the stored values in the place of formulas, where there are any."""
    for row in grid.rows.values():
        for column, cell in row.items():
            stored = values.cell(cell.row, column)
            if isinstance(cell.value, Unusable) and stored.value is not None:
                row[column] = stored


def _sheets(content: bytes, source: str, formulas: bool) -> Iterator[Grid]:
    try:
        for sheet in _opened(content, formulas).worksheets:
            if sheet.title.strip().casefold() != INDEX:
                yield _grid(sheet, source)
    except BadInput:
        raise
    except Exception as error:  # whatever the library meets in a damaged file
        raise damaged(source) from error


def _grid(sheet: Any, source: str) -> Grid:
    grid = Grid(sheet.title, hidden=sheet.sheet_state != "visible")
    sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
    for row in sheet.iter_rows():
        cells = {cell.column: Cell(grid.name, cell.row, cell.column, _value(cell)) for cell in row if _holds(cell)}
        if cells and (max(cells) > MOST_COLUMNS or next(iter(cells.values())).row > MOST_ROWS):
            what = f"sheet {grid.name} has more than {MOST_ROWS:,} rows or {MOST_COLUMNS} columns"
            raise too_large(source, what)
        if cells:
            grid.rows[next(iter(cells.values())).row] = cells
    return grid


def _holds(cell: Any) -> bool:
    """Return whether there is something in a cell; the type is all that tells an empty text that a formula gave."""
    return cell.value is not None or cell.data_type == _EMPTY_TEXT


def _value(cell: Any) -> Any:
    if cell.data_type == _EMPTY_TEXT:
        return ""
    if cell.data_type == "e":
        return Unusable("the cell holds an error", "Correct its formula.", str(cell.value))
    if cell.data_type == "f":
        coordinate = f"{letters(cell.column)}{cell.row}"
        return Unusable(
            f"cell {coordinate} {NEVER_CALCULATED}", CALCULATE, str(getattr(cell.value, "text", cell.value))
        )
    return cell.value


class _Reader(ExcelReader):  # type: ignore[misc]
    """Leaves ``x005F_`` in the texts, by which ``_x0041_`` is told from the character that it would stand for."""

    def read_strings(self) -> None:
        """Read the texts of all sheets."""
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as file:
                for _, node in iterparse(file):
                    if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                        self.shared_strings.append(Text.from_tree(node).content)
                        node.clear()


def _opened(content: bytes, formulas: bool) -> Any:
    """Return a workbook for reading; with formulas where there are any, or with the values stored with them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is left out: pictures, extensions
        reader = _Reader(BytesIO(content), read_only=True, data_only=not formulas, keep_links=False)
        reader.read()
    return reader.wb
