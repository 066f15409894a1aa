"""Times without stock in histories: orders that wait for a product come all at once when it is back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimize.service.histories import SEED, Histories
from scenarios.durations import HOURS_PER_DAY
from simcore.clock import Bools, Floats
from simcore.draws import stream

SPARE = 20
"""Outages that are drawn beyond those expected."""


def outages(histories: Histories, pool: str, share: float, wait_days: float) -> Bools:
    """Return when a pool has nothing for an order, shape (hours, histories).

    Outages last exponential times, so that an order that meets one waits their mean; what lies between them is such
    that they take the given share of the time.

    Parameters
    ----------
    share : float
        Of the time, in [0, 1).
    wait_days : float
        Mean wait of what is short.
    """
    if not 0 < share < 1 or wait_days <= 0:
        return np.zeros((histories.hours, histories.count), dtype=bool)
    mean = max(1.0, wait_days * HOURS_PER_DAY)
    cycles = int(histories.hours * share / mean * 2) + SPARE
    draws = stream(SEED, 0, "estimated outages", pool)
    times = draws.exponential(size=(histories.count, cycles, 2)) * [mean * (1 - share) / share, mean]
    times[:, 0] *= draws.random((histories.count, 1))  # the first cycle began before
    changes = np.cumsum(times.reshape(histories.count, -1), axis=1)
    hour = np.arange(histories.hours)
    return np.stack([np.searchsorted(row, hour, side="right") % 2 == 1 for row in changes], axis=1)


def held_back(orders: Floats, shares: Mapping[str, float], out: Mapping[str, Bools]) -> Floats:
    """Return when orders have all their stock: those with a product that is out come when it is back.

    Parameters
    ----------
    orders : array of float, shape (hours, histories)
        By the hour in which they are placed.
    shares : mapping of str to float
        Product -> share of orders that include it.
    out : mapping of str to array of bool, shape (hours, histories)
        Product -> when it is out.

    >>> orders, out = np.ones((4, 1)), np.array([[False], [True], [True], [False]])
    >>> held_back(orders, {"tea": 0.5}, {"tea": out}).ravel().tolist()
    [1.0, 0.5, 0.5, 2.0]
    """
    for product, share in shares.items():
        if not out[product].any():
            continue
        waiting = np.where(out[product], min(1.0, share) * orders, 0.0)
        held = np.concatenate([np.zeros((1, orders.shape[1])), np.cumsum(waiting, axis=0)])[:-1]
        back = np.diff(out[product].astype(np.int8), axis=0, prepend=0) < 0
        released = np.maximum.accumulate(np.where(back, held, 0.0), axis=0)
        orders = orders - waiting + np.diff(released, axis=0, prepend=0)
    return orders
