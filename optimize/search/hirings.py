"""Every hiring with which some plan may earn enough: the units of each hire, and the relaxation with these units.

The relaxation hires parts of people, so its regrets say little where people are dear. With whole people given, columns
decide everything, and regrets leave few of them. Hirings that can earn enough are few, too: one person more than the
work needs costs what one person costs. Ranges of units are divided until one number is left of each, those of the
highest bound first (branch and bound on the hires alone; Land & Doig 1960, *Econometrica* 28).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from optimize.search.coefficients import Coefficients
from optimize.search.generation import Relaxed, relaxed
from optimize.search.segments import Segments
from optimize.selection.selection import Selection
from optimize.solver.status import Status

_WHOLE = 1e-6  # units of a relaxation this near to a whole number are one
_ROUNDING = 1e-9  # relative, of bounds

_Range = tuple[int, int | None]


@dataclass(frozen=True, eq=False)
class Hiring:
    """Units of each hire, and the relaxation over all columns with them."""

    units: tuple[int, ...]
    relaxed: Relaxed


class Hirings:
    """The hirings of a selection in canonical order.

    Parameters
    ----------
    selection
        The choice.
    root
        Its relaxation.
    nodes
        Relaxations to solve, at most.

    Attributes
    ----------
    complete : bool
        After `worth` has ended: whether no hiring is missing.
    """

    def __init__(self, selection: Selection, root: Relaxed, nodes: int) -> None:
        self.selection, self.root, self.nodes = selection, root, nodes
        self.complete = False
        self._coefficients, self._segments = Coefficients(selection), Segments(selection)

    def worth(self, floor: Callable[[], float]) -> Iterator[Hiring]:
        """Yield hirings with which the bound is at least a floor, which may rise meanwhile; the highest bound first."""
        number = count()
        whole = tuple((hire.least, hire.most) for hire in self.selection.hires)
        open_ = [(-self.root.bound, next(number), whole, self.root)]
        while open_:
            bound, _, ranges, found = heapq.heappop(open_)
            if not _reaches(-bound, floor()):
                break
            if all(least == most for least, most in ranges):
                yield Hiring(tuple(least for least, _ in ranges), found)
                continue
            for part in _divided(ranges, found):
                if self.nodes <= 0:
                    return
                self.nodes -= 1
                inside = self._relaxed(part)
                if inside.status is Status.OPTIMAL and _reaches(inside.bound, floor()):
                    heapq.heappush(open_, (-inside.bound, next(number), part, inside))
                elif inside.status not in (Status.OPTIMAL, Status.INFEASIBLE):
                    return
        self.complete = True

    def _relaxed(self, ranges: tuple[_Range, ...]) -> Relaxed:
        hires = zip(self.selection.hires, ranges, strict=True)
        part = replace(
            self.selection, hires=tuple(replace(hire, least=least, most=most) for hire, (least, most) in hires)
        )
        return relaxed(part, self._coefficients, self._segments)


def _reaches(bound: float, floor: float) -> bool:
    return bound >= floor - _ROUNDING * max(abs(bound), abs(floor))


def _divided(ranges: tuple[_Range, ...], found: Relaxed) -> Iterator[tuple[_Range, ...]]:
    """Divide the range of the hire whose units in the relaxation are furthest from whole, else the widest range."""
    units = [found.others.get(f"n_{index}", 0.0) for index in range(len(ranges))]
    free = [index for index, (least, most) in enumerate(ranges) if least != most]
    index = max(free, key=lambda place: abs(units[place] - round(units[place])))
    if abs(units[index] - round(units[index])) > _WHOLE:
        cuts: tuple[tuple[int | None, int | None], ...] = (
            (None, math.floor(units[index])),
            (math.ceil(units[index]), None),
        )
    else:
        index = max(free, key=lambda place: _width(ranges[place]))
        whole = round(units[index])
        cuts = (whole, whole), (None, whole - 1), (whole + 1, None)
    least, most = ranges[index]
    for low, high in cuts:
        low = least if low is None else max(low, least)
        high = most if high is None else (high if most is None else min(high, most))
        if high is None or low <= high:
            yield (*ranges[:index], (low, high), *ranges[index + 1 :])


def _width(of: _Range) -> float:
    least, most = of
    return math.inf if most is None else most - least
