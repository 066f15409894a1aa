"""What limits a choice and what loosens it: limits, hires and options."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from optimize.arrays import FloatArray, float_array


def finite(name: str, value: float) -> float:
    """Return `value` as a float, or raise ValueError when it is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number. Got {value!r} instead.")
    return float(value)


def _whole(name: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} must be a whole number. Got {value!r} instead.")


@dataclass(frozen=True, eq=False)
class Limit:
    """A shared capacity: the usage of the chosen columns stays within it.

    Parameters
    ----------
    name
        Its id, unique among the limits.
    words
        What a planner calls it.
    capacity
        What there is before any hiring, in `unit`.
    usage
        What each column takes, shape (N,), in `unit`. A floor is written with negative usage and capacity.
    unit
        The unit of `capacity` and `usage`.
    """

    name: str
    words: str
    capacity: float
    usage: FloatArray
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "capacity", finite(f"The capacity of {self.words!r}", self.capacity))
        usage = float_array(f"The usage of {self.words!r}", self.usage, (len(self.usage),))
        object.__setattr__(self, "usage", usage)

    @cached_property
    def largest(self) -> float:
        """What a column takes, or gives, at most, in `unit`."""
        return float(np.abs(self.usage).max(initial=0.0))


@dataclass(frozen=True)
class Hire:
    """Whole units of capacity that can be taken on, or given back where `least` is negative.

    Parameters
    ----------
    name, words
        Its id, unique among the hires, and what a planner calls it.
    cost
        Money per unit in the period; giving a unit back saves it.
    most
        The largest number of units; None for no cap.
    least
        The smallest number of units, at most `most`.
    adds
        Index of a limit -> what one unit adds to that limit's capacity.
    staffs
        Index of a staffed window -> people that one unit brings there (a share where they are less efficient).
    today
        Units that there are today. Of equally good plans, one that changes less is preferred.
    """

    name: str
    words: str
    cost: float
    most: int | None
    least: int = 0
    adds: Mapping[int, float] = field(default_factory=dict)
    staffs: Mapping[int, float] = field(default_factory=dict)
    today: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", finite(f"The cost of {self.words!r}", self.cost))
        _whole(f"The least of {self.words!r}", self.least)
        if self.most is not None:
            _whole(f"The most of {self.words!r}", self.most)
            if self.most < self.least:
                raise ValueError(f"{self.words!r} allows at least {self.least} and at most {self.most} units.")
        adds = {limit: finite(f"What {self.words!r} adds", more) for limit, more in self.adds.items()}
        object.__setattr__(self, "adds", adds)
        staffs = {window: finite(f"What {self.words!r} staffs", more) for window, more in self.staffs.items()}
        object.__setattr__(self, "staffs", staffs)

    def change(self, units: int) -> tuple[int, int]:
        """Return a key that orders units: the nearest to today's first, of equally near ones the fewer."""
        return abs(units - self.today), units


@dataclass(frozen=True)
class Option:
    """An option of a lever: `fixed_cost` (money in the period) is paid once if anyone's column uses it."""

    name: str
    words: str
    fixed_cost: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "fixed_cost", finite(f"The fixed cost of {self.words!r}", self.fixed_cost))
