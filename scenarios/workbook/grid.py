"""Cells of a sheet as they were found, wherever they came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Unusable:
    """What stands in a cell that has no value that could be taken."""

    what: str
    advice: str
    shown: str


@dataclass(frozen=True)
class Cell:
    """A cell of a workbook.

    Attributes
    ----------
    sheet : str
        Name on the tab.
    row, column : int
        Counted from 1.
    value : Any
        What it holds: text, number, truth, day, time of day, or :class:`Unusable`; None if it is empty.
    """

    sheet: str
    row: int
    column: int
    value: Any = None

    def __str__(self) -> str:
        return f"{self.sheet}!{letters(self.column)}{self.row}"


@dataclass
class Grid:
    """The cells of a sheet that hold something: row -> column -> cell, in their order."""

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell, also an empty one."""
        return self.rows.get(row, {}).get(column) or Cell(self.name, row, column)

    def below(self, row: int) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Yield the rows below a row."""
        return ((at, cells) for at, cells in self.rows.items() if at > row)


def letters(column: int) -> str:
    """Return the letters of a column, counted from 1.

    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
