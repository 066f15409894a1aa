"""Customers who see the menu: shares by multinomial logit, one number per order, and nothing else changed."""

from __future__ import annotations

import json
from itertools import combinations, product
from math import prod, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.offerings import current_offerings
from scenarios.problems import BadInput
from scenarios.scenario import Scenario
from scenarios.segments import Segment
from scenarios.shipped import load_shipped
from simcore.acceptance import orders_with_a_line
from simcore.draws import Draws
from simcore.engines import COMPILED
from simcore.leakage import NO_OFFER, leakage
from simcore.ledger import cash, post
from simcore.measures import facts, measure
from simcore.menu import takes
from simcore.orders import draw_orders
from simcore.program import Program, compile_program
from simcore.reference import engine as reference
from simcore.replications import play_once, replicate, simulate_all
from tests.formulas.families import offers_of
from tests.random_scenarios import random_data, random_scenario

Data = dict[str, Any]
TRUTH = Path(__file__).parent.parent / "truth" / "cases.json"
CHOICES = [c for c in json.loads(TRUTH.read_text(encoding="utf-8")) if c["family"] == "mnl_choice"]


def params(case: Data) -> Data:
    return {name: p["value"] for name, p in case["params"].items()}


def market(p: Data, days: float = 1) -> Scenario:
    """Return the scenario of a truth case: every segment is served by nobody, and sees the offers to others."""
    _, utilities, outside, _, shown = offers_of(p)
    offers = [o["name"] for o in p["offers"]]
    segments: Data = {
        f"who gets {offer}": {
            "customers": 1,
            "demand": {"orders_per_day": 0},
            "products": {"visit": {"quantity": 1}},
        }
        for offer in offers
    }
    fences: Data = {}
    for row, s in enumerate(p["segments"]):
        segments[s["name"]] = {
            "customers": 10,
            "demand": {"orders_per_day": s["rate"]},
            "products": {"visit": {"quantity": 1}},
            "choice": {
                "scale": 1,
                "wtp_0": -outside[row],
                "wtp": {"offer": dict(zip(offers, utilities[row], strict=True))},
            },
        }
        hidden = {f"who gets {o}": None for o, seen in zip(offers, shown[row], strict=True) if not seen}
        fences |= {s["name"]: hidden} if hidden else {}
    made: Data = {f"who gets {o}": {"offer": o} for o in offers}
    return Scenario.model_validate(
        {
            "name": "market",
            "calendar": {"measured_days": days},
            "products": {"visit": {"list_price": 1}},
            "levers": {"offer": {o: {} for o in offers}},
            "segments": segments,
            "menu": {"visible": True, "fences": fences},
            "as_is": {"offerings": made | {s["name"]: None for s in p["segments"]}},
        }
    )


@pytest.mark.parametrize("case", CHOICES, ids=[c["id"] for c in CHOICES])
def test_shares_are_those_of_the_truth_cases(case: Data) -> None:
    scenario, p = market(params(case)), params(case)
    found = {(t.segment, t.offer): t.share for t in takes(scenario, current_offerings(scenario))}
    for s in p["segments"]:
        for o in p["offers"]:
            share = found.get((s["name"], f"who gets {o['name']}"), 0.0)
            assert share == pytest.approx(case["metrics"][f"share_{s['name']}_{o['name']}"], abs=1e-12)
        total = sum(share for (segment, _), share in found.items() if segment == s["name"])
        assert total == pytest.approx(case["metrics"][f"acceptance_{s['name']}"], abs=1e-12)


@pytest.mark.parametrize("case", CHOICES, ids=[c["id"] for c in CHOICES])
def test_simulated_shares_are_within_four_standard_errors(case: Data) -> None:
    scenario = market(params(case), days=60)
    [simulation] = simulate_all([scenario], 11, 10, workers=1, engine=COMPILED)
    rows = {(leak.segment, leak.offer): leak.orders.mean for leak in leakage(simulation)}
    for s in params(case)["segments"]:
        orders = simulation.estimate("potential_orders", s["name"]).mean * 10
        for o in params(case)["offers"]:
            truth = case["metrics"][f"share_{s['name']}_{o['name']}"]
            found = rows.get((s["name"], f"who gets {o['name']}"), 0.0)
            assert abs(found - truth) <= 4 * sqrt(truth * (1 - truth) / orders)


