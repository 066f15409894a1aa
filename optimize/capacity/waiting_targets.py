"""Teams with a target for waits: as much work in each window of the week as the people there can begin in time.

Each window is taken as a queue of its own with the work of an average week (stationary independent periods, SIPP;
Green, Kolesar & Soares 2001), first come first served, jobs of random length (M/M/c): Erlang C
gives the largest load at which the target is met. Small teams are then planned with less of their time than large ones.
The simulation judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from optimize.capacity.presence import NOBODY, added_servers, at_work
from optimize.capacity.spreading import shapes
from optimize.capacity.windows import Window, windows
from optimize.economics.economics import EconomicsTable
from optimize.offerings.columns import Columns
from optimize.selection.staffed_window import StaffedWindow
from optimize.service.work import Work, servers_by_hour, works
from scenarios.durations import MINUTES_PER_HOUR
from scenarios.offerings import Offering, current_offerings
from scenarios.scenario import Scenario
from simcore.acceptance import acceptance
from simcore.clock import Floats
from simcore.demand import measured_orders
from simcore.formulas.erlang import most_load


def staffed_windows(
    scenario: Scenario, columns: Columns, economics: EconomicsTable, every_window: bool = False
) -> list[tuple[Window, StaffedWindow]]:
    """Return the staffed windows of the teams with a target for waits.

    A window holds at most three hours in which the same people are present. Its load is in servers at work on average.
    Unless ``every_window`` is set, windows are left out that another one implies: as few people, and at least the load.
    """
    out: list[tuple[Window, StaffedWindow]] = []
    for resource, team in scenario.resources.items():
        hours = economics.hours_per_week.get(resource, np.zeros(len(columns)))
        anytime = economics.anytime_hours.get(resource, np.zeros(len(columns)))
        if team.wait_target is None or not (hours.any() or anytime.any()):
            continue
        people = at_work(scenario, resource)
        forms, form = shapes(scenario, columns, people, most_slack=team.wait_target.within_hours)
        of_presence = people / max(people.sum(), 1e-12)
        presence = _presence(scenario, resource)
        share, within = team.wait_target.share, team.wait_target.within_hours / _job_hours(scenario, columns, resource)
        carries = np.array([_carried(people, share, within) for people in range(_most(scenario, resource) + 1)])
        in_time = _hours(team.wait_target.within_hours)
        found: list[tuple[Window, StaffedWindow]] = []
        for window in windows(scenario, resource, presence):
            block = list(window.hours)
            work = hours * forms[:, block].sum(axis=1)[form] + anytime * of_presence[block].sum()
            words = f"{resource}, {window.words}: {share:.0%} of the work begun within {in_time}"
            present = float(presence[0, block[0]])
            staffed = StaffedWindow(window.name, words, work / len(block), carries, present, "servers at work")
            found.append((window, staffed))
        out += found if every_window else list(_hardest(found, presence))
    return out


def _presence(scenario: Scenario, resource: str) -> Floats:
    """Return who is present in each hour, shape (1 + ways to add servers, 168): today's, then one more each way."""
    now = servers_by_hour(scenario, resource, NOBODY)
    return np.array([now, *(hours for _, hours in added_servers(scenario, resource))])


def _hardest(found: list[tuple[Window, StaffedWindow]], presence: Floats) -> Iterator[tuple[Window, StaffedWindow]]:
    kept: list[tuple[Window, StaffedWindow]] = []
    for window, staffed in sorted(found, key=lambda pair: -float(pair[1].load.sum())):
        people = presence[:, window.hours[0]]
        if not any(
            _as_few(presence[:, other.hours[0]], people) and (harder.load >= staffed.load - 1e-12).all()
            for other, harder in kept
        ):
            kept.append((window, staffed))
    yield from kept


def _as_few(others: Floats, people: Floats) -> bool:
    """Whether no more are present there now, and all who may come or go do so in both."""
    return bool(others[0] <= people[0] and (others[1:] == people[1:]).all())


def _most(scenario: Scenario, resource: str) -> int:
    """Return the most people that there can be at once."""
    added = added_servers(scenario, resource)
    now = servers_by_hour(scenario, resource, NOBODY)
    return int(np.ceil((now + sum(max(0, those.most) * hours for those, hours in added)).max()))


def _job_hours(scenario: Scenario, columns: Columns, resource: str) -> float:
    """Return the mean length of a job: in the current design, or else over the offerings that bring any."""
    current = [(name, one) for name, one in current_offerings(scenario).items() if one is not None]
    weighed = [
        (measured_orders(scenario, name) * acceptance(scenario, name, one), work)
        for name, one in current
        for work in _at(scenario, name, one, resource)
    ]
    if not sum(weight for weight, _ in weighed):
        every = ((columns.segments[columns.segment[j]], columns[j].offering) for j in range(len(columns)))
        weighed = [(1.0, work) for name, one in every for work in _at(scenario, name, one, resource)]
    jobs = sum(weight * work.share for weight, work in weighed)
    minutes = sum(weight * work.mean for weight, work in weighed)
    return max(minutes / jobs, 1e-9) / MINUTES_PER_HOUR if jobs else 1.0


def _at(scenario: Scenario, segment: str, offering: Offering, resource: str) -> list[Work]:
    return [work for work in works(scenario, segment, offering) if work.resource == resource and work.mean > 0]


def _hours(hours: float) -> str:
    return f"{hours * MINUTES_PER_HOUR:g} minutes" if hours < 1 else f"{hours:g} hours"


@lru_cache(maxsize=4096)
def _carried(people: int, share: float, within: float) -> float:
    return most_load(people, share, within)
