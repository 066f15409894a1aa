"""Percentiles of lead times that are not kept: counted in bins whose width is a thousandth of what they hold.

A lead time keeps its 11 leading binary digits, as in HdrHistogram (G. Tene): below 2048 ticks a bin is one tick,
above it is less than 1/1024 of the shortest lead time in it. Each bin knows its count, its shortest and its longest
lead time; those between are taken to lie in equal distances. So a percentile is exact where a bin holds one value, at
most two orders, or none but equal ones, and otherwise wrong by less than 0.1 %.
"""

from __future__ import annotations

import numpy as np

from simcore.clock import NEVER, TICKS_PER_DAY, Ints
from simcore.facts import Facts, delivered, total
from simcore.lead_times import PERCENTILES, between

DIGITS = 11


def bin_of(ticks: Ints) -> Ints:
    """Return the bin of times >= 0: they rise together, and leave none out.

    >>> bin_of(np.array([0, 2047, 2048, 2049, 2050, 86_400_000])).tolist()
    [0, 2047, 2048, 2048, 2049, 17702]
    """
    _, digits = np.frexp(ticks.astype(np.float64))
    cut = np.maximum(digits.astype(np.int64) - DIGITS, 0)
    return np.asarray((cut << (DIGITS - 1)) + (ticks >> cut))


class LeadTimeBins:
    """The lead times of delivered orders, counted in bins by segment.

    Parameters
    ----------
    segments : int
        How many.
    longest : int
        The longest lead time that there may be, in ticks.
    """

    def __init__(self, segments: int, longest: int) -> None:
        bins = int(bin_of(np.array(longest))) + 1
        self._longest = longest
        self._count = np.zeros((segments, bins), dtype=np.int64)
        self._first = np.full((segments, bins), NEVER)
        self._last = np.full((segments, bins), -1)
        self._ticks = np.zeros(segments, dtype=object)

    def add(self, f: Facts) -> None:
        """Add the measured orders of a block."""
        rows = np.flatnonzero(delivered(f))
        self.count(f.records.ended[rows] - f.orders.placed[rows], f.program.segment_of(f.orders.lane[rows]))

    def count(self, ticks: Ints, segment: Ints) -> None:
        """Add lead times, each of a segment."""
        self._ticks += total(segment, ticks, len(self._ticks)).astype(object)
        cell = segment * self._count.shape[1] + bin_of(ticks)
        np.add.at(self._count.reshape(-1), cell, 1)
        np.minimum.at(self._first.reshape(-1), cell, ticks)
        np.maximum.at(self._last.reshape(-1), cell, ticks)

    def sums(self) -> list[float]:
        """Return the sum of the lead times in days: everybody's, then those of each segment; rounded once."""
        return [int(ticks) / TICKS_PER_DAY for ticks in (self._ticks.sum(), *self._ticks)]

    def percentiles(self) -> list[list[float]]:
        """Return the PERCENTILES of the lead times; NaN where there are none."""
        everybody = _percentiles(self._count.sum(axis=0), self._first.min(axis=0), self._last.max(axis=0))
        parts = zip(self._count, self._first, self._last, strict=True)
        return [everybody, *(_percentiles(*part) for part in parts)]


def _percentiles(count: Ints, first: Ints, last: Ints) -> list[float]:
    upto = np.cumsum(count)
    highest = int(upto[-1]) - 1
    if highest < 0:
        return [float("nan")] * len(PERCENTILES)

    def days(rank: int) -> float:
        """Return the lead time of a rank, 0 for the shortest."""
        place = int(np.searchsorted(upto, rank, side="right"))
        among = int(count[place])
        low, high, before = int(first[place]), int(last[place]), rank - (int(upto[place]) - among)
        return (low + (high - low) * (before / max(among - 1, 1))) / TICKS_PER_DAY

    found = []
    for share in PERCENTILES:
        place = share / 100 * highest
        rank = int(place)
        found.append(between(days(rank), days(min(rank + 1, highest)), place - rank))
    return found
