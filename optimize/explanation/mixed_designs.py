"""Mixtures of two designs: some levers as before in every segment, the others as after, and people apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from optimize.explanation.bridge import TAKEN_ON
from optimize.explanation.mixtures import Group, inseparable
from scenarios.design import Design
from scenarios.offerings import chosen_options
from scenarios.scenario import Scenario

PEOPLE, PROMISES = "people: ", "promises of single segments"
AND = " + "
Load = Callable[[Design], Mapping[str, float]]
"""Design -> expected load of each resource."""


def players(scenario: Scenario, before: Design, after: Design, load: Load) -> list[Group]:
    """Return what differs between two designs, as groups that can be switched one by one, levers first.

    A lever is switched in every segment at once, and people team by team. Levers are one group if an effect moves from
    one to the other; a team is one with a lever if without it the team would have more work than it can do, though it
    has not in either design: nobody would take the people away and leave them the work.
    """
    levers = [lever for lever in sorted(scenario.levers) if _moves(scenario, before, after, lever)]
    groups: list[Group] = [(lever,) for lever in levers]
    for name in _served_in_both(scenario, before, after):
        old, new = _options(scenario, before, name), _options(scenario, after, name)
        while pair := inseparable(scenario, groups, old, new):
            groups = _merged(groups, *pair)
    serving = any((before.offerings.get(n) is None) != (after.offerings.get(n) is None) for n in scenario.segments)
    groups += [(TAKEN_ON,)] if serving else []
    groups += [(PROMISES,)] if dict(before.promises) != dict(after.promises) else []
    teams = [team for team in scenario.resources if _people(before, team) != _people(after, team)]
    groups += [(PEOPLE + team,) for team in teams]
    for team in teams:
        groups = _with_their_work(scenario, before, after, groups, team, load)
    return groups


def _with_their_work(
    scenario: Scenario, before: Design, after: Design, groups: list[Group], team: str, load: Load
) -> list[Group]:
    """Return the groups with a team joined to the levers that it cannot do without, or that cannot do without it."""

    def burden(few: Sequence[Group]) -> float:
        switched = [part for group in few for part in group]
        others = [part for group in groups if group not in few for part in group]
        ends = (mixed(scenario, before, after, switched), mixed(scenario, before, after, others))
        return max(load(design)[team] for design in ends)

    usual = max(1.0, *(load(design)[team] for design in (before, after)))
    while len(groups) > 1:
        own = next(group for group in groups if PEOPLE + team in group)
        if burden([own]) <= usual:
            return groups
        weight = {other: burden([own, other]) for other in groups if other != own}
        groups = _merged(groups, own, min(weight, key=lambda other: (weight[other], other)))
    return groups


def _merged(groups: Sequence[Group], one: Group, other: Group) -> list[Group]:
    """Return the groups with two of them as one, in the place of the first of the two."""
    first = min(groups.index(one), groups.index(other))
    left = [group for group in groups if group not in (one, other)]
    return [*left[:first], tuple(sorted(one + other, key=lambda part: (part.startswith(PEOPLE), part))), *left[first:]]


def mixed(scenario: Scenario, before: Design, after: Design, switched: Collection[str]) -> Design:
    """Return the design with what is switched as after, and all else as before."""
    offerings: dict[str, Mapping[str, str] | None] = {}
    for name in scenario.segments:
        old, new = before.offerings.get(name), after.offerings.get(name)
        if old is None or new is None:
            offerings[name] = new if TAKEN_ON in switched else old
            continue
        a, b = _options(scenario, before, name), _options(scenario, after, name)
        offerings[name] = {lever: (b if lever in switched else a)[lever] for lever in a}
    extra = {
        place: count
        for team in scenario.resources
        for place, count in _people(after if PEOPLE + team in switched else before, team).items()
    }
    promises = dict((after if PROMISES in switched else before).promises)
    return Design(offerings=offerings, extra_servers=extra, promises=promises)


def joined(groups: Sequence[Group], changes: Mapping[Group, float], most: int) -> list[Group]:
    """Return at most so many groups: those that change least by themselves are one.

    >>> joined([("a",), ("b",), ("c",)], {("a",): 1.0, ("b",): -5.0, ("c",): 0.5}, 2)
    [('b',), ('a', 'c')]
    """
    if len(groups) <= most:
        return list(groups)
    small = sorted(groups, key=lambda group: (abs(changes[group]), group))[: len(groups) - most + 1]
    return [*(g for g in groups if g not in small), tuple(part for g in groups if g in small for part in g)]


def _served_in_both(scenario: Scenario, before: Design, after: Design) -> list[str]:
    return [n for n in scenario.segments if before.offerings.get(n) is not None and after.offerings.get(n) is not None]


def _options(scenario: Scenario, design: Design, segment: str) -> dict[str, str]:
    return chosen_options(scenario, design.offerings.get(segment) or {})


def _moves(scenario: Scenario, before: Design, after: Design, lever: str) -> bool:
    return any(
        _options(scenario, before, n)[lever] != _options(scenario, after, n)[lever]
        for n in _served_in_both(scenario, before, after)
    )


def _people(design: Design, team: str) -> dict[str, int]:
    """Return the servers that a design adds to a team, or to shifts of it."""
    return {p: n for p, n in design.extra_servers.items() if n and (p == team or p.startswith(f"{team}."))}
