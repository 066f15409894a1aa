"""``init``: a scenario of the planner's own, that works from the first minute."""

from __future__ import annotations

import json
from typing import Any

import pytest

from promiselab.cli import starting
from scenarios import load
from tests.cli.calling import Caller

ONE = ("--workers", "1", "--replications", "2", "--engine", "simpy")


def test_a_new_scenario_has_nothing_odd(call: Caller) -> None:
    said = call("init")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Wrote scenario.yaml: My company, with wholesale, web_shops.")
    assert call("check", "scenario.yaml").out.endswith("Nothing looks odd.\n")


@pytest.mark.slow
def test_a_new_scenario_does_what_it_says_next(call: Caller) -> None:
    said = call("init")
    for command in [line.split() for line in said.out.splitlines() if line.startswith("  promiselab ")]:
        assert call(*command[1:], *(ONE if command[1] == "simulate" else ())).code == 0


@pytest.mark.slow
def test_the_optimiser_gives_its_segments_different_promises(call: Caller) -> None:
    call("init", "mine.yaml", "--segments", "gold,silver")
    plan = json.loads(call("optimize", "mine.yaml", "--json").out)
    service = {segment: picks["service"] for segment, picks in plan["design"].items()}
    assert set(service) == {"gold", "silver"}
    assert service["gold"] != service["silver"]


def test_options_say_what_it_is(call: Caller) -> None:
    said = call("init", "a/b/mine.yaml", "--name", "Größe: 1", "--segments", "a.b, x: y ,#c", "--currency", "CHF")
    assert said.code == 0
    scenario = load("a/b/mine.yaml")
    assert (scenario.name, list(scenario.segments), scenario.currency) == ("Größe: 1", ["a.b", "x: y", "#c"], "CHF")


@pytest.mark.parametrize("source", ["giftware", "therapy_clinics", "small.yaml"])
def test_it_starts_from_a_scenario(call: Caller, source: str) -> None:
    said = call("init", "mine.yml", "--from", source, "--name", "Ours")
    assert said.code == 0
    found, before = load("mine.yml"), load(source) if "." in source else None
    assert found.name == "Ours"
    assert before is None or found == before.model_copy(update={"name": "Ours"})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["small.yaml"], "FILE = small.yaml: exists already and is not overwritten."),
        (["shop"], "FILE = shop: a scenario is written as .yaml. Try shop.yaml."),
        (["x.yaml", "--from", "giftwar"], "giftwar: there is no file and no shipped scenario of that name. Did you"),
        (["x.yaml", "--segments", "a,,b"], "--segments = a,,b: a name is missing."),
        (["x.yaml", "--segments", ""], "--segments"),
        (["x.yaml", "--segments", "a,a"], "--segments = a,a: a segment is named twice."),
        (["x.yaml", "--segments", "a" * 81], "a name has max 80 characters"),
        (["x.yaml", "--from", "giftware", "--segments", "a"], "--segments = a: the segments of a scenario to start"),
        (["x.yaml", "--name", " "], "a name is not empty"),
        (["x.yaml", "--currency", "a great deal of money"], "currency = "),
        (["x.yaml", "--currency", ""], "currency ="),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(call: Caller, arguments: list[str], words: str) -> None:
    before = {path: path.read_bytes() for path in call.folder.iterdir()}
    said = call("init", *arguments)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert {path: path.read_bytes() for path in call.folder.iterdir()} == before


def test_it_asks_on_a_terminal_unless_options_say_it(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def prompt(text: str, default: str, **_: Any) -> str:
        asked.append(text)
        return ["Asked", "one,two", "USD"][len(asked) - 1]

    monkeypatch.setattr(starting.typer, "prompt", prompt)
    monkeypatch.setattr(starting, "on_a_terminal", lambda: True)
    assert call("init", "asked.yaml").code == 0
    scenario = load("asked.yaml")
    assert (scenario.name, list(scenario.segments), scenario.currency) == ("Asked", ["one", "two"], "USD")
    assert call("init", "told.yaml", "--name", "Told").code == 0
    assert len(asked) == 3
