"""A choice recomputed from its columns in rational arithmetic: what it earns, and what it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from optimize.selection.selection import Selection
from optimize.selection.shared_pool import root

TOLERANCE = Fraction(1, 10**9)  # on a limit, relative to the largest number in it


@dataclass(frozen=True)
class Choice:
    """The chosen column of each segment (-1: unserved), and the units of each hire."""

    columns: tuple[int, ...]
    hires: tuple[int, ...]

    @property
    def chosen(self) -> list[int]:
        """The chosen columns."""
        return [column for column in self.columns if column >= 0]


@dataclass(frozen=True)
class Slack:
    """What a limit leaves: `capacity` includes hired units, `slack` is what is not used of it."""

    name: str
    words: str
    slack: float
    capacity: float


@dataclass(frozen=True)
class _Margin:
    name: str
    words: str
    capacity: Fraction
    used: Fraction
    scale: Fraction

    @property
    def slack(self) -> Fraction:
        return self.capacity - self.used

    @property
    def told(self) -> Slack:
        return Slack(self.name, self.words, float(self.slack), float(self.capacity))


def value(selection: Selection, choice: Choice) -> Fraction:
    """Money in the period that a choice earns, exactly.

    sum margin - sum cost x units - fixed costs of used options - sum cost x root of the variance of pools
    - (sum over_serving) x (sum brand_revenue), with irrational roots rounded up by less than 2^-198 of themselves.
    """
    margin = _sum(selection.margin, choice)
    hired = sum((Fraction(h.cost) * n for h, n in zip(selection.hires, choice.hires, strict=True)), Fraction(0))
    erosion = _sum(selection.over_serving, choice) * _sum(selection.brand_revenue, choice)
    roots = zip(selection.pools, _pool_roots(selection, choice), strict=True)
    pooled = sum((Fraction(pool.cost) * spread for pool, spread in roots), Fraction(0))
    return margin - hired - _fixed_costs(selection, choice) - pooled - erosion


def pool_variances(selection: Selection, choice: Choice) -> list[Fraction]:
    """Return the variance that the chosen columns bring to each pool, exactly."""
    return [_sum(pool.variance, choice) for pool in selection.pools]


def _pool_roots(selection: Selection, choice: Choice) -> list[Fraction]:
    return [root(variance) for variance in pool_variances(selection, choice)]


def slacks(selection: Selection, choice: Choice) -> list[Slack]:
    """Return what each limit, each window, the budget and the number of offerings leave."""
    return [one.told for one in _margins(selection, choice)]


def binding(selection: Selection, choice: Choice) -> list[Slack]:
    """Return the limits that leave nothing."""
    return [one.told for one in _margins(selection, choice) if one.slack <= TOLERANCE * one.scale]


def violations(selection: Selection, choice: Choice) -> list[str]:
    """Words for each rule that a choice breaks; none for a good one."""
    return [*_wrong_columns(selection, choice), *_wrong_hires(selection, choice), *_broken(selection, choice)]


def _wrong_columns(selection: Selection, choice: Choice) -> Iterator[str]:
    for segment, column in enumerate(choice.columns):
        if column < 0 and selection.must_serve[segment]:
            yield f"segment {selection.segments[segment]!r} is unserved"
        if column >= 0 and selection.column_segment[column] != segment:
            yield f"segment {selection.segments[segment]!r} has a column of another segment"


def _wrong_hires(selection: Selection, choice: Choice) -> Iterator[str]:
    for hire, units in zip(selection.hires, choice.hires, strict=True):
        if units < hire.least or (hire.most is not None and units > hire.most):
            yield f"{units} units of {hire.words!r}"


def _broken(selection: Selection, choice: Choice) -> Iterator[str]:
    for index, window in enumerate(selection.windows):
        if (there := window.people(selection.hires, choice.hires, index)) < -TOLERANCE:
            yield f"{window.words}: {float(there)} people"
    for one in _margins(selection, choice):
        if one.slack < -TOLERANCE * one.scale:
            yield f"{one.words}: {float(one.used)} of {float(one.capacity)}"
    for compared in selection.comparisons:
        own, other = choice.columns[compared.segment], choice.columns[compared.other]
        if own >= 0 and other >= 0 and compared.envies(own, other):  # floats compare exactly
            yield f"not so: {compared.words}"
    used = _used(selection, choice)
    words = [option.words for option in selection.options]
    yield from (f"{words[a]!r} and {words[b]!r}" for a, b in selection.excludes if {a, b} <= used)
    yield from (f"{words[a]!r} without {words[b]!r}" for a, b in selection.requires if a in used and b not in used)
    yield from (f"no {words[option]!r}" for option in selection.required_options if option not in used)
    yield from (f"{words[option]!r} is used" for option in selection.forbidden_options if option in used)


def _margins(selection: Selection, choice: Choice) -> list[_Margin]:
    found = [_limit(selection, choice, index) for index in range(len(selection.limits))]
    found += [_window(selection, choice, index) for index in range(len(selection.windows))]
    if selection.fixed_cost_budget is not None:
        budget, spent = Fraction(selection.fixed_cost_budget), _fixed_costs(selection, choice)
        scale = max([abs(budget), *(abs(Fraction(option.fixed_cost)) for option in selection.options)])
        found.append(_Margin("fixed_cost_budget", "the budget for setting up options", budget, spent, scale))
    if selection.max_offerings is not None:
        different = Fraction(len({int(selection.offering_key[column]) for column in choice.chosen}))
        allowed = Fraction(selection.max_offerings)
        found.append(_Margin("max_offerings", "the number of different offerings", allowed, different, Fraction(0)))
    return found


def _limit(selection: Selection, choice: Choice, index: int) -> _Margin:
    limit = selection.limits[index]
    adds: list[Fraction] = [Fraction(hire.adds.get(index, 0.0)) for hire in selection.hires]
    capacity = Fraction(limit.capacity) + sum(more * n for more, n in zip(adds, choice.hires, strict=True))
    takes = [Fraction(pool.takes.get(index, 0.0)) for pool in selection.pools]
    roots = _pool_roots(selection, choice) if any(takes) else [Fraction(0)] * len(takes)
    pooled = sum((share * spread for share, spread in zip(takes, roots, strict=True)), Fraction(0))
    largest_usage = Fraction(limit.largest)
    scale = max([abs(Fraction(limit.capacity)), largest_usage, pooled, *(abs(more) for more in adds)])
    return _Margin(limit.name, limit.words, capacity, _sum(limit.usage, choice) + pooled, scale)


def _window(selection: Selection, choice: Choice, index: int) -> _Margin:
    window = selection.windows[index]
    capacity = window.carried_by(window.people(selection.hires, choice.hires, index))
    scale = Fraction(max(float(window.carries[-1]), float(window.load.max(initial=0.0))))
    return _Margin(window.name, window.words, capacity, _sum(window.load, choice), scale)


def _sum(numbers: np.ndarray[tuple[int, ...], np.dtype[np.float64]], choice: Choice) -> Fraction:
    return sum((Fraction(float(numbers[column])) for column in choice.chosen), Fraction(0))


def _used(selection: Selection, choice: Choice) -> set[int]:
    return {int(option) for column in choice.chosen for option in np.flatnonzero(selection.option_use[column])}


def _fixed_costs(selection: Selection, choice: Choice) -> Fraction:
    used = _used(selection, choice)
    return sum((Fraction(selection.options[option].fixed_cost) for option in used), Fraction(0))
