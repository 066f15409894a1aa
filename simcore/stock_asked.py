"""What measured orders asked stock pools for, and what they got at once: by pool and lane, for both kinds of counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcore.clock import Bools, Ints
from simcore.facts import Facts, count, once, total
from simcore.measured_lines import measured_lines
from simcore.orders import Orders
from simcore.program import NONE


@dataclass(frozen=True)
class StockAsked:
    """Lines that asked a pool for stock; the first axes of tables are the pool that served them, and their lane.

    Attributes
    ----------
    demanded : array of int, shape (pools, lanes)
        Units of all measured lines.
    lines, units : array of int, shape (pools, lanes, 2)
        Lines of approved orders, and their units: those served at once, and all.
    asked, short : array of bool, shape (orders,)
        Approved orders with such lines, and those of them that did not get all of it at once.
    """

    demanded: Ints
    lines: Ints
    units: Ints
    asked: Bools
    short: Bools


@once
def stock_asked(f: Facts) -> StockAsked:
    """Return what the measured orders of a replication asked pools for."""
    r, lines, pools, lanes = f.records, measured_lines(f), len(f.program.pools), len(f.program.lanes)
    approved, pool = f.accepted & (r.approved != NONE), lines.rows.of(r.served_pool)
    of_approved, got = approved.take(lines.order), lines.rows.of(r.from_stock)
    cell = ((pool + 1) * np.int64(lanes) + lines.lane) * 2 + of_approved  # services, which ask no pool, are of pool 0
    few = np.flatnonzero(of_approved & (pool != NONE) & (got < lines.quantity))
    short = np.zeros(len(f.orders), dtype=np.bool_)
    short[lines.order[few]] = True

    def table(sums: Ints) -> Ints:
        return sums.reshape(pools + 1, lanes, 2)[1:]

    cells = 2 * (pools + 1) * lanes
    number, units = table(count(cell, cells)), table(total(cell, lines.quantity, cells))
    without = table(count(cell[few], cells)), table(total(cell[few], lines.quantity[few] - got[few], cells))
    return StockAsked(
        demanded=units.sum(axis=2),
        lines=_served(number[:, :, 1], without[0][:, :, 1]),
        units=_served(units[:, :, 1], without[1][:, :, 1]),
        asked=approved & with_pooled_lines(f.orders),
        short=short,
    )


def _served(everything: Ints, without: Ints) -> Ints:
    return np.stack([everything - without, everything], axis=2)


@once
def with_pooled_lines(orders: Orders) -> Bools:
    """Return which orders have a line that asks a pool for stock."""
    found = np.zeros(len(orders), dtype=np.bool_)
    found[orders.line_order[orders.line_pool != NONE]] = True
    return found
