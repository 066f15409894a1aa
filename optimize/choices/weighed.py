"""What a design is weighed by besides its margin: a share of orders, or an amount that a limit counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from optimize.arrays import FloatArray
from optimize.selection.restrictions import Limit
from optimize.selection.selection import Selection
from optimize.solve import Solution


class Weighed(Protocol):
    """A measure of a choice that can be asked for to be at least as good as some value."""

    @property
    def name(self) -> str:
        """Its name, as that of the measure in the simulation where there is one."""

    @property
    def words(self) -> str:
        """What a planner calls it."""

    @property
    def unit(self) -> str:
        """Unit of its values."""

    @property
    def more_is_better(self) -> bool:
        """Whether larger values are better."""

    @property
    def alike(self) -> float:
        """Values that are no further apart are the same: rounding, or nothing that a planner would pay for."""

    def value(self, selection: Selection, found: Solution) -> float:
        """Return the value of a choice."""

    def best(self, selection: Selection) -> float:
        """Return a value that no choice is better than."""

    def asked(self, selection: Selection, value: float) -> Selection:
        """Return the choice among those that are at least as good as a value."""

    def compared(self, selection: Selection, worst: float) -> Selection:
        """Return the choice with all that columns must be compared by, for any value between the worst and the best."""

    def taken(self, columns: Sequence[int]) -> Weighed:
        """Return the measure of some of the columns."""


@dataclass(frozen=True, eq=False)
class Rate:
    """A ratio of sums over the chosen columns, ``sum_j top_j x_j / sum_j bottom_j x_j``, more being better.

    It is at least v where ``sum_j (v bottom_j - top_j) x_j <= 0``, which is linear.
    """

    name: str
    words: str
    top: FloatArray
    bottom: FloatArray
    unit: str = "share"
    more_is_better: bool = True
    alike: float = 1e-9

    def value(self, selection: Selection, found: Solution) -> float:  # noqa: ARG002 - its columns are its own
        """Return the ratio; 1 where nothing is counted."""
        chosen = [column for column in found.columns if column >= 0]
        counted = float(self.bottom[chosen].sum())
        return float(self.top[chosen].sum()) / counted if counted > 0 else 1.0

    def best(self, selection: Selection) -> float:
        """Return the largest ratio of any column; 1 where nobody needs to be served."""
        counted = self.bottom > 0
        if not selection.must_serve.any():
            return 1.0
        return float((self.top[counted] / self.bottom[counted]).max(initial=0.0))

    def asked(self, selection: Selection, value: float) -> Selection:
        """Return the choice with a floor under the ratio."""
        return replace(selection, limits=(*selection.limits, self._floor(value)))

    def compared(self, selection: Selection, worst: float) -> Selection:
        """Return the choice with both floors: a column that is no worse under both is no worse between them."""
        ends = self._floor(worst, "worst"), self._floor(self.best(selection), "best")
        return replace(selection, limits=(*selection.limits, *ends))

    def taken(self, columns: Sequence[int]) -> Rate:
        """Return the measure of some of the columns."""
        kept = np.asarray(columns, dtype=np.int64)
        return replace(self, top=self.top[kept], bottom=self.bottom[kept])

    def _floor(self, value: float, end: str = "") -> Limit:
        words = f"{self.words} at least {value:.4g}"
        return Limit(f"asked[{self.name}{end}]", words, 0.0, value * self.bottom - self.top, self.unit)


@dataclass(frozen=True)
class Amount:
    """What the choice uses of one of its limits, less being better: ``scale x used + offset``.

    The limit may be as wide as nobody ever asks; that it is there makes the amount count.
    """

    name: str
    words: str
    unit: str
    limit: str
    """Name of the limit."""
    scale: float = 1.0
    offset: float = 0.0
    never_below: float = -math.inf
    """No choice has less, whatever its columns say alone: what they share is counted in pools."""
    more_is_better: bool = False
    alike: float = 0.01

    def value(self, selection: Selection, found: Solution) -> float:
        """Return what is used, by columns and hires."""
        left = next(slack.slack for slack in found.slacks if slack.name == self.limit)
        return self.scale * (selection.limits[self._index(selection)].capacity - left) + self.offset

    def best(self, selection: Selection) -> float:
        """Return the least that the columns and hires use if nothing else matters."""
        index = self._index(selection)
        usage = selection.limits[index].usage
        least = 0.0
        for segment in range(selection.n_segments):
            own = usage[selection.column_segment == segment]
            least += min([float(own.min(initial=np.inf)), *([] if selection.must_serve[segment] else [0.0])])
        for hire in selection.hires:
            more = hire.adds.get(index, 0.0)
            least -= max(more * hire.least, more * (hire.most if hire.most is not None else hire.least))
        return max(self.never_below, self.scale * least + self.offset)

    def asked(self, selection: Selection, value: float) -> Selection:
        """Return the choice with a lower limit."""
        index = self._index(selection)
        known = selection.limits[index]
        lower = replace(known, capacity=min(known.capacity, (value - self.offset) / self.scale))
        return replace(selection, limits=(*selection.limits[:index], lower, *selection.limits[index + 1 :]))

    def compared(self, selection: Selection, worst: float) -> Selection:  # noqa: ARG002 - for no value in particular
        """Return the choice as it is: its limit is compared already."""
        return selection

    def taken(self, columns: Sequence[int]) -> Amount:  # noqa: ARG002 - the limit has them
        """Return the measure of some of the columns."""
        return self

    def _index(self, selection: Selection) -> int:
        return next(i for i, limit in enumerate(selection.limits) if limit.name == self.limit)
