"""Rows of what has not happened yet: orders, lines, steps, contacts and replenishments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from simcore.clock import Ints
from simcore.compiled import world as w
from simcore.facts import once
from simcore.holding import STARTS
from simcore.orders import Orders
from simcore.program import NONE, Program
from simcore.supply import SupplyTimes


def table(row: np.dtype[Any], count: int | tuple[int, int], **known: Any) -> w.Table:
    """Return a table of rows; what is not known is 0."""
    rows = np.zeros(count, dtype=row)
    for name, values in known.items():
        rows[name][: np.size(values) if np.ndim(values) else None] = values
    return rows


JOBS = dict.fromkeys(w.JOB, NONE)


def whole(table: w.Table) -> Any:
    """Return the same rows as pieces of memory: NumPy copies a row field by field, a piece of memory at once."""
    return table.view(f"V{table.dtype.itemsize}")


def chosen(table: w.Table, which: Any) -> w.Table:
    """Return copies of some rows."""
    rows: w.Table = whole(table)[which].view(table.dtype)
    return rows


def ring(row: np.dtype[Any], least: int) -> w.Table:
    """Return a table for at least so many rows in play; what is in them does not matter."""
    return np.empty(1 << max(0, least - 1).bit_length(), dtype=row)


def with_more_rows(world: w.World) -> w.World:
    """Return the world with rows for the next few orders, too, and for as many others again."""
    c = world.counter
    tables: dict[str, Any] = {}
    following = min(int(c[w.COUNT.blank]) + w.AT_ONCE, len(world.asked.placed))
    lines = c[w.COUNT.first_line], c[w.COUNT.blank_line], world.asked.line_start[following]
    for name, (begin, end, least) in {
        "order": (c[w.COUNT.first_order], c[w.COUNT.blank], following),
        "line": lines,
        "link": lines,
    }.items():
        table = getattr(world, name)
        if least - begin > len(table):
            tables[name] = ring(table.dtype, max(int(least - begin), 2 * len(table)))
            _copy(table, tables[name], int(begin), int(end))
    return world._replace(**tables)


def _copy(table: w.Table, longer: w.Table, begin: int, end: int) -> None:
    """Copy the rows with some numbers from a ring to a longer one."""
    while begin < end:
        old, new = begin & (len(table) - 1), begin & (len(longer) - 1)
        count = min(end - begin, len(table) - old, len(longer) - new)
        whole(longer)[new : new + count] = whole(table)[old : old + count]
        begin += count


@once
def asked(orders: Orders) -> w.Asked:
    """Return the columns of what was drawn, read-only, so that all of them are of one type."""
    columns = [np.ascontiguousarray(getattr(orders, name)).view() for name in w.Asked._fields]
    for column in columns:
        column.flags.writeable = False
    return w.Asked(*columns)


def no_orders() -> Orders:
    """Return no orders at all."""
    types = {field.name: np.bool_ if field.type == "Bools" else np.int64 for field in fields(Orders)}
    return Orders(**{name: np.zeros(int(name in STARTS), dtype=of) for name, of in types.items()})


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
