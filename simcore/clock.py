"""The clock: int64 ticks of one millisecond, and the total order of simultaneous events.

Events at one tick happen in the order of (kind, id); the order in which they were scheduled never counts.

====  ===================  ==========================================  ==========================
kind  name                 what happens                                id
====  ===================  ==========================================  ==========================
1     ``SHIFT``            the servers of a resource change            resource
2     ``RECEIPT``          a replenishment arrives                     pool, then k-th of the pool
3     ``ALLOCATED``        the last waiting line of a shipment is      first line of the shipment
                           served, so the shipment moves on
4     ``DELIVERED``        a shipment reaches the customer             first line of the shipment
5     ``FULFILLED``        work on a shipment ends                     first line of the shipment
6     ``MADE``             a production order ends                     pool, then k-th of the pool
7     ``APPROVED``         an approval step ends                       step
8     ``CAPTURED``         an order is captured                        order
9     ``CONTACTED``        a contact with a customer ends              contact
10    ``REVIEW``           a periodic policy looks at its pool         pool
11    ``ARRIVAL``          an order is placed                          order
12    ``CONTACT``          a contact falls due                         contact
13    ``PATIENCE``         an order's patience ends                    order
====  ===================  ==========================================  ==========================

Whatever an event sets off at once (the next job of a freed server, the clearing of waiting lines) happens
within the event: a server that becomes free first starts its next job, then the finished order moves on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TICKS_PER_MINUTE = 60_000
TICKS_PER_HOUR = 60 * TICKS_PER_MINUTE
TICKS_PER_DAY = 24 * TICKS_PER_HOUR
NEVER = np.iinfo(np.int64).max
LONGEST = 1 << 50
"""Ticks of the longest time, over 35,000 years: what takes longer ends in no simulation, and sums of some still fit."""

(
    SHIFT,
    RECEIPT,
    ALLOCATED,
    DELIVERED,
    FULFILLED,
    MADE,
    APPROVED,
    CAPTURED,
    CONTACTED,
    REVIEW,
    ARRIVAL,
    CONTACT,
    PATIENCE,
) = range(1, 14)

KIND_SHIFT = 56
POOL_SHIFT = 32


def ticks(amount: Any, per: int) -> Ints:
    """Return times as whole ticks, rounded to the nearest; ``LONGEST`` for any longer time.

    Parameters
    ----------
    amount : array_like of float
        Times in days, hours or minutes, >= 0.
    per : int
        Ticks per unit, such as ``TICKS_PER_DAY``.

    >>> ticks([0.5, 2.0], TICKS_PER_MINUTE).tolist()
    [30000, 120000]
    """
    return np.rint(np.minimum(np.asarray(amount, dtype=np.float64) * per, LONGEST)).astype(np.int64)


KEY_OF = tuple(kind << KIND_SHIFT for kind in range(14))
"""``KEY_OF[kind] | identity`` is the place of an event among those of the same tick."""


def key(kind: int, identity: int) -> int:
    """Return the place of an event among those of the same tick."""
    return KEY_OF[kind] | identity
