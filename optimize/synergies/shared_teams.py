"""A scenario in which given groups of segments each have one team that fulfils their orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from optimize.synergies.workload import Workload
from scenarios.offerings import current_offerings
from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.validation import validated


def with_teams(
    scenario: Scenario,
    work: Workload,
    groups: Sequence[Sequence[str]],
    people: Mapping[tuple[str, ...], int],
    name: str,
) -> Scenario:
    """Return the scenario with a team of its own for the fulfilment of each group.

    A team works the shifts of the resource that the first of its segments has today, with the highest pay among
    those that it replaces.

    Parameters
    ----------
    work : Workload
        Of fulfilment.
    groups : sequence of sequence of str
        Each segment of the workload once.
    people : mapping of tuple of str to int
        Group -> people in each of the team's shifts.
    name : str
        Of the design.

    Raises
    ------
    BadInput
        A segment shares its option with other effects in a way that cannot be told apart.
    """
    data: dict[str, Any] = scenario.model_dump(mode="python", exclude_unset=True)
    today = dict(zip(work.segments, work.resources, strict=True))
    design: dict[str, Any] = {
        "description": f"Teams: {'; '.join(' + '.join(group) for group in groups)}.",
        "offerings": {segment: None if o is None else dict(o) for segment, o in scenario.current.offerings.items()},
        "extra_servers": dict(scenario.current.extra_servers),
    }
    for number, group in enumerate(groups, 1):
        team = f"{name}_team_{number}"
        replaced = [scenario.resources[today[segment]] for segment in group]
        first = data["resources"][today[group[0]]]
        size = people[tuple(group)]
        shifts = [{**shift, "servers": size} for shift in first.get("shifts", ())]
        data["resources"][team] = {
            **{key: value for key, value in first.items() if key not in ("shifts", "servers", "extra_servers")},
            **({"shifts": shifts} if shifts else {"servers": size}),
            "cost_per_hour": max(resource.cost_per_hour for resource in replaced),
        }
        for segment in group:
            _move(data, design, scenario, segment, team)
    data["designs"] = {**data.get("designs", {}), name: design}
    data["design"] = design
    return validated(data)


def _move(data: dict[str, Any], design: dict[str, Any], scenario: Scenario, segment: str, team: str) -> None:
    """Give a segment an option of its own, like today's, with another team."""
    offering = current_offerings(scenario)[segment]
    if offering is None:
        raise bad(f"design.offerings.{segment}", "the segment is not served")
    lever = next(
        lever for lever, option in offering.options.items() if scenario.levers[lever][option].fulfilment is not None
    )
    option = offering.options[lever]
    own = f"{option}_{team}_{segment}"
    as_today = data["levers"][lever][option]
    data["levers"][lever][own] = {**as_today, "fulfilment": {**as_today["fulfilment"], "resource": team}}
    allowed = data["segments"][segment].get("options", {})
    if lever in allowed:
        data["segments"][segment]["options"] = {**allowed, lever: (*allowed[lever], own)}
    design["offerings"][segment] = {**offering.options, lever: own}
    for other in (data["as_is"], *data.get("designs", {}).values()):
        for picks in other["offerings"].values():
            if picks is not None:  # a lever with one option may be left out, one with two may not
                picks.setdefault(lever, option)
