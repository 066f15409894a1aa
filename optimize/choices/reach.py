"""Columns that a choice of some worth may hold: the others are known to cost too much."""

from __future__ import annotations

import numpy as np

from optimize.search.coefficients import Coefficients
from optimize.search.generation import relaxed
from optimize.search.segments import Segments
from optimize.selection.canonical import canonical
from optimize.selection.selection import Selection
from optimize.solver.status import Status

FEW = 200
"""With fewer columns there is nothing to gain."""
_ROUNDING = 1e-9


def within_reach_of(selection: Selection, floor: float) -> list[int]:
    """Return the columns that a choice worth at least `floor` may hold, in their order; none: there is no such choice.

    With the bound U of the relaxation and the regret r_j of a column (by how much the bound falls if it is chosen), no
    choice that holds it is worth more than ``U - r_j`` (reduced-cost fixing).
    """
    if selection.n_columns <= FEW or selection.comparisons:
        return list(range(selection.n_columns))
    ordered = canonical(selection)
    found = relaxed(ordered.selection, Coefficients(ordered.selection), Segments(ordered.selection))
    if found.status is Status.INFEASIBLE:
        return []
    if found.status is not Status.OPTIMAL:
        return list(range(selection.n_columns))
    kept = found.regret <= found.bound - floor + _ROUNDING * max(abs(found.bound), abs(floor))
    return sorted(np.array(ordered.columns, dtype=np.int64)[kept].tolist())
