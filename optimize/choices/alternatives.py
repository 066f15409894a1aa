"""Near-optimal alternatives: the most different designs that are expected to earn nearly as much as the best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.choices.near import Near, all_near
from optimize.choices.reach import within_reach_of
from optimize.selection.canonical import taken
from optimize.selection.dominance import worth_keeping
from optimize.selection.restrictions import Limit
from optimize.selection.selection import Selection
from optimize.solve import Solution, solve
from optimize.solver.status import Status

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
        No design within the margin is further from all of those; more than the distance where that is not proven.
    """

    solution: Solution
    distance: int
    most: int


@dataclass(frozen=True)
class Alternatives:
    """The best design and the most different ones.

    Attributes
    ----------
    designs : tuple of Alternative
        The best first; none where no choice is possible.
    most : int
        No other design within the margin differs from all of these in more options; 0: there is no other one.
    interrupted : bool
        Whether there are fewer than asked for because the search was stopped.
    """

    designs: tuple[Alternative, ...]
    most: int = 0
    interrupted: bool = False


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
) -> Alternatives:
    """Return the best choice, and after it, one by one, the choice that is furthest from all before it.

    The distance of two choices is the number of options in which they differ, over segments and levers (Hamming),
    each weighed by the segment; an unserved segment differs in all levers. Of the choices whose margin is at least
    ``(1 - within)`` times the best, the next is the one whose least distance to those before it is largest (farthest
    first; Gonzalez 1985, Theor. Comput. Sci. 38), and of those, the one that earns most.

    Where the choices that earn enough are few enough, each is looked at. Otherwise the largest distance is found by
    halving: the choice that earns most at a distance of at least d either earns enough, and then d can be reached, or
    nothing does.

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
    if best.objective is None:
        return Alternatives(())
    floor = best.objective - within * abs(best.objective - spent)
    near = within_reach_of(selection, floor)  # nothing else can be in a choice that earns enough
    part = taken(selection, range(selection.n_segments), near)
    apart = _Distances(part, np.array([picks[column] for column in near]), np.array(weights or [1] * part.n_segments))
    places = {column: place for place, column in enumerate(near)} | {-1: -1}
    found = [Alternative(replace(best, columns=tuple(places[column] for column in best.columns)), 0, 0)]
    show(1, count + 1)
    most, interrupted = 0, False
    try:
        listed = all_near(part, floor)
        while len(found) <= count:
            before = [apart.of(one.solution.columns) for one in found]
            following = (
                _furthest(part, before, floor, gap) if listed is None else _listed(part, listed, before, floor, gap)
            )
            most = following.most
            if not following.distance:
                break
            found.append(following)
            show(len(found), count + 1)
    except KeyboardInterrupt:
        interrupted = True
    return Alternatives(tuple(_in_whole(one, near) for one in found), most, interrupted)


def _in_whole(one: Alternative, near: Sequence[int]) -> Alternative:
    """Return an alternative among some columns as one among all of them."""
    columns = tuple(-1 if column < 0 else near[column] for column in one.solution.columns)
    return replace(one, solution=replace(one.solution, columns=columns))


NONE = Alternative(Solution(Status.INFEASIBLE), 0, 0)


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
        return int(self.to_each(np.array([columns], dtype=np.int64))[0])

    def to_each(self, plans: IntArray) -> IntArray:
        """Return the distances of many choices, one row each."""
        more = np.where(plans >= 0, self.more[plans], 0.0).sum(axis=1)
        distances: IntArray = np.rint(self.constant + more).astype(np.int64)
        return distances

    def at_least(self, distance: int, number: int) -> Limit:
        words = f"at least {distance} options other than those of design {number + 1}"
        return Limit(f"distance[{number}]", words, self.constant - distance, -self.more, "options")


def _listed(selection: Selection, near: Near, apart: Sequence[_Distance], floor: float, gap: float) -> Alternative:
    """Return that of all choices that earn enough which is furthest from some others; none at distance 0."""
    nearest = np.min([one.to_each(near.columns) for one in apart], axis=0)
    for place in np.lexsort([np.arange(len(nearest)), -nearest]).tolist():  # listed by what they earn
        if not nearest[place]:
            break
        columns = near.columns[place].tolist()
        found = _exactly(selection, columns, gap)
        if found is not None and _earns(found) >= floor:  # but for rounding, the first of them
            return Alternative(found, int(nearest[place]), int(nearest[place]))
    return NONE


def _exactly(selection: Selection, columns: Sequence[int], gap: float) -> Solution | None:
    """Return a choice of columns with the hires that suit it."""
    chosen = [column for column in columns if column >= 0]
    served = np.array([column >= 0 for column in columns])
    alone = replace(taken(selection, range(selection.n_segments), chosen), must_serve=served)
    found = solve(alone, gap, explain=False)
    return replace(found, columns=tuple(columns)) if found.columns else None


def _furthest(selection: Selection, apart: Sequence[_Distance], floor: float, gap: float) -> Alternative:
    """Return the choice that earns enough and is furthest from some others; none at distance 0."""

    def nearest(columns: Sequence[int]) -> int:
        return min(one.to(columns) for one in apart)

    def earning(distance: int, close: float) -> Solution:
        limits = tuple(one.at_least(distance, number) for number, one in enumerate(apart))
        asked = replace(selection, limits=(*selection.limits, *limits))
        kept = within_reach_of(asked, floor)
        if not kept:
            return Solution(Status.INFEASIBLE)
        found = _solved(taken(asked, range(asked.n_segments), kept), close)
        return replace(found, columns=tuple(-1 if column < 0 else kept[column] for column in found.columns))

    low, most = 0, round(max(_most(selection, one) for one in apart))
    high, proven = most, True
    while low < high:
        asked = (low + high + 1) // 2
        found = earning(asked, ROUGH)  # whether anything earns enough is often clear long before the best is known
        if found.columns and _earns(found) < floor <= _at_most(found):
            found = earning(asked, gap)
        if _earns(found) >= floor:
            low = nearest(found.columns)
        else:
            high, proven = asked - 1, proven and _at_most(found) < floor
            most = high if proven else most
    if not low:
        return replace(NONE, most=most)
    best = earning(low, gap)
    return Alternative(best, nearest(best.columns), most)


def _earns(found: Solution) -> float:
    return -np.inf if found.objective is None else found.objective


def _at_most(found: Solution) -> float:
    """Return what no choice earns more than, as far as is known."""
    if found.bound is not None:
        return found.bound
    return -np.inf if found.status is Status.INFEASIBLE else np.inf


def _most(selection: Selection, apart: _Distance) -> float:
    """Return the largest distance of any choice."""
    largest = np.full(selection.n_segments, -np.inf)
    np.maximum.at(largest, selection.column_segment, apart.more)
    return apart.constant + float(np.where(selection.must_serve, largest, np.maximum(largest, 0.0)).sum())


def _solved(selection: Selection, gap: float) -> Solution:
    """Return the best choice, with the columns of the selection itself."""
    kept = worth_keeping(selection)
    found = solve(taken(selection, range(selection.n_segments), kept), gap, explain=False)
    return replace(found, columns=tuple(-1 if column < 0 else kept[column] for column in found.columns))
