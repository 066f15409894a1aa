"""What limits are worth, against every plan there is."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from optimize.explanation.loosening import Loosening, loosenings
from optimize.explanation.question import Question
from optimize.explanation.worth import worths
from optimize.selection import Selection
from optimize.solve import solve
from scenarios.shipped import load_shipped


def asked(selection: Selection) -> Question:
    """Return a question about an abstract choice."""
    scenario = load_shipped("therapy_clinics")
    candidates: Any = SimpleNamespace(selection=selection)
    question = Question(scenario, candidates, candidates, solve(selection))
    question.__dict__["limited"] = selection  # an abstract choice has no windows that others imply
    return question


@pytest.mark.parametrize("seed", range(24))
def test_gains_are_those_of_every_plan_there_is(
    seed: int, random_selection: Callable[..., Selection], brute_force: Callable[[Selection], Any]
) -> None:
    selection = random_selection(seed)
    best = brute_force(selection).best()
    if best is None:
        return
    question = asked(selection)
    known = loosenings(question.scenario, selection)
    found = {w.limit.name: w for w in worths(question, known)}
    for limit in known:

        def earns(more: float, limit: Loosening = limit) -> float:
            return float(brute_force(limit.change(selection, more)).best().value - best.value)

        if limit.unit == "people":  # as many as may be hired: brute force cannot
            continue
        if earns(limit.plenty) <= 0.01:
            assert limit.name not in found
            continue
        worth = found[limit.name]
        assert worth.without == pytest.approx(earns(limit.plenty))
        assert worth.gain == pytest.approx(earns(limit.step))
        if worth.grows_by is not None:
            assert earns(worth.grows_by) == pytest.approx(worth.earns_then)
            assert worth.earns_then > 0.01
            assert earns(worth.grows_by - limit.grain) <= 0.01
