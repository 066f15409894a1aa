"""Every plan within a budget of regret, depth first: proves the best plan of a few segments, and lists the next best.

A plan earns at most the bound less the regrets of its columns (`optimize.search.generation`). So a plan that earns more
than a known one has regrets that add up to less than the gap between the two: few columns per segment, and few of their
combinations. Partial plans are extended in blocks, and dropped when their regrets are too many, a limit cannot be
kept, or the bound of Lagrange at any of several price vectors shows that what is left cannot make up for them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.search.levels import Budget, Level, levels
from optimize.search.prospects import Prospects
from optimize.search.valuation import Valuation

BLOCK = 2_000  # partial plans kept together
EXTENSIONS = 400_000  # of partial plans, looked at together
SET = 64  # of these count as one that is made: they are looked at at once
EQUAL = 100  # plans as good as the last one, listed beyond it at most
ROUNDING = 1e-9  # of the value of a plan: a difference of less is rounding


@dataclass(frozen=True)
class Listed:
    """The best plans that were found: one row each, best first; `complete` if no better one exists.

    `looked_at` is the number of partial plans that it took; `cut_off` if there are more that earn as much as the last.
    """

    plans: IntArray
    values: FloatArray
    complete: bool
    looked_at: int = 0
    cut_off: bool = False


def list_best(valuation: Valuation, budget: Budget, floor: float, count: int, nodes: int) -> Listed:
    """List the `count` best plans that earn at least `floor`, and those that earn as much as the last of them.

    Parameters
    ----------
    valuation
        Of a selection in canonical order whose columns decide everything.
    budget
        Of the same selection.
    floor
        Plans that earn less do not matter.
    count
        How many.
    nodes
        Partial plans after which to give up.
    """
    search = _Search(valuation, budget.bound, floor, count)
    stack = [(np.zeros((1, 0), dtype=np.int64), np.zeros(1), np.zeros((1, len(valuation.capacity))))]
    segments = levels(valuation, budget, search.budget)
    if not all(len(level.columns) for level in segments):
        return search.listed(0, complete=True)
    prospects = Prospects(valuation, budget, segments)
    looked_at = 0
    while stack:
        plans, regrets, used = stack.pop()
        depth = plans.shape[1]
        if depth == len(segments):
            search.take(_in_order(plans, segments))
            continue
        kept = regrets <= search.budget
        plans, regrets, used = plans[kept], regrets[kept], used[kept]
        counts = np.searchsorted(segments[depth].regret, search.budget - regrets, side="right")
        now = max(1, int(np.searchsorted(np.cumsum(counts), EXTENSIONS, side="right")))
        if now < len(plans):
            stack.append((plans[now:], regrets[now:], used[now:]))
        if len(plans):
            parts = _extended(plans[:now], regrets[:now], used[:now], segments[depth], counts[:now], valuation)
            looked_at += now + int(counts[:now].sum()) // SET + len(parts[0])
            if looked_at > nodes:
                return search.listed(looked_at, complete=False)
            worthwhile = prospects.worthwhile(depth, parts[1], parts[2], search.budget)
            stack += _blocks(parts[0][worthwhile], parts[1][worthwhile], parts[2][worthwhile])
    return search.listed(looked_at, complete=True)


class _Search:
    """The best plans so far, and the budget of regret that they leave."""

    def __init__(self, valuation: Valuation, bound: float, floor: float, count: int) -> None:
        self._valuation, self._bound, self._count = valuation, bound, count
        self._rounding = ROUNDING * max(1e-300, abs(floor), abs(bound))
        self._plans = np.zeros((0, valuation.selection.n_segments), dtype=np.int64)
        self._values = np.zeros(0)
        self._cut_off = False
        self.budget = bound - floor + self._rounding

    def take(self, plans: IntArray) -> None:
        plans = plans[self._valuation.keeps(plans)]
        values = self._valuation.values(plans)
        good = values >= self._bound - self.budget - self._rounding
        self._plans = np.concatenate([self._plans, plans[good]])
        self._values = np.concatenate([self._values, values[good]])
        if len(self._values) >= self._count:
            last = np.partition(-self._values, self._count - 1)[self._count - 1]
            self.budget = min(self.budget, self._bound + last + self._rounding)
        if len(self._values) > 2 * self._count + EQUAL:
            self._forget()

    def listed(self, looked_at: int, complete: bool) -> Listed:
        self._forget()
        return Listed(self._plans, self._values, complete, looked_at, self._cut_off)

    def _forget(self) -> None:
        """Keep the best, in order of value and then of columns; of many equal ones the first."""
        keys = np.where(self._plans >= 0, self._plans, np.iinfo(np.int64).max)
        order = np.lexsort([*keys.T[::-1], -_rounded(self._values, self._rounding)])
        worst = self._values[order[min(self._count, len(order)) - 1]] if len(order) else 0.0
        order = order[self._values[order] >= worst - self._rounding]
        self._cut_off |= len(order) > self._count + EQUAL
        order = order[: self._count + EQUAL]
        self._plans, self._values = self._plans[order], self._values[order]


def _rounded(values: FloatArray, unit: float) -> FloatArray:
    rounded: FloatArray = np.round(values / unit) if unit > 0 else values
    return rounded


def _extended(
    plans: IntArray, regrets: FloatArray, used: FloatArray, level: Level, counts: IntArray, valuation: Valuation
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Extend each partial plan by as many choices of a level, those with the least regret, that fit."""
    room = valuation.capacity + valuation.tolerance - level.least_after - used
    whose, which = level.fitting.within(room, counts)
    longer = np.concatenate([plans[whose], level.columns[which][:, None]], axis=1)
    return longer, regrets[whose] + level.regret[which], used[whose] + level.usage[which]


def _blocks(plans: IntArray, regrets: FloatArray, used: FloatArray) -> list[tuple[IntArray, FloatArray, FloatArray]]:
    """Return blocks of partial plans, those with the least regret last, which are extended first."""
    order = np.argsort(-regrets, kind="stable")
    return [
        (plans[part], regrets[part], used[part])
        for part in np.array_split(order, -(-len(order) // BLOCK) or 1)
        if len(part)
    ]


def _in_order(plans: IntArray, segments: list[Level]) -> IntArray:
    out = np.empty_like(plans)
    out[:, [level.segment for level in segments]] = plans
    return out
