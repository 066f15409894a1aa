"""The most different designs, against every plan there is."""

from __future__ import annotations

import numpy as np
import pytest

from optimize.choices import alternatives
from optimize.choices.alternatives import most_different
from optimize.choices.near import all_near
from optimize.selection.selection import Selection
from optimize.solve import Solution
from optimize.solver.status import Status


def apart(a, b, picks, weights):
    """How many options differ, weighed by segment; an unserved segment differs in all levers."""
    levers, total = len(picks[0]) if len(picks) else 0, 0
    for x, y, weight in zip(a, b, weights, strict=True):
        if x < 0 or y < 0:
            total += weight * levers * ((x < 0) != (y < 0))
        else:
            total += weight * sum(p != q for p, q in zip(picks[x], picks[y], strict=True))
    return total


@pytest.mark.parametrize("looked_at", ["each", "by halving"])
@pytest.mark.parametrize("block", range(5))
def test_each_alternative_is_the_furthest_that_earns_enough(
    block, looked_at, random_selection, brute_force, monkeypatch
):
    if looked_at == "by halving":
        monkeypatch.setattr(alternatives, "all_near", lambda *_: None)
    for seed in range(9 * block, 9 * block + 9):
        selection = random_selection(seed)
        rng = np.random.default_rng(seed)
        picks = tuple(tuple(row) for row in rng.integers(0, 2, (selection.n_columns, 3)).tolist())
        weights = rng.integers(1, 4, selection.n_segments).tolist()
        worth: dict[tuple[int, ...], float] = {}
        for value, columns, _ in brute_force(selection).plans():
            worth[columns] = max(worth.get(columns, -1e99), float(value))
        found = most_different(selection, picks, 0.3, 3, weights).designs
        assert bool(found) == bool(worth), seed
        if not found:
            continue
        best = max(worth.values())
        enough = {c: v for c, v in worth.items() if v >= best - 0.3 * abs(best) - 1e-9}
        assert found[0].solution.objective == pytest.approx(best)
        before = [found[0].solution.columns]
        for one in found[1:]:
            nearest = {c: min(apart(c, b, picks, weights) for b in before) for c in enough}
            furthest = max(nearest.values())
            assert one.distance == one.most == furthest > 0, seed
            most = max(v for c, v in enough.items() if nearest[c] == furthest)
            assert one.solution.objective == pytest.approx(most), seed
            assert nearest[one.solution.columns] == furthest
            before.append(one.solution.columns)
        if len(found) <= 3:
            assert max(min(apart(c, b, picks, weights) for b in before) for c in enough) == 0, seed


def test_a_dominated_offering_may_be_the_alternative():
    selection = Selection(
        segments=("home",),
        column_segment=[0, 0, 0],
        margin=[100.0, 99.5, 60.0],
        column_names=("a", "b", "c"),
        offering_key=[0, 1, 2],
        must_serve=[True],
    )
    found = most_different(selection, ((0, 0), (1, 0), (1, 1)), 0.01, 3).designs
    assert [(one.solution.columns, one.distance) for one in found] == [((0,), 0), ((1,), 1)]


@pytest.mark.parametrize("seed", range(60_000, 60_060))
def test_all_choices_that_earn_enough_are_listed(seed, company_selection, random_selection, brute_force):
    selection = (company_selection, random_selection)[seed % 2](seed)
    worth: dict[tuple[int, ...], float] = {}
    for value, columns, _ in brute_force(selection).plans():
        worth[columns] = max(worth.get(columns, -1e99), float(value))
    if not worth or not selection.n_columns:
        return
    floor = max(worth.values()) - 5
    found = all_near(selection, floor)
    if found is None:
        assert selection.windows, seed
        return
    enough = {c: v for c, v in worth.items() if v >= floor}
    assert {tuple(row) for row in found.columns.tolist()} == set(enough), seed
    assert found.worth.tolist() == pytest.approx([enough[tuple(row)] for row in found.columns.tolist()]), seed
    assert sorted(found.worth.tolist(), reverse=True) == found.worth.tolist(), seed


def test_what_is_not_proven_is_not_called_the_most_different(monkeypatch):
    selection = Selection(
        segments=("home", "shop"),
        column_segment=[0, 0, 1, 1],
        margin=[100.0, 99.9, 50.0, 49.9],
        column_names=("a", "b", "c", "d"),
        offering_key=[0, 1, 2, 3],
        must_serve=[True, True],
    )
    solve = alternatives.solve

    def stops(asked, gap, **how):
        """A search that gives up where both segments have to change."""
        hard = any(limit.capacity <= 0 for limit in asked.limits)
        return Solution(Status.TIME_LIMIT) if hard else solve(asked, gap, **how)

    monkeypatch.setattr(alternatives, "all_near", lambda *_: None)
    picks = ((0,), (1,), (0,), (1,))
    assert [(one.distance, one.most) for one in most_different(selection, picks, 0.01, 1).designs] == [(0, 0), (2, 2)]
    monkeypatch.setattr(alternatives, "solve", stops)
    assert [(one.distance, one.most) for one in most_different(selection, picks, 0.01, 1).designs] == [(0, 0), (1, 2)]
