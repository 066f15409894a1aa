"""Columns: every offering that each segment may get, as option indices; names and effects are made when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, overload

import numpy as np

from optimize.arrays import distinct
from optimize.offerings.effects import Codes, Effects, Picks
from scenarios.contents import Rule
from scenarios.offerings import Offering, resolve
from scenarios.problems import Problem, TooLarge
from scenarios.scenario import Scenario
from simcore.clock import Bools, Floats, Ints

MOST_COLUMNS = 2_000_000
BLOCK = 50_000
"""Offerings that are looked at together."""


@dataclass(frozen=True)
class Column:
    """A segment with an offering that it may get."""

    segment: str
    offering: Offering

    @property
    def name(self) -> str:
        """The offering in words: lever=option, levers in their order."""
        return ", ".join(f"{lever}={option}" for lever, option in self.offering.options.items())


class Columns(Sequence[Column]):
    """Columns as arrays; a :class:`Column` is made of one when it is asked for.

    Parameters
    ----------
    scenario : Scenario
    effects : Effects
        Of the scenario.
    segment : array of int, shape (N,)
        Index of the segment of each column.
    picks : array of int, shape (N, levers)
        Index of the option of each lever.
    """

    def __init__(self, scenario: Scenario, effects: Effects, segment: Ints, picks: Picks) -> None:
        self.scenario, self.effects, self.segment, self.picks = scenario, effects, segment, picks

    @classmethod
    def of(cls, scenario: Scenario, effects: Effects, columns: Iterable[Column]) -> Columns:
        """Return columns as arrays."""
        given = list(columns)
        names = list(scenario.segments)
        rows = [
            [
                options.index(c.offering.options[lever])
                for lever, options in zip(effects.levers, effects.options, strict=True)
            ]
            for c in given
        ]
        picks = np.array(rows, dtype=np.int16).reshape(len(given), len(effects.levers))
        return cls(scenario, effects, np.array([names.index(c.segment) for c in given], dtype=np.int64), picks)

    def __len__(self) -> int:
        return len(self.picks)

    @overload
    def __getitem__(self, index: int) -> Column: ...
    @overload
    def __getitem__(self, index: slice) -> Columns: ...
    def __getitem__(self, index: int | slice) -> Column | Columns:
        if isinstance(index, slice):
            return self.take(np.arange(len(self))[index])
        segment = self.segments[self.segment[index]]
        return Column(segment, resolve(self.scenario, segment, self.options(index)))

    def take(self, rows: Sequence[int] | Ints | Bools) -> Columns:
        """Return some of the columns."""
        kept = np.asarray(rows)
        return Columns(self.scenario, self.effects, self.segment[kept], self.picks[kept])

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """Names of all segments of the scenario."""
        return tuple(self.scenario.segments)

    def options(self, index: int) -> dict[str, str]:
        """Return lever -> option of one column."""
        levers = zip(self.effects.levers, self.effects.options, self.picks[index].tolist(), strict=True)
        return {lever: options[pick] for lever, options, pick in levers}

    def having(self, segment: str, options: Mapping[str, str]) -> Ints:
        """Return the columns of a segment whose offering has these options (lever -> option)."""
        found = self.segment == self.segments.index(segment)
        for lever, option in options.items():
            place = self.effects.levers.index(lever)
            found = found & (self.picks[:, place] == self.effects.options[place].index(option))
        return np.flatnonzero(found)

    @property
    def names(self) -> Names:
        """The offerings in words, made one by one."""
        return Names(self)

    def code(self, effect: str) -> Codes:
        """Return the code of an effect, shape (N,)."""
        return self.effects.code(effect, self.picks)

    def each(self, effect: str, amount: Callable[[Any], float]) -> Floats:
        """Return an amount that follows from one effect, shape (N,)."""
        return self.effects.each(effect, self.picks, amount)

    @property
    def offering_key(self) -> Ints:
        """Numbers of the offerings: equal where all options are, shape (N,)."""
        return distinct(*self.picks.T)[1] if self.picks.size else np.zeros(len(self), dtype=np.int64)

    def by_name(self) -> Ints:
        """Return the columns in the order of segment and of the names of their options, lever by lever."""
        ranks = [
            np.argsort(np.argsort(np.array([f"{option}, " for option in options])))[self.picks[:, lever]]
            for lever, options in enumerate(self.effects.options)
        ]
        return np.lexsort((*ranks[::-1], self.segment))

    def option_use(self) -> Bools:
        """Return which options each column uses, shape (N, options of all levers)."""
        offsets = np.cumsum([0, *(len(options) for options in self.effects.options)])
        use = np.zeros((len(self), int(offsets[-1])), dtype=bool)
        for lever, offset in enumerate(offsets[:-1]):
            use[np.arange(len(self)), offset + self.picks[:, lever]] = True
        return use


class Names(Sequence[str]):
    """The offerings of columns in words: lever=option, levers in their order."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Names: ...
    def __getitem__(self, index: int | slice) -> str | Names:
        if isinstance(index, slice):
            return Names(self._columns[index])
        return ", ".join(f"{lever}={option}" for lever, option in self._columns.options(index).items())


