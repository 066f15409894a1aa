"""``check``: who is promised what, what is assumed, and what looks odd."""

from __future__ import annotations

import json
from typing import Any

import pytest

from promiselab.explanation import explain
from scenarios import parse, shipped
from tests.cli.calling import SMALL, Caller, edited

STOCKED = edited(
    ("calendar: {measured_days: 7}", "calendar: {warm_up_days: 10, measured_days: 7}"),
    ("repair: {list_price: 100, unit_cost: 20}", "repair:\n    list_price: 100\n    unit_cost: 20\n    stock:\n"
     "      policy: {kind: reorder_quantity, reorder_point: 90, order_quantity: 50}\n"
     "      supply: {lead_time_days: 4}"),
    ("stock: none", "stock: shared\n      fill_rate: 0.9"),
)  # fmt: skip


def odd(text: str) -> list[str]:
    found: list[str] = explain(parse(text))["oddities"]
    return found


def test_a_good_scenario_has_nothing_odd(call: Caller) -> None:
    said = call("check", "small.yaml")
    assert said.code == 0
    assert "retail: 50 customers, 20 potential orders a day of 100.00 EUR each at list price." in said.out
    assert "  is promised delivery within 2 days; 100 % of the orders are expected to be placed." in said.out
    assert "In fast it is promised delivery within 1 day;" in " ".join(said.out.split())
    assert "Nothing looks odd." in said.out
    assert "Left at its default: " in said.out
    assert "segments.*.demand.gap_cv 1" in said.out


@pytest.mark.parametrize("name", shipped.names())
def test_little_is_odd_in_shipped_scenarios(name: str) -> None:
    mondays = "as_is: parcel_crew has a load of 105% in its opening hours of a usual Monday"
    odd = [text.partition(", even if")[0] for text in explain(shipped.load_shipped(name))["oddities"]]
    assert odd == ([mondays] if name == "specialty_and_commodity" else [])


