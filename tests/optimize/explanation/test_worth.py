"""What limits are worth, against every plan there is."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from optimize.explanation.loosening import Loosening
from optimize.explanation.loosenings import loosenings
from optimize.explanation.question import Question
from optimize.explanation.shadow_prices import duals, shadow_price
from optimize.explanation.worth import worths
from optimize.search.coefficients import Coefficients
from optimize.search.generation import relaxed
from optimize.search.segments import Segments
from optimize.selection.canonical import canonical
from optimize.selection.selection import Selection
from optimize.solve import solve
from optimize.solver.status import Status
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


def test_shadow_prices_are_slopes_of_the_relaxation(random_selection: Callable[..., Selection]) -> None:
    seen = 0
    for seed in range(200):
        selection = random_selection(seed)
        ordered = canonical(selection).selection
        base = relaxed(ordered, Coefficients(ordered), Segments(ordered))
        if base.status is not Status.OPTIMAL:
            continue
        prices = duals(selection)
        for limit in loosenings(load_shipped("therapy_clinics"), selection):
            price = shadow_price(limit, prices)
            if not price:
                continue
            looser = canonical(limit.change(selection, 1e-4)).selection
            more = relaxed(looser, Coefficients(looser), Segments(looser)).bound - base.bound
            assert price > 0
            assert more <= 1e-4 * price + 1e-6  # concave in the limit: no unit is worth more than the first
            seen += more == pytest.approx(1e-4 * price, rel=1e-3, abs=1e-9)
    assert seen > 20
