"""The plan of whole scenarios: against every design there is, against the simulation, and on the shipped scenarios."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from optimize.candidates.candidates import Candidates
from optimize.capacity.presence import presence_cost
from optimize.capacity.spreading import slack, spread
from optimize.economics.economics import Estimator
from optimize.offerings.columns import Column, columns
from optimize.plan import optimize
from optimize.plausibility.plausibility import loads
from optimize.selection.dominance import worth_keeping
from optimize.solve import solve
from optimize.solver.status import Status
from optimize.trials.staffing import people_needed, saving
from scenarios import with_changes
from scenarios.problems import NoTrustworthyAnswer
from scenarios.scenario import Scenario
from scenarios.shipped import load_shipped
from simcore.replications import simulate_all

PREMIUM = "full_range"


def small(**changes: object) -> Scenario:
    """Two segments, three levers, one team: few enough designs to look at every one."""
    data = {
        "name": "small",
        "calendar": {"measured_days": 28, "start": "2027-01-04"},
        "study": {"seed": 3, "replications": 5},
        "segments": {
            name: {
                "customers": 20,
                "demand": {
                    "orders_per_day": rate,
                    "by_day_of_week": [1, 1, 1, 1, 1, 0, 0],
                    "by_hour_of_day": [0] * 9 + [1] * 8 + [0] * 7,
                },
                "products": {"repair": {"quantity": 1}},
                "choice": {"acceptance_as_is": 0.6, "scale": 20, "wtp": {"pace": {"fast": worth}}},
            }
            for name, rate, worth in (("office", 7, 60), ("home", 5, 2))
        },
        "products": {"repair": {"list_price": 100, "unit_cost": 20}},
        "resources": {
            "bench": {
                "shifts": [{"opens": "09:00", "closes": "17:00", "servers": 1}],
                "cost_per_hour": 30,
                "extra_servers": {"least": 0, "most": 2},
            }
        },
        "levers": {
            "price": {"list": {"price": {"multiplier": 1}}, "low": {"price": {"multiplier": 0.85}}},
            "pace": {"slow": {"lead_time_days": 4}, "fast": {"lead_time_days": 2, "fixed_cost_per_year": 4000}},
            "work": {"bench": {"fulfilment": {"resource": "bench", "setup_minutes": 30}}},
        },
        "as_is": {"offerings": {name: {"price": "list", "pace": "slow"} for name in ("office", "home")}},
    }
    return Scenario.model_validate({**data, **changes})


def best_by_enumeration(scenario: Scenario) -> float:
    """Return the highest expected margin over every combination of columns and staff, all limits checked by hand."""
    everything = columns(scenario)
    valued = Estimator(scenario).table(everything)
    selection = Candidates.of(scenario, everything, valued, len(everything)).selection
    groups = [np.flatnonzero(selection.column_segment == s) for s in range(len(selection.segments))]
    staff = [range(hire.least, (hire.most or 0) + 1) for hire in selection.hires]
    best = -np.inf
    for chosen in product(*groups):
        for extra in product(*staff):
            rows = list(chosen)
            room = [
                limit.capacity + sum(n * h.adds.get(i, 0.0) for n, h in zip(extra, selection.hires, strict=True))
                for i, limit in enumerate(selection.limits)
            ]
            if all(limit.usage[rows].sum() <= r + 1e-9 for limit, r in zip(selection.limits, room, strict=True)):
                pay = sum(n * h.cost for n, h in zip(extra, selection.hires, strict=True))
                best = max(best, float(selection.margin[rows].sum()) - pay)
    return best - presence_cost(scenario)


def test_no_design_is_expected_to_earn_more() -> None:
    scenario = small()
    plan = optimize(scenario)
    assert plan.status is Status.OPTIMAL
    assert plan.expected_margin == pytest.approx(best_by_enumeration(scenario), abs=0.01)
    assert plan.bound == pytest.approx(plan.expected_margin, abs=0.01)


def test_the_drivers_add_up_to_the_expected_margin() -> None:
    plan = optimize(small())
    assert sum(d.amount for d in plan.drivers) == pytest.approx(plan.expected_margin, abs=0.01)


def test_the_plan_is_about_what_the_simulation_says() -> None:
    scenario = small()
    plan = optimize(scenario)
    assert plan.design is not None
    assert plan.expected_margin is not None
    found = simulate_all([scenario.with_design(plan.design)], 3, 12, workers=1)[0].estimate("margin")
    assert found.half_width is not None
    assert abs(plan.expected_margin - found.mean) < 4 * found.half_width + 0.03 * abs(found.mean)


def test_a_column_that_is_left_out_is_never_missed() -> None:
    for seed in range(8):
        rng = np.random.default_rng(seed)
        rates = {f"segments.{n}.demand.orders_per_day": float(rng.uniform(4, 25)) for n in ("office", "home")}
        scenario = with_changes(small(), {k: str(v) for k, v in rates.items()})
        everything = columns(scenario)
        valued = Estimator(scenario).table(everything)
        candidates = Candidates.of(scenario, everything, valued, len(everything))
        keep, selection = worth_keeping(candidates.selection), candidates.selection
        fewer = candidates.subset(scenario, keep).selection
        assert len(keep) < len(everything)
        assert solve(fewer).objective == pytest.approx(solve(selection).objective, abs=1e-6)


def test_limits_that_cannot_be_met_together_are_named() -> None:
    segment = small().segments["office"]
    floors = segment.floors.model_copy(update={"acceptance": 0.99})
    scenario = small(segments={**small().segments, "office": segment.model_copy(update={"floors": floors})})
    plan = optimize(scenario)
    assert plan.status is Status.INFEASIBLE
    assert plan.expected_margin is None
    assert plan.design is None
    assert any("acceptance of office at least 0.99" in words for words in plan.conflict)


def test_a_lead_time_that_nobody_can_reach_is_named() -> None:
    levers = {**small().levers, "pace": {"slow": {"lead_time_days": 0.01}, "fast": {"lead_time_days": 0.005}}}
    plan = optimize(small(levers=levers))
    assert plan.status is Status.INFEASIBLE
    assert any("a lead time for" in words for words in plan.conflict)


def test_a_budget_that_binds_costs_margin() -> None:
    free = optimize(small())
    tight = small(limits={"operating_cost_per_year": 66_000})
    plan = optimize(tight)
    assert plan.expected_margin is not None
    assert free.expected_margin is not None
    assert plan.expected_margin < free.expected_margin


def test_a_budget_for_the_people_and_nothing_else_is_met_by_what_costs_nothing_else() -> None:
    """365 times a 365th of a budget is not always the budget: what is left beside the people is nothing."""
    for hourly in (29.7, 30.1, 31.3):
        data = small().model_dump(mode="json")
        data["resources"]["bench"] |= {"cost_per_hour": hourly, "extra_servers": {"least": 0, "most": 0}}
        data["limits"] = {"operating_cost_per_year": 8 * 5 * 4 * hourly / 28 * 365}
        assert optimize(Scenario.model_validate(data)).status is Status.OPTIMAL


def test_a_floor_of_everything_is_refused() -> None:
    segment = small().segments["office"]
    floors = segment.floors.model_copy(update={"on_time": 1.0})
    with pytest.raises(NoTrustworthyAnswer, match="cannot be shown"):
        optimize(small(segments={**small().segments, "office": segment.model_copy(update={"floors": floors})}))


def test_work_is_spread_over_the_hours_that_the_promise_leaves() -> None:
    profile, is_open = np.zeros(168), np.zeros(168)
    profile[4 * 24 + 16] = 1.0  # friday, 16 to 17 o'clock
    for day in range(5):
        is_open[day * 24 + 9 : day * 24 + 17] = 1.0
    assert np.flatnonzero(spread(profile, is_open, 0.0)).tolist() == [4 * 24 + 16]
    patient = spread(profile, is_open, slack(7.0))
    assert patient.sum() == pytest.approx(1)
    assert patient[9:17].sum() > patient[4 * 24 + 16]  # most of it on Monday


def test_nobody_is_hired_for_work_that_others_do_in_time() -> None:
    """Three in the morning, one in the evening: what may wait until tomorrow does not need a second one then."""
    data = small().model_dump(mode="json")
    data["resources"]["bench"] |= {
        "shifts": [
            {"name": "early", "opens": "06:00", "closes": "14:00", "servers": 3},
            {"name": "late", "opens": "14:00", "closes": "22:00", "servers": 1, "extra_servers": {"most": 3}},
        ],
        "extra_servers": {},
    }
    for segment in data["segments"].values():
        segment["demand"]["orders_per_day"] *= 4
    for days, pace in ((12, "slow"), (8, "fast")):
        data["levers"]["pace"][pace]["lead_time_days"] = days
    scenario = Scenario.model_validate(data)
    assert 0.5 < loads(scenario)["bench"] < 0.75
    assert optimize(scenario).design.extra_servers == {}


def test_loads_are_those_of_the_simulation() -> None:
    scenario = small()
    found = simulate_all([scenario], 3, 10, workers=1)[0].estimate("utilisation", resource="bench")
    assert found.half_width is not None
    assert abs(loads(scenario)["bench"] - found.mean) < 4 * found.half_width


def test_over_serving_costs_what_the_simulation_posts() -> None:
    scenario = load_shipped("specialty_and_commodity")
    estimator = Estimator(scenario)
    picks = dict(scenario.as_is.offerings["retail_chains"] or {})
    column = next(c for c in columns(scenario) if c.segment == "retail_chains" and dict(c.offering.options) == picks)
    economics = estimator.economics(Column("retail_chains", column.offering))
    assert economics.over_serving > 0
    share = scenario.erosion.price_rate * column.offering.over_serving
    paid = economics.drivers["revenue"] + economics.drivers["discount"]
    assert economics.drivers["erosion"] == pytest.approx(-share * paid)


@pytest.mark.slow
def test_counting_erosion_keeps_the_premium_range_from_basic_buyers() -> None:
    scenario = load_shipped("specialty_and_commodity")
    blind = with_changes(scenario, {"erosion.price_rate": "0", "erosion.brand_rate": "0"})
    seeing, not_seeing = optimize(scenario, 1e-3).design, optimize(blind, 1e-3).design
    assert seeing is not None
    assert not_seeing is not None
    for basic in ("retail_chains", "web_shop"):
        assert (seeing.offerings[basic] or {})["assortment"] != PREMIUM
    assert (not_seeing.offerings["retail_chains"] or {})["assortment"] == PREMIUM
    assert (seeing.offerings["key_accounts"] or {})["assortment"] == PREMIUM
    found = simulate_all([scenario.with_design(d) for d in (not_seeing, seeing)], 7, 6, workers=2)
    assert found[1].estimate("margin").low > found[0].estimate("margin").high


@pytest.mark.slow
def test_cross_trained_people_keep_the_promise_with_fewer() -> None:
    scenario = load_shipped("therapy_clinics")
    dedicated = people_needed(scenario, "as_is", 7, 8, workers=2)
    shared = people_needed(scenario.with_design("cross_trained"), "cross_trained", 7, 8, workers=2)
    people, low, high = saving(dedicated, shared)
    assert low <= people <= high
    assert low > 0
    assert dedicated.low <= dedicated.people <= dedicated.high


def test_the_search_tells_margins() -> None:
    told: list[tuple[float, float | None]] = []
    plan = optimize(load_shipped("giftware"), gap=0.05, watch=lambda bound, worth: told.append((bound, worth)))
    assert told[-1] == pytest.approx((plan.bound, plan.expected_margin))
