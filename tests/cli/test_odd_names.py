"""Names that real companies use, with commas, dots, brackets and quotes, through the commands that choose."""

from __future__ import annotations

import json
import shlex

import pytest

from tests.cli.calling import Caller

COMPANY = r"""
promiselab: 1
name: Odd names
calendar: {warm_up_days: 7, measured_days: 14, drain_days: 7}
study: {seed: 5, replications: 2}
segments:
  "A, B [x]":
    customers: 40
    demand: {orders_per_day: 12}
    products: {'bolt "x".y': {quantity: 3}}
    choice: {acceptance_as_is: 0.7, scale: 20, wtp: {"sp.eed, so": {fast: 12}}}
    floors: {acceptance: 0.3456}
  Großkunden nord:
    customers: 300
    demand: {orders_per_day: 9}
    products: {'bolt "x".y': {quantity: 1}}
    choice: {acceptance_as_is: 0.6, scale: 8, wtp: {"sp.eed, so": {fast: 9}}}
products:
  'bolt "x".y':
    list_price: 30
    unit_cost: 12
    stock:
      policy: {kind: reorder_quantity, order_quantity: 150}
      supply: {lead_time_days: 5}
      holding_share_per_year: 0.3
resources:
  "cr.ew, nord":
    shifts: [{opens: "08:00", closes: "16:00", servers: 1}]
    cost_per_hour: 25
    extra_servers: {least: 0, most: 1}
levers:
  "sp.eed, so":
    slow: {lead_time_days: 6, fill_rate: 0.9, stock: shared, when_short: {rule: backorder, ship: complete}}
    fast: {lead_time_days: 3, fill_rate: 0.97, stock: ring_fenced, when_short: {rule: backorder, ship: complete}}
  way:
    truck: {fulfilment: {resource: "cr.ew, nord", setup_minutes: 6, minutes_per_unit: 1}}
as_is:
  offerings:
    "A, B [x]": {"sp.eed, so": slow}
    Großkunden nord: {"sp.eed, so": slow}
"""
LEVER = "sp.eed, so"


@pytest.fixture
def company(call: Caller) -> Caller:
    call.write("odd.yaml", COMPANY)
    return call


def test_reasons_name_teams_segments_and_windows_whole(company: Caller) -> None:
    offer = f"A, B [x]:{LEVER}=fast,way=truck"
    asked = ("--explain", "--why-not", offer, "--set", "limits.stock_investment=2000")
    said = company("optimize", "odd.yaml", *asked, "--json")
    assert said.code == 0, said.err
    limits = [limit["limit"] for limit in json.loads(said.out)["reasons"]["limits"]]
    assert not [words for words in limits if words.endswith("every shift")], "servers can be added to the only team"
    [found] = json.loads(said.out)["reasons"]["why_not"]
    assert (found["segment"], found["asked"]) == ("A, B [x]", {LEVER: "fast", "way": "truck"})


@pytest.mark.parametrize(
    "tight",
    ["segments.A, B [x].floors.acceptance=0.9456", "limits.stock_investment=100", "limits.operating_cost_per_year=9"],
)
def test_ways_out_can_be_copied_from_the_screen(company: Caller, tight: str) -> None:
    said = company("optimize", "odd.yaml", "--set", tight)
    assert (said.code, said.out) == (4, "")
    ways = [shlex.split(line) for line in said.err.splitlines() if line.strip().startswith("--set ")]
    assert ways
    for way in ways:
        kept = [] if any(setting.partition("=")[0] == tight.partition("=")[0] for setting in way) else ["--set", tight]
        again = company("optimize", "odd.yaml", *kept, *way)
        assert again.code == 0, (way, again.err)


@pytest.mark.parametrize(
    "command",
    [
        ("propositions",),
        ("alternatives", "--within", "90%", "--count", "1"),
        ("robust", "--demand", "0.9,1.1"),
        ("fails", "--points", "20", "--holdout", "10"),
    ],
)
def test_every_choice_is_made_and_reported(company: Caller, command: tuple[str, ...]) -> None:
    name, *options = command
    said = company(name, "odd.yaml", *options, "--replications", "2", "--workers", "1", "--engine", "simpy")
    assert said.code == 0, said.err
    assert (company.runs()[0] / "report.html").is_file()
