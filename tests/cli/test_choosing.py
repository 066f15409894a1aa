"""The commands for the choices of a decision, on a small company, from the call to the report."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from optimize.candidates.worth_choosing import within_reach
from optimize.choices.frontier import Frontier, frontier
from optimize.choices.robust import tail_average
from promiselab import load
from promiselab.choices import failures, frontiers
from tests.cli.calling import Caller, edited

COMPANY = """\
promiselab: 1
name: Two segments
calendar: {measured_days: 7}
study: {seed: 7, replications: 3}
segments:
  retail:
    customers: 50
    demand: {orders_per_day: 20}
    products: {repair: {quantity: 1}}
    choice: {acceptance_as_is: 0.8, scale: 10, wtp: {promise: {one_day: 9}}}
  trade:
    customers: 20
    demand: {orders_per_day: 8}
    products: {repair: {quantity: 2}}
    choice: {acceptance_as_is: 0.8, scale: 10, wtp: {promise: {two_days: 4}}}
products:
  repair: {list_price: 100, unit_cost: 20}
resources:
  desk: {servers: 3, cost_per_hour: 20, extra_servers: {least: -1, most: 3}}
levers:
  promise:
    two_days: {lead_time_days: 2}
    one_day: {lead_time_days: 1, fixed_cost_per_year: 5000}
  care:
    none: {}
    calls: {fixed_cost_per_year: 20000}
  work:
    by_hand:
      stock: none
      fulfilment: {resource: desk, setup_minutes: {law: gamma, mean: 60, cv: 0.5}}
as_is:
  offerings: {retail: {promise: two_days, care: calls}, trade: {promise: two_days, care: none}}
