"""The choice of one offering per segment, as arrays: nothing here knows of files or simulation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from optimize.arrays import BoolArray, FloatArray, IntArray, bool_array, float_array, int_array
from optimize.selection.comparison import Comparison
from optimize.selection.names import Names
from optimize.selection.restrictions import Hire, Limit, Option, finite
from optimize.selection.shared_pool import SharedPool
from optimize.selection.staffed_window import StaffedWindow

__all__ = ["Hire", "Limit", "Option", "Selection", "SharedPool", "StaffedWindow"]

Pair = tuple[int, int]
UNSERVED, UNKNOWN = -1, -2


@dataclass(frozen=True, eq=False, kw_only=True)
class Selection:
    """One column (segment x offering) for each segment, so that the company earns the most.

    Maximise, with x_j = 1 for each chosen column j, B = sum_j over_serving_j x_j, n_h units of hire h, and
    V_p = sum_j variance_pj x_j in pool p::

        sum_j margin_j x_j - sum_h cost_h n_h - sum_{o used} fixed_cost_o - sum_p cost_p sqrt(V_p)
        - B sum_j brand_revenue_j x_j

    Parameters
    ----------
    segments
        Names of the segments, all different.
    column_segment
        Index of each column's segment, shape (N,).
    margin
        Money in the period of each column, before the costs above, shape (N,).
    column_names
        Names for messages, different within a segment, N of them.
    offering_key
        Columns with equal keys are the same offering, shape (N,).
    must_serve
        Whether each segment must get a column, shape (n_segments,); the others may stay unserved, for no money.
    limits, hires, options
        Shared capacities, what adds to them, and what is paid once.
    windows
        Windows of time that people staff: their load stays within what the people present carry.
    pools
        Pools that the columns share: they cost the root of the variance that the chosen columns bring.
    option_use
        Whether a column uses an option, shape (N, n_options).
    fixed_cost_budget
        Upper bound on the fixed costs of the used options, money in the period.
    max_offerings
        Upper bound on the number of different offerings.
    excludes
        Pairs of options that may not both be used, by the same segment or by two.
    requires
        Pairs (a, b): if anyone uses option a, someone must use option b.
    required_options, forbidden_options
        Options that someone must use; options that nobody may use.
    comparisons
        Segments that see the offer to another, and are to like their own at least as well.
    as_is
        Today's column of each segment, shape (n_segments,): UNSERVED (-1) where it is not served today, UNKNOWN (-2)
        where today's is not among the columns. Of equally good plans, one that changes less is preferred.
    over_serving
        Share of each brand's revenue that choosing the column erodes, shape (N,), not negative.
    brand_revenue
        Money in the period that is exposed to erosion if the column is chosen, shape (N,), not negative.

    Raises
    ------
    ValueError
        In plain words, if anything is missing, not finite, or of the wrong shape.

    Examples
    --------
    >>> choice = Selection(segments=("home",), column_segment=[0, 0], margin=[40.0, 55.0],
    ...                    column_names=("standard", "fast"), offering_key=[0, 1], must_serve=[True])
    >>> choice.n_columns
    2
    """

    segments: tuple[str, ...]
    column_segment: IntArray
    margin: FloatArray
    column_names: Sequence[str]
    offering_key: IntArray
    must_serve: BoolArray
    limits: tuple[Limit, ...] = ()
    hires: tuple[Hire, ...] = ()
    options: tuple[Option, ...] = ()
    windows: tuple[StaffedWindow, ...] = ()
    pools: tuple[SharedPool, ...] = ()
    option_use: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    fixed_cost_budget: float | None = None
    max_offerings: int | None = None
    excludes: tuple[Pair, ...] = ()
    requires: tuple[Pair, ...] = ()
    required_options: tuple[int, ...] = ()
    forbidden_options: tuple[int, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    as_is: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    over_serving: FloatArray = field(default_factory=lambda: np.zeros(0))
    brand_revenue: FloatArray = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        object.__setattr__(self, "column_names", Names.of(self.column_names))
        for name in ("segments", "limits", "hires", "options", "windows", "pools", "comparisons"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        self._freeze_arrays()
        self._check_names()
        self._check_limits()
        self._check_options()
        if self.fixed_cost_budget is not None:
            finite("fixed_cost_budget", self.fixed_cost_budget)
        if self.max_offerings is not None and (type(self.max_offerings) is not int or self.max_offerings < 0):
            raise ValueError(f"max_offerings must be a whole number from 0. Got {self.max_offerings!r} instead.")

    @property
    def n_segments(self) -> int:
        """Number of segments."""
        return len(self.segments)

    @property
    def n_columns(self) -> int:
        """Number of columns, N."""
        return len(self.column_names)

    def is_as_is(self) -> BoolArray:
        """Return which columns are today's, shape (N,)."""
        found = np.zeros(self.n_columns, dtype=np.bool_)
        found[self.as_is[self.as_is >= 0]] = True
        return found

    @property
    def erodes(self) -> bool:
        """Whether any plan could erode a brand."""
        return bool(self.over_serving.any() and self.brand_revenue.any())

    @property
    def offerings_limited(self) -> bool:
        """Whether `max_offerings` can bind at all."""
        if self.max_offerings is None:
            return False
        return self.max_offerings < min(self.n_segments, len(np.unique(self.offering_key)))

    def least_and_most(self, amounts: FloatArray) -> tuple[float, float]:
        """Return the least and the most of an amount per column, shape (N,), that a choice adds up to.

        The least holds where everybody is served who must be; the most for any choice of one column per segment.
        """
        most, least = np.zeros(self.n_segments), np.full(self.n_segments, np.inf)
        np.maximum.at(most, self.column_segment, amounts)
        np.minimum.at(least, self.column_segment, amounts)
        least = np.where(self.must_serve & np.isfinite(least), least, np.minimum(least, 0.0))
        return float(least.sum()), float(most.sum())

    def columns_of(self, segment: int) -> list[int]:
        """Columns of one segment, in order."""
        return [int(column) for column in np.flatnonzero(self.column_segment == segment)]

    def _freeze_arrays(self) -> None:
        columns = (self.n_columns,)
        for name in ("column_segment", "offering_key"):
            object.__setattr__(self, name, int_array(name, getattr(self, name), columns))
        object.__setattr__(self, "margin", float_array("margin", self.margin, columns))
        object.__setattr__(self, "must_serve", bool_array("must_serve", self.must_serve, (self.n_segments,)))
        as_is = self.as_is if np.size(self.as_is) else np.full(self.n_segments, UNKNOWN)
        object.__setattr__(self, "as_is", int_array("as_is", as_is, (self.n_segments,)))
        if np.size(self.option_use) == 0:
            object.__setattr__(self, "option_use", np.zeros((self.n_columns, len(self.options)), dtype=np.bool_))
        shape = (self.n_columns, len(self.options))
        object.__setattr__(self, "option_use", bool_array("option_use", self.option_use, shape))
        for name in ("over_serving", "brand_revenue"):
            given = getattr(self, name)
            array = float_array(name, given if np.size(given) else np.zeros(columns), columns)
            if (array < 0).any():
                raise ValueError(f"{name} must not be negative. Got {array.min()} instead.")
            object.__setattr__(self, name, array)

    def _check_names(self) -> None:
        if not self.segments:
            raise ValueError("There must be at least one segment.")
        if self.n_columns and not (0 <= self.column_segment.min() <= self.column_segment.max() < self.n_segments):
            raise ValueError(f"column_segment must lie between 0 and {self.n_segments - 1}.")
        _different("segments", self.segments)
        today = list(enumerate(self.as_is.tolist()))
        if any(j >= self.n_columns or (j >= 0 and self.column_segment[j] != segment) for segment, j in today):
            raise ValueError("as_is must name a column of each segment, or -1 (not served) or -2 (not known).")
        self._check_column_names()
        _different("limits", [limit.name for limit in self.limits])
        _different("hires", [hire.name for hire in self.hires])
        _different("options", [option.name for option in self.options])
        _different("windows", [window.name for window in self.windows])
        _different("pools", [pool.name for pool in self.pools])

    def _check_column_names(self) -> None:
        names = Names.of(self.column_names)
        codes = self.column_segment * max(1, len(names.labels)) + names.which
        ordered = np.sort(codes)
        again = ordered[1:][ordered[1:] == ordered[:-1]]
        if len(again):
            column = int(np.flatnonzero(codes == again[0])[0])
            pair = self.segments[self.column_segment[column]], names[column]
            raise ValueError(f"The columns of a segment must have different names. Got {pair!r} twice.")

    def _check_limits(self) -> None:
        for limit in self.limits:
            float_array(f"The usage of {limit.words!r}", limit.usage, (self.n_columns,))
        for hire in self.hires:
            _within(f"{hire.words!r} adds to limit", hire.adds, len(self.limits))
            _within(f"{hire.words!r} staffs window", hire.staffs, len(self.windows))
        for window in self.windows:
            float_array(f"The load of {window.words!r}", window.load, (self.n_columns,))
        for pool in self.pools:
            float_array(f"The variance of {pool.words!r}", pool.variance, (self.n_columns,))
            _within(f"{pool.words!r} takes of limit", pool.takes, len(self.limits))

        for one in self.comparisons:
            float_array(f"The worth in {one.words!r}", one.worth, (self.n_columns,))
            _within(f"{one.words!r} names segment", (one.segment, one.other), self.n_segments)

    def _check_options(self) -> None:
        for name in ("required_options", "forbidden_options"):
            _within(f"{name} names option", getattr(self, name), len(self.options))
        for name in ("excludes", "requires"):
            for pair in getattr(self, name):
                _within(f"{name} names option", pair, len(self.options))
                if len(pair) != 2 or pair[0] == pair[1]:
                    raise ValueError(f"{name} must hold pairs of different options. Got {pair!r} instead.")


def _different(what: str, names: Iterable[object]) -> None:
    seen: set[object] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"The {what} must have different names. Got {name!r} twice.")
        seen.add(name)


def _within(what: str, indices: Iterable[int], count: int) -> None:
    for index in indices:
        if isinstance(index, bool) or not isinstance(index, int | np.integer) or not 0 <= index < count:
            raise ValueError(f"{what} {index!r}, but there are {count}, counted from 0.")
