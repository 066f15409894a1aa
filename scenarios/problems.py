"""What is wrong with an input, in one grammar: where, what value, which rule, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input.

    Attributes
    ----------
    path : str
        Dotted path of the field, such as ``segments.retail.customers``.
    what : str
        What is wrong, in a planner's words.
    advice : str
        What is expected and what to try; may be empty.
    value : Any
        The value that was found; ``None`` when there is none to show.
    source : str
        File name, or the option of the command (``--set ...``) that it came from.
    line : int or None
        Line in the file, counted from 1.
    cell : str
        Cell of the workbook, such as ``segments!C7``; empty where the file has lines.
    """

    path: str
    what: str
    advice: str = ""
    value: Any = None
    source: str = ""
    line: int | None = None
    cell: str = ""

    def __str__(self) -> str:
        place = self.cell or ("" if self.line is None else str(self.line))
        where = ":".join(part for part in (self.source, place) if part)
        shown = "" if self.value is None else f" = {_shown(self.value)}"
        head = " ".join(part for part in (where, f"{self.path}{shown}".strip()) if part)
        body = printable(self.what) if self.what.endswith(".") else f"{printable(self.what)}."
        return " ".join(part for part in (f"{printable(head)}:" if head else "", body, printable(self.advice)) if part)


class BadInput(ValueError):
    """Inputs that cannot be used; carries every problem found (exit code 2)."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


class TooLarge(BadInput):
    """Inputs that are refused because the work would be too large (exit code 3)."""

    exit_code = 3


class NoTrustworthyAnswer(Exception):
    """The question has no answer that could be trusted (exit code 4)."""

    exit_code = 4


def bad(path: str, what: str, advice: str = "", value: Any = None, source: str = "") -> BadInput:
    """Return the exception for a single problem.

    >>> raise bad("study.seed", "a seed is a whole number from 0 up", value=-1)
    Traceback (most recent call last):
        ...
    scenarios.problems.BadInput: study.seed = -1: a seed is a whole number from 0 up.
    """
    return BadInput([Problem(path, what, advice, value, source)])


def printable(text: str) -> str:
    r"""Return the text with control characters shown instead of sent to the terminal.

    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _shown(value: Any, most: int = 60) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= most else f"{text[: most - 3]}..."
