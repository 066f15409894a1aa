"""Periodic base stock with lost sales: the Markov chain on stock and pipeline."""

from itertools import combinations, pairwise
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcore.formulas._check import FloatArray, positive, whole
from simcore.formulas.integer_law import poisson_law

_MOST_STATES = 60_000
_MOST_STEPS = 200_000


class LostSalesPeriodic(NamedTuple):
    """Long-run means per period."""

    volume_fill_rate: float
    lost_mean: float
    on_hand_mean: float


def lost_periodic_base_stock(demand_mean: float, lead_time: int, base_stock: int) -> LostSalesPeriodic:
    """Periodic base stock, Poisson demand per period, lost when short, lead time of L >= 1 periods.

    Period: receive, order up to S (on hand + pipeline), demand, count; an order of period t is received at
    the start of period t + L. Equation: stationary law of the chain on (on hand, L - 1 orders due next) -
    the newest order makes up the rest of S. Source: Zipkin 2008, Operations Research 56.

    Raises
    ------
    ValueError
        If `demand_mean` is not above 0, `lead_time` or `base_stock` not whole, or S and L need more than
        60,000 states.

    Examples
    --------
    >>> round(lost_periodic_base_stock(5.0, 1, 12).volume_fill_rate, 8)
    0.92790657
    """
    demand = poisson_law(positive("demand_mean", demand_mean))
    periods, stock = whole("lead_time", lead_time, 1), whole("base_stock", base_stock)
    count = comb(stock + periods, periods)
    if count > _MOST_STATES:
        raise ValueError(f"base_stock and lead_time must need at most {_MOST_STATES} states. Got {count} instead.")
    pmf = np.asarray(demand.at_most(np.arange(stock + 1.0)) - demand.at_most(np.arange(stock + 1.0) - 1))
    on_hand, law = _stationary(stock, periods, pmf, demand.above(np.arange(stock + 1.0) - 1))
    lost = float(law @ demand.loss(on_hand))
    ends = float(law @ on_hand) - (demand_mean - lost)
    return LostSalesPeriodic(max(1 - lost / demand_mean, 0.0), lost, max(ends, 0.0))


def _stationary(stock: int, periods: int, pmf: FloatArray, at_least: FloatArray) -> tuple[FloatArray, FloatArray]:
    """On hand before demand in each state, and the stationary law of the states."""
    from scipy.sparse import csr_array  # takes as long to import as all other formulas here

    bars = combinations(range(stock + periods), periods)
    edges = [(-1, *bar, stock + periods) for bar in bars]
    states = np.array([[b - a - 1 for a, b in pairwise(edge)] for edge in edges])
    on_hand, pipeline = states[:, 0], states[:, 1:]  # pipeline[0] arrives next
    places = _numbered(states, stock)
    rows, columns, weights = [], [], []
    for sold in range(stock + 1):
        source = np.flatnonzero(on_hand >= sold)
        target = np.column_stack((on_hand[source] - sold + pipeline[source, 0], pipeline[source, 1:]))
        target = np.column_stack((target, np.full(source.size, sold)))
        rows.append(source)
        columns.append(places(target))
        weights.append(np.where(on_hand[source] == sold, at_least[sold], pmf[sold]))
    chain = csr_array(
        (np.concatenate(weights), (np.concatenate(columns), np.concatenate(rows))), shape=(len(states), len(states))
    )
    law = np.full(len(states), 1 / len(states))
    for _ in range(_MOST_STEPS):
        moved = chain @ law
        moved /= moved.sum()
        change = float(np.abs(moved - law).sum())
        law = moved
        if change < 1e-14:
            break
    return on_hand.astype(float), np.asarray(law)


class _numbered:  # noqa: N801 - used as a function
    """Index of each state among all states."""

    def __init__(self, states: NDArray[np.int64], stock: int) -> None:
        self.base = (stock + 1) ** np.arange(states.shape[1] - 1, dtype=np.int64)
        keys = states[:, :-1] @ self.base
        self.order = np.argsort(keys)
        self.keys = keys[self.order]

    def __call__(self, states: NDArray[np.int64]) -> NDArray[np.intp]:
        """Look the rows up."""
        return np.asarray(self.order[np.searchsorted(self.keys, states[:, :-1] @ self.base)], dtype=np.intp)
