"""Mixtures of two offerings: some levers as before, the others as after, as far as they go together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from optimize.economics.economics import Economics
from optimize.offerings.columns import Column
from scenarios.offerings import chosen_options, clashes, resolve
from scenarios.scenario import Scenario

MOST_PLAYERS = 10
"""1,024 mixtures a segment; beyond that the levers that move least are one player."""

Group = tuple[str, ...]


def mixture(
    scenario: Scenario, segment: str, before: Mapping[str, str], after: Mapping[str, str], switched: Collection[str]
) -> Column:
    """Return the column of an offering with the switched levers as after, and the others as before."""
    old, new = chosen_options(scenario, before), chosen_options(scenario, after)
    return Column(
        segment, resolve(scenario, segment, {lever: (new if lever in switched else old)[lever] for lever in old})
    )


def players(
    scenario: Scenario,
    segment: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
    value: Callable[[Sequence[Column]], Sequence[Economics]],
) -> list[Group]:
    """Return the levers that differ, by name, as groups that can be switched one by one.

    Levers are switched together if an effect moves from one to the other: a mixture of theirs would set it twice, or
    not at all. Beyond ten players, those that change least by themselves are one group.
    """
    old, new = chosen_options(scenario, before), chosen_options(scenario, after)
    groups: list[Group] = [(lever,) for lever in sorted(scenario.levers) if old[lever] != new[lever]]
    while pair := inseparable(scenario, groups, old, new):
        merged = tuple(sorted(pair[0] + pair[1]))
        groups = sorted([*(g for g in groups if g not in pair), merged])
    if len(groups) <= MOST_PLAYERS:
        return groups
    found = value([mixture(scenario, segment, before, after, group) for group in ((), *groups)])
    change = {g: abs(e.margin - found[0].margin) for g, e in zip(groups, found[1:], strict=True)}
    small = sorted(groups, key=lambda g: (change[g], g))[: len(groups) - MOST_PLAYERS + 1]
    return sorted([*(g for g in groups if g not in small), tuple(sorted(lever for g in small for lever in g))])


def inseparable(
    scenario: Scenario, groups: Sequence[Group], old: Mapping[str, str], new: Mapping[str, str]
) -> tuple[Group, Group] | None:
    """Return two groups that cannot be switched one without the other: an effect moves from one to the other."""
    of = {lever: group for group in groups for lever in group}
    for switched in groups:
        mixed = {lever: (new if lever in switched else old)[lever] for lever in old}
        for _, lever, other in clashes(scenario, mixed):
            return of[lever], of[other]
    return None
