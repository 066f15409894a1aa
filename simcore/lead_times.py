"""The lead times of the delivered orders of a replication: their sums and percentiles, of everybody and by segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
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
    if last < MANY:
        needed = {min(int(place) + step, last) for place in places for step in (0, 1)}
        ordered = np.partition(values, sorted(needed))
        found = [(ordered[int(place)], ordered[min(int(place) + 1, last)]) for place in places]
    else:
        sample = np.sort(values[:: max(EVERY, last // SAMPLE)])
        found = [_neighbours(values, sample, int(place)) for place in places]
    return [between(low, high, place - int(place)) for (low, high), place in zip(found, places, strict=True)]


MANY, EVERY, SAMPLE = 2_000, 4, 4_000
"""Values from which on a sample says where to look; one of how many is in it, or about how many of them if fewer."""


def _neighbours(values: Floats, sample: Floats, rank: int) -> tuple[float, float]:
    """Return the values of a rank (0: the smallest) and of the next one, or twice the largest.

    Only those are put in order that lie within four standard errors of the rank in a sample, or all if it misleads.
    """
    upto, share = min(rank + 1, len(values) - 1), rank / len(values)
    place, error = round(share * len(sample)), 1 + round(4 * sqrt(len(sample) * share * (1 - share)))
    low, high = sample[max(place - error, 0)], sample[min(place + error, len(sample) - 1)]
    before, near = int(np.count_nonzero(values < low)), values[np.flatnonzero((values >= low) & (values <= high))]
    if before <= rank and upto < before + len(near):
        values, rank, upto = near, rank - before, upto - before
    ordered = np.partition(values, (rank, upto))
    return ordered[rank], ordered[upto]


def between(low: float, high: float, part: float) -> float:
    """Return the value a part of the way from one value to another, as NumPy rounds it.

    >>> between(2.0, 3.0, 0.5)
    2.5
    """
    return float(low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part))
