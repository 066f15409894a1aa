"""Incentive compatibility: no segment likes the offer to another better than its own (`Selection.comparisons`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimize.arrays import FloatArray
from optimize.milp.variables import Variables
from optimize.selection.comparison import Comparison
from optimize.selection.selection import Selection
from optimize.solver.linear_model import Row, Sense, row


@dataclass(frozen=True, eq=False)
class Preference:
    """A row of `own_preferred`: coefficients of all columns, shape (N,), and what they add up to at most."""

    comparison: Comparison
    weights: FloatArray
    most: float


def own_preferred(selection: Selection, unknown: Variables) -> list[Row]:
    """Like the own offer at least as well as that of another segment, for each comparison of s with t.

    sum_{k in t} b_k x_k - sum_{j in s} (a_j - M) x_j <= M: a_j and b_k are what the columns are worth to s, above the
    least of all, and M is the largest b_k. With column j for s and k for t this is b_k <= a_j; without either it says
    nothing. A comparison that is relaxed to some levels has instead, for each level u,
    sum_{j in s, a_j <= u} x_j + sum_{k in t, b_k > u} x_k <= 1: of these columns any two exclude each other, which
    makes the row much stronger for fractions.
    """
    taken = unknown.taken
    rows = []
    for index, one in enumerate(preferences(selection)):
        there = taken[one.weights[taken] != 0]
        terms = [(unknown.column[column], float(one.weights[column])) for column in there.tolist()]
        rows.append(row(f"own_preferred_{index}", terms, Sense.AT_MOST, one.most))
    return rows


def preferences(selection: Selection) -> list[Preference]:
    """Return the rows of `own_preferred`, whatever columns a model takes in."""
    return [one for comparison in selection.comparisons for one in _preferences(selection, comparison)]


def _preferences(selection: Selection, compared: Comparison) -> list[Preference]:
    own, other = (selection.column_segment == segment for segment in (compared.segment, compared.other))
    worth, nothing = compared.worth, np.zeros(selection.n_columns)
    if compared.levels is not None:
        among = [(own & (worth <= level)) | (other & (worth > level)) for level in compared.levels]
        return [Preference(compared, columns.astype(np.float64), 1.0) for columns in among]
    if not (own.any() and other.any()):
        return [Preference(compared, nothing, 0.0)]
    above = worth - worth[own | other].min()
    most = float(above[other].max())
    return [Preference(compared, np.where(other, above, np.where(own, most - above, nothing)), most)]
