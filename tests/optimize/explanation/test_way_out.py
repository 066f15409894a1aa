"""The ways out of a conflict: each leaves a plan, a little less does not, and the money is that of brute force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from optimize.explanation.way_out import ways_out
from optimize.selection import Limit, Selection
from optimize.solve import solve
from scenarios.shipped import load_shipped


def infeasible(random_selection: Callable[..., Selection], count: int) -> list[Selection]:
    """Return the first random choices without a plan."""
    found = (random_selection(seed) for seed in range(10_000))
    out: list[Selection] = []
    while len(out) < count:
        selection = next(found)
        if solve(selection).objective is None:
            out.append(selection)
    return out


def test_every_way_out_is_the_least(
    random_selection: Callable[..., Selection], brute_force: Callable[[Selection], Any]
) -> None:
    scenario = load_shipped("therapy_clinics")
    seen = 0
    for selection in infeasible(random_selection, 12):
        for way in ways_out(scenario, selection):
            loose, tight = selection, selection
            for limit, by in way.gives:
                loose = limit.change(loose, by)
                tight = limit.change(tight, by - limit.grain)
            if any(limit.unit == "people" for limit, _ in way.gives):
                continue
            best = brute_force(loose).best()
            assert best is not None
            assert float(best.value) == pytest.approx(way.solution.objective)
            if len(way.gives) == 1 and way.gives[0][0].unit != "rule":
                assert brute_force(tight).best() is None
            seen += 1
    assert seen > 5


def test_two_conflicts_give_together(two_by_two: Callable[..., Selection]) -> None:
    hours = Limit("pack", "packing hours", 3.5, np.array([4.0, 6.0, 3.0, 5.0]), "h")
    money = Limit("stock", "money in stock", 80.0, np.array([100.0, 100.0, 0.0, 0.0]), "EUR")
    selection = two_by_two(limits=(hours, money), must_serve=[True, False])
    assert solve(selection).objective is None
    ways = ways_out(load_shipped("therapy_clinics"), selection)
    together = {limit.name: by for way in ways for limit, by in way.gives if len(way.gives) > 1}
    assert together == pytest.approx({"pack": 0.5, "stock": 20.0})
    assert [way.words for way in ways if len(way.gives) == 1] == ["that home must be served: to drop it"]
