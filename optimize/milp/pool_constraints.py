"""The constraints of shared pools: the variance that is brought fills pieces one after the other.

v_pi says how full the i-th piece of pool p is, from 0 to 1; b_pi is 1 if it is full and the next is open. Or R_p is the
root of the variance, above its facets at plans that were met.
"""

from __future__ import annotations

import numpy as np

from optimize.milp.constraints import weighted
from optimize.milp.met import NOTHING_MET
from optimize.milp.pool_facets import facet
from optimize.milp.variables import Variables
from optimize.selection.selection import Selection
from optimize.solver.linear_model import Row, Sense, row


def pooled(selection: Selection, unknown: Variables) -> list[Row]:
    """Add up the variance of a pool: sum_j variance_pj x_j - sum_i (point_i+1 - point_i) v_pi <= 0 for each pool p."""
    rows = []
    for index, (pool, pieces) in enumerate(zip(selection.pools, unknown.pieces, strict=True)):
        filled = zip(pieces.filled, -np.diff(pieces.points), strict=True)
        terms = [*weighted(unknown, pool.variance), *filled]
        rows.append(row(f"pooled_{index}", terms, Sense.AT_MOST, 0))
    return rows


def piece_full(_: Selection, unknown: Variables) -> list[Row]:
    """Fill a piece before the next is opened: b_pi <= v_pi."""
    return [
        row(f"piece_full_{index}_{piece}", [(opened, 1.0), (filled, -1.0)], Sense.AT_MOST, 0)
        for index, pieces in enumerate(unknown.pieces)
        for piece, (opened, filled) in enumerate(zip(pieces.opened, pieces.filled[:-1], strict=True))
    ]


def piece_open(_: Selection, unknown: Variables) -> list[Row]:
    """Fill a piece only if it is open: v_p,i+1 <= b_pi."""
    return [
        row(f"piece_open_{index}_{piece}", [(filled, 1.0), (opened, -1.0)], Sense.AT_MOST, 0)
        for index, pieces in enumerate(unknown.pieces)
        for piece, (opened, filled) in enumerate(zip(pieces.opened, pieces.filled[1:], strict=True))
    ]


def least_variance(_: Selection, unknown: Variables) -> list[Row]:
    """Fill what the least variance of a pool fills: b_pi >= 1 for the last such i (implied by all rules together)."""
    rows = []
    for index, pieces in enumerate(unknown.pieces):
        least = float(unknown.ranges.variances[index, 0])
        full = int((pieces.points[1:-1] <= least).sum())
        if full:
            rows.append(row(f"least_variance_{index}", [(pieces.opened[full - 1], 1.0)], Sense.AT_LEAST, 1))
    return rows


def pool_facet(selection: Selection, unknown: Variables) -> list[Row]:
    """Keep the root of a pool above its facets: sum_j more_j x_j <= R_p for each pool p and all that was met."""
    met = unknown.met or NOTHING_MET
    rows = []
    for place, shares in enumerate(met.shares(selection.n_columns)):
        for index, (pool, root) in enumerate(zip(selection.pools, unknown.roots, strict=True)):
            terms = [*weighted(unknown, facet(selection, pool.variance, shares)), (root, -1.0)]
            rows.append(row(f"pool_facet_{index}_{place}", terms, Sense.AT_MOST, 0))
    return rows
