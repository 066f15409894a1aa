"""The choices of each segment as a depth-first search takes them: segments with few good choices first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.search.fitting import Fitting
from optimize.search.segments import Segments
from optimize.search.valuation import Valuation

STANDING_OUT = 3  # choices of a segment by whose regret its turn is set


@dataclass(frozen=True, eq=False)
class Budget:
    """What plans may lose against a bound.

    Parameters
    ----------
    bound
        No plan earns more.
    regret, unserved
        By how much the bound falls if a column is chosen, shape (N,), or a segment is left unserved, shape (S,).
    price
        What one more unit of each limit and window adds to the bound, shape (m,).
    """

    bound: float
    regret: FloatArray
    unserved: FloatArray
    price: FloatArray


@dataclass(frozen=True, eq=False)
class Level:
    """The choices of one segment, by regret, and the least that the segments after it use of each limit.

    Parameters
    ----------
    segment
        Its number.
    columns, regret, usage
        Of each choice, -1 for unserved; shapes (c,), (c,) and (c, m).
    least_after
        Shape (m,).
    """

    segment: int
    columns: IntArray
    regret: FloatArray
    usage: FloatArray
    least_after: FloatArray

    @cached_property
    def fitting(self) -> Fitting:
        """The choices by what they use."""
        return Fitting(self.usage)


def levels(valuation: Valuation, budget: Budget, most: float) -> list[Level]:
    """Return the choices of each segment whose regret is within a number."""
    selection = valuation.selection
    segments = Segments(selection)
    usage = np.array([*valuation.usage, np.zeros(selection.n_columns)])[: len(valuation.usage)]
    choices = []
    for segment in range(selection.n_segments):
        part = segments.columns(segment)
        columns = part.start + np.flatnonzero(budget.regret[part] <= most)
        if not selection.must_serve[segment] and budget.unserved[segment] <= most:
            columns = np.append(columns, -1)
        mine = np.where(columns >= 0, budget.regret[columns] if selection.n_columns else 0.0, budget.unserved[segment])
        order = np.argsort(mine, kind="stable")
        taken = (
            np.where(columns >= 0, usage[:, columns], 0.0)
            if selection.n_columns
            else np.zeros((len(usage), len(columns)))
        )
        choices.append((segment, columns[order], mine[order], taken.T[order]))
    choices.sort(key=lambda choice: -float(np.append(choice[2], [most] * STANDING_OUT)[:STANDING_OUT].sum()))
    least = [taken.min(axis=0) if len(taken) else np.zeros(len(usage)) for _, _, _, taken in choices]
    after = np.array([*least[1:], np.zeros(len(usage))])[::-1].cumsum(axis=0)[::-1]
    return [Level(*choice, least_after=rest) for choice, rest in zip(choices, after, strict=True)]
