"""``explain``: measures, drivers and fields, from where they are defined."""

from __future__ import annotations

import json

import pytest

from promiselab.meanings import names
from simcore.definitions import DEFINITIONS, LEDGER
from simcore.ledger import DRIVERS
from tests.cli.calling import Caller


@pytest.mark.parametrize("measure", sorted({d.measure for d in DEFINITIONS}))
def test_every_measure_is_explained(call: Caller, measure: str) -> None:
    found = json.loads(call("explain", measure, "--json").out)
    mine = [one for one in found if one["kind"] == "measure"]
    assert [one["name"] for one in mine] == [measure] * len([d for d in DEFINITIONS if d.measure == measure])
    assert all(one["words"] and one["equation"] and one["unit"] and one["where"] for one in mine)


def test_a_measure_has_definition_unit_equation_and_place(call: Caller) -> None:
    said = call("explain", "otif")
    assert said.code == 0
    assert said.out.startswith("otif (measure)\n  Delivered whole, first time, by the promised time")
    assert (
        "\n  Unit: share\n  Equation: delivered in one shipment, no unit lost, by the promised time / due" in said.out
    )
    assert "\n  Printed in: simulate, compare and demo; the report; the run folder" in said.out
    assert "segments.*.floors.otif (field)" in said.out


@pytest.mark.parametrize("word", ["fill_rate", "fill rate", "Fill rate"])
def test_what_planners_call_it_is_known(call: Caller, word: str) -> None:
    found = json.loads(call("explain", word, "--json").out)
    assert [one["name"] for one in found][:3] == ["volume_fill_rate", "volume_fill_rate", "levers.*.*.fill_rate"]


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("segments.*.demand.orders_per_day", "Unit: potential orders per day"),
        ("segments.retail.demand.orders_per_day", "segments.retail.demand.orders_per_day (field)"),
        ("orders_per_day", "segments.*.demand.orders_per_day (field)"),
        ("calendar", "Fields: start, warm_up_days, measured_days, drain_days"),
        ("patience_days", "{law: gamma, mean: ..., cv: ...}"),
        ("holding", "minus stock on hand"),
        ("wait_above_0.5_hours", "wait_above_<h>_hours (measure)"),
        ("rules.0.option", "lever.option"),
    ],
)
def test_fields_and_drivers(call: Caller, word: str, words: str) -> None:
    said = call("explain", word)
    assert said.code == 0
    assert words in " ".join(said.out.split())


def test_an_unknown_word_names_the_nearest(call: Caller) -> None:
    said = call("explain", "flil_rate")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("flil_rate: nothing is called that. Did you mean ")
    assert "fill_rate" in said.err
    assert call("explain", "zzzzzz").err == "zzzzzz: nothing is called that. Try promiselab explain --list.\n"


@pytest.mark.parametrize("arguments", [[], ["otif", "--list"]])
def test_a_word_or_the_list(call: Caller, arguments: list[str]) -> None:
    said = call("explain", *arguments)
    assert (said.code, said.out) == (2, "")
    assert "Expected a name, such as otif, or --list alone." in said.err


def test_the_list_is_whole_and_each_of_it_can_be_explained(call: Caller) -> None:
    listed = json.loads(call("explain", "--list", "--json").out)
    assert list(dict.fromkeys(one["name"] for one in listed)) == names()
    assert {"otif", "holding", "segments.*.demand.orders_per_day", "limits.stock_investment"} <= set(names())
    said = call("explain", "--list").out
    assert all(f"  {name}" in said for name in names())


def test_the_drivers_are_those_of_the_ledger() -> None:
    assert tuple(dict.fromkeys(driver.name for driver in LEDGER)) == DRIVERS
