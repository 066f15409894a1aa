"""The optimistic margin: no simulated design earns more, and where nothing goes wrong it is exactly what is earned."""

from __future__ import annotations

import os

import numpy as np
import pytest

from optimize.candidates.candidates import Candidates
from optimize.economics.economics import Estimator
from optimize.loop.optimistic import optimistic, presence_in_window
from optimize.offerings.columns import Column, Columns
from optimize.selection.exact import Choice, value
from scenarios.menu import Menu
from scenarios.offerings import current_offerings
from scenarios.scenario import Scenario
from simcore.engines import COMPILED
from simcore.measures import MeasureKey
from simcore.replications import simulate_all
from tests.random_scenarios import random_scenario

MANY = int(os.environ.get("PROMISELAB_DESIGNS", "112"))


def optimistic_margin(scenario: Scenario) -> float:
    """Return the optimistic margin of the design that is judged."""
    served = [Column(name, offering) for name, offering in current_offerings(scenario).items() if offering is not None]
    estimator = Estimator(scenario)
    columns = Columns.of(scenario, estimator.effects, served)
    estimated = Candidates.of(scenario, columns, estimator.table(columns), len(columns)).selection
    choice = optimistic(scenario, columns, estimated)
    place = {column.segment: j for j, column in enumerate(served)}
    extra, hired = scenario.current.extra_servers, {hire.name for hire in choice.hires}
    chosen = Choice(
        tuple(place.get(name, -1) for name in scenario.segments),
        tuple(extra.get(hire.name, 0) for hire in choice.hires),
    )
    present = sum(presence_in_window(scenario, {} if name in hired else extra, name) for name in scenario.resources)
    return float(value(choice, chosen)) - present


def assert_never_beaten(seed: int, replications: int) -> None:
    scenario = random_scenario(np.random.default_rng(seed), coarse=seed % 4 == 0)
    scenario = scenario.model_copy(update={"menu": Menu()})  # where customers see the menu, no bound is claimed
    most = optimistic_margin(scenario)
    simulation = simulate_all([scenario], seed, replications, workers=1, engine=COMPILED)[0]
    margins, _ = simulation.totals(MeasureKey("margin"))
    error = margins.std(ddof=1) / np.sqrt(replications)
    assert margins.mean() - 4 * error <= most + 1e-6, (seed, margins.mean(), error, most)


@pytest.mark.parametrize("seed", range(12))
def test_no_simulated_design_earns_more(seed: int) -> None:
    assert_never_beaten(seed, 30)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_no_simulated_design_of_many_earns_more(part: int) -> None:
    for seed in range(12 + part, MANY, 6):
        assert_never_beaten(seed, 60)


def plain(**changes: object) -> Scenario:
    """Nobody waits, nothing is short: deliveries cost 3, a unit brings 10 or 1."""
    data = {
        "name": "plain",
        "calendar": {"measured_days": 50, "start": "2027-01-04"},
        "segments": {
            "shop": {
                "customers": 9,
                "demand": {"orders_per_day": 10},
                "products": {
                    "large": {"quantity": 1, "share_of_orders": 0.5},
                    "small": {"quantity": {"law": "uniform", "low": 1, "high": 4}, "share_of_orders": 0.5},
                },
                "choice": {"wtp_0": 0, "scale": 5},
            }
        },
        "products": {"large": {"list_price": 30, "unit_cost": 20}, "small": {"list_price": 5, "unit_cost": 4}},
        "resources": {"desk": {"servers": 1, "cost_per_hour": 0.5}},
        "levers": {"way": {"post": {"delivery": {"cost_per_delivery": 3}}}},
        "as_is": {"offerings": {"shop": {"way": "post"}}},
    }
    return Scenario.model_validate({**data, **changes})


def test_a_delivery_is_charged_up_to_what_the_order_brings() -> None:
    orders, desk = 10 * 50 * 0.5, 0.5 * 24 * 50
    # Of 8 equally likely cases: large alone 2, small alone 2, both 2, and none 2, of which one of each is drawn.
    large, small, quantity = 0.5 + 0.125, 0.5 + 0.125, 2.5
    # Small orders bring 1, 2, 3 or 4 units' worth: the delivery is charged min(3, that) = 9 / 4 on average.
    charged = 0.625 * 3 + 0.375 * 9 / 4
    expected = orders * (large * 10 + small * quantity * 1 - charged) - desk
    assert optimistic_margin(plain()) == pytest.approx(expected)


def test_what_is_always_worth_its_delivery_is_exactly_what_is_earned() -> None:
    scenario = plain(
        products={"large": {"list_price": 30, "unit_cost": 20}, "small": {"list_price": 9, "unit_cost": 4}}
    )
    most = optimistic_margin(scenario)
    simulation = simulate_all([scenario], 1, 400, workers=1, engine=COMPILED)[0]
    margins, _ = simulation.totals(MeasureKey("margin"))
    assert abs(margins.mean() - most) <= 4 * margins.std(ddof=1) / np.sqrt(400)
