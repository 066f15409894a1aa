"""Price vectors around those of the relaxation: each gives a bound of Lagrange, together they follow what is left."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimize.arrays import FloatArray

PRICE_VECTORS = 60


def price_vectors(price: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return the relaxation's prices, scaled, raised one by one, and random ones around them, shape (k, m)."""
    floor = np.maximum(price, 0.02 * float(price.mean()) if len(price) else 0.0)
    found = [price, *(price * factor for factor in (0.5, 0.7, 0.85, 1.2, 1.5, 2.0)), *_raised(floor)]
    while len(found) < PRICE_VECTORS:
        found.append(floor * np.exp(rng.normal(0.0, rng.choice([0.1, 0.3, 1.0]), len(price))))
    return np.array(found)


def _raised(price: FloatArray) -> Iterator[FloatArray]:
    for index in range(len(price)):
        for factor in (1.5, 3.0, 10.0):
            one = price.copy()
            one[index] *= factor
            yield one