"""


@pytest.fixture
def company(call: Caller) -> str:
    (call.folder / "company.yaml").write_text(COMPANY, encoding="utf-8")
    return "company.yaml"


def answered(call: Caller, *arguments: str) -> tuple[dict[str, Any], Path]:
    said = call(*arguments, "--json", "--workers", "1", "--engine", "simpy")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    return found, call.folder / found["run"]


def checked(folder: Path, exhibit: str) -> list[dict[str, str]]:
    """Return a table of a run folder, whose report shows it."""
    choice = json.loads((folder / "choice.json").read_text(encoding="utf-8"))
    assert exhibit in {e["name"] for e in choice["exhibits"]}
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert all(e["title"].split("&")[0] in report for e in choice["exhibits"])
    with (folder / f"{exhibit}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def margins(call: Caller) -> dict[tuple[int, ...], float]:
    """Return what every pair of offerings is expected to earn with the fewest people that carry it, by enumeration."""
    scenario = load(call.folder / "company.yaml")
    candidates = within_reach(scenario)
    selection, present = candidates.selection, 7 * 24 * 3 * 20
    (hire,) = selection.hires
    found = {}
    for pair in product(selection.columns_of(0), selection.columns_of(1)):
        for servers in range(hire.least, (hire.most or 0) + 1):
            if all(
                limit.usage[list(pair)].sum() <= limit.capacity + hire.adds.get(i, 0.0) * servers + 1e-9
                for i, limit in enumerate(selection.limits)
            ):
                found[pair] = float(selection.margin[list(pair)].sum()) - hire.cost * servers - present
                break
    return found


def test_propositions_are_the_best_for_each_number(call: Caller, company: str) -> None:
    found, folder = answered(call, "propositions", company)
    rows = checked(folder, "propositions")
    assert [row["offerings"] for row in rows] == ["1", "2"]
    candidates = within_reach(load(call.folder / company)).selection
    known = margins(call)
    shared = {
        pair: m for pair, m in known.items() if candidates.column_names[pair[0]] == candidates.column_names[pair[1]]
    }
    expected = [float(row["expected margin"]) for row in rows]
    assert expected == pytest.approx([max(shared.values()), max(known.values())])
    assert found["enough"] in (1, 2)
    assert found["numbers"][found["best"] - 1]["verdict"] == "best"
    designs = json.loads((folder / "designs.json").read_text(encoding="utf-8"))
    assert {"as_is", "1 offering", "2 offerings"} == designs.keys()
    again = call("simulate", str(folder / "scenario.yaml"), "--design", "1 offering", "--workers", "1")
    assert again.code == 0, again.err


def test_a_frontier_is_the_undominated_designs(call: Caller, company: str) -> None:
    found, folder = answered(call, "frontier", company, "--against", "operating_cost", "--points", "30", "--simulate")
    rows = checked(folder, "frontier")
    money = [float(row["expected margin"]) for row in rows]
    assert money == sorted(money, reverse=True)
    assert money[0] == pytest.approx(max(margins(call).values()))
    assert found["against"] == "operating_cost"
    costs = [float(row["operating cost per year"]) for row in rows]
    assert costs == sorted(costs, reverse=True)
    assert any(row["simulated margin"] for row in rows)


def test_the_price_of_less_operating_cost_is_money_for_money(call: Caller, company: str) -> None:
    """Margins are of a week and operating costs of a year: what a step costs is told for the same time."""
    said = call("frontier", company, "--against", "operating_cost", "--points", "3", "--json")
    points = json.loads(said.out)["points"]
    for one, other in pairwise(points):
        saved = (one["operating cost per year"] - other["operating cost per year"]) * 7 / 365
        lost = one["expected margin"] - other["expected margin"]
        assert other["margin per EUR less"] == pytest.approx(lost / saved)


def test_alternatives_differ_and_are_judged(call: Caller, company: str) -> None:
    found, folder = answered(call, "alternatives", company, "--within", "20%", "--count", "2")
    rows = checked(folder, "alternatives")
    known = margins(call)
    floor = 0.8 * max(known.values())
    assert rows[0]["design"] == "best"
    assert all(float(row["expected margin"]) >= floor for row in rows)
    assert len({json.dumps(d) for d in found["options"]}) == len(found["options"])
    assert all(float(row["distance to the nearest before"]) >= 1 for row in rows[1:])
    assert {row["verdict"] for row in rows[1:]} <= {"no difference shown", "higher", "lower", "identical"}


def test_a_robust_design_is_judged_under_each_demand(call: Caller, company: str) -> None:
    (call.folder / "futures.yaml").write_text(
        "boom: {probability: 0.25, segments.retail.demand.orders_per_day: +40%}\nas it is: {probability: 0.75}\n",
        encoding="utf-8",
    )
    found, folder = answered(call, "robust", company, "--what-if", "futures.yaml", "--tail", "25%")
    rows = checked(folder, "expected")
    assert [d["probability"] for d in found["demand"]] == [0.25, 0.75]
    for row in rows:
        both = [float(row["boom"]), float(row["as it is"])]
        assert float(row["average"]) == pytest.approx(0.25 * both[0] + 0.75 * both[1])
        assert float(row["worst 25 %"]) == pytest.approx(tail_average(both, [0.25, 0.75], 0.25))
    assert float(rows[-1]["average"]) >= float(rows[0]["average"])
    simulated = checked(folder, "simulated")
    assert [row["design"] for row in simulated] == ["as_is", "most on average", "best in the tail", "least regret"]


def test_failures_are_told_by_demand(call: Caller, company: str) -> None:
    found, folder = answered(
        call,
        *("fails", company, "--points", "40", "--holdout", "20", "--replications", "2"),
        *("--vary", "segments.retail.demand.orders_per_day=-60%..+60%"),
        *("--vary", "segments.trade.demand.orders_per_day=-10%..+10%"),
        *("--fails-if", "margin<5000", "--fails-if", "margin<1000000000"),
    )
    (box,) = found["boxes"]
    assert {bound["path"] for bound in box["bounds"]} == {"segments.retail.demand.orders_per_day"}
    assert box["bounds"][0]["side"] == "below"
    assert box["density"] > 0.75
    assert box["fresh_density"] > 0.6
    assert checked(folder, "boxes")[0]["fails when"].startswith("demand of retail is below ")
    choice = json.loads((folder / "choice.json").read_text("utf-8"))
    assert "as_is fails (margin below 1,000,000,000) in every case." in choice["words"]
    assert [one["name"] for one in choice["exhibits"][0]["chart"]["series"]] == ["other cases", "margin below 5,000"]
    assert call("report", str(folder)).code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("frontier", "--against", "on_tme"), "Did you mean on_time"),
        (("alternatives", "--within", "2"), "--within"),
        (("alternatives", "--weigh", "x"), "--weigh"),
        (("robust", "--staff", "x"), "--staff"),
        (("robust", "--demand", "0.8,x"), "--demand"),
        (("robust", "--demand", "1"), "demand scenarios"),
        (("robust", "--demand", "0.8:0.5,1:0.4"), "add up to 0.9"),
        (("fails", "--fails-if", "margin"), "--fails-if"),
        (("fails", "--fails-if", "otif[retial]<90%"), "retail"),
        (("fails", "--fails-if", "margn<0", "--points", "20"), "not measured"),
        (("fails", "--vary", "segments.retail.customers=1,2"), "not a range"),
        (("fails", "--design", "x"), "x"),
    ],
)
def test_wrong_calls_are_refused_in_words(call: Caller, company: str, arguments: tuple[str, ...], words: str) -> None:
    said = call(arguments[0], company, *arguments[1:])
    assert said.code == 2, said.err
    assert words in said.err
    assert not (call.folder / "results").exists() or not list((call.folder / "results").iterdir())


def test_an_impossible_choice_names_what_is_in_conflict(call: Caller, company: str) -> None:
    said = call("propositions", company, "--set", "limits.operating_cost_per_year=1")
    assert said.code == 4
    assert "operating cost" in said.err


def test_designs_that_differ_in_name_only_show_no_difference(call: Caller) -> None:
    twice = edited(("    one_day:", "    same: {lead_time_days: 2}\n    one_day:"))
    (call.folder / "twice.yaml").write_text(twice, encoding="utf-8")
    said = call("alternatives", "twice.yaml", "--count", "1", "--workers", "1", "--engine", "simpy")
    assert said.code == 0
    assert "the simulation shows no difference for 1 (alternative 1)." in said.out


def test_a_frontier_that_is_not_proven_is_not_called_whole(
    call: Caller, company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("frontier", company, "--against", "operating_cost", "--points", "30")
    assert "These are all designs of the frontier" in " ".join(call(*asked).out.split())

    def less_sure(*arguments: Any, **how: Any) -> Frontier | None:
        found = frontier(*arguments, **how)
        points = () if found is None else found.points
        return found and replace(found, points=tuple(replace(p, bound=p.margin + 1.0) for p in points))

    monkeypatch.setattr(frontiers, "frontier", less_sure)
    assert "These are all designs" not in " ".join(call(*asked).out.split())


def test_what_nobody_orders_has_no_service_and_nothing_uncertain(call: Caller, company: str) -> None:
    (call.folder / "idle.yaml").write_text(
        edited(("day: 20}", "day: 0}"), ("day: 8}", "day: 0}"), text=COMPANY), encoding="utf-8"
    )
    said = call("frontier", "idle.yaml", "--against", "on_time", "--simulate", "--workers", "1", "--engine", "simpy")
    assert said.code == 0, said.err
    assert "nan" not in said.out
    refused = call("fails", "idle.yaml")
    assert refused.code == 2
    assert "nobody orders" in refused.err
    said = call("fails", company, "--set", "segments.trade.demand.orders_per_day=0", "--points", "20", "--workers", "1")
    assert said.code == 0, said.err
    assert "demand of retail" in said.out
    assert "demand of trade" not in said.out


def test_tables_have_units(call: Caller, company: str) -> None:
    head = call("frontier", company, "--against", "operating_cost").out.splitlines()[2]
    assert "operating cost per year, EUR" in head
    assert "expected margin, EUR" in head


def test_fresh_cases_meet_other_customers(call: Caller, company: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds, sampled = [], failures.sampled

    def noted(*arguments: Any) -> Any:
        seeds.append(arguments[5].seed)
        return sampled(*arguments)

    monkeypatch.setattr(failures, "sampled", noted)
    call("fails", company, "--points", "40", "--holdout", "10", "--replications", "2", "--fails-if", "margin<5000")
    assert len(seeds) == len(set(seeds)) == 2
