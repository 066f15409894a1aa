"""Orders drawn stretch by stretch are those drawn at once, to the bit; memory does not grow with their number."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable
from dataclasses import fields
from itertools import pairwise, takewhile
from typing import Any

import numpy as np
import pytest

from scenarios.problems import BadInput
from scenarios.scenario import Scenario
from scenarios.shipped import load_shipped, names
from simcore.clock import TICKS_PER_DAY, TICKS_PER_HOUR
from simcore.draws import Draws, PassingDraws
from simcore.orders import Orders, draw_orders
from simcore.program import Program, compile_program
from simcore.stretches import Stretch, stretches
from tests.random_scenarios import random_scenario

EVERYTHING = 10**9
PROGRAMS = 160
PARTS = 8
FIRST = 200
"""Stretches that are compared where there would be thousands."""


def joined(parts: Iterable[Stretch]) -> dict[str, np.ndarray]:
    """Return the columns of stretches put one after the other."""
    found: dict[str, list[np.ndarray]] = {field.name: [] for field in fields(Orders)}
    found["line_start"] = [np.zeros(1, dtype=np.int64)]
    found["step_start"] = [np.zeros(1, dtype=np.int64)]
    before = {"line": 0, "step": 0, "order": 0}
    for part in parts:
        orders = part.orders
        for name in found:
            values = getattr(orders, name)
            kind = name.split("_")[0]
            if name.endswith("_start"):
                assert values[0] == 0
                values = values[1:] + before[kind]
            elif name in ("line_order", "step_order"):
                values = values + before["order"]
            found[name].append(values)
        before["line"] += len(orders.line_order)
        before["step"] += len(orders.step_order)
        before["order"] += len(orders)
    return {name: np.concatenate(values) for name, values in found.items()}


def until(orders: Orders, end: int) -> dict[str, np.ndarray]:
    """Return the columns of the orders placed, and of the contacts due, before a tick."""
    count = int(np.searchsorted(orders.placed, end))
    sizes = {
        "line": int(orders.line_start[count]),
        "step": int(orders.step_start[count]),
        "contact": int(np.searchsorted(orders.contact_tick, end)),
    }
    found = {}
    for field in fields(Orders):
        size = sizes.get(field.name.split("_")[0], count)
        found[field.name] = getattr(orders, field.name)[: count + 1 if field.name.endswith("_start") else size]
    return found


def different(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> list[str]:
    """Return the columns that are not equal to the bit."""
    return [name for name in one if one[name].dtype != other[name].dtype or not np.array_equal(one[name], other[name])]


def check(program: Program, seed: int, most_orders: int, first: int = EVERYTHING) -> list[Stretch]:
    """Compare the first stretches with the orders drawn at once, and return them."""
    numbered = takewhile(lambda each: each[0] < first, enumerate(stretches(program, Draws(seed, 1), most_orders)))
    found = [stretch for _, stretch in numbered]
    assert found[0].begin == 0
    assert all(one.end == other.begin for one, other in pairwise(found))
    assert all(stretch.begin < stretch.end for stretch in found)
    if len(found) < first:
        assert found[-1].end == program.horizon
    for stretch in found:
        for ticks in (stretch.orders.placed, stretch.orders.contact_tick):
            assert not len(ticks) or stretch.begin <= ticks.min() <= ticks.max() < stretch.end
    whole = until(draw_orders(program, Draws(seed, 1)), found[-1].end)
    assert different(joined(found), whole) == [], f"program {seed}, {most_orders} orders"
    return found


@pytest.mark.parametrize("most_orders", [1, 7, 100, 10_000, EVERYTHING])
@pytest.mark.parametrize("name", names())
def test_shipped_scenarios_are_equal_in_stretches(name: str, most_orders: int) -> None:
    found = check(compile_program(load_shipped(name)), 5, most_orders, FIRST)
    assert (len(found) == 1) == (most_orders == EVERYTHING) or (name, most_orders) == ("therapy_clinics", 10_000)


@pytest.mark.parametrize("part", range(PARTS))
def test_random_scenarios_are_equal_in_stretches(part: int) -> None:
    size = PROGRAMS // PARTS
    compared = 0
    for seed in range(part * size, (part + 1) * size):
        try:
            program = compile_program(random_scenario(np.random.default_rng(seed), coarse=seed % 2 == 0))
        except BadInput:
            continue
        for most_orders in (1, 7, 100, EVERYTHING) if seed % 8 < 2 else (7, 30):
            check(program, seed, most_orders)
        compared += 1
    assert compared > 0.9 * size


def busy(days: float, orders_per_day: float = 2400, **demand: Any) -> Program:
    """Return a small system with every kind of draw: gamma work, approvals, contacts, patience, orders of nothing."""
    segment = {
        "customers": 50,
        "demand": {"orders_per_day": orders_per_day, **demand},
        "patience_days": {"law": "lognormal", "mean": 2.0, "cv": 1.0},
        "churn_if_broken": 0.2,
        "products": {
            "bolt": {"share_of_orders": 0.999, "quantity": {"law": "geometric", "p": 0.4}},
            "nut": {"share_of_orders": 0.4, "quantity": 2},
        },
    }
    supply = {"lead_time_days": 1.0}
    stock = {"policy": {"kind": "base_stock", "base_stock": 50}, "supply": supply}
    product = {"list_price": 10, "unit_cost": 5, "stock": stock}
    work = {
        "fulfilment": {
            "resource": "pickers",
            "setup_minutes": {"law": "gamma", "mean": 2.0, "cv": 0.7},
            "minutes_per_unit": {"law": "erlang", "mean": 0.5, "k": 3},
        },
        "delivery": {"transit_days": {"law": "gamma", "mean": 1.0, "cv": 0.4}},
        "approvals": [{"name": "credit", "share_of_orders": 0.3, "minutes": {"law": "exponential", "mean": 3.0}}],
        "channel": {"minutes": {"law": "exponential", "mean": 1.0}},
        "touchpoints": {"per_customer_per_month": 4, "minutes": {"law": "gamma", "mean": 5.0, "cv": 0.5}},
        "when_short": {"rule": "backorder", "ship": "split"},
    }
    data = {
        "name": "busy",
        "calendar": {"measured_days": days},
        "segments": {"a": segment, "b": segment},
        "products": {"bolt": product, "nut": product},
        "resources": {"pickers": {"servers": 20}},
        "levers": {"work": {"standard": work}},
        "as_is": {"offerings": {"a": {"work": "standard"}, "b": {"work": "standard"}}},
    }
    return compile_program(Scenario.model_validate(data))


DEMANDS: list[dict[str, Any]] = [
    {"gap_cv": 0},
    {"gap_cv": 0.5},
    {"gap_cv": 8, "day_to_day_cv": 0.8},
    {"gap_cv": 30, "by_hour_of_day": [0] * 8 + [1] * 10 + [0] * 6},
    {"by_hour_of_day": [0] * 9 + [1] + [0] * 14, "by_day_of_week": [1, 0, 0, 5, 0, 0, 0]},
]


@pytest.mark.parametrize("most_orders", [61, 1000, 10_000])
@pytest.mark.parametrize("demand", DEMANDS)
def test_bursts_and_good_days_are_equal_in_stretches(demand: dict[str, Any], most_orders: int) -> None:
    program = busy(5.3, **demand)
    check(program, 3, most_orders)
    orders = draw_orders(program, Draws(3, 1))
    assert len(orders.contact_tick) > 10
    assert len(orders.step_order) > 10
    assert len(orders) + 10 < len(orders.line_order) < 2 * len(orders)


def test_what_a_stretch_holds_is_as_expected() -> None:
    """Poisson orders and contacts: as many as stated, within five standard errors; the same for every stretch."""
    found = check(busy(10), 1, 1000)
    contacts = np.array([len(stretch.orders.contact_tick) for stretch in found])
    held = contacts + [len(stretch.orders) for stretch in found]
    expected = (2 * 2400 * 10 + contacts.sum()) / len(found)
    assert 900 < expected <= 1001
    assert np.abs(held - expected).max() < 5 * np.sqrt(expected) + 0.01 * expected


def test_an_hour_with_too_many_orders_is_parted() -> None:
    program = busy(7, by_hour_of_day=[0] * 9 + [1] + [0] * 14, by_day_of_week=[1, 0, 0, 0, 0, 0, 0])
    found = check(program, 2, 500)
    assert sum(stretch.end - stretch.begin < TICKS_PER_HOUR / 20 for stretch in found) > 50
    assert max(len(stretch.orders) for stretch in found) < 700


def test_orders_of_one_instant_are_not_parted() -> None:
    found = check(busy(2, orders_per_day=24, gap_cv=0), 1, 1)
    ticks = [tick for stretch in found for tick in np.unique(stretch.orders.placed).tolist()]
    assert len(ticks) == len(set(ticks))
    assert max(len(stretch.orders) for stretch in found) == 2


def test_memory_does_not_grow_with_the_number_of_orders() -> None:
    def peak(days: float, most_orders: int) -> int:
        program = busy(days)
        tracemalloc.start()
        count = 0
        for stretch in stretches(program, Draws(1, 0), most_orders):
            count += len(stretch.orders)
            del stretch
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == pytest.approx(4800 * days, rel=0.1)
        return most

    peak(3, 2_000)  # what is made once for every replication
    short, long = peak(3, 2_000), peak(60, 2_000)
    assert long < 2 * short
    assert peak(60, EVERYTHING) > 10 * long, "growth would be seen"


def test_draws_are_neither_used_nor_filled() -> None:
    program, draws = busy(2), Draws(4, 0)
    orders = draw_orders(program, draws)
    kept = draws.kept_bytes
    found = list(stretches(program, draws, 1000))
    assert draws.kept_bytes == kept
    assert draw_orders(program, draws) is orders
    assert different(joined(found), until(orders, program.horizon)) == []


def test_nobody_can_change_the_orders_of_a_stretch() -> None:
    stretch = next(stretches(busy(2), Draws(1, 0), 1000))
    for field in fields(Orders):
        with pytest.raises(ValueError, match="read-only"):
            getattr(stretch.orders, field.name)[:] = 0


def test_no_orders_are_one_stretch() -> None:
    program = busy(2, orders_per_day=0)
    found = list(stretches(program, Draws(1, 0), EVERYTHING))
    assert [(s.begin, s.end, len(s.orders)) for s in found] == [(0, 2 * TICKS_PER_DAY, 0)]


def test_a_stretch_of_no_orders_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="most_orders is 0"):
        stretches(busy(2), Draws(1, 0), 0)


def test_gaps_too_small_for_a_float_put_orders_at_the_first_hour_of_demand() -> None:
    """Gaps with cv 30 are 0 in floating point in half of the cases; at 0 o'clock nobody orders."""
    program = busy(2, gap_cv=30, by_hour_of_day=[0] * 8 + [1] * 10 + [0] * 6)
    for seed in range(10):
        placed = draw_orders(program, Draws(seed, 0)).placed
        assert not len(placed) or placed.min() >= 8 * TICKS_PER_HOUR


def test_passing_draws_give_the_same_numbers_in_any_windows() -> None:
    passing, draws = PassingDraws(3, 1), Draws(3, 1)
    start = 0
    for skip, count in [(0, 5), (0, 0), (3, 1), (0, 1000), (100_000, 17), (0, 1)]:
        start += skip
        mine = passing.uniform("gap", "retail", count, start)
        assert np.array_equal(mine, draws.uniform("gap", "retail", count, start))
        assert np.array_equal(mine, Draws(3, 1).uniform("gap", "retail", start + count)[start:])
        start += count
    assert np.array_equal(passing.uniform("gap", "trade", 4), draws.uniform("gap", "trade", 4))
    with pytest.raises(ValueError, match="have passed"):
        passing.uniform("gap", "retail", 1, start - 1)
