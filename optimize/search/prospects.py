"""The most that partial plans can still earn: bounds of Lagrange, at prices that are fitted to the room they leave.

At any prices y of the limits, at least 0, a partial plan with regrets R that takes u loses at least::

    R + (y - p) (u - capacity) + sum_s min_j (regret_j + (y - p) usage_j)

against the bound, p being the prices of the relaxation and s the segments that are still open (Geoffrion 1974,
*Mathematical Programming Study* 2). The p themselves are best where the room left is that of the relaxation's plan.
Partial plans leave other room, depth by depth: so some of those that are still worthwhile are picked, the prices at
which each loses most are looked for (subgradient ascent), and all partial plans of that depth are measured at these.
"""

from __future__ import annotations

import numpy as np

from optimize.arrays import BoolArray, FloatArray, IntArray
from optimize.search.levels import Budget, Level
from optimize.search.prices import price_vectors
from optimize.search.valuation import Valuation

FITTED_AFTER = 10  # partial plans of one depth for each choice that is open there
FITTED_AGAIN = 5  # after so many times as many
FIRST = 8  # prices at which partial plans are measured first
MEASURED = 5_000  # partial plans by which prices are chosen
PICKED = 40  # partial plans to whose room prices are fitted, each time
STEPS = 60  # of the ascent
SHRINKING = 0.93  # of its steps


class Prospects:
    """What partial plans lose at least against the bound, whatever comes after them."""

    def __init__(self, valuation: Valuation, budget: Budget, levels: list[Level]) -> None:
        selection = valuation.selection
        # Otherwise other unknowns take part in the limits, at the prices of the relaxation.
        others = bool(selection.windows) or any(pool.takes for pool in selection.pools)
        self._known = len(budget.price) > 0 and not others
        if not self._known:
            return
        self._price, self._levels = budget.price, levels
        self._capacity = valuation.capacity + valuation.tolerance
        self._chance = np.random.default_rng(0)  # fixed: the same search for the same choice
        self._more = [price_vectors(budget.price, self._chance) - budget.price] * len(levels)
        self._left = [self._of_the_rest(depth) for depth in range(len(levels))]
        self._seen = np.zeros(len(levels), dtype=np.int64)
        open_ = np.cumsum([0, *(len(level.columns) for level in levels[:0:-1])])[::-1]
        self._fit_at = FITTED_AFTER * open_

    def worthwhile(self, depth: int, regrets: FloatArray, used: FloatArray, most: float) -> IntArray:
        """Return which partial plans, that end with this level, may still lose no more than `most`, in order."""
        if not self._known or not len(regrets):
            return np.flatnonzero(regrets <= most)
        found = self._within(depth, regrets, used, most)
        self._seen[depth] += len(regrets)
        is_last = depth + 2 >= len(self._levels)  # what fits of the level after it is sooner looked up than bounded
        if self._seen[depth] >= self._fit_at[depth] and len(found) > PICKED and not is_last:
            self._fit_at[depth] = FITTED_AGAIN * self._seen[depth]
            self._fit(depth, regrets, used, found, most)
            found = found[self._within(depth, regrets[found], used[found], most)]
        return found

    def _within(self, depth: int, regrets: FloatArray, used: FloatArray, most: float) -> IntArray:
        """Measure at a few prices first: they show most that are not worthwhile."""
        left = np.flatnonzero(regrets <= most)
        more, rest = self._more[depth], self._left[depth]
        for part in (slice(0, FIRST), slice(FIRST, None)):
            if len(more[part]):
                lost = (more[part] @ used[left].T + rest[part, None]).max(axis=0)
                left = left[regrets[left] + lost <= most]
        return left

    def _fit(self, depth: int, regrets: FloatArray, used: FloatArray, found: IntArray, most: float) -> None:
        """Look for prices at which some of the worthwhile partial plans lose most; keep those that show most."""
        picked = self._chance.choice(found, PICKED, replace=False)
        self._more[depth] = np.concatenate([self._more[depth], self._ascended(depth, used[picked])])
        self._left[depth] = self._of_the_rest(depth)
        some = np.sort(self._chance.permutation(len(regrets))[:MEASURED])
        shows = regrets[some, None] + used[some] @ self._more[depth].T + self._left[depth] > most
        kept = _covering(shows)
        self._more[depth], self._left[depth] = self._more[depth][kept], self._left[depth][kept]

    def _of_the_rest(self, depth: int) -> FloatArray:
        """Return what the open segments lose at least at each of the prices, less what the capacity is worth there."""
        more = self._more[depth]
        lost = -self._capacity @ more.T
        for level in self._levels[depth + 1 :]:
            lost += (level.regret[:, None] + level.usage @ more.T).min(axis=0)
        return lost

    def _ascended(self, depth: int, used: FloatArray) -> FloatArray:
        """Return how much prices are above those of the relaxation where each of some partial plans loses most."""
        over = used - self._capacity
        more, best, most = np.zeros_like(used), np.zeros_like(used), np.full(len(used), -np.inf)
        unit = np.maximum(self._price, 0.1 * float(self._price.mean()))
        length = float(np.linalg.norm(unit))
        for _ in range(STEPS):
            lost, slope = (more * over).sum(axis=1), over.copy()
            for level in self._levels[depth + 1 :]:
                at = level.regret + more @ level.usage.T
                place = at.argmin(axis=1)
                lost += at[np.arange(len(at)), place]
                slope += level.usage[place]
            higher = lost > most
            best[higher], most[higher] = more[higher], lost[higher]
            slope *= unit
            steep = np.linalg.norm(slope, axis=1, keepdims=True)
            more = np.maximum(more + length * unit * slope / np.maximum(steep, 1e-300), -self._price)
            length *= SHRINKING
        return best


def _covering(shows: BoolArray) -> IntArray:
    """Return prices, those first that show most of what the ones before do not show; none that shows nothing more."""
    order = []
    open_ = np.ones(len(shows), dtype=np.bool_)
    counts = shows.sum(axis=0)
    while counts.max() > 0:
        order.append(int(counts.argmax()))
        hit = open_ & shows[:, order[-1]]
        open_ &= ~hit
        counts = counts - shows[hit].sum(axis=0)
    return np.array(order, dtype=np.int64)
