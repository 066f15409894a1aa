"""Pools without roots: near a plan each stands on a straight line that is never below its root.

A choice with lines for roots is linear, and so quick to solve again. It charges no plan too little and allows none that
a limit forbids: what a plan found with it earns more than another, it does earn, and a better one may exist. Recomputed
with its roots, each plan that is named is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from optimize.selection.exact import Choice, pool_variances
from optimize.selection.selection import Selection
from optimize.selection.shared_pool import SharedPool
from simcore.clock import Floats


@dataclass(frozen=True)
class Straight:
    """A selection without roots; its plans seem to earn more than they do by what is left out, or by less."""

    selection: Selection
    left_out: float


def variances(selection: Selection, choice: Choice) -> Mapping[str, float]:
    """Return the variance that a plan brings to each pool, by the name of the pool."""
    found = pool_variances(selection, choice)
    return {pool.name: float(variance) for pool, variance in zip(selection.pools, found, strict=True)}


def line(pool: SharedPool, variance: float) -> tuple[float, Floats]:
    """Return the line through the root of a pool at a variance: what it has for nothing, and for each column.

    A root is concave, so its tangent lies above it. At no variance there is none, but each column's own root: together
    columns need no more than each alone.

    >>> pool = SharedPool("p", "valves", np.array([9.0, 16.0, 0.0]), 1.0)
    >>> line(pool, 25.0)  # of the first two: 2.5 + 0.9 + 1.6 is the root of 25; of the second alone 4.1, more than 4
    (2.5, array([0.9, 1.6, 0. ]))
    >>> line(pool, 0.0)
    (0.0, array([3., 4., 0.]))
    """
    if variance <= 0:
        return 0.0, np.sqrt(pool.variance)
    return sqrt(variance) / 2, pool.variance / (2 * sqrt(variance))


def straight(selection: Selection, at: Mapping[str, float]) -> Straight:
    """Return a selection whose pools stand on lines, through the roots of the variances at a plan.

    Parameters
    ----------
    at : mapping of str to float
        Name of a pool -> its variance at the plan; pools that are not named have none.
    """
    margin, left_out = np.array(selection.margin), 0.0
    limits = list(selection.limits)
    for pool in selection.pools:
        base, more = line(pool, at.get(pool.name, 0.0))
        margin, left_out = margin - pool.cost * more, left_out + pool.cost * base
        for index, takes in pool.takes.items():
            limit = limits[index]
            limits[index] = replace(limit, usage=limit.usage + takes * more, capacity=limit.capacity - takes * base)
    return Straight(replace(selection, margin=margin, limits=tuple(limits), pools=()), left_out)
