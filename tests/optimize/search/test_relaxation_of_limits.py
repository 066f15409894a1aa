"""Where mixtures of columns break a limit: the limits that are named conflict, and what they give lets a plan exist."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimize.search import beam, relaxation
from optimize.search.relaxation import conflicting_limits, way_out
from optimize.selection.selection import Limit
from optimize.solve import solve
from optimize.solver.status import Status
from tests.optimize.search.knapsacks import knapsack


def tight(selection, seed):
    """The same choice with capacities that often cannot hold, and everybody served."""
    rng = np.random.default_rng(seed)
    limits = tuple(replace(limit, capacity=limit.capacity - float(rng.integers(0, 12))) for limit in selection.limits)
    must = np.ones(selection.n_segments, dtype=bool)
    return replace(selection, limits=limits, must_serve=must, fixed_cost_budget=None, max_offerings=None)


def without(selection, words):
    """The same choice in which some limits never bind."""
    limits = tuple(replace(limit, capacity=1e6) if limit.words in words else limit for limit in selection.limits)
    return replace(selection, limits=limits)


def test_named_limits_are_in_conflict_and_none_can_be_left_out(random_selection, brute_force):
    sizes = []
    for seed in range(85_000, 85_200):
        selection = tight(random_selection(seed), seed)
        named = conflicting_limits(selection)
        if not named:
            continue
        sizes.append(len(named))
        others = {limit.words for limit in selection.limits} - set(named)
        assert brute_force(without(selection, others)).best() is None, seed
    assert len(sizes) >= 20


def test_two_limits_that_only_together_leave_nothing_are_both_named(two_by_two):
    first, second = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.0, 1.0, 0.0, 1.0])
    limits = (Limit("a", "limit a", 0.5, first), Limit("b", "limit b", 0.5, second), Limit("c", "limit c", 9.0, first))
    selection = two_by_two(limits=limits, must_serve=[True, True])
    assert conflicting_limits(selection) == ("limit a", "limit b")
    found = way_out(selection)
    # A mixture of halves needs 1 more in all, a plan as well: 1.5 of one limit is not enough where the other has 0.5.
    assert sum(give.share for give in found.gives) >= found.least - 1e-9 == pytest.approx(1.0)


def under_limits_alone(selection):
    """The same choice without hires, where nothing but limits binds segments together."""
    options = tuple(replace(option, fixed_cost=0.0) for option in selection.options)
    nothing = np.zeros(selection.n_columns)
    rules = {"excludes": (), "requires": (), "required_options": (), "forbidden_options": ()}
    return replace(selection, hires=(), options=options, over_serving=nothing, **rules)


@pytest.mark.parametrize("few", [0, 2_000])
def test_what_limits_give_lets_a_plan_exist_and_no_less_would(random_selection, brute_force, monkeypatch, few):
    monkeypatch.setattr(relaxation, "_FEW", few)
    count = 0
    for seed in range(86_000, 86_150):
        selection = tight(random_selection(seed), seed)
        selection = selection if few else under_limits_alone(selection)
        if brute_force(selection).best() is not None:
            continue
        found = way_out(selection)
        if not found.gives:
            continue
        count += 1
        more = {give.words: give.by for give in found.gives}
        wider = replace(
            selection,
            limits=tuple(replace(m, capacity=m.capacity + more.get(m.words, 0.0) + 1e-6) for m in selection.limits),
        )
        assert brute_force(wider).best() is not None, seed
        assert sum(give.share for give in found.gives) >= found.least - 1e-6, seed
        narrower = replace(
            selection,
            limits=tuple(replace(m, capacity=m.capacity + 0.9 * more.get(m.words, 0.0)) for m in selection.limits),
        )
        assert len(found.gives) > 1 or brute_force(narrower).best() is None, seed
    assert count >= 20


def test_of_many_columns_the_limits_in_conflict_are_named_without_looking_at_all(two_by_two):
    rng = np.random.default_rng(1)
    n = 2 * 1_500
    hours = rng.uniform(4.0, 8.0, n)
    selection = two_by_two(
        column_segment=np.repeat([0, 1], 1_500),
        margin=rng.random(n),
        column_names=tuple(f"c{j}" for j in range(n)),
        offering_key=np.arange(n),
        must_serve=[True, True],
        limits=(Limit("pack", "packing hours", 7.0, hours, "h"), Limit("dock", "dock hours", 90.0, rng.random(n), "h")),
    )
    solution = solve(selection)
    assert solution.status is Status.INFEASIBLE
    assert solution.conflict == ("packing hours",)
    (give,) = way_out(selection).gives
    assert give.words == "packing hours"
    assert give.by == pytest.approx(hours[:1_500].min() + hours[1_500:].min() - 7.0)


def test_where_no_beam_finds_one_exchanges_find_a_plan_that_breaks_what_must_give(monkeypatch):
    selection = knapsack(12, 20, 4, 0)
    limits = (replace(selection.limits[0], capacity=1.0), *selection.limits[1:])
    monkeypatch.setattr(relaxation, "_FEW", 0)
    monkeypatch.setattr(beam, "near_the_relaxation", lambda *_: np.zeros((0, 12), dtype=np.int64))
    monkeypatch.setattr(relaxation._Elastic, "_solved", lambda *_: None)
    out = way_out(replace(selection, limits=limits))
    assert out.gives
    assert [give.rule for give in out.gives] == ["capacity_0"]
