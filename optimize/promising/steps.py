"""Sensible steps of a promised lead time: minutes where hours are promised, tenths of a day where weeks are."""

from __future__ import annotations

from dataclasses import dataclass

from simcore.clock import TICKS_PER_DAY, TICKS_PER_MINUTE

MINUTES = (1, 5, 15, 60)
DAYS = (0.1, 0.5, 1.0)
PARTS_OF_A_PROMISE = 30
FINER = 10
"""Lead times are looked at this many times as finely as they are promised."""


@dataclass(frozen=True)
class Step:
    """One step of a promised lead time, in ticks."""

    ticks: int

    @property
    def resolution(self) -> int:
        """Ticks to which lead times are seen."""
        return max(1, self.ticks // FINER)

    def days(self, steps: float) -> float:
        """Return some steps in days."""
        return round(steps * self.ticks / TICKS_PER_DAY, 9)

    def steps(self, days: float) -> int:
        """Return the least whole number of steps, at least one, that is no shorter than a time in days."""
        exact = days * TICKS_PER_DAY / self.ticks
        return max(1, round(exact) if abs(exact - round(exact)) < 1e-6 else int(exact) + 1)

    def fine(self, steps: int) -> int:
        """Return a whole number of steps in units of the resolution."""
        return steps * self.ticks // self.resolution


def step_for(days: float) -> Step:
    """Return the step for promises of about this length: the largest that divides it into at least 30.

    >>> step_for(7.0).days(1), round(step_for(0.075).days(1) * 1440, 3)
    (0.1, 1.0)
    """
    known = [m * TICKS_PER_MINUTE for m in MINUTES] + [round(d * TICKS_PER_DAY) for d in DAYS]
    fitting = [ticks for ticks in known if ticks * PARTS_OF_A_PROMISE <= days * TICKS_PER_DAY]
    return Step(max(fitting, default=known[0]))
