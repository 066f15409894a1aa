"""Choices under comparisons: solved with none of them, cut where the answer breaks one, and solved again.

A comparison in full is one weak row; as rows at all of its levels it is strong and as large as the choice itself.
Few levels matter, so they are added as they are needed: each answer bounds the choice, and the first that breaks no
comparison is best. There are finitely many levels, so this ends, in practice after a few solves.

Of many columns, some are looked at first. Their best plan and the levels it took then rule out most of the others: a
column is left out where no plan with it can earn as much (reduced-cost fixing).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.milp.refinement import MOST_SOLVES, Answer
from optimize.search.coefficients import Coefficients
from optimize.search.generation import Relaxed, relaxed
from optimize.search.segments import Segments
from optimize.selection.canonical import taken
from optimize.selection.exact import Choice, value
from optimize.selection.selection import Selection
from optimize.solver.status import Status

MANY_COLUMNS = 500
"""From so many columns on, some are looked at first."""
FIRST = 40
"""How many of each segment: those with the least regret, and those that it likes best."""
ROUNDING = 1e-7
"""Relative difference by which bounds in floating point may be off."""

Solve = Callable[[Selection, float, int | None], Answer]
Levels = tuple[tuple[float, ...], ...]


def compatible(selection: Selection, gap: float, node_limit: int | None, solve: Solve) -> Answer:
    """Return the answer of `solve` to a selection in canonical order, comparisons included."""
    levels: Levels = ((),) * len(selection.comparisons)
    if not selection.comparisons:
        return solve(selection, gap, node_limit)
    if selection.n_columns < MANY_COLUMNS:
        return _cutting(selection, levels, gap, node_limit, solve)[0]
    known = _relaxed(selection, levels)
    if known.status is Status.OPTIMAL:
        some = np.union1d(Segments(selection).top(-known.regret, FIRST), _liked(selection)).astype(np.int64)
        answer, levels = _among(selection, some, levels, gap, node_limit, solve)
        if answer.choice is not None:
            return _proven(selection, answer.choice, levels, gap, node_limit, solve)
    return _cutting(selection, levels, gap, node_limit, solve)[0]


def _proven(
    selection: Selection, choice: Choice, levels: Levels, gap: float, node_limit: int | None, solve: Solve
) -> Answer:
    """Return the best answer among the columns that a plan can hold that earns as much as a known choice."""
    least = float(value(selection, choice))
    known = _relaxed(selection, levels)
    if known.status is not Status.OPTIMAL:
        return _cutting(selection, levels, gap, node_limit, solve)[0]
    allowed = known.bound - least + ROUNDING * max(abs(known.bound), abs(least))
    kept = np.union1d(np.flatnonzero(known.regret <= allowed), choice.chosen).astype(np.int64)
    answer, _ = _among(selection, kept, levels, gap, node_limit, solve)
    if answer.choice is None:
        return replace(answer, status=Status.FEASIBLE, choice=choice, bound=min(answer.bound, -known.bound))
    return replace(answer, bound=min(answer.bound, -least))


def _relaxed(selection: Selection, levels: Levels) -> Relaxed:
    cut = _at_levels(selection, levels)
    return relaxed(cut, Coefficients(cut), Segments(cut))


def _liked(selection: Selection) -> IntArray:
    """Return the columns of each segment that it likes best."""
    liked: FloatArray = np.full(selection.n_columns, -np.inf)
    for one in selection.comparisons:
        own = selection.column_segment == one.segment
        liked[own] = one.worth[own]
    return Segments(selection).top(liked, FIRST)


def _among(
    selection: Selection, columns: IntArray, levels: Levels, gap: float, node_limit: int | None, solve: Solve
) -> tuple[Answer, Levels]:
    """Return the answer among some of the columns, by their numbers in the selection."""
    part = taken(selection, range(selection.n_segments), columns.tolist())
    answer, levels = _cutting(part, levels, gap, node_limit, solve)

    def named(choice: Choice | None) -> Choice | None:
        if choice is None:
            return None
        return Choice(tuple(int(columns[j]) if j >= 0 else -1 for j in choice.columns), choice.hires)

    return replace(answer, choice=named(answer.choice), last=named(answer.last)), levels


def _cutting(
    selection: Selection, levels: Levels, gap: float, node_limit: int | None, solve: Solve
) -> tuple[Answer, Levels]:
    """Return the answer that breaks no comparison, and the levels that it took."""
    for _ in range(MOST_SOLVES):
        answer = solve(_at_levels(selection, levels), gap, node_limit)
        if answer.choice is None:
            return answer, levels
        finer = _finer(selection, levels, answer.choice)
        if finer == levels:
            return answer, levels
        levels = finer
    return Answer(Status.TIME_LIMIT, None, None, answer.bound, answer.met), levels


def _at_levels(selection: Selection, levels: Levels) -> Selection:
    compared = zip(selection.comparisons, levels, strict=True)
    return replace(selection, comparisons=tuple(replace(one, levels=at) for one, at in compared))


def _finer(selection: Selection, levels: Levels, choice: Choice) -> Levels:
    """Return the levels with one more for each comparison that a choice breaks: the worth of the own column."""
    finer = list(levels)
    for index, one in enumerate(selection.comparisons):
        own, other = choice.columns[one.segment], choice.columns[one.other]
        if own >= 0 and other >= 0 and one.envies(own, other):
            finer[index] = (*finer[index], float(one.worth[own]))
    return tuple(finer)
