"""Windows of the week: consecutive hours in which a team is present, and the limits that are named after them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from optimize.capacity.presence import shift_hours
from scenarios.durations import HOURS_PER_DAY
from scenarios.resources import WEEKDAYS
from scenarios.scenario import Scenario
from simcore.clock import Floats

CAPACITY = "capacity["
"""Start of the names of limits on hours of work."""
BLOCK_HOURS = 3


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
