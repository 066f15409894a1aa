"""The best choice among the columns that a plan worth at least something can hold: the others are never in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from optimize.arrays import IntArray
from optimize.explanation.tangents import straight, variances
from optimize.search.coefficients import Coefficients
from optimize.search.generation import relaxed
from optimize.search.segments import Segments
from optimize.selection.canonical import canonical, taken
from optimize.selection.exact import Choice, value
from optimize.selection.selection import Selection
from optimize.solve import PROVEN, Solution, given, solve
from optimize.solver.status import Status

MOST_PLAIN = 1_500
"""Narrowed models of so many columns the solver closes sooner than the search does."""
ROUNDING = 1e-7
"""Share of the bound by which the relaxation may err."""


def again(selection: Selection, least: float = -np.inf, explain: bool = True) -> Solution:
    """Return the best choice of a changed selection; infeasible where none is worth at least so much.

    Without a least, it says what is in conflict where there is no plan, if `explain`.
    """
    if not np.isfinite(least):
        return solve(selection, PROVEN, explain=explain, settle=False)
    kept = matter(selection, least)
    if kept is None:
        return Solution(Status.INFEASIBLE)
    narrow = taken(selection, range(selection.n_segments), kept)
    found = solve(narrow, PROVEN, explain=False, settle=False, most_plain=MOST_PLAIN)
    if found.objective is None:
        return Solution(Status.INFEASIBLE)
    return replace(found, columns=tuple(int(kept[column]) if column >= 0 else -1 for column in found.columns))


def matter(selection: Selection, least: float) -> IntArray | None:
    """Return the columns that a plan worth at least so much can hold, in ascending order.

    The relaxation bounds every plan, and says by how much the bound falls with each column: columns that would take it
    below the least are left out (reduced-cost fixing), so the answer is the same. None where no plan is worth so much.
    """
    ordered = canonical(selection)
    bound = relaxed(ordered.selection, Coefficients(ordered.selection), Segments(ordered.selection))
    if bound.status is not Status.OPTIMAL:
        return np.arange(selection.n_columns)
    room = bound.bound - least + ROUNDING * max(abs(bound.bound), abs(least))
    return np.sort(ordered.columns[bound.regret <= room]) if room >= 0 else None


def again_near(selection: Selection, at: Mapping[str, float], least: float = -np.inf, enough: float = 0.0) -> Solution:
    """Return the best choice of a changed selection with pools that lines near a plan lead to.

    With its roots a plan earns at least what the lines say. Where it earns more, the lines are drawn anew at it, until
    nothing better is found (majorisation; Hunter & Lange 2004, *The American Statistician* 58(1)). Infeasible where no
    plan is found that is worth at least so much, which does not say that there is none.

    Parameters
    ----------
    at : mapping of str to float
        Name of a pool -> its variance at the plan.
    enough : float
        Money by which lines may be off where they are not drawn anew.
    """
    best = Solution(Status.INFEASIBLE)
    while True:
        on = straight(selection, at)
        found = again(on.selection, least + on.left_out, explain=False)
        if found.objective is None:
            return best
        choice = Choice(found.columns, found.hires)
        better = given(selection, choice, np.inf)
        earned = float(value(selection, choice))
        if best.objective is not None and earned <= best.objective:
            return best
        if earned - (found.objective - on.left_out) <= enough:
            return better
        best, at, least = better, variances(selection, choice), earned
