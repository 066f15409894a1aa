"""The margin bridge adds up to the cent, prefers no order of levers, and is what every order says on average."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimize.economics.economics import Estimator
from optimize.explanation.bridge import BRAND, TAKEN_ON, Bridge, bridge, expected, valuing
from optimize.explanation.mixtures import mixture, players
from optimize.explanation.shapley import apportioned, shapley
from optimize.plan import optimize
from scenarios.design import Design
from scenarios.scenario import Scenario
from scenarios.shipped import load_shipped
from tests.optimize.test_plan import small

WORTH = st.lists(st.integers(-(10**12), 10**12), min_size=16, max_size=16)


@given(WORTH)
def test_shapley_is_the_average_over_every_order(worth: list[int]) -> None:
    found = [row[0] for row in shapley([[value] for value in worth])]
    for player in range(4):
        added = 0
        for order in permutations(range(4)):
            before = sum(1 << other for other in order[: order.index(player)])
            added += worth[before | 1 << player] - worth[before]
        assert found[player] == Fraction(added, factorial(4))
    assert sum(found) == worth[-1] - worth[0]


@given(st.lists(st.fractions(-1000, 1000, max_denominator=97), min_size=1, max_size=8))
def test_what_is_apportioned_adds_up_and_is_close(parts: list[Fraction]) -> None:
    total = round(sum(parts))
    whole = apportioned(total, parts)
    assert sum(whole) == total
    assert all(abs(w - p) <= 1 for w, p in zip(whole, parts, strict=True))


def random_design(scenario: Scenario, seed: int) -> Design:
    """Return a design of random offerings, perhaps one segment short, with random people."""
    rng = np.random.default_rng(seed)
    offerings = {
        name: {lever: str(rng.choice(list(options))) for lever, options in scenario.levers.items()}
        for name in scenario.segments
    }
    people = {name: int(rng.integers(0, 3)) for name in scenario.resources}
    return Design(offerings={n: None if rng.random() < 0.15 else o for n, o in offerings.items()}, extra_servers=people)


def with_levers(scenario: Scenario, names: list[str]) -> Scenario:
    """Return the scenario with its levers in another order."""
    return scenario.model_copy(update={"levers": {name: scenario.levers[name] for name in names}})


def crossed(scenario: Scenario, before: Design, after: Design) -> Bridge:
    return bridge(scenario, before, after, valuing(Estimator(scenario)))


@pytest.mark.parametrize(
    ("name", "seed"),
    [*(("therapy_clinics", seed) for seed in range(4)), pytest.param("giftware", 1, marks=pytest.mark.slow)],
)
def test_bars_add_up_to_the_cent_in_any_order_of_levers(name: str, seed: int) -> None:
    scenario = load_shipped(name)
    before, after = random_design(scenario, seed), random_design(scenario, seed + 100)
    there = crossed(scenario, before, after)
    assert there.start + sum(cell.cents for cell in there.cells) == there.end
    for field in ("bar", "segment", "driver"):
        assert there.start + sum(there.by(field).values()) == there.end
    ends = [sum(expected(scenario, d, valuing(Estimator(scenario))).values()) * 100 for d in (before, after)]
    assert abs(there.start - ends[0]) <= 0.5
    assert abs(there.end - ends[1]) <= 1
    order = list(np.random.default_rng(seed).permutation(list(scenario.levers)))
    again = crossed(with_levers(scenario, order), before, after)
    assert [(set(c.bar.split(" + ")), c.segment, c.driver, c.cents) for c in again.cells] == [
        (set(c.bar.split(" + ")), c.segment, c.driver, c.cents) for c in there.cells
    ]


def test_the_bridge_ends_at_the_plan() -> None:
    for scenario in (small(), load_shipped("therapy_clinics")):
        plan = optimize(scenario)
        assert plan.design is not None
        found = crossed(scenario, scenario.as_is, plan.design)
        assert found.end / 100 == pytest.approx(plan.expected_margin, abs=0.011)
        drivers: dict[str, float] = {}
        for row in plan.drivers:
            drivers[row.driver] = drivers.get(row.driver, 0.0) + row.amount
        start: dict[str, Fraction] = {}
        for (_, driver), amount in expected(scenario, scenario.as_is, valuing(Estimator(scenario))).items():
            start[driver] = start.get(driver, Fraction(0)) + amount
        for driver, cents in found.by("driver").items():
            assert cents / 100 == pytest.approx(drivers.get(driver, 0.0) - float(start.get(driver, 0)), abs=0.2)


def test_a_lever_gets_its_average_over_every_order_of_levers() -> None:
    scenario = small()
    before, after = {"price": "list", "pace": "slow"}, {"price": "low", "pace": "fast"}
    value = valuing(Estimator(scenario))
    offerings = {"office": before, "home": before}
    found = crossed(scenario, Design(offerings=offerings), Design(offerings={**offerings, "office": after}))

    def margin(*levers: str) -> float:
        return value([mixture(scenario, "office", before, after, levers)])[0].margin

    pace = (margin("pace") - margin() + margin("pace", "price") - margin("price")) / 2
    assert found.by("bar")["pace"] / 100 == pytest.approx(pace, abs=0.02)
    assert set(found.by("bar")) == {"pace", "price"}


def test_a_segment_that_is_taken_on_has_a_bar_of_its_own() -> None:
    scenario = small()
    served = {"price": "list", "pace": "slow"}
    both, one = Design(offerings={"office": served, "home": served}), Design(offerings={"office": served, "home": None})
    found = crossed(scenario, one, both)
    assert set(found.by("bar")) == {TAKEN_ON}
    margin = Estimator(scenario).economics(mixture(scenario, "home", served, served, ())).margin
    assert found.by("bar")[TAKEN_ON] / 100 == pytest.approx(margin, abs=0.01)


def test_an_effect_that_moves_from_lever_to_lever_switches_them_together() -> None:
    levers = {
        "price": {"list": {"price": {"multiplier": 1}}},
        "pace": {"slow": {"lead_time_days": 4}, "fast": {}},
        "club": {"none": {}, "gold": {"lead_time_days": 2}},
        "work": {"bench": {"fulfilment": {"resource": "bench", "setup_minutes": 30}}},
    }
    before, after = {"pace": "slow", "club": "none"}, {"pace": "fast", "club": "gold"}
    scenario = small(levers=levers, as_is={"offerings": dict.fromkeys(("office", "home"), before)})
    assert players(scenario, "office", before, after, valuing(Estimator(scenario))) == [("club", "pace")]


def test_brand_erosion_between_segments_is_a_bar() -> None:
    scenario = load_shipped("specialty_and_commodity")
    found = crossed(scenario, scenario.as_is, scenario.designs[next(iter(scenario.designs))])
    assert BRAND in found.by("bar")
    assert {cell.driver for cell in found.cells if cell.bar == BRAND} == {"erosion"}
