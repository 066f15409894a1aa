"""What happened in one replication: flat arrays, one row per order, line, job, replenishment and review."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simcore.clock import Bools, Ints

UNITS, CODE = np.int32, np.int8
"""Types of units, shipments and numbers of pools, and of outcomes. Ticks, and sums of units, have 64 bits."""


class Outcome(IntEnum):
    """How an order ended."""

    OPEN = 0
    """Unfinished at the end of the drain."""
    DELIVERED = 1
    DECLINED = 2
    """Does not take the offer, or its customer has left."""
    REFUSED = 3
    """An approval said no."""
    LOST = 4
    """Short, does not wait: nothing is left to deliver."""
    CANCELLED = 5
    """Patience ran out before fulfilment started."""


@dataclass(frozen=True)
class Jobs:
    """Work at resources: when each job joined the queue, started and finished, in ticks; ``-1``: it did not."""

    join: Ints
    start: Ints
    finish: Ints


@dataclass(frozen=True)
class Records:
    """The records of one replication. Times are ticks; ``-1``: it did not happen.

    Attributes
    ----------
    outcome, approved, promised, allocated, ended, shipments, kept
        One entry per potential order. ``promised`` is NEVER without a promise; ``kept``: delivered, no unit lost, by
        the promised time.
    served_pool, from_stock, taken, lost, backorder_time, served, shipped, delivered
        One entry per order line: the pool that served it, units served at once from stock, units set aside in the
        end, units lost, waiting units integrated over the measured window (unit ticks), and when it was whole,
        left, and arrived.
    captures, steps, shipment_jobs, contacts
        Jobs per order, approval step, line (first of its shipment) and contact.
    supply_pool, supply_ordered, supply_quantity, supply_received, supply_on_hand, supply_backorders
        One entry per replenishment; stock and waiting units just before its receipt.
    made
        Jobs of the replenishments that are made here.
    review_pool, review_tick, review_on_hand, review_backorders
        One entry per review of a periodic policy; stock and waiting units just before it.
    on_hand_time, on_order_time, backorder_pool_time, stocked_time
        Per pool: integrals over the measured window (unit ticks), and ticks with stock on hand.
    opening, closing, received, issued
        Per pool, over the whole horizon, in units; issued is net of what cancelled orders gave back.
    """

    outcome: Ints
    approved: Ints
    promised: Ints
    allocated: Ints
    ended: Ints
    shipments: Ints
    kept: Bools
    served_pool: Ints
    from_stock: Ints
    taken: Ints
    lost: Ints
    backorder_time: Ints
    served: Ints
    shipped: Ints
    delivered: Ints
    captures: Jobs
    steps: Jobs
    shipment_jobs: Jobs
    contacts: Jobs
    supply_pool: Ints
    supply_ordered: Ints
    supply_quantity: Ints
    supply_received: Ints
    supply_on_hand: Ints
    supply_backorders: Ints
    made: Jobs
    review_pool: Ints
    review_tick: Ints
    review_on_hand: Ints
    review_backorders: Ints
    on_hand_time: Ints
    on_order_time: Ints
    backorder_pool_time: Ints
    stocked_time: Ints
    opening: Ints
    closing: Ints
    received: Ints
    issued: Ints
