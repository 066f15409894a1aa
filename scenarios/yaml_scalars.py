"""What a plain YAML scalar means here: text, number, true, false or nothing; never a guess."""

from __future__ import annotations

import math
import re
from typing import Final

CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no text has, since no file can hold it."""

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_MOST_DIGITS = 4000

_WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}

Scalar = str | int | float | bool | None


class ScalarRefused(ValueError):
    """A plain scalar without a safe meaning; carries what is wrong and what to do."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


def scalar(text: str) -> Scalar:
    """Return the value of a plain (unquoted) scalar by the YAML 1.2 core rules, without its traps.

    Raises
    ------
    ScalarRefused
        A leading zero, an infinity, a NaN, or a number that overflows.

    >>> [scalar(text) for text in ("12", "1e3", "NO", "12:30", "1_000", "0x10", "~", "-0.0")]
    [12, 1000.0, 'NO', '12:30', '1_000', '0x10', None, 0.0]
    """
    if text in _WORDS:
        return _WORDS[text]
    if _LEADING_ZERO.fullmatch(text):
        raise ScalarRefused(
            "a number with a leading zero can be read in two ways", f'If it is text, quote it: "{text}".'
        )
    if _NOT_FINITE.fullmatch(text):
        raise ScalarRefused("out of range: a finite number is expected", "")
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        return _float(text)
    return text


def _integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ScalarRefused("out of range: the number has too many digits", "")
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    lost = value == 0 and any(digit in "123456789" for digit in re.split("[eE]", text)[0])
    if not math.isfinite(value) or lost:
        raise ScalarRefused("out of range: the number is too large or too small to be stored", "")
    return value + 0.0  # turns -0.0 into 0.0
