"""The most different designs, against every plan there is."""

from __future__ import annotations

import numpy as np
import pytest

from optimize.choices.alternatives import most_different
from optimize.selection import Selection


def apart(a, b, picks, weights):
    """How many options differ, weighed by segment; an unserved segment differs in all levers."""
    levers, total = len(picks[0]) if len(picks) else 0, 0
    for x, y, weight in zip(a, b, weights, strict=True):
        if x < 0 or y < 0:
            total += weight * levers * ((x < 0) != (y < 0))
        else:
            total += weight * sum(p != q for p, q in zip(picks[x], picks[y], strict=True))
    return total


@pytest.mark.parametrize("block", range(5))
def test_each_alternative_is_the_furthest_that_earns_enough(block, random_selection, brute_force):
    for seed in range(9 * block, 9 * block + 9):
        selection = random_selection(seed)
        rng = np.random.default_rng(seed)
        picks = tuple(tuple(row) for row in rng.integers(0, 2, (selection.n_columns, 3)).tolist())
        weights = rng.integers(1, 4, selection.n_segments).tolist()
        worth: dict[tuple[int, ...], float] = {}
        for value, columns, _ in brute_force(selection).plans():
            worth[columns] = max(worth.get(columns, -1e99), float(value))
        found = most_different(selection, picks, 0.3, 3, weights)
        assert bool(found) == bool(worth), seed
        if not found:
            continue
        best = max(worth.values())
        enough = {c: v for c, v in worth.items() if v >= best - 0.3 * abs(best) - 1e-9}
        assert found[0].solution.objective == pytest.approx(best)
        before = [found[0].solution.columns]
        for one in found[1:]:
            nearest = {c: min(apart(c, b, picks, weights) for b in before) for c in enough}
            furthest = max(nearest.values())
            assert one.distance == one.most == furthest > 0, seed
            most = max(v for c, v in enough.items() if nearest[c] == furthest)
            assert one.solution.objective == pytest.approx(most), seed
            assert nearest[one.solution.columns] == furthest
            before.append(one.solution.columns)
        if len(found) <= 3:
            assert max(min(apart(c, b, picks, weights) for b in before) for c in enough) == 0, seed


def test_a_dominated_offering_may_be_the_alternative():
    selection = Selection(
        segments=("home",),
        column_segment=[0, 0, 0],
        margin=[100.0, 99.5, 60.0],
        column_names=("a", "b", "c"),
        offering_key=[0, 1, 2],
        must_serve=[True],
    )
    found = most_different(selection, ((0, 0), (1, 0), (1, 1)), 0.01, 3)
    assert [(one.solution.columns, one.distance) for one in found] == [((0,), 0), ((1,), 1)]
