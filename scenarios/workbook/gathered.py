"""The plain data of a workbook, as far as they are gathered, and the cells that they came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any

from scenarios.paths import Parts, path_text
from scenarios.problems import Problem
from scenarios.workbook.cells import taken
from scenarios.workbook.grid import Cell, Unusable
from scenarios.workbook.scheme import Column
from scenarios.yaml_layout import number
from scenarios.yaml_scalars import ScalarRefused
from scenarios.yaml_tree import UNREADABLE


@dataclass
class Gathered:
    """Data, problems of single cells, and where everything stood.

    To :func:`scenarios.validation.of_document` the same as a document of YAML.
    """

    source: str
    order: list[str]
    """Names of the sheets from left to right."""
    data: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    cells: dict[Parts, Cell] = field(default_factory=dict)
    _ranks: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def placed(self, problem: Problem, parts: Parts) -> Problem:
        """Return a problem with the cell of its path, or that of the nearest path above that has one."""
        while parts and parts not in self.cells:
            parts = parts[:-1]
        return replace(problem, source=self.source, cell=self._named(self.cells.get(parts)))

    def rank(self, problem: Problem) -> tuple[int, int, int]:
        """Return where a problem stands: sheet, row, column."""
        return self._ranks.get(problem.cell, (-1, 0, 0))

    def report(self, cell: Cell, what: str, advice: str = "", parts: Parts = ()) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(Problem(path_text(parts), what, advice, _shown(cell), self.source, cell=self._named(cell)))

    def _named(self, cell: Cell | None) -> str:
        if cell is None:
            return ""
        place = self.order.index(cell.sheet) if cell.sheet in self.order else -1
        self._ranks[str(cell)] = (place, cell.row, cell.column)
        return str(cell)

    def value(self, column: Column, cell: Cell, parts: Parts = ()) -> Any:
        """Return what a cell holds as plain data; unreadable where that is reported."""
        if parts:
            self.cells[parts] = cell
        if isinstance(cell.value, Unusable):
            self.report(cell, cell.value.what, cell.value.advice, parts)
            return UNREADABLE
        try:
            return taken(column, cell.value)
        except ScalarRefused as refused:
            self.report(cell, refused.what, refused.advice, parts)
            return UNREADABLE

    def inside(self, parts: Parts) -> Any:
        """Return what stands at a path; None where nothing does."""
        here: Any = self.data
        for part in parts:
            if isinstance(here, list) and isinstance(part, int) and part < len(here):
                here = here[part]
            else:
                here = here.get(part) if isinstance(here, dict) else None
        return here

    def at(self, parts: Parts, empty: type[Any] = dict) -> Any:
        """Return the table or list at a path, made if there is none."""
        here: Any = self.data
        for place, part in enumerate(parts):
            kind = empty if place + 1 == len(parts) else list if isinstance(parts[place + 1], int) else dict
            if isinstance(here, list):
                if part == len(here):
                    here.append(kind())
            elif not isinstance(here.get(part), (dict, list)):
                here[part] = kind()
            here = here[part]
        return here

    def put(self, parts: Parts, value: Any) -> None:
        """Put a value at a path."""
        *above, last = parts
        into = self.at(tuple(above), list if isinstance(last, int) else dict)
        if isinstance(into, list):
            into.append(value)
        else:
            into[last] = value


def _shown(cell: Cell) -> str | None:
    """Return what a cell holds as a planner sees it."""
    found = cell.value.shown if isinstance(cell.value, Unusable) else cell.value
    if isinstance(found, bool):
        return str(found).upper()
    if isinstance(found, datetime) and found.time() == time(0):
        return found.date().isoformat()
    return None if found is None else number(found) if isinstance(found, (int, float)) else str(found)
