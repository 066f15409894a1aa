"""A part of the choice solved by the solver: the columns that regret least, or all that can still matter.

No plan of the kernel earns more than the kernel's bound; a plan with any other column earns no more than the bound of
the relaxation less the least regret among those columns. The larger of the two bounds the choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.milp.ranges import Ranges
from optimize.milp.refinement import cheapest
from optimize.selection.canonical import taken
from optimize.selection.exact import Choice
from optimize.selection.selection import Selection
from optimize.solver.status import Status


@dataclass(frozen=True)
class Kernel:
    """What the solver said of a kernel: how it ended, a plan of the whole selection, a bound on the kernel, nodes."""

    status: Status
    choice: Choice | None
    bound: float
    nodes: int


def kernel_columns(regret: FloatArray, size: int, known: Choice | None) -> IntArray:
    """Return the `size` columns that regret least, and those of a known plan, in ascending order."""
    least = np.argsort(regret, kind="stable")[:size]
    return np.union1d(least, np.array([] if known is None else known.chosen, dtype=np.int64))


def solve_kernel(
    selection: Selection,
    columns: IntArray,
    gap: float,
    node_limit: int | None,
    known: Choice | None,
    within: Ranges | None = None,
) -> Kernel:
    """Solve the choice among some columns, given a known plan of these; within ranges, where those are given.

    Raises
    ------
    KeyError
        If the known plan has a column that is not among them.
    """
    part = taken(selection, range(selection.n_segments), columns.tolist())
    places = {column: place for place, column in enumerate(columns.tolist())} | {-1: -1}
    start = None if known is None else Choice(tuple(places[column] for column in known.columns), known.hires)
    answer = cheapest(part, gap, node_limit, start, within)
    if answer.choice is None:
        bound = -np.inf if answer.status is Status.INFEASIBLE else -answer.bound
        return Kernel(answer.status, None, float(bound), answer.nodes)
    columns_chosen = tuple(int(columns[place]) if place >= 0 else -1 for place in answer.choice.columns)
    return Kernel(answer.status, Choice(columns_chosen, answer.choice.hires), -answer.bound, answer.nodes)
