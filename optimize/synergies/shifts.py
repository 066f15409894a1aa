"""Shifts that cover what is needed at least cost: people of one skill, of two in a chain, or of all.

With n_t people of team t present, who can serve the segments K_t at efficiency e_t, every group S of segments needs, in
every hour h::

    sum of e_t n_t over teams with K_t and S in common  >=  need_S(h)

need_S is the need of the group served as one (Hall's condition for people and work; that it suffices hour by hour is an
approximation, as SIPP is, and the simulation has the last word). A chain (each segment shares people with the next,
the last with the first) has most of the benefit of full flexibility (Jordan & Graves 1995, *Management Science* 41(4)).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from optimize.solver.linear_model import LinearModel, Row, Sense, Variable, row
from optimize.solver.status import Status
from scenarios.problems import NoTrustworthyAnswer
from simcore.clock import Ints

HOURS = 24
MOST_GROUPS_OF = 6
"""Segments up to which every group of them is covered; beyond, each alone and all together are."""

Group = frozenset[str]


@dataclass(frozen=True)
class Terms:
    """What people cost and can do: hours of a shift, pay per hour, extra pay and lost efficiency per further skill."""

    shift_hours: int = 8
    wage: float = 1.0
    premium: float = 0.0
    loss: float = 0.0


@dataclass(frozen=True)
class Team:
    """People with the same skills: the segments that they can serve."""

    name: str
    skills: Group


@dataclass(frozen=True)
class Roster:
    """Shifts of a week.

    Attributes
    ----------
    starts : mapping of (str, int, int) to int
        (team, weekday, hour of the start) -> people; weekday 0 is Monday.
    person_hours : float
        Hours of presence per week.
    cost : float
        Money per week.
    """

    starts: Mapping[tuple[str, int, int], int]
    person_hours: float
    cost: float

    @property
    def people(self) -> int:
        """Shifts per week, over five: people in full time."""
        return int(np.ceil(sum(self.starts.values()) / 5))


def one_skill(segments: Sequence[str]) -> list[Team]:
    """Return a team for each segment."""
    return [Team(name, frozenset({name})) for name in segments]


def chain(segments: Sequence[str]) -> list[Team]:
    """Return teams of one skill, and one for each pair of neighbours in a ring.

    >>> [team.name for team in chain(["a", "b", "c"])]
    ['a', 'b', 'c', 'a + b', 'b + c', 'c + a']
    """
    after = [*segments[1:], segments[0]] if len(segments) > 2 else segments[1:]
    pairs = [Team(f"{one} + {other}", frozenset({one, other})) for one, other in zip(segments, after, strict=False)]
    return [*one_skill(segments), *pairs]


def all_skills(segments: Sequence[str]) -> list[Team]:
    """Return teams of one skill, and one that serves everybody."""
    return [*one_skill(segments), Team("cross-trained", frozenset(segments))]


def groups_of(segments: Sequence[str]) -> list[Group]:
    """Return the groups of segments whose need must be covered."""
    sizes = range(1, len(segments) + 1) if len(segments) <= MOST_GROUPS_OF else (1, len(segments))
    return [frozenset(group) for size in sizes for group in combinations(segments, size)]


def roster(needs: Mapping[Group, Ints], teams: Sequence[Team], terms: Terms) -> Roster:
    """Return the cheapest shifts.

    Parameters
    ----------
    needs : mapping of frozenset of str to ndarray of int, shape (168,)
        Group of segments -> people needed in each hour of the week if it is served as one.
    teams : sequence of Team
        Who may be employed.

    Raises
    ------
    NoTrustworthyAnswer
        The solver found no optimum, which would be an error of ours: there are always enough people.
    """
    starts: dict[tuple[str, int, int], int] = {}
    hours = cost = 0.0
    for day in range(7):
        today = {group: need[HOURS * day : HOURS * (day + 1)] for group, need in needs.items()}
        for (team, start), (people, present) in _day(today, teams, terms).items():
            starts[team.name, day, start] = people
            hours += people * present
            cost += people * present * _pay(team, terms)
    return Roster(starts, hours, cost)


def _pay(team: Team, terms: Terms) -> float:
    return terms.wage * (1 + (terms.premium if len(team.skills) > 1 else 0.0))


def _day(needs: Mapping[Group, Ints], teams: Sequence[Team], terms: Terms) -> dict[tuple[Team, int], tuple[int, int]]:
    """Return (team, start) -> (people, hours of presence) of one day."""
    open_hours = np.flatnonzero(np.max(list(needs.values()), axis=0) > 0)
    if not len(open_hours):
        return {}
    first, last = int(open_hours[0]), int(open_hours[-1]) + 1
    length = min(terms.shift_hours, last - first)
    begins = range(first, last - length + 1)
    model = LinearModel()
    shifts = {(team, b): model.integer(f"s_{t}_{b}", 0, None) for t, team in enumerate(teams) for b in begins}
    present = lambda hour: {key: v for key, v in shifts.items() if key[1] <= hour < key[1] + length}  # noqa: E731
    model.add(_cover(present, needs, terms, range(first, last)))
    model.minimise([(variable, length * _pay(team, terms)) for (team, _), variable in shifts.items()])
    run = model.run()
    if run.status is not Status.OPTIMAL:
        raise NoTrustworthyAnswer(f"no shifts were found that cover the need: {run.status.value}")
    found = {key: round(run.value(variable)) for key, variable in shifts.items()}
    return {key: (people, length) for key, people in found.items() if people}


def _cover(
    present: Callable[[int], Mapping[tuple[Team, int], Variable]],
    needs: Mapping[Group, Ints],
    terms: Terms,
    hours: range,
) -> list[Row]:
    rows = []
    for hour in hours:
        here = present(hour)
        for g, (group, need) in enumerate(needs.items()):
            if need[hour]:
                able = [
                    (variable, 1 - terms.loss if len(team.skills) > 1 else 1.0)
                    for (team, _), variable in here.items()
                    if team.skills & group
                ]
                rows.append(row(f"need_{g}_{hour}", able, Sense.AT_LEAST, int(need[hour])))
    return rows
