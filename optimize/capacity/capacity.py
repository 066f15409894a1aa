"""Capacity by window of the week: which work falls where, and who is present."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from optimize.arrays import distinct
from optimize.economics.economics import EconomicsTable
from optimize.offerings.columns import Columns
from optimize.selection.restrictions import Hire, Limit
from optimize.service.work import servers_by_hour
from scenarios.resources import WEEKDAYS, ServerRange, Shift
from scenarios.scenario import Scenario
from simcore.clock import Floats, Ints
from simcore.demand import HOURS_PER_DAY, HOURS_PER_WEEK, week_profile

CAPACITY = "capacity["
"""Start of the names of limits on hours of work."""
BLOCK_HOURS = 3
SLACK_SHARE = 0.25
"""Share of the promised lead time over which the work of an order may be spread."""
MOST_SLACK_HOURS = 72.0
WITHOUT_PROMISE_HOURS = 24.0
NOBODY: Mapping[str, int] = MappingProxyType({})


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


_OF_WINDOW = re.compile(rf"(?:capacity|room)\[((.*?), (?:{'|'.join(WEEKDAYS)}) \d\d-\d\d)[],].*", re.DOTALL)


def window_of(name: str) -> str:
    """Return the limit on a window that a limit on room in it belongs to; any other name as it is.

    >>> window_of("room[pickers, fri 14-17, retail]"), window_of("stock_investment")
    ('capacity[pickers, fri 14-17]', 'stock_investment')
    """
    found = _OF_WINDOW.fullmatch(name)
    return f"capacity[{found[1]}]" if found else name


def team_of(name: str) -> str:
    """Return the team whose window a limit is about, or the room in it; any other name as it is.

    >>> team_of("capacity[pickers, fri 14-17]"), team_of("room[north, pickers, fri 14-17, a, b]")
    ('pickers', 'north, pickers')
    >>> team_of("stock_investment")
    'stock_investment'
    """
    found = _OF_WINDOW.fullmatch(name)
    return found[2] if found else name


def windows(scenario: Scenario, resource: str, presence: Floats | None = None) -> list[Window]:
    """Return the windows of a resource: its shifts, cut into blocks of at most three hours.

    With ``presence``, shape (n, 168), they are also cut where a row of it changes.
    """
    open_hours = np.flatnonzero(shift_hours(scenario, resource) > 0).tolist()
    blocks: list[list[int]] = []
    for hour in open_hours:
        follows = blocks and hour == blocks[-1][-1] + 1 and hour % HOURS_PER_DAY != 0
        same = presence is None or (presence[:, hour] == presence[:, hour - 1]).all()
        if follows and same and len(blocks[-1]) < BLOCK_HOURS:
            blocks[-1].append(hour)
        else:
            blocks.append([hour])
    return [Window(resource, tuple(block)) for block in blocks]


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


def spread(profile: Floats, people: Floats, slack_hours: float) -> Floats:
    """Return how work that arrives with a weekly profile can be spread over the hours in which people are there.

    What arrives in an hour is shared among the open hours of the next ``slack_hours``, in proportion to the people;
    where doors are closed for part of that, among as many open hours as there are in that time on average (at least
    the next one). The result adds up to 1.

    >>> early = np.zeros(168); early[0] = 1.0
    >>> people = np.where(np.arange(168) % 24 >= 9, 1.0, 0.0)
    >>> np.flatnonzero(spread(early, people, 0.0)).tolist()
    [9]
    >>> people = np.where(np.arange(168) == 1, 3.0, 1.0)
    >>> spread(early, people, 2.0)[:3].tolist()
    [0.25, 0.75, 0.0]
    """
    out = np.zeros(HOURS_PER_WEEK)
    opening = np.flatnonzero(people > 0)
    if not len(opening):
        return out
    reach = max(1, int(np.ceil(slack_hours)))
    least = max(1, int(np.ceil(slack_hours * len(opening) / HOURS_PER_WEEK)))
    for hour in np.flatnonzero(profile > 0):
        ahead = (opening - hour) % HOURS_PER_WEEK
        count = max(least, int((ahead < reach).sum()))
        chosen = opening[np.argsort(ahead)[:count]]
        out[chosen] += profile[hour] * people[chosen] / people[chosen].sum()
    return out / profile.sum() if profile.sum() > 0 else out


@lru_cache(maxsize=4096)
def _spread(profile: bytes, people: bytes, slack_hours: float) -> Floats:
    """Return :func:`spread`, which the same segments and teams ask for again and again, worked out once."""
    return spread(np.frombuffer(profile), np.frombuffer(people), slack_hours)


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


def shapes(
    scenario: Scenario, columns: Columns, people: Floats, most_slack: float = MOST_SLACK_HOURS
) -> tuple[Floats, Ints]:
    """Return the weekly shapes of work, shape (K, 168), and which one each column has.

    Columns of one segment and slack, at most ``most_slack`` hours, share it.
    """
    hours = np.minimum(columns.each("lead_time_days", slack), most_slack)
    first, which = distinct(columns.segment, np.unique(hours, return_inverse=True)[1])
    profiles, present = (
        [week_profile(segment.demand).tobytes() for segment in scenario.segments.values()],
        people.tobytes(),
    )
    shapes = [_spread(profiles[columns.segment[row]], present, float(hours[row])) for row in first.tolist()]
    return np.array(shapes).reshape(len(shapes), HOURS_PER_WEEK), which


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


def presence_cost(scenario: Scenario) -> float:
    """Return the pay of everybody present in the measured window, before anybody is added."""
    weeks = scenario.calendar.measured_days / 7
    return sum(
        float(servers_by_hour(scenario, name, NOBODY).sum()) * weeks * team.cost_per_hour
        for name, team in scenario.resources.items()
    )
