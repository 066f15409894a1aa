"""A stock pool in steady state, and how the lines of a segment find it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from scenarios.products import Stock
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.clock import Floats
from simcore.demand import demand_before, units_per_day
from simcore.formulas.integer_law import IntegerLaw
from simcore.formulas.lead_time_demand import Demand, reorder_volume_fill_rate, stock_levels
from simcore.formulas.matched_law import matched_law
from simcore.formulas.sequential_supply import sequential_lead_time
from simcore.pools import PoolKey, PoolUser, stock_of
from simcore.stock_levels import (
    NEGLIGIBLE_UNITS_PER_DAY,
    Levels,
    PoolDemand,
    lead_time,
    levels_of,
    over_lead_time,
    pool_demand,
)

NO_SHORTAGE = 1e-9
LEAD_TIMES = (np.arange(1000) + 0.5) / 1000
"""Quantiles by which a supply lead time is represented."""
LINE_SIZES = (np.arange(64) + 0.5) / 64
"""Quantiles of the units in a line at which it is asked whether it is served whole."""
FEW_LINES = 2.0
"""Replenishments for so many lines or fewer follow the orders; larger ones come at regular times."""


@dataclass(frozen=True)
class Seen:
    """How the lines of a segment find a pool.

    Attributes
    ----------
    wait_days : float
        Mean wait of a unit that is short.
    fill_rate, line_fill_rate, whole_line_units : float
        Share of units served at once, of lines served whole at once, and of units in such lines.
    ready_rate : float
        Share of lines that find anything at all.
    """

    wait_days: float = 0.0
    fill_rate: float = 1.0
    line_fill_rate: float = 1.0
    whole_line_units: float = 1.0
    ready_rate: float = 1.0


class PoolState:
    """A pool in steady state under the levels that its users' promises need.

    Attributes
    ----------
    units_per_day, on_hand, replenishments_per_day : float
    """

    def __init__(self, scenario: Scenario, key: PoolKey, users: Sequence[PoolUser]) -> None:
        self._scenario, self._key = scenario, key
        self._waits: dict[int, float] = {}
        self._demand = pool_demand(scenario, key, list(users))
        self.units_per_day = self.on_hand = self.replenishments_per_day = 0.0
        if self._demand.mean <= NEGLIGIBLE_UNITS_PER_DAY:
            return
        self.units_per_day = self._demand.mean
        stock = stock_of(scenario, key)
        self._levels = levels_of(scenario, key, list(users))
        self._batch = self._levels.order_quantity or max(1, self._levels.order_up_to - self._levels.reorder_point)
        self.replenishments_per_day, self._exposed, self._law = _supply(scenario, stock, self._demand, self._batch)
        quiet = sum(
            (1 - demand_before(scenario, user.segment, self._exposed))
            * units_per_day(scenario, user.segment, key.product, user.acceptance)[0]
            for user in users
        )
        on_hand = stock_levels(self._levels.reorder_point + 1, self._law, self._batch).on_hand_mean
        # Where demand rises or falls through the season, what is on hand follows the orders of the lead time before.
        self.on_hand = max(0.0, on_hand + quiet * self._exposed)

    def seen_by(self, segment: str, rank: int) -> Seen:
        """Return how the lines of a segment find the pool, a rank seeing what lies above its critical level.

        The wait of a short unit is ``E[backorders] / (demand (1 - fill))`` by Little's law. A line of x units is
        served whole if the position y covers it and the demand D since its replenishment: ``P(D <= y - x)``, the
        mean over y, and the units of it that are short are those beyond what is left.
        """
        if not self.units_per_day:
            return Seen()
        batch, point = self._batch, self._levels.reorder_point - _critical(self._levels, rank)
        lines = self._scenario.segments[segment].products[self._key.product].quantity
        sizes = sampling.units(lines, LINE_SIZES).astype(np.float64)
        low = point + 1.0 - np.append(sizes, 1.0)
        whole = 1 - np.clip((self._law.loss(low) - self._law.loss(low + batch)) / batch, 0.0, 1.0)
        later = self._summed_loss(point + 1.0 - sizes) - self._summed_loss(np.array([point + 1.0]))
        return Seen(
            wait_days=self._wait(point),
            fill_rate=float(np.clip(1 - later.mean() / (batch * sizes.mean()), 0.0, 1.0)),
            line_fill_rate=float(whole[:-1].mean()),
            whole_line_units=float((whole[:-1] * sizes).sum() / sizes.sum()),
            ready_rate=float(whole[-1]),
        )

    def _summed_loss(self, low: Floats) -> Floats:
        """Return ``E[(D - y)+]`` summed over the positions y that begin at each of some low ones."""
        if self._batch == 1:
            return self._law.loss(low)
        return self._law.second_loss(low - 1) - self._law.second_loss(low + self._batch - 1)

    def _wait(self, point: int) -> float:
        """Return how long a unit waits that is short, days."""
        found = self._waits.get(point)
        if found is None:
            demand = self._demand
            size = Demand(demand.size_mean, demand.size_variance)
            short = demand.mean * (1 - reorder_volume_fill_rate(point, self._batch, self._law, size))
            backorders = stock_levels(point + 1, self._law, self._batch).backorders_mean
            found = self._waits[point] = min(backorders / short, self._exposed) if short > NO_SHORTAGE else 0.0
        return found


def _critical(levels: Levels, rank: int) -> int:
    return levels.critical[min(rank, len(levels.critical)) - 1] if levels.critical else 0


def _supply(scenario: Scenario, stock: Stock, demand: PoolDemand, batch: int) -> tuple[float, float, IntegerLaw]:
    """Return replenishments per day, the days of demand that a position has to cover, and the law of that demand."""
    review = stock.policy.review_period_days
    per_order = max(batch, demand.size_mean) if review is None else demand.mean * review
    per_day = demand.mean / per_order
    mean, variance = lead_time(scenario, stock, max(batch, demand.size_mean))
    law = stock.supply.lead_time_days
    if not stock.supply.may_cross and not sampling.is_constant(law):
        regular = review is not None or per_order > FEW_LINES * demand.size_mean
        longer, wider = sequential_lead_time(sampling.inverse(law, LEAD_TIMES), per_day, regular=regular)
        mean, variance = mean + longer - sampling.mean(law), variance + wider - sampling.variance(law)
    exposed = mean + (review / 2 if review is not None else 0.0)
    early = over_lead_time(demand, exposed, max(0.0, variance))
    return per_day, exposed, _matched(early.mean, early.variance)


_matched = lru_cache(maxsize=128)(matched_law)


def without_backorders(need: Mapping[str, Floats]) -> Mapping[str, Floats]:
    """Return how lines that do not wait find a pool: what is lost is not drawn later.

    A cycle that serves Q units and is short of n loses these: the share short is ``n / (Q + n)``, and so
    ``s / (1 + s)`` where it is s with backorders (Hadley & Whitin 1963, ch. 4).
    """
    short = 1 - need["fill_rate"]
    shares = ("fill_rate", "line_fill_rate", "whole_line_units", "ready_rate")
    return {**need, **{name: 1 - (1 - need[name]) / (1 + short) for name in shares}}
