"""Pools on lines near a plan: never less than their roots, exact at the plan; what is found with them is true."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from optimize.explanation import question as asking
from optimize.explanation.loosenings import loosenings
from optimize.explanation.narrowed import again_near
from optimize.explanation.question import Question
from optimize.explanation.tangents import straight, variances
from optimize.explanation.worth import loosened, worths
from optimize.selection.exact import Choice, value, violations
from optimize.selection.selection import Option, Selection, SharedPool
from optimize.solve import solve
from scenarios import with_changes
from scenarios.shipped import load_shipped


def choices(selection: Selection, hires: tuple[int, ...]) -> Iterator[Choice]:
    """Yield every choice of columns, allowed or not, with some people."""
    for columns in product(*([-1, *selection.columns_of(segment)] for segment in range(selection.n_segments))):
        yield Choice(columns, hires)


def pooled(company_selection: Callable[..., Selection]) -> Iterator[tuple[Selection, Choice]]:
    """Yield random choices with pools, and their best plans."""
    for seed in range(80):
        selection = company_selection(seed)
        found = solve(selection) if selection.pools else None
        if found is not None and found.objective is not None:
            yield selection, Choice(found.columns, found.hires)


def near(selection: Selection, monkeypatch: pytest.MonkeyPatch) -> Question:
    """Return a question about an abstract choice over a year, asked near its plan though it has few columns."""
    monkeypatch.setattr(asking, "MOST_PLAIN", -1)
    candidates: Any = SimpleNamespace(selection=selection)
    year = with_changes(load_shipped("therapy_clinics"), {"calendar.measured_days": 365})
    question = Question(year, candidates, candidates, solve(selection))
    question.__dict__["limited"] = selection  # an abstract choice has no windows that others imply
    return question


def test_no_plan_earns_less_than_its_lines_say(company_selection: Callable[..., Selection]) -> None:
    seen = roots = 0
    for selection, plan in pooled(company_selection):
        on = straight(selection, variances(selection, plan))
        assert not on.selection.pools
        for choice in choices(selection, plan.hires):
            lines = value(on.selection, choice) - Fraction(on.left_out)
            assert value(selection, choice) >= lines - Fraction(1, 10**9)
            if not violations(on.selection, choice):
                assert not violations(selection, choice)
                seen += 1
            roots += value(selection, choice) > lines + Fraction(1, 100)
        assert float(value(on.selection, plan)) - on.left_out == pytest.approx(float(value(selection, plan)))
        assert not violations(on.selection, plan)
    assert seen > 50
    assert roots > 50


def test_what_is_found_near_a_plan_is_a_plan_and_no_better_than_the_best(
    company_selection: Callable[..., Selection],
) -> None:
    best = 0
    for selection, plan in pooled(company_selection):
        for start in (plan, Choice((-1,) * selection.n_segments, plan.hires)):
            found = again_near(selection, variances(selection, start))
            if found.objective is None:
                continue
            choice = Choice(found.columns, found.hires)
            assert not violations(selection, choice)
            assert found.objective == float(value(selection, choice))
            assert found.objective <= float(value(selection, plan)) + 1e-9
            best += found.objective == pytest.approx(float(value(selection, plan)))
        assert again_near(selection, variances(selection, plan)).objective == pytest.approx(
            float(value(selection, plan))
        )
    assert best > 40


def test_lines_are_drawn_anew_where_they_were_off() -> None:
    """At 100 the tangent costs 10 + (V - 100) / 20: a variance of 1 seems to cost 5.05, and costs 1."""
    selection = Selection(
        segments=("a", "b"),
        column_segment=[0, 0, 1, 1],
        column_names=("big", "small", "big", "none"),
        offering_key=[0, 1, 0, 2],
        margin=[10.0, 6.5, 3.0, 2.8],
        must_serve=[True, True],
        pools=(SharedPool("p", "valves", np.array([99.0, 1.0, 1.0, 0.0]), 1.0),),
    )
    once = again_near(selection, {"p": 100.0}, enough=100.0)
    anew = again_near(selection, {"p": 100.0})
    assert (once.columns, once.objective) == ((1, 2), pytest.approx(9.5 - 2**0.5))
    assert (anew.columns, anew.objective) == ((1, 3), pytest.approx(8.3))
    assert solve(selection).columns == anew.columns


def test_gains_near_a_plan_are_earned_and_no_more_than_there_is(
    company_selection: Callable[..., Selection],
    brute_force: Callable[[Selection], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = 0
    for selection, _ in list(pooled(company_selection))[:14]:
        question = near(selection, monkeypatch)
        assert question.is_near
        for found in worths(question, loosenings(question.scenario, selection)):
            amount = found.limit.step if found.grows_by is None else found.grows_by
            looser = loosened(selection, [(found.limit, amount)])
            choice = Choice(found.solution.columns, found.solution.hires)
            assert not violations(looser, choice)
            assert found.earns_then == pytest.approx(float(value(looser, choice)) - question.best)
            if found.limit.unit != "people":  # as many as may be hired: brute force cannot
                assert question.best + found.earns_then <= float(brute_force(looser).best().value) + 1e-6
            seen += 1
    assert seen > 6


def test_the_least_growth_is_found_where_grains_are_no_binary_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget grows in tenths: 1.1 - 1.0 is more than 0.1, and halving by amounts would never end."""
    selection = Selection(
        segments=("home",),
        column_segment=[0, 0],
        column_names=("plain", "fast"),
        offering_key=[0, 1],
        margin=[10.0, 500.0],
        must_serve=[True],
        options=(Option("fast", "fast", 101.05),),
        option_use=np.array([[False], [True]]),
        fixed_cost_budget=100.0,
    )
    [found] = worths(near(selection, monkeypatch))
    assert found.limit.name == "fixed_cost_budget"
    assert (found.gain, found.grows_by) == (0.0, 1.1)
    assert found.earns_then == pytest.approx(500.0 - 101.05 - 10.0)
