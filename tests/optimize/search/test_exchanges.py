"""Exchanges keep all limits, lose what they say, and find plans that no change of one or two segments leads to."""

from __future__ import annotations

import numpy as np
import pytest

from optimize.search import beam
from optimize.search.exchanges import FOUND, Exchanges, _closest
from optimize.search.search import Search
from optimize.search.shortlist import shortlist
from optimize.search.valuation import Valuation
from optimize.selection.canonical import canonical
from optimize.selection.exact import violations
from optimize.selection.selection import Limit, Selection
from optimize.solver.status import Status
from tests.optimize.search.knapsacks import knapsack


def listed(selection):
    search = Search(canonical(selection).selection, 1e-9, nodes=0)
    search.run(())
    valuation = Valuation(search.selection, ())
    return (
        search,
        valuation,
        shortlist(valuation, search.relaxed, search.segments, selection.n_columns // len(selection.segments)),
    )


@pytest.mark.parametrize("seed", range(8))
def test_plans_keep_all_limits_and_lose_what_they_are_said_to(seed):
    search, valuation, short = listed(knapsack(12, 5, 4, seed))
    exchanges = Exchanges(short)
    lightest = np.argmin(short.usage.sum(axis=2), axis=1)
    assert valuation.keeps(short.plan(lightest)[None, :]).all()
    exchanges.add(lightest)
    for _ in range(3):
        assert exchanges.look()
    plans = short.plan(np.array([np.frombuffer(key, dtype=np.int64) for _, key in exchanges._open]))
    assert len(plans) >= 1
    assert valuation.keeps(plans).all()
    lost = search.relaxed.bound - valuation.values(plans)
    assert lost == pytest.approx([loss for loss, _ in exchanges._open], abs=1e-3)
    worths = valuation.values(np.array([short.plan(lightest), short.plan(exchanges.best)]))
    assert worths[1] > worths[0]


@pytest.mark.parametrize("seed", range(8))
def test_the_best_plan_of_few_segments_is_found_from_a_bad_one(seed):
    selection = knapsack(6, 4, 3, seed)
    _, valuation, short = listed(selection)
    every = np.stack(np.meshgrid(*[np.arange(4)] * 6), axis=-1).reshape(-1, 6)
    plans = short.plan(every)
    plans = plans[valuation.keeps(plans)]
    exchanges = Exchanges(short)
    exchanges.add(np.argmin(short.usage.sum(axis=2), axis=1))
    for _ in range(10):
        exchanges.look()
    found = valuation.values(short.plan(exchanges.best)[None, :])[0]
    assert found == pytest.approx(valuation.values(plans).max())


def test_three_segments_are_exchanged_where_no_two_are_worth_it():
    # Each dear column takes two of its own limit; only all three together give each limit back what it needs.
    worth, usage = [], []
    for own in range(3):
        dear = np.full(3, -1.0)
        dear[own] = 2.0
        worth += [0.0, 1.0]
        usage += [np.zeros(3), dear]
    selection = Selection(
        segments=("a", "b", "c"),
        column_segment=[0, 0, 1, 1, 2, 2],
        margin=worth,
        column_names=("cheap", "dear") * 3,
        offering_key=[0, 1] * 3,
        must_serve=[True] * 3,
        limits=tuple(Limit(f"l{i}", f"limit {i}", 0.0, row) for i, row in enumerate(np.array(usage).T)),
    )
    _, valuation, short = listed(selection)
    cheap = np.array([np.flatnonzero(short.columns[s] == 2 * s)[0] for s in range(3)])
    exchanges = Exchanges(short)
    exchanges.add(cheap)
    exchanges.look()
    assert short.plan(exchanges.best).tolist() == [1, 3, 5]
    assert valuation.values(short.plan(exchanges.best)[None, :])[0] == 3.0


@pytest.mark.parametrize("seed", range(8))
def test_a_plan_that_breaks_limits_leads_to_plans_that_keep_them(seed):
    _, valuation, short = listed(knapsack(12, 5, 4, seed))
    exchanges = Exchanges(short)
    heaviest = np.argmax(short.usage.sum(axis=2), axis=1)
    assert not valuation.keeps(short.plan(heaviest)[None, :]).any()
    exchanges.add(heaviest)
    assert exchanges.best is None
    for _ in range(10):
        exchanges.look()
    assert valuation.keeps(short.plan(exchanges.best)[None, :]).all()


def test_where_no_beam_finds_a_plan_exchanges_do(monkeypatch):
    nothing = np.zeros((0, 12), dtype=np.int64)
    monkeypatch.setattr(beam, "near_the_relaxation", lambda *_: nothing)
    search = Search(canonical(knapsack(12, 5, 4, 0)).selection, 1e-9, nodes=0)
    search.run(("grow_plans", "exchange_plans"))
    assert search.best is not None
    assert not violations(search.selection, search.best.choice)


def test_where_all_plans_are_few_they_are_looked_at_before_exchanges(monkeypatch):
    nothing = np.zeros((0, 4), dtype=np.int64)
    monkeypatch.setattr(beam, "near_the_relaxation", lambda *_: nothing)
    monkeypatch.setattr(Exchanges, "look", None)
    search = Search(canonical(knapsack(4, 50, 3, 0)).selection, 1e-9, nodes=0)
    assert search.run().status is Status.OPTIMAL


def test_without_a_plan_there_is_nothing_to_look_at():
    _, _, short = listed(knapsack(4, 3, 2, 0))
    exchanges = Exchanges(short)
    assert not exchanges.look()
    assert exchanges.best is None


def test_no_exchange_is_kept_twice_nor_a_plan_found_twice():
    _, _, short = listed(knapsack(12, 5, 4, 2))
    exchanges = Exchanges(short)
    lightest = np.argmin(short.usage.sum(axis=2), axis=1)
    exchanges.add(lightest)
    none = np.zeros(4)
    fours = exchanges._doubled(exchanges._doubled(exchanges._changes(lightest, 40, none), 100, none), 300, none)
    changes = [
        frozenset((segment, place) for segment, place in zip(*row, strict=True) if segment >= 0)
        for row in zip(fours.segments.tolist(), fours.places.tolist(), strict=True)
    ]
    assert len(changes) == 301
    assert len(set(changes)) == 301
    exchanges.look()
    assert len(exchanges._open) == FOUND


def test_the_closest_pairs_are_those_of_all_pairs_apart():
    _, _, short = listed(knapsack(12, 5, 4, 3))
    exchanges = Exchanges(short)
    some = exchanges._changes(np.argmin(short.usage.sum(axis=2), axis=1), 48, np.zeros(4))
    share, weight = np.array([3.0, -2.0, 0.0, 5.0]), np.array([1.0, 0.5, 2.0, 1.5])
    one, other, score = _closest(some, weight, 30, share)
    every = {
        (i, j): some.regret[i]
        + some.regret[j]
        + np.sqrt(2 / np.pi * 4) * np.linalg.norm((some.takes[i] + some.takes[j] - share) * weight)
        for j in range(len(some.regret))
        for i in range(j)
        if not (some.bits[:, i] & some.bits[:, j]).any()
    }
    assert set(zip(one.tolist(), other.tolist(), strict=True)) == set(sorted(every, key=every.get)[:30])
    assert score == pytest.approx([every[pair] for pair in zip(one.tolist(), other.tolist(), strict=True)], rel=1e-4)


def test_more_exchanges_are_kept_where_asked():
    _, _, short = listed(knapsack(12, 5, 4, 3))
    assert Exchanges(short, 3)._kept == tuple(3 * count for count in Exchanges(short)._kept)
