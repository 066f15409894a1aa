"""Limits on the hours of work in each window of the week: no more than those who are present can do."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

import numpy as np

from optimize.capacity.presence import NOBODY, added_servers, at_work
from optimize.capacity.spreading import shapes
from optimize.capacity.windows import Window, windows
from optimize.economics.economics import EconomicsTable
from optimize.offerings.columns import Columns
from optimize.selection.restrictions import Limit
from optimize.service.work import servers_by_hour
from scenarios.resources import ServerRange
from scenarios.scenario import Scenario
from simcore.clock import Floats


def capacity_limits(
    scenario: Scenario, columns: Columns, economics: EconomicsTable, every_window: bool = False
) -> list[tuple[Window, Limit]]:
    """Return one limit per window: hours of work of an average week within ``max_load`` of the presence.

    ``sum of work(column, window) x chosen <= max_load x (servers + extra servers) x hours of the window``. Windows
    that nobody can fill are left out, and unless ``every_window`` is set so are windows that another one implies and
    where no column needs room. Teams with a target for waits have staffed windows instead
    (:mod:`optimize.capacity.waiting_targets`). Limits that leave room come last.
    """
    out: list[tuple[Window, Limit]] = []
    for resource, team in scenario.resources.items():
        if team.wait_target is not None:
            continue
        present = servers_by_hour(scenario, resource, NOBODY)
        people = at_work(scenario, resource)
        hours = economics.hours_per_week.get(resource, np.zeros(len(columns)))
        anytime = economics.anytime_hours.get(resource, np.zeros(len(columns)))
        if not (hours.any() or anytime.any()):
            continue
        forms, form = shapes(scenario, columns, people)
        of_presence = people / max(people.sum(), 1e-12)
        added, found = added_servers(scenario, resource), []
        for window in windows(scenario, resource):
            block = list(window.hours)
            work = hours * forms[:, block].sum(axis=1)[form] + anytime * of_presence[block].sum()
            limit = Limit(
                window.name,
                f"{resource}, {window.words}: hours of work within {team.max_load:.0%} of those present",
                float(present[block].sum()) * team.max_load,
                work,
                "hours per week",
            )
            gains = np.array([hours[block].sum() * team.max_load for _, hours in added])
            found.append((window, limit, gains))
        hardest = found if every_window else _hardest(found, [those for those, _ in added], economics.rooms)
        out += [(window, limit) for window, limit, _ in hardest]
    return [*out, *_rooms(columns, economics, out)]


def _rooms(
    columns: Columns, economics: EconomicsTable, found: Sequence[tuple[Window, Limit]]
) -> Iterator[tuple[Window, Limit]]:
    """Yield for each segment and window the limit that leaves the room that estimates of its columns need.

    ``sum of (work(column, window) + room(column of the segment, window)) x chosen <= presence``, as the window itself.
    """
    for window, limit in found:
        room = economics.rooms.get(limit.name, np.zeros(0))
        for segment in np.unique(columns.segment[np.flatnonzero(room > 0)]).tolist():
            name = columns.segments[segment]
            usage = limit.usage + np.where(columns.segment == segment, np.maximum(room, 0.0), 0.0)
            words = f"room for {name} at {limit.words}"
            yield (
                window,
                replace(limit, name=f"room[{window.resource}, {window.words}, {name}]", words=words, usage=usage),
            )


def _hardest(
    found: Sequence[tuple[Window, Limit, Floats]], added: Sequence[ServerRange], needed: Container[str]
) -> list[tuple[Window, Limit, Floats]]:
    """Return the windows that no other window implies, and those that are needed by name.

    A window implies another if it has at least its work for every column, and at most its presence whatever servers
    are added to (or taken from) the shifts.
    """
    least, most = (np.array([getattr(those, end) for those in added]) for end in ("least", "most"))
    kept: list[tuple[Window, Limit, Floats]] = []
    for window, limit, gains in sorted(found, key=lambda f: -float(f[1].usage.sum())):
        implied = any(
            (other.usage >= limit.usage - 1e-9).all()
            and other.capacity + np.maximum(least * (more - gains), most * (more - gains)).sum()
            <= limit.capacity + 1e-9
            for _, other, more in kept
        )
        if limit.name in needed or not implied:
            kept.append((window, limit, gains))
    return kept
