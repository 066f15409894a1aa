"""A scenario that does not reproduce its history: every command warns, and every report says so above all else."""

from __future__ import annotations

import pytest

from tests.cli.calling import Caller
from tests.cli.test_choosing import COMPANY

GATE = """\
history:
  orders: 5000
  first_day: 2026-01-01
  last_day: 2026-12-31
  held_out_days: 91
  reproduced: {reproduced}
  findings: [{findings}]
"""
FINDING = "orders per week of retail: 200 orders against 140 simulated (+43%)"
WARNING = "does NOT reproduce the history that it was fitted to"
QUICK = ("--replications", "4", "--engine", "simpy", "--workers", "1")
SIMULATED = (
    ("simulate", *QUICK),
    ("compare", "--what-if", "resources.desk.servers=4", *QUICK),
    ("optimize",),
    pytest.param(("optimize", "--verify", "--iterations", "1", *QUICK), marks=pytest.mark.slow),
    ("demo", *QUICK),
    ("promise", *QUICK),
    ("ration", *QUICK),
    ("prioritise", "--samples", "100", *QUICK),
    ("synergies", *QUICK),
    ("propositions", *QUICK),
    ("frontier", "--against", "operating_cost", "--points", "3", *QUICK),
    ("alternatives", *QUICK),
    ("robust", "--demand", "0.8,1,1.2", *QUICK),
    (
        "fails",
        "--points",
        "20",
        "--holdout",
        "10",
        "--vary",
        "segments.retail.demand.orders_per_day=-60%..+60%",
        *QUICK,
    ),
)


def fitted(call: Caller, reproduced: bool, finding: str = "") -> str:
    findings = f'"{finding}"' if finding else ""
    call.write("fitted.yaml", COMPANY + GATE.format(reproduced=str(reproduced).lower(), findings=findings))
    return "fitted.yaml"


@pytest.mark.parametrize("command", SIMULATED, ids=lambda command: " ".join(command[:2]))
def test_every_report_says_that_the_history_is_not_reproduced(call: Caller, command: tuple[str, ...]) -> None:
    said = call(command[0], fitted(call, reproduced=False, finding=FINDING), *command[1:])
    assert said.code == 0, said.err
    assert said.err.count(WARNING) == 1
    page = (call.runs()[-1] / "report.html").read_text(encoding="utf-8")
    before_the_chapters = page.split("<main>")[0]
    assert WARNING in before_the_chapters
    assert "140 simulated" in before_the_chapters


@pytest.mark.parametrize("command", [("check",), ("staff",), ("estimates",)])
def test_commands_without_a_report_warn(call: Caller, command: tuple[str, ...]) -> None:
    said = call(*command, fitted(call, reproduced=False, finding=FINDING))
    assert WARNING in said.err


def test_a_sweep_warns_once(call: Caller) -> None:
    path = fitted(call, reproduced=False, finding=FINDING)
    said = call("sweep", path, "--vary", "resources.desk.servers=3,4", *QUICK)
    assert said.code == 0, said.err
    assert said.err.count(WARNING) == 1
    (page,) = call.folder.rglob("report.html")
    assert WARNING in page.read_text(encoding="utf-8").split("<main>")[0]


def test_reports_of_several_scenarios_and_of_several_runs_name_the_one(call: Caller) -> None:
    call.write("company.yaml", COMPANY)
    bad = fitted(call, reproduced=False, finding=FINDING)
    assert call("compare", "company.yaml", bad, "--seed", "7", *QUICK).code == 0
    assert WARNING in (call.runs()[-1] / "report.html").read_text(encoding="utf-8")
    for scenario in ("company.yaml", bad):
        assert call("simulate", scenario, "--seed", "7", *QUICK).code == 0
    said = call("report", *map(str, call.runs()[-2:]))
    assert said.code == 0, said.err
    assert WARNING in (call.runs()[-1] / "report.html").read_text(encoding="utf-8")


def test_the_page_of_what_ifs_says_it(call: Caller) -> None:
    from promiselab.web.results import chapters

    assert call("simulate", fitted(call, reproduced=False, finding=FINDING), *QUICK).code == 0
    assert WARNING in chapters(call.runs()[-1], finished=True)["html"]


def test_a_report_that_is_written_again_keeps_the_verdict(call: Caller) -> None:
    assert call("simulate", fitted(call, reproduced=False, finding=FINDING), *QUICK).code == 0
    run = call.runs()[-1]
    (run / "report.html").unlink()
    assert call("report", str(run)).code == 0
    assert WARNING in (run / "report.html").read_text(encoding="utf-8").split("<main>")[0]


def test_a_history_that_is_reproduced_is_said_quietly(call: Caller) -> None:
    said = call("simulate", fitted(call, reproduced=True), *QUICK)
    assert WARNING not in said.err
    page = (call.runs()[-1] / "report.html").read_text(encoding="utf-8")
    assert "reproduces the days that were held out, in every measure" in page.split("<main>")[0]


def test_a_scenario_without_a_history_says_nothing_of_one(call: Caller) -> None:
    call.write("company.yaml", COMPANY)
    assert call("simulate", "company.yaml", *QUICK).code == 0
    page = (call.runs()[-1] / "report.html").read_text(encoding="utf-8")
    assert "held out" not in page.split("<main>")[0]
