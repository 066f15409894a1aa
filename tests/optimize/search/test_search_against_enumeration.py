"""Each arm of the search on small choices, against every plan tried one by one in rational arithmetic."""

from __future__ import annotations

import os
from fractions import Fraction

import numpy as np
import pytest

from optimize.milp import ties
from optimize.search import search as searching
from optimize.search.search import STEPS, Search, search
from optimize.selection.canonical import canonical
from optimize.selection.exact import value, violations
from optimize.solver.status import Status

SAME = Fraction(1, 10**9)
ARMS = {
    "all": STEPS,
    "enumeration": ("grow_plans", "enumerate_plans"),
    "enumeration without a plan": ("enumerate_plans",),
    "kernels": ("solve_kernels",),
    "beams": ("grow_plans", "improve_plans"),
}
PROVEN = {"enumeration": 30, "enumeration without a plan": 10}
"""Of a hundred models, at least; without a plan only those without hires are looked at."""
MODELS = int(os.environ.get("PROMISELAB_MODELS", "500"))


def check(selection, brute_force, seed, arm):
    ordered = canonical(selection).selection
    search_ = Search(ordered, 1e-9, nodes=100_000)
    answer, best = search_.run(ARMS[arm]), brute_force(selection).best()
    assert answer.status in (Status.OPTIMAL, Status.FEASIBLE, Status.INFEASIBLE, Status.TIME_LIMIT), seed
    if best is None:
        assert answer.choice is None, seed
        assert answer.status is not Status.OPTIMAL, seed
        return answer.status
    assert answer.status is not Status.INFEASIBLE, seed
    scale = SAME * max(1, abs(best.value))
    assert Fraction(-answer.bound) >= best.value - scale, seed
    if answer.choice is not None:
        assert violations(ordered, answer.choice) == [], seed
        assert value(ordered, answer.choice) <= best.value + scale, seed
    if answer.status is Status.OPTIMAL:
        assert abs(value(ordered, answer.choice) - best.value) <= scale, seed
    if arm in ("all", "kernels"):
        assert answer.status is Status.OPTIMAL, seed
    return answer.status


@pytest.mark.parametrize("arm", ARMS)
def test_no_arm_is_wrong(random_selection, company_selection, brute_force, arm):
    any_selection = (random_selection, company_selection)
    found = [check(any_selection[seed % 2](seed), brute_force, seed, arm) for seed in range(80_000, 80_100)]
    assert found.count(Status.OPTIMAL) >= PROVEN.get(arm, 20)


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(25))
def test_no_arm_is_wrong_on_many(random_selection, company_selection, brute_force, batch):
    size = -(-MODELS // 25)
    for seed in range(100_000 + batch * size, 100_000 + (batch + 1) * size):
        selection = (random_selection, company_selection)[seed % 2](seed)
        for arm in ARMS:
            check(selection, brute_force, seed, arm)


@pytest.mark.parametrize("seed", range(81_000, 81_060))
def test_where_all_plans_are_looked_at_the_first_of_the_best_is_found(random_selection, brute_force, seed):
    selection = random_selection(seed)
    ordered = canonical(selection)
    search_ = Search(ordered.selection, 1e-9, nodes=0)
    search_.run(("grow_plans", "enumerate_plans"))
    if search_.is_first:
        best = brute_force(selection).best()
        assert ordered.original(search_.best.choice.columns) == best.columns, seed


@pytest.mark.parametrize("seed", range(82_000, 82_040))
def test_the_first_of_the_best_is_found_through_the_solver_too(random_selection, brute_force, monkeypatch, seed):
    monkeypatch.setattr(searching, "STEPS", ("solve_kernels",))
    assert ties.MOST_COLUMNS > searching.SETTLED
    selection = random_selection(seed)
    ordered = canonical(selection)
    answer, best = search(ordered.selection, 1e-9), brute_force(selection).best()
    if best is not None:
        assert ordered.original(answer.choice.columns) == best.columns, seed


def test_the_watch_sees_a_falling_bound_and_a_rising_plan(random_selection):
    selection = canonical(random_selection(10_003)).selection
    seen = []
    Search(selection, 1e-9, 1_000, lambda bound, worth: seen.append((bound, -np.inf if worth is None else worth))).run()
    bounds, worths = zip(*seen, strict=True)
    assert list(bounds) == sorted(bounds, reverse=True)
    assert list(worths) == sorted(worths)
    assert bounds[-1] >= worths[-1] - 1e-9
