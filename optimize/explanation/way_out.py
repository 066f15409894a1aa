"""The ways out of a conflict: the least that each limit, or some together, must give so that there is a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from optimize.explanation.growth import least_growth
from optimize.explanation.halving import first
from optimize.explanation.loosening import Loosening
from optimize.explanation.loosenings import loosenings
from optimize.explanation.worth import loosened
from optimize.selection.exact import Choice, violations
from optimize.selection.selection import Selection
from optimize.solve import ANY_PLAN, PROVEN, Solution, solve
from scenarios.scenario import Scenario


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


class Plans:
    """The plans found so far of a choice without one, each with some limits loosened."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self._found: list[Choice] = []

    def are_there(self, gives: Sequence[tuple[Loosening, float]]) -> bool:
        """Return whether there is a plan if some limits give: one that was found before, or a new one."""
        freed = loosened(self.selection, gives)
        if any(not violations(freed, plan) for plan in self._found):
            return True
        found = solve(freed, ANY_PLAN, explain=False, settle=False)
        if found.objective is None:
            return False
        self._found.append(Choice(found.columns, found.hires))
        return True

    def best(self, gives: Sequence[tuple[Loosening, float]]) -> WayOut | None:
        """Return the best plan if some limits give; None if there is none."""
        found = solve(loosened(self.selection, gives), PROVEN, explain=False)
        return None if found.objective is None else WayOut(tuple(gives), found)


def ways_out(scenario: Scenario, selection: Selection) -> list[WayOut]:
    """Return the ways out of a choice without a plan, the one whose plan earns most first.

    Each single limit that helps alone gives as little as it must; if no sum does, several give together, as little
    as possible relative to their steps. Where sums do not help at all, as few other limits as must give with them.
    """
    known, plans = loosenings(scenario, selection), Plans(selection)
    ways = _direct(plans, known)
    if not ways and (besides := _besides(plans, known)):
        freed, rest = Plans(loosened(selection, besides)), [limit for limit in known if _is_sum(limit)]
        alone = freed.best([])
        others = [alone] if alone is not None else _direct(freed, rest)
        ways = [WayOut((*besides, *way.gives), way.solution) for way in others]
    return sorted(ways, key=lambda way: (-(way.solution.objective or 0.0), way.words))


def _direct(plans: Plans, known: Sequence[Loosening]) -> list[WayOut]:
    """Return the single limits that lead out, and several sums together where no sum does alone."""
    found = [_least(plans, limit) for limit in _helping(plans, known)]
    ways = [way for way in found if way is not None]
    if not any(_is_sum(limit) for way in ways for limit, _ in way.gives):
        ways += _several(plans, known)
    return ways


def _besides(plans: Plans, known: Sequence[Loosening]) -> list[tuple[Loosening, float]]:
    """Return as few limits that are no sums as must give, and as little, where all sums have plenty; none if none do.

    Those that come last in the list are kept if they can be: rules, and whom to serve.
    """
    plenty = {limit.name: (limit, limit.plenty) for limit in known}
    if not plans.are_there(list(plenty.values())):
        return []
    others = [limit for limit in known if not _is_sum(limit)]
    for limit in reversed(others):
        rest = [give for name, give in plenty.items() if name != limit.name]
        if plans.are_there(rest):
            del plenty[limit.name]
    for limit in [limit for limit in others if limit.name in plenty]:

        def is_enough(grains: int, limit: Loosening = limit) -> bool:
            given = {**plenty, limit.name: (limit, limit.of(grains))}
            return plans.are_there(list(given.values()))

        plenty[limit.name] = limit, limit.of(first(is_enough, 0, ceil(limit.plenty / limit.grain)))
    return [(limit, by) for limit, by in plenty.values() if not _is_sum(limit)]


def _is_sum(limit: Loosening) -> bool:
    return bool(limit.adds or limit.staffs)


def _helping(plans: Plans, limits: Sequence[Loosening]) -> list[Loosening]:
    """Return the limits of which one alone, taken away, leaves a plan: among many that do not together, none does."""
    if not limits or not plans.are_there([(limit, limit.plenty) for limit in limits]):
        return []
    if len(limits) == 1:
        return list(limits)
    middle = len(limits) // 2
    return _helping(plans, limits[:middle]) + _helping(plans, limits[middle:])


def _least(plans: Plans, limit: Loosening) -> WayOut | None:
    if _is_sum(limit):
        by = (least_growth(plans.selection, [limit]) or {}).get(limit.name)
        if by is not None and (way := plans.best([(limit, by)])) is not None:
            return way
    grains = first(lambda n: plans.are_there([(limit, limit.of(n))]), 0, ceil(limit.plenty / limit.grain))
    return plans.best([(limit, limit.of(grains))])


def _several(plans: Plans, limits: Sequence[Loosening]) -> list[WayOut]:
    sums = [limit for limit in limits if _is_sum(limit)]
    amounts = least_growth(plans.selection, sums) if sums else None
    if not amounts:
        return []
    way = plans.best([(limit, amounts[limit.name]) for limit in sums if limit.name in amounts])
    return [way] if way is not None else []
