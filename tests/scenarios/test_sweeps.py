"""Sweeps: the points that follow from axes, what-ifs, designs and files; too many are counted, not built."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios import BadInput, Scenario, TooLarge, parse, to_data
from scenarios.sweeps import (
    Blocks,
    Point,
    Sweep,
    Trajectories,
    axes_of,
    crossed,
    grid,
    latin_hypercube,
    listed,
    load_sweep,
    morris,
    one_at_a_time,
    parse_axes,
    parse_sweep,
    resolved,
    saltelli,
    sobol,
)
from scenarios.sweeps.points import assembled
from scenarios.sweeps.sweep_file import designed
from tests.scenarios.base_text import BASE

ORDERS = "segments.retail.demand.orders_per_day"
CUSTOMERS = "segments.retail.customers"
PRICE = "products.pump.list_price"
POLICY = "products.pump.stock.policy"
SERVERS = "resources.picking.shifts.0.servers"
PRICES = ["120", "130", "160"]
TWO_OPTIONS = BASE.replace(
    "      priority: {rank: 2}\n", "      priority: {rank: 2}\n    gold:\n      lead_time_days: 2\n"
).replace("as_is:\n", "designs:\n  all_gold:\n    offerings:\n      retail: {service: gold}\nas_is:\n")


def base() -> Scenario:
    return parse(BASE)


def two_options() -> Scenario:
    return parse(TWO_OPTIONS)


def said(function: Callable[[], object], kind: type[BadInput] = BadInput) -> str:
    with pytest.raises(BadInput) as caught:
        function()
    assert type(caught.value) is kind
    return str(caught.value)


def names(sweep: Sweep) -> list[str]:
    return [point.name for point in sweep.points]


# Designs -----------------------------------------------------------------------------------------------------------


def test_a_grid_is_every_combination_once_after_the_baseline() -> None:
    sweep = grid(base(), parse_axes([f"{ORDERS}=30,40", f"{CUSTOMERS}=100,200"]))
    assert names(sweep) == [
        "baseline",
        "orders_per_day=30, customers=100",
        "orders_per_day=30, customers=200",
        "orders_per_day=40, customers=100",
    ]
    assert sweep.points[0] == Point("baseline")
    assert sweep.points[1].changes == ((ORDERS, "30"), (CUSTOMERS, "100"))
    assert resolved(base(), sweep.points[0]) == base()


def test_twenty_axes_of_ten_are_counted_without_building() -> None:
    axes = parse_axes([f"segments.s{i}.customers=1..10:10" for i in range(20)])
    began = time.perf_counter()
    message = said(lambda: grid(base(), axes), TooLarge)
    assert time.perf_counter() - began < 1
    assert "20 axes make about 1e20 points" in message
    assert "--vary segments.s0.customers" in message


def test_a_grid_that_is_a_little_too_large_says_how_far_to_shorten_which_axis() -> None:
    axes = parse_axes([f"{CUSTOMERS}=1..100:100", f"{ORDERS}=1..1001:1001"])
    message = said(lambda: grid(base(), axes), TooLarge)
    assert "100,100 points" in message
    assert f"{ORDERS}: " in message
    assert "Shorten it to 1000 values" in message
    assert TooLarge.exit_code == 3


def test_a_range_without_count_has_no_grid_but_ends() -> None:
    axes = parse_axes([f"{ORDERS}=*0.8..*1.2"])
    assert "0.8..1.2:5" in said(lambda: grid(base(), axes))
    assert names(one_at_a_time(base(), axes)) == ["baseline", "orders_per_day=*0.8", "orders_per_day=*1.2"]


def test_one_at_a_time_changes_one_field_per_point() -> None:
    sweep = one_at_a_time(base(), parse_axes([f"{ORDERS}=-10%..+10%:3", f"{CUSTOMERS}=100,200"]))
    assert [dict(point.changes) for point in sweep.points] == [
        {},
        {ORDERS: "-10%"},
        {ORDERS: "+10%"},
        {CUSTOMERS: "100"},
    ]


def test_designs_and_options_of_the_design_are_fields_like_others() -> None:
    scenario = two_options()
    by_name = grid(scenario, parse_axes(["design=as_is,all_gold"]))
    assert by_name.points == (Point("baseline"), Point("design=all_gold", design="all_gold"))
    by_option = grid(scenario, parse_axes(["design.offerings.retail.service=basic,gold"]))
    assert len(by_option.points) == 2
    for sweep in (by_name, by_option):
        changed = resolved(scenario, sweep.points[1])
        assert changed.current.offerings["retail"] == {"service": "gold"}
        assert changed.as_is == scenario.as_is
    effect = grid(scenario, parse_axes(["levers.service.basic.lead_time_days=4,5,6"]))
    assert len(effect.points) == 3


@pytest.mark.parametrize("value", ['"{gold}, for all"', "'{gold}, for all'", '  "{gold}, for all" '])
def test_a_design_of_any_name_is_chosen_in_quotes(value: str) -> None:
    scenario = parse(TWO_OPTIONS.replace("  all_gold:", '  "{gold}, for all":'))
    (_, chosen) = grid(scenario, parse_axes([f"design=as_is,{value}"])).points
    assert chosen.design == "{gold}, for all"
    assert resolved(scenario, chosen).current == scenario.designs["{gold}, for all"]


def test_what_changes_a_named_design_changes_the_points_that_it_is_judged_in() -> None:
    scenario = two_options()
    people = {f"{design}.extra_servers": "{picking: 3}" for design in ("as_is", "designs.all_gold")}
    points = crossed(scenario, ["as_is", "all_gold"], {"more": people}).points
    assert [point.name for point in points] == ["baseline", "as_is, more", "all_gold", "all_gold, more"]
    extra = [dict(resolved(scenario, point).current.extra_servers) for point in points]
    assert extra == [{}, {"picking": 3}, {}, {"picking": 3}]
    on_top = Point("on top", ((*people.items(), ("design.extra_servers.picking", "+100%"))), "all_gold")
    assert resolved(scenario, on_top).current.extra_servers == {"picking": 6}


def test_equal_designs_are_two_where_a_what_if_changes_one_of_them() -> None:
    copy = "designs:\n  copy:\n    offerings:\n      retail: {service: gold}\n"
    scenario = parse(TWO_OPTIONS.replace("designs:\n", copy))
    more = {"designs.copy.extra_servers": "{picking: 1}"}
    points = crossed(scenario, ["all_gold", "copy"], {"more": more}).points
    assert [point.name for point in points] == ["baseline", "all_gold", "all_gold, more", "copy, more"]
    assert [dict(resolved(scenario, point).current.extra_servers) for point in points[2:]] == [{}, {"picking": 1}]


def test_names_tell_fields_of_one_name_apart_and_stay_short() -> None:
    sweep = grid(two_options(), parse_axes([f"levers.service.{o}.lead_time_days=3,4" for o in ("basic", "gold")]))
    assert names(sweep)[1] == "basic.lead_time_days=3, gold.lead_time_days=3"
    long = grid(base(), parse_axes([f"description={'a' * 90}b,{'a' * 90}c", f"{CUSTOMERS}=1,2"]))
    assert len(set(names(long))) == 5
    assert max(map(len, names(long))) <= 80


@pytest.mark.parametrize("design", [latin_hypercube, sobol])
def test_a_sample_is_seeded_and_covers_every_axis(design: Callable[..., Sweep]) -> None:
    axes = parse_axes([f"{ORDERS}=*0.5..*1.5", f"{SERVERS}=1..4", f"{PRICE}=100,120,150,200"])
    sweep = design(base(), axes, 64, seed=3)
    assert sweep == design(base(), axes, 64, seed=3)
    assert sweep != design(base(), axes, 64, seed=4)
    assert len(sweep.points) == 65
    rows = [dict(point.changes) for point in sweep.points[1:]]
    factors = sorted(float(row[ORDERS][1:]) for row in rows)
    assert [int((x - 0.5) * 64) for x in factors] == list(range(64))  # one in every 64th of the range
    for path in (SERVERS, PRICE):
        assert sorted([row[path] for row in rows].count(value) for value in {row[path] for row in rows}) == [16] * 4
    for point in sweep.points[:8]:
        resolved(base(), point)


def test_a_relative_range_of_whole_numbers_becomes_whole_numbers() -> None:
    sweep = latin_hypercube(base(), parse_axes([f"{SERVERS}=*0.5..*1.9"]), 40)
    assert {dict(point.changes).get(SERVERS) for point in sweep.points} == {None, 2, 4, 5}  # 3 is the baseline
    assert "no whole number" in said(lambda: sobol(base(), parse_axes([f"{SERVERS}=3.1..3.9"]), 4))
    assert "one whole number" in said(lambda: sobol(base(), parse_axes([f"{SERVERS}=2.9..3.9"]), 4))


@pytest.mark.parametrize("design", [sobol, saltelli])
def test_sobol_points_are_a_power_of_two(design: Callable[..., Sweep]) -> None:
    axes = parse_axes([f"{ORDERS}=1..2", f"{PRICE}=1..2"])
    assert "Take 64 or 128" in said(lambda: design(base(), axes, 100))


@pytest.mark.parametrize("design", [latin_hypercube, sobol, morris, saltelli])
def test_sizes_of_samples_are_checked(design: Callable[..., Sweep]) -> None:
    axes = parse_axes([f"{ORDERS}=1..2", f"{PRICE}=1..2"])
    for size in (0, -1, True, 2.5):
        assert "points" in said(lambda size=size: design(base(), axes, size))
    assert "at most 100,000" in said(lambda: design(base(), axes, 1 << 30), TooLarge)
    assert "seed" in said(lambda: design(base(), axes, 4, seed=-1))


def values_of(sweep: Sweep, row: int) -> dict[str, Any]:
    """Return what each axis is at a point; at the baseline, what the scenario has."""
    now: dict[str, Any] = {ORDERS: 40, SERVERS: 3, PRICE: 120}
    return {path: dict(sweep.points[row].changes).get(path, now[path]) for path in sweep_paths(sweep)}


def sweep_paths(sweep: Sweep) -> list[str]:
    return [axis.path for axis in sweep.axes]


@given(seed=st.integers(0, 1000))
def test_a_trajectory_moves_each_axis_once_by_its_step(seed: int) -> None:
    axes = parse_axes([f"{ORDERS}=30..60", f"{SERVERS}=1..4", f"{PRICE}=120,130,160"])
    sweep = morris(base(), axes, 4, seed)
    layout = sweep.layout
    assert isinstance(layout, Trajectories)
    assert layout.axes == (ORDERS, SERVERS, PRICE)
    at = {ORDERS: lambda v: (v - 30) / 30, SERVERS: lambda v: (v - 1) / 3, PRICE: lambda v: PRICES.index(str(v)) / 2}
    for rows, moved, steps in zip(layout.rows, layout.moved, layout.steps, strict=True):
        assert sorted(moved) == [0, 1, 2]
        for before, after, axis, step in zip(rows, rows[1:], moved, steps, strict=False):
            old, new = values_of(sweep, before), values_of(sweep, after)
            for i, path in enumerate(layout.axes):
                expected = step if i == axis else 0
                assert at[path](new[path]) - at[path](old[path]) == pytest.approx(expected)
            assert step != 0


def test_blocks_take_one_axis_from_the_second_sample() -> None:
    sweep = saltelli(base(), parse_axes([f"{ORDERS}=30..60", f"{SERVERS}=1..4", f"{PRICE}=120,130,160"]), 16, seed=2)
    layout = sweep.layout
    assert isinstance(layout, Blocks)
    assert (len(layout.a), len(layout.b), [len(row) for row in layout.ab]) == (16, 16, [16] * 3)
    for n in range(16):
        a, b = values_of(sweep, layout.a[n]), values_of(sweep, layout.b[n])
        for i, path in enumerate(layout.axes):
            assert values_of(sweep, layout.ab[i][n]) == {**a, path: b[path]}
    assert len(sweep.points) <= 1 + 16 * 5


def test_what_cannot_show_an_effect_is_refused() -> None:
    one = parse_axes([f"{ORDERS}=30..60"])
    assert "nothing to compare" in said(lambda: saltelli(base(), one, 4))
    assert "a single value" in said(lambda: morris(base(), parse_axes([f"{ORDERS}=30"]), 4))


# Listed and crossed -------------------------------------------------------------------------------------------------


def test_listed_what_ifs_keep_their_names() -> None:
    sweep = listed(base(), {"strike": {SERVERS: 1}, "boom": {ORDERS: "+50%", CUSTOMERS: "+50%"}})
    assert names(sweep) == ["baseline", "strike", "boom"]
    assert sweep.points[2].changes == ((ORDERS, "+50%"), (CUSTOMERS, "+50%"))


def test_what_ifs_that_cannot_be_are_all_named() -> None:
    message = said(lambda: listed(base(), {"baseline": {ORDERS: 1}, "a": {ORDERS: -1}, "b": {"study.sed": 1}}))
    assert "baseline is the name" in message
    assert "what_ifs.a segments" in message
    assert "Did you mean seed?" in message
    message = said(lambda: listed(base(), {"none": {}, "a": {ORDERS: 50}, "b": {ORDERS: "+25%"}, "c": {ORDERS: 40.0}}))
    assert "what_ifs.none: changes nothing" in message
    assert "what_ifs.b: is the same as a" in message
    assert "what_ifs.c: changes nothing" in message


def test_designs_are_crossed_with_what_ifs() -> None:
    sweep = crossed(two_options(), ["as_is", "all_gold"], {"strike": {SERVERS: 1}})
    assert names(sweep) == ["baseline", "as_is, strike", "all_gold", "all_gold, strike"]
    strike = resolved(two_options(), sweep.points[3])
    assert strike.current.offerings["retail"] == {"service": "gold"}
    assert strike.resources["picking"].shifts[0].servers == 1


def test_designs_that_cannot_be_crossed_are_named() -> None:
    message = said(
        lambda: crossed(
            two_options(), ["all_gold", "all_gld", "all_gold"], {"a": {ORDERS: -1}, "b": {"design": "as_is"}}
        )
    )
    assert "Did you mean all_gold?" in message
    assert "one design stands twice" in message
    assert "what_ifs.a" in message
    assert "no design is named" in said(lambda: crossed(base(), [], {}))
    assert "what_ifs.b: sets a design" in said(lambda: crossed(two_options(), ["all_gold"], {"b": {"design": "as_is"}}))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([ORDERS, CUSTOMERS, PRICE]), st.sampled_from(["*1", "*2", "+100%", "80", "200", "120"])
        ),
        max_size=3,
        unique_by=lambda change: change[0],
    ),
    st.lists(
        st.tuples(
            st.sampled_from([ORDERS, CUSTOMERS, PRICE]), st.sampled_from(["*1", "*2", "+100%", "80", "200", "120"])
        ),
        max_size=3,
        unique_by=lambda change: change[0],
    ),
)
def test_points_are_one_exactly_when_their_scenarios_are_equal(
    first: list[tuple[str, str]], second: list[tuple[str, str]]
) -> None:
    scenario = base()
    a, b = Point("a", tuple(first)), Point("b", tuple(second))
    _, became = assembled(scenario, [a, b])
    data = [to_data(resolved(scenario, point)) for point in (Point("baseline"), a, b)]
    assert (became[0] == became[1]) == (data[1] == data[2])
    assert (became[0] == 0) == (data[0] == data[1])


# Files --------------------------------------------------------------------------------------------------------------

FILE = """\
scenario: base.yaml
design: latin_hypercube
vary:
  segments.retail.demand.orders_per_day: "*0.8..*1.2"
  products.pump.list_price: [100, 120, +10%]
