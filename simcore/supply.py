"""Lead times and production work of the replenishments of a pool: the k-th draw belongs to the k-th replenishment."""

from __future__ import annotations

import numpy as np

from simcore import sampling
from simcore.clock import TICKS_PER_DAY, TICKS_PER_MINUTE, Ints, ticks
from simcore.draws import Draws
from simcore.pools import stock_of
from simcore.program import PoolPlan, Program

BLOCK = 256


class SupplyTimes:
    """Random times of one pool's replenishments, drawn in blocks as they are needed."""

    def __init__(self, program: Program, plan: PoolPlan, draws: Draws) -> None:
        self.supply, self.draws, self.name = stock_of(program.scenario, plan.key).supply, draws, plan.name
        self._lead: Ints = np.empty(0, dtype=np.int64)
        self._setup: Ints = np.empty(0, dtype=np.int64)

    def lead_time(self, number: int) -> int:
        """Return the lead time of the k-th replenishment, in ticks."""
        if number >= len(self._lead):
            self._lead = self.lead_times(2 * number + BLOCK)
        return int(self._lead[number])

    def lead_times(self, count: int) -> Ints:
        """Return the lead times of the first replenishments, in ticks."""
        u = self.draws.uniform("supply", self.name, count)
        return ticks(sampling.inverse(self.supply.lead_time_days, u), TICKS_PER_DAY)

    def work(self, number: int, units: int) -> int:
        """Return the production work of the k-th replenishment, in ticks."""
        if number >= len(self._setup):
            self._setup = self.setups(2 * number + BLOCK)
        return int(self._setup[number]) + int(self.unit_work(number, 1, units)[0])

    def setups(self, count: int) -> Ints:
        """Return the production setups of the first replenishments, in ticks."""
        u = self.draws.uniform("make setup", self.name, count)
        return ticks(sampling.inverse(self.supply.setup_minutes, u), TICKS_PER_MINUTE)

    def unit_work(self, number: int, count: int, units: int) -> Ints:
        """Return the production work of some units in each of ``count`` replenishments from the k-th on, in ticks."""
        u = self.draws.uniform("make units", self.name, number + count)[number:]
        amount = np.full(count, float(units))
        return ticks(sampling.work_of_units(self.supply.minutes_per_unit, amount, u), TICKS_PER_MINUTE)
