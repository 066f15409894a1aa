"""The few columns of each segment that regret least, as arrays of one shape for all segments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.search.generation import Relaxed
from optimize.search.segments import Segments
from optimize.search.valuation import Valuation

UNSERVED = -1
NOTHING = -2


@dataclass(frozen=True, eq=False)
class Shortlist:
    """The choices of each segment that regret least, the least first.

    Parameters
    ----------
    columns
        Shape (S, c); -1 for unserved, -2 where a segment has fewer choices.
    regret
        Shape (S, c), infinite where there is no choice.
    usage
        What each choice takes of each limit and window, shape (S, c, m).
    expected
        What the relaxation's plan takes for each segment, shape (S, m).
    capacity, tolerance, price
        Of each limit and window, shape (m,); the price is what one more unit is worth in the relaxation.
    """

    columns: IntArray
    regret: FloatArray
    usage: FloatArray
    expected: FloatArray
    capacity: FloatArray
    tolerance: FloatArray
    price: FloatArray

    @property
    def counts(self) -> IntArray:
        """How many choices each segment has."""
        counts: IntArray = (self.columns != NOTHING).sum(axis=1)
        return counts

    def first(self, count: int) -> Shortlist:
        """Return the shortlist with up to `count` choices of each segment."""
        return replace(
            self, columns=self.columns[:, :count], regret=self.regret[:, :count], usage=self.usage[:, :count]
        )

    def plan(self, places: IntArray) -> IntArray:
        """Return the columns of choices, one place per segment; shape (..., S)."""
        found: IntArray = self.columns[np.arange(len(self.columns)), places]
        return found


def shortlist(valuation: Valuation, found: Relaxed, segments: Segments, count: int) -> Shortlist:
    """Return up to `count` choices of each segment."""
    selection = valuation.selection
    size, m = selection.n_segments, len(valuation.capacity)
    columns = np.full((size, count), NOTHING, dtype=np.int64)
    regret = np.full((size, count), np.inf)
    unserved = segments.unserved_regret(found.reduced)
    for segment in range(size):
        part = segments.columns(segment)
        mine = found.regret[part]
        best = np.argpartition(mine, count - 1)[:count] if len(mine) > count else np.arange(len(mine))
        places, regrets = part.start + best, mine[best]
        if not selection.must_serve[segment]:
            places, regrets = np.append(places, UNSERVED), np.append(regrets, unserved[segment])
        order = np.lexsort([places, regrets])[:count]
        columns[segment, : len(order)], regret[segment, : len(order)] = places[order], regrets[order]
    usage = np.zeros((size, count, m))
    expected = np.zeros((size, m))
    shares = np.array(list(found.values.values()))
    taken = np.array(list(found.values), dtype=np.int64)
    for index, numbers in enumerate(valuation.usage):
        if len(numbers):
            usage[:, :, index] = np.where(columns >= 0, numbers[np.maximum(columns, 0)], 0.0)
            np.add.at(expected[:, index], selection.column_segment[taken], shares * numbers[taken])
    return Shortlist(columns, regret, usage, expected, valuation.capacity, valuation.tolerance, found.prices(selection))
