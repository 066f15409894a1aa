"""The best plans of a selection, or all that earn enough, listed by looking at every one that may: hiring by hiring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from optimize.arrays import BoolArray, IntArray
from optimize.search.depth_first import ROUNDING, Listed, list_best
from optimize.search.generation import Relaxed
from optimize.search.hirings import Hirings
from optimize.search.levels import Budget
from optimize.search.segments import Segments
from optimize.search.valuation import Valuation, is_determined
from optimize.selection.canonical import taken
from optimize.selection.selection import Selection

HIRINGS = 80
"""Relaxations that are solved to find the hirings, at most."""
_FIRST_BUDGET = 1e-3  # of the bound: how far below it plans are looked for at first
COLUMNS = 20_000
"""Columns with which each of these relaxations is quick."""


def listed(
    selection: Selection,
    units: tuple[int, ...],
    found: Relaxed,
    columns: IntArray,
    floor: float,
    count: int,
    nodes: int,
) -> Listed:
    """List the `count` best plans of some columns that earn at least `floor`, with given units of each hire.

    Parameters
    ----------
    selection
        In canonical order.
    found
        Its relaxation with these units.
    columns
        In ascending order.
    nodes
        Partial plans after which to give up.
    """
    part = taken(selection, range(selection.n_segments), columns.tolist())
    unserved = Segments(selection).unserved_regret(found.reduced)
    budget = Budget(found.bound, found.regret[columns], unserved, found.prices(selection))
    best = list_best(Valuation(part, units), budget, floor, count, nodes)
    return replace(best, plans=_named(columns, best.plans))


def listed_of_all(
    selection: Selection, units: tuple[int, ...], found: Relaxed, count: int, nodes: int, budget: float = 0.0
) -> Listed:
    """List the `count` best plans of all columns, with given units of each hire.

    Plans are looked for within a budget of regret that doubles until there are so many, or there are no others;
    arguments as for :func:`listed`, which gives up after `nodes` partial plans within each budget.
    """
    segments = Segments(selection)
    most = found.bound - _less_than_any(selection, segments)
    budget = max(budget, _FIRST_BUDGET * abs(found.bound), 1e-9)
    while True:
        columns = np.flatnonzero(found.regret <= budget)
        best = listed(selection, units, found, columns, found.bound - budget, count, nodes)
        if not best.complete or len(best.plans) >= count or budget > most:
            return best
        budget *= 2


def _less_than_any(s: Selection, segments: Segments) -> float:
    """Return less than any plan earns: a plan within this of the bound has every column within it, too."""
    least = -float(segments.most(-s.margin).clip(min=0.0).sum())
    paid = sum(abs(option.fixed_cost) for option in s.options) + sum(abs(h.cost * h.least) for h in s.hires)
    pooled = sum(pool.cost * s.least_and_most(pool.variance)[1] ** 0.5 for pool in s.pools)
    eroded = s.least_and_most(s.over_serving)[1] * s.least_and_most(s.brand_revenue)[1]
    return float(least - paid - pooled - eroded - 1.0)


def listed_by_hiring(
    selection: Selection, root: Relaxed, floor: Callable[[], float], count: int, plans: int
) -> Iterator[tuple[tuple[int, ...], Listed]]:
    """Yield units of each hire, and the `count` best plans with them that earn at least a floor, which may rise.

    The last one is not complete, and has no plans, where something may be missing: there are too many to look at.

    Parameters
    ----------
    selection
        In canonical order.
    root
        Its relaxation.
    plans
        Partial plans to look at, at most.
    """
    missing = Listed(np.zeros((0, selection.n_segments), dtype=np.int64), np.zeros(0), complete=False)
    columns = np.flatnonzero(_within(root, floor()))
    if not is_determined(selection) and (selection.windows or len(columns) > COLUMNS):
        yield (), missing
        return
    part = taken(selection, range(selection.n_segments), columns.tolist())
    hirings = Hirings(part, replace(root, reduced=root.reduced[columns], regret=root.regret[columns]), HIRINGS)
    for hiring in hirings.worth(floor):
        worth = np.flatnonzero(_within(hiring.relaxed, floor()))
        found = listed(part, hiring.units, hiring.relaxed, worth, floor(), count, plans)
        plans -= found.looked_at
        yield hiring.units, replace(found, plans=_named(columns, found.plans))
        if not found.complete:
            return
    if not hirings.complete:
        yield (), missing


def _named(columns: IntArray, plans: IntArray) -> IntArray:
    """Return plans of some columns as plans of the columns that those are."""
    return np.where(plans >= 0, columns[plans], -1) if len(columns) else plans


def _within(found: Relaxed, floor: float) -> BoolArray:
    """Return which columns a plan that earns a floor may have."""
    rounding = ROUNDING * max(abs(found.bound), abs(floor))
    within: BoolArray = found.regret <= found.bound - floor + rounding
    return within
