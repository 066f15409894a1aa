"""Delimited text (CSV) to a table; every value stays text, so that 00123 and NA are what they were."""

from __future__ import annotations

import csv
import gzip
import stat
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from scenarios.history.raw_table import RawTable
from scenarios.problems import BadInput, Problem, TooLarge, bad

MOST_BYTES = 500_000_000
MOST_ROWS = 2_000_000
LONGEST_FIELD = 32_767
DELIMITERS = ",;\t|"


def read_delimited(path: Path) -> RawTable:
    """Return the table in a text file, which may be compressed (``.gz``).

    The delimiter is the one of comma, semicolon, tab and bar that stands most often in the first row.

    Raises
    ------
    BadInput
        It is no such file, has ragged rows, an unclosed quote, NUL characters, fields of more than 32,767 characters,
        or columns without a name or of one name; names the row.
    TooLarge
        More than 500 MB or 2 million rows.
    """
    source = path.name
    refuse_file(path)
    try:
        with _opened(path) as file:
            return _table(file, source)
    except UnicodeDecodeError as error:
        what = f"is not UTF-8: byte {error.object[error.start]:#04x}"
        raise bad("", what, "Save the file with the encoding UTF-8.", source=source) from None
    except (OSError, EOFError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise bad("", what, source=source) from None


def refuse_file(path: Path) -> None:
    """Refuse what is no regular file, and one that is too large.

    Raises
    ------
    BadInput, TooLarge
        It is either.
    """
    try:
        state = path.stat()
    except (OSError, ValueError):
        raise bad("", "no such file", "Name a file of orders: CSV, Excel or Parquet.", source=str(path)) from None
    if not stat.S_ISREG(state.st_mode):
        raise bad("", "is not a file", "Name a file of orders: CSV, Excel or Parquet.", source=str(path))
    if state.st_size == 0:
        raise bad("", "is empty", source=path.name)
    if state.st_size > MOST_BYTES:
        raise too_large(path.name, f"{state.st_size / 1e6:,.0f} MB is more than {MOST_BYTES / 1e6:g} MB")


def too_large(source: str, what: str) -> TooLarge:
    """Return the refusal of a history that is too large."""
    return TooLarge([Problem("", what, "Give a shorter period.", source=source)])


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _table(file: TextIO, source: str) -> RawTable:
    records = _records(file, source)
    _, header = next(records, (1, []))
    _check_header(header, source)
    width, rows = len(header), array("q")
    columns: list[list[str]] = [[] for _ in header]
    for row, record in records:
        if len(record) != width:
            what = f"has {len(record)} fields, the first row has {width}"
            raise bad(f"row {row}", what, "Quote fields that contain the delimiter.", source=source)
        if len(rows) == MOST_ROWS:
            raise too_large(source, f"there are more than {MOST_ROWS:,} rows")
        rows.append(row)
        for column, text in zip(columns, record, strict=True):
            column.append(text)
    if not rows:
        raise bad("", "has no rows below the names of the columns", source=source)
    return RawTable(source, dict(zip(header, columns, strict=True)), rows)


def _records(file: TextIO, source: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the row at which each record starts, and its fields; empty rows are left out."""
    first = file.readline()
    delimiter = max(DELIMITERS, key=first.count)
    file.seek(0)
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(_without_nul(file, source), delimiter=delimiter, strict=True)
    known: dict[str, str] = {}
    while True:
        row = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise _broken(row, reader.line_num, str(error), source) from None
        if record is None:
            return
        if record:
            yield row, [known.setdefault(text, text) if len(text) < 12 else text for text in record]


def _without_nul(file: TextIO, source: str) -> Iterator[str]:
    for row, line in enumerate(file, 1):
        if "\0" in line:
            raise bad(f"row {row}", "contains a NUL character", "Export the file again.", source=source)
        yield line


def _broken(row: int, last: int, words: str, source: str) -> BadInput:
    if "field larger" in words:
        return bad(f"row {row}", f"a field has more than {LONGEST_FIELD:,} characters", source=source)
    if last > row or "unexpected end" in words:
        return bad(f"row {row}", "a quote is opened here and not closed", "Close it, or remove it.", source=source)
    return bad(f"row {row}", f"cannot be read: {words}", source=source)


def _check_header(header: list[str], source: str) -> None:
    for place, name in enumerate(header, 1):
        if not name.strip():
            raise bad("row 1", f"column {place} has no name", source=source)
        if header.count(name) > 1:
            raise bad("row 1", f"two columns are called {name!r}", "Give each its own name.", source=source)
