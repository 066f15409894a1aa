"""Exhibits as the command prints them."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promiselab.choices.exhibit import Cell, Column, Exhibit


def exhibit_text(exhibit: Exhibit) -> str:
    """Return the title, the table and the note of an exhibit."""
    from textwrap import fill

    from promiselab.text import table

    rows = [[_head(column) for column in exhibit.columns]]
    rows += [[_cell(value, c.unit) for value, c in zip(row, exhibit.columns, strict=True)] for row in exhibit.rows]
    note = [fill(exhibit.note, 100), ""] if exhibit.note else []
    return "\n".join([exhibit.title, "", table(rows), "", *note])


def _head(column: Column) -> str:
    return column.name if column.unit in ("", "share") else f"{column.name}, {column.unit}"  # shares are in percent


def _cell(value: Cell, unit: str) -> str:
    if isinstance(value, str):
        return value
    if value is None or not isfinite(value):  # nothing was measured
        return "-"
    if unit == "share":
        return f"{100 * value:z.2f} %"
    if float(value).is_integer() and not unit:
        return f"{value:.0f}"
    return f"{value:z,.0f}" if abs(value) >= 100 else f"{value:z,.3g}"
