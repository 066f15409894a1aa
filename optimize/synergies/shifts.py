"""Shifts that cover what is needed at least cost: own people of each segment, and people trained for all of them.

For each hour h, with o_s own people of segment s and x cross-trained ones present::

    o_s + (1 - loss) x >= need_s(h)               each segment could be served by its own and the cross-trained
    sum_s o_s + (1 - loss) x >= need_all(h)       all together carry the pooled load
    cost = sum of hours of presence x wage, and (1 + premium) x wage for cross-trained

Both rows hold in any mix that meets the target; that they suffice is an approximation (as SIPP is), and the simulation
has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimize.linear_model import LinearModel, Row, Sense, Term, Variable, row
from optimize.status import Status
from scenarios.problems import NoTrustworthyAnswer
from simcore.clock import Ints

HOURS = 24
CROSS = "cross-trained"


@dataclass(frozen=True)
class Terms:
    """What people cost and can do: hours of a shift, pay per hour, training and lost efficiency of cross-trained."""

    shift_hours: int = 8
    wage: float = 1.0
    premium: float = 0.0
    loss: float = 0.0


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


def roster(own: Mapping[str, Ints], together: Ints, terms: Terms, cross: bool) -> Roster:
    """Return the cheapest shifts; without ``cross`` everybody serves one segment only.

    Parameters
    ----------
    own : mapping of str to ndarray of int, shape (168,)
        Segment -> people needed in each hour if it is served alone.
    together : ndarray of int, shape (168,)
        People needed if all are served by everybody.

    Raises
    ------
    NoTrustworthyAnswer
        The solver found no optimum, which would be an error of ours: there is always enough people.
    """
    starts: dict[tuple[str, int, int], int] = {}
    hours = cost = 0.0
    for day in range(7):
        span = slice(HOURS * day, HOURS * (day + 1))
        needs = {name: need[span] for name, need in own.items()}
        for (team, start), (people, present) in _day(needs, together[span], terms, cross).items():
            starts[team, day, start] = people
            hours += people * present
            cost += people * present * terms.wage * (1 + (terms.premium if team == CROSS else 0.0))
    return Roster(starts, hours, cost)


def _day(
    needs: Mapping[str, Ints], together: Ints, terms: Terms, cross: bool
) -> dict[tuple[str, int], tuple[int, int]]:
    """Return (team, start) -> (people, hours of presence) of one day."""
    open_hours = np.flatnonzero(together > 0)
    if not len(open_hours):
        return {}
    first, last = int(open_hours[0]), int(open_hours[-1]) + 1
    length = min(terms.shift_hours, last - first)
    begins = range(first, last - length + 1)
    model = LinearModel()
    teams = [*needs, *([CROSS] if cross else [])]
    shifts = {(team, b): model.integer(f"s_{t}_{b}", 0, None) for t, team in enumerate(teams) for b in begins}
    model.add(_cover(shifts, needs, together, terms, range(first, last), length, cross))
    pay = {team: length * terms.wage * (1 + (terms.premium if team == CROSS else 0.0)) for team in teams}
    model.minimise([(variable, pay[team]) for (team, _), variable in shifts.items()])
    run = model.run()
    if run.status is not Status.OPTIMAL:
        raise NoTrustworthyAnswer(f"no shifts were found that cover the need: {run.status.value}")
    found = {key: round(run.value(variable)) for key, variable in shifts.items()}
    return {key: (people, length) for key, people in found.items() if people}


def _cover(
    shifts: Mapping[tuple[str, int], Variable],
    needs: Mapping[str, Ints],
    together: Ints,
    terms: Terms,
    hours: range,
    length: int,
    cross: bool,
) -> list[Row]:
    rows = []
    for hour in hours:
        present = {key: variable for key, variable in shifts.items() if key[1] <= hour < key[1] + length}
        able: list[Term] = [(v, 1 - terms.loss) for (team, _), v in present.items() if team == CROSS]
        for s, (name, need) in enumerate(needs.items()):
            if need[hour]:
                own = [(v, 1.0) for (team, _), v in present.items() if team == name]
                rows.append(row(f"own_{s}_{hour}", [*own, *able], Sense.AT_LEAST, int(need[hour])))
        if cross and together[hour]:
            everybody = [(v, 1.0) for (team, _), v in present.items() if team != CROSS]
            rows.append(row(f"all_{hour}", [*everybody, *able], Sense.AT_LEAST, int(together[hour])))
    return rows