def test_leakage_rows_add_up_to_1_and_margins_to_those_of_the_segment() -> None:
    scenario = with_menu(load_shipped("specialty_and_commodity"), visible=True)
    [simulation] = simulate_all([scenario], 3, 2, workers=1, engine=COMPILED)
    found = leakage(simulation)
    for name in scenario.segments:
        mine = [leak for leak in found if leak.segment == name]
        assert (mine[0].offer, mine[-1].offer) == (name, NO_OFFER)
        assert len(mine) > 2
        assert sum(leak.orders.mean for leak in mine) == pytest.approx(1, abs=1e-12)
        assert sum(leak.units.mean for leak in mine if leak.units) == pytest.approx(1, abs=1e-12)
        margin = sum(leak.margin.mean for leak in mine if leak.margin)
        assert margin == pytest.approx(simulation.estimate("margin", name).mean, abs=0.005)


def with_menu(scenario: Scenario, **menu: Any) -> Scenario:
    return Scenario.model_validate({**scenario.model_dump(mode="json"), "menu": menu})


# Nothing changes without it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_an_invisible_menu_and_one_behind_fences_change_nothing(seed: int) -> None:
    data = random_data(np.random.default_rng(seed))
    data.pop("menu", None)
    names = list(data["segments"])
    fences = {one: {other: None for other in names if other != one} for one in names}
    results = []
    for menu in (None, {"visible": False, "hassle_per_order": 3}, {"visible": True, "fences": fences}):
        try:
            program = compile_program(Scenario.model_validate(data if menu is None else {**data, "menu": menu}))
        except BadInput:
            return
        results.append(repr(replicate(program, Draws(seed, 0), COMPILED)))
    assert results[0] == results[1] == results[2]


def test_the_same_offer_to_all_is_one_offer() -> None:
    scenario = load_shipped("specialty_and_commodity").with_design("one_size_fits_all")
    hidden, visible = compile_program(scenario), compile_program(with_menu(scenario, visible=True))
    assert not visible.has_menu
    assert repr(replicate(hidden, Draws(1, 0), COMPILED)) == repr(replicate(visible, Draws(1, 0), COMPILED))


# Who takes what -------------------------------------------------------------------------------------------------


def shop(own: float, other: float, hassle: float = 0.0) -> Scenario:
    """Return a scenario with a segment that sees two offers of these worths."""
    segment: Data = {"customers": 5, "demand": {"orders_per_day": 50}, "products": {"thing": {"quantity": 1}}}
    return Scenario.model_validate(
        {
            "name": "shop",
            "calendar": {"measured_days": 4},
            "products": {"thing": {"list_price": 10}},
            "levers": {"offer": {"plain": {}, "other": {}}},
            "segments": {
                "a": {**segment, "choice": {"scale": 2, "wtp_0": 0, "wtp": {"offer": {"plain": own, "other": other}}}},
                "b": {**segment, "demand": {"orders_per_day": 0}},
            },
            "menu": {"visible": True, "hassle_per_order": hassle},
            "as_is": {"offerings": {"a": {"offer": "plain"}, "b": {"offer": "other"}}},
        }
    )


def choices_of(scenario: Scenario) -> np.ndarray:
    """Return what each order of the first segment takes: 0 its own offer, 1 the other, -1 none."""
    orders = draw_orders(compile_program(scenario), Draws(4, 0))
    return np.where(orders.wanted, orders.lane, -1)


worths = st.floats(-10, 10)


@given(worths, worths, st.floats(0, 10))
@settings(max_examples=60, deadline=None)
def test_a_better_own_offer_loses_no_order(own: float, other: float, better: float) -> None:
    before, after = choices_of(shop(own, other)), choices_of(shop(own + better, other))
    assert (after[before == 0] == 0).all()
    assert (after[before >= 0] >= 0).all()


@given(worths, worths, st.floats(0, 10))
@settings(max_examples=60, deadline=None)
def test_hassle_drives_orders_to_the_own_offer_or_away(own: float, other: float, hassle: float) -> None:
    before, after = choices_of(shop(own, other)), choices_of(shop(own, other, hassle))
    assert (after[before == 0] == 0).all()
    assert not (after[before == -1] == 1).any()


