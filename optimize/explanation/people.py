"""Why no fewer people are planned: the limits that one server less would break, or what that would cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from optimize.capacity.hires import hire_names
from optimize.capacity.windows import CAPACITY
from optimize.explanation.question import Question
from optimize.selection.canonical import only_offerings
from optimize.selection.exact import TOLERANCE, Choice, Slack, slacks
from optimize.selection.selection import Selection
from optimize.solve import PROVEN, solve


class Keeps(StrEnum):
    """What keeps a server on."""

    LEAST = "no fewer are allowed"
    LIMITS = "limits"
    MONEY = "it earns less without"
    NOTHING = "it earns no less without"


@dataclass(frozen=True)
class KeptOn:
    """Why a team (or one shift of it) has no server less.

    Attributes
    ----------
    team, words : str
        The resource; and which servers these are.
    extra : int
        Servers added to every shift (or the shift); negative: taken away.
    limits : tuple of Slack
        Limits that the plan breaks with one server less, the fullest first; slack and capacity are those without it.
    reasons : tuple of str
        Other limits that cannot be met without, in words.
    earns_less : float
        What the same offerings are expected to earn less with one server less, by the estimates as corrected.
    """

    team: str
    words: str
    extra: int
    because: Keeps
    limits: tuple[Slack, ...] = ()
    reasons: tuple[str, ...] = ()
    earns_less: float = 0.0


def kept_on(question: Question) -> Iterator[KeptOn]:
    """Yield, for each team that servers can be added to or taken from, why it has no server less."""
    selection, solution = question.limited, question.solution
    choice = Choice(solution.columns, solution.hires)
    scenario = question.scenario
    teams = {name: team for team in scenario.resources for name in hire_names(scenario, team)}
    for place, hire in enumerate(selection.hires):
        found = KeptOn(teams[hire.name], hire.words, choice.hires[place], Keeps.LEAST)
        if found.extra > hire.least:
            fewer = Choice(choice.columns, (*choice.hires[:place], found.extra - 1, *choice.hires[place + 1 :]))
            windows = {selection.limits[index].name for index in hire.adds}
            full = [one for one in slacks(selection, fewer) if one.name in windows and _is_overfull(one)]
            yield _without_one(replace(found, limits=tuple(full)), selection, fewer, question.best)
        else:
            yield found


def _without_one(found: KeptOn, selection: Selection, fewer: Choice, best: float) -> KeptOn:
    if found.limits:
        return replace(found, because=Keeps.LIMITS, limits=tuple(sorted(found.limits, key=_fullness, reverse=True)))
    other = solve(only_offerings(selection, fewer), PROVEN)
    if other.objective is None:
        return replace(found, because=Keeps.LIMITS, reasons=other.conflict)
    less = best - other.objective
    return replace(found, because=Keeps.MONEY if less > 0 else Keeps.NOTHING, earns_less=less)


def _is_overfull(one: Slack) -> bool:
    return one.name.startswith(CAPACITY) and one.slack < -float(TOLERANCE) * max(1.0, abs(one.capacity))


def _fullness(one: Slack) -> float:
    return (one.capacity - one.slack) / one.capacity if one.capacity > 0 else float("inf")
