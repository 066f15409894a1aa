"""The ways out of a conflict: the least that each limit, or some together, must give so that there is a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from optimize.explanation.growth import least_growth
from optimize.explanation.halving import first
from optimize.explanation.loosening import Loosening, loosenings
from optimize.explanation.worth import loosened
from optimize.selection import Selection
from optimize.solve import PROVEN, Solution, solve
from scenarios.scenario import Scenario

POSSIBLE = 0.5
"""A gap that any plan at all will do for."""


@dataclass(frozen=True)
class WayOut:
    """Limits that give by amounts, and the best plan then: it was solved again, and there is one."""

    gives: tuple[tuple[Loosening, float], ...]
    solution: Solution

    @property
    def words(self) -> str:
        """What gives, in words."""
        return "; ".join(f"{limit.words}: {limit.says(by)}" for limit, by in self.gives)

    @property
    def settings(self) -> tuple[str, ...]:
        """The same as what-ifs for the command, where there are any."""
        return tuple(setting for limit, by in self.gives if (setting := limit.setting(by)))


def ways_out(scenario: Scenario, selection: Selection) -> list[WayOut]:
    """Return the ways out of a choice without a plan, the one whose plan earns most first.

    Each single limit that helps alone gives as little as it must; if no sum does, several give together, as little
    as possible relative to their steps. Where sums do not help at all, as few other limits as must give with them.
    """
    known = loosenings(scenario, selection)
    ways = _direct(selection, known)
    if not ways and (besides := _besides(selection, known)):
        freed, rest = loosened(selection, besides), [limit for limit in known if _is_sum(limit)]
        alone = _way(freed, [])
        others = [alone] if alone is not None else _direct(freed, rest)
        ways = [WayOut((*besides, *way.gives), way.solution) for way in others]
    return sorted(ways, key=lambda way: (-(way.solution.objective or 0.0), way.words))


def _direct(selection: Selection, known: Sequence[Loosening]) -> list[WayOut]:
    """Return the single limits that lead out, and several sums together where no sum does alone."""
    found = [_least(selection, limit) for limit in _helping(selection, known)]
    ways = [way for way in found if way is not None]
    if not any(_is_sum(limit) for way in ways for limit, _ in way.gives):
        ways += _several(selection, known)
    return ways


def _besides(selection: Selection, known: Sequence[Loosening]) -> list[tuple[Loosening, float]]:
    """Return as few limits that are no sums as must give, and as little, where all sums have plenty; none if none do.

    Those that come last in the list are kept if they can be: rules, and whom to serve.
    """
    plenty = {limit.name: (limit, limit.plenty) for limit in known}
    if not _is_possible(selection, list(plenty.values())):
        return []
    others = [limit for limit in known if not _is_sum(limit)]
    for limit in reversed(others):
        rest = [give for name, give in plenty.items() if name != limit.name]
        if _is_possible(selection, rest):
            del plenty[limit.name]
    for limit in [limit for limit in others if limit.name in plenty]:

        def is_enough(grains: int, limit: Loosening = limit) -> bool:
            given = {**plenty, limit.name: (limit, limit.of(grains))}
            return _is_possible(selection, list(given.values()))

        plenty[limit.name] = limit, limit.of(first(is_enough, 0, ceil(limit.plenty / limit.grain)))
    return [(limit, by) for limit, by in plenty.values() if not _is_sum(limit)]


def _is_sum(limit: Loosening) -> bool:
    return bool(limit.adds or limit.staffs)


def _helping(selection: Selection, limits: Sequence[Loosening]) -> list[Loosening]:
    """Return the limits of which one alone, taken away, leaves a plan: among many that do not together, none does."""
    if not limits or not _is_possible(selection, [(limit, limit.plenty) for limit in limits]):
        return []
    if len(limits) == 1:
        return list(limits)
    middle = len(limits) // 2
    return _helping(selection, limits[:middle]) + _helping(selection, limits[middle:])


def _is_possible(selection: Selection, gives: Sequence[tuple[Loosening, float]]) -> bool:
    return solve(loosened(selection, gives), POSSIBLE, explain=False, settle=False).objective is not None


def _least(selection: Selection, limit: Loosening) -> WayOut | None:
    if _is_sum(limit):
        by = (least_growth(selection, [limit]) or {}).get(limit.name)
        if by is not None and (way := _way(selection, [(limit, by)])) is not None:
            return way
    grains = first(lambda n: _is_possible(selection, [(limit, limit.of(n))]), 0, ceil(limit.plenty / limit.grain))
    return _way(selection, [(limit, limit.of(grains))])


def _several(selection: Selection, limits: Sequence[Loosening]) -> list[WayOut]:
    sums = [limit for limit in limits if _is_sum(limit)]
    amounts = least_growth(selection, sums) if sums else None
    if not amounts:
        return []
    way = _way(selection, [(limit, amounts[limit.name]) for limit in sums if limit.name in amounts])
    return [way] if way is not None else []


def _way(selection: Selection, gives: Sequence[tuple[Loosening, float]]) -> WayOut | None:
    found = solve(loosened(selection, gives), PROVEN, explain=False)
    return None if found.objective is None else WayOut(tuple(gives), found)