def test_an_order_follows_the_offer_that_it_takes() -> None:
    """Price, assortment, stock, rank, approvals and contract are those of the offer; the customer is the segment's."""
    program = compile_program(with_menu(load_shipped("specialty_and_commodity"), visible=True))
    found = play_once(program, Draws(2, 0))
    orders = found.orders
    for lane, plan in enumerate(program.plans):
        assert plan is not None
        mine = np.flatnonzero((orders.lane == lane) & found.accepted)
        assert len(mine)
        lines = np.flatnonzero(np.isin(orders.line_order, mine))
        assert set(orders.line_product[lines]) <= set(plan.products)
        assert set(orders.line_pool[lines]) <= set(plan.pools)
        made = program.plans[program.lanes_of[program.segments.index(program.lanes[lane].offer)].start]
        assert made is not None
        assert (plan.rank, plan.promise, plan.fulfil_resource) == (made.rank, made.promise, made.fulfil_resource)
        steps = np.isin(orders.step_order, mine)
        assert set(orders.step_resource[steps]) <= set(plan.approval_resources)
        assert (orders.customer[mine] < program.scenario.segments[plan.name].customers).all()


def test_who_has_left_takes_no_offer_any_more() -> None:
    """A customer whose promise was broken under one offer orders under no other."""
    data = shop(0, 0).model_dump(mode="json")
    data["segments"]["a"] |= {"customers": 1, "churn_if_broken": 1}
    data["levers"] = {"offer": {"plain": {"lead_time_days": 0.001}, "other": {"lead_time_days": 0.001}}}
    for option in data["levers"]["offer"].values():
        option["delivery"] = {"transit_days": 0.01}
    found = play_once(compile_program(Scenario.model_validate(data)), Draws(1, 0))
    first = int(np.flatnonzero(found.orders.wanted)[0])
    later = found.orders.placed > found.orders.placed[first] + 864_000 + 1
    assert set(found.orders.lane[found.orders.wanted]) == {0, 1}
    assert not found.accepted[later].any()


@pytest.mark.parametrize("seed", range(20))
def test_ledgers_of_random_menus_reconcile(seed: int) -> None:
    program = menu_program(seed)
    orders = draw_orders(program, Draws(seed, 0))
    found = facts(program, orders, reference.play(program, orders, Draws(seed, 0)))
    assert abs(sum(p.amount for p in post(found)) - cash(found)) < 0.005
    names = {m.key.measure.partition(":")[0] for m in measure(found)}
    assert {"orders_taking", "units_taking"} <= names


def menu_program(seed: int) -> Program:
    """Return a random program with lanes, the first from some seed on."""
    for more in range(100):
        try:
            program = compile_program(random_scenario(np.random.default_rng(1000 * seed + more)))
        except BadInput:
            continue
        if program.has_menu:
            return program
    raise AssertionError("no menu among a hundred random scenarios")


# Bad input ------------------------------------------------------------------------------------------------------


def test_fences_name_segments() -> None:
    data = shop(0, 0).model_dump(mode="json")
    data["menu"] = {"visible": True, "fences": {"a": {"a": 1, "nobody": None}, "c": {}}}
    with pytest.raises(ValueError, match=r"(?s)menu\.fences\.a\.a.*menu\.fences\.a\.nobody.*menu\.fences\.c"):
        Scenario.model_validate(data)


def test_an_offer_that_a_segment_cannot_value_is_refused_or_fenced() -> None:
    data = shop(0, 0).model_dump(mode="json")
    data["levers"]["offer"]["plain"] = {"lead_time_days": 3}
    data["segments"]["a"]["choice"]["wtp_per_lead_time_day"] = 1
    with pytest.raises(ValueError, match=r"menu\.fences\.a\.b: null"):
        Scenario.model_validate(data)
    data["menu"]["fences"] = {"a": {"b": None}}
    assert not compile_program(Scenario.model_validate(data)).has_menu


@pytest.mark.parametrize("chances", [(1, 0.3), (0.6, 0.1, 0.5), (0.05, 0.02, 0.01)])
def test_orders_that_find_something_in_a_range(chances: tuple[float, ...]) -> None:
    """Against every set of products that an order may be of."""
    names = [f"p{number}" for number in range(len(chances))]
    products = {name: {"quantity": 1, "share_of_orders": p} for name, p in zip(names, chances, strict=True)}
    segment = Segment.model_validate({"customers": 1, "demand": {"orders_per_day": 1}, "products": products})
    for size in range(len(names) + 1):
        for offered in combinations(names, size):
            found = 0.0
            for included in product([False, True], repeat=len(names)):
                chance = prod(p if here else 1 - p for p, here in zip(chances, included, strict=True))
                good = [name in offered for name in names]
                if any(included):
                    found += chance * any(a and b for a, b in zip(included, good, strict=True))
                else:
                    found += chance * sum(p for p, b in zip(chances, good, strict=True) if b) / sum(chances)
            assert orders_with_a_line(segment, offered) == pytest.approx(found, abs=1e-12)
    assert orders_with_a_line(segment, names) == 1
    assert orders_with_a_line(segment, ()) == 0