CASES: list[tuple[str, tuple[tuple[str, str], ...], str]] = [
    ("a promise shorter than its work", (("two_days: {lead_time_days: 2}", "two_days: {lead_time_days: 0.03}"),),
     "as_is, twin: retail is promised 0.03 days: about 26% reachable. Its work and transport alone take 60 minutes."),
    ("the same in another design", (("one_day: {lead_time_days: 1,", "one_day: {lead_time_days: 0.03,"),),
     "fast: retail is promised 0.03 days: about 26% reachable. Its work and transport alone take 60 minutes."),
    ("a price under the cost of the goods", (("list_price: 100", "list_price: 19"),),
     "retail buys repair at 19.00, below its unit cost of 20.00 EUR."),
    ("a price under the cost with work", (("list_price: 100", "list_price: 35"),),
     "retail buys repair at 35.00, below the 40.00 EUR that a unit costs (goods 20.00, work 20.00)."),
    ("overload", (("orders_per_day: 20", "orders_per_day: 52"),),
     "desk has a load of 1.08: its queue grows as long as the simulation runs."),
    ("nearly full", (("orders_per_day: 20", "orders_per_day: 47.95"),),
     "desk has a load of 0.999: figures settle only after runs of about "),
    ("overload in opening hours",
     (("servers: 2,", "shifts: [{days: [mon], opens: '08:00', closes: '16:00', servers: 1}, {days: [tue, wed, thu, "
       "fri], opens: '08:00', closes: '16:00', servers: 6}],"), ("orders_per_day: 20", "orders_per_day: 12")),
     "as_is, twin: desk has a load of 442% in its opening hours of a usual Monday"),
    ("no demand", (("orders_per_day: 20", "orders_per_day: 0"),),
     "retail has no demand: segments.retail.demand.orders_per_day is 0."),
    ("a floor of everything", (("customers: 50", "customers: 50\n    floors: {on_time: 1}"),),
     "segments.retail.floors.on_time is 100 %: under random demand that cannot be shown."),
    ("a product nobody orders", (("products:\n  repair:", "products:\n  lamp: {list_price: 3}\n  repair:"),),
     "lamp: no segment orders it."),
    ("a resource nobody uses", (("resources:\n", "resources:\n  idle: {servers: 1}\n"),),
     "idle: no option and no supply uses it."),
    ("an option nobody may get",
     (("one_day: {lead_time_days: 1,", "never: {lead_time_days: 9}\n    one_day: {lead_time_days: 1,"),
      ("customers: 50", "customers: 50\n    options: {promise: [two_days, one_day]}")),
     "promise.never: no segment may be offered this."),
    ("people paid for nothing", (("resources:\n", "resources:\n  idle: {servers: 1, cost_per_hour: 9}\n"),),
     "idle is paid for and has nothing to do."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_looks_odd_is_said(changes: tuple[tuple[str, str], ...], words: str) -> None:
    assert odd(SMALL) == []
    assert any(text.startswith(words) for text in odd(edited(*changes))), odd(edited(*changes))


def test_opening_hours_count(call: Caller) -> None:
    found = odd(edited(*CASES[6][1]))
    assert [text for text in found if "in its opening hours of a usual Monday" in text]
    assert not [text for text in found if "its queue grows" in text]


def test_a_reorder_point_below_lead_time_demand() -> None:
    assert odd(STOCKED) == []
    (found,) = odd(STOCKED.replace("reorder_point: 90", "reorder_point: 70"))
    assert found == (
        "products.repair.stock.policy.reorder_point is 70, below the 80 units that are asked for in the 4 days until "
        "a replenishment arrives: every cycle is expected to run short."
    )
    base = "policy: {kind: reorder_quantity, reorder_point: 90, order_quantity: 50}"
    periodic = "policy: {kind: periodic, order_up_to: 120, review_period_days: 3}"
    assert "order_up_to is 120, below the 140 units" in odd(STOCKED.replace(base, periodic))[0]
    assert odd(STOCKED.replace(base, periodic.replace("120", "150"))) == []
    assert "base_stock is 60, below" in odd(STOCKED.replace(base, "policy: {kind: base_stock, base_stock: 60}"))[0]


def test_a_warm_up_shorter_than_the_supply() -> None:
    (found,) = odd(STOCKED.replace("warm_up_days: 10", "warm_up_days: 3"))
    assert found.startswith("calendar.warm_up_days is 3, less than the longest supply lead time (4 days)")


def test_json_says_everything(call: Caller) -> None:
    found: dict[str, Any] = json.loads(call("check", "small.yaml", "--json").out)
    assert list(found["designs"]) == ["as_is", "twin", "fast"]
    fast = found["designs"]["fast"]["segments"]["retail"]
    assert (fast["lead_time_days"], fast["served"], fast["offering"]["promise"]) == (1, True, "one_day")
    assert found["segments"]["retail"]["lead_time_days"] == 2
    assert found["designs"]["as_is"]["loads"] == found["loads"]
    assert found["loads"]["desk"] == pytest.approx(20 / 48, rel=0.01)
    gap = next(one for one in found["defaults"] if one["path"] == "segments.*.demand.gap_cv")
    assert (gap["value"], gap["where"]) == ("1", ["segments.retail.demand.gap_cv"])
    assert not any(one["path"].endswith("cost_per_hour") for one in found["defaults"])
    assert found["oddities"] == []


def test_options_that_no_design_offers_are_listed(call: Caller) -> None:
    call.write(
        "more.yaml",
        edited(("one_day: {lead_time_days: 1,", "week: {lead_time_days: 7}\n    one_day: {lead_time_days: 1,")),
    )
    assert json.loads(call("check", "more.yaml", "--json").out)["offered_in_no_design"] == ["promise.week"]
    assert "Offered in no design (the optimiser may choose them): promise.week." in call("check", "more.yaml").out


def test_a_promise_of_everything_cannot_be_shown(call: Caller) -> None:
    everything = STOCKED.replace("fill_rate: 0.9", "fill_rate: 1.0")
    call.write("sure.yaml", everything)
    checked, simulated = call("check", "sure.yaml"), call("simulate", "sure.yaml", "--replications", "3")
    assert (checked.code, checked.out) == (simulated.code, simulated.out) == (4, "")
    assert "cannot be shown. 0 misses in " in checked.err


def test_a_design_that_cannot_be_judged_does_not_hide_the_others(call: Caller) -> None:
    changes = (("one_day: {lead_time_days: 1,", "one_day: {fill_rate: 1.0, lead_time_days: 1,"),)
    text = edited(*changes, text=STOCKED.replace("\n      fill_rate: 0.9", ""))
    text = text.replace("reorder_point: 90, order_quantity: 50", "order_quantity: 50")
    call.write("sure.yaml", text)
    said = call("check", "sure.yaml")
    assert said.code == 0
    assert "Looks odd: fast: segments.retail: a promised fill rate of 100 %" in " ".join(said.out.split())
    assert "Expected load: desk 42%." in said.out
