"""A frontier: designs that earn the most at their service (or stock, cost, emissions)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from optimize.choices.reach import within_reach_of
from optimize.choices.weighed import Weighed
from optimize.selection.canonical import taken
from optimize.selection.dominance import worth_keeping
from optimize.selection.exact import Choice
from optimize.selection.selection import Selection
from optimize.solve import Solution, solve

_SOLVES_PER_POINT = 4
_END_STEPS = 10
_ENDS = 2

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Point:
    """A design on the frontier.

    Attributes
    ----------
    value : float
        Of the measure, in its unit.
    margin, bound : float
        Money in the period; no design that is at least as good by the measure earns more than the bound.
    solution : Solution
        Columns are those of the choice that the frontier was asked of.
    """

    value: float
    margin: float
    bound: float
    solution: Solution

    @property
    def gap(self) -> float:
        """Relative gap between bound and margin."""
        return (self.bound - self.margin) / abs(self.margin) if self.bound > self.margin else 0.0


@dataclass(frozen=True)
class Frontier:
    """Points from the highest margin to the best value.

    Attributes
    ----------
    points : tuple of Point
        None dominates another.
    beyond : float or None
        No design reaches this value; None where the last point has the best value that any column has.
    complete : bool
        No other point is further than the resolution from these.
    interrupted : bool
        Whether the search was stopped before its end.
    """

    points: tuple[Point, ...]
    beyond: float | None
    complete: bool
    interrupted: bool = False


@dataclass
class _Between:
    """Two neighbours, in goodness (larger is better): a better value than `better`'s is settled up to `from_`."""

    worse: Point
    better: Point
    low: float
    high: float

    def area(self, width: float, height: float) -> float:
        return (self.high - self.low) / width * (self.worse.margin - self.better.margin) / height


def frontier(
    selection: Selection,
    weighed: Weighed,
    points: int = 9,
    resolution: float = 1e-3,
    gap: float = 1e-9,
    progress: Progress | None = None,
) -> Frontier | None:
    """Return points of the frontier of margin against a measure; None where no choice is possible.

    Each point is the choice that earns most among those that are at least so good (epsilon-constraint; Haimes, Lasdon
    & Wismer 1971). The next value to ask for halves the widest gap between neighbours (Hamacher, Pedersen & Ruzika
    2007, Oper. Res. Lett. 35(3)): a point found there divides the gap, and where none is, nothing is left in that
    half. Dominated points are dropped.

    Parameters
    ----------
    selection : Selection
        With all columns, because one that is dominated by margin may be the best by the measure.
    points : int
        How many to find, besides those met on the way to the best value.
    resolution : float
        Share of the range of the measure below which values are not told apart.
    gap : float
        Relative gap at which each solve may stop.
    """
    return _Search(selection, weighed, points, resolution, gap, progress or (lambda _done, _of: None)).run()


