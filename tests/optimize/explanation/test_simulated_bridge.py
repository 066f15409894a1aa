"""The bridge between two simulated designs adds up to the cent, and is the average over every order of the levers."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from math import fsum

import pytest

from optimize.explanation.bridge import TAKEN_ON
from optimize.explanation.mixed_designs import PEOPLE, PROMISES, joined, mixed, players
from optimize.explanation.mixtures import Group
from optimize.explanation.simulated_bridge import simulated_bridge
from scenarios.design import Design, Promise
from scenarios.scenario import Scenario
from scenarios.shipped import load_shipped
from scenarios.what_if import with_changes
from simcore.replications import Simulation, simulate_all

REPLICATIONS = 3


def shortened(name: str) -> Scenario:
    return with_changes(load_shipped(name), {"calendar.measured_days": 7, "calendar.warm_up_days": 2})


def calm(design: Design) -> dict[str, float]:
    """Return loads that never tie a team to a lever."""
    return dict.fromkeys(("pickers", "service_desk", "credit_control", "account_managers"), 0.5)


@pytest.fixture(scope="module")
def crossed() -> tuple[list[Group], list[Simulation]]:
    """Three players of giftware: pricing, service, and two pickers more; every mixture simulated."""
    scenario = shortened("giftware")
    before = scenario.as_is
    new = {"pricing": "volume_discount", "service": "reserved"}
    picks = {n: {**(before.offerings[n] or {}), **new} for n in ("wholesale", "export")}
    after = before.model_copy(
        update={"offerings": {**before.offerings, **picks}, "extra_servers": {"pickers": 2}},
    )
    groups = players(scenario, before, after, calm)
    sets = [[g for i, g in enumerate(groups) if few >> i & 1] for few in range(2 ** len(groups))]
    designs = [mixed(scenario, before, after, [part for group in few for part in group]) for few in sets]
    played = simulate_all([scenario.with_design(d) for d in designs], 7, REPLICATIONS, workers=1)
    return groups, played


def test_the_bars_add_up_to_the_two_margins_in_whole_cents(crossed: tuple[list[Group], list[Simulation]]) -> None:
    groups, played = crossed
    assert groups == [("pricing",), ("service",), (f"{PEOPLE}pickers",)]
    found = simulated_bridge(groups, played)
    ends = [round(100 * played[place].estimate("margin").mean) for place in (0, -1)]
    assert (found.bridge.start, found.bridge.end) == tuple(ends)
    for field in ("bar", "segment", "driver"):
        assert found.bridge.start + sum(found.bridge.by(field).values()) == found.bridge.end
    assert len(found.bridge.by("bar")) == 3


def test_each_bar_is_the_average_over_every_order(crossed: tuple[list[Group], list[Simulation]]) -> None:
    groups, played = crossed
    found = simulated_bridge(groups, played)
    margin = [simulation.estimate("margin").mean for simulation in played]
    orders = list(permutations(range(3)))
    for player, group in enumerate(groups):
        added = []
        for order in orders:
            earlier = sum(1 << other for other in order[: order.index(player)])
            added.append(margin[earlier | 1 << player] - margin[earlier])
        bar = found.bars[" + ".join(group)]
        assert bar.mean == pytest.approx(fsum(added) / len(orders), rel=1e-9)
        assert found.bridge.by("bar")[" + ".join(group)] == pytest.approx(100 * bar.mean, abs=2)
        assert bar.half_width is not None
        assert bar.half_width > 0


def test_a_lever_that_does_nothing_gets_nothing(crossed: tuple[list[Group], list[Simulation]]) -> None:
    groups, played = crossed
    idle = [played[few & ~2] for few in range(8)]  # whether service is switched makes no difference
    found = simulated_bridge(groups, idle)
    assert "service" not in found.bridge.by("bar")
    assert found.bars["service"].mean == 0


def test_one_replication_has_no_interval(crossed: tuple[list[Group], list[Simulation]]) -> None:
    groups, played = crossed
    single = [replace(simulation, replications=simulation.replications[:1]) for simulation in played]
    assert {bar.half_width for bar in simulated_bridge(groups, single).bars.values()} == {None}


# What is switched --------------------------------------------------------------------------------------------------


def test_the_ends_of_the_mixtures_are_the_two_designs() -> None:
    scenario = shortened("giftware")
    before, after = scenario.as_is, scenario.designs["one_size_fits_all"]
    groups = players(scenario, before, after, calm)
    everything = [part for group in groups for part in group]
    for switched, design in (([], before), (everything, after)):
        got = mixed(scenario, before, after, switched)
        assert scenario.with_design(got).current.offerings.keys() == design.offerings.keys()
        kept = {team: n for team, n in design.extra_servers.items() if n}
        assert (dict(got.extra_servers), dict(got.promises)) == (kept, dict(design.promises))
        for name, picks in design.offerings.items():
            assert (got.offerings[name] or {}).items() >= (picks or {}).items()


def test_people_go_with_the_work_that_they_do() -> None:
    """One size for all does without the desk and the managers: nobody would take them away and leave the work."""
    scenario = shortened("giftware")
    before, after = scenario.as_is, scenario.designs["one_size_fits_all"]

    def load(design: Design) -> dict[str, float]:
        picks = [o or {} for o in design.offerings.values()]
        calls = any(o.get("care") != "none" and o.get("care") != "newsletter" for o in picks)
        desk = any(o.get("channel") == "desk" for o in picks)
        gone = {team: design.extra_servers.get(team, 0) < 0 for team in scenario.resources}
        work = {"service_desk": desk, "account_managers": calls}
        return {team: 9.0 if gone[team] and work.get(team) else 0.5 for team in scenario.resources}

    groups = players(scenario, before, after, load)
    assert ("care", f"{PEOPLE}account_managers") in groups
    assert ("channel", f"{PEOPLE}service_desk") in groups


def test_what_is_no_lever_is_a_player_of_its_own() -> None:
    scenario = shortened("giftware")
    before = scenario.as_is
    after = before.model_copy(
        update={
            "offerings": {**before.offerings, "export": None},
            "promises": {"wholesale": Promise(lead_time_days=5.0)},
        }
    )
    assert players(scenario, before, after, calm) == [(TAKEN_ON,), (PROMISES,)]
    assert mixed(scenario, before, after, [TAKEN_ON]).offerings["export"] is None
    assert mixed(scenario, before, after, [PROMISES]).offerings["export"] is not None


def test_those_that_change_least_are_one() -> None:
    groups = [("a",), ("b",), ("c",), ("d",)]
    changes = {("a",): 5.0, ("b",): -1.0, ("c",): -9.0, ("d",): 2.0}
    assert joined(groups, changes, 3) == [("a",), ("c",), ("b", "d")]
    assert joined(groups, changes, 4) == groups
