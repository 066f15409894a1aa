"""Workbooks in: the content of a file to a scenario, with every wrong cell at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from scenarios.problems import BadInput, bad
from scenarios.validation import of_document
from scenarios.wording import nearest
from scenarios.workbook.archive import (
    CALCULATE,
    MOST_COLUMNS,
    MOST_ROWS,
    NEVER_CALCULATED,
    damaged,
    refuse_large,
    refuse_no_workbook,
    too_large,
)
from scenarios.workbook.gathered import Gathered
from scenarios.workbook.gathering import Rows
from scenarios.workbook.grid import Cell, Grid, Unusable, letters
from scenarios.workbook.header import columns_of, head_row, meant_by
from scenarios.workbook.listed import Listed
from scenarios.workbook.scheme import (
    FIELD,
    INDEX,
    LISTED,
    OWN,
    PLACE,
    UPRIGHT,
    VALUE,
    Sheet,
    Step,
    lists_of_laws,
    sheets,
)

if TYPE_CHECKING:
    from scenarios.scenario import Scenario


def parse_workbook(content: bytes, source: str) -> Scenario:
    """Return the scenario in a workbook.

    Parameters
    ----------
    content : bytes
        The content of the file, of 10 MB at most.
    source : str
        Name for the messages.

    Raises
    ------
    BadInput
        It is no workbook, or what it holds is not a valid scenario; carries every problem found, with its cell.
    TooLarge
        It unpacks to more than 100 MB or 100 times its size, or a sheet has more than 100,000 rows or 200 columns.
    """
    refuse_no_workbook(BytesIO(content), source)
    refuse_large(BytesIO(content), len(content), source)
    return of_document(gathered(_grids(content, source), source))


def gathered(grids: Sequence[Grid], source: str) -> Gathered:
    """Return the plain data of the sheets, with their cells and what is wrong with them.

    Raises
    ------
    BadInput
        A sheet that every scenario has is missing.
    """
    into = Gathered(source, [grid.name for grid in grids])
    rows, found = Rows(into), _by_name(grids, into)
    for sheet in sheets():
        if sheet.name not in found:
            _refuse_missing(sheet, into)
        elif not sheet.path:
            _upright(sheet, found[sheet.name], rows)
        else:
            _across(sheet, found[sheet.name], rows)
    if LISTED in found:
        _listed(found[LISTED], into)
    rows.refuse_contradictions()
    return into


# Sheets -----------------------------------------------------------------------------------------------------------


def _by_name(grids: Sequence[Grid], into: Gathered) -> dict[str, Grid]:
    """Return the sheets that hold something of the scenario, by the name of the model."""
    known = [*(sheet.name for sheet in sheets()), LISTED]
    found: dict[str, Grid] = {}
    for grid in grids:
        name = grid.name.strip().casefold()
        if name.startswith(OWN):
            continue
        here = Cell(grid.name, 1, 1)
        if name not in known:
            into.report(
                here, "there is no table of that name", f"{nearest(name, known)} Sheets of your own: begin with {OWN}."
            )
        elif name in found:
            what = f"two sheets have this name: {found[name].name} and {grid.name}"
            into.report(here, what, f"Keep one of them. {_all(into)}")
        else:
            found[name] = grid
            if grid.hidden and grid.rows:
                advice = f"Show it, so that everybody sees what is read, or delete it. {_all(into)}"
                into.report(here, "the sheet is hidden", advice)
    return found


def _refuse_missing(sheet: Sheet, into: Gathered) -> None:
    """Refuse a workbook without a sheet that every scenario has, and name those that it has."""
    if sheet.needed:
        what = f"there is no sheet {sheet.name}"
        raise BadInput([*into.problems, *bad("", what, _all(into), source=into.source).problems])


def _all(into: Gathered) -> str:
    return f"The sheets of the workbook: {', '.join(into.order)}."


def _across(sheet: Sheet, grid: Grid, rows: Rows) -> None:
    """Take a sheet in which a row is a record."""
    names = [column.name for column in sheet.every]
    needed = [column.name for column in sheet.every if column in sheet.keys or sheet.is_wide or sheet.is_single]
    table = _table(
        grid, names, [name for name in needed if sheet.nothing is None or name != sheet.nothing.name], rows.into
    )
    start = tuple(step for step in sheet.path[: _first_step(sheet)] if not isinstance(step, Step))
    rows.into.cells.setdefault(start, Cell(grid.name, 1, 1))
    for row in table:
        rows.take(sheet, row)


def _first_step(sheet: Sheet) -> int:
    return next((place for place, step in enumerate(sheet.path) if isinstance(step, Step)), len(sheet.path))


def _upright(sheet: Sheet, grid: Grid, rows: Rows) -> None:
    """Take the sheet of the scenario itself, in which a row is a field."""
    into, known = rows.into, [column.name for column in sheet.columns]
    into.cells[()] = Cell(grid.name, 1, 1)
    cells: dict[str, Cell] = {}
    for row in _table(grid, [FIELD, VALUE, *UPRIGHT], [FIELD, VALUE], into):
        name = row[FIELD].value
        if name is None:
            into.report(row[VALUE], "the name of the field is missing", "Fill it in, or empty the row.")
        elif name in cells:
            into.report(
                row[FIELD], f"stands twice: in row {cells[name].row} and in row {row[FIELD].row}", "Keep one of them."
            )
        elif name in known:
            cells[name] = row[VALUE]
        elif not str(name).startswith(OWN):
            meant, advice = meant_by(str(name), known)
            into.report(row[FIELD], "there is no field of that name", advice)
            cells.setdefault(meant or "", row[VALUE])
    rows.take(sheet, cells)


def _listed(grid: Grid, into: Gathered) -> None:
    names = [column.name for column in lists_of_laws()]
    listed = Listed(into)
    for row in _table(grid, [PLACE, *names], [PLACE], into):
        listed.take(row)


def _table(grid: Grid, names: Sequence[str], needed: Sequence[str], into: Gathered) -> Iterator[dict[str, Cell]]:
    """Yield the rows of a sheet below the names of its columns: name -> cell, for the columns that it has."""
    head = head_row(grid, names)
    if head is None:
        if grid.rows:
            into.report(
                Cell(grid.name, 1, 1), "there is no row with the names of the columns", f"Expected: {', '.join(names)}."
            )
        return
    columns = columns_of(grid, head, names, needed, into.report)
    if not set(needed) <= set(columns):
        return
    for row, cells in grid.below(head):
        found = {name: cells.get(column) or grid.cell(row, column) for name, column in columns.items()}
        if any(cell.value is not None for cell in found.values()):
            yield found


# Cells ------------------------------------------------------------------------------------------------------------


def _grids(content: bytes, source: str) -> list[Grid]:
    """Return the cells of all sheets; a formula has the value that is stored with it."""
    grids = list(_sheets(content, source, formulas=True))
    if any(isinstance(cell.value, Unusable) for grid in grids for row in grid.rows.values() for cell in row.values()):
        values = {grid.name: grid for grid in _sheets(content, source, formulas=False)}
        for grid in grids:
            for row in grid.rows.values():
                for column, cell in row.items():
                    stored = values[grid.name].cell(cell.row, column).value
                    if isinstance(cell.value, Unusable) and stored is not None:
                        row[column] = Cell(cell.sheet, cell.row, column, stored)
    return grids


def _sheets(content: bytes, source: str, formulas: bool) -> Iterator[Grid]:
    from scenarios.workbook.opening import opened

    try:
        for sheet in opened(content, formulas).worksheets:
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
        cells = {
            cell.column: Cell(grid.name, cell.row, cell.column, _value(cell)) for cell in row if cell.value is not None
        }
        if cells and (max(cells) > MOST_COLUMNS or next(iter(cells.values())).row > MOST_ROWS):
            what = f"sheet {grid.name} has more than {MOST_ROWS:,} rows or {MOST_COLUMNS} columns"
            raise too_large(source, what)
        if cells:
            grid.rows[next(iter(cells.values())).row] = cells
    return grid


def _value(cell: Any) -> Any:
    if cell.data_type == "e":
        return Unusable("the cell holds an error", "Correct its formula.", str(cell.value))
    if cell.data_type == "f":
        coordinate = f"{letters(cell.column)}{cell.row}"
        return Unusable(
            f"cell {coordinate} {NEVER_CALCULATED}", CALCULATE, str(getattr(cell.value, "text", cell.value))
        )
    return None if cell.value == "" else cell.value
