"""The root of a pool from below: planes that no plan lies under, each exact for a chain of plans.

Segments raise the variance of a pool step by step, each up the ladder of variances that its columns bring. What a step
adds to the root is less, the more is there before it: the root is submodular, and whatever the order in which all steps
are taken, a plan never has a smaller root than what its own steps add in that order (Edmonds 1970; as cuts Atamturk &
Narayanan 2008, *Operations Research Letters* 36(5)). In the order in which the shares fall that a mixture of columns
has on the rungs, no other plane is higher at that mixture. The steps of a plan come first: the plane is exact there.
"""

from __future__ import annotations

import numpy as np

from optimize.arrays import FloatArray
from optimize.selection.selection import Selection

_DIGITS = 9  # of a share that count


def facet(selection: Selection, variance: FloatArray, shares: FloatArray) -> FloatArray:
    """Return what each column adds to the root of a pool at least, shape (N,), for the most at a mixture of columns.

    Parameters
    ----------
    variance
        What each column brings to the pool, shape (N,).
    shares
        Of each column in the mixture, shape (N,); 1 for each column of a plan.

    Examples
    --------
    >>> two = Selection(segments=("home", "shop"), column_segment=[0, 1, 1], margin=[1.0, 1.0, 1.0],
    ...                 column_names=("a", "a", "b"), offering_key=[0, 0, 1], must_serve=[True, False])
    >>> facet(two, np.array([9.0, 16.0, 40.0]), np.array([1.0, 1.0, 0.0]))  # exact for 9 + 16: the root is 3 + 2
    array([3., 2., 4.])
    """
    where, rungs, rises, reached = [], [], [], []
    for segment in range(selection.n_segments):
        columns = np.flatnonzero(selection.column_segment == segment)
        ladder, rung = np.unique(variance[columns], return_inverse=True)
        where.append((columns, rung))
        rungs.append(np.arange(len(ladder)))
        rises.append(np.diff(ladder, prepend=0.0))
        reached.append(np.bincount(rung, weights=shares[columns], minlength=len(ladder))[::-1].cumsum()[::-1])
    order = np.lexsort((np.concatenate(rungs), -np.concatenate(reached).round(_DIGITS)))
    gains = np.empty(len(order))
    gains[order] = np.diff(np.sqrt(np.concatenate(rises)[order].cumsum()), prepend=0.0)
    more = np.zeros(selection.n_columns)
    for (columns, rung), own in zip(where, np.split(gains, np.cumsum([len(r) for r in rises])[:-1]), strict=True):
        more[columns] = own.cumsum()[rung]
    return more
