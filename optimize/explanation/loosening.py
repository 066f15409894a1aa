"""A limit of a choice that could be looser: by how much at a time, in which unit, and how a planner would say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil, floor, log10

from optimize.selection.selection import Selection

ONE_PERCENT = 0.01

Change = Callable[[Selection, float], Selection]


@dataclass(frozen=True)
class Loosening:
    """A limit that could be looser.

    Attributes
    ----------
    name : str
        Its name among the constraints.
    words : str
        What a planner calls it.
    unit : str
        What it is counted in.
    step : float
        A sensible amount to ask about.
    grain : float
        The smallest amount worth telling apart.
    plenty : float
        An amount after which it limits nothing.
    change : callable
        (selection, amount) -> the selection with the limit loosened.
    says : callable
        Amount -> words, such as ``one hour more a week``.
    adds : mapping of int to float
        Index of a limit -> what one unit adds to its capacity; empty where it is no limit on a sum.
    staffs : mapping of int to float
        Likewise, index of a staffed window -> people.
    setting : callable
        Amount -> the what-if that says the same to the command (``path=value``), or nothing.
    """

    name: str
    words: str
    unit: str
    step: float
    grain: float
    plenty: float
    change: Change
    says: Callable[[float], str]
    adds: Mapping[int, float] = field(default_factory=dict)
    staffs: Mapping[int, float] = field(default_factory=dict)
    setting: Callable[[float], str] = lambda _: ""

    def of(self, grains: int) -> float:
        """Return an amount of so many grains, in its unit."""
        return round(grains * self.grain, 12)


def amount(value: float, most: int = 3) -> str:
    """Return a number to at most three digits or in full thousands.

    >>> amount(0.25), amount(12345.0), amount(3.0)
    ('0.25', '12,345', '3')
    """
    if abs(value) >= 10 ** (most - 1) or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.{most}g}"


def rounded(size: float) -> float:
    """Return a number to two digits."""
    digits = floor(log10(size)) - 1
    return float(round(size / 10**digits) * 10**digits) if digits >= 0 else round(size, -digits)


def grain_of(size: float) -> float:
    """Return a thousandth, as a power of ten."""
    return float(10.0 ** ceil(log10(size) - 3))


def counted(count: float, what: str) -> str:
    """Return a number of things, such as ``one hour``."""
    return f"one {what}" if count == 1 else f"{amount(count)} {what}s"
