"""A visible menu, from the command to what is printed, stored and reported."""

from __future__ import annotations

import json

import pytest

from promiselab.report import charts
from tests.cli.calling import Caller
from tests.optimize.menu.test_menu_plan import shops

FAST = ("--replications", "6", "--workers", "1", "--seed", "3")


@pytest.fixture
def menu_file(call: Caller) -> str:
    """Write a scenario of two shops and return its name."""
    data = shops(visible=True).model_dump(mode="json", exclude_defaults=True)
    (call.folder / "shops.yaml").write_text(json.dumps({"promiselab": 1, **data}), encoding="utf-8")
    return "shops.yaml"


def test_leakage_is_printed_stored_and_reported(call: Caller, menu_file: str) -> None:
    said = call("simulate", menu_file, *FAST)
    assert said.code == 0, said.err
    assert "Who takes whose offer (as_is)" in said.out
    folder = call.runs()[0]
    rows = json.loads((folder / "leakage.json").read_text())["designs"]["as_is"]
    for name in ("pro", "home"):
        mine = [row for row in rows if row["segment"] == name]
        assert sum(row["orders"] for row in mine) == pytest.approx(1, abs=1e-12)
        assert mine[-1]["offer"] is None
        assert all(row["orders_half_width"] > 0 for row in mine)
    assert "leakage" in charts.figures(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "take the offer to home" in page
    ledger = json.loads((folder / "ledger.json").read_text())["designs"]["as_is"]
    margins = sum(row["margin"] for row in rows if row["segment"] == "pro" and row["offer"])
    assert sum(row["mean"] for row in ledger if row["segment"] == "pro") == pytest.approx(margins, abs=0.01)


def test_of_a_segment_without_orders_no_share_is_known(call: Caller, menu_file: str) -> None:
    said = call("simulate", menu_file, *FAST, "--set", "segments.home.demand.orders_per_day=0")
    assert said.code == 0, said.err
    (heat,) = charts.figures(call.runs()[0])["leakage"].data
    assert [None in row for row in heat["z"]] == [segment == "home" for segment in heat["y"]]


def test_json_and_comparisons_hold_the_leakage(call: Caller, menu_file: str) -> None:
    found = json.loads(call("simulate", menu_file, *FAST, "--json").out)
    assert {row["offer"] for row in found["leakage"]["as_is"]} == {"pro", "home", None}
    compared = json.loads(call("compare", menu_file, "--what-if", "menu.visible=false", *FAST, "--json").out)
    assert list(compared["leakage"]) == ["as it is"]
    hidden = json.loads(call("simulate", menu_file, "--set", "menu.visible=false", *FAST, "--json").out)
    assert "leakage" not in hidden
    assert not any("_taking" in row["measure"] for row in hidden["estimates"])


def test_the_plan_says_what_the_menu_costs_and_how_many_designs_it_beats(call: Caller, menu_file: str) -> None:
    said = call("optimize", menu_file)
    assert said.code == 0, said.err
    assert "Rent to keep everyone on their own offer" in said.out
    assert "the best of all 36 designs" in said.out
    plan = json.loads((call.runs()[0] / "plan.json").read_text())
    assert plan["bound"] is None
    assert plan["menu"]["rent"] == pytest.approx(plan["menu"]["margin_if_hidden"] - plan["menu"]["margin_own_offers"])
    printed = json.loads(call("optimize", menu_file, "--json").out)
    assert printed["menu"] == plan["menu"]


@pytest.mark.parametrize("option", [["--verify"], ["--explain"], ["--why-not", "home:speed=fast"]])
def test_what_needs_a_bound_is_refused(call: Caller, menu_file: str, option: list[str]) -> None:
    said = call("optimize", menu_file, *option)
    assert said.code == 2
    assert option[0] in said.err
    assert "menu.visible=false" in said.err


def test_a_fence_for_nobody_is_bad_input(call: Caller, menu_file: str) -> None:
    data = json.loads((call.folder / menu_file).read_text())
    data["menu"]["fences"] = {"home": {"prof": 3}}
    (call.folder / menu_file).write_text(json.dumps(data), encoding="utf-8")
    said = call("simulate", menu_file)
    assert said.code == 2
    assert "menu.fences.home.prof" in said.err
    assert "Did you mean pro?" in said.err


@pytest.mark.parametrize(
    "asked", [("frontier", "--against", "on_time"), ("alternatives", *FAST), ("propositions", *FAST)]
)
def test_choices_on_a_menu_say_among_which_designs_was_chosen(
    call: Caller, menu_file: str, asked: tuple[str, ...]
) -> None:
    command, *options = asked
    words = "every segment likes its own offer best"
    assert words in " ".join(call(command, menu_file, *options).out.split())
    assert words not in " ".join(call(command, menu_file, *options, "--set", "menu.visible=false").out.split())
