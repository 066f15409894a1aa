"""Rows of the sheets to the plain data of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scenarios.paths import Part, Parts, normal
from scenarios.wording import nearest
from scenarios.workbook.gathered import Gathered
from scenarios.workbook.grid import Cell
from scenarios.workbook.scheme import Column, Form, Sheet, Step
from scenarios.yaml_tree import UNREADABLE

Row = Mapping[str, Cell]
"""Name of the column -> cell, for the columns that the sheet has; all its names are among them."""


@dataclass
class Rows:
    """Takes the rows of one sheet after the other."""

    into: Gathered
    absent: dict[Parts, Cell] = field(default_factory=dict)
    """Groups of fields of which a cell says that they are not there."""
    _seen: dict[Parts, Cell] = field(default_factory=dict)

    def take(self, sheet: Sheet, row: Row) -> None:
        """Take a row: a record, or the names of a table that has none."""
        names = self._names(sheet, row)
        if names is None or not self._known(sheet, row, names):
            return
        lead = _lead(sheet, names)
        filled = any(row[column.name].value is not None for column in sheet.columns if column.name in row)
        if len(names) < len(sheet.keys):
            self._unfinished(sheet, row, lead, names, filled)
        elif sheet.is_list and not filled:
            self.into.at(lead, list)
        elif sheet.is_list:
            self._record(sheet, row, (*lead, len(self.into.at(lead, list))))
        elif lead in self._seen:
            cell = row[sheet.keys[-1].name]
            self.into.report(cell, f"stands twice: {self._seen[lead]} and {cell}", "Keep one of them.", lead)
        else:
            self._record(sheet, row, lead)

    def refuse_contradictions(self) -> None:
        """Report groups of fields that are said not to be there, and are."""
        for parts, cell in self.absent.items():
            if self.into.inside(parts) is not None:
                what = "FALSE says that this is not there, but some of it is filled in"
                self.into.report(cell, what, "Write TRUE, or empty the fields that belong to it.", parts)

    def _names(self, sheet: Sheet, row: Row) -> tuple[str, ...] | None:
        """Return the names that lead to a record; None where that is wrong and reported."""
        cells = [row[key.name] for key in sheet.keys]
        given = [cell.value is not None for cell in cells]
        if given != sorted(given, reverse=True):
            gap = given.index(False)
            self.into.report(cells[gap], f"the {sheet.keys[gap].name} is missing", "Fill it in.")
            return None
        found = []
        for key, cell in zip(sheet.keys, cells, strict=True):
            if cell.value is not None:
                name = self.into.value(key, cell)
                found.append(normal(name if isinstance(name, str) else str(cell.value)))
        return tuple(found)

    def _known(self, sheet: Sheet, row: Row, names: tuple[str, ...]) -> bool:
        """Return whether the record of another sheet is there that the row belongs to; report it if not."""
        parts: list[Part] = []
        for step in sheet.path[: sheet.above]:
            if not isinstance(step, Step):
                parts.append(step)
                continue
            place = sum(isinstance(one, Step) for one in sheet.path[: len(parts)])
            known = self.into.inside(tuple(parts))
            if place < len(names) and (not isinstance(known, dict) or names[place] not in known):
                key = sheet.keys[place]
                advice = nearest(names[place], known or ())
                what = f"there is no {key.name} of that name"
                self.into.report(row[key.name], what, advice, (*parts, names[place]))
                return False
            parts += names[place : place + 1]
        return True

    def _unfinished(self, sheet: Sheet, row: Row, lead: Parts, names: tuple[str, ...], filled: bool) -> None:
        """Take a row without its last names: a table that is there and empty, or that is nothing at all."""
        nothing = row.get(sheet.nothing.name) if sheet.nothing else None
        if filled or not names:
            missing = sheet.keys[len(names)].name
            self.into.report(row[missing], f"the {missing} is missing", "Fill it in, or empty the row.")
        elif nothing is None or nothing.value is None:
            self.into.at(lead)
        elif nothing.value is not True or len(names) != len(sheet.keys) - 1:
            what = f"TRUE is expected, in a row that ends with the {sheet.keys[-2].name}, or an empty cell"
            self.into.report(nothing, what, "", lead)
        elif self.into.inside(lead) is not None:
            self.into.report(nothing, "other rows say that there is something", "Keep these or that.", lead)
        else:
            self.into.put(lead, None)
            self.into.cells[lead] = nothing

    def _record(self, sheet: Sheet, row: Row, parts: Parts) -> None:
        if sheet.keys:
            self._seen[parts] = self.into.cells[parts] = row[sheet.keys[-1].name]
        if sheet.is_wide:
            self._wide(sheet, row, parts)
        elif sheet.is_single:
            self._single(sheet.columns[0], row, parts)
        else:
            self.into.at(parts)
            for column in sheet.columns:
                if column.name in row:
                    self._field(column, row[column.name], (*parts, *column.path))

    def _single(self, column: Column, row: Row, parts: Parts) -> None:
        cell = row.get(column.name)
        if cell is None:
            return
        if cell.value is not None:
            self.into.put(parts, self.into.value(column, cell, parts))
        elif column.place.may_be_none:
            self.into.put(parts, None)
        else:
            self._missing(column, cell, parts)
            self.into.put(parts, UNREADABLE)

    def _wide(self, sheet: Sheet, row: Row, parts: Parts) -> None:
        values, own = self.into.at(parts, list), self.into.cells[parts]
        for column in sheet.columns:
            cell = self.into.cells[(*parts, *column.path)] = row[column.name]
            if cell.value is None:
                self._missing(column, cell, parts)
                values.append(UNREADABLE)
            else:
                values.append(self.into.value(column, cell, parts))
        self.into.cells[parts] = own

    def _missing(self, column: Column, cell: Cell, parts: Parts) -> None:
        self.into.report(cell, f"the value ({column.name}) is missing", "Fill it in, or empty the row.", parts)

    def _field(self, column: Column, cell: Cell, parts: Parts) -> None:
        self.into.cells[parts] = cell
        if cell.value is None:
            return
        value = self.into.value(column, cell, parts)
        if column.form is not Form.PRESENT:
            self.into.put(parts, value)
        elif value is True:
            self.into.at(parts)
        elif value is False:
            self.absent[parts] = cell
        elif value is not UNREADABLE:
            self.into.report(cell, "TRUE, FALSE or an empty cell is expected", "", parts)


def _lead(sheet: Sheet, names: tuple[str, ...]) -> Parts:
    """Return the parts to a record, without its place in a list; or as far as the names lead."""
    parts: list[Part] = []
    left = list(names)
    for step in sheet.path:
        if not isinstance(step, Step):
            parts.append(step)
        elif step is Step.ENTRY or not left:
            break
        else:
            parts.append(left.pop(0))
    return tuple(parts)
