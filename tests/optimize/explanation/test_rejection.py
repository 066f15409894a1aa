"""Why not another offer: against every design there is, and prices of entry that a whole optimisation confirms."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from optimize.explanation.entry import Entry
from optimize.explanation.question import Question, question_of
from optimize.explanation.rejection import CHOSEN, DEARER, NOT_ALLOWED, OUT_OF_REACH, rejection, runner_up
from optimize.plan import optimize
from scenarios.scenario import Scenario
from tests.optimize.test_plan import best_by_enumeration, small

PICKS = [{"price": price, "pace": pace} for price, pace in product(("list", "low"), ("slow", "fast"))]


@pytest.fixture(scope="module")
def question() -> Question:
    return question_of(small())


def with_only(scenario: Scenario, segment: str, picks: dict[str, str]) -> Scenario:
    """Return the scenario in which a segment may get one offering only."""
    only = {lever: (option,) for lever, option in picks.items()}
    one = scenario.segments[segment].model_copy(update={"options": only})
    return scenario.model_copy(update={"segments": {**scenario.segments, segment: one}})


@pytest.mark.parametrize("segment", ["office", "home"])
def test_the_shortfall_is_that_of_the_best_design_with_the_offer(question: Question, segment: str) -> None:
    scenario = question.scenario
    best = best_by_enumeration(scenario)
    for picks in PICKS:
        found = rejection(question, segment, picks, prices=False)
        if found.outcome == CHOSEN:
            assert question.plan.design is not None
            assert {**found.asked, "work": "bench"} == question.plan.design.offerings[segment]
            continue
        assert found.outcome == DEARER
        assert found.shortfall == pytest.approx(
            best - best_by_enumeration(with_only(scenario, segment, picks)), abs=0.01
        )
        assert sum(found.drivers.values()) == pytest.approx(-found.shortfall, abs=0.01)
        assert found.changes


@pytest.mark.parametrize("segment", ["office", "home"])
def test_the_runner_up_is_the_best_of_the_others(question: Question, segment: str) -> None:
    found = runner_up(question, segment)
    assert found is not None
    others = [rejection(question, segment, picks, prices=False) for picks in PICKS]
    assert found.shortfall == pytest.approx(min(o.shortfall for o in others if o.outcome == DEARER), abs=0.01)


def at_price(scenario: Scenario, segment: str, picks: dict[str, str], factor: float) -> Scenario:
    """Return the scenario with one more price, which a segment may have with one pace only, instead of its own."""
    own = scenario.levers["price"][picks["price"]]
    assert own.price is not None
    tried = own.model_copy(update={"price": own.price.model_copy(update={"multiplier": own.price.multiplier * factor})})
    levers: dict[str, Any] = {**scenario.levers, "price": {**scenario.levers["price"], "tried": tried}}
    raw = scenario.model_dump()
    raw["levers"] = {
        name: {o: option.model_dump() for o, option in options.items()} for name, options in levers.items()
    }
    raw["rules"] = [{"option": "price.tried", "requires": f"pace.{picks['pace']}"}]
    for name in scenario.segments:
        raw["segments"][name]["options"] = {"price": ["list", "low", *(["tried"] if name == segment else [])]}
    return Scenario.model_validate(raw)


def test_an_offer_enters_at_its_price_and_not_before(question: Question) -> None:
    seen = 0
    for segment, picks in product(("office", "home"), PICKS):
        found = rejection(question, segment, picks)
        if not isinstance(found.entry, Entry):
            continue
        seen += 1
        for factor, enters in ((found.entry.factor, True), (found.entry.outside, False)):
            design = optimize(at_price(question.scenario, segment, picks, factor)).design
            assert design is not None
            assert ((design.offerings[segment] or {})["price"] == "tried") is enters, (segment, picks, factor)
    assert seen >= 2


def test_what_rules_and_promises_keep_out_is_said() -> None:
    scenario = small(rules=[{"option": "price.low", "requires": "pace.slow"}])
    found = rejection(question_of(scenario), "home", {"price": "low", "pace": "fast"})
    assert (found.outcome, found.reasons) == (NOT_ALLOWED, ("price.low requires pace.slow",))
    only = with_only(small(), "home", {"price": "list"})
    found = rejection(question_of(only), "home", {"price": "low"})
    assert (found.outcome, found.reasons) == (NOT_ALLOWED, ("segments.home.options allows price=list only",))
    levers = {**small().model_dump()["levers"]}
    levers["pace"] = {**levers["pace"], "at_once": {"lead_time_days": 0.001}}
    found = rejection(question_of(small(levers=levers)), "home", {"pace": "at_once"})
    assert found.outcome == OUT_OF_REACH
    assert "out of reach: of the orders promised 0.001 days, 0%" in found.reasons[0]
