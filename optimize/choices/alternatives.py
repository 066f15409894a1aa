"""Near-optimal alternatives: the most different designs that are expected to earn nearly as much as the best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimize.arrays import FloatArray
from optimize.canonical import taken
from optimize.choices.reach import within_reach_of
from optimize.dominance import worth_keeping
from optimize.restrictions import Limit
from optimize.selection import Selection
from optimize.solve import Solution, solve

Picks = tuple[tuple[int, ...], ...]
"""For each column, the option that it picks of each lever, as numbers."""
Progress = Callable[[int, int], None]
ROUGH = 1e-3
"""Gap at which it is first asked whether anything earns enough."""


@dataclass(frozen=True)
class Alternative:
    """A design and how far it is from the others.

    Attributes
    ----------
    solution : Solution
        Columns are those of the choice that was asked about.
    distance : int
        Options (segment x lever) in which it differs from the nearest of the designs before it; 0 for the first.
    most : int
        No design within the margin is further from all of those.
    """

    solution: Solution
    distance: int
    most: int


def most_different(
    selection: Selection,
    picks: Picks,
    within: float,
    count: int,
    weights: Sequence[int] | None = None,
    gap: float = 1e-9,
    progress: Progress | None = None,
    *,
    spent: float = 0.0,
) -> list[Alternative]:
    """Return the best choice, and after it, one by one, the choice that is furthest from all before it.

    The distance of two choices is the number of options in which they differ, over segments and levers (Hamming),
    each weighed by the segment; an unserved segment differs in all levers. Of the choices whose margin is at least
    ``(1 - within)`` times the best, the next is the one whose least distance to those before it is largest (farthest
    first; Gonzalez 1985, Theor. Comput. Sci. 38), and of those, the one that earns most.

    The largest distance is found by halving: the choice that earns most at a distance of at least d either earns
    enough, and then d can be reached, or nothing does.

    Parameters
    ----------
    selection : Selection
        With all columns: an alternative may hold some that are dominated.
    picks : tuple of tuple of int, shape (columns, levers)
        The option of each lever.
    within : float
        Share of the best margin that may be given up, 0 <= within < 1.
    count : int
        Alternatives to find at most; fewer where no other choice earns enough.
    weights : sequence of int or None
        Weight of each segment; None: 1.
    spent : float
        Money that is spent whatever is chosen: the margin is the value of the choice less this.
    """
    show = progress or (lambda _done, _of: None)
    best = _solved(selection, gap)
    if best is None or best.objective is None:
        return []
    floor = best.objective - within * abs(best.objective - spent)
    near = within_reach_of(selection, floor)
    if len(near) < selection.n_columns:  # nothing else can be in a choice that earns enough
        picked = tuple(picks[column] for column in near)
        part = taken(selection, range(selection.n_segments), near)
        alone = most_different(part, picked, within, count, weights, gap, progress, spent=spent)
        return [_in_whole(one, near) for one in alone]
    apart = _Distances(selection, np.array(picks), np.array(weights or [1] * selection.n_segments))
    found = [Alternative(best, 0, 0)]
    show(1, count + 1)
    while len(found) <= count:
        before = [one.solution.columns for one in found]
        following = _furthest(selection, [apart.of(columns) for columns in before], floor, gap)
        if following is None:
            break
        found.append(following)
        show(len(found), count + 1)
    return found


def _in_whole(one: Alternative, near: Sequence[int]) -> Alternative:
    """Return an alternative among some columns as one among all of them."""
    columns = tuple(-1 if column < 0 else near[column] for column in one.solution.columns)
    return replace(one, solution=replace(one.solution, columns=columns))


class _Distances:
    """The distance of each column to what a choice gives its segment."""

    def __init__(
        self,
        selection: Selection,
        picks: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
        weights: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    ) -> None:
        self.selection, self.picks, self.weights = selection, picks, weights
        self.levers = picks.shape[1] if picks.ndim == 2 else 0

    def of(self, columns: Sequence[int]) -> _Distance:
        """Return the distances to a choice."""
        served = np.zeros(self.selection.n_columns)
        missing = np.zeros(self.selection.n_segments)
        for segment, column in enumerate(columns):
            own = self.selection.column_segment == segment
            weight, all_levers = self.weights[segment], self.weights[segment] * self.levers
            if column < 0:
                served[own] = all_levers
            else:
                served[own] = weight * (self.picks[own] != self.picks[column]).sum(axis=1)
                missing[segment] = all_levers
        return _Distance(served - missing[self.selection.column_segment], float(missing.sum()))


@dataclass(frozen=True)
class _Distance:
    """``constant + sum_j more_j x_j`` is the distance of a choice: unserved segments count in the constant."""

    more: FloatArray
    constant: float

    def to(self, columns: Sequence[int]) -> int:
        return round(self.constant + sum(float(self.more[column]) for column in columns if column >= 0))

    def at_least(self, distance: int, number: int) -> Limit:
        words = f"at least {distance} options other than those of design {number + 1}"
        return Limit(f"distance[{number}]", words, self.constant - distance, -self.more, "options")


def _furthest(selection: Selection, apart: Sequence[_Distance], floor: float, gap: float) -> Alternative | None:
    """Return the choice that earns enough and is furthest from some others; None where there is none."""

    def nearest(columns: Sequence[int]) -> int:
        return min(one.to(columns) for one in apart)

    def earning(distance: int, close: float) -> Solution | None:
        limits = tuple(one.at_least(distance, number) for number, one in enumerate(apart))
        asked = replace(selection, limits=(*selection.limits, *limits))
        kept = within_reach_of(asked, floor)
        found = _solved(taken(asked, range(asked.n_segments), kept), close) if kept else None
        if found is None:
            return None
        return replace(found, columns=tuple(-1 if column < 0 else kept[column] for column in found.columns))

    low, high = 0, round(max(_most(selection, one) for one in apart))
    while low < high:
        asked = (low + high + 1) // 2
        found = earning(asked, ROUGH)  # whether anything earns enough is often clear long before the best is known
        if found is not None and _earns(found) < floor <= (found.bound or 0.0):
            found = earning(asked, gap)
        if found is None or _earns(found) < floor:
            high = asked - 1
        else:
            low = nearest(found.columns)
    best = earning(low, gap) if low else None
    return None if best is None else Alternative(best, nearest(best.columns), high)


def _earns(found: Solution) -> float:
    return -np.inf if found.objective is None else found.objective


def _most(selection: Selection, apart: _Distance) -> float:
    """Return the largest distance of any choice."""
    largest = np.full(selection.n_segments, -np.inf)
    np.maximum.at(largest, selection.column_segment, apart.more)
    return apart.constant + float(np.where(selection.must_serve, largest, np.maximum(largest, 0.0)).sum())


def _solved(selection: Selection, gap: float) -> Solution | None:
    """Return the best choice, with the columns of the selection itself; None where there is none."""
    kept = worth_keeping(selection)
    found = solve(taken(selection, range(selection.n_segments), kept), gap, explain=False)
    if not found.columns:
        return None
    return replace(found, columns=tuple(-1 if column < 0 else kept[column] for column in found.columns))
