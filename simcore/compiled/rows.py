"""Rows of what has not happened yet: orders, lines, steps, contacts and replenishments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simcore.clock import NEVER, Ints
from simcore.compiled import world as w
from simcore.facts import once
from simcore.orders import Orders
from simcore.program import NONE, Program
from simcore.records import Outcome
from simcore.supply import SupplyTimes


def table(row: np.dtype[Any], count: int | tuple[int, int], **known: Any) -> w.Table:
    """Return a table of rows; what is not known is 0."""
    rows = np.zeros(count, dtype=row)
    for name, values in known.items():
        rows[name][: np.size(values) if np.ndim(values) else None] = values
    return rows


JOBS = dict.fromkeys(w.JOB, NONE)


@once
def asked(orders: Orders) -> w.Table:
    """Return what is known of each order when it is placed; programs that share orders share it."""
    same = {name: getattr(orders, name) for name in w.ASKED.names or () if not name.startswith("first")}
    return table(w.ASKED, len(orders) + 1, **same, first_line=orders.line_start, first_step=orders.step_start)


@once
def items(orders: Orders) -> w.Table:
    """Return what is asked for in each line."""
    known = {name: getattr(orders, f"line_{name}") for name in w.ITEM.names or ()}
    return table(w.ITEM, len(orders.line_order), **known)


def orders(program: Program, asked: Orders) -> w.Table:
    """Return orders that have not been placed."""
    promised = [NEVER if plan is not None and plan.promise == NEVER else NONE for plan in program.plans]
    return table(
        w.ORDER,
        len(asked),
        outcome=int(Outcome.DECLINED),
        promised=np.array(promised, dtype=np.int64)[asked.lane],
        **dict.fromkeys(("approved", "allocated", "ended"), NONE),
        **JOBS,
    )


def lines(orders: Orders) -> w.Table:
    """Return lines that have not drawn on stock."""
    return table(
        w.LINE,
        len(orders.line_order),
        served_pool=orders.line_pool,
        **dict.fromkeys(("served", "shipped", "delivered"), NONE),
        **JOBS,
    )


def steps(orders: Orders) -> w.Table:
    """Return approval steps that have not been taken."""
    same = {name: getattr(orders, f"step_{name}") for name in ("order", "resource", "work", "refuses")}
    return table(w.STEP, len(orders.step_order), **same, **JOBS)


def contacts(orders: Orders) -> w.Table:
    """Return contacts that have not fallen due."""
    same = {name: getattr(orders, f"contact_{name}") for name in ("tick", "lane", "work")}
    return table(w.CONTACT, len(orders.contact_tick), **same, **JOBS)


def supplies(program: Program, supply_times: Sequence[SupplyTimes], first: Ints, room: Ints) -> w.Table:
    """Return replenishments that are not ordered yet: of each pool as many as there is room for, from a number on."""
    none = np.empty(0, dtype=np.int64)
    lead, setup = [none], [none]
    for pool, times, number, size in zip(program.pools, supply_times, first.tolist(), room.tolist(), strict=True):
        lead.append(times.lead_times(number, size))
        setup.append(np.zeros(size, dtype=np.int64) if pool.made_by == NONE else times.setups(number, size))
    unknown = ("ordered", "quantity", "received", "on_hand", "backorders")
    return table(
        w.SUPPLY,
        int(room.sum()),
        lead_time=np.concatenate(lead),
        setup=np.concatenate(setup),
        **dict.fromkeys(unknown, NONE),
        **JOBS,
    )
