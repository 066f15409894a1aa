"""A value as it stands in a cell, and back: numbers as numbers, days as days, texts as texts."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from math import inf
from typing import Any, Final

from scenarios.problems import BadInput
from scenarios.workbook.scheme import Column, Form
from scenarios.workbook.texts import LARGEST_WHOLE, unescaped
from scenarios.yaml_layout import flow, number
from scenarios.yaml_scalars import ScalarRefused, scalar
from scenarios.yaml_text import read_yaml

Written = str | float | bool | date | timedelta
"""What stands in a cell. A time of day is the time since midnight."""

FIRST_SURE_DAY: Final = date(1900, 3, 1)
"""Excel counts a 29 February 1900, which never was: days before this one are written as texts."""

_QUOTES = re.compile(r'(?:"")*')
_LARGE_WHOLE = re.compile(r"-?[0-9]{16,}")
_MINUTE = timedelta(minutes=1)
_ROUNDING = timedelta(milliseconds=10)


def written(column: Column, value: Any) -> Written:
    """Return what stands in the cell for a value of plain data."""
    if column.form is Form.LIST:
        return ", ".join(item if isinstance(item, str) else number(item) for item in value)
    if isinstance(value, dict):
        return flow(value)
    if not isinstance(value, (str, int, float)):
        raise TypeError(f"{type(value).__name__} has no place in a cell")
    if column.form is Form.CLOCK:
        hours, minutes = str(value).split(":")
        return timedelta(hours=int(hours), minutes=int(minutes))
    if column.form is Form.DAY:
        day = date.fromisoformat(str(value))
        return day if day >= FIRST_SURE_DAY else str(value)
    if isinstance(value, str):
        return f'{value}""' if _QUOTES.fullmatch(value) else value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= LARGEST_WHOLE:
        return str(value)
    return value


def taken(column: Column, found: Any) -> Any:
    """Return the plain data for what stands in a cell.

    Raises
    ------
    ScalarRefused
        It cannot be what the column holds. What the model refuses is not looked for here.
    """
    if isinstance(found, str):
        return _of_text(column, unescaped(found))
    if isinstance(found, bool):
        return _unless_text(column, found, "true or false")
    if isinstance(found, (datetime, date, time, timedelta)):
        return _of_time(column, found)
    _unless_text(column, found, "a number")
    if column.form is Form.WHOLE and LARGEST_WHOLE <= abs(found) < inf:
        raise ScalarRefused("a number this large is not exact in a cell", "Format the cell as text and type it again.")
    return [found] if column.form is Form.LIST else found


def _of_text(column: Column, text: str) -> Any:
    if column.form is Form.LIST:
        return [scalar(item.strip()) for item in text.split(",")]
    if column.form is Form.LAW and text.strip().startswith("{"):
        return _law(text)
    if column.form is Form.WHOLE and _LARGE_WHOLE.fullmatch(text):
        return scalar(text)
    return text[:-2] if text and _QUOTES.fullmatch(text) else text


def _law(text: str) -> Any:
    try:
        return read_yaml(text).data
    except BadInput as error:
        first = error.problems[0]
        raise ScalarRefused(first.what, first.advice or "Write it like {law: gamma, mean: 3, cv: 0.5}.") from None


def _unless_text(column: Column, found: Any, what: str) -> Any:
    if column.form in (Form.TEXT, Form.WORD, Form.CLOCK, Form.DAY):
        expected = {Form.CLOCK: "a time of day", Form.DAY: "a day"}.get(column.form, "a text")
        again = "" if column.form is Form.DAY else "Format the cell as text and type it again."
        raise ScalarRefused(f"{expected} is expected, the cell holds {what}", again)
    return found


def _of_time(column: Column, found: datetime | date | time | timedelta) -> str:
    """Return a day or a time of day as a file would have it."""
    if column.form is Form.CLOCK and isinstance(found, (time, timedelta)):
        return _clock(found)
    if column.form is Form.DAY and isinstance(found, (datetime, date)):
        return _day(found)
    kind = "a day" if isinstance(found, date) else "a time of day"
    expected = {Form.CLOCK: "a time of day", Form.DAY: "a day"}.get(column.form, column.form.value)
    advice = "Give the cell the format General, or Text, and type the value again."
    raise ScalarRefused(f"{expected} is expected, the cell holds {kind}", advice)


def _clock(found: time | timedelta) -> str:
    since = found
    if isinstance(since, time):
        since = timedelta(hours=since.hour, minutes=since.minute, seconds=since.second, microseconds=since.microsecond)
    minutes = round(since / _MINUTE)
    if abs(since - minutes * _MINUTE) > _ROUNDING:
        raise ScalarRefused("a time of day in whole minutes is expected", "Write it like 08:30.")
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _day(found: datetime | date) -> str:
    day = found.date() if isinstance(found, datetime) else found
    if day < FIRST_SURE_DAY:
        what = "days before 1 March 1900 are not sure in Excel, which counts a 29 February 1900"
        raise ScalarRefused(what, "Format the cell as text and write the day like 1900-02-28.")
    if isinstance(found, datetime) and found.time() != time(0):
        raise ScalarRefused("a day without a time of day is expected", "Write it like 2027-03-01.")
    return day.isoformat()
