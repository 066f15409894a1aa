"""``optimize --verify`` from the call to the report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

import promiselab
from promiselab import verifying
from scenarios import parse
from scenarios.scenario import Scenario
from simcore.replications import Interrupted, Simulation, simulate_all
from tests.cli.calling import SMALL, Caller, edited
from tests.optimize.loop.test_beyond_estimates import depot

VERIFY = ("optimize", "small.yaml", "--verify", "--engine", "compiled", "--workers", "1")
FEW = ("--replications", "10", "--smallest-difference", "5%")


def test_a_verified_plan_is_printed_stored_and_reported(call: Caller) -> None:
    said = call(*VERIFY, *FEW)
    assert said.code == 0
    assert "Is it true?" in said.out
    assert "No plan is estimated to earn more than" in said.out
    assert "True bound: no design that keeps the rules" in said.out
    (run,) = call.runs()
    kept = json.loads((run / "certificate.json").read_text())
    assert kept["finished"]
    assert kept["bound"] >= kept["margin"]["mean"] - kept["margin"]["half_width"]
    assert kept["estimate_gap"] == pytest.approx(
        max(0.0, kept["estimate_bound"] - kept["margin"]["mean"] + kept["margin"]["half_width"])
        / kept["margin"]["mean"]
    )
    estimates = json.loads((run / "estimates.json").read_text())["designs"]
    assert list(estimates) == ["as_is", "optimised"]
    margin = next(e for e in estimates["optimised"] if e["measure"] == "margin" and not e["segment"])
    assert margin["mean"] == kept["margin"]["mean"]
    assert json.loads((run / "manifest.json").read_text())["seed"] == kept["seeds"]["certificate"]
    page = (run / "report.html").read_text()
    assert "Is it true?" in page
    assert "a true bound, at a gap of" in page


def test_json_has_the_certificate(call: Caller) -> None:
    said = call(*VERIFY, *FEW, "--json", "--tolerance", "5%", "--iterations", "2")
    found = json.loads(said.out)
    assert said.code == 0
    assert found["certificate"]["tolerance"] == 0.05
    assert found["certificate"]["most_iterations"] == 2
    (run,) = call.runs()
    assert json.loads((run / "certificate.json").read_text()) == found["certificate"]


def test_a_verified_plan_is_explained_by_the_same_command(call: Caller) -> None:
    said = call(*VERIFY, *FEW, "--explain", "--why-not", "retail:promise=one_day")
    assert said.code == 0
    for words in ("From today to the plan", "What holds the plan back", "retail, promise=one_day: ", "Is it true?"):
        assert words in said.out
    (run,) = call.runs()
    reasons = json.loads((run / "plan.json").read_text())["reasons"]
    assert reasons["why_not"][0]["shortfall"] > 0
    people = json.loads((run / "certificate.json").read_text())["people"]
    assert [p["team"] for p in people] == ["desk"]
    assert "no fewer are allowed (resources.desk.extra_servers.least)" in said.out.replace("\n    ", " ")
    page = (run / "report.html").read_text()
    assert 'data-chart="plan_bridge"' in page
    assert people[0]["words"].partition(":")[0] in page


def test_the_api_gives_what_the_command_gives(call: Caller) -> None:
    said = json.loads(call(*VERIFY, *FEW, "--json").out)
    found = promiselab.verify(parse(SMALL), smallest_difference=0.05, replications=10, engine="compiled", workers=1)
    assert found.certificate is not None
    assert verifying.certificate_data(found.scenario, found.certificate) == said["certificate"]
    assert not found.interrupted


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--tolerance", "2%"), "Add --verify"),
        (("--replications", "20"), "Add --verify"),
        (("--verify", "--tolerance", "0"), "--tolerance = 0"),
        (("--verify", "--smallest-difference", "x"), "--smallest-difference = x"),
        (("--verify", "--iterations", "0"), "--iterations = 0"),
        (("--verify", "--engine", "none"), "none"),
    ],
)
def test_options_that_make_no_sense_are_refused(call: Caller, options: Sequence[str], word: str) -> None:
    said = call("optimize", "small.yaml", *options)
    assert (said.code, said.out) == (2, "")
    assert word in said.err
    assert not call.runs()


@pytest.mark.parametrize("calls", [0, 1, 3])
def test_ctrl_c_stores_the_best_plan_so_far_and_ends_with_130(
    call: Caller, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    made: list[int] = []

    def interrupted(scenarios: Sequence[Scenario], seed: int, replications: int, **how: object) -> list[Simulation]:
        made.append(replications)
        if len(made) > calls:
            raise Interrupted([])
        return simulate_all(scenarios, seed, replications, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(verifying, "simulate_all", interrupted)
    said = call(*VERIFY, *FEW)
    assert said.code == 130
    (run,) = call.runs()
    assert json.loads((run / "plan.json").read_text())["design"]
    stored: Path = run / "certificate.json"
    assert stored.exists() == (calls > 0)
    if calls:
        assert not json.loads(stored.read_text())["finished"]
        assert "unfinished" in said.out
        assert "the certificate is unfinished" in (run / "report.html").read_text()


def test_no_plan_is_no_certificate(call: Caller) -> None:
    call.write("floor.yaml", edited(("customers: 50", "customers: 50\n    floors: {on_time: 0.9999}")))
    call.write(
        "floor.yaml",
        (call.folder / "floor.yaml")
        .read_text()
        .replace("two_days: {lead_time_days: 2}", "two_days: {lead_time_days: 0.04}")
        .replace("one_day: {lead_time_days: 1,", "one_day: {lead_time_days: 0.03,"),
    )
    said = call("optimize", "floor.yaml", "--verify", "--engine", "compiled")
    assert said.code == 4
    assert "No plan" in said.err
    assert not call.runs()


def test_a_plan_that_earns_nothing_has_no_relative_gap(call: Caller) -> None:
    """Serving nobody, with nobody there, earns 0 for sure: gaps in money are no share of it."""
    nobody = edited(
        ("    customers: 50\n", "    customers: 50\n    must_serve: false\n    floors: {on_time: 0.99}\n"),
        ("two_days: {lead_time_days: 2}", "two_days: {lead_time_days: 0.02}"),
        ("one_day: {lead_time_days: 1,", "one_day: {lead_time_days: 0.01,"),
        ("least: 0, most: 3", "least: -2, most: 0"),
    )
    call.write("nobody.yaml", nobody)
    said = call("optimize", "nobody.yaml", *VERIFY[2:], *FEW)
    assert said.code == 0, said.err
    kept = json.loads((call.runs()[0] / "certificate.json").read_text())
    assert (kept["margin"], kept["gap"]) == ({"mean": 0.0, "half_width": 0.0}, None)
    assert kept["bound"] > 0
    assert "gap no share of a margin of 0." in said.out


def test_a_promise_to_a_segment_that_never_orders_is_not_shown_and_keeps_nobody_from_a_plan(call: Caller) -> None:
    """Estimates say that what the crowd leaves today is too little; without an order nothing can say otherwise."""
    data = depot().model_dump(mode="json", exclude_unset=True)
    data["segments"]["guest"] = {**data["segments"]["club"], "must_serve": True, "demand": {"orders_per_day": 1e-9}}
    data["as_is"]["offerings"]["guest"] = data["as_is"]["offerings"]["club"]
    call.write("depot.yaml", json.dumps(data))
    said = call("optimize", "depot.yaml", "--verify", *VERIFY[3:])
    assert said.code == 0
    [row] = [row for row in said.out.splitlines() if "guest: on time" in row]
    assert row.split()[-6:] == ["-", "no", "order", "to", "tell", "by"]
    (run,) = call.runs()
    floors = json.loads((run / "certificate.json").read_text())["floors"]
    [guest] = [floor for floor in floors if floor["segment"] == "guest"]
    assert (guest["simulated"]["mean"], guest["verdict"]) == (None, "no order to tell by")
    assert "no order to tell by" in (run / "report.html").read_text()
