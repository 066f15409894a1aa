"""Which row of a sheet names the columns, and which columns they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from scenarios.wording import nearest, with_unit
from scenarios.workbook.grid import Cell, Grid, Unusable
from scenarios.workbook.scheme import OWN
from scenarios.workbook.texts import unescaped

Report = Callable[[Cell, str, str], None]
"""Takes a cell, what is wrong with it, and what to do."""

MOST_ROWS_ABOVE = 5


def head_row(grid: Grid, names: Sequence[str]) -> int | None:
    """Return the row that holds the most names of columns, among the first ones; None where none does."""
    known = set(names)
    counts = {
        row: sum(isinstance(cell.value, str) and cell.value in known for cell in cells.values())
        for row, cells in list(grid.rows.items())[:MOST_ROWS_ABOVE]
    }
    row = max(counts, key=lambda at: counts[at], default=0)
    return row if counts.get(row) else None


def columns_of(grid: Grid, row: int, names: Sequence[str], needed: Sequence[str], report: Report) -> dict[str, int]:
    """Return name -> number of the columns, and report names that are unknown, twice or missing.

    Columns whose name begins with an underscore are the planner's own. A column under a wrong name is taken for the
    one that is meant, so that what is wrong in its cells is found, too.
    """
    found: dict[str, int] = {}
    unknown: dict[str, int] = {}
    for column, cell in grid.rows[row].items():
        name = str(cell.value) if not isinstance(cell.value, str) else unescaped(cell.value)
        if isinstance(cell.value, Unusable):
            report(cell, cell.value.what, cell.value.advice)
        elif name in found:
            report(cell, f"two columns have this name: {grid.cell(row, found[name])} and {cell}", "Keep one of them.")
        elif name in names:
            found[name] = column
        elif not name.startswith(OWN):
            unknown[name] = column
    for name, column in unknown.items():
        meant, advice = meant_by(name, names)
        report(
            grid.cell(row, column),
            "there is no column of that name",
            f"{advice} Columns of your own: begin with {OWN}.",
        )
        if meant is not None:
            found.setdefault(meant, column)
    for name in needed:
        if name not in found:
            report(Cell(grid.name, row, 1), f"the column {name} is missing", "")
    _refuse_nameless(grid, row, report)
    return found


def _refuse_nameless(grid: Grid, row: int, report: Report) -> None:
    """Report the first cell of every column that has no name."""
    reported = set(grid.rows[row])
    for _, cells in grid.below(row):
        for column in cells.keys() - reported:
            reported.add(column)
            report(cells[column], "stands in a column without a name", "Name the column, or empty it.")


def meant_by(name: str, names: Sequence[str]) -> tuple[str | None, str]:
    """Return the name that an unknown one probably means, by the whole of it or by its last part, and advice.

    >>> meant_by("orders", ["segment", "demand.orders_per_day"])
    ('demand.orders_per_day', 'Did you mean demand.orders_per_day?')
    >>> meant_by("xyz", ["segment"])
    (None, 'Known: segment.')
    """
    last = {known.rpartition(".")[2]: known for known in reversed(names)}
    part = name.rpartition(".")[2]
    near = get_close_matches(name, names, n=1) or [
        last[one] for one in [*with_unit(part, last), *_near(part, last)][:1]
    ]
    return (near[0], f"Did you mean {near[0]}?") if near else (None, nearest(name, names))


def _near(part: str, last: Mapping[str, str]) -> list[str]:
    return [part] if part in last else get_close_matches(part, last, n=1)
