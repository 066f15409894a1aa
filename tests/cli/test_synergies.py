"""``promiselab synergies`` through the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.calling import Caller

SHORT = ("--replications", "4", "--engine", "simpy", "--workers", "1", "--set", "calendar.measured_days=14")


def test_the_clinics_save_people_by_sharing(call: Caller) -> None:
    said = call("synergies", "therapy_clinics", *SHORT, "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert found["check"]["apart"]["people"] - found["check"]["together"]["people"] == found["check"]["saved"] > 0
    work = next(one for one in found["activities"] if one["activity"] == "fulfilment")
    apart = sum(one["person_hours"] for one in work["alone"])
    assert sum(work["parts"].values()) == pytest.approx(apart - work["shared"]["person_hours"])
    assert work["complements"][0]["peak_by_hour"] < 0.8
    assert (Path(found["run"]) / "report.html").stat().st_size > 100_000
    assert call("check", str(Path(found["run"]) / "scenario.yaml")).code == 0


def test_without_the_check_nothing_is_simulated(call: Caller) -> None:
    said = call("synergies", "specialty_and_commodity", "--no-check")
    assert said.code == 0, said.err
    assert "Not checked by simulation" in said.out
    assert "retail_chains + trade_businesses" in said.out


def test_a_single_segment_has_nobody_to_share_with(call: Caller) -> None:
    said = call("synergies", "small.yaml")
    assert said.code == 4
    assert "nothing to share" in said.err


@pytest.mark.parametrize("wrong", [("--start", "0"), ("--loss", "x"), ("--shift-hours", "25")])
def test_wrong_options_are_refused(call: Caller, wrong: tuple[str, str]) -> None:
    said = call("synergies", "therapy_clinics", *wrong)
    assert said.code == 2
    assert wrong[0] in said.err
