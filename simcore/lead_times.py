"""The lead times of the delivered orders of a replication: their sums and percentiles, of everybody and by segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from simcore.clock import TICKS_PER_DAY, Floats
from simcore.facts import Facts, delivered, in_groups, small

PERCENTILES = (50, 95)


class LeadTimes(Protocol):
    """Lead times in days, as the measures need them: everybody's first, then those of each segment."""

    def sums(self) -> list[float]:
        """Return the sum of the lead times."""
        ...

    def percentiles(self) -> list[list[float]]:
        """Return the PERCENTILES of the lead times; NaN where there are none."""
        ...


@dataclass(frozen=True)
class EveryLeadTime:
    """Every lead time, kept: the percentiles are exact."""

    parts: Sequence[Floats]

    def sums(self) -> list[float]:
        """Return the sum of the lead times."""
        return [float(part.sum()) for part in self.parts]

    def percentiles(self) -> list[list[float]]:
        """Return the PERCENTILES of the lead times; NaN where there are none."""
        return [percentiles(part, PERCENTILES) for part in self.parts]


def lead_times(f: Facts) -> EveryLeadTime:
    """Return the lead times of the measured orders that were delivered."""
    rows, segments = np.flatnonzero(delivered(f)), len(f.program.segments)
    days = (f.records.ended - f.orders.placed)[rows] / TICKS_PER_DAY
    segment = small(f.program.segment_of(f.orders.lane), segments)
    return EveryLeadTime([days, *in_groups(days, segment[rows], segments)])


def percentiles(values: Floats, shares: Sequence[int]) -> list[float]:
    """Return percentiles, between neighbours in a straight line: ``np.percentile`` without its overhead.

    >>> percentiles(np.array([3.0, 1.0, 2.0, 5.0]), (50, 90))
    [2.5, 4.4]
    """
    last = len(values) - 1
    if last < 0:
        return [float("nan")] * len(shares)
    places = [share / 100 * last for share in shares]
    needed = {min(int(place) + step, last) for place in places for step in (0, 1)}
    ordered = np.partition(values, sorted(needed))
    return [between(ordered[int(place)], ordered[min(int(place) + 1, last)], place - int(place)) for place in places]


def between(low: float, high: float, part: float) -> float:
    """Return the value a part of the way from one value to another, as NumPy rounds it.

    >>> between(2.0, 3.0, 0.5)
    2.5
    """
    return float(low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part))
