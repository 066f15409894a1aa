"""``promiselab synergies`` through the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from optimize.synergies.shifts import Terms
from optimize.synergies.teams import Target
from promiselab import load
from promiselab.study import Settings
from promiselab.synergies.answer import find_synergies, synergies_data
from promiselab.synergies.words import synergies_text
from scenarios.offerings import current_offerings
from tests.cli.calling import Caller, edited

SHORT = ("--replications", "4", "--engine", "simpy", "--workers", "1", "--set", "calendar.measured_days=14")

THREE = """\
promiselab: 1
name: Three times of day
calendar: {measured_days: 7, drain_days: 1}
study: {seed: 7, replications: 3}
segments:
  morning:
    customers: 50
    demand: {orders_per_day: 40, by_hour_of_day: [0,0,0,0,0,0,0,0,9,9,9,2,1,1,1,1,1,0,0,0,0,0,0,0]}
    products: {repair: {quantity: 1}}
  noon:
    customers: 50
    demand: {orders_per_day: 40, by_hour_of_day: [0,0,0,0,0,0,0,0,1,1,1,9,9,9,2,1,1,0,0,0,0,0,0,0]}
    products: {repair: {quantity: 1}}
  evening:
    customers: 50
    demand: {orders_per_day: 40, by_hour_of_day: [0,0,0,0,0,0,0,0,1,1,1,1,1,2,9,9,9,0,0,0,0,0,0,0]}
    products: {repair: {quantity: 1}}
products:
  repair: {list_price: 100, unit_cost: 20}
resources:
  morning_desk:
    shifts: [{days: [mon, tue, wed, thu, fri, sat, sun], opens: "08:00", closes: "18:00", servers: 6}]
    cost_per_hour: 20
  noon_desk:
    shifts: [{days: [mon, tue, wed, thu, fri, sat, sun], opens: "08:00", closes: "18:00", servers: 6}]
    cost_per_hour: 20
  evening_desk:
    shifts: [{days: [mon, tue, wed, thu, fri, sat, sun], opens: "08:00", closes: "18:00", servers: 6}]
    cost_per_hour: 20
levers:
  promise: {none: {}, day: {lead_time_days: 0.08}}
  work:
    morning: {stock: none, fulfilment: {resource: morning_desk, setup_minutes: {law: gamma, mean: 24, cv: 0.5}}}
    noon: {stock: none, fulfilment: {resource: noon_desk, setup_minutes: {law: gamma, mean: 24, cv: 0.5}}}
    evening: {stock: none, fulfilment: {resource: evening_desk, setup_minutes: {law: gamma, mean: 24, cv: 0.5}}}
as_is:
  offerings:
    {morning: {promise: day, work: morning}, noon: {promise: day, work: noon}, evening: {promise: day, work: evening}}
