"""How far two distributions lie apart."""

from __future__ import annotations

import numpy as np

from scenarios.history.arrays import Floats

CLOSE, FAIR = 0.05, 0.10
"""Distances up to which a fit is called close, or fair: a convention."""


def distance_of(one: Floats, other: Floats) -> float:
    """Return the largest difference of two empirical distribution functions.

    >>> distance_of(np.array([1.0, 2.0]), np.array([1.0, 2.0, 3.0, 4.0]))
    0.5
    """
    points = np.union1d(one, other)
    shares = [np.searchsorted(np.sort(values), points, side="right") / len(values) for values in (one, other)]
    return float(np.abs(shares[0] - shares[1]).max())
