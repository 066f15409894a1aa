"""Dominance: columns that another column of the segment beats in everything never need to be looked at."""

from __future__ import annotations

import numpy as np

from optimize.arrays import distinct
from optimize.selection.comparison import Comparison
from optimize.selection.selection import Selection
from simcore.clock import Bools, Floats, Ints

AT_ONCE = 512
"""Rows that are compared at once, with as many others."""
DIGITS = 12
"""Costs that are proportional to so many digits are one."""
DENSE = 3
"""Costs that are compared for all pairs; the others only for pairs that are still in question."""


def worth_keeping(selection: Selection) -> list[int]:
    """Return the columns that no other column of their segment dominates, in their order.

    A column dominates another if it earns at least as much, uses no more of any limit, brings no more load or variance,
    over-serves and risks no more brand revenue, is liked at least as well by its segment and no better by those who
    compare their own with it, and uses the same options among those that matter elsewhere (a setup
    cost, a rule over the company). Of equal columns today's stays, else the one with the first name; and today's stays
    in any case, because a plan with it may be as good as another. Where the number of offerings is
    limited, every column stays, because a worse one may be shared.
    """
    if selection.max_offerings is not None:
        return list(range(len(selection.margin)))
    cost, as_is = np.column_stack(_costs(selection)), selection.is_as_is()
    use = selection.option_use[:, options_that_matter(selection)]
    _, group = distinct(selection.column_segment, *use.T.astype(np.int64))
    keep: list[int] = []
    for rows in np.split(np.argsort(group, kind="stable"), np.cumsum(np.bincount(group))[:-1]):
        ranked = sorted(rows.tolist(), key=lambda row: (not as_is[row], selection.column_names[row]))
        order = np.array(ranked, dtype=np.int64)
        keep += order[undominated(cost[order]) | as_is[order]].tolist()
    return sorted(keep)


def _costs(selection: Selection) -> list[Floats]:
    """Return everything of which less is better, shape (N,) each."""
    return [
        -selection.margin,
        selection.over_serving,
        selection.brand_revenue,
        *(limit.usage for limit in selection.limits),
        *(window.load for window in selection.windows),
        *(pool.variance for pool in selection.pools),
        *(_envy(selection, one) for one in selection.comparisons),
    ]


def _envy(selection: Selection, one: Comparison) -> Floats:
    """Return what an own column lacks in worth, and what one of the other segment has of it."""
    of = selection.column_segment
    return np.where(of == one.segment, -one.worth, np.where(of == one.other, one.worth, 0.0))


def options_that_matter(selection: Selection) -> list[int]:
    """Return the options that cost something or that a rule names."""
    named = {option for pair in (*selection.excludes, *selection.requires) for option in pair}
    named |= {*selection.required_options, *selection.forbidden_options}
    return [i for i, option in enumerate(selection.options) if option.fixed_cost or i in named]


def undominated(cost: Floats) -> Bools:
    """Return which rows no other row is at most equal to in every column (of equal rows, the first stays).

    Rows are sorted so that none is dominated by a later one, and compared block by block with those that have stayed.

    >>> undominated(np.array([[1.0, 3.0], [2.0, 3.0], [2.0, 1.0], [1.0, 3.0]])).tolist()
    [True, False, True, False]
    """
    alive = np.zeros(len(cost), dtype=bool)
    if not len(cost):
        return alive
    different = _different(cost)
    scale = np.abs(different).max(axis=0)
    order = np.lexsort((*different.T[::-1], (different / np.where(scale > 0, scale, 1.0)).sum(axis=1)))
    ordered = different[order]
    kept = np.zeros(0, dtype=np.int64)
    for begin in range(0, len(order), AT_ONCE):
        rows = np.arange(begin, min(begin + AT_ONCE, len(order)))
        for first in range(0, len(kept), AT_ONCE):
            rows = rows[~_beaten(ordered, kept[first : first + AT_ONCE], rows)]
        kept = np.concatenate([kept, rows[~_beaten(ordered, rows, rows)]])
    alive[order[kept]] = True
    return alive


def _different(cost: Floats) -> Floats:
    """Return the columns that say something of their own: not constant, none proportional to another."""
    varied = cost[:, (cost != cost[0]).any(axis=0)]
    if not varied.shape[1]:
        return cost[:, :1]
    scaled = varied / np.abs(varied).max(axis=0)
    first = np.unique(scaled.round(DIGITS), axis=1, return_index=True)[1]
    return np.ascontiguousarray(varied[:, np.sort(first)])


def _beaten(cost: Floats, by: Ints, rows: Ints) -> Bools:
    """Return which rows an earlier row among others is at most equal to in every column."""
    better, worse = cost[by], cost[rows]
    possible = by[:, None] < rows[None, :]
    for column in range(min(DENSE, cost.shape[1])):
        possible &= better[:, column, None] <= worse[None, :, column]
    above, below = np.nonzero(possible)
    for column in range(DENSE, cost.shape[1]):
        holds = better[above, column] <= worse[below, column]
        above, below = above[holds], below[holds]
    beaten = np.zeros(len(rows), dtype=bool)
    beaten[below] = True
    return beaten
