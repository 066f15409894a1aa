"""People per hour of dedicated teams and of a shared one, from a waiting target.

Each hour is treated as a stationary M/M/c (SIPP; Green, Kolesar & Soares 2001) with the mean work of what is pooled;
a constant head count is checked against the moving load, exactly (M(t)/M/c by uniformisation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimize.synergies.workload import Workload
from scenarios.durations import MINUTES_PER_HOUR
from simcore.clock import Floats, Ints
from simcore.formulas.periodic_staffing import least_servers_periodic
from simcore.formulas.staffing import least_servers


@dataclass(frozen=True)
class Target:
    """A share of the orders must start within so many minutes of work becoming possible."""

    share: float = 0.9
    minutes: float = 30.0


@dataclass(frozen=True, eq=False)
class Need:
    """People that a group needs.

    Attributes
    ----------
    by_hour : ndarray of int, shape (168,)
        Hour of the week -> people (SIPP).
    constant : int or None
        Fewest people, the same in every open hour, exact for the moving load; None if it is out of reach of the
        exact chain.
    """

    by_hour: Ints
    constant: int | None

    @property
    def person_hours(self) -> int:
        """Hours of presence per week."""
        return int(self.by_hour.sum())


def need(work: Workload, group: Sequence[int], target: Target, loss: float = 0.0) -> Need:
    """Return the people that a group of segments needs as one team.

    Parameters
    ----------
    group : sequence of int
        Rows of the workload.
    loss : float
        Efficiency that people lose who do several kinds of work, 0 to 1: each order takes ``1 / (1 - loss)`` as long.
    """
    rates, speed = _pooled(work, group, loss)
    by_hour = people_by_hour(work, group, target, loss)
    return Need(by_hour, _constant(rates, speed, target.minutes / MINUTES_PER_HOUR, target.share))


def people_by_hour(work: Workload, group: Sequence[int], target: Target, loss: float = 0.0) -> Ints:
    """Return the people that a group of segments needs as one team in each hour of the week (SIPP), shape (168,)."""
    rates, speed = _pooled(work, group, loss)
    within = target.minutes / MINUTES_PER_HOUR
    known = {float(rate): least_servers(float(rate), speed, within, target.share) for rate in np.unique(rates)}
    return np.array([known[float(rate)] for rate in rates], dtype=np.int64)


def _pooled(work: Workload, group: Sequence[int], loss: float) -> tuple[Floats, float]:
    """Return the orders of a group in each hour of the week, and how many of them a person does in an hour."""
    rows = list(group)
    rates = work.rates[rows].sum(axis=0)
    hours = float(work.hours[rows].sum() / max(rates.sum(), 1e-12)) / (1 - loss)
    return rates, 1 / hours


def _constant(rates: Floats, speed: float, within: float, share: float) -> int | None:
    """Return the fewest people for the mean open weekday; closed hours have nobody and no orders."""
    days = rates.reshape(7, 24)
    trading = days[days.sum(axis=1) > 0]
    hours = trading[:, trading.sum(axis=0) > 0].mean(axis=0)
    try:
        return least_servers_periodic(hours.tolist(), speed, within, 1 - share)[0].servers
    except ValueError:  # more orders at once than the chain can follow
        return None
