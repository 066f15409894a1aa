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
        while number >= len(self._lead):
            law, size = self.supply.lead_time_days, 2 * len(self._lead) + BLOCK
            self._lead = ticks(sampling.inverse(law, self.draws.uniform("supply", self.name, size)), TICKS_PER_DAY)
        return int(self._lead[number])

    def work(self, number: int, units: int) -> int:
        """Return the production work of the k-th replenishment, in ticks."""
        while number >= len(self._setup):
            law, size = self.supply.setup_minutes, 2 * len(self._setup) + BLOCK
            self._setup = ticks(
                sampling.inverse(law, self.draws.uniform("make setup", self.name, size)), TICKS_PER_MINUTE
            )
        u = self.draws.uniform("make units", self.name, len(self._setup))[number : number + 1]
        unit_work = sampling.work_of_units(self.supply.minutes_per_unit, np.array([float(units)]), u)
        return int(self._setup[number]) + int(ticks(unit_work, TICKS_PER_MINUTE)[0])
