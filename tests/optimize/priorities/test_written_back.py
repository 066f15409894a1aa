"""Ranks written into a scenario, and stock kept for the better one where that earns more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from optimize.priorities.written_back import with_ranks
from promiselab import load
from scenarios.problems import BadInput
from scenarios.scenario import Scenario
from scenarios.validation import validated
from tests.cli.calling import Caller

SCARCE = """\
promiselab: 1
name: Scarce stock
calendar: {warm_up_days: 40, measured_days: 120, drain_days: 20}
study: {seed: 5, replications: 10}
segments:
  loyal:
    customers: 10
    options: {terms: [loyal]}
    demand: {orders_per_day: 4}
    products: {part: {quantity: 1}}
  passing:
    customers: 100
    options: {terms: [passing]}
    demand: {orders_per_day: 4}
    products: {part: {quantity: 1}}
products:
  part:
    list_price: 100
    unit_cost: 60
    stock: {policy: {base_stock: 42}, supply: {lead_time_days: 5}}
levers:
  terms:
    loyal: {lead_time_days: 0.1, contract: {late_penalty_per_order: 400}}
    passing: {lead_time_days: 5}
as_is:
  offerings: {loyal: {terms: loyal}, passing: {terms: passing}}
"""


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Caller:
    return Caller(tmp_path, monkeypatch, capfd)


def company(count: int) -> Scenario:
    segment = {"customers": 1, "demand": {"orders_per_day": 1}, "products": {"part": {"quantity": 1}}}
    return validated(
        {
            "name": "Many",
            "calendar": {"measured_days": 7},
            "segments": {f"s{place:02d}": segment for place in range(count)},
            "products": {"part": {"list_price": 1}},
            "levers": {"supply": {"as_is": {"stock": "none"}}},
            "as_is": {"offerings": {f"s{place:02d}": {} for place in range(count)}},
        }
    )


def test_more_than_nine_segments_share_ranks() -> None:
    scenario = company(20)
    ordered = list(scenario.segments)[::-1]
    found = with_ranks(scenario, ordered, frozenset())
    ranks = [int(found.segments[name].options["segment_rank"][0].removeprefix("rank_")) for name in ordered]
    assert ranks == sorted(ranks)
    assert set(ranks) == set(range(1, 10))


def test_a_lever_of_that_name_that_does_more_is_refused() -> None:
    data = company(2).model_dump(mode="python", exclude_unset=True)
    data["levers"]["segment_rank"] = {"mine": {"fixed_cost_per_year": 5}}
    with pytest.raises(BadInput, match="does more than rank"):
        with_ranks(validated(data), ["s00", "s01"], frozenset())


@pytest.mark.slow
def test_scarce_stock_is_kept_for_who_pays_for_waiting(call: Caller) -> None:
    call.write("scarce.yaml", SCARCE)
    call.write("criteria.yaml", "without: [margin, size, volatility, headroom, cost_to_serve]\n" + LOYALTY)
    said = call("prioritise", "scarce.yaml", "--write-back", "--criteria", "criteria.yaml", "--workers", "1", "--json")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    effect = told["written_back"]
    assert [one["segment"] for one in effect["segments"]] == ["loyal", "passing"]
    ranks, reserved = effect["plans"][1:]
    assert ranks["verdict"] == reserved["verdict"] == "higher"
    assert reserved["difference"] > ranks["difference"] + ranks["half_width"]
    kept = {one["about"]: one["chosen"] for one in effect["reservations"]}["reserve of part"]
    assert "units kept from rank 2" in kept
    policy = load(Path(told["run"]) / "scenario.yaml").products["part"].stock
    assert policy is not None
    assert f"{policy.policy.critical_levels[1]:,} units" in kept


LOYALTY = """\
criteria:
  loyalty:
    axis: attractiveness
    values: {loyal: {low: 5, high: 6}, passing: {low: 1, high: 2}}
"""
