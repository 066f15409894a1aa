"""Ctrl-C in the midst of a choice: what was found by then is printed and stored, and what is missing is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from optimize.choices import alternatives, frontier, one_size
from promiselab.choices import cases, failures, judging, robustness
from simcore.replications import Interrupted
from tests.cli.calling import Caller, edited
from tests.cli.test_choosing import COMPANY

QUICK = ("--workers", "1", "--engine", "simpy", "--replications", "2", "--seed", "1")


@pytest.fixture
def company(call: Caller) -> str:
    (call.folder / "company.yaml").write_text(COMPANY, encoding="utf-8")
    return "company.yaml"


def stopped(monkeypatch: pytest.MonkeyPatch, where: object, name: str, after: int) -> None:
    """Let a function be interrupted once it has been called so often."""
    works, calls = getattr(where, name), list[int]()

    def works_or_stops(*arguments: Any, **how: Any) -> Any:
        calls.append(1)
        if len(calls) > after:
            raise KeyboardInterrupt
        return works(*arguments, **how)

    monkeypatch.setattr(where, name, works_or_stops)


Stop = Callable[[pytest.MonkeyPatch], None]
CASES: dict[str, tuple[tuple[str, ...], Stop, str, str, int]] = {
    "frontier": (
        ("frontier", "--against", "operating_cost", "--points", "9"),
        lambda m: stopped(m, frontier, "solve", 3),
        "points", "Interrupted: 2 of 9 points were found.", 2,
    ),
    "frontier, its simulation": (
        ("frontier", "--against", "operating_cost", "--points", "3", "--simulate"),
        lambda m: stopped(m, judging, "run_study", 0),
        "points", "Interrupted: nothing was simulated, so these margins are estimates.", 2,
    ),
    "alternatives": (
        ("alternatives", "--within", "90%", "--count", "3"),
        lambda m: stopped(m, alternatives, "_listed", 1),
        "designs", "Interrupted: 1 of 3 alternatives was found; nothing was simulated", 2,
    ),
    "propositions": (
        ("propositions",),
        lambda m: stopped(m, one_size._Divisions, "best", 1),
        "numbers", "Interrupted: fewer than 2 offerings were not looked at; nothing was simulated", 1,
    ),
    "robust": (
        ("robust", "--demand", "0.9,1.1"),
        lambda m: stopped(m, robustness, "robust", 2),
        "expected", "Interrupted: least regret was not chosen; nothing was simulated", 3,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_was_found_is_kept(call: Caller, company: str, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    (command, *options), stop, rows, words, count = CASES[case]
    stop(monkeypatch)
    said = call(command, company, *QUICK, *options, "--json")
    assert (said.code, said.err.splitlines()[-1]) == (130, "Interrupted."), said
    (run,) = call.runs()
    kept = json.loads((run / "choice.json").read_text(encoding="utf-8"))
    assert any(sentence.startswith(words) for sentence in kept["words"]), kept["words"]
    assert json.loads(said.out)[rows] == kept["data"][rows]
    assert len(kept["data"][rows]) == count
    assert (run / "report.html").is_file()


@pytest.mark.parametrize("command", ["frontier", "alternatives", "propositions", "robust"])
def test_nothing_found_is_nothing_stored(
    call: Caller, company: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    for where in (frontier, alternatives, one_size):
        monkeypatch.setattr(where, "solve", interrupted)
    monkeypatch.setattr(robustness, "best_of_each", interrupted)
    said = call(command, company, *QUICK)
    assert (said.code, said.out, said.err) == (130, "", "Interrupted.\n")
    assert call.runs() == []


def interrupted(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_boxes_are_kept_where_their_check_is_stopped(
    call: Caller, company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sampled = failures.sampled

    def only_found(*arguments: Any) -> Any:
        if arguments[4] != 1:  # the seed of the fresh sample is another
            raise Interrupted([])
        return sampled(*arguments)

    monkeypatch.setattr(failures, "sampled", only_found)
    call.write("company.yaml", edited(("servers: 3,", "servers: 1,"), text=COMPANY))
    asked = ("fails", company, *QUICK, "--points", "40", "--fails-if", "on_time[retail]<90%")
    vary = ("--vary", "segments.retail.demand.orders_per_day=-70%..+100%")
    said = call(*asked, *vary)
    assert said.code == 130, said
    assert "as_is fails (on_time of retail below 90 %) when demand of retail is above" in said.out
    assert "Interrupted: all cases were simulated, but only 0 of 100 fresh ones to check them." in said.out


def test_cases_that_were_simulated_are_kept(call: Caller, company: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch, cases, "simulate_all", 1)
    said = call("fails", company, *QUICK, "--points", "40", "--fails-if", "margin<0")
    assert said.code == 130, said
    assert "Interrupted: 20 of 40 cases were simulated, and nothing was checked." in said.out
