"""The price of one-size-fits-all: the best choice with at most 1, 2, ... different offerings."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain, combinations

import numpy as np

from optimize.choices.reach import within_reach_of
from optimize.choices.sharing import Partition, Sharing, is_finer, partitions
from optimize.selection.canonical import taken
from optimize.selection.selection import Selection
from optimize.solve import Solution, relative_gap, solve
from optimize.solver.status import Status

MOST_SEGMENTS = 6
"""Up to here every way to share offerings is looked at (203 of them); above, the offerings in use are counted."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Fewer:
    """The best choice with at most so many different offerings.

    Attributes
    ----------
    offerings : int
        K, the most different offerings.
    used : int
        Different offerings that the choice has.
    columns : tuple of int
        Chosen column of each segment, -1 for unserved; empty where there is no choice.
    hires : tuple of int
        Units of each hire.
    objective : float or None
        Money in the period.
    bound : float or None
        No choice with K offerings earns more.
    status : Status
        Infeasible where K offerings cannot keep within the limits.
    """

    offerings: int
    used: int
    columns: tuple[int, ...]
    hires: tuple[int, ...]
    objective: float | None
    bound: float | None
    status: Status

    @property
    def solution(self) -> Solution:
        """The choice as a solution."""
        gap = None if self.objective is None or self.bound is None else relative_gap(self.objective, self.bound)
        return Solution(self.status, self.columns, self.hires, self.objective, self.bound, gap)


def by_number(selection: Selection, gap: float = 1e-9, progress: Progress | None = None) -> list[Fewer]:
    """Return the best choice with at most K different offerings, for K = 1 to the number of segments.

    Stopped by Ctrl-C, it returns those that are finished: numbers are looked at from the most to the fewest.

    With up to six segments, each way to divide them into K blocks is a choice of its own, with one offering for each
    block. Dominance is then exact for shared offerings too (amounts are compared as sums over a block), and a
    division is skipped where a finer one is known not to earn more than the best so far: what segments can earn
    together with one offering, they can earn apart.

    Parameters
    ----------
    selection : Selection
        With all columns, because one that is dominated may be the best to share. Its own `max_offerings` is ignored.
    gap : float
        Relative gap at which each solve may stop.
    progress : callable or None
        Called with (numbers done, numbers in all).
    """
    show = progress or (lambda _done, _of: None)
    count = selection.n_segments
    divisible = count <= MOST_SEGMENTS and not selection.comparisons
    search = _Divisions(selection, gap) if divisible else None
    found: list[Fewer] = []
    try:
        for offerings in range(count, 0, -1):
            found.insert(0, search.best(offerings) if search else _counted(selection, offerings, gap))
            show(count - offerings + 1, count)
    except KeyboardInterrupt:
        return found
    nothing = [search.best(0)] if search and not selection.must_serve.any() else []
    return _no_better_with_fewer([*nothing, *found])[len(nothing) :]


class _Divisions:
    """The ways to divide the segments, from the finest on; what is known of each bounds the coarser ones."""

    def __init__(self, selection: Selection, gap: float) -> None:
        self.selection, self.gap = selection, gap
        self.sharing = Sharing(selection)
        optional = np.flatnonzero(~selection.must_serve).tolist()
        left_out = chain.from_iterable(combinations(optional, n) for n in range(len(optional) + 1))
        served = [tuple(s for s in range(selection.n_segments) if s not in out) for out in left_out]
        self.all: list[Partition] = [parts for segments in served for parts in partitions(segments)]
        self.bounds: dict[Partition, float] = {}

    def best(self, offerings: int) -> Fewer:
        """Return the best choice with exactly so many blocks; with numbers asked for from the most to the fewest."""
        best = Fewer(offerings, 0, (), (), None, None, Status.INFEASIBLE)
        bounded = [(self._bound(parts), parts) for parts in self.all if len(parts) == offerings]
        for bound, parts in sorted(bounded, key=lambda pair: -pair[0]):
            self.bounds[parts] = bound
            if bound == -math.inf or (best.objective is not None and bound <= best.objective):
                continue
            found = self._solve(parts, best.objective)
            floor = -math.inf if best.objective is None else best.objective
            self.bounds[parts] = -math.inf if found.bound is None else min(bound, max(found.bound, floor))
            if found.objective is not None and (best.objective is None or found.objective > best.objective):
                best = found
        return replace(best, offerings=offerings, bound=self._most(offerings, best))

    def _most(self, offerings: int, best: Fewer) -> float | None:
        if best.objective is None:
            return None
        known = (bound for parts, bound in self.bounds.items() if len(parts) == offerings)
        return max(best.objective, *known)

    def _bound(self, parts: Partition) -> float:
        """Return the most that a division can earn: no more than any finer one of the same segments."""
        if any(not self.sharing.offered(block) for block in parts):
            return -math.inf
        finer = (b for other, b in self.bounds.items() if len(other) > len(parts) and is_finer(other, parts))
        return min(finer, default=math.inf)

    def _solve(self, parts: Partition, floor: float | None) -> Fewer:
        """Return the best choice of a division; nothing where no choice is worth more than the floor."""
        if not parts:
            return _taken(self.selection, solve(replace(self.selection, max_offerings=0), self.gap, explain=False), 0)
        shared = self.sharing.shared(parts)
        part, near = shared.selection, list(range(shared.selection.n_columns))
        if floor is not None:
            near = within_reach_of(part, floor)
            part = taken(part, range(part.n_segments), near)
        found = solve(part, self.gap, explain=False)
        if found.bound is None and floor is not None:
            found = replace(found, bound=floor)
        columns = [-1] * self.selection.n_segments
        for column in shared.chosen([near[c] if c >= 0 else -1 for c in found.columns]):
            columns[int(self.selection.column_segment[column])] = column
        return _taken(self.selection, replace(found, columns=tuple(columns) if found.columns else ()), len(parts))


def _counted(selection: Selection, offerings: int, gap: float) -> Fewer:
    """Return the best choice with at most so many offerings, counted in the model."""
    return _taken(selection, solve(replace(selection, max_offerings=offerings), gap, explain=False), offerings)


def _taken(selection: Selection, found: Solution, offerings: int) -> Fewer:
    used = len({int(selection.offering_key[column]) for column in found.columns if column >= 0})
    return Fewer(offerings, used, found.columns, found.hires, found.objective, found.bound, found.status)


def _no_better_with_fewer(found: list[Fewer]) -> list[Fewer]:
    """Return, for each number, the best with that many or fewer."""
    out: list[Fewer] = []
    for one in found:
        best = max([*out[-1:], one], key=lambda f: -math.inf if f.objective is None else f.objective)
        known = [f.bound for f in [*out[-1:], one] if f.bound is not None]
        out.append(replace(best, offerings=one.offerings, bound=max(known, default=None)))
    return out
