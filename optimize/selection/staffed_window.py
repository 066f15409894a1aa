"""A window of time that people staff: the more people, the more work they carry without too long a wait."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from optimize.arrays import FloatArray, float_array
from optimize.selection.restrictions import Hire, finite

TOLERANCE = Fraction(1, 10**9)  # people that are missing to a whole person, relatively: rounding of shares


@dataclass(frozen=True, eq=False)
class StaffedWindow:
    """The load of the chosen columns stays within what the people present carry.

    ``sum_j load_j x_j <= carries[k]``, with k the whole people among ``present + sum_h staffs_h n_h``, or as many
    as `carries` knows where there are more. What a hire brings is written at the hire (`Hire.staffs`).

    Parameters
    ----------
    name, words
        Its id, unique among the windows, and what a planner calls it.
    load
        What each column brings, shape (N,), in `unit`, not negative.
    carries
        The largest load that 0, 1, 2 ... people carry, shape (K + 1,), in `unit`, never falling; for a waiting
        target see `simcore.formulas.erlang.most_load`.
    present
        People who are there before any hire.
    unit
        The unit of `load` and `carries`.
    """

    name: str
    words: str
    load: FloatArray
    carries: FloatArray
    present: float = 0.0
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "present", finite(f"The people present in {self.words!r}", self.present))
        for name in ("load", "carries"):
            what = f"The load of {self.words!r}" if name == "load" else f"What people carry in {self.words!r}"
            object.__setattr__(self, name, float_array(what, getattr(self, name), (len(getattr(self, name)),)))
        if (self.load < 0).any():
            raise ValueError(f"The load of {self.words!r} must not be negative. Got {self.load.min()} instead.")
        if not len(self.carries) or self.carries[0] < 0 or (np.diff(self.carries) < 0).any():
            raise ValueError(f"What people carry in {self.words!r} must start at 0 or more and never fall.")

    def people(self, hires: Sequence[Hire], units: Sequence[int], window: int) -> Fraction:
        """Return the people there are in this window, the `window`-th, with so many units of each hire."""
        more = (Fraction(hire.staffs.get(window, 0.0)) * n for hire, n in zip(hires, units, strict=True))
        return sum(more, Fraction(self.present))

    def carried_by(self, people: Fraction) -> Fraction:
        """Return the largest load that the whole ones of these people carry; 0 where there are fewer than none."""
        whole = math.floor(people * (1 + TOLERANCE))
        return Fraction(float(self.carries[min(whole, len(self.carries) - 1)])) if whole >= 0 else Fraction(0)

    def needed(self, load: float) -> int:
        """Return the fewest people who carry a load, or as many as `carries` knows where nobody does."""
        enough = int(np.searchsorted(self.carries, load * (1 - float(TOLERANCE))))
        return min(enough, len(self.carries) - 1)


@dataclass(frozen=True)
class Range:
    """The people of a window among whom there is something to decide: more than `base` and at most `top`.

    `base` people are always there, or all that any choice needs; more than `top` are never needed, or cannot be had.
    """

    base: int
    top: int


def reachable(window: StaffedWindow, index: int, hires: Sequence[Hire], needed: int) -> Range:
    """Return the range of people of the `index`-th window, where more than `needed` are never needed."""
    staffs = [(hire, hire.staffs.get(index, 0.0)) for hire in hires]
    fewest = sum((share * _units(hire, share < 0) for hire, share in staffs if share), window.present)
    most = sum((share * _units(hire, share > 0) for hire, share in staffs if share), window.present)
    return Range(_whole(fewest, needed), _whole(most, needed))


def _units(hire: Hire, many: bool) -> float:
    if many:
        return math.inf if hire.most is None else hire.most
    return hire.least


def _whole(people: float, most: int) -> int:
    return math.floor(min(max(people * (1 + float(TOLERANCE)), 0.0), most))
