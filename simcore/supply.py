"""Lead times and production work of the replenishments of a pool: the k-th draw belongs to the k-th replenishment."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simcore import sampling
from simcore.clock import TICKS_PER_DAY, TICKS_PER_MINUTE, Floats, Ints, ticks
from simcore.draws import Draws, stream
from simcore.pools import stock_of
from simcore.program import PoolPlan, Program

BLOCK = 256


class SupplyTimes:
    """Random times of one pool's replenishments, drawn in blocks as they are needed.

    Parameters
    ----------
    passing : bool
        True: numbers are read in windows that only move forward, and forgotten behind them.
    """

    def __init__(self, program: Program, plan: PoolPlan, draws: Draws, passing: bool = False) -> None:
        self.supply, self.name = stock_of(program.scenario, plan.key).supply, plan.name
        self._lead: Ints = np.empty(0, dtype=np.int64)
        self._setup: Ints = np.empty(0, dtype=np.int64)
        self._window = Window(draws) if passing else None
        self._uniform: Uniform = self._window or _whole(draws)

    def forget(self, before: int) -> None:
        """Say that nothing of a replenishment before this one will be asked for again."""
        if self._window is not None:
            self._window.forget(before)

    def lead_time(self, number: int) -> int:
        """Return the lead time of the k-th replenishment, in ticks."""
        if number >= len(self._lead):
            self._lead = self.lead_times(0, 2 * number + BLOCK)
        return int(self._lead[number])

    def lead_times(self, first: int, count: int) -> Ints:
        """Return the lead times of some replenishments from a number on, in ticks."""
        u = self._uniform("supply", self.name, first, count)
        return ticks(sampling.inverse(self.supply.lead_time_days, u), TICKS_PER_DAY)

    def work(self, number: int, units: int) -> int:
        """Return the production work of the k-th replenishment, in ticks."""
        if number >= len(self._setup):
            self._setup = self.setups(0, 2 * number + BLOCK)
        return int(self._setup[number]) + int(self.unit_work(number, 1, units)[0])

    def setups(self, first: int, count: int) -> Ints:
        """Return the production setups of some replenishments from a number on, in ticks."""
        u = self._uniform("make setup", self.name, first, count)
        return ticks(sampling.inverse(self.supply.setup_minutes, u), TICKS_PER_MINUTE)

    def unit_work(self, first: int, count: int, units: int) -> Ints:
        """Return the production work of so many units in each of some replenishments, in ticks."""
        u = self._uniform("make units", self.name, first, count)
        amount = np.full(count, float(units))
        return ticks(sampling.work_of_units(self.supply.minutes_per_unit, amount, u), TICKS_PER_MINUTE)


Uniform = Callable[[str, str, int, int], Floats]
"""``uniform(purpose, name, first, count)`` returns numbers of a stream from a number on."""


def _whole(draws: Draws) -> Uniform:
    return lambda purpose, name, first, count: draws.uniform(purpose, name, first + count)[first:]


class Window:
    """The numbers of named streams from a number on that only rises; those before it are forgotten."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._known: dict[tuple[str, str], tuple[np.random.Generator, int, Floats]] = {}
        self._from = 0

    def forget(self, before: int) -> None:
        """Say that no number before this one will be asked for again."""
        self._from = before

    def __call__(self, purpose: str, name: str, first: int, count: int) -> Floats:
        """Return ``count`` numbers of a stream from ``first`` on."""
        generator, start, numbers = self._known.get((purpose, name)) or (
            stream(self._draws.seed, self._draws.replication, purpose, name),
            0,
            np.empty(0),
        )
        missing = first + count - start - len(numbers)
        if missing > 0:
            numbers = np.concatenate([numbers, generator.random(missing)])
        behind = min(self._from - start, len(numbers))
        if behind > 0:
            start, numbers = start + behind, numbers[behind:]
        self._known[purpose, name] = generator, start, numbers
        return numbers[first - start : first - start + count]
