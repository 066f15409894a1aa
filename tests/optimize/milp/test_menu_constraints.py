"""Incentive compatibility against brute force: no segment likes the offer to another better than its own."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest

from optimize.milp.choice_model import ENVELOPE, ChoiceModel
from optimize.search import menu_cuts
from optimize.search.coefficients import Coefficients
from optimize.selection.canonical import canonical
from optimize.selection.comparison import Comparison
from optimize.selection.dominance import worth_keeping
from optimize.selection.exact import Choice, violations
from optimize.solve import solve
from optimize.solver.status import Status
from tests.optimize.conftest import BruteForce

SEEDS = range(180)


def compared(selection, seed):
    """Return a selection in which some segments compare, with worths that often tie."""
    rng = np.random.default_rng([seed, 77])
    pairs = [pair for pair in permutations(range(selection.n_segments), 2) if rng.random() < 0.6]
    found = []
    for segment, other in pairs:
        worth = rng.integers(0, int(rng.choice([2, 6, 40])), selection.n_columns).astype(float)
        found.append(Comparison(f"{segment} prefers its own to that of {other}", segment, other, worth))
    return replace(selection, comparisons=tuple(found))


def envious(selection, columns):
    return any(
        columns[one.segment] >= 0
        and columns[one.other] >= 0
        and one.worth[columns[one.other]] > one.worth[columns[one.segment]]
        for one in selection.comparisons
    )


def most(selection):
    """Return the value of the best plan without envy, plan by plan; None without one."""
    worths = [worth for worth, columns, _ in BruteForce(selection).plans() if not envious(selection, columns)]
    return max(worths, default=None)


@pytest.mark.parametrize("many", [10**9, 0], ids=["all columns", "some columns first"])
@pytest.mark.parametrize("part", range(6))
def test_the_best_plan_without_envy_is_that_of_brute_force(random_selection, monkeypatch, many, part):
    monkeypatch.setattr(menu_cuts, "MANY_COLUMNS", many)
    monkeypatch.setattr(menu_cuts, "FIRST", 1)
    bound = 0
    for seed in SEEDS[part::6]:
        selection = compared(random_selection(seed), seed)
        found, expected = solve(selection), most(selection)
        if expected is None:
            assert found.status is Status.INFEASIBLE
            assert found.conflict
            assert found.objective is None
            continue
        assert found.status is Status.OPTIMAL
        assert found.objective == pytest.approx(float(Fraction(expected)), abs=1e-9)
        assert not envious(selection, found.columns)
        assert found.bound >= found.objective
        bound += found.objective < solve(replace(selection, comparisons=())).objective - 1e-9
    assert bound >= 1


def test_the_exact_check_names_who_is_envious(two_by_two):
    selection = replace(two_by_two(), comparisons=(Comparison("first likes its own", 0, 1, np.array([1.0, 5, 2, 4])),))
    assert violations(selection, Choice((0, 2), ())) == ["not so: first likes its own"]
    assert not [words for words in violations(selection, Choice((1, 3), ())) if "likes" in words]


def test_a_conflict_of_wishes_is_named(two_by_two):
    """Each segment likes any offer to the other better than any of its own, and both must be served."""
    selection = replace(
        two_by_two(),
        must_serve=np.array([True, True]),
        comparisons=(
            Comparison("first likes its own", 0, 1, np.array([1.0, 2, 3, 4])),
            Comparison("second likes its own", 1, 0, np.array([1.0, 2, 0, 0])),
        ),
    )
    found = solve(selection)
    assert found.status is Status.INFEASIBLE
    assert any("likes its own" in words for words in found.conflict)
    assert len([words for words in found.conflict if "likes its own" in words]) == 1


@pytest.mark.parametrize("seed", range(60))
def test_dominance_keeps_a_best_plan(random_selection, seed):
    selection = replace(compared(random_selection(seed), seed), max_offerings=None)
    kept = worth_keeping(selection)
    worths = [
        worth
        for worth, columns, _ in BruteForce(selection).plans()
        if not envious(selection, columns) and {j for j in columns if j >= 0} <= set(kept)
    ]
    assert max(worths, default=None) == most(selection)


@pytest.mark.parametrize("seed", range(40))
def test_coefficients_of_comparisons_are_those_of_the_rows(random_selection, seed):
    selection = canonical(compared(random_selection(seed), seed)).selection
    relaxed = tuple(
        replace(one, levels=tuple(np.unique(one.worth))) if index % 2 else one
        for index, one in enumerate(selection.comparisons)
    )
    selection = replace(selection, comparisons=relaxed)
    model = ChoiceModel(selection, structure=ENVELOPE)
    places = {variable.name: column for column, variable in model.unknown.column.items()}
    rows = {
        one.name: {places[v.name]: c / one.factor for v, c in one.constraint.items() if v.name in places and c}
        for one in model.linear.rows
        if one.name.startswith("own_preferred")
    }
    found = {
        name: dict(zip(where.tolist(), values.tolist(), strict=True))
        for name, where, values in Coefficients(selection).entries(np.arange(selection.n_columns))
        if name.startswith("own_preferred") and len(where)
    }
    assert found == {name: pytest.approx(row) for name, row in rows.items() if row}
