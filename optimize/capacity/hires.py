"""Servers who may be added to shifts or taken from them: what they bring to each limit, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimize.capacity.presence import added_servers
from optimize.capacity.windows import Window
from optimize.selection.restrictions import Hire, Limit
from scenarios.scenario import Scenario


def hires(
    scenario: Scenario,
    limits: Sequence[tuple[Window, Limit]],
    staffed: Sequence[Window],
    operating: int | None,
    first: int,
) -> list[Hire]:
    """Return the staff that may be added to (or taken from) every shift, or one shift alone.

    Parameters
    ----------
    limits : sequence of (Window, Limit)
        Capacity limits, in the order in which they stand first among all limits.
    staffed : sequence of Window
        The staffed windows, in their order.
    operating : int or None
        Index of the limit on operating cost, which the pay of added staff uses up.
    first : int
        Index of the first of :func:`presence_limits` among all limits.
    """
    taken = {shift: first + place for place, shift in enumerate(_twice(scenario))}
    out = []
    for name, team in scenario.resources.items():
        keys = hire_names(scenario, name)
        for key, (those, hours) in zip(keys, added_servers(scenario, name), strict=True):
            if those.least == those.most == 0:
                continue
            pay = float(hours.sum()) * scenario.calendar.measured_days / 7 * team.cost_per_hour
            adds = {
                index: float(hours[list(window.hours)].sum()) * team.max_load
                for index, (window, _) in enumerate(limits)
                if window.resource == name
            }
            if operating is not None:
                adds[operating] = -pay
            adds |= {index: 1.0 for shift, index in taken.items() if key in (shift, name) and shift in keys}
            staffs = {
                index: float(hours[list(window.hours)].min())
                for index, window in enumerate(staffed)
                if window.resource == name and hours[list(window.hours)].min() > 0
            }
            words = f"servers added to every shift of {name}" if key == name else f"servers added to {key}"
            today = scenario.as_is.extra_servers.get(key, 0)
            out.append(Hire(key, words, pay, those.most, those.least, adds, staffs, today))
    return out


def hire_names(scenario: Scenario, team: str) -> list[str]:
    """Return the names of all that could be hired for a team: for every shift, and for each shift alone."""
    return [team, *(f"{team}.{shift.name}" for shift in scenario.resources[team].shifts)]


def presence_limits(scenario: Scenario, columns: int) -> list[Limit]:
    """Return a limit for each shift that two decisions could take servers from: no more than there are."""
    return [
        Limit(f"presence[{key}]", f"servers taken away from {key}: no more than there are", float(n), np.zeros(columns))
        for key, n in _twice(scenario).items()
    ]


def _twice(scenario: Scenario) -> dict[str, int]:
    """Return the servers of each shift from which more could be taken than there are, by shift."""
    out = {}
    for name, team in scenario.resources.items():
        every, *alone = (those for those, _ in added_servers(scenario, name))
        for shift, those in zip(team.shifts, alone, strict=True):
            if those.least + every.least < -shift.servers:
                out[f"{name}.{shift.name}"] = shift.servers
    return out
