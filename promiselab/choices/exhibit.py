"""A table of an answer and the chart that shows it, as data that a run folder can hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from promiselab.finite import finite

Cell = str | float | None


@dataclass(frozen=True)
class Column:
    """A column: its head and the unit of its numbers (empty for texts)."""

    name: str
    unit: str = ""


@dataclass(frozen=True)
class Series:
    """Marks of one kind in a chart, with half-widths upwards where they are known."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    half_widths: tuple[float, ...] = ()
    line: bool = False
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Area:
    """A rectangle in a chart; an open side reaches to the edge."""

    x: tuple[float | None, float | None]
    y: tuple[float | None, float | None]
    name: str = ""


@dataclass(frozen=True)
class Chart:
    """Axes with their units, and what is drawn; ``ticks`` names places on the x axis."""

    x_title: str
    x_unit: str
    y_title: str
    y_unit: str
    series: tuple[Series, ...]
    areas: tuple[Area, ...] = ()
    ticks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exhibit:
    """A table with a title; the chart says the same."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: Chart | None = None
    note: str = ""

    def data(self) -> dict[str, Any]:
        """Return the exhibit as JSON can hold it."""
        found: dict[str, Any] = finite(asdict(self))
        return found

    def records(self) -> list[dict[str, Cell]]:
        """Return the rows as mappings of column to value."""
        return [dict(zip((c.name for c in self.columns), map(finite, row), strict=True)) for row in self.rows]


def columns(*heads: str | tuple[str, str]) -> tuple[Column, ...]:
    """Return columns from names, or (name, unit)."""
    return tuple(Column(head) if isinstance(head, str) else Column(*head) for head in heads)


def table_rows(rows: Iterable[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Return rows as an exhibit holds them."""
    return tuple(tuple(row) for row in rows)
