"""The lists inside laws, on a sheet of their own: the path of a law, and an entry of each of its lists."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from scenarios.paths import Part, Parts, path_parts
from scenarios.problems import BadInput
from scenarios.workbook.gathered import Gathered
from scenarios.workbook.grid import Cell
from scenarios.workbook.scheme import PLACE, lists_of_laws
from scenarios.workbook.texts import unescaped


@dataclass
class Listed:
    """Takes the rows of the sheet of lists, after those of all others."""

    into: Gathered
    _known: dict[str, Parts | None] = field(default_factory=dict)

    def take(self, row: Mapping[str, Cell]) -> None:
        """Take a row: an entry of each list of one law."""
        cell = row[PLACE]
        if not isinstance(cell.value, str):
            self.into.report(
                cell, "the place of a law is missing", "Write it like segments.retail.products.pump.quantity."
            )
            return
        if cell.value not in self._known:
            self._known[cell.value] = self._law(cell)
        parts = self._known[cell.value]
        for column in lists_of_laws() if parts is not None else ():
            found = row.get(column.name)
            if found is not None and found.value is not None and parts is not None:
                values = self.into.at((*parts, column.name), list)
                values.append(self.into.value(column, found, (*parts, column.name, len(values))))

    def _law(self, cell: Cell) -> Parts | None:
        """Return the path of a law that has no lists yet; None where that is wrong and reported."""
        parts = self._parts(unescaped(cell.value))
        law = self.into.inside(parts) if parts else None
        if not isinstance(law, dict) or "law" not in law:
            self.into.report(
                cell, "there is no law at this place", "Give the place of a cell that holds a law of this kind."
            )
            return None
        if any(column.name in law for column in lists_of_laws()):
            where = self.into.cells.get(parts)
            self.into.report(cell, f"the lists of this law stand in {where} already", "Keep them in one place.", parts)
            return None
        return parts

    def _parts(self, text: str) -> Parts:
        """Return the parts of a path; those within a list are its places."""
        parts: list[Part] = []
        with suppress(BadInput):
            for part in path_parts(text):
                in_list = isinstance(self.into.inside(tuple(parts)), list) and part.isdecimal()
                parts.append(int(part) if in_list else part)
        return tuple(parts)
