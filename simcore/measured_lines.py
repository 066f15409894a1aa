"""The lines of accepted orders, which measures and money are made of: each column picked once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcore.clock import Ints
from simcore.facts import Facts, Rows, once, rows_of
from simcore.program import NONE


@dataclass(frozen=True)
class MeasuredLines:
    """The lines of accepted orders: their rows among all lines, and of each its order, lane, and units.

    ``delivered`` are the units that arrived.
    """

    rows: Rows
    order: Ints
    lane: Ints
    quantity: Ints
    lost: Ints
    taken: Ints
    delivered: Ints


@once
def measured_lines(f: Facts) -> MeasuredLines:
    """Return the lines of accepted orders."""
    rows, r, orders = rows_of(f.line), f.records, f.orders
    taken = rows.of(r.taken)
    return MeasuredLines(
        rows,
        order=rows.of(orders.line_order),
        lane=rows.of(f.line_lane),
        quantity=rows.of(orders.line_quantity),
        lost=rows.of(r.lost),
        taken=taken,
        delivered=taken * (rows.of(r.delivered) != NONE),
    )


@once
def shipped_units(f: Facts) -> Ints:
    """Return the units of each measured line that left."""
    lines = measured_lines(f)
    return np.asarray(lines.taken * (lines.rows.of(f.records.shipped) != NONE))
