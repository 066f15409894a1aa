"""Narrowing down leaves no better plan out: neither its columns nor what it brings to windows and pools."""

from __future__ import annotations

import numpy as np
import pytest

from optimize.milp.ranges import ranges
from optimize.search.narrowing import STEPS, Narrowed, narrowed
from optimize.search.search import Search
from optimize.selection.canonical import canonical
from optimize.selection.exact import Choice, value
from optimize.selection.selection import StaffedWindow
from optimize.solver.status import Status


def cases(company_selection, brute_force, seeds):
    for seed in seeds:
        selection = canonical(company_selection(seed)).selection
        plans = [(float(worth), columns, hires) for worth, columns, hires in brute_force(selection).plans()]
        if plans:
            yield seed, selection, sorted(plans)


def test_plans_worth_more_than_the_known_one_are_all_left(company_selection, brute_force):
    narrower = 0
    for seed, selection, plans in cases(company_selection, brute_force, range(700, 800)):
        worth = plans[len(plans) // 2][0]
        everything = Narrowed(np.arange(selection.n_columns), ranges(selection), worth, plans[-1][0] + 1e3)
        left = narrowed(selection, everything, STEPS)
        narrower += len(left.columns) < selection.n_columns
        for better, columns, _ in plans:
            if better <= worth + 1e-6 * abs(worth):
                continue
            chosen = [j for j in columns if j >= 0]
            assert set(chosen) <= set(left.columns.tolist()), seed
            assert better <= left.bound + 1e-9 * abs(left.bound), seed
            for parts, limits in ((selection.windows, left.ranges.loads), (selection.pools, left.ranges.variances)):
                for part, (least, most) in zip(parts, limits, strict=True):
                    brought = part.load if isinstance(part, StaffedWindow) else part.variance
                    total = float(brought[chosen].sum())
                    assert least - 1e-9 <= total <= most + 1e-9, (seed, part.name)
    assert narrower > 20


def test_nothing_is_left_beyond_the_best_plan(company_selection, brute_force):
    for seed, selection, plans in cases(company_selection, brute_force, range(1800, 1830)):
        best = plans[-1][0]
        everything = Narrowed(np.arange(selection.n_columns), ranges(selection), best + 1.0, best + 1e3)
        left = narrowed(selection, everything, STEPS * 2)
        assert left.bound >= best, seed


@pytest.mark.parametrize("steps", [("grow_plans", "narrow_down"), ("grow_plans", "narrow_down", "solve_kernels")])
def test_a_search_that_narrows_finds_what_enumeration_finds(company_selection, brute_force, steps):
    found = 0
    for seed, selection, plans in cases(company_selection, brute_force, range(840, 900)):
        answer = Search(selection, 1e-9, 2_000).run(steps)
        if answer.choice is None:
            continue
        found += answer.status is Status.OPTIMAL
        assert -answer.bound >= plans[-1][0] - 1e-9 * abs(plans[-1][0]), seed
        assert float(value(selection, answer.choice)) <= plans[-1][0] + 1e-9, seed
        if answer.status is Status.OPTIMAL:
            assert float(value(selection, answer.choice)) == pytest.approx(plans[-1][0], rel=1e-8, abs=1e-8), seed
    assert found >= 20


def test_a_segment_without_columns_left_means_that_nothing_is_better(company_selection):
    selection = canonical(company_selection(3)).selection
    nothing = Narrowed(np.arange(selection.n_columns), ranges(selection), 1e9, 2e9)
    assert narrowed(selection, nothing).nothing_left
    assert not Choice((), ()).chosen
