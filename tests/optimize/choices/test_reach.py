"""No choice that is worth enough holds a column that was left out."""

from __future__ import annotations

import pytest

from optimize.choices import reach
from optimize.choices.reach import within_reach_of


@pytest.mark.parametrize("block", range(4))
def test_choices_that_are_worth_enough_hold_kept_columns_only(block, random_selection, brute_force, monkeypatch):
    monkeypatch.setattr(reach, "FEW", 0)
    fewer = 0
    for seed in range(20 * block, 20 * block + 20):
        selection = random_selection(seed)
        plans = list(brute_force(selection).plans())
        best = max((float(value) for value, _, _ in plans), default=0.0)
        for floor in (best, best - 5.0):
            kept = {-1, *within_reach_of(selection, floor)}
            fewer += len(kept) <= selection.n_columns
            for value, columns, _ in plans:
                assert float(value) < floor - 1e-9 or set(columns) <= kept, seed
    assert fewer > 0
