"""A replication played in stretches is the replication played at once, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from scenarios.shipped import load_shipped, names
from simcore.clock import TICKS_PER_DAY, Ints
from simcore.compiled import engine as compiled
from simcore.compiled import loop
from simcore.compiled.flow import Block, blocks
from simcore.draws import Draws
from simcore.engines import COMPILED
from simcore.holding import joined, picked
from simcore.orders import Orders, draw_orders
from simcore.program import Program, compile_program
from simcore.records import Jobs, Records
from simcore.replications import replicate
from simcore.stretches import Stretch, stretches
from tests.simcore.equality import first_difference
from tests.simcore.test_engines import random_programs


def cuts(orders: Orders, edges: Ints) -> Iterator[Stretch]:
    for begin, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        placed = (orders.placed >= begin) & (orders.placed < end)
        due = (orders.contact_tick >= begin) & (orders.contact_tick < end)
        yield Stretch(begin, end, picked(orders, placed, due))


def together(parts: list[Block]) -> tuple[Orders, Records]:
    """Return the orders of all blocks in their order, with their records as of one replication."""
    orders = parts[0].orders
    for part in parts[1:]:
        orders = joined(orders, part.orders)
    order = np.lexsort((orders.number, orders.lane, orders.placed))
    line, step = children(orders.line_start, order), children(orders.step_start, order)
    contact = np.lexsort((orders.contact_lane, orders.contact_tick))
    owners = {"captures": order, "steps": step, "shipment_jobs": line, "contacts": contact}
    of_order = {"outcome", "approved", "promised", "allocated", "ended", "shipments", "kept"}
    of_line = {"served_pool", "from_stock", "taken", "lost", "backorder_time", "served", "shipped", "delivered"}
    pools = np.concatenate([part.records.supply_pool for part in parts])
    supply = np.argsort(pools, kind="stable")
    found: dict[str, Any] = {}
    for field in fields(Records):
        values = [getattr(part.records, field.name) for part in parts]
        if field.name in owners or field.name == "made":
            rows = owners.get(field.name, supply)
            found[field.name] = Jobs(
                *(np.concatenate([getattr(v, name) for v in values])[rows] for name in ("join", "start", "finish"))
            )
        elif field.name.startswith("supply_"):
            found[field.name] = np.concatenate(values)[supply]
        elif field.name.startswith("review_"):
            found[field.name] = np.concatenate(values)
        elif field.name in of_order | of_line:
            found[field.name] = np.concatenate(values)[order if field.name in of_order else line]
        else:
            found[field.name] = np.sum(values, axis=0)
    return orders, Records(**found)


def children(start: Ints, order: Ints) -> Ints:
    return np.concatenate([np.empty(0, dtype=np.int64), *(np.arange(start[i], start[i + 1]) for i in order.tolist())])


def edges_of(program: Program, pieces: int, rng: np.random.Generator) -> Ints:
    inner = np.unique(rng.integers(1, program.horizon, pieces))
    if rng.random() < 0.5:
        inner = np.unique(np.maximum(inner // (TICKS_PER_DAY // 24) * (TICKS_PER_DAY // 24), 1))
    return np.concatenate([[0], inner, [program.horizon]])


def check(program: Program, seed: int, pieces: int) -> int:
    orders = draw_orders(program, Draws(seed, 0))
    whole = compiled.play(program, orders, Draws(seed, 0))
    edges = edges_of(program, pieces, np.random.default_rng(seed))
    parts = list(blocks(program, cuts(orders, edges), Draws(seed, 0)))
    assert all((after.orders.placed >= part.until).all() for i, part in enumerate(parts) for after in parts[i + 1 :])
    assert sum(len(part.orders) for part in parts) == len(orders)
    assert first_difference(whole, together(parts)[1]) is None, f"program {seed} in {pieces} pieces"
    return max(len(part.orders) for part in parts[:-1]) if len(parts) > 1 else 0


@pytest.mark.parametrize("pieces", [1, 3, 12, 60])
def test_random_programs_in_stretches_give_the_records_of_the_whole(pieces: int) -> None:
    handed_over = [check(program, seed, pieces) for seed, program in random_programs(0, 60)]
    assert sum(count > 0 for count in handed_over) > 30


def test_stretches_need_no_other_compiled_loop() -> None:
    program = compile_program(load_shipped("therapy_clinics"))
    assert len(list(blocks(program, stretches(program, Draws(1, 0), 500), Draws(1, 0)))) > 1
    assert len(loop.run.signatures) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", names())
def test_shipped_scenarios_in_stretches(name: str) -> None:
    check(compile_program(load_shipped(name)), 3, 20)


def test_what_has_ended_is_forgotten() -> None:
    program = compile_program(load_shipped("therapy_clinics"))
    orders = draw_orders(program, Draws(1, 0))
    edges = np.linspace(0, program.horizon, 40).astype(np.int64)
    sizes = [len(part.orders) for part in blocks(program, cuts(orders, edges), Draws(1, 0))]
    assert sizes[-1] < len(orders) / 8
    assert np.count_nonzero(sizes[2:-3]) > 30


def test_stretches_that_are_drawn_one_by_one() -> None:
    program = compile_program(load_shipped("giftware"))
    orders = draw_orders(program, Draws(2, 0))
    whole = compiled.play(program, orders, Draws(2, 0))
    parts = list(blocks(program, stretches(program, Draws(2, 0), 1_000), Draws(2, 0)))
    assert len(parts) > 8
    assert first_difference(whole, together(parts)[1]) is None


@pytest.mark.parametrize("name", names())
def test_figures_of_stretches_agree_with_those_of_the_replication_at_once(name: str) -> None:
    program = compile_program(load_shipped(name))
    once = replicate(program, Draws(4, 1), COMPILED)
    parts = replicate(program, Draws(4, 1), COMPILED, at_once=0)
    assert [m.key for m in parts.measures] == [m.key for m in once.measures]
    for a, b in zip(once.measures, parts.measures, strict=True):
        precise = 1e-3 if a.key.measure.startswith("lead_time_p") else 1e-9
        assert (b.numerator, b.denominator) == pytest.approx(
            (a.numerator, a.denominator), rel=precise, abs=1e-7, nan_ok=True
        )
    assert [(p.segment, p.driver) for p in parts.ledger] == [(p.segment, p.driver) for p in once.ledger]
    assert [p.amount for p in parts.ledger] == pytest.approx([p.amount for p in once.ledger], rel=1e-9, abs=1e-6)
