"""A table of results: columns, rows, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_ROWS = 100_000
"""Rows of a table that go on a sheet; the file in the run folder has all of them."""


@dataclass(frozen=True)
class Table:
    """A table of results.

    Attributes
    ----------
    name : str
        What it is called.
    source : str
        The file of the run folder that holds it.
    columns : sequence of str
        Names of the columns.
    rows : sequence
        A value for each column: text, number, truth, instant, or None for what is not known.
    units : mapping
        Column -> unit, where that is stated.
    words : str
        What it says, where that is stated.
    count : int or None
        Rows in the file; None: as many as here.
    """

    name: str
    source: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    units: Mapping[str, str]
    words: str = ""
    count: int | None = None

    @property
    def left_out(self) -> int:
        """Rows of the file that are not here."""
        return (len(self.rows) if self.count is None else self.count) - len(self.rows)

    def is_number(self, column: str) -> bool:
        """Whether a column holds numbers, apart from what is not known."""
        place = self.columns.index(column)
        found = [row[place] for row in self.rows if row[place] is not None]
        return bool(found) and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in found)


def of_records(name: str, source: str, records: Sequence[Mapping[str, Any]], words: str = "") -> Table:
    """Return the table of some records, whose columns are all of their fields in the order in which they come."""
    columns = list(dict.fromkeys(field for record in records for field in record))
    rows = [[record.get(column) for column in columns] for record in records[:MOST_ROWS]]
    return Table(name, source, columns, rows, {}, words, len(records))


def free(name: str, taken: Iterable[str]) -> str:
    """Return a name that is not taken.

    >>> free("segment", ["segment", "segment (2)"])
    'segment (3)'
    """
    known, found, number = set(taken), name, 1
    while found in known:
        number += 1
        found = f"{name} ({number})"
    return found
