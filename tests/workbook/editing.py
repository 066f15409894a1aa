"""Workbooks as a planner would change them, and small ones to begin with."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from scenarios import BadInput, Problem, parse
from scenarios.validation import of_document
from scenarios.workbook.grid import Cell, Grid, letters
from scenarios.workbook.opening import grids
from scenarios.workbook.reading import gathered, parse_workbook
from scenarios.workbook.writing import workbook_bytes

TEXT = """\
name: Small
calendar: {start: 2027-01-04, measured_days: 7}
study: {seed: 7}
segments:
  retail:
    customers: 200
    demand: {orders_per_day: 40, by_day_of_week: [1, 2, 3, 4, 5, 6, 7]}
    products:
      pump: {quantity: {law: empirical, values: [1, 5], probabilities: [0.5, 0.5]}}
    patience_days: {law: gamma, mean: 3, cv: 0.5}
  trade:
    customers: 20
    demand: {orders_per_day: 4}
    products: {pump: {quantity: 2}}
products:
  pump: {list_price: 120, stock: {policy: {kind: reorder_up_to, reorder_point: 20, order_up_to: 60}}}
resources:
  picking: {shifts: [{opens: "08:00", closes: "16:30", servers: 3, days: [mon, tue]}]}
levers:
  service:
    basic: {lead_time_days: 5, priority: {rank: 2}}
    quick: {lead_time_days: 2, assortment: [pump]}
rules: [{option: service.quick, requires: service.quick}]
as_is:
  offerings: {retail: {service: basic}, trade: {service: quick}}
"""


@cache
def small() -> bytes:
    """Return the workbook of a small scenario."""
    return workbook_bytes(parse(TEXT))


@cache
def _grids() -> tuple[Grid, ...]:
    return tuple(grids(small(), "book.xlsx"))


def edited(change: Callable[[Any], None], content: bytes | None = None) -> bytes:
    """Return a workbook after a change that gets the workbook of openpyxl."""
    book = openpyxl.load_workbook(BytesIO(content or small()))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def address(sheet: str, column: str, row: int = 3) -> str:
    """Return the address of a column of the small workbook, such as ``C3``."""
    (page,) = (grid for grid in _grids() if grid.name == sheet)
    (found,) = (cell.column for cell in page.rows[2].values() if cell.value == column)
    return f"{letters(found)}{row}"


def said_of(*cells: tuple[str, str, Any]) -> list[str]:
    """Return what is said to be wrong where cells (sheet, address, value) of the small workbook hold something else."""
    found = copy.deepcopy(_grids())
    for sheet, cell, value in cells:
        (page,) = (grid for grid in found if grid.name == sheet)
        column, row = coordinate_from_string(cell)
        place = column_index_from_string(column)
        page.rows.setdefault(row, {})[place] = Cell(sheet, row, place, value)
    try:
        of_document(gathered(found, "book.xlsx"))
    except BadInput as error:
        return [str(problem) for problem in error.problems]
    return []


def problems(content: bytes) -> tuple[Problem, ...]:
    """Return what is wrong with a workbook."""
    try:
        parse_workbook(content, "book.xlsx")
    except BadInput as error:
        return error.problems
    return ()


def said(content: bytes) -> list[str]:
    """Return what is said to be wrong with a workbook."""
    return [str(problem) for problem in problems(content)]


def saved(folder: Path, content: bytes, name: str = "book.xlsx") -> Path:
    """Write a file and return it."""
    (folder / name).write_bytes(content)
    return folder / name
