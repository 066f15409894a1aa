"""Rules for who belongs to a segment: in the mapping file, in the scenario, and from one into the other."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from scenarios import load
from scenarios.saving import to_yaml
from tests.cli.calling import SMALL, Caller, edited

COLUMNS = "columns: {order: order, customer: customer, time: time, quantity: quantity, price: price}\n"
RULES = COLUMNS + "segments:\n  zoo: {order_units: {at_least: 60}, region: {is_none_of: [Rome]}}\n  ant: {}\n"


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Caller:
    return Caller(tmp_path, monkeypatch, capfd)


@pytest.fixture
def orders(two_kinds: pd.DataFrame, tmp_path: Path) -> str:
    """Large customers with even numbers are in Rome, the others in Oslo."""
    rome = two_kinds["customer"].str[-1].isin(list("02468"))
    two_kinds.assign(region=rome.map({True: "Rome", False: "Oslo"})).to_csv(tmp_path / "orders.csv", index=False)
    return "orders.csv"


def fitted(call: Caller, orders: str) -> str:
    call.write("mapping.yaml", RULES.replace("price: price}", "price: price, region: region}"))
    said = call("fit", orders, "--mapping", "mapping.yaml", "--hold-out", "0", "--bootstrap", "0", "--json")
    assert said.code == 0, said.err
    return str(Path(json.loads(said.out)["run"]) / "scenario.yaml")


def assigned(call: Caller, *arguments: str) -> pd.Series:
    said = call("segments", *arguments, "--most", "2", "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert found["how"] == "rules"
    return pd.read_csv(Path(found["run"]) / "segments.csv").set_index("customer")["segment"]


def test_fit_writes_the_rules_and_segments_follows_them(call: Caller, orders: str) -> None:
    path = fitted(call, orders)
    scenario = load(path)
    assert list(scenario.segments) == ["zoo", "ant"]  # the first that fits counts: the order of the rules is kept
    assert scenario.segments["zoo"].rule["order_units"].at_least == 60
    assert scenario.segments["zoo"].rule["region"].is_none_of == ("Rome",)
    assert not scenario.segments["ant"].rule
    by_scenario = assigned(call, orders, "--scenario", path)
    by_mapping = assigned(call, orders, "--mapping", "mapping.yaml")
    assert by_scenario.equals(by_mapping)
    assert by_scenario.value_counts().to_dict() == {"ant": 120, "zoo": 40}


def test_rules_survive_a_round_trip(call: Caller, orders: str) -> None:
    scenario = load(fitted(call, orders))
    again = call.write("again.yaml", to_yaml(scenario))
    assert load(again) == scenario
    assert to_yaml(load(again)) == to_yaml(scenario)


def test_fit_takes_the_rules_of_a_scenario(call: Caller, orders: str) -> None:
    path = fitted(call, orders)
    said = call("fit", orders, "--scenario", path, "--hold-out", "0", "--bootstrap", "0", "--json")
    assert said.code == 0, said.err
    again = load(Path(json.loads(said.out)["run"]) / "scenario.yaml")
    first = load(path)
    assert {n: (s.rule, s.customers) for n, s in again.segments.items()} == {
        n: (s.rule, s.customers) for n, s in first.segments.items()
    }


def test_fit_takes_discovered_segments(call: Caller, orders: str) -> None:
    said = call("fit", orders, "--by", "discovery", "--hold-out", "0", "--bootstrap", "0", "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)["segments"]
    assert [one["customers"] for one in found.values()] == [80, 80]


def with_rule(rule: str) -> str:
    return edited(("customers: 50", f"rule: {rule}\n    customers: 50"))


@pytest.mark.parametrize(
    ("scenario", "mapping", "words"),
    [
        (SMALL, "", "the scenario has no rules"),
        (edited(("customers: 50", "rule: {order_units: {at_least: 5}}\n    customers: 50")), "", "none is"),
        (
            edited(("customers: 50", "rule: {order_units: {atleast: 5}}\n    customers: 50")),
            "",
            "rule.order_units.atleast",
        ),
        (edited(("customers: 50", "rule: {order_units: {}}\n    customers: 50")), "", "give at_least or below"),
        (None, RULES, "the mapping file has rules (segments), too"),
    ],
)
def test_incomplete_rules_are_refused(
    call: Caller, orders: str, scenario: str | None, mapping: str, words: str
) -> None:
    path = fitted(call, orders) if scenario is None else str(call.write("rules.yaml", scenario))
    call.write("own.yaml", mapping or COLUMNS)
    said = call("segments", orders, "--mapping", "own.yaml", "--scenario", path)
    assert said.code == 2, said.out
    assert words in said.err


def test_a_rule_that_nobody_fits_gives_no_segment_to_fit(call: Caller, orders: str) -> None:
    call.write("mapping.yaml", COLUMNS + "segments:\n  giants: {order_units: {at_least: 1000000}}\n  all_others: {}\n")
    said = call("fit", orders, "--mapping", "mapping.yaml")
    assert said.code == 4
    assert "'giants' has 0 orders" in said.err