"""


def fulfilment(found: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in found["activities"] if one["activity"] == "fulfilment")


def test_the_clinics_save_people_by_sharing(call: Caller) -> None:
    said = call("synergies", "therapy_clinics", *SHORT, "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    work = fulfilment(found)
    (shared,) = work["verified"]
    assert shared["apart"][0] - shared["together"][0] == shared["saved"][0] > 0
    assert shared["margin"]["verdict"] == "higher"
    assert not shared["shared_today"]
    assert sum(work["people_parts"].values()) == pytest.approx(shared["saved"][0])
    apart = sum(one["person_hours"] for one in work["alone"])
    assert sum(work["parts"].values()) == pytest.approx(apart - work["shared"]["person_hours"])
    assert work["complements"][0]["peak_by_hour"] < 0.8
    capture = next(one for one in found["activities"] if one["activity"] == "capture")
    assert capture["verified"][0]["shared_today"]
    run = Path(found["run"])
    assert "Verified by simulation" in (run / "report.html").read_text(encoding="utf-8")
    (kept,) = run.glob("fulfilment-*.yaml")
    scenario = load(kept)
    teams = {o.fulfilment.resource for o in current_offerings(scenario).values() if o and o.fulfilment}
    assert len(teams) == 1
    (team,) = teams
    assert scenario.resources[team].shifts[0].servers == shared["together"][0]
    assert call("simulate", str(kept), "--replications", "2", "--engine", "simpy", "--workers", "1").code == 0


@pytest.mark.slow
def test_cross_trained_people_who_are_slower_and_dearer_save_less(call: Caller) -> None:
    call.write("company.yaml", THREE)
    quick = ("--replications", "4", "--engine", "simpy", "--workers", "1", "--seed", "3", "--json")
    alike = fulfilment(json.loads(call("synergies", "company.yaml", *quick, "--premium", "0%").out))["verified"][0]
    slow = ("--loss", "15%", "--premium", "20%")
    slower = fulfilment(json.loads(call("synergies", "company.yaml", *quick, *slow).out))["verified"]
    same = next(one for one in slower if one["segments"] == alike["segments"])
    assert same["apart"] == alike["apart"]
    assert same["hours_saved"] < alike["hours_saved"]
    assert same["saved"] is None or same["saved"][0] <= alike["saved"][0]
    assert same["margin"] is None or same["margin"]["mean"] < alike["margin"]["mean"]


@pytest.mark.slow
def test_every_group_is_verified_and_the_people_saved_are_divided(call: Caller) -> None:
    call.write("company.yaml", THREE)
    said = call("synergies", "company.yaml", "--replications", "4", "--engine", "simpy", "--workers", "1", "--json")
    assert said.code == 0, said.err
    work = fulfilment(json.loads(said.out))
    found = {tuple(one["segments"]): one for one in work["verified"]}
    assert len(found) == 4  # three pairs and all three
    assert all(one["saved"] is not None for one in found.values()), found
    assert all(one["margin"]["half_width"] >= 0 for one in found.values())
    everybody = max(found, key=len)
    assert sum(work["people_parts"].values()) == pytest.approx(found[everybody]["saved"][0])
    assert found[everybody]["saved"][0] >= max(one["saved"][0] for one in found.values())


def test_the_best_groups_are_verified_and_the_others_named(call: Caller) -> None:
    call.write("company.yaml", THREE)
    quick = ("--replications", "2", "--engine", "simpy", "--workers", "1")
    said = call("synergies", "company.yaml", "--most", "1", *quick)
    assert said.code == 0, said.err
    assert said.out.count("not verified: only the best 1 by estimate are") == 3
    assert "Shapley" not in said.out.splitlines()[0] or "hours" in said.out.splitlines()[0]


def test_what_no_floor_can_judge_is_said(call: Caller) -> None:
    call.write("company.yaml", edited(("{morning: {promise: day,", "{morning: {promise: none,"), text=THREE))
    said = call("synergies", "company.yaml", "--replications", "2", "--engine", "simpy", "--workers", "1")
    assert said.code == 0, said.err
    assert "not verified: morning is promised no lead time" in said.out
    assert said.out.startswith("Not verified by simulation")


def test_what_is_finished_is_kept_when_it_is_interrupted(call: Caller) -> None:
    scenario = load(call.write("company.yaml", THREE))
    asked: list[str] = []

    def tell(words: str) -> None:
        asked.append(words)
        if "(2 of 4)" in words:
            raise KeyboardInterrupt

    how = Settings(seed=1, replications=2, workers=1, engine="simpy")
    found = find_synergies(scenario, Target(), Terms(), how, 6, lambda _done, _of: None, tell)
    assert found.verified is not None
    assert found.verified.interrupted
    (first,) = found.verified.sharings
    assert first.saved is not None
    data = synergies_data(found)
    assert data["interrupted"]
    assert "Interrupted: not every sharing was verified" in synergies_text(data)


def test_without_the_check_nothing_is_simulated(call: Caller) -> None:
    said = call("synergies", "specialty_and_commodity", "--no-check")
    assert said.code == 0, said.err
    assert "Not verified by simulation" in said.out
    assert "retail_chains + trade_businesses" in said.out


def test_a_single_segment_has_nobody_to_share_with(call: Caller) -> None:
    said = call("synergies", "small.yaml")
    assert said.code == 4
    assert "nothing to share" in said.err


@pytest.mark.parametrize(
    "wrong", [("--start", "0"), ("--loss", "x"), ("--loss", "1"), ("--shift-hours", "25"), ("--most", "0")]
)
def test_wrong_options_are_refused(call: Caller, wrong: tuple[str, str]) -> None:
    said = call("synergies", "therapy_clinics", *wrong)
    assert said.code == 2
    assert wrong[0] in said.err
