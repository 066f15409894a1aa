"""Who is present in each hour of the week, who may come or go, and what all of them are paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from optimize.service.work import servers_by_hour
from scenarios.durations import HOURS_PER_WEEK
from scenarios.resources import ServerRange, Shift
from scenarios.scenario import Scenario
from simcore.clock import Floats

NOBODY: Mapping[str, int] = MappingProxyType({})


def shift_hours(scenario: Scenario, resource: str) -> Floats:
    """Return the share of each hour of the week in which one server added to every shift would be present."""
    team = scenario.resources[resource]
    if team.servers is not None:
        return np.ones(HOURS_PER_WEEK)
    return _hours_of(scenario, resource, team.shifts)


def at_work(scenario: Scenario, resource: str) -> Floats:
    """Return who is there for work in each hour of the week: in the current design, or if nobody is, in any shift."""
    people = servers_by_hour(scenario, resource, scenario.current.extra_servers)
    return people if people.any() else shift_hours(scenario, resource)


def _hours_of(scenario: Scenario, resource: str, shifts: Sequence[Shift]) -> Floats:
    one_each = tuple(shift.model_copy(update={"servers": 1}) for shift in shifts)
    team = scenario.resources[resource].model_copy(update={"shifts": one_each})
    return servers_by_hour(scenario.model_copy(update={"resources": {resource: team}}), resource, NOBODY)


def added_servers(scenario: Scenario, resource: str) -> list[tuple[ServerRange, Floats]]:
    """Return what may be added to a team: the range, and the hours of one server, every shift first."""
    team = scenario.resources[resource]
    lowest = team.servers if team.servers is not None else min(shift.servers for shift in team.shifts)
    found = [(team.extra_servers, lowest, shift_hours(scenario, resource))]
    found += [(shift.extra_servers, shift.servers, _hours_of(scenario, resource, [shift])) for shift in team.shifts]
    return [(_at_hand(those, present), hours) for those, present, hours in found]


def _at_hand(those: ServerRange, present: int) -> ServerRange:
    least = max(those.least, -present)
    return ServerRange(least=least, most=max(least, those.most))


def presence_cost(scenario: Scenario) -> float:
    """Return the pay of everybody present in the measured window, before anybody is added."""
    weeks = scenario.calendar.measured_days / 7
    return sum(
        float(servers_by_hour(scenario, name, NOBODY).sum()) * weeks * team.cost_per_hour
        for name, team in scenario.resources.items()
    )
