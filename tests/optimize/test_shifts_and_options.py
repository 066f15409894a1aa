"""Staff added to one shift, and options required or forbidden for the company, from the scenario to the plan."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import numpy as np
import pytest

from optimize.candidates.candidates import Candidates
from optimize.capacity.presence import presence_cost
from optimize.economics.economics import Estimator
from optimize.offerings.columns import columns
from optimize.plan import optimize
from optimize.service.work import servers_by_hour
from optimize.solver.status import Status
from scenarios import with_changes
from scenarios.scenario import Scenario
from simcore.replications import simulate_all


def workshop(**changes: Any) -> Scenario:
    """A morning and an afternoon shift; nearly all orders come, and are promised, in the afternoon."""
    by_hour = [0] * 9 + [1] * 4 + [6] * 4 + [0] * 7
    data = {
        "name": "workshop",
        "calendar": {"measured_days": 28, "start": "2027-01-04"},
        "study": {"seed": 3, "replications": 5},
        "segments": {
            "home": {
                "customers": 20,
                "demand": {
                    "orders_per_day": 20,
                    "by_day_of_week": [1, 1, 1, 1, 1, 0, 0],
                    "by_hour_of_day": by_hour,
                },
                "products": {"repair": {"quantity": 1}},
                "choice": {"acceptance_as_is": 0.6, "scale": 20, "wtp": {"pace": {"fast": 40}}},
            }
        },
        "products": {"repair": {"list_price": 100, "unit_cost": 20}},
        "resources": {
            "bench": {
                "shifts": [
                    {"name": "early", "opens": "09:00", "closes": "13:00", "servers": 1},
                    {"name": "late", "opens": "13:00", "closes": "17:00", "servers": 1},
                ],
                "cost_per_hour": 30,
            }
        },
        "levers": {
            "pace": {"slow": {"lead_time_days": 3}, "fast": {"lead_time_days": 2}},
            "work": {"bench": {"fulfilment": {"resource": "bench", "setup_minutes": 30}}},
        },
        "as_is": {"offerings": {"home": {"pace": "slow"}}},
    }
    return Scenario.model_validate({**data, **changes})


def flexible(early: tuple[int, int], late: tuple[int, int], every: tuple[int, int] = (0, 0)) -> Scenario:
    ranges = [{"least": least, "most": most} for least, most in (early, late, every)]
    team = workshop().model_dump(mode="json")["resources"]["bench"]
    shifts = [{**shift, "extra_servers": those} for shift, those in zip(team["shifts"], ranges, strict=False)]
    return workshop(resources={"bench": {**team, "shifts": shifts, "extra_servers": ranges[2]}})


def best_by_enumeration(scenario: Scenario) -> float:
    """The highest expected margin over every column and staff, with presence counted hour by hour from the engine."""
    everything = columns(scenario)
    selection = Candidates.of(scenario, everything, Estimator(scenario).table(everything), len(everything)).selection
    weeks, best = scenario.calendar.measured_days / 7, -np.inf
    windows = [(i, m) for i, m in enumerate(selection.limits) if m.name.startswith("capacity[")]
    everywhere = [m for m in selection.limits if not m.name.startswith("capacity[")]
    for units in product(*(range(h.least, (h.most or 0) + 1) for h in selection.hires)):
        extra = {h.name: n for h, n in zip(selection.hires, units, strict=True)}
        team = scenario.resources["bench"]
        if any(s.servers + extra.get("bench", 0) + extra.get(f"bench.{s.name}", 0) < 0 for s in team.shifts):
            continue
        pay = float(servers_by_hour(scenario, "bench", extra).sum()) * weeks * 30
        adds = [sum(n * h.adds.get(i, 0.0) for n, h in zip(units, selection.hires, strict=True)) for i, _ in windows]
        for column in range(selection.n_columns):
            kept = all(m.usage[column] <= m.capacity + 1e-9 for m in everywhere if m.usage.any())
            if kept and all(m.usage[column] <= m.capacity + a + 1e-9 for (_, m), a in zip(windows, adds, strict=True)):
                best = max(best, float(selection.margin[column]) - pay)
        best = max(best, -pay)
    return best


@pytest.mark.parametrize(
    ("early", "late", "every"),
    [((-1, 1), (0, 3), (0, 0)), ((0, 2), (-1, 3), (-1, 1)), ((-1, 0), (-1, 0), (-1, 2)), ((0, 0), (0, 0), (0, 2))],
)
def test_the_plan_staffs_shifts_as_well_as_any_design(early, late, every):
    scenario = flexible(early, late, every)
    plan = optimize(scenario)
    assert plan.status is Status.OPTIMAL
    assert plan.expected_margin == pytest.approx(best_by_enumeration(scenario), abs=0.01)
    assert sum(d.amount for d in plan.drivers) == pytest.approx(plan.expected_margin, abs=0.01)


def test_people_are_added_where_the_work_is_and_the_simulation_agrees():
    scenario = flexible((-1, 3), (-1, 3))
    plan = optimize(scenario)
    assert plan.design is not None
    extra = plan.design.extra_servers
    assert extra.get("bench.late", 0) > extra.get("bench.early", 0)
    presence = float(servers_by_hour(scenario, "bench", extra).sum()) * 4 * 30
    assert presence_cost(scenario) == 40 * 4 * 30
    found = simulate_all([scenario.with_design(plan.design)], 3, 12, workers=1)[0].estimate("margin")
    assert found.half_width is not None
    assert plan.expected_margin is not None
    assert presence > presence_cost(scenario)
    assert abs(plan.expected_margin - found.mean) < 4 * found.half_width + 0.03 * abs(found.mean)


def test_nobody_is_taken_away_twice():
    scenario = flexible((-1, 0), (-1, 0), (-1, 0))
    dear = with_changes(scenario, {"resources.bench.cost_per_hour": 1000, "segments.home.must_serve": False})
    plan = optimize(dear)
    assert plan.design is not None
    assert servers_by_hour(dear, "bench", plan.design.extra_servers).sum() == 0
    assert dear.with_design(plan.design).current.extra_servers == plan.design.extra_servers
    assert plan.expected_margin == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"bench.lat": 1}, "Did you mean bench.late?"),
        ({"bench.late": -2}, "takes away more servers than there are in this shift"),
        ({"bench": -1, "bench.late": -1}, "takes away more servers than there are in this shift"),
    ],
)
def test_extra_servers_that_no_shift_can_have_are_refused(extra, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        Scenario.model_validate(workshop(as_is={"offerings": {"home": {"pace": "slow"}}, "extra_servers": extra}))


@pytest.mark.parametrize(
    ("shifts", "words"),
    [
        ([{"opens": "09:00", "closes": "13:00", "servers": 1, "extra_servers": {"most": 1}}], "needs a name"),
        ([{"name": "a", "opens": "09:00", "closes": "13:00", "servers": 1}] * 2, "two shifts have the same name"),
    ],
)
def test_shifts_that_a_design_could_not_name_are_refused(shifts, words):
    with pytest.raises(ValueError, match=words):
        workshop(resources={"bench": {"shifts": shifts}})


def test_required_and_forbidden_options_reach_the_plan():
    scenario = flexible((0, 3), (0, 3))
    fast = optimize(with_changes(scenario, {"limits.required_options": ["pace.fast"]}))
    slow = optimize(with_changes(scenario, {"limits.forbidden_options": ["pace.fast"]}))
    free = optimize(scenario)
    for plan in (fast, slow, free):
        assert plan.design is not None
    assert fast.design.offerings["home"]["pace"] == "fast"
    assert slow.design.offerings["home"]["pace"] == "slow"
    assert free.expected_margin == pytest.approx(max(fast.expected_margin, slow.expected_margin))


def test_a_required_option_that_cannot_be_carried_is_named():
    scenario = workshop(limits={"required_options": ["pace.fast"]})
    plan = optimize(with_changes(scenario, {"segments.home.demand.orders_per_day": 90}))
    assert plan.status is Status.INFEASIBLE
    assert any("'pace: fast' is required" in words for words in plan.conflict)
    assert any("bench" in words or "a lead time for home" in words for words in plan.conflict)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"required_options": ["pace.fst"]}, r"limits.required_options.0.*Did you mean pace.fast\?"),
        ({"forbidden_options": ["pace.fast", "pace.fast"]}, "limits.forbidden_options.1.*stands here twice"),
        ({"required_options": ["pace.fast"], "forbidden_options": ["pace.fast"]}, "the same option is required"),
    ],
)
def test_options_that_contradict_are_refused(limits, words):
    with pytest.raises(ValueError, match="(?s)" + words):
        workshop(limits=limits)
