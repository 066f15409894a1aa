"""Column generation: the linear relaxation over all columns, of which the solver sees a few hundred.

At the duals y of the relaxation with the columns so far, every column has the reduced worth
margin_j + sum_r y_r a_rj. Those worth more than what their segment has are taken in, until there are none. At any duals
of the right sign no plan earns more than (Lagrange; Geoffrion 1974, *Mathematical Programming Study* 2)::

    rest(y) + sum_s max(0 if s may stay unserved, max_{j in s} reduced worth of j)

where the rest is what the rows and the other unknowns (hires, used options ...) can bring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.search.coefficients import Coefficients
from optimize.search.master import Master
from optimize.search.segments import Segments
from optimize.selection.selection import Selection
from optimize.solver.relaxation import RelaxedRun
from optimize.solver.status import Status

PER_SEGMENT = 6  # columns taken in at once
MOST_ROUNDS = 200
TOLERANCE = 1e-9  # of the largest margin: a column worth less than this more is worth the same
BROKEN = 1e-7  # rules broken by less than this in all hold


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The relaxation over all columns.

    Parameters
    ----------
    status
        Optimal; infeasible where no mixture of columns keeps the rules; error.
    bound
        No plan earns more, money in the period.
    reduced
        Reduced worth of each column at the duals of the bound, shape (N,).
    regret
        By how much the bound falls if the column is chosen, shape (N,), not negative.
    values
        Share of each column in the relaxation's plan, by column.
    duals
        By row name.
    taken
        The columns that the solver saw.
    others
        Values of the other unknowns in the relaxation's plan, by name.
    """

    status: Status
    bound: float
    reduced: FloatArray
    regret: FloatArray
    values: Mapping[int, float]
    duals: Mapping[str, float]
    taken: IntArray
    others: Mapping[str, float] = field(default_factory=dict)

    def prices(self, selection: Selection) -> FloatArray:
        """Return what one more unit of each limit, then of each window, adds to the bound."""
        names = [f"capacity_{i}" for i in range(len(selection.limits))]
        names += [f"staffed_{i}" for i in range(len(selection.windows))]
        return np.array([-self.duals.get(name, 0.0) for name in names], dtype=np.float64)


def relaxed(selection: Selection, coefficients: Coefficients, segments: Segments, enough: float = 0.0) -> Relaxed:
    """Solve the relaxation of a selection in canonical order over all of its columns.

    `enough` is a relative difference between bound and relaxation at which to stop.
    """
    master = Master(selection, coefficients, seeds(selection, segments))
    if not _feasible(master, segments):
        nothing = np.zeros(selection.n_columns)
        return Relaxed(Status.INFEASIBLE, -np.inf, nothing, nothing, {}, {}, master.taken)
    master.keep_rules()
    best: tuple[float, FloatArray, RelaxedRun] | None = None
    for _ in range(MOST_ROUNDS):
        run = master.solve()
        if run.status is not Status.OPTIMAL:
            break
        reduced = coefficients.reduced(selection.margin, run.duals)
        bound = -run.rest + float(segments.most(reduced).sum())
        if best is None or bound < best[0]:
            best = bound, reduced, run
        last = run
        if best[0] + run.objective <= enough * abs(best[0]) or not _grow(master, segments, reduced, selection.margin):
            break
    if best is None:
        nothing = np.zeros(selection.n_columns)
        return Relaxed(run.status, np.inf, nothing, nothing, {}, {}, master.taken)
    bound, reduced, run = best
    most = segments.most(reduced)
    regret = np.maximum(most[selection.column_segment] - reduced, 0.0)
    values = {int(name[2:]): value for name, value in last.values.items() if name.startswith("x_")}
    others = {name: value for name, value in last.values.items() if not name.startswith(("x_", "e_"))}
    return Relaxed(Status.OPTIMAL, bound, reduced, regret, values, run.duals, master.taken, others)


def _feasible(master: Master, segments: Segments) -> bool:
    """Take in columns until the rules can be kept; return False if they cannot."""
    run = least_broken(master, segments, enough=np.inf)
    return run.status is Status.OPTIMAL and run.objective <= BROKEN


def least_broken(master: Master, segments: Segments, enough: float = 0.0) -> RelaxedRun:
    """Take in columns until rules are broken as little as can be: by nothing, or by a number that is certain.

    `enough` is a relative difference from the least at which to stop, where that is more than nothing.
    """
    nothing = np.zeros(master.selection.n_columns)
    for _ in range(MOST_ROUNDS):
        run = master.solve()
        if run.status is not Status.OPTIMAL or run.objective <= BROKEN:
            break
        reduced = master.coefficients.reduced(nothing, run.duals)
        least = run.rest - float(segments.most(reduced).sum())
        if least > BROKEN and run.objective - least <= enough * least:
            break
        if not _grow(master, segments, reduced, reduced):
            break
    return run


def _grow(master: Master, segments: Segments, reduced: FloatArray, worth: FloatArray) -> bool:
    """Take in the columns worth most beyond what their segment has; return False if there are none."""
    has = np.where(master.selection.must_serve, -np.inf, 0.0)
    np.maximum.at(has, master.selection.column_segment[master.taken], reduced[master.taken])
    tolerance = TOLERANCE * float(np.abs(worth).max(initial=0.0))
    new = segments.top(reduced, PER_SEGMENT, has + tolerance)
    master.add(new)
    return len(new) > 0


def seeds(selection: Selection, segments: Segments) -> IntArray:
    """Return the columns of each segment that earn most, and those that take least of the limits."""
    scale = [max(limit.largest, abs(limit.capacity), 1e-300) for limit in selection.limits]
    taken = np.zeros(selection.n_columns)
    for limit, size in zip(selection.limits, scale, strict=True):
        taken += limit.usage / size
    return np.union1d(segments.top(selection.margin, 3), segments.top(-taken, 2))
