"""Plans that only estimates rule out, and neighbours whose estimates are too low, come to trial."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimize.loop.certificate import Kept
from optimize.loop.corrected import corrected
from optimize.loop.corrected_question import corrected_question
from optimize.loop.evidence import evidence
from optimize.loop.neighbours import neighbours
from optimize.loop.search import Search, design_of
from optimize.loop.terms import Terms
from optimize.plan import optimize
from optimize.selection.exact import Choice, violations
from optimize.solve import solve
from optimize.solver.status import Status
from scenarios import with_changes
from scenarios.scenario import Scenario
from simcore.engines import COMPILED
from tests.optimize.loop.test_loop import certificate, picks, play_with, run, silent, workshop


def depot(**changes: object) -> Scenario:
    """One stock of a stated size; today a crowd that pays little empties it, so that nobody is served in time."""
    people = {"customers": 20, "products": {"tap": {"quantity": 1}}, "must_serve": False}
    data = {
        "name": "depot",
        "calendar": {"measured_days": 28, "warm_up_days": 14, "start": "2027-01-04"},
        "study": {"seed": 3, "replications": 20},
        "segments": {
            "crowd": {**people, "demand": {"orders_per_day": 40}, "options": {"price": ["low"]}},
            "club": {**people, "demand": {"orders_per_day": 3}, "options": {"price": ["full"]}},
        },
        "products": {
            "tap": {
                "list_price": 100,
                "unit_cost": 20,
                "stock": {
                    "policy": {"kind": "base_stock", "base_stock": 30},
                    "supply": {"lead_time_days": 7},
                },
            }
        },
        "levers": {
            "price": {"low": {"price": {"multiplier": 0.1}}, "full": {"price": {"multiplier": 1}}},
            "promise": {"soon": {"lead_time_days": 1}},
            "stock": {"common": {"stock": "shared"}},
        },
        "as_is": {"offerings": {"crowd": {"price": "low"}, "club": {"price": "full"}}},
    }
    return Scenario.model_validate({**data, **changes})


def searched(scenario: Scenario, **terms: int) -> Search:
    search = Search(scenario, play_with(COMPILED), Terms(seed=5, **terms), silent)
    search.run()
    return search


@pytest.fixture(scope="module")
def depot_search() -> Search:
    return searched(depot())


def test_a_plan_that_only_estimates_rule_out_is_tried_and_found(depot_search: Search) -> None:
    first = optimize(depot())
    assert first.design is not None
    assert first.design.offerings["club"] is None, "by what today's crowd leaves, the promise is out of reach"
    best = depot_search.incumbent
    assert design_of(best.plan).offerings["club"] is not None
    assert best.margin.low > 4000  # 28 days of 3 orders that earn 80 are 6,720
    assert depot_search.untried is None


def test_what_was_shown_to_be_kept_is_allowed_to_the_choice_that_is_explained(depot_search: Search) -> None:
    question = corrected_question(depot_search, depot_search.incumbent)
    assert design_of(question.plan) == design_of(depot_search.incumbent.plan)
    found = {(c.segment, c.figure) for c in depot_search.corrected.corrections}
    assert ("club", "on_time") in found


def test_a_choice_that_doubts_forbids_nothing_that_only_estimates_rule_out(depot_search: Search) -> None:
    scenario, candidates = depot_search.scenario, depot_search.candidates
    names = candidates.selection.segments
    [club] = np.flatnonzero(candidates.columns.segment == names.index("club"))

    def forbidden(doubting: bool) -> bool:
        known = corrected(scenario, candidates, [], doubting=doubting).selection
        return any(limit.usage[club] > limit.capacity for limit in known.limits)

    assert forbidden(doubting=False)
    assert not forbidden(doubting=True)


def test_who_was_too_late_beside_others_at_a_stock_may_be_in_time_without_them(depot_search: Search) -> None:
    scenario, candidates = depot_search.scenario, depot_search.candidates
    solution = solve(replace(candidates.selection, limits=()), 0.0)
    both = Choice((0, 1), solution.hires)
    plan = depot_search.plan(both)
    [simulation] = depot_search.judge.simulate([design_of(plan)], 20)
    one = evidence(candidates, both, plan, simulation, 1)
    assert one.missed("club")
    known = corrected(scenario, candidates, [one], doubting=True).selection
    alone = Choice((-1, 1), both.hires)
    assert violations(known, both)
    assert not violations(known, alone)
    assert violations(corrected(scenario, candidates, [one]).selection, alone)


def test_what_looks_infeasible_by_estimates_is_tried_before_it_is_refused() -> None:
    must = with_changes(depot(), {"segments.club.must_serve": True})
    assert optimize(must).status is Status.INFEASIBLE
    found = run(must)
    assert found.plan.design is not None
    assert found.plan.design.offerings["crowd"] is None
    assert [f.verdict for f in certificate(found).floors] == [Kept.YES]
    none = with_changes(must, {"products.tap.stock.policy.base_stock": 0})
    assert run(none).plan.status is Status.INFEASIBLE


def test_a_lead_time_that_most_orders_miss_is_no_promise() -> None:
    fast = {"levers.pace.fast.contract.late_penalty_per_order": 1, "levers.pace.fast.lead_time_days": 0.05}
    scenario = with_changes(workshop(), fast)
    first = optimize(scenario)
    assert first.service["office"] > 0.5
    assert first.design is not None
    assert first.design.offerings["office"]["pace"] == "fast"  # type: ignore[index]
    found = run(scenario)
    assert picks(found)["pace"] == "slow"
    assert [(f.measure, f.floor, f.verdict) for f in certificate(found).floors] == [("on_time", 0.5, Kept.YES)]
    assert any(d.dropped == "misses a floor" for d in certificate(found).designs)


def test_neighbours_differ_in_one_thing_keep_the_rules_and_could_earn_more() -> None:
    scenario = with_changes(workshop(), {"resources.bench.extra_servers": {"least": -1, "most": 1}})
    search = searched(scenario, most_iterations=1)
    one = search.incumbent.choice
    near = neighbours(scenario, search.candidates, one, -np.inf)
    assert near
    assert one not in near
    for other in near:
        assert (other.columns != one.columns) + (other.hires != one.hires) >= 1
        assert max(abs(a - b) for a, b in zip(other.hires, one.hires, strict=True)) <= 1
        assert all(-1 <= n <= 1 for n in other.hires)
    assert len(neighbours(scenario, search.candidates, one, 1e4)) < len(near)
    assert neighbours(scenario, search.candidates, one, np.inf) == []


def test_a_neighbour_that_earns_more_is_found_whatever_is_estimated_of_it() -> None:
    scenario = workshop()
    search = searched(scenario)
    best, economics = search.incumbent, search.candidates.economics
    far = {driver: amounts.copy() for driver, amounts in economics.drivers.items()}
    far["revenue"][best.choice.columns[0]] -= 1e6
    again = Search(scenario, play_with(COMPILED), Terms(seed=5), silent)
    wrong = replace(economics, drivers=far)
    again.candidates = again.candidates.of(scenario, again.candidates.columns, wrong, again.candidates.compared)
    again.corrected = corrected(scenario, again.candidates, [])
    assert again.corrected.selection.margin[best.choice.columns[0]] < -9e5
    again.run()
    assert again.incumbent.choice == Choice(best.choice.columns, best.choice.hires)
