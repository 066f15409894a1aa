"""Shared stock that is sized for promises: together segments need less than alone, as the simulation says."""

from __future__ import annotations

from itertools import product

import pytest
from scipy import stats

from optimize.candidates.candidates import Candidates
from optimize.economics.economics import Estimator
from optimize.offerings.columns import columns
from optimize.plan import optimize, worth_choosing
from optimize.selection.exact import Choice, slacks, value, violations
from optimize.solve import solve
from scenarios import with_changes
from scenarios.design import Design
from scenarios.scenario import Scenario
from simcore.replications import simulate_all

REPLICATIONS = 150
SEGMENTS = ("north", "south", "west")


def depot(**changes: object) -> Scenario:
    """Three segments with the same bursty demand for one product, each from the common stock or from one of its own."""
    segment = {
        "customers": 20,
        "demand": {"orders_per_day": 4},
        "products": {"valve": {"quantity": {"law": "geometric", "p": 0.17}}},
    }
    data = {
        "name": "depot",
        "calendar": {"warm_up_days": 60, "measured_days": 364, "start": "2027-01-04"},
        "segments": dict.fromkeys(SEGMENTS, segment),
        "products": {
            "valve": {
                "list_price": 30,
                "unit_cost": 20,
                "stock": {
                    "policy": {"kind": "base_stock"},
                    "supply": {"lead_time_days": 14},
                    "holding_share_per_year": 0.3,
                },
            }
        },
        "levers": {
            "stock": {
                "common": {"stock": "shared", "fill_rate": 0.97},
                "own": {"stock": "ring_fenced", "fill_rate": 0.97},
            }
        },
        "limits": {"stock_investment": 1_000_000},
        "as_is": {"offerings": {name: {"stock": "common"} for name in SEGMENTS}},
    }
    return Scenario.model_validate({**data, **changes})


def chosen(candidates: Candidates, picks: tuple[str, ...]) -> Choice:
    """Return the choice of an option of the lever for each segment."""
    rows = [candidates.columns.having(name, {"stock": pick})[0] for name, pick in zip(SEGMENTS, picks, strict=True)]
    return Choice(tuple(int(row) for row in rows), ())


def money_in_stock(candidates: Candidates, choice: Choice) -> float:
    [left] = [slack for slack in slacks(candidates.selection, choice) if slack.name == "stock_investment"]
    return left.capacity - left.slack


def every(scenario: Scenario) -> Candidates:
    found = columns(scenario)
    return Candidates.of(scenario, found, Estimator(scenario).table(found), len(found))


DESIGNS = [("common",) * 3, ("common", "common", "own"), ("common", "own", "own"), ("own",) * 3]


def test_money_in_stock_is_that_of_the_simulation_whoever_shares() -> None:
    scenario = depot()
    simulated = [simulation.estimate("stock_investment") for simulation in _simulated(scenario, DESIGNS)]
    for today in ("common", "own"):  # what is offered today must not matter
        offered = {name: {"stock": today} for name in SEGMENTS}
        candidates = every(depot(as_is={"offerings": offered}))
        expected = [money_in_stock(candidates, chosen(candidates, picks)) for picks in DESIGNS]
        for estimate, interval in zip(expected, simulated, strict=True):
            standard_error = (interval.half_width or 0.0) / stats.t.ppf(0.975, REPLICATIONS - 1)
            assert abs(estimate - interval.mean) < 4 * standard_error
        assert expected[3] > 1.5 * expected[0]


def _simulated(scenario: Scenario, designs: list[tuple[str, ...]]):  # type: ignore[no-untyped-def]
    offered = [{name: {"stock": pick} for name, pick in zip(SEGMENTS, picks, strict=True)} for picks in designs]
    return simulate_all(
        [scenario.with_design(Design(offerings=o)) for o in offered], 3, REPLICATIONS, workers=1, engine="compiled"
    )


def test_sharing_alone_costs_what_an_own_stock_costs() -> None:
    candidates = every(depot())
    alone, own = (money_in_stock(candidates, chosen(candidates, (pick, "own", "own"))) for pick in ("common", "own"))
    assert alone == pytest.approx(own, rel=1e-9)


def test_the_best_plan_is_that_of_every_choice_and_keeps_its_limits_exactly() -> None:
    scenario = depot(limits={"stock_investment": 6_500})
    candidates = every(scenario)
    selection = candidates.selection
    assert [pool.name for pool in selection.pools] == ["stock[valve]"]
    choices = [chosen(candidates, picks) for picks in product(("common", "own"), repeat=3)]
    allowed = [choice for choice in choices if not violations(selection, choice)]
    assert 0 < len(allowed) < len(choices), "the limit lets only those through that share"
    found = solve(selection)
    assert found.objective == pytest.approx(float(max(value(selection, choice) for choice in allowed)))
    plan = optimize(scenario)
    assert plan.design is not None
    assert plan.expected_margin == pytest.approx(sum(d.amount for d in plan.drivers))


def test_a_stated_level_is_not_shared_out_by_risk() -> None:
    stated = with_changes(depot(), {"products.valve.stock.policy.base_stock": 500})
    assert worth_choosing(stated).selection.pools == ()


def test_where_customers_see_the_menu_nothing_is_pooled() -> None:
    assert every(with_changes(depot(), {"menu.visible": True})).selection.pools == ()
