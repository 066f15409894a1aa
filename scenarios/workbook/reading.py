"""Workbooks in: the content of a file to a scenario, with every wrong cell at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from scenarios.problems import BadInput, bad
from scenarios.validation import of_document
from scenarios.wording import nearest
from scenarios.workbook.archive import (
    refuse_large,
    refuse_no_workbook,
)
from scenarios.workbook.gathered import Gathered
from scenarios.workbook.gathering import Rows
from scenarios.workbook.grid import Cell, Grid
from scenarios.workbook.header import columns_of, head_row, meant_by
from scenarios.workbook.listed import Listed
from scenarios.workbook.scheme import (
    FIELD,
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
    from scenarios.workbook.opening import grids  # openpyxl is not needed for scenarios as YAML

    return of_document(gathered(grids(content, source), source))


def gathered(found: Sequence[Grid], source: str) -> Gathered:
    """Return the plain data of the sheets, with their cells and what is wrong with them.

    Raises
    ------
    BadInput
        A sheet that every scenario has is missing.
    """
    into = Gathered(source, [grid.name for grid in found])
    rows, known = Rows(into), _by_name(found, into)
    for sheet in sheets():
        if sheet.name not in known:
            _refuse_missing(sheet, into)
        elif not sheet.path:
            _upright(sheet, known[sheet.name], rows)
        else:
            _across(sheet, known[sheet.name], rows)
    if LISTED in known:
        _listed(known[LISTED], into)
    rows.refuse_contradictions()
    return into


# Sheets -----------------------------------------------------------------------------------------------------------


def _by_name(all_of_them: Sequence[Grid], into: Gathered) -> dict[str, Grid]:
    """Return the sheets that hold something of the scenario, by the name of the model."""
    known = [*(sheet.name for sheet in sheets()), LISTED]
    found: dict[str, Grid] = {}
    for grid in all_of_them:
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
