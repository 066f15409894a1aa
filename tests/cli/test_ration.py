"""The command for rationing, from its arguments to the run folder."""

from __future__ import annotations

import json

import pytest

from optimize.rationing import choice
from promiselab import rationing
from scenarios.saving import to_yaml
from tests.cli.calling import Caller
from tests.optimize.rationing.test_rationing import two_classes

HOW = ("--replications", "4", "--workers", "1", "--seed", "3")


def test_decisions_are_said_stored_and_can_be_simulated(call: Caller) -> None:
    call.write("two.yaml", to_yaml(two_classes("lose")))
    said = call("ration", "two.yaml", *HOW)
    assert said.code == 0, said.err
    assert "exact, by ration_lost_base_stock" in said.out
    folder = call.runs()[0]
    data = json.loads((folder / "rationing.json").read_text())
    assert data["decisions"][0]["about"] == "reserve of tin"
    level = data["decisions"][0]["exact"]["best"]
    assert f"critical_levels: [0, {level}]" in (folder / "scenario.yaml").read_text()
    assert {"today", "rationed"} == set(json.loads((folder / "designs.json").read_text()))
    again = call("simulate", str(folder / "scenario.yaml"), *HOW)
    assert again.code == 0


def test_json_has_decisions_and_the_comparison_by_class(call: Caller) -> None:
    call.write("two.yaml", to_yaml(two_classes("backorder", supply=2.0, same_rank=True)))
    found = json.loads(call("ration", "two.yaml", *HOW, "--first", "silver", "--matters", "50", "--json").out)
    assert found["smallest_difference"] == 50
    assert found["decisions"][0]["about"] == "reserve of tin"
    assert found["baseline"] == "today"
    fill = [d for d in found["candidates"][0]["differences"] if d["measure"] == "volume_fill_rate"]
    assert {d["segment"] for d in fill} >= {"gold", "silver"}


@pytest.mark.parametrize(
    ("file", "options", "says"),
    [
        ("two.yaml", ("--first", "nobody"), "--first = nobody"),
        ("two.yaml", ("--matters", "0"), "--matters = 0: out of bounds"),
        ("two.yaml", ("--matters", "much"), "--matters = much: not a number"),
        ("small.yaml", (), "fewer than two segments"),
    ],
)
def test_what_is_wrong_is_said(call: Caller, file: str, options: tuple[str, ...], says: str) -> None:
    call.write("two.yaml", to_yaml(two_classes()))
    said = call("ration", file, *HOW, *options)
    assert said.code == 2
    assert says in said.err
    assert call.runs() == []


@pytest.mark.parametrize("stage", ["decisions", "fresh histories"])
def test_decisions_that_were_taken_before_ctrl_c_are_kept(
    call: Caller, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    where, name = (choice, "own_stock") if stage == "decisions" else (rationing, "run_study")
    monkeypatch.setattr(where, name, stopped)
    call.write("two.yaml", to_yaml(two_classes("lose")))
    said = call("ration", "two.yaml", *HOW)
    assert said.code == 130
    assert "reserve of tin" in said.out
    some = "not all" if stage == "decisions" else "all"
    assert f"Interrupted: {some} decisions were taken; nothing was played on fresh histories." in said.out
    (folder,) = call.runs()
    data = json.loads((folder / "rationing.json").read_text())
    assert data["interrupted"] is True
    assert data["decisions"][0]["about"] == "reserve of tin"
    assert f"critical_levels: [0, {data['decisions'][0]['exact']['best']}]" in (folder / "scenario.yaml").read_text()


def test_nothing_decided_before_ctrl_c_is_nothing_stored(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(choice, "who_is_first", stopped)
    call.write("two.yaml", to_yaml(two_classes("lose")))
    said = call("ration", "two.yaml", *HOW)
    assert (said.code, said.out, said.err.splitlines()[-1]) == (130, "", "Interrupted.")
    assert call.runs() == []
