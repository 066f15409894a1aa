"""Choices under limits, for the tests of the search."""

from __future__ import annotations

import numpy as np

from optimize.selection.selection import Limit, Selection


def knapsack(segments, choices, limits, seed):
    """A choice under limits that about half of the usage fits into, with values tied to usage."""
    rng = np.random.default_rng(seed)
    n = segments * choices
    usage = rng.integers(1, 30, (limits, n)).astype(float)
    return Selection(
        segments=tuple(f"s{i:02d}" for i in range(segments)),
        column_segment=np.repeat(np.arange(segments), choices),
        margin=usage.mean(axis=0) * 5 + rng.integers(0, 20, n),
        column_names=tuple(f"c{i % choices}" for i in range(n)),
        offering_key=np.tile(np.arange(choices), segments),
        must_serve=np.ones(segments, dtype=bool),
        limits=tuple(Limit(f"l{i}", f"limit {i}", 15.0 * segments, row) for i, row in enumerate(usage)),
    )
