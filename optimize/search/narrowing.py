"""What any plan worth more than a known one can still be: fewer columns, less room for loads and variances.

The ladders of windows and the chords of pools make a relaxation weak where much is possible. Once a plan is known, a
column goes whose regret (what the bound loses with it) exceeds what the bound promises beyond the plan (reduced-cost
fixing); and the least and greatest load of each window, and variance of each pool, over the relaxation's plans worth
more than the known one shorten the ladders and the chords (bound tightening; Gleixner et al. 2017, *Journal of Global
Optimization* 67), which lowers the bound, so that more columns go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.milp.choice_model import ENVELOPE, ChoiceModel, cost
from optimize.milp.ranges import Ranges, ranges
from optimize.search.coefficients import Coefficients
from optimize.search.segments import Segments
from optimize.selection.canonical import taken
from optimize.selection.selection import Selection
from optimize.solver.linear_model import Sense, row
from optimize.solver.relaxation import Relaxation
from optimize.solver.status import Status

STEPS = ("pools", "pools", "windows", "pools")
_ROUNDING = 1e-7  # relative, of ranges and of what a bound promises


@dataclass(frozen=True, eq=False)
class Narrowed:
    """Where any plan worth more than `worth` is: among these columns, within these ranges, worth `bound` at most."""

    columns: IntArray
    ranges: Ranges
    worth: float
    bound: float

    @property
    def nothing_left(self) -> bool:
        """Whether no plan is worth more."""
        return self.bound <= self.worth

    def part(self, selection: Selection) -> Selection:
        """Return the selection with the columns left."""
        return taken(selection, range(selection.n_segments), self.columns.tolist())


def narrowed(selection: Selection, start: Narrowed, steps: Iterable[str] = STEPS) -> Narrowed:
    """Narrow down where plans worth more than a known one can be, in a selection in canonical order."""
    found = start
    for step in steps:
        if found.nothing_left:
            break
        found = _narrower(selection, found, step)
    return found


def _narrower(selection: Selection, found: Narrowed, step: str) -> Narrowed:
    part = found.part(selection)
    known = ranges(part).within(found.ranges)
    if (np.bincount(part.column_segment, minlength=part.n_segments)[part.must_serve] == 0).any():
        return replace(found, bound=found.worth)
    model = ChoiceModel(part, known=known, structure=ENVELOPE)
    terms = cost(part, model.unknown)
    model.linear.add([row("worth", terms, Sense.AT_MOST, -found.worth)])
    model.linear.minimise(terms)
    relaxation = model.linear.relaxation(apart=model.unknown.column.values())
    choice_rows = [name for name in relaxation.rows if name.startswith(("one_column_", "served_", "worth"))]
    run = relaxation.solve(choice_rows)
    if run.status is Status.INFEASIBLE:
        return replace(found, bound=found.worth)
    if run.status is not Status.OPTIMAL:
        return found
    segments = Segments(part)
    reduced = Coefficients(part).reduced(part.margin, run.duals)
    most = segments.most(reduced)
    relaxed = -run.rest + float(most.sum())
    left = most[part.column_segment] - reduced <= _promise(found.worth, relaxed)
    for column in np.flatnonzero(~left).tolist():
        relaxation.cap(f"x_{column}", 0.0)
    if step == "windows":
        loads = _reach(relaxation, [window.load for window in part.windows], known.loads)
        known = Ranges(loads, known.variances).within(known)
    else:
        variances = _reach(relaxation, [pool.variance for pool in part.pools], known.variances)
        known = Ranges(known.loads, variances).within(known)
    return Narrowed(found.columns[left], known, found.worth, min(found.bound, relaxed))


def _promise(worth: float, bound: float) -> float:
    """Return what a bound promises beyond what a plan is worth."""
    return bound - worth + _ROUNDING * max(abs(bound), abs(worth))


def _reach(relaxation: Relaxation, amounts: list[FloatArray], known: FloatArray) -> FloatArray:
    """Return the least and the most of each amount per column over the plans of a relaxation, shape (n, 2)."""
    found = known.copy()
    for place, amount in enumerate(amounts):
        for end, sign in enumerate((1.0, -1.0)):
            if amount.any():
                relaxation.minimise({f"x_{column}": sign * float(amount[column]) for column in np.flatnonzero(amount)})
                run = relaxation.solve()
                if run.status is Status.OPTIMAL:
                    found[place, end] = sign * run.objective - sign * _ROUNDING * abs(run.objective)
    return found
