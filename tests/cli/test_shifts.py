"""Staff for one shift, and required options, through the command."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.calling import Caller, edited

TWO_SHIFTS = (
    "  desk: {servers: 2, cost_per_hour: 20, extra_servers: {least: 0, most: 3}}",
    """\
  desk:
    cost_per_hour: 20
    shifts:
      - {name: early, opens: "06:00", closes: "14:00", servers: 2, extra_servers: {least: -1, most: 6}}
      - {name: late, opens: "14:00", closes: "22:00", servers: 2, extra_servers: {least: -1, most: 2}}""",
)


def test_the_plan_names_the_shift_that_it_staffs_and_its_design_can_be_simulated(call: Caller) -> None:
    call.write("shifts.yaml", edited(TWO_SHIFTS, ("orders_per_day: 20", "orders_per_day: 10")))
    said = call("optimize", "shifts.yaml", "--json")
    assert said.code == 0, said.err
    folder = Path(json.loads(said.out)["run"])
    extra = json.loads((folder / "plan.json").read_text(encoding="utf-8"))["extra_servers"]
    assert extra
    assert set(extra) <= {"desk.early", "desk.late"}
    staffed = ["--set", f'as_is.extra_servers."desk.late"={extra.get("desk.late", 1)}']
    assert call("check", "shifts.yaml", *staffed).code == 0


def test_a_required_option_is_in_the_plan_and_an_unknown_one_is_refused(call: Caller) -> None:
    call.write("required.yaml", edited(("as_is:\n", "limits: {required_options: [promise.one_day]}\nas_is:\n")))
    said = call("optimize", "required.yaml", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["design"]["retail"]["promise"] == "one_day"
    call.write("unknown.yaml", edited(("as_is:\n", "limits: {required_options: [promise.one_dy]}\nas_is:\n")))
    said = call("optimize", "unknown.yaml")
    assert said.code == 2
    assert "Did you mean promise.one_day?" in said.err
