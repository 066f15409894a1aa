"""Capacity by window of the week: which work falls where, and who is present."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimize.columns import Columns
from optimize.economics import EconomicsTable
from optimize.effects import distinct
from optimize.restrictions import Hire, Limit
from optimize.waiting import servers_by_hour
from scenarios.resources import WEEKDAYS
from scenarios.scenario import Scenario
from simcore.clock import Floats, Ints
from simcore.demand import HOURS_PER_DAY, HOURS_PER_WEEK, week_profile

BLOCK_HOURS = 3
SLACK_SHARE = 0.25
"""Share of the promised lead time over which the work of an order may be spread."""
MOST_SLACK_HOURS = 72.0
WITHOUT_PROMISE_HOURS = 24.0


@dataclass(frozen=True)
class Window:
    """Some consecutive hours of the week in which a resource may be present."""

    resource: str
    hours: tuple[int, ...]

    @property
    def words(self) -> str:
        """Day and hours, such as ``mon 07-10``."""
        first = self.hours[0]
        day, hour = WEEKDAYS[first // HOURS_PER_DAY], first % HOURS_PER_DAY
        return f"{day} {hour:02d}-{hour + len(self.hours):02d}"

    @property
    def name(self) -> str:
        """Name of the constraint."""
        return f"capacity[{self.resource}, {self.words}]"


def windows(scenario: Scenario, resource: str) -> list[Window]:
    """Return the windows of a resource: its shifts, cut into blocks of at most three hours."""
    open_hours = np.flatnonzero(shift_hours(scenario, resource) > 0).tolist()
    blocks: list[list[int]] = []
    for hour in open_hours:
        follows = blocks and hour == blocks[-1][-1] + 1 and hour % HOURS_PER_DAY != 0
        if follows and len(blocks[-1]) < BLOCK_HOURS:
            blocks[-1].append(hour)
        else:
            blocks.append([hour])
    return [Window(resource, tuple(block)) for block in blocks]


def shift_hours(scenario: Scenario, resource: str) -> Floats:
    """Return the share of each hour of the week in which one added server would be present."""
    team = scenario.resources[resource]
    if team.servers is not None:
        return np.ones(HOURS_PER_WEEK)
    one_each = team.model_copy(update={"shifts": tuple(s.model_copy(update={"servers": 1}) for s in team.shifts)})
    single = scenario.model_copy(update={"resources": {**scenario.resources, resource: one_each}})
    return servers_by_hour(single, resource, 0)


def spread(profile: Floats, is_open: Floats, slack_hours: float) -> Floats:
    """Return how work that arrives with a weekly profile can be spread over the hours of presence.

    What arrives in an hour is shared equally among the open hours of the next ``slack_hours``; where doors are closed
    for part of that, among as many open hours as there are in that time on average (at least the next one). The
    result adds up to 1.

    >>> early = np.zeros(168); early[0] = 1.0
    >>> is_open = np.where(np.arange(168) % 24 >= 9, 1.0, 0.0)
    >>> np.flatnonzero(spread(early, is_open, 0.0)).tolist()
    [9]
    """
    out = np.zeros(HOURS_PER_WEEK)
    opening = np.flatnonzero(is_open > 0)
    if not len(opening):
        return out
    reach = max(1, int(np.ceil(slack_hours)))
    least = max(1, int(np.ceil(slack_hours * len(opening) / HOURS_PER_WEEK)))
    for hour in np.flatnonzero(profile > 0):
        ahead = (opening - hour) % HOURS_PER_WEEK
        count = max(least, int((ahead < reach).sum()))
        chosen = opening[np.argsort(ahead)[:count]]
        out[chosen] += profile[hour] / len(chosen)
    return out / profile.sum() if profile.sum() > 0 else out


def slack(lead_time_days: float | None) -> float:
    """Return over how many hours the work of an order may be spread."""
    if lead_time_days is None:
        return WITHOUT_PROMISE_HOURS
    return min(MOST_SLACK_HOURS, SLACK_SHARE * HOURS_PER_DAY * lead_time_days)


def capacity_limits(
    scenario: Scenario, columns: Columns, economics: EconomicsTable, every_window: bool = False
) -> list[tuple[Window, Limit]]:
    """Return one limit per window: hours of work of an average week within ``max_load`` of the presence.

    ``sum of work(column, window) x chosen <= max_load x (servers + extra servers) x hours of the window``. Windows
    that nobody can fill are left out, and unless ``every_window`` is set so are windows that another one implies.
    """
    out: list[tuple[Window, Limit]] = []
    for resource in scenario.resources:
        present = servers_by_hour(scenario, resource, 0)
        is_open = shift_hours(scenario, resource)
        hours = economics.hours_per_week.get(resource, np.zeros(len(columns)))
        anytime = economics.anytime_hours.get(resource, np.zeros(len(columns)))
        if not (hours.any() or anytime.any()):
            continue
        shapes, shape = _shapes(scenario, columns, is_open)
        of_presence = is_open / max(is_open.sum(), 1e-12)
        team, found = scenario.resources[resource], []
        for window in windows(scenario, resource):
            block = list(window.hours)
            work = hours * shapes[:, block].sum(axis=1)[shape] + anytime * of_presence[block].sum()
            limit = Limit(
                window.name,
                f"{resource}, {window.words}: hours of work within {team.max_load:.0%} of those present",
                float(present[block].sum()) * team.max_load,
                work,
                "hours per week",
            )
            found.append((window, limit, float(is_open[block].sum()) * team.max_load))
        out += [(window, limit) for window, limit, _ in (found if every_window else _hardest(found))]
    return out


def _hardest(found: Sequence[tuple[Window, Limit, float]]) -> list[tuple[Window, Limit, float]]:
    """Return the windows that no other window implies.

    A window implies another if it has at least its work for every column, at most its presence, and gains at most as
    much by each added server.
    """
    kept: list[tuple[Window, Limit, float]] = []
    for window, limit, gain in sorted(found, key=lambda f: -float(f[1].usage.sum())):
        implied = any(
            (other.usage >= limit.usage - 1e-9).all()
            and other.capacity <= limit.capacity + 1e-9
            and more <= gain + 1e-9
            for _, other, more in kept
        )
        if not implied:
            kept.append((window, limit, gain))
    return kept


def _shapes(scenario: Scenario, columns: Columns, is_open: Floats) -> tuple[Floats, Ints]:
    """Return the weekly shapes of work, shape (K, 168), and which one each column has.

    Columns of one segment and slack share it.
    """
    hours = columns.each("lead_time_days", slack)
    first, which = distinct(columns.segment, np.unique(hours, return_inverse=True)[1])
    profiles = [week_profile(segment.demand) for segment in scenario.segments.values()]
    shapes = [spread(profiles[columns.segment[row]], is_open, float(hours[row])) for row in first.tolist()]
    return np.array(shapes).reshape(len(shapes), HOURS_PER_WEEK), which


def hires(scenario: Scenario, limits: Sequence[tuple[Window, Limit]], operating: int | None) -> list[Hire]:
    """Return the staff that may be added to (or taken from) every shift.

    Parameters
    ----------
    limits : sequence of (Window, Limit)
        Capacity limits, in the order in which they stand first among all limits.
    operating : int or None
        Index of the limit on operating cost, which the pay of added staff uses up.
    """
    out = []
    for name, team in scenario.resources.items():
        if team.extra_servers.least == team.extra_servers.most == 0:
            continue
        single = shift_hours(scenario, name)
        pay = float(single.sum()) * scenario.calendar.measured_days / 7 * team.cost_per_hour
        adds = {
            index: float(single[list(window.hours)].sum()) * team.max_load
            for index, (window, _) in enumerate(limits)
            if window.resource == name
        }
        if operating is not None:
            adds[operating] = -pay
        lowest = team.servers if team.servers is not None else min(shift.servers for shift in team.shifts)
        least = max(team.extra_servers.least, -lowest)
        words = f"servers added to every shift of {name}"
        out.append(Hire(name, words, pay, max(least, team.extra_servers.most), least, adds))
    return out


def presence_cost(scenario: Scenario) -> float:
    """Return the pay of everybody present in the measured window, before anybody is added."""
    weeks = scenario.calendar.measured_days / 7
    return sum(
        float(servers_by_hour(scenario, name, 0).sum()) * weeks * team.cost_per_hour
        for name, team in scenario.resources.items()
    )
