"""The best choice among the columns that a plan worth at least something can hold: the others are never in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimize.canonical import canonical, taken
from optimize.search.coefficients import Coefficients
from optimize.search.generation import relaxed
from optimize.search.segments import Segments
from optimize.selection import Selection
from optimize.solve import PROVEN, Solution, solve
from optimize.status import Status

MOST_PLAIN = 1_500
"""Narrowed models of so many columns the solver closes sooner than the search does."""
ROUNDING = 1e-7
"""Share of the bound by which the relaxation may err."""


def again(selection: Selection, least: float = -np.inf) -> Solution:
    """Return the best choice of a changed selection; infeasible where none is worth at least so much.

    The relaxation bounds every plan, and says by how much the bound falls with each column: columns that would take it
    below the least are left out (reduced-cost fixing), so the answer is the same.
    """
    if not np.isfinite(least):
        return solve(selection, PROVEN, settle=False)
    ordered = canonical(selection)
    bound = relaxed(ordered.selection, Coefficients(ordered.selection), Segments(ordered.selection))
    if bound.status is not Status.OPTIMAL:
        return solve(selection, PROVEN, settle=False)
    room = bound.bound - least + ROUNDING * max(abs(bound.bound), abs(least))
    if room < 0:
        return Solution(Status.INFEASIBLE)
    kept = np.flatnonzero(bound.regret <= room)
    narrow = taken(ordered.selection, range(selection.n_segments), kept.tolist())
    found = solve(narrow, PROVEN, explain=False, settle=False, most_plain=MOST_PLAIN)
    if found.objective is None:
        return Solution(Status.INFEASIBLE)
    columns = [int(kept[column]) if column >= 0 else -1 for column in found.columns]
    return replace(found, columns=ordered.original(columns))
