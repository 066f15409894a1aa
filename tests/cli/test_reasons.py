"""Why a plan is as it is, end to end: what --why-not takes, the ways out, and the report of a plan."""

from __future__ import annotations

import json

import pytest

from optimize.explanation import question as asking
from optimize.explanation.explanation import explain
from optimize.explanation.question import question_of
from promiselab.cli.reasons import reasons_text
from promiselab.plan_reasons import reasons_data
from promiselab.report.sections import plan_reasons
from tests.cli.calling import SMALL, Caller, edited
from tests.optimize.candidates.test_stock_pools import depot


def test_the_reasons_stand_in_text_json_and_report(call: Caller) -> None:
    said = call("optimize", "small.yaml", "--explain", "--why-not", "retail:promise=one_day")
    assert said.code == 0
    for words in ("From today to the plan", "What holds the plan back", "retail, promise=one_day: ", "next best offer"):
        assert words in said.out
    plan = json.loads((call.runs()[0] / "plan.json").read_text())
    crossed = plan["reasons"]["bridge"]
    cents = round(100 * crossed["start"]) + sum(round(100 * cell["amount"]) for cell in crossed["cells"])
    assert cents == round(100 * crossed["end"]) == pytest.approx(100 * plan["expected_margin"], abs=1)
    [offer] = plan["reasons"]["why_not"]
    assert sum(offer["drivers"].values()) == pytest.approx(-offer["shortfall"], abs=0.01)
    page = (call.runs()[0] / "report.html").read_text()
    for name in ("plan_bridge", "next_best"):
        assert f'data-chart="{name}"' in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("retial:promise=one_day", "there is no segment retial. Did you mean retail?"),
        ("retail:promis=one_day", "there is no lever promis. Did you mean promise?"),
        ("retail:promise=oneday", "promise has no option oneday. Did you mean one_day?"),
        ("retail", "no option is named. Try --why-not retail:LEVER=OPTION"),
        ("retail:promise=one_day,promise=two_days", "promise is given twice."),
    ],
)
def test_offers_that_do_not_exist_are_refused(call: Caller, asked: str, words: str) -> None:
    said = call("optimize", "small.yaml", "--why-not", asked)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert call.runs() == []


def test_the_ways_out_lead_out_and_earn_what_they_say(call: Caller) -> None:
    call.write("tight.yaml", edited() + "limits: {operating_cost_per_year: 1000}\n")
    said = call("optimize", "tight.yaml", "--json")
    assert said.code == 4
    ways = json.loads(said.out)["ways_out"]
    assert ways
    for way in ways:
        settings = [part for setting in way["settings"] for part in ("--set", setting)]
        again = call("optimize", "tight.yaml", *settings, "--json")
        assert again.code == 0
        assert json.loads(again.out)["expected_margin"] == pytest.approx(way["margin"], abs=0.01)
        assert way["words"] in said.err


