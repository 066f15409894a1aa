"""Every choice that earns enough, where they are few enough to look at each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.search.coefficients import Coefficients
from optimize.search.generation import relaxed
from optimize.search.listing import listed_by_hiring
from optimize.search.search import ENUMERATED, FEW_SEGMENTS
from optimize.search.segments import Segments
from optimize.selection.canonical import canonical
from optimize.selection.selection import Selection
from optimize.solver.status import Status

MOST = 1_000_000
"""Choices that are listed, at most."""


@dataclass(frozen=True)
class Near:
    """All choices of columns that earn a floor, the best first, each with what it earns with the hires that suit it.

    Attributes
    ----------
    columns : ndarray of int, shape (n, segments)
        Those of the selection as it was given, -1 for unserved.
    worth : ndarray of float, shape (n,)
        Money in the period, in floating point.
    """

    columns: IntArray
    worth: FloatArray


def all_near(selection: Selection, floor: float) -> Near | None:
    """Return every choice of columns that earns at least a floor; None where they are too many to look at."""
    if selection.comparisons or selection.n_segments > FEW_SEGMENTS or not selection.n_columns:
        return None
    ordered = canonical(selection)
    part = ordered.selection
    root = relaxed(part, Coefficients(part), Segments(part))
    if root.status is not Status.OPTIMAL:
        return None
    rows, worth = [np.zeros((0, part.n_segments), dtype=np.int64)], [np.zeros(0)]
    for _, found in listed_by_hiring(part, root, lambda: floor, MOST, ENUMERATED):
        if not found.complete or len(found.plans) >= MOST:
            return None
        rows.append(found.plans)
        worth.append(found.values)
    return _best_hirings(ordered.originals(np.concatenate(rows)), np.concatenate(worth))


def _best_hirings(columns: IntArray, worth: FloatArray) -> Near:
    """Keep each choice of columns once, with the hiring that earns most, the best choices first."""
    order = np.argsort(-worth, kind="stable")
    _, first = np.unique(columns[order], axis=0, return_index=True)
    kept = order[np.sort(first)]
    return Near(columns[kept], worth[kept])
