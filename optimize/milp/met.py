"""Plans and mixtures of columns that were met: a model of the choice is exact, or as high as any bound, at these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.selection.exact import Choice


@dataclass(frozen=True, eq=False)
class Met:
    """What was met.

    Attributes
    ----------
    plans : tuple of tuple of int
        The column of each segment, -1 for unserved.
    mixtures : tuple of ndarray
        Shares of the columns, as a relaxation has them, shape (N,) each.
    """

    plans: tuple[tuple[int, ...], ...] = ()
    mixtures: tuple[FloatArray, ...] = ()

    def has(self, choice: Choice) -> bool:
        """Return whether the columns of a choice were met."""
        return choice.columns in self.plans

    def plus(self, choice: Choice) -> Met:
        """Return the same with a plan."""
        return self if self.has(choice) else replace(self, plans=(*self.plans, choice.columns))

    def mixed(self, shares: FloatArray) -> Met:
        """Return the same with a mixture."""
        return replace(self, mixtures=(*self.mixtures, shares))

    @property
    def columns(self) -> IntArray:
        """Columns of the plans, in ascending order."""
        return np.array(sorted({column for plan in self.plans for column in plan if column >= 0}), dtype=np.int64)

    def shares(self, n_columns: int) -> Iterator[FloatArray]:
        """Yield the shares of the columns in each plan and mixture, or of none where nothing was met."""
        for plan in self.plans:
            yield np.bincount([column for column in plan if column >= 0], minlength=n_columns).astype(np.float64)
        yield from self.mixtures
        if not self.plans and not self.mixtures:
            yield np.zeros(n_columns)


NOTHING_MET = Met()
