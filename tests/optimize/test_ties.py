"""Among best plans the first is returned, also where one solve cannot hold the weights of all segments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimize import ties
from optimize.solve import solve


def often_tied(selection):
    """The same choice with margins of 0 and 1 only, free options, and no erosion."""
    free = tuple(replace(option, fixed_cost=0.0) for option in selection.options)
    nothing = np.zeros(selection.n_columns)
    return replace(selection, margin=np.clip(selection.margin, 0, 1), options=free, over_serving=nothing)


@pytest.mark.parametrize("largest", [1, 8, 10**6])
def test_segments_settled_in_groups_give_the_first_best_plan(random_selection, brute_force, monkeypatch, largest):
    monkeypatch.setattr(ties, "_LARGEST_WEIGHT", largest)
    for seed in range(60_000, 60_060):
        selection = often_tied(random_selection(seed))
        best, solution = brute_force(selection).best(), solve(selection)
        if best is not None:
            assert (solution.columns, solution.hires) == (best.columns, best.hires), seed


def test_above_the_size_limit_any_best_plan_is_kept_and_is_the_same_for_any_order(
    random_selection, permuted, brute_force, monkeypatch
):
    monkeypatch.setattr(ties, "MOST_COLUMNS", 0)
    for seed in range(61_000, 61_040):
        selection = often_tied(random_selection(seed))
        best, here = brute_force(selection).best(), solve(selection)
        same, segments, columns = permuted(selection, seed)
        back = {segments[s]: columns[j] if j >= 0 else -1 for s, j in enumerate(solve(same).columns)}
        assert here.objective == (None if best is None else best.value)
        assert here.columns == tuple(back[s] for s in range(len(here.columns))), seed


def test_equal_offerings_go_by_name_and_unserved_comes_last(two_by_two):
    equal = two_by_two(
        margin=np.zeros(4), limits=(), must_serve=[False, False], column_names=("fast", "eco", "zero", "air")
    )
    assert solve(equal).columns == (1, 3)
