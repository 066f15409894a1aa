"""Models that are exact at what was met: rows in full for a small choice, and against every plan of random ones."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from optimize.milp.choice_model import ChoiceModel, cost
from optimize.milp.met import NOTHING_MET, Met
from optimize.milp.pool_facets import facet
from optimize.selection.exact import Choice, value
from optimize.selection.selection import Selection, SharedPool
from optimize.solve import solve
from optimize.solver.status import Status

LAST = 2


def several(seed: int) -> tuple[Selection, np.ndarray]:
    """Return three segments, the last of which may stay unserved, and what their columns bring to a pool."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 5, 3)
    variance = rng.choice([0.0, 1.0, 4.0, 7.5, 30.0], counts.sum()) * rng.uniform(0.5, 1.5)
    selection = Selection(
        segments=("a", "b", "c"),
        column_segment=np.repeat(np.arange(3), counts),
        margin=rng.uniform(20, 40, counts.sum()),
        column_names=tuple(f"{i}" for i in range(counts.sum())),
        offering_key=np.arange(counts.sum()),
        must_serve=[True, True, False],
        pools=(SharedPool("p", "p", variance, float(rng.uniform(0.5, 3))),),
        over_serving=rng.choice([0.0, 0.1, 0.3], counts.sum()),
        brand_revenue=rng.choice([0.0, 20.0, 35.0], counts.sum()),
    )
    return selection, variance


def plans_of(selection: Selection) -> list[tuple[int, ...]]:
    own = [selection.columns_of(segment) for segment in range(3)]
    return list(itertools.product(own[0], own[1], [*own[LAST], -1]))


def shares_of(selection: Selection, plan: tuple[int, ...]) -> np.ndarray:
    return next(Met((plan,)).shares(selection.n_columns))


@pytest.mark.parametrize("seed", range(10))
def test_a_facet_is_exact_at_its_plan_and_above_the_root_of_none(seed):
    selection, variance = several(seed)
    plans = [(plan, shares_of(selection, plan)) for plan in plans_of(selection)]
    for _, at in plans:
        more = facet(selection, variance, at)
        assert more @ at == pytest.approx(np.sqrt(variance @ at), rel=1e-12, abs=1e-12)
        assert all(more @ other <= np.sqrt(variance @ other) * (1 + 1e-12) + 1e-12 for _, other in plans)


@pytest.mark.parametrize("seed", range(20))
def test_no_facet_is_higher_at_a_mixture_than_its_own(seed):
    selection, variance = several(seed)
    rng = np.random.default_rng(seed)
    mixture = np.concatenate([rng.dirichlet(np.ones(int((selection.column_segment == s).sum()))) for s in range(3)])
    own = facet(selection, variance, mixture)
    others = [facet(selection, variance, shares_of(selection, plan)) for plan in plans_of(selection)]
    others += [facet(selection, variance, rng.uniform(0, 1, selection.n_columns)) for _ in range(10)]
    assert all(other @ mixture <= own @ mixture + 1e-12 for other in others)
    assert own @ mixture <= np.sqrt(variance @ mixture) + 1e-12


@pytest.mark.parametrize("seed", range(4))
def test_a_model_charges_plans_that_were_met_in_full_and_no_plan_too_much(seed):
    selection, _ = several(seed)
    plans = plans_of(selection)
    met = NOTHING_MET.plus(Choice(plans[0], ())).plus(Choice(plans[-1], ()))
    for plan in plans:
        model = ChoiceModel(selection, met=met)
        model.linear.minimise(cost(selection, model.unknown))
        for column, variable in model.unknown.column.items():
            variable.lowBound = variable.upBound = float(column in plan)
        charged, worth = model.linear.run().bound, float(value(selection, Choice(plan, ())))
        assert -charged >= worth - 1e-9
        if met.has(Choice(plan, ())):
            assert -charged == pytest.approx(worth, abs=1e-9)


@pytest.mark.parametrize("seed", [0, 3, 7])
def test_the_best_plan_is_the_same_whatever_plan_is_given_to_begin_with(seed):
    selection, _ = several(seed)
    best = max(plans_of(selection), key=lambda plan: value(selection, Choice(plan, ())))
    wrong = Choice((best[1], best[0], -1), ())  # columns of the wrong segments
    for start in (None, wrong, *(Choice(plan, ()) for plan in plans_of(selection)[:5])):
        found = solve(selection, start=start)
        assert found.status is Status.OPTIMAL
        assert value(selection, Choice(found.columns, ())) == value(selection, Choice(best, ()))


def test_plans_are_met_once_and_mixtures_are_kept():
    met = NOTHING_MET.plus(Choice((0, -1), ())).plus(Choice((0, -1), (3,))).mixed(np.array([0.5, 0.5]))
    assert met.plans == ((0, -1),)
    assert [shares.tolist() for shares in met.shares(2)] == [[1.0, 0.0], [0.5, 0.5]]
    assert met.columns.tolist() == [0]
    assert [shares.tolist() for shares in NOTHING_MET.shares(2)] == [[0.0, 0.0]]
