"""How little and how much a choice can bring to each window and pool: the less room, the tighter its model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimize.arrays import FloatArray
from optimize.selection.selection import Selection


@dataclass(frozen=True, eq=False)
class Ranges:
    """Least and greatest load of each window, shape (W, 2), and variance of each pool, shape (P, 2).

    The least holds for choices that keep all rules; the greatest for whatever a model with these ranges is asked.
    """

    loads: FloatArray
    variances: FloatArray

    def within(self, other: Ranges) -> Ranges:
        """Return what both ranges allow."""
        return Ranges(_both(self.loads, other.loads), _both(self.variances, other.variances))


def ranges(selection: Selection) -> Ranges:
    """Return what one column per segment can bring, and must where everybody is served who must be."""
    loads = [selection.least_and_most(window.load) for window in selection.windows]
    variances = [selection.least_and_most(pool.variance) for pool in selection.pools]
    return Ranges(np.reshape(loads, (-1, 2)), np.reshape(variances, (-1, 2)))


def _both(one: FloatArray, other: FloatArray) -> FloatArray:
    least, most = np.maximum(one[:, 0], other[:, 0]), np.minimum(one[:, 1], other[:, 1])
    return np.column_stack([least, np.maximum(least, most)])
