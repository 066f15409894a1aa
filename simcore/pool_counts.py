"""What adds up over stock pools: their stock over time, what was demanded and served, replenishments and reviews."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcore.clock import Ints
from simcore.facts import Facts, count, once, total
from simcore.stock_asked import stock_asked


@dataclass(frozen=True)
class PoolCounts:
    """Whole sums of each pool over the measured window; the first axis is the pool.

    Attributes
    ----------
    on_hand, on_order, waiting : array of int, shape (pools,)
        Integrals over the window (unit ticks).
    stocked : array of int, shape (pools,)
        Ticks with stock on hand.
    units : array of int, shape (pools, 2)
        Units of the lines of approved orders: those served at once, and all.
    demanded : array of int, shape (pools, lanes)
        Units of all measured lines that the pool served, by who ordered them.
    ordered : array of int, shape (pools, 2)
        Replenishments ordered, and their units.
    received : array of int, shape (pools, 3)
        Receipts, those before which nothing waited, and the units on hand just before them.
    reviewed : array of int, shape (pools, 3)
        Reviews, and the units on hand and waiting just before them.
    """

    on_hand: Ints
    on_order: Ints
    waiting: Ints
    stocked: Ints
    units: Ints
    demanded: Ints
    ordered: Ints
    received: Ints
    reviewed: Ints


@once
def pool_counts(f: Facts) -> PoolCounts:
    """Return the sums of each pool."""
    r, asked = f.records, stock_asked(f)
    return PoolCounts(
        on_hand=r.on_hand_time,
        on_order=r.on_order_time,
        waiting=r.backorder_pool_time,
        stocked=r.stocked_time,
        units=asked.units.sum(axis=1),
        demanded=asked.demanded,
        ordered=_ordered(f),
        received=_received(f),
        reviewed=_reviewed(f),
    )


def _ordered(f: Facts) -> Ints:
    r, pools = f.records, len(f.program.pools)
    bought = np.flatnonzero(f.in_window(r.supply_ordered))
    pool = r.supply_pool[bought]
    return np.stack([count(pool, pools), total(pool, r.supply_quantity[bought], pools)], axis=1)


def _received(f: Facts) -> Ints:
    r, pools = f.records, len(f.program.pools)
    came = np.flatnonzero(f.in_window(r.supply_received))
    pool = r.supply_pool[came]
    without = count(pool[r.supply_backorders[came] == 0], pools)
    return np.stack([count(pool, pools), without, total(pool, r.supply_on_hand[came], pools)], axis=1)


def _reviewed(f: Facts) -> Ints:
    r, pools = f.records, len(f.program.pools)
    seen = np.flatnonzero(f.in_window(r.review_tick))
    pool = r.review_pool[seen]
    units = (total(pool, amounts[seen], pools) for amounts in (r.review_on_hand, r.review_backorders))
    return np.stack([count(pool, pools), *units], axis=1)
