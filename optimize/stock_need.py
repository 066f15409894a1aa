"""The stock that an offering needs: money on hand, replenishments, and how long a short order waits.

A ring-fenced pool is sized for the segment alone; a shared pool is sized for the demand of the current design, and
each segment bears its part of it in proportion to the units it draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from optimize.columns import Columns
from optimize.effects import distinct
from optimize.waiting import MINUTES_PER_HOUR
from scenarios.offerings import Offering, current_offerings
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.clock import Floats, Ints
from simcore.demand import units_per_day
from simcore.formulas.lead_time_demand import Demand, reorder_volume_fill_rate, stock_levels
from simcore.menu import takes
from simcore.pools import PoolKey, PoolUser, pool_of, pool_users, stock_of
from simcore.stock_levels import (
    NEGLIGIBLE_UNITS_PER_DAY,
    Levels,
    PoolDemand,
    lead_time,
    levels_of,
    over_lead_time,
    pool_demand,
)

ACCEPTANCES = (0.02, 0.1, 0.25, 0.5, 0.75, 1.0)
"""Own pools are sized at these acceptances, and in between by interpolation."""

NO_SHORTAGE = 1e-9


@dataclass(frozen=True)
class PoolNeed:
    """A pool in steady state: units on hand, flows per day, wait of a short unit, volume fill rate."""

    on_hand: float
    replenishments_per_day: float
    units_per_day: float
    wait_days: float
    fill_rate: float


@dataclass(frozen=True)
class StockNeed:
    """What one segment's offering needs of all pools together.

    ``invested`` is money in stock at unit cost, ``holding_per_year`` and ``ordering_per_day`` are costs, ``wait_days``
    is the mean wait of a unit that is short, ``fill_rate`` the expected volume fill rate, ``production`` the hours per
    day at each resource that makes units.
    """

    invested: float
    holding_per_year: float
    ordering_per_day: float
    wait_days: float
    fill_rate: float
    production: Mapping[str, float]


@dataclass
class StockNeedTable:
    """The same for many offerings; arrays of shape (N,)."""

    invested: Floats
    holding_per_year: Floats
    ordering_per_day: Floats
    wait_days: Floats
    fill_rate: Floats
    production: dict[str, Floats]

    @classmethod
    def empty(cls, count: int) -> StockNeedTable:
        """Return the need of offerings without stock."""
        invested, holding, ordering, wait = np.zeros((4, count))
        return cls(invested, holding, ordering, wait, np.ones(count), {})


class StockNeeds:
    """Stock needs of offerings, with what they share worked out once."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._shared: dict[tuple[str, float | None], PoolNeed] = {}
        self._own: dict[tuple[str, str, float | None, int], list[PoolNeed]] = {}

    @cached_property
    def _users(self) -> dict[PoolKey, list[PoolUser]]:
        offerings = current_offerings(self.scenario)
        users = pool_users(self.scenario, takes(self.scenario, offerings))
        together: dict[PoolKey, list[PoolUser]] = {}
        for key, owners in users.items():
            together.setdefault(PoolKey(key.product), []).extend(owners)
        return together

    def table(self, columns: Columns, segment: str, accepted: Floats) -> StockNeedTable:
        """Return what the offerings of a segment need at their shares of accepted orders, shape (N,)."""
        out = StockNeedTable.empty(len(columns))
        first, which = distinct(*(columns.code(effect) for effect in ("assortment", "stock", "fill_rate", "priority")))
        for kind, row in enumerate(first.tolist()):
            mine = np.flatnonzero(which == kind)
            self._add(out, mine, segment, columns[row].offering, accepted[mine])
        return out

    def _add(self, out: StockNeedTable, rows: Ints, segment: str, offering: Offering, accepted: Floats) -> None:
        """Work out the need of some rows, which differ in nothing that stock depends on but acceptance."""
        waiting, filled, drawn = np.zeros((3, len(rows)))
        for product in self.scenario.segments[segment].products:
            key = pool_of(self.scenario, segment, product, offering) if product in offering.assortment else None
            if key is None:
                continue
            units = accepted * units_per_day(self.scenario, segment, product, 1.0)[0]
            need, part = self._pool(key, segment, offering, accepted, units)
            stock, cost = stock_of(self.scenario, key), self.scenario.products[product].unit_cost
            out.invested[rows] += part * need["on_hand"] * cost
            out.holding_per_year[rows] += part * need["on_hand"] * cost * stock.holding_share_per_year
            out.ordering_per_day[rows] += part * need["replenishments_per_day"] * stock.supply.ordering_cost
            waiting, filled = waiting + units * need["wait_days"], filled + units * need["fill_rate"]
            drawn = drawn + units
            if stock.supply.made_by is not None:
                minutes = part * need["replenishments_per_day"] * sampling.mean(stock.supply.setup_minutes)
                minutes = minutes + units * sampling.mean(stock.supply.minutes_per_unit)
                hours = out.production.setdefault(stock.supply.made_by, np.zeros(len(out.invested)))
                hours[rows] += minutes / MINUTES_PER_HOUR
        draws = drawn > 0
        out.wait_days[rows[draws]] = waiting[draws] / drawn[draws]
        out.fill_rate[rows[draws]] = filled[draws] / drawn[draws]

    def _pool(
        self, key: PoolKey, segment: str, offering: Offering, accepted: Floats, units: Floats
    ) -> tuple[Mapping[str, Floats], Floats]:
        """Return the need of a pool, field by field, and the part of it that falls to the segment."""
        names = [field.name for field in fields(PoolNeed)]
        if not key.owner and not key.to_order:
            need = self._shared_need(key, offering.fill_rate)
            if need.units_per_day > 0:
                return {name: np.full(len(units), getattr(need, name)) for name in names}, units / need.units_per_day
        grid = self._own_needs(key, segment, offering)
        at = {name: np.interp(accepted, ACCEPTANCES, [getattr(need, name) for need in grid]) for name in names}
        return at, np.ones(len(units))

    def _shared_need(self, key: PoolKey, fill_rate: float | None) -> PoolNeed:
        found = self._shared.get((key.product, fill_rate))
        if found is None:
            users = [PoolUser(u.segment, u.rank, fill_rate, u.acceptance) for u in self._users.get(key, [])]
            found = self._shared[key.product, fill_rate] = self._need(key, users)
        return found

    def _own_needs(self, key: PoolKey, segment: str, offering: Offering) -> list[PoolNeed]:
        rank = offering.priority.rank
        place = (key.name, segment, offering.fill_rate, rank)
        found = self._own.get(place)
        if found is None:
            found = self._own[place] = [
                self._need(key, [PoolUser(segment, rank, offering.fill_rate, share)]) for share in ACCEPTANCES
            ]
        return found

    def _need(self, key: PoolKey, users: list[PoolUser]) -> PoolNeed:
        demand = pool_demand(self.scenario, key, users)
        if demand.mean <= NEGLIGIBLE_UNITS_PER_DAY:
            return PoolNeed(0.0, 0.0, 0.0, 0.0, 1.0)
        levels = levels_of(self.scenario, key, users)
        return steady_state(self.scenario, key, levels, demand)


def steady_state(scenario: Scenario, key: PoolKey, levels: Levels, demand: PoolDemand) -> PoolNeed:
    """Return a pool in steady state under given levels.

    The wait of a short unit is ``E[backorders] / (demand (1 - fill))`` by Little's law, with the units short taken
    from the same law.
    """
    stock = stock_of(scenario, key)
    review = stock.policy.review_period_days
    batch = levels.order_quantity or max(1, levels.order_up_to - levels.reorder_point)
    mean, variance = lead_time(scenario, stock, max(batch, demand.size_mean))
    exposed = mean + (review / 2 if review is not None else 0.0)
    early = over_lead_time(demand, exposed, variance)
    found = stock_levels(levels.reorder_point + 1, early, batch)
    size = Demand(demand.size_mean, demand.size_variance)
    short = 1 - reorder_volume_fill_rate(levels.reorder_point, batch, early, size)
    per_order = max(batch, demand.size_mean) if review is None else demand.mean * review
    wait = found.backorders_mean / (demand.mean * short) if short > NO_SHORTAGE else 0.0
    return PoolNeed(found.on_hand_mean, demand.mean / per_order, demand.mean, min(wait, exposed), 1 - short)
