"""A value as it stands in a cell of the results: a number as a number, a text as a text, and never anything live."""

from __future__ import annotations

import unicodedata
from math import isfinite
from typing import Any, Final

from scenarios.workbook.texts import LARGEST_WHOLE, cut, exact, put_text

NOT_KNOWN: Final = "n/a"


def clean(text: str) -> str:
    r"""Return a text without control characters and halves of characters, and no longer than a cell holds.

    >>> clean("a\x00b\x1b[31m")
    'ab[31m'
    """
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return cut(kept.replace("\ufffe", "").replace("\uffff", ""))


def put(sheet: Any, row: int, column: int, value: Any, style: Any = None, number: bool = False) -> None:
    """Write a value into a cell of XlsxWriter.

    Parameters
    ----------
    number : bool
        Whether the column holds numbers: what is not known there is said to be so.
    """
    if value is None:
        if number:
            sheet.write_string(row, column, NOT_KNOWN, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int) and abs(value) < LARGEST_WHOLE:
        sheet.write_number(row, column, value, style)
    elif isinstance(value, float):
        if isfinite(value):
            sheet.write_number(row, column, exact(value), style)
        else:
            sheet.write_string(row, column, NOT_KNOWN, style)
    else:
        put_text(sheet, row, column, clean(str(value)), style)