@dataclass
class _Search:
    selection: Selection
    weighed: Weighed
    count: int
    resolution: float
    gap: float
    show: Progress
    found: list[Point] = field(default_factory=list)
    solves: int = 0
    step: float = 0.0
    """Values that are no further apart are not told apart."""

    def run(self) -> Frontier | None:
        first = self._solved(self.selection)
        if first is None:
            return None
        self.found = [first]
        self.show(1, self.count)
        beyond, complete, interrupted = None, False, False
        try:
            best, start = self._narrow(first)
            beyond = self._to_the_end(start, best)
            complete = self._between()
        except KeyboardInterrupt:
            interrupted = True
        return Frontier(tuple(_undominated(self.found, self._good, self.step)), beyond, complete, interrupted)

    def _narrow(self, first: Point) -> tuple[float, float]:
        """Keep the columns that a point may have; return the best value of any column and that of the first point."""
        self.kept = worth_keeping(self.weighed.compared(self.selection, first.value))
        self.narrow = taken(self.selection, range(self.selection.n_segments), self.kept)
        self.measure = self.weighed.taken(self.kept)
        best, start = self._good(self.measure.best(self.narrow)), self._good(first.value)
        self.step = max(self.resolution * abs(best - start), self.weighed.alike)
        return best, start

    def _to_the_end(self, start: float, best: float) -> float | None:
        """Find the best value that can be reached, by halving what is not known; return one that cannot."""
        low, high, reached = start, best, False
        for _ in range(_END_STEPS):
            if high - low <= self.step:
                break
            ask = high if not reached else (low + high) / 2
            point = self._at(ask)
            if point is None:
                high, reached = ask, True
            else:
                low = max(low, self._good(point.value))
                self._add(point)
            if low >= high:
                return None
        return self._value(high) if reached else None

    def _between(self) -> bool:
        """Divide the widest gap between neighbours until there are enough points, or nothing is left."""
        ordered = _undominated(self.found, self._good, self.step)
        gaps = [self._gap(a, b) for a, b in pairwise(ordered)]
        width = max(self._good(ordered[-1].value) - self._good(ordered[0].value), 1e-12)
        height = max(ordered[0].margin - ordered[-1].margin, 1e-12)
        enough, most = len(self.found) + self.count - _ENDS, self.solves + _SOLVES_PER_POINT * self.count
        while gaps := [g for g in gaps if g.high - g.low > self.step]:
            if len(self.found) >= enough or self.solves >= most:
                return False
            widest = max(gaps, key=lambda g: g.area(width, height))
            gaps.remove(widest)
            ask = (widest.low + widest.high) / 2
            point = self._at(ask)
            if point is None or self._good(point.value) >= self._good(widest.better.value):
                better = widest.better if point is None or point.margin <= widest.better.margin else point
                self._add(point)
                gaps.append(_until(widest, better, ask))
            else:
                self._add(point)
                gaps += [_until(widest, point, ask), self._gap(point, widest.better)]
        return True

    def _gap(self, worse: Point, better: Point) -> _Between:
        return _Between(worse, better, self._good(worse.value), self._good(better.value))

    def _add(self, point: Point | None) -> None:
        if point is None or any(p.value == point.value and p.margin == point.margin for p in self.found):
            return
        self.found.append(point)
        self.show(min(len(self.found), self.count), self.count)

    def _at(self, good: float) -> Point | None:
        """Return the point that earns most among those at least so good."""
        self.solves += 1
        asked = self.measure.asked(self.narrow, self._value(good))
        known = max((p for p in self.found if self._good(p.value) >= good), key=lambda p: p.margin, default=None)
        near = list(range(asked.n_columns)) if known is None else within_reach_of(asked, known.margin)
        measure = self.measure.taken(near)
        asked = taken(asked, range(asked.n_segments), near)
        found = solve(asked, self.gap, explain=False, start=self._among(known, near))
        if not found.columns:
            return None
        return self._point(found, [self.kept[column] for column in near], measure.value(asked, found))

    def _among(self, known: Point | None, near: Sequence[int]) -> Choice | None:
        """Return the plan of a point in columns near to it, to begin with."""
        places = {self.kept[column]: place for place, column in enumerate(near)} | {-1: -1}
        if known is None or not all(column in places for column in known.solution.columns):
            return None
        return Choice(tuple(places[column] for column in known.solution.columns), known.solution.hires)

    def _solved(self, selection: Selection) -> Point | None:
        kept = worth_keeping(selection)
        narrow = taken(selection, range(selection.n_segments), kept)
        found = solve(narrow, self.gap, explain=False)
        if not found.columns:
            return None
        return self._point(found, kept, self.weighed.taken(kept).value(narrow, found))

    def _point(self, found: Solution, kept: Sequence[int], value: float) -> Point:
        columns = tuple(-1 if column < 0 else kept[column] for column in found.columns)
        margin = float(found.objective or 0.0)
        return Point(value, margin, max(margin, float(found.bound or margin)), replace(found, columns=columns))

    def _good(self, value: float) -> float:
        return value if self.weighed.more_is_better else -value

    def _value(self, good: float) -> float:
        return good if self.weighed.more_is_better else -good


def _until(between: _Between, better: Point, high: float) -> _Between:
    """Return a gap that ends earlier: from there on, nothing is left to find."""
    return _Between(between.worse, better, between.low, high)


def _undominated(points: Sequence[Point], good: Callable[[float], float], step: float) -> list[Point]:
    """Return the points that no other one beats, from the highest margin to the best value.

    One that is better by no more than a step, and earns less, is beaten.
    """
    out: list[Point] = []
    for point in sorted(points, key=lambda p: (-p.margin, -good(p.value))):
        if not out or good(point.value) > good(out[-1].value) + step:
            out.append(point)
    return out
