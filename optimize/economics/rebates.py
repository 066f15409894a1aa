"""How often a service clause is broken."""

from __future__ import annotations

import numpy as np
from scipy import special

from optimize.arrays import distinct
from simcore.clock import Floats

AT_ONCE = 2**20
"""Numbers that are held at once."""


def rebate_chance(kept: Floats, at_least: float, orders: Floats) -> Floats:
    """Return the share of revenue that falls into periods in which a customer's clause is broken.

    A customer places N orders in a period, Poisson with the given mean, each kept with the given chance; weighed by
    N: ``sum_n n P(N = n) P(Binomial(n, kept) < at_least n) / E[N]``, which is the mean of
    ``P(Binomial(n, kept) < at_least n)`` over n = N + 1.

    Parameters
    ----------
    kept, orders : ndarray of float, shape (N,)

    >>> rebate_chance(np.array([0.9]), 0.8, np.array([2.0])).round(4).tolist()
    [0.2145]
    """
    found = np.zeros(len(kept))
    matters = np.flatnonzero((orders > 0) & (kept < 1))
    if not len(matters):
        return found
    first, which = _same(kept[matters], orders[matters])
    q, mean = kept[matters][first], orders[matters][first]
    most = int(mean.max() + 10 * np.sqrt(mean.max()) + 20)
    n = np.arange(1, most)
    broken_at = np.ceil(at_least * n - 1e-9) - 1  # at most so many kept
    chance = np.empty(len(first))
    step = max(1, AT_ONCE // most)
    for begin in range(0, len(first), step):
        part = slice(begin, begin + step)
        m = mean[part, None]
        weight = np.exp(special.xlogy(n - 1, m) - m - special.gammaln(n))
        chance[part] = (weight * special.bdtr(broken_at, n, q[part, None])).sum(axis=1)
    found[matters] = chance[which]
    return found


def _same(
    *values: Floats,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return the distinct rows of parallel arrays."""
    return distinct(*(np.unique(value, return_inverse=True)[1] for value in values))
