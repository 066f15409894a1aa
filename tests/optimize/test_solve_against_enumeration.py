"""Every small choice solved is compared with every plan tried one by one in rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimize.solve import solve
from optimize.solver.status import Status

PER_BATCH = 25
SAME = Fraction(1, 10**9)


def check(random_selection, brute_force, seed, unit):
    selection = random_selection(seed, unit)
    solution, best = solve(selection), brute_force(selection).best()
    if best is None:
        assert solution.status is Status.INFEASIBLE, seed
        assert solution.objective is None
        assert solution.conflict
        return
    assert solution.status is Status.OPTIMAL, seed
    assert Fraction(solution.objective) == best.value, seed
    assert (solution.columns, solution.hires) == (best.columns, best.hires), seed
    assert solution.bound >= solution.objective
    assert solution.gap <= 1e-9 or solution.bound - solution.objective <= 1e-8


@pytest.mark.parametrize("batch", range(20))
@pytest.mark.parametrize("unit", [1.0, 0.25])
def test_value_plan_and_tie_rule_are_those_of_enumeration(random_selection, brute_force, batch, unit):
    for seed in range(batch * PER_BATCH, (batch + 1) * PER_BATCH):
        check(random_selection, brute_force, seed + (10_000 if unit == 1.0 else 0), unit)


@pytest.mark.parametrize("unit", [0.01, 1e6, 1e-5])
def test_numbers_that_floats_cannot_hold_and_other_scales(random_selection, brute_force, unit):
    for seed in range(20_000, 20_040):
        selection = random_selection(seed, unit)
        solution, best = solve(selection), brute_force(selection, SAME).best()
        if best is None:
            assert solution.status is Status.INFEASIBLE, seed
        else:
            assert solution.status is Status.OPTIMAL, seed
            assert abs(Fraction(solution.objective) - best.value) <= SAME * max(abs(best.value), Fraction(unit)), seed


@given(seed=st.integers(min_value=10**6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_seed(random_selection, brute_force, seed):
    check(random_selection, brute_force, seed, 1.0)


def test_the_random_choices_cover_what_they_should(random_selection, brute_force):
    selections = [random_selection(seed) for seed in range(10_000, 10_500)]
    infeasible = tied = 0
    for selection in selections[:100]:
        values = sorted(value for value, _, _ in brute_force(selection).plans())
        infeasible += not values
        tied += len(values) > 1 and values[-1] == values[-2]
    assert infeasible >= 10
    assert tied >= 10
    assert sum(bool(s.hires) and bool(s.limits) for s in selections) >= 100
    assert sum(s.erodes for s in selections) >= 50
    for part in ("requires", "excludes", "required_options", "forbidden_options"):
        assert sum(bool(getattr(s, part)) for s in selections) >= 20, part
    assert sum(s.fixed_cost_budget is not None for s in selections) >= 50
    assert sum(s.offerings_limited for s in selections) >= 20