points: 8
replications: 5
precision: 1%
measures: [margin]
"""


def test_a_sweep_file_says_it_all(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "sweep.yaml").write_text(FILE)
    found = load_sweep(tmp_path / "sweep.yaml")
    assert found.scenario_path == str(tmp_path / "base.yaml")
    assert (found.points, found.replications, found.precision, found.measures) == (8, 5, 0.01, ("margin",))
    axes = axes_of({ORDERS: "*0.8..*1.2", PRICE: [100, 120, "+10%"]})
    sweep, expected = found.sweep(base()), latin_hypercube(base(), axes, 8, seed=7)
    assert sweep.points == expected.points  # study.seed is 7


def test_a_shipped_scenario_is_named() -> None:
    assert parse_sweep("scenario: giftware\nvary: {study.seed: [1, 2]}").scenario_path == "giftware"


def test_designs_and_what_ifs_in_a_file() -> None:
    text = f"scenario: base\nwhat_ifs:\n  strike: {{{SERVERS}: 1}}\n"
    assert names(parse_sweep(text).sweep(two_options())) == ["baseline", "strike"]
    found = parse_sweep(text + "designs: [as_is, all_gold]\n")
    assert found.chosen == "list"
    assert names(found.sweep(two_options())) == ["baseline", "as_is, strike", "all_gold", "all_gold, strike"]


@pytest.mark.parametrize("design", ["grid", "one_at_a_time", "latin_hypercube", "sobol", "morris", "sensitivity"])
def test_every_design_has_its_name(design: Any) -> None:
    axes = parse_axes([f"{ORDERS}=30,50", f"{PRICE}=100,130"])
    sweep = designed(base(), design, axes, None if design in ("grid", "one_at_a_time") else 8, 1)
    assert len(sweep.points) == 5
    assert (sweep.layout is not None) == (design in ("morris", "sensitivity"))


def test_problems_of_a_file_come_all_at_once_with_their_lines() -> None:
    text = "scenario: base\ndesgin: grid\nvary: {study.seed: [1, .nan]}\nseed: -1\nprecision: 2\nreplications: 0\n"
    message = said(lambda: parse_sweep(text, "sweep.yaml"))
    assert [line.split()[0] for line in message.splitlines()] == [f"sweep.yaml:{n}" for n in (2, 3, 4, 5, 6)]
    assert "Did you mean design?" in message


def test_problems_of_axes_and_what_ifs_name_the_line() -> None:
    text = f"scenario: base\nvary:\n  {ORDERS}: [1, 1]\n  study.sed: [2]\n"
    message = said(lambda: parse_sweep(text, "sweep.yaml").sweep(base()))
    assert [line.split()[0] for line in message.splitlines()] == ["sweep.yaml:3", "sweep.yaml:4"]
    text = f"scenario: base\nwhat_ifs:\n  a:\n    {ORDERS}: -1\ndesigns: [gold]\n"
    message = said(lambda: parse_sweep(text, "sweep.yaml").sweep(base()))
    assert [line.split()[0] for line in message.splitlines()] == ["sweep.yaml:5", "sweep.yaml:3"]
    assert "the axis is empty" in said(lambda: parse_sweep("scenario: a\nvary: {study.seed: []}").sweep(base()))


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        ("", "nothing varies"),
        ("vary: {a: [1]}\nwhat_ifs: {b: {c: 1}}", "make two sweeps"),
        ("design: grid\nwhat_ifs: {b: {c: 1}}", "design: list"),
        ("design: list\nvary: {a: [1]}", "needs what_ifs or designs"),
        ("points: 5\nvary: {a: [1]}", "size of a sample"),
        ("design: sobl\nvary: {a: [1]}", "Did you mean sobol?"),
    ],
)
def test_a_file_has_one_meaning(rest: str, what: str) -> None:
    assert what in said(lambda: parse_sweep(f"scenario: base\n{rest}\n"))
