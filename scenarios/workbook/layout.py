"""How a sheet looks: formats, widths, lists to choose from, heads that stay in view."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from scenarios.workbook.cells import Written
from scenarios.workbook.grid import letters
from scenarios.workbook.scheme import Column, Form, choices
from scenarios.workbook.texts import exact, put_text

SPARE_ROWS: Final = 1000
"""Rows below the filled ones that still have lists to choose from."""
LONGEST_CHOICE: Final = 255
"""Characters that Excel takes for a list that is stated in place."""

INK, ACCENT = "#1F2933", "#0B5A8F"
_FACE: Final[dict[str, Any]] = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top"}
_FORMATS: Final[dict[str, dict[str, Any]]] = {
    "text": {"num_format": "@"},
    "long": {"text_wrap": True},
    "whole": {"num_format": "#,##0"},
    "number": {"num_format": "General", "align": "right"},
    "money": {"num_format": "#,##0.00####"},
    "day": {"num_format": "yyyy-mm-dd", "align": "right"},
    "clock": {"num_format": "[hh]:mm", "align": "right"},
    "flag": {"align": "center"},
    "title": {"bold": True, "font_size": 16, "font_color": ACCENT},
    "note": {"italic": True, "font_color": "#52606D", "text_wrap": True, "font_size": 9},
    "head": {"bold": True, "bg_color": ACCENT, "font_color": "#FFFFFF", "num_format": "@", "border": 1},
    "shade": {"bold": True, "bg_color": "#2F7DB1", "font_color": "#FFFFFF", "num_format": "@", "border": 1},
    "key": {"bold": True, "num_format": "@"},
    "plain": {},
}
_OF_FORM: Final = {
    Form.TEXT: "text", Form.WORD: "text", Form.LIST: "text", Form.LAW: "number", Form.FLAG: "flag",
    Form.PRESENT: "flag", Form.NOTHING: "flag", Form.WHOLE: "whole", Form.NUMBER: "number", Form.DAY: "day",
    Form.CLOCK: "clock",
}  # fmt: skip
_PLAIN_CHOICE = re.compile(r"[^\",=+@-][^\",]*")


class Styles(dict[str, Any]):
    """The formats of a workbook by name."""

    def __init__(self, book: Any) -> None:
        super().__init__({name: book.add_format({**_FACE, **extra}) for name, extra in _FORMATS.items()})

    def of(self, column: Column) -> Any:
        """Return the format of the cells of a column."""
        return self["money" if column.place.unit == "money" else _OF_FORM[column.form]]


def put(sheet: Any, row: int, column: int, value: Written | None, style: Any) -> None:
    """Write a value into a cell: a number as a number, a day as a day, a text as a text."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, str):
        put_text(sheet, row, column, value, style)
    elif isinstance(value, timedelta):
        sheet.write_number(row, column, exact(value / timedelta(days=1)), style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, exact(value), style)


def width(texts: Sequence[str], least: int = 9, most: int = 42) -> int:
    """Return the width of a column that shows most of its texts.

    >>> width(["segment", "wholesale and export"]), width(["a" * 100])
    (22, 42)
    """
    return min(most, max([least, *(len(line) + 2 for text in texts for line in text.split("\n"))]))


def choose(sheet: Any, row: int, last: int, column: int, source: Sequence[str] | str) -> None:
    """Offer the values for cells of a column: stated one by one, or those of a range of another sheet.

    What a range does not hold may be entered nevertheless, after a warning.
    """
    stated = not isinstance(source, str)
    rule = {
        "validate": "list",
        "source": list(source) if stated else source,
        "error_type": "stop" if stated else "warning",
        "error_title": "Not one of the list",
        "error_message": "Choose one of the list." if stated else "There is no such name yet. Keep it?",
    }
    sheet.data_validation(row, column, last, column, rule)


def stated_choices(column: Column) -> list[str]:
    """Return the values that a column may hold, where they are few and stated one by one."""
    if column.form in (Form.FLAG, Form.PRESENT):
        return ["TRUE", "FALSE"]
    if column.form is Form.NOTHING:
        return ["TRUE"]
    words = [str(word) for word in choices(column.place)] if column.form is Form.WORD else []
    return words if fits_a_choice(words) else []


def fits_a_choice(words: Sequence[str]) -> bool:
    """Return whether names can be stated in place, as a list to choose from."""
    return 0 < len(",".join(words)) <= LONGEST_CHOICE and all(_PLAIN_CHOICE.fullmatch(word) for word in words)


def range_of(sheet: str, column: int, first: int, last: int) -> str:
    """Return a range of another sheet.

    >>> range_of("as_is.offerings", 1, 3, 9)
    "='as_is.offerings'!$A$3:$A$9"
    """
    return f"='{sheet}'!${letters(column)}${first}:${letters(column)}${last}"


def offered(column: Column, names: Mapping[str, Sequence[str] | str]) -> Sequence[str] | str:
    """Return what may be chosen in a column; nothing where anything may be entered."""
    return stated_choices(column) or (names.get(column.word, "") if column.form is Form.TEXT else "")
