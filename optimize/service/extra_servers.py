"""The fewest servers, added to those of the current design, with which a team can do something."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping

from scenarios.scenario import Scenario


def fewest_extra(
    scenario: Scenario, resource: str, are_enough: Callable[[Mapping[str, int]], bool]
) -> Mapping[str, int]:
    """Return extra servers that are enough: those of the current design, and as few more as possible.

    One more in every shift after the other is added, and when no more may be, one more in each shift that may have
    more alone. Where no number is enough, as many are added as may be.

    Parameters
    ----------
    are_enough : callable
        Of extra servers, by resource or by resource and shift; whoever has enough has enough with more.
    """
    team, today = scenario.resources[resource], scenario.current.extra_servers
    alone = {f"{resource}.{s.name}": s.extra_servers.most for s in team.shifts if s.name is not None}
    room = {name: max(0, most - today.get(name, 0)) for name, most in alone.items()}
    for_all = max(0, team.extra_servers.most - today.get(resource, 0))

    def with_more(more: int) -> Mapping[str, int]:
        added = {resource: min(more, for_all)}
        added |= {name: min(max(0, more - for_all), most) for name, most in room.items()}
        return {**today, **{name: today.get(name, 0) + count for name, count in added.items()}}

    steps = range(for_all + max(room.values(), default=0))
    return with_more(bisect_left(steps, True, key=lambda more: are_enough(with_more(more))))
