"""``promiselab prioritise`` through the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promiselab import load
from tests.cli.calling import Caller

SHORT = (
    "--replications",
    "4",
    "--engine",
    "simpy",
    "--workers",
    "1",
    "--samples",
    "500",
    "--set",
    "calendar.measured_days=14",
)
GROWTH = """\
criteria:
  margin: {weight: 3}
  growth:
    axis: attractiveness
    unit: share per year
    values:
      working_patients: {low: 0.2, high: 0.3}
      daytime_patients: {low: 0.0, high: 0.1}
without: [volatility]
certainty: 5
"""


def test_segments_are_put_in_order(call: Caller) -> None:
    call.write("criteria.yaml", GROWTH)
    said = call("prioritise", "therapy_clinics", *SHORT, "--criteria", "criteria.yaml", "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    names = {one["name"] for one in found["criteria"]}
    assert names >= {"margin", "size", "growth", "headroom", "cost_to_serve"}
    assert "volatility" not in names
    assert sum(s["first"] for s in found["segments"]) == pytest.approx(1.0)
    assert (Path(found["run"]) / "report.html").stat().st_size > 100_000


@pytest.mark.slow
def test_the_order_can_be_written_back(call: Caller) -> None:
    said = call("prioritise", "therapy_clinics", *SHORT, "--write-back", "--json")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    effect, run = told["written_back"], Path(told["run"])
    scenario = load(run / "scenario.yaml")
    assert [one["rank"] for one in effect["segments"]] == [1, 2]
    for one in effect["segments"]:
        (option,) = scenario.segments[one["segment"]].options["segment_rank"]
        priority = scenario.levers["segment_rank"][option].priority
        assert priority is not None
        assert priority.rank == one["rank"]
        assert scenario.segments[one["segment"]].must_serve == one["must_serve"]
    assert [plan["name"] for plan in effect["plans"]] == ["as it is", "ranks", "ranks and reservations"]
    assert effect["plans"][0]["difference"] is None
    assert all(plan["half_width"] is not None for plan in effect["plans"][1:])
    assert "What the order changes" in (run / "report.html").read_text(encoding="utf-8")
    again = ("--replications", "4", "--engine", "simpy", "--workers", "1")
    assert call("simulate", str(run / "scenario.yaml"), "--design", "prioritised", *again).code == 0
    said = call("prioritise", str(run / "scenario.yaml"), *SHORT, "--write-back")  # earlier ranks are replaced
    assert said.code == 0, said.err
    assert "Reservations, by simulated margin" in said.out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GROWTH.replace("volatility", "volatilty"), "Did you mean volatility?"),
        (GROWTH.replace("    axis: attractiveness\n", ""), "needs an axis"),
        (GROWTH.replace("daytime_patients", "daytime_patient"), "daytime_patients: no value"),
        (GROWTH.replace("low: 0.2", "low: 0.4"), "criteria.yaml:7"),
        ("criteria: {margin: {axis: fit}}\n", "measured by the simulation"),
    ],
)
def test_wrong_criteria_are_refused(call: Caller, text: str, words: str) -> None:
    call.write("criteria.yaml", text)
    said = call("prioritise", "therapy_clinics", *SHORT, "--criteria", "criteria.yaml")
    assert said.code == 2
    assert words in said.err
    assert call.runs() == []
