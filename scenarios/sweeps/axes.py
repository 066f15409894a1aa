"""Axes of a sweep: one field each and the values it takes, from texts such as ``path=1,2,3`` or ``path=0.8..1.2:5``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final, Literal

from scenarios.paths import path_parts
from scenarios.problems import BadInput, Problem, TooLarge, bad
from scenarios.sweeps.points import MOST_POINTS

Kind = Literal["", "*", "%"]
Values = tuple[Any, ...]

FINEST: Final = 1_000_000
MOST: Final = 10**15
"""Largest end of a range; no field takes more."""
_NUMBER: Final = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,3})?"
_END: Final[dict[Kind, re.Pattern[str]]] = {
    "": re.compile(rf"({_NUMBER})"),
    "%": re.compile(r"([-+](?:\d+(?:\.\d+)?|\.\d+))\s*%"),
    "*": re.compile(r"\*\s*((?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,3})?)"),
}
_RANGE: Final = re.compile(r"\s*(\S.*?)\s*\.\.\s*(.+?)\s*(?::\s*(\S*)\s*)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.?(?:nan|inf|infinity)", re.IGNORECASE)
_ASSIGNMENT: Final = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^"=])*)=(.*)', re.DOTALL)
_HOW: Final = "Expected path=a,b,c or path=0.8..1.2:5 (five values, ends included)."


@dataclass(frozen=True)
class Range:
    """All numbers between two ends; ``kind`` says whether they are values, factors (``*``) or percentages (``%``).

    ``whole``: the field takes whole numbers only.
    """

    low: Fraction
    high: Fraction
    kind: Kind = ""
    whole: bool = False

    def value(self, number: Fraction) -> Any:
        """Return a number of the range as a change states it.

        >>> Range(Fraction(-10), Fraction(10), "%").value(Fraction(5, 2))
        '+2.5%'
        """
        if self.kind == "":
            return int(number) if number.denominator == 1 else float(number)
        text = f"{float(abs(number)):.12f}".rstrip("0").rstrip(".")
        return f"*{text}" if self.kind == "*" else f"{'-' if number < 0 else '+'}{text}%"

    def spread(self, count: int) -> Values:
        """Return evenly spaced values, ends included.

        >>> Range(Fraction("0.8"), Fraction("1.2"), "*").spread(5)
        ('*0.8', '*0.9', '*1', '*1.1', '*1.2')
        """
        width = self.high - self.low
        return tuple(self.value(self.low + width * step / (count - 1)) for step in range(count))

    def sampled(self, share: float) -> Any:
        """Return the value below which this share of the range lies, to a millionth of its width."""
        if self.whole:
            count = int(self.high - self.low) + 1
            return int(self.low) + min(int(share * count), count - 1)
        return self.value(self.low + (self.high - self.low) * Fraction(round(share * FINEST), FINEST))

    def nearest(self, share: float) -> tuple[Any, float]:
        """Return the value nearest to this share of the way from low to high, and the share that it really is."""
        if not self.whole:
            part = Fraction(share).limit_denominator(FINEST)
            return self.value(self.low + (self.high - self.low) * part), share
        steps = int(self.high - self.low)
        step = round(share * steps)
        return int(self.low) + step, step / steps


@dataclass(frozen=True)
class Axis:
    """One field of a sweep.

    Attributes
    ----------
    path : str
        Dotted path of the field; ``design`` chooses among the named designs.
    values : tuple
        The values it takes, in the grammar of what-ifs. Of a range without a count: its two ends.
    range : Range or None
        The range, where no values were named.
    source : str
        Where the axis comes from, for the messages.
    """

    path: str
    values: Values
    range: Range | None = None
    source: str = ""

    def sampled(self, share: float) -> Any:
        """Return the value at a share 0..1 of the axis; values of a list have equal shares."""
        if self.range is not None:
            return self.range.sampled(share)
        return self.values[min(int(share * len(self.values)), len(self.values) - 1)]

    def nearest(self, share: float) -> tuple[Any, float]:
        """Return the value nearest to a share of the way from the first value to the last, and its real share."""
        if self.range is not None:
            return self.range.nearest(share)
        steps = len(self.values) - 1
        step = round(share * steps)
        return self.values[step], step / steps

    def problem(self, what: str, advice: str = "", value: Any = None) -> Problem:
        """Return a problem of this axis."""
        return Problem(self.path, what, advice, value, self.source)


def parse_axes(texts: Iterable[str], option: str = "--vary") -> tuple[Axis, ...]:
    """Return the axes that ``path=values`` texts of the command line ask for.

    Raises
    ------
    BadInput
        A text is no axis; carries every problem found.
    TooLarge
        A range asks for more than 100,000 values.

    >>> [axis.values for axis in parse_axes(["a.b=1,+10%,[2, 3]", "c=0..1:3"])]
    [('1', '+10%', '[2, 3]'), (0, 0.5, 1)]
    """
    axes: list[Axis] = []
    problems: list[Problem] = []
    for text in texts:
        source = f"{option} {text}"
        match = _ASSIGNMENT.fullmatch(text)
        if match is None:
            problems.append(Problem("", "this is not an axis", _HOW, source=source))
            continue
        _take(axes, problems, match[1].strip(), match[2], source)
    return _all_or_none(axes, problems)


def axes_of(vary: Mapping[str, Any], sources: Mapping[str, str] | None = None) -> tuple[Axis, ...]:
    """Return the axes of a mapping: path -> list of values, or a text as on the command line.

    Raises
    ------
    BadInput, TooLarge
        As for :func:`parse_axes`.
    """
    axes: list[Axis] = []
    problems: list[Problem] = []
    for path, asked in vary.items():
        _take(axes, problems, path, asked, (sources or {}).get(path, ""))
    return _all_or_none(axes, problems)


def split_values(text: str) -> list[str]:
    """Return the values between commas; commas within brackets or quotes do not split.

    Raises
    ------
    BadInput
        A bracket or a quote is not closed.

    >>> split_values('1, [2, 3], "a,b", {law: gamma, mean: 3, cv: 1}')
    ['1', '[2, 3]', '"a,b"', '{law: gamma, mean: 3, cv: 1}']
    """
    values, start, depth, quote = [], 0, 0, ""
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote and text[at - 1] != "\\" else quote
        elif sign in "\"'" and (depth or not text[start:at].strip()):
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == "," and not depth:
            values.append(text[start:at].strip())
            start = at + 1
    if quote or depth:
        raise bad("", "a quote or a bracket is not closed", value=text)
    return [*values, text[start:].strip()]


def _all_or_none(axes: list[Axis], problems: list[Problem]) -> tuple[Axis, ...]:
    if problems:
        raise BadInput(problems)
    return tuple(axes)


def _take(axes: list[Axis], problems: list[Problem], path: str, asked: Any, source: str) -> None:
    try:
        path_parts(path)
        axes.append(_axis(path, asked, source))
    except TooLarge:
        raise
    except BadInput as error:
        problems += (replace(p, path=p.path or path, source=source) for p in error.problems)


def _axis(path: str, asked: Any, source: str) -> Axis:
    if not isinstance(asked, str):
        values = tuple(asked) if isinstance(asked, (list, tuple)) else (asked,)
        if not values:
            raise bad(path, "the axis is empty: there is no value to take", _HOW)
        return Axis(path, values, source=source)
    if not asked.strip():
        raise bad(path, "the axis is empty: there is no value to take", _HOW)
    values = tuple(split_values(asked))
    if "" in values:
        raise bad(path, "a value is empty", "Write null for nothing, or remove the comma.", asked)
    ranges = [text for text in values if _is_range(text)]
    if not ranges:
        return Axis(path, values, source=source)
    if len(values) > 1:
        raise bad(path, "a list of values with a range in it", "Give either values or one range.", ranges[0])
    return _ranged(path, asked.strip(), source)


def _is_range(text: str) -> bool:
    match = _RANGE.fullmatch(text)
    return match is not None and text[0] not in "[{\"'" and any(_known(end) for end in match.groups()[:2])


def _known(end: str) -> bool:
    return any(form.fullmatch(end) for form in _END.values()) or _NOT_FINITE.fullmatch(end) is not None


def _ranged(path: str, text: str, source: str) -> Axis:
    match = _RANGE.fullmatch(text)
    if match is None:  # pragma: no cover - _is_range has seen to it
        raise bad(path, "this is not a range", _HOW, text)
    found = _range(path, text, match[1], match[2])
    if match[3] is None:
        return Axis(path, (found.value(found.low), found.value(found.high)), found, source)
    return Axis(path, found.spread(_count(path, text, match[3], source)), source=source)


def _range(path: str, text: str, low: str, high: str) -> Range:
    for end in (low, high):
        if _NOT_FINITE.fullmatch(end):
            raise bad(path, "out of range: the ends of a range are finite numbers", value=text)
    kind = next((kind for kind, form in _END.items() if form.fullmatch(low) and form.fullmatch(high)), None)
    if kind is None:
        advice = "Write both alike: 0.8..1.2, *0.8..*1.2 or -10%..+10%."
        raise bad(path, "the two ends of the range are not numbers of one kind", advice, text)
    bounds = _number(kind, low), _number(kind, high)
    if max(map(abs, bounds)) > MOST:
        raise bad(path, f"out of range: the ends of a range are at most {float(MOST):g}", value=text)
    if bounds[0] == bounds[1]:
        raise bad(path, "the ends of the range are equal", "Give one value, or two different ends.", text)
    if bounds[0] > bounds[1]:
        raise bad(path, "the range is the wrong way round", f"Write {high}..{low}.", text)
    return Range(*bounds, kind=kind)


def _number(kind: Kind, end: str) -> Fraction:
    match = _END[kind].fullmatch(end)
    return Fraction(match[1] if match else end)


def _count(path: str, text: str, count: str, source: str) -> int:
    if not count.isascii() or not count.isdecimal():
        raise bad(path, "the count of values is a whole number from 2", "Write 0.8..1.2:5 for five values.", text)
    digits = count.lstrip("0") or "0"
    if len(digits) > 6 or int(digits) > MOST_POINTS:
        what = f"{digits[:20]} values on one axis; at most {MOST_POINTS:,} points can be swept"
        raise TooLarge([Problem(path, what, "Lower the count.", text, source)])
    if int(digits) < 2:
        raise bad(path, "the count of values is a whole number from 2", "A range has both its ends.", text)
    return int(digits)
