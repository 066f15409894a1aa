"""Workbooks as a planner would change them, and small ones to begin with."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from scenarios import BadInput, Problem, parse
from scenarios.workbook.reading import parse_workbook
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


def small(text: str = TEXT) -> bytes:
    """Return the workbook of a small scenario."""
    return workbook_bytes(parse(text))


def edited(change: Callable[[Any], None], content: bytes | None = None) -> bytes:
    """Return a workbook after a change that gets the workbook of openpyxl."""
    book = openpyxl.load_workbook(BytesIO(content or small()))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def with_cell(sheet: str, cell: str, value: Any) -> bytes:
    """Return the small workbook with another value in a cell."""

    def change(book: Any) -> None:
        book[sheet][cell] = value

    return edited(change)


def cell_of(sheet: str, column: str, row: int = 3) -> str:
    """Return the address of a column of the small workbook, such as ``C3``."""
    page = openpyxl.load_workbook(BytesIO(small()))[sheet]
    heads = {cell.value: cell.column_letter for cell in page[2]}
    return f"{heads[column]}{row}"


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
