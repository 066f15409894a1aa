"""A scenario in which given groups of segments each have one team for an activity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from optimize.synergies.workload import Workload
from optimize.trials.staffing import team_people
from scenarios.durations import DAYS_PER_WEEK, MINUTES_PER_DAY
from scenarios.laws import times
from scenarios.offerings import Offering, current_offerings
from scenarios.resources import Resource
from scenarios.scenario import Scenario
from scenarios.validation import validated

EFFECTS = {"fulfilment": "fulfilment", "capture": "channel"}
"""Activity -> the effect of an option that says who does it."""
DURATIONS = ("setup_minutes", "minutes_per_unit", "minutes")


def team_name(name: str, number: int) -> str:
    """Return what the team of a group is called, by the name of the design and the number of the group."""
    return f"{name}_team_{number}"


def with_teams(
    scenario: Scenario,
    work: Workload,
    groups: Sequence[Sequence[str]],
    people: Mapping[tuple[str, ...], int],
    name: str,
    *,
    loss: float = 0.0,
    premium: float = 0.0,
) -> Scenario:
    """Return the scenario with a team of its own for each group, for one activity; the teams of today go.

    A team works the shifts of the resource that is present longest among those that it replaces, with the highest pay
    among them. People of a team for several segments are cross-trained: their work takes ``1 / (1 - loss)`` as long,
    and they are paid ``premium`` more.

    Parameters
    ----------
    work : Workload
        Of the activity.
    groups : sequence of sequence of str
        Each segment of the workload once.
    people : mapping of tuple of str to int
        Group -> people in each of the team's shifts.
    name : str
        Of the design.

    Raises
    ------
    BadInput
        The scenario cannot hold such teams: a rule forbids it.
    """
    data: dict[str, Any] = scenario.model_dump(mode="python", exclude_unset=True)
    today = dict(zip(work.segments, work.resources, strict=True))
    design: dict[str, Any] = {
        "description": f"Teams for {work.activity}: {'; '.join(' + '.join(group) for group in groups)}.",
        "offerings": {segment: None if o is None else dict(o) for segment, o in scenario.current.offerings.items()},
        "extra_servers": dict(scenario.current.extra_servers),
        "promises": {s: p.model_dump(exclude_unset=True) for s, p in scenario.current.promises.items()},
    }
    for number, group in enumerate(groups, 1):
        team, shared = team_name(name, number), len(group) > 1
        replaced = [today[segment] for segment in group]
        longest = max(replaced, key=lambda resource: _presence(scenario.resources[resource]))
        told, size = data["resources"][longest], people[tuple(group)]
        shifts = [
            {**{k: v for k, v in shift.items() if k not in ("name", "extra_servers")}, "servers": size}
            for shift in told.get("shifts", ())
        ]
        data["resources"][team] = {
            **{key: value for key, value in told.items() if key not in ("shifts", "servers", "extra_servers")},
            **({"shifts": shifts} if shifts else {"servers": size}),
            "cost_per_hour": max(scenario.resources[r].cost_per_hour for r in replaced) * (1 + premium * shared),
        }
        slower = 1 / (1 - loss) if shared else 1.0
        for place, segment in enumerate(group, 1):
            _move(data, design, scenario, work.activity, segment, team, f"{team}_{place}", slower)
    data["designs"] = {**data.get("designs", {}), name: design}
    data["design"] = design
    return _without_idle(validated(data), set(work.resources), name)


def _presence(resource: Resource) -> int:
    """Return the minutes of the shifts of a week."""
    if resource.servers is not None:
        return DAYS_PER_WEEK * MINUTES_PER_DAY
    return sum(len(shift.days) * (shift.closes - shift.opens) for shift in resource.shifts)


def _move(
    data: dict[str, Any],
    design: dict[str, Any],
    scenario: Scenario,
    activity: str,
    segment: str,
    team: str,
    own: str,
    slower: float,
) -> None:
    """Give a segment an option of its own, like today's, with another team."""
    offering = current_offerings(scenario)[segment]
    assert offering is not None  # noqa: S101 - a workload has segments that are served only
    effect = EFFECTS[activity]
    lever = next(
        lever
        for lever, option in offering.options.items()
        if getattr(scenario.levers[lever][option], effect) is not None
    )
    option = offering.options[lever]
    as_today = data["levers"][lever][option]
    told = getattr(scenario.levers[lever][option], effect)
    longer = {field: times(getattr(told, field), slower) for field in DURATIONS if hasattr(told, field)}
    data["levers"][lever][own] = {**as_today, effect: {**as_today[effect], **longer, "resource": team}}
    allowed = data["segments"][segment].get("options", {})
    if lever in allowed:
        data["segments"][segment]["options"] = {**allowed, lever: (*allowed[lever], own)}
    wtp = (data["segments"][segment].get("choice") or {}).get("wtp", {})
    if option in wtp.get(lever, {}):  # the customer sees no difference
        data["segments"][segment]["choice"]["wtp"] = {**wtp, lever: {**wtp[lever], own: wtp[lever][option]}}
    design["offerings"][segment] = {**offering.options, lever: own}
    for other in (data["as_is"], *data.get("designs", {}).values()):
        for picks in other["offerings"].values():
            if picks is not None:  # a lever with one option may be left out, one with two may not
                picks.setdefault(lever, option)


def _without_idle(scenario: Scenario, replaced: set[str], name: str) -> Scenario:
    """Return the scenario in which nobody is present at what was replaced, unless somebody else needs it."""
    needed = {r for o in current_offerings(scenario).values() if o is not None for r in _needed(o)}
    needed |= {p.stock.supply.made_by for p in scenario.products.values() if p.stock and p.stock.supply.made_by}
    gone = {r: -team_people(scenario.resources[r], 0) for r in replaced - needed}
    design = scenario.current
    design = design.model_copy(update={"extra_servers": {**design.extra_servers, **gone}})
    return validated({**dict(scenario), "design": design, "designs": {**scenario.designs, name: design}})


def _needed(offering: Offering) -> Iterator[str]:
    several = (offering.channel, offering.fulfilment, offering.touchpoints, *offering.approvals)
    yield from (one.resource for one in several if one is not None and one.resource is not None)
