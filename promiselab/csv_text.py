"""Texts in CSV that no spreadsheet takes for formulas: the one place through which all CSV is written."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import isnan
from typing import Any, TextIO

FORMULA_STARTS = frozenset("=+-@")
CONTROL_STARTS = frozenset("\t\r\n\0")
_NUMBERS = {int, float, type(None)}
CSV_TEXTS = frozenset({"design", "segment", "resource", "product", "offering", "unit", "customer", "measure", "point"})
"""Columns that hold names, also where all of them look like numbers."""


@lru_cache(maxsize=4096)  # the names in a table are few, and its rows are many
def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("  +1"), harmless("-5 %"), harmless("retail")
    ("'=1+1", "'  +1", "'-5 %", 'retail')
    """
    plain = unicodedata.normalize("NFKC", text)
    first = next((c for c in plain if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf")), "")
    return f"'{text}" if first in FORMULA_STARTS or text[:1] in CONTROL_STARTS else text


def as_named(text: str) -> str:
    """Return the text that :func:`harmless` made harmless.

    >>> as_named("'=1+1"), as_named("'quoted'")
    ('=1+1', "'quoted'")
    """
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text


def write_csv(file: TextIO, columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as CSV; every text is harmless, numbers stay numbers."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([_cell(cell) for cell in row] for row in rows)


def as_csv(records: Sequence[Mapping[str, Any]]) -> str:
    r"""Return records as the text of a CSV file; what is not known is empty, and a column's numbers are written alike.

    >>> as_csv([{"name": "=a", "number": 1}, {"name": "b", "number": 2.5}, {"name": "c"}])
    "name,number\n'=a,1.0\nb,2.5\nc,\n"
    """
    names = dict.fromkeys(name for record in records for name in record)
    columns = [_alike([record.get(name) for record in records]) for name in names]
    return csv_text(names, zip(*columns, strict=True))


def _alike(values: list[Any]) -> list[Any]:
    """Return a column of numbers as decimals unless all of them are whole and known."""
    kinds = {type(value) for value in values}
    return [None if v is None else float(v) for v in values] if {int} < kinds <= _NUMBERS else values


def csv_text(columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as the text of a CSV file."""
    text = io.StringIO()
    write_csv(text, columns, rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value).replace("\r\n", "\n").replace("\r", "\n")  # a bare return ends a row where it stands
    return None if isinstance(value, float) and isnan(value) else value