def joined(parts: Sequence[Columns]) -> Columns:
    """Return columns of one scenario one after the other."""
    first = parts[0]
    segment = np.concatenate([part.segment for part in parts])
    return Columns(first.scenario, first.effects, segment, np.concatenate([part.picks for part in parts]))


def columns(scenario: Scenario) -> Columns:
    """Return every column that the options of each segment and the rules within an offering allow.

    Raises
    ------
    TooLarge
        More than ``MOST_COLUMNS``.
    """
    effects = Effects(scenario)
    empty = Columns(scenario, effects, np.zeros(0, dtype=np.int64), np.zeros((0, len(effects.levers)), dtype=np.int16))
    return joined([empty, *blocks(scenario, effects)])


def blocks(scenario: Scenario, effects: Effects, size: int = BLOCK) -> Iterator[Columns]:
    """Yield the columns block by block, each of one segment.

    Raises
    ------
    TooLarge
        More than ``MOST_COLUMNS``.
    """
    allowed = {name: allowed_options(scenario, name) for name in scenario.segments}
    count = sum(prod(len(options) for options in levers.values()) for levers in allowed.values())
    if count > MOST_COLUMNS:
        what = f"{count:,} offerings are too many to compare (at most {MOST_COLUMNS:,})"
        raise TooLarge([Problem("levers", what, "Restrict segments.*.options, or use fewer levers.")])
    rules = [rule for rule in scenario.rules if rule.scope == "offering"]
    for segment, levers in enumerate(allowed.values()):
        for picks in _picks(effects, levers, size):
            good = ~effects.clash(picks)
            for rule in rules:
                good &= ~_breaks(rule, effects, picks)
            if good.any():
                yield Columns(scenario, effects, np.full(int(good.sum()), segment, dtype=np.int64), picks[good])


def allowed_options(scenario: Scenario, segment: str) -> dict[str, tuple[str, ...]]:
    """Return lever -> options that may be offered to a segment."""
    only = scenario.segments[segment].options
    return {lever: only.get(lever, tuple(options)) for lever, options in scenario.levers.items()}


def _picks(effects: Effects, levers: Mapping[str, tuple[str, ...]], size: int) -> Iterator[Picks]:
    """Yield every combination of one option per lever; the last lever turns fastest."""
    indices = [
        np.array([names.index(option) for option in levers[lever]], dtype=np.int16)
        for lever, names in zip(effects.levers, effects.options, strict=True)
    ]
    shape = tuple(len(index) for index in indices)
    count = prod(shape)
    for begin in range(0, count, size):
        places = np.unravel_index(np.arange(begin, min(begin + size, count)), shape) if shape else ()
        picks = np.zeros((min(size, count - begin), len(shape)), dtype=np.int16)
        for lever, (index, place) in enumerate(zip(indices, places, strict=True)):
            picks[:, lever] = index[place]
        yield picks


def _breaks(rule: Rule, effects: Effects, picks: Picks) -> Bools:
    """Return which offerings have the option of a rule without what it requires, or with what it excludes."""
    broken = np.zeros(len(picks), dtype=bool)
    if rule.requires is not None:
        broken |= ~effects.has(rule.requires, picks)
    if rule.excludes is not None:
        broken |= effects.has(rule.excludes, picks)
    return np.asarray(broken & effects.has(rule.option, picks))
