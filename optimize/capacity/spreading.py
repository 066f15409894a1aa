"""When work is done: what arrives in an hour is spread over the hours in which people are there to do it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from optimize.arrays import distinct
from optimize.offerings.columns import Columns
from scenarios.durations import HOURS_PER_DAY, HOURS_PER_WEEK
from scenarios.scenario import Scenario
from simcore.clock import Floats, Ints
from simcore.demand import week_profile

SLACK_SHARE = 0.25
"""Share of the promised lead time over which the work of an order may be spread."""
MOST_SLACK_HOURS = 72.0
WITHOUT_PROMISE_HOURS = 24.0


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
