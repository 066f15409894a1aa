"""The ways out of a conflict: each leaves a plan, a little less does not, and the money is that of brute force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from optimize.explanation.way_out import ways_out
from optimize.selection.selection import Limit, Selection, SharedPool
from optimize.solve import solve
from scenarios.shipped import load_shipped


def infeasible(choices: Callable[..., Selection], count: int) -> list[Selection]:
    """Return the first random choices without a plan."""
    found = (choices(seed) for seed in range(10_000))
    out: list[Selection] = []
    while len(out) < count:
        selection = next(found)
        if solve(selection).objective is None:
            out.append(selection)
    return out


def check(selection: Selection, brute_force: Callable[[Selection], Any]) -> int:
    """Compare every way out of a choice with brute force, and return how many there are."""
    ways = ways_out(load_shipped("therapy_clinics"), selection)
    for way in ways:
        loose, tight = selection, selection
        for limit, by in way.gives:
            loose = limit.change(loose, by)
            tight = limit.change(tight, by - limit.grain)
        if any(by > 3 for limit, by in way.gives if limit.unit == "people"):
            continue  # too many to try one by one
        best = brute_force(loose).best()
        assert best is not None
        assert float(best.value) == pytest.approx(way.solution.objective)
        if len(way.gives) == 1 and way.gives[0][0].unit != "rule":
            assert brute_force(tight).best() is None
    return len(ways)


def test_every_way_out_is_the_least(
    random_selection: Callable[..., Selection], brute_force: Callable[[Selection], Any]
) -> None:
    assert sum(check(selection, brute_force) for selection in infeasible(random_selection, 12)) > 5


def test_every_way_out_is_the_least_where_stock_is_pooled(
    company_selection: Callable[..., Selection], brute_force: Callable[[Selection], Any]
) -> None:
    chosen = [one for one in infeasible(company_selection, 60) if any(pool.takes for pool in one.pools)]
    assert sum(check(selection, brute_force) for selection in chosen) > 8


def test_pooled_stock_that_no_offering_uses_alone_has_a_way_out(two_by_two: Callable[..., Selection]) -> None:
    """A root of 30 needs 20 more than 10: what columns use of the limit themselves says nothing about it."""
    stock = Limit("stock", "money in stock", 10.0, np.zeros(4), "EUR")
    pool = SharedPool("glue", "glue", np.array([900.0, 950.0, 400.0, 1e4]), 0.0, takes={0: 1.0})
    selection = two_by_two(limits=(stock,), pools=(pool,))
    [way] = [way for way in ways_out(load_shipped("therapy_clinics"), selection) if way.gives[0][0].name == "stock"]
    assert way.gives[0][1] == pytest.approx(20.0)
    assert way.solution.columns == (0, -1)


def test_rules_give_together_where_no_sum_leads_out(two_by_two: Callable[..., Selection]) -> None:
    """Nobody can be promised anything; the hours for nothing at all are an hour short, too."""
    hours = Limit("pack", "packing hours", -1.0, np.array([4.0, 6.0, 3.0, 5.0]), "h")
    promise = Limit("promise[all]", "a lead time that can be reached", 0.0, np.ones(4), "offerings")
    selection = two_by_two(limits=(hours, promise), must_serve=[True, True])
    [way] = ways_out(load_shipped("therapy_clinics"), selection)
    assert {limit.name: by for limit, by in way.gives} == {"served[home]": 1, "served[shop]": 1, "pack": 1.0}
    assert (way.solution.columns, way.solution.objective) == ((-1, -1), 0.0)


def test_two_conflicts_give_together(two_by_two: Callable[..., Selection]) -> None:
    hours = Limit("pack", "packing hours", 3.5, np.array([4.0, 6.0, 3.0, 5.0]), "h")
    money = Limit("stock", "money in stock", 80.0, np.array([100.0, 100.0, 0.0, 0.0]), "EUR")
    selection = two_by_two(limits=(hours, money), must_serve=[True, False])
    assert solve(selection).objective is None
    ways = ways_out(load_shipped("therapy_clinics"), selection)
    together = {limit.name: by for way in ways for limit, by in way.gives if len(way.gives) > 1}
    assert together == pytest.approx({"pack": 0.5, "stock": 20.0})
    assert [way.words for way in ways if len(way.gives) == 1] == ["that home must be served: dropping it"]
