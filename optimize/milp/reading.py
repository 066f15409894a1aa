"""From the numbers of a run to a choice, checked."""

from __future__ import annotations

import math

import numpy as np

from optimize.milp.variables import Variables
from optimize.selection.exact import Choice, pool_variances, violations
from optimize.selection.selection import Selection
from optimize.solver.linear_model import Run, Variable

_WHOLE = 1e-6  # a value further than this from a whole number is no rounding error


class WrongPlan(RuntimeError):
    """The solver returned a plan that breaks a rule: an internal error, never the planner's."""


def read_numbers(selection: Selection, run: Run, unknown: Variables) -> Choice:
    """Read the whole numbers of a run.

    Raises
    ------
    WrongPlan
        If a number is not whole, or a segment has two columns.
    """
    columns = [-1] * selection.n_segments
    for column, variable in unknown.column.items():
        if not _whole(run, variable):
            continue
        segment = int(selection.column_segment[column])
        if columns[segment] >= 0:
            raise WrongPlan(f"internal error: two columns for segment {selection.segments[segment]!r}")
        columns[segment] = column
    return Choice(tuple(columns), tuple(_whole(run, variable) for variable in unknown.hire))


def numbers(selection: Selection, choice: Choice, unknown: Variables) -> dict[Variable, float]:
    """Return the numbers of a choice as a run would give them, for a search to begin with.

    Options, offerings and brand erosion are left to the solver.
    """
    chosen = set(choice.chosen)
    found: dict[Variable, float] = {variable: float(j in chosen) for j, variable in unknown.column.items()}
    found |= {variable: float(n) for variable, n in zip(unknown.hire, choice.hires, strict=True)}
    for index, (window, rungs) in enumerate(zip(selection.windows, unknown.rungs, strict=True)):
        there = window.people(selection.hires, choice.hires, index)
        found |= {y: float(k <= there) for k, y in rungs.at_least.items()}
    variances = pool_variances(selection, choice)
    found |= {root: math.sqrt(variance) for root, variance in zip(unknown.roots, variances, strict=False)}
    for variance, pieces in zip(variances, unknown.pieces, strict=False):
        full = np.clip((float(variance) - pieces.points[:-1]) / np.diff(pieces.points), 0.0, 1.0)
        found |= dict(zip(pieces.filled, full.tolist(), strict=True))
        found |= {opened: float(share >= 1.0) for opened, share in zip(pieces.opened, full, strict=False)}
    return found


def refuse_broken(selection: Selection, choice: Choice) -> None:
    """Refuse a choice that breaks a rule when recomputed in rational arithmetic.

    Raises
    ------
    WrongPlan
        If it does.
    """
    if broken := violations(selection, choice):
        raise WrongPlan(f"internal error: the plan breaks {'; '.join(broken)}")


def _whole(run: Run, variable: Variable) -> int:
    found = run.value(variable)
    if abs(found - round(found)) > _WHOLE * max(1.0, abs(found)):
        raise WrongPlan(f"internal error: {variable.name} is {found!r}, not a whole number")
    return round(found)
