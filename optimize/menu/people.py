"""The cheapest people who carry each of many designs.

With the offers of a design fixed, only people are left to decide. Teams share no window, so each is staffed on its own:
all numbers of people that it may have are tried on all designs at once. Its pay may use up a limit of the company;
whoever is cheapest uses least of that, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf, prod

import numpy as np

from optimize.selection.restrictions import Hire, Limit
from optimize.selection.selection import Selection
from optimize.selection.staffed_window import TOLERANCE, StaffedWindow
from simcore.clock import Floats, Ints

MOST_WAYS = 5_000
"""Ways to staff a team that are tried; of more, cost and what they add are each taken at their best."""
ROUNDING = 1e-6
"""Share of a limit by which a design may seem to break it: what it breaks is told when it is solved."""


def cheapest_people(selection: Selection, of: Ints, count: int) -> Floats:
    """Return what the people of each design cost at least, shape (count,); infinity where none carry it.

    Parameters
    ----------
    selection : Selection
        Without shared pools.
    of : array of int, shape (N,)
        The design of each column; all columns of a design are chosen together.
    count : int
        How many designs there are.
    """
    missing = [added(of, limit.usage, count) - limit.capacity - _rounding(limit) for limit in selection.limits]
    loads = [added(of, window.load, count) for window in selection.windows]
    cost, alone = np.zeros(count), set(range(len(loads)))
    for team in teams(selection):
        enough = np.ones((count, team.count), dtype=np.bool_)
        for index in team.limits:
            enough &= missing[index][:, None] <= team.adds(index)
        for index in team.windows:
            enough &= loads[index][:, None] <= _carried(selection.windows[index], team.staffs(index))
        cost += np.where(enough, team.cost, inf).min(axis=1)
        for index in {i for hire in team.hires for i in hire.adds}:
            missing[index] -= np.where(enough, team.adds(index), -inf).max(axis=1)
        alone -= set(team.windows)
    for index in alone:
        cost[loads[index] > _carried(selection.windows[index], np.zeros(1))] = inf
    return np.where(np.all([left <= 0 for left in missing], axis=0), cost, inf)


@dataclass(frozen=True)
class Team:
    """Hires that work together, on which no others work.

    Attributes
    ----------
    hires : tuple of Hire
    limits, windows : tuple of int
        Those that no other hires change.
    ways : array of int, shape (ways, hires), or None
        Units of each hire, way by way; None: there are too many.
    """

    hires: tuple[Hire, ...]
    limits: tuple[int, ...]
    windows: tuple[int, ...]
    ways: Ints | None

    @property
    def count(self) -> int:
        """How many ways are looked at."""
        return 1 if self.ways is None else len(self.ways)

    @property
    def cost(self) -> Floats:
        """What each way costs."""
        return self._amounts([hire.cost for hire in self.hires], min)

    def adds(self, limit: int) -> Floats:
        """Return what each way adds to a limit."""
        return self._amounts([hire.adds.get(limit, 0.0) for hire in self.hires], max)

    def staffs(self, window: int) -> Floats:
        """Return the people that each way brings to a staffed window."""
        return self._amounts([hire.staffs.get(window, 0.0) for hire in self.hires], max)

    def _amounts(self, rates: Sequence[float], best: Callable[[float, float], float]) -> Floats:
        if self.ways is not None:
            return np.asarray(self.ways @ np.array(rates))
        pairs = zip(self.hires, rates, strict=True)
        return np.array([sum(best(rate * hire.least, rate * _most(hire)) for hire, rate in pairs if rate)])


def teams(selection: Selection) -> Iterator[Team]:
    """Yield the hires of a choice in groups that add to no limit and staff no window together."""
    work = [
        {("limit", i) for i, more in hire.adds.items() if more > 0}
        | {("window", i) for i, n in hire.staffs.items() if n}
        for hire in selection.hires
    ]
    groups: list[tuple[set[int], set[tuple[str, int]]]] = []
    for hire, mine in enumerate(work):
        near = [group for group in groups if group[1] & mine]
        groups = [group for group in groups if group not in near]
        groups.append(({hire}.union(*(g[0] for g in near)), mine.union(*(g[1] for g in near))))
    for members, _ in groups:
        hires = tuple(selection.hires[hire] for hire in sorted(members))
        rest = [hire for index, hire in enumerate(selection.hires) if index not in members]
        yield Team(
            hires,
            tuple({i for hire in hires for i in hire.adds} - {i for hire in rest for i in hire.adds}),
            tuple({i for hire in hires for i in hire.staffs}),
            _ways(hires),
        )


def _ways(hires: Sequence[Hire]) -> Ints | None:
    if prod(_most(hire) - hire.least + 1 for hire in hires) > MOST_WAYS:
        return None
    every = product(*(range(hire.least, int(_most(hire)) + 1) for hire in hires))
    return np.array(list(every), dtype=np.int64).reshape(-1, len(hires))


def _most(hire: Hire) -> float:
    return inf if hire.most is None else hire.most


def _rounding(limit: Limit) -> float:
    return ROUNDING * max(abs(limit.capacity), limit.largest)


def _carried(window: StaffedWindow, more: Floats) -> Floats:
    """Return the load that people carry with so many more, below 0 where there are fewer than none."""
    whole = np.floor((window.present + more) * (1 + float(TOLERANCE)) + float(TOLERANCE))
    carried = window.carries[np.clip(whole, 0, len(window.carries) - 1).astype(np.int64)]
    room = ROUNDING * max(float(window.carries[-1]), float(window.load.max(initial=0.0)))
    return np.where(whole >= 0, carried + room, -1.0)


def added(place: Ints, amounts: Floats, count: int) -> Floats:
    """Return the sum of the amounts in each place, shape (count,)."""
    return np.asarray(np.bincount(place, weights=amounts, minlength=count), dtype=np.float64)
