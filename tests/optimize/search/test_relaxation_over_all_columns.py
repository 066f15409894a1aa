"""Column generation sees a few columns; its rows, prices and bound are those of the model with all of them."""

from __future__ import annotations

import numpy as np
import pytest

from optimize.milp.choice_model import ENVELOPE, ChoiceModel, cost
from optimize.search.coefficients import Coefficients
from optimize.search.generation import relaxed
from optimize.search.segments import Segments
from optimize.selection.canonical import canonical
from optimize.solver.status import Status

SEEDS = range(70_000, 70_150)


@pytest.fixture
def any_selection(random_selection, company_selection):
    """Every second one with windows and pools."""
    return lambda seed: (random_selection, company_selection)[seed % 2](seed)


def whole_relaxation(selection):
    model = ChoiceModel(selection, structure=ENVELOPE)
    model.linear.minimise(cost(selection, model.unknown))
    relaxation = model.linear.relaxation(apart=model.unknown.column.values())
    choice_rows = [name for name in relaxation.rows if name.startswith(("one_column_", "served_"))]
    return model, relaxation.solve(choice_rows)


def rows_of(model):
    """Row -> column -> coefficient, as given."""
    places = {variable.name: column for column, variable in model.unknown.column.items()}
    return {
        one.name: {places[v.name]: c / one.factor for v, c in one.constraint.items() if v.name in places and c}
        for one in model.linear.rows
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_coefficients_are_those_of_the_rows(any_selection, seed):
    selection = canonical(any_selection(seed)).selection
    expected = {
        name: row
        for name, row in rows_of(ChoiceModel(selection, structure=ENVELOPE)).items()
        if row and not name.startswith(("one_column_", "served_"))
    }
    columns = np.arange(selection.n_columns)
    found = {
        name: dict(zip(places.tolist(), values.tolist(), strict=True))
        for name, places, values in Coefficients(selection).entries(columns)
        if len(places)
    }
    assert found == {name: pytest.approx(row) for name, row in expected.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_are_those_of_the_rows(any_selection, seed):
    selection = canonical(any_selection(seed)).selection
    rows = rows_of(ChoiceModel(selection, structure=ENVELOPE))
    rng = np.random.default_rng(seed)
    duals = {name: -float(rng.random()) for name in rows if not name.startswith(("one_column_", "served_"))}
    expected = selection.margin.copy()
    for name, dual in duals.items():
        for column, coefficient in rows[name].items():
            expected[column] += dual * coefficient
    assert Coefficients(selection).reduced(selection.margin, duals) == pytest.approx(expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_is_that_of_the_whole_relaxation_and_no_plan_earns_more(any_selection, brute_force, seed):
    selection = canonical(any_selection(seed)).selection
    found = relaxed(selection, Coefficients(selection), Segments(selection))
    best = brute_force(selection).best()
    _, whole = whole_relaxation(selection)
    assert found.status is whole.status
    if found.status is Status.OPTIMAL:
        assert found.bound == pytest.approx(-whole.objective, abs=1e-6)
        assert best is None or found.bound >= float(best.value) - 1e-6
        assert (found.regret >= 0).all()
    else:
        assert best is None


@pytest.mark.parametrize("seed", range(70_000, 70_080))
def test_a_plan_earns_no_more_than_the_bound_less_its_regrets(any_selection, brute_force, seed):
    selection = canonical(any_selection(seed)).selection
    found = relaxed(selection, Coefficients(selection), Segments(selection))
    if found.status is not Status.OPTIMAL:
        return
    for value, columns, _ in list(brute_force(selection).plans())[:200]:
        assert float(value) <= found.bound - sum(found.regret[j] for j in columns if j >= 0) + 1e-6
