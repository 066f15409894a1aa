"""What partial plans can still earn at prices fitted to their room: never less than they do."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from optimize.search import prospects
from optimize.search.depth_first import list_best
from optimize.search.levels import Budget, levels
from optimize.search.prospects import Prospects
from optimize.search.search import Search
from optimize.search.valuation import Valuation, is_determined
from optimize.selection.canonical import canonical
from tests.optimize.search.knapsacks import knapsack


def relaxed_budget(selection):
    search = Search(canonical(selection).selection, 1e-9, nodes=0)
    search.run(())
    unserved = search.segments.unserved_regret(search.relaxed.reduced)
    return search.selection, Budget(
        search.relaxed.bound, search.relaxed.regret, unserved, search.relaxed.prices(search.selection)
    )


@pytest.fixture
def _always_fitted(monkeypatch):
    monkeypatch.setattr(prospects, "FITTED_AFTER", 0)
    monkeypatch.setattr(prospects, "FITTED_AGAIN", 1)
    monkeypatch.setattr(prospects, "PICKED", 2)


@pytest.mark.usefixtures("_always_fitted")
@pytest.mark.parametrize("seed", range(6))
def test_every_plan_that_loses_little_enough_stays_worthwhile(seed):
    selection, budget = relaxed_budget(knapsack(5, 4, 3, seed))
    valuation = Valuation(selection, ())
    plans = np.array(list(itertools.product(*np.arange(selection.n_columns).reshape(5, 4).tolist())))
    plans = plans[valuation.keeps(plans)]
    lost = budget.bound - valuation.values(plans)
    most = float(np.quantile(lost, 0.2))
    order = levels(valuation, budget, 10**9)
    measured = Prospects(valuation, budget, order)
    unfitted, fitted = list(measured._more), 0
    for depth in range(5):
        parts = plans[:, [level.segment for level in order[: depth + 1]]]
        used = np.array([usage[parts].sum(axis=1) for usage in valuation.usage]).T
        kept = measured.worthwhile(depth, budget.regret[parts].sum(axis=1), used, most)
        assert set(np.flatnonzero(lost <= most)) <= set(kept.tolist())
        fitted += measured._more[depth] is not unfitted[depth]
    assert fitted >= 2


def looked_at(monkeypatch, selection, budget, fitted_after):
    monkeypatch.setattr(prospects, "FITTED_AFTER", fitted_after)
    found = list_best(Valuation(selection, ()), budget, 0.97 * budget.bound, 3, 10_000_000)
    assert found.complete
    return found.looked_at, found.values[:3]


def test_fitted_prices_leave_fewer_partial_plans_and_the_same_best_ones(monkeypatch):
    selection, budget = relaxed_budget(knapsack(10, 8, 6, 1))
    few, best = looked_at(monkeypatch, selection, budget, 1)
    many, same = looked_at(monkeypatch, selection, budget, 10**9)
    assert few < many / 2
    assert best == pytest.approx(same)


@pytest.mark.usefixtures("_always_fitted")
def test_the_best_plans_of_small_choices_are_those_of_enumeration(random_selection, brute_force):
    found = 0
    for seed in range(83_000, 83_200):
        selection = random_selection(seed)
        best = brute_force(selection).best()
        if best is None or not selection.limits or not is_determined(selection):
            continue
        search = Search(canonical(selection).selection, 1e-9, nodes=0)
        search.run(("grow_plans", "enumerate_plans"))
        assert search.best.worth == pytest.approx(float(best.value), abs=1e-9), seed
        found += 1
    assert found >= 10
