"""``promiselab prioritise`` through the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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


def test_the_order_can_be_written_back(call: Caller) -> None:
    said = call("prioritise", "therapy_clinics", *SHORT, "--write-back")
    assert said.code == 0, said.err
    assert "Written back as ranks" in said.out
    run = call.runs()[-1]
    assert "segment_rank" in (run / "scenario.yaml").read_text(encoding="utf-8")
    assert call("check", str(run / "scenario.yaml")).code == 0


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
