"""A pool that several segments share: what it costs grows with the root of the variance that they bring."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from optimize.arrays import FloatArray, float_array
from optimize.selection.restrictions import finite

PIECES = 8
_ALIKE = 1e-12  # two breakpoints closer than this, relatively, are one
_BITS = 200  # of a root, before it is rounded up


@dataclass(frozen=True, eq=False)
class SharedPool:
    """Safety that is pooled: ``cost sqrt(V)`` money, with the variance ``V = sum_j variance_j x_j``.

    Variances of independent demands add up, so a pool needs less safety than its segments would need alone
    (Eppen 1979, risk pooling).

    Parameters
    ----------
    name, words
        Its id, unique among the pools, and what a planner calls it.
    variance
        What each column brings, shape (N,), not negative.
    cost
        Money in the period per root of the variance, not negative.
    takes
        Index of a limit -> what a root of the variance takes of it, not negative.
    """

    name: str
    words: str
    variance: FloatArray
    cost: float
    takes: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", finite(f"The cost of {self.words!r}", self.cost))
        variance = float_array(f"The variance of {self.words!r}", self.variance, (len(self.variance),))
        object.__setattr__(self, "variance", variance)
        takes = {limit: finite(f"What {self.words!r} takes", share) for limit, share in self.takes.items()}
        object.__setattr__(self, "takes", takes)
        if min([self.cost, *takes.values(), *variance.tolist()], default=0.0) < 0:
            raise ValueError(f"The variance and the rates of {self.words!r} must not be negative.")


def breakpoints(least: float, greatest: float) -> FloatArray:
    """Return variances between which the root is replaced by its chord, from 0 to the greatest.

    The chord lies below the root, so a model with chords is optimistic: its best value bounds that of the choice. At
    a breakpoint it is exact. Between the least variance that a choice brings and the greatest, roots are equally
    spaced, because the chord from a^2 to b^2 is off by (b - a)^2 / (4 (a + b)) at most.

    >>> breakpoints(0.0, 64.0).tolist()
    [0.0, 1.0, 4.0, 9.0, 16.0, 25.0, 36.0, 49.0, 64.0]
    """
    if greatest <= 0:
        return np.zeros(1)
    spaced = np.linspace(math.sqrt(least), math.sqrt(greatest), PIECES + 1) ** 2
    spaced[0], spaced[-1] = least, greatest
    found: FloatArray = np.unique(np.concatenate([[0.0], spaced]))
    apart = np.concatenate([[True], np.diff(found) > _ALIKE * greatest])
    apart[-1] = True
    return np.asarray(found[apart])


def root(variance: Fraction) -> Fraction:
    """Return the square root: exact where it is rational, and otherwise too large by less than 2^-198 of itself.

    >>> root(Fraction(9, 16))
    Fraction(3, 4)
    >>> 0 < root(Fraction(2)) ** 2 - 2 < Fraction(1, 10**50)
    True
    """
    product = variance.numerator * variance.denominator
    shift = max(0, _BITS - product.bit_length() // 2)
    scaled = product << (2 * shift)
    down = math.isqrt(scaled)
    up = down if down * down == scaled else down + 1
    return Fraction(up, variance.denominator << shift)
