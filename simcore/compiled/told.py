"""Columns for what happens to orders, their lines and steps: those of the records."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from simcore.compiled import world as w
from simcore.orders import Orders
from simcore.program import NONE


def blank(orders: Orders, captures: bool = True) -> w.Told:
    """Return columns for what happens to orders, their lines and their steps; those of captures only if there are any.

    All are parts of one piece of memory, which the system hands out faster than many small ones.
    """
    counts = {w.ORDER: len(orders), w.LINE: len(orders.line_order), w.STEP: len(orders.step_order)}
    found = of_tables(*(_Sizes(row, count) for row, count in counts.items()))
    if not captures:
        found = found._replace(captures=w.Times(*np.empty((3, 0), dtype=np.int64)))
    columns = [column for part in found for column in (part if isinstance(part, w.Times) else (part,))]
    ends = np.cumsum([-(-column.nbytes // 8) * 8 for column in columns]).tolist()
    memory = np.empty(ends[-1], dtype=np.uint8)
    cut: Any = (
        memory[begin : begin + column.nbytes].view(column.dtype)
        for begin, column in zip([0, *ends], columns, strict=False)
    )
    parts: Any = (w.Times(*islice(cut, 3)) if isinstance(part, w.Times) else next(cut) for part in found)
    return w.Told(*parts)


class _Sizes:
    """A table of nothing but the types and sizes of its columns."""

    def __init__(self, row: np.dtype[Any], count: int) -> None:
        self.row, self.count = row, count

    def __getitem__(self, name: str) -> Any:
        return np.broadcast_to(np.zeros((), dtype=self.row[name]), self.count)


def of_tables(order: Any, line: Any, step: Any) -> w.Told:
    """Return the columns of tables that tell what happened."""
    of_line = ("served_pool", "from_stock", "taken", "lost", "backorder_time", "served", "shipped", "delivered")
    return w.Told(
        **{name: order[name] for name in ("outcome", "approved", "promised", "allocated", "ended", "shipments")},
        kept=order["kept"],
        captures=w.Times(*(order[name] for name in w.JOB)),
        **{name: line[name] for name in of_line},
        shipment_jobs=w.Times(*(line[name] for name in w.JOB)),
        steps=w.Times(*(step[name] for name in w.JOB)),
    )


def without_captures(told: w.Told, orders: int) -> w.Told:
    """Return the columns with captures that never happened; they take no memory."""
    never = np.broadcast_to(np.int64(NONE), (3, orders))
    return told._replace(captures=w.Times(*never))
