"""Dominance: columns that another column of the segment beats in everything never need to be looked at."""

from __future__ import annotations

import numpy as np

from optimize.selection import Selection
from simcore.clock import Bools, Floats


def worth_keeping(selection: Selection) -> list[int]:
    """Return the columns that no other column of their segment dominates, in their order.

    A column dominates another if it earns at least as much, uses no more of any limit, brings no more load or variance,
    over-serves and risks no more brand revenue, and uses the same options among those that matter elsewhere (a setup
    cost, a rule over the company). Of equal columns the one with the first name stays. Where the number of offerings is
    limited, every column stays, because a worse one may be shared.
    """
    if selection.max_offerings is not None:
        return list(range(len(selection.margin)))
    cost = np.column_stack(
        [
            -selection.margin,
            selection.over_serving,
            selection.brand_revenue,
            *(limit.usage for limit in selection.limits),
            *(window.load for window in selection.windows),
            *(pool.variance for pool in selection.pools),
        ]
    )
    matters = options_that_matter(selection)
    groups: dict[tuple[int, bytes], list[int]] = {}
    for row, segment in enumerate(selection.column_segment):
        groups.setdefault((int(segment), selection.option_use[row, matters].tobytes()), []).append(row)
    keep: list[int] = []
    for rows in groups.values():
        order = sorted(rows, key=lambda row: selection.column_names[row])
        keep += np.array(order)[undominated(cost[order])].tolist()
    return sorted(keep)


def options_that_matter(selection: Selection) -> list[int]:
    """Return the options that cost something or that a rule names."""
    named = {option for pair in (*selection.excludes, *selection.requires) for option in pair}
    named |= {*selection.required_options, *selection.forbidden_options}
    return [i for i, option in enumerate(selection.options) if option.fixed_cost or i in named]


def undominated(cost: Floats) -> Bools:
    """Return which rows no other row is at most equal to in every column (of equal rows, the first stays)."""
    count = len(cost)
    first = np.lexsort(cost.T[::-1])
    ordered = cost[first]
    alive = np.ones(count, dtype=bool)
    for row in range(count):
        if alive[row]:
            later = row + 1 + np.flatnonzero(alive[row + 1 :])
            alive[later[(ordered[later] >= ordered[row]).all(axis=1)]] = False
    out = np.zeros(count, dtype=bool)
    out[first[alive]] = True
    return out