@pytest.mark.parametrize("near", [False, True])
def test_near_the_plan_shortfalls_are_at_most(near: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who leaves the shared stock pays for one alone; near the plan figures are the same, words are not."""
    monkeypatch.setattr(asking, "MOST_PLAIN", 0 if near else 400)
    question = question_of(depot())
    found = reasons_data(question, explain(question))
    assert (question.is_near, found["is_near"]) == (near, near)
    assert [offer["shortfall"] for offer in found["runners_up"]] == pytest.approx([553.41] * 3, abs=0.01)
    said = "\n".join(reasons_text(found, "EUR", complete=False))
    assert ("north: at most 553 EUR less" in said, "north: 553 EUR less" in said) == (near, not near)
    assert ("nothing was found that loosening" in said) == near
    pages = str([plan_reasons.limits(found, "EUR"), plan_reasons.offers(found, "EUR")])
    assert ("nothing was found that loosening" in pages, "at most so much is missing" in pages) == (near, near)


def test_a_conflict_is_named_near_the_plan_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stock of one's own is more than there is money for, by the roots: what lines forbid alone is not said."""
    tight = depot(limits={"stock_investment": 5_000})
    exact = [offer.reasons for offer in explain(question_of(tight)).runners_up]
    monkeypatch.setattr(asking, "MOST_PLAIN", 0)
    near = explain(question_of(tight)).runners_up
    assert {offer.outcome for offer in near} == {"in_conflict"}
    assert [offer.reasons for offer in near] == exact


def stopped(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_plan_is_kept_whose_reasons_are_interrupted(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimize.explanation.explanation.runner_up", stopped)
    said = call("optimize", "small.yaml", "--explain")
    assert said.code == 130
    assert said.err.endswith("Interrupted: the plan is kept, its reasons are missing.\n")
    assert "Status: optimal" in said.out
    assert json.loads((call.runs()[0] / "plan.json").read_text())["status"] == "optimal"


def test_a_conflict_and_its_ways_out_are_the_same_where_the_plan_was_to_be_verified(call: Caller) -> None:
    call.write("tight.yaml", edited() + "limits: {operating_cost_per_year: 1000}\n")
    plain, verified = call("optimize", "tight.yaml"), call("optimize", "tight.yaml", "--verify")
    assert plain.code == verified.code == 4
    assert "Any one of these is enough" in plain.err
    assert plain.err.partition("Any one of these")[2] == verified.err.partition("Any one of these")[2]


def test_a_conflict_is_said_whose_ways_out_are_interrupted(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimize.explanation.way_out.ways_out", stopped)
    call.write("tight.yaml", edited() + "limits: {operating_cost_per_year: 1000}\n")
    said = call("optimize", "tight.yaml")
    assert (said.code, said.out) == (130, "")
    assert "This cannot be met: operating cost" in said.err
    assert said.err.endswith("The ways out were not found.\n")


def test_who_is_not_served_is_said_where_no_lever_has_a_choice(call: Caller) -> None:
    one = edited(
        ("    one_day: {lead_time_days: 1, fixed_cost_per_year: 5000}\n", ""),
        ("  fast: {offerings: {retail: {promise: one_day}}}\n", ""),
        ("list_price: 100", "list_price: 10"),
        ("    customers: 50\n", "    customers: 50\n    must_serve: false\n"),
    )
    call.write("one.yaml", one)
    said = call("optimize", "one.yaml")
    assert said.code == 0
    assert "retail   not served  not served" in said.out


def test_a_team_with_too_much_work_today_is_said_to_earn_less_than_is_expected(call: Caller) -> None:
    call.write("busy.yaml", edited(("orders_per_day: 20", "orders_per_day: 130")))
    said = call("optimize", "busy.yaml")
    assert "Note: desk has a load of 2.71 today" in said.err
    enough = call("optimize", "busy.yaml", "--set", "segments.retail.demand.orders_per_day=50")
    assert (enough.code, "has a load of" in enough.err) == (0, True)
    assert "today, as with people enough" in enough.out
    page = next(call.runs()[-1].glob("report.html")).read_text()
    assert "Today there is more work than max_load allows: desk has a load of" in page
    nearly = call("optimize", "busy.yaml", "--set", "segments.retail.demand.orders_per_day=47")
    assert "Note: desk has a load of 0.98 today, above its max_load of 0.9." in nearly.err
    usual = call("optimize", "small.yaml")
    assert "has a load of" not in usual.err
    assert "today (as_is), expected" in usual.out


@pytest.mark.parametrize("orders", [60, 90])
def test_a_plan_is_found_however_overloaded_a_team_is_today(call: Caller, orders: int) -> None:
    call.write("busy.yaml", edited(("orders_per_day: 20", f"orders_per_day: {orders}")))
    plans = []
    for today in (0, 3):  # 2 servers have too much work, 5 have not
        said = call("optimize", "busy.yaml", "--json", "--set", f"as_is.extra_servers.desk={today}")
        plan = json.loads(said.out)
        plans.append((plan["status"], plan["design"], plan["extra_servers"], plan["expected_margin"]))
    assert plans[0] == plans[1]
    assert plans[0][0] == "optimal"


def test_a_plan_serves_as_many_as_it_can_where_a_team_has_too_much_work_for_all_servers(call: Caller) -> None:
    """Of two segments with the same work only one finds room, whose promise is not judged by the work of both."""
    retail = SMALL[SMALL.index("  retail:") : SMALL.index("products:\n")].replace("day: 20", "day: 90")
    optional = retail + "    must_serve: false\n"
    two = SMALL.replace(retail.replace("day: 90", "day: 20"), optional + optional.replace("retail", "trade"))
    call.write("two.yaml", two.replace("offerings: {", "offerings: {trade: {promise: two_days}, "))
    plan = json.loads(call("optimize", "two.yaml", "--json").out)
    assert sorted(picks is None for picks in plan["design"].values()) == [False, True]
    assert plan["extra_servers"] == {"desk": 3}
