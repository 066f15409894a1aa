"""Among best plans the first is returned, also where one solve cannot hold the weights of all segments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimize import solve as solving
from optimize.milp import ties
from optimize.selection.dominance import worth_keeping
from optimize.selection.exact import Choice, value, violations
from optimize.selection.selection import Selection
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


@pytest.mark.parametrize("arm", ["plain", "search"])
def test_what_is_done_today_goes_before_what_is_as_good(random_selection, with_today, permuted, brute_force, arm):
    kept = 0
    for seed in range(62_000, 62_060):
        selection = with_today(often_tied(random_selection(seed)), seed)
        best, found = brute_force(selection).best(), solve(selection, most_plain=400 if arm == "plain" else 0)
        assert (found.objective is None) == (best is None), seed
        if best is None:
            continue
        assert (found.columns, found.hires) == (best.columns, best.hires), seed
        unaware = replace(selection, as_is=np.full(selection.n_segments, -2))
        kept += solve(unaware).columns != found.columns
        same, segments, columns = permuted(selection, seed)
        back = {segments[s]: columns[j] if j >= 0 else -1 for s, j in enumerate(solve(same).columns)}
        assert found.columns == tuple(back[s] for s in range(len(found.columns))), seed
    assert kept >= 5


def test_today_is_kept_among_more_columns_than_are_settled(random_selection, with_today, monkeypatch):
    """A plan that stays as the solver found it still changes nothing for nothing, segment by segment."""
    monkeypatch.setattr(solving, "MOST_PLAIN", 0)
    monkeypatch.setattr(ties, "MOST_COLUMNS", 0)
    for seed in range(63_000, 63_040):
        selection = with_today(often_tied(random_selection(seed)), seed)
        found = solve(selection, most_plain=400)
        for segment, today in enumerate(selection.as_is.tolist()):
            if found.objective is None or today in (-2, found.columns[segment]):
                continue
            same = Choice((*found.columns[:segment], today, *found.columns[segment + 1 :]), found.hires)
            assert violations(selection, same) or float(value(selection, same)) < found.objective, seed


def test_a_twin_of_today_and_a_worse_one_leave_today_in_the_choice():
    twins = Selection(
        segments=("home",),
        column_segment=[0, 0, 0],
        margin=[5.0, 5.0, 4.0],
        column_names=("a", "b", "c"),
        offering_key=[0, 1, 2],
        must_serve=[True],
    )
    assert worth_keeping(replace(twins, as_is=[1])) == [1]
    assert worth_keeping(replace(twins, as_is=[2])) == [0, 2]
    assert solve(replace(twins, as_is=[1])).columns == (1,)
    assert solve(replace(twins, as_is=[2])).columns == (0,)


def test_equal_offerings_go_by_name_and_unserved_comes_last(two_by_two):
    equal = two_by_two(
        margin=np.zeros(4), limits=(), must_serve=[False, False], column_names=("fast", "eco", "zero", "air")
    )
    assert solve(equal).columns == (1, 3)
