"""The same choice under several demand scenarios: one design that has to do for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from optimize.selection.canonical import taken
from optimize.selection.dominance import worth_keeping
from optimize.selection.exact import Choice, value
from optimize.selection.restrictions import Hire, Limit
from optimize.selection.selection import Selection, SharedPool, StaffedWindow

Staff = Literal["fixed", "follows"]
"""fixed: the same people under every outlook; follows: people are added or taken away when demand is known."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """One demand scenario, and what the columns are worth and use under it.

    Attributes
    ----------
    name : str
        What a planner calls it.
    probability : float
        Of all outlooks together they add up to 1.
    selection : Selection
        The same segments, columns, hires and options under every outlook.
    spent : float
        Money in the period that is spent whatever is chosen.
    """

    name: str
    probability: float
    selection: Selection
    spent: float = 0.0


@dataclass(frozen=True, eq=False)
class Together:
    """A choice that keeps within the limits of every outlook.

    Attributes
    ----------
    selection : Selection
        Its margin is the expected one, brand erosion apart, which differs between outlooks.
    hires : tuple of tuple of int
        For each outlook, its hires among those of the selection.
    pools : tuple of tuple of int
        For each outlook, its pools.
    columns : tuple of int
        Which columns of the outlooks as they were given these are.
    """

    outlooks: tuple[Outlook, ...]
    selection: Selection
    hires: tuple[tuple[int, ...], ...]
    pools: tuple[tuple[int, ...], ...]
    staff: Staff
    columns: tuple[int, ...]

    def taken(self, columns: Sequence[int]) -> Together:
        """Return the same choice among some of the columns."""
        fewer = [
            replace(o, selection=taken(o.selection, range(o.selection.n_segments), columns)) for o in self.outlooks
        ]
        return _joined(fewer, self.staff, tuple(self.columns[column] for column in columns))

    def units(self, choice: Choice) -> list[tuple[int, ...]]:
        """Return the units of each hire under each outlook."""
        return [tuple(choice.hires[index] for index in own) for own in self.hires]

    def margins(self, columns: Sequence[int], units: Sequence[Sequence[int]]) -> list[float]:
        """Return what a choice earns under each outlook, recomputed exactly."""
        return [
            float(value(outlook.selection, Choice(tuple(columns), tuple(own)))) - outlook.spent
            for outlook, own in zip(self.outlooks, units, strict=True)
        ]


def together(outlooks: Sequence[Outlook], staff: Staff) -> Together:
    """Return the choice of one design for all outlooks, without the columns that are dominated in every respect."""
    joined = _joined(outlooks, staff, tuple(range(outlooks[0].selection.n_columns)))
    return joined.taken(worth_keeping(_compared(joined.selection, outlooks)))


def _compared(selection: Selection, outlooks: Sequence[Outlook]) -> Selection:
    """Return a selection that compares columns by all that differs between outlooks."""
    more: list[Limit] = []
    for index, outlook in enumerate(outlooks):
        own = outlook.selection
        amounts = {"margin": -own.margin, "over": own.over_serving, "brand": own.brand_revenue}
        amounts |= {pool.name: pool.variance for pool in own.pools}
        more += [Limit(f"{name}{index}", name, 0.0, usage) for name, usage in amounts.items() if usage.any()]
    return replace(selection, limits=(*selection.limits, *more))


def _joined(outlooks: Sequence[Outlook], staff: Staff, columns: tuple[int, ...]) -> Together:
    first = outlooks[0].selection
    limits: list[Limit] = []
    windows: list[StaffedWindow] = []
    pools: list[SharedPool] = []
    hires: list[Hire] = []
    own_hires: list[tuple[int, ...]] = []
    own_pools: list[tuple[int, ...]] = []
    for index, outlook in enumerate(outlooks):
        own = outlook.selection
        start, opening = len(limits), len(windows)
        limits += [replace(m, name=f"{index} {m.name}", words=f"{outlook.name}: {m.words}") for m in own.limits]
        windows += [replace(w, name=f"{index} {w.name}", words=f"{outlook.name}: {w.words}") for w in own.windows]
        own_pools.append(tuple(range(len(pools), len(pools) + len(own.pools))))
        pools += [
            replace(
                p,
                name=f"{index} {p.name}",
                words=f"{outlook.name}: {p.words}",
                cost=p.cost * outlook.probability,
                takes=_moved(p.takes, start),
            )
            for p in own.pools
        ]
        moved = [
            replace(
                h,
                name=f"{index} {h.name}",
                words=f"{outlook.name}: {h.words}",
                cost=h.cost * outlook.probability,
                adds=_moved(h.adds, start),
                staffs=_moved(h.staffs, opening),
            )
            for h in own.hires
        ]
        if staff == "follows" or index == 0:
            own_hires.append(tuple(range(len(hires), len(hires) + len(moved))))
            hires += moved
        else:
            own_hires.append(own_hires[0])
            hires = [_one(a, b) for a, b in zip(hires, moved, strict=True)]
    return Together(
        tuple(outlooks),
        replace(
            first,
            margin=np.sum([o.probability * o.selection.margin for o in outlooks], axis=0),
            limits=tuple(limits),
            windows=tuple(windows),
            pools=tuple(pools),
            hires=tuple(hires),
            over_serving=np.zeros(first.n_columns),
            brand_revenue=np.zeros(first.n_columns),
        ),
        tuple(own_hires),
        tuple(own_pools),
        staff,
        columns,
    )


def _moved(by_index: Mapping[int, float], start: int) -> dict[int, float]:
    return {index + start: amount for index, amount in by_index.items()}


def _one(hire: Hire, again: Hire) -> Hire:
    """Return a hire that is the same people under one more outlook."""
    words = hire.words.partition(": ")[2] or hire.words
    adds, staffs = {**hire.adds, **again.adds}, {**hire.staffs, **again.staffs}
    least = max(hire.least, again.least)
    most = min((m for m in (hire.most, again.most) if m is not None), default=None)
    return replace(hire, words=words, cost=hire.cost + again.cost, least=least, most=most, adds=adds, staffs=staffs)
