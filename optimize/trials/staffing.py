"""The fewest people that keep the floors of a design, found by simulation, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimize.plausibility.plausibility import refuse_certainty
from scenarios.offerings import current_offerings
from scenarios.problems import NoTrustworthyAnswer
from scenarios.resources import Resource
from scenarios.scenario import Scenario
from simcore.engines import SIMPY
from simcore.replications import Progress, Simulation, simulate_all

REACH = 2
"""Team sizes that are tried at a time on either side."""
MOST_ROUNDS = 8


@dataclass(frozen=True)
class TeamSize:
    """People needed in one team: the estimate, and the sizes that the interval of the service allows."""

    resource: str
    people: int
    low: int
    high: int


@dataclass(frozen=True)
class PeopleNeeded:
    """The fewest people of a design over the teams that fulfil its orders."""

    name: str
    teams: tuple[TeamSize, ...]

    @property
    def people(self) -> int:
        """People in all teams."""
        return sum(team.people for team in self.teams)

    @property
    def low(self) -> int:
        """Least that the intervals allow."""
        return sum(team.low for team in self.teams)

    @property
    def high(self) -> int:
        """Most that the intervals allow."""
        return sum(team.high for team in self.teams)


def people_needed(
    scenario: Scenario,
    name: str,
    seed: int,
    replications: int,
    *,
    workers: int | None = None,
    engine: str = SIMPY,
    progress: Progress | None = None,
) -> PeopleNeeded:
    """Return the fewest people that keep every floor of a design, team by team.

    Only teams that fulfil orders are sized, each with the others as in the design. The estimate is the smallest team
    whose mean service reaches every floor of the segments that it serves; ``low`` and ``high`` are the smallest teams
    whose upper and lower confidence limits do.

    Parameters
    ----------
    scenario : Scenario
        With the design to size, and floors for its segments.
    name : str
        Name of the design, for the result.

    Raises
    ------
    NoTrustworthyAnswer
        No team size within reach keeps the floors, or a floor is 100 %.
    """
    refuse_certainty(scenario, replications)
    served: dict[str, list[str]] = {}
    for segment, offering in current_offerings(scenario).items():
        if offering is not None and offering.fulfilment is not None:
            served.setdefault(offering.fulfilment.resource, []).append(segment)
    teams = [
        team_size(scenario, r, s, seed, replications, workers=workers, engine=engine, progress=progress)
        for r, s in sorted(served.items())
    ]
    return PeopleNeeded(name, tuple(teams))


def saving(dearer: PeopleNeeded, cheaper: PeopleNeeded) -> tuple[int, int, int]:
    """Return people saved, and the least and most that the two intervals together allow."""
    return dearer.people - cheaper.people, dearer.low - cheaper.high, dearer.high - cheaper.low


def team_people(resource: Resource, extra: int) -> int:
    """Return the people present in the largest shift."""
    base = resource.servers if resource.servers is not None else max(shift.servers for shift in resource.shifts)
    return max(0, base + extra)


def team_size(
    scenario: Scenario,
    resource: str,
    segments: Sequence[str],
    seed: int,
    replications: int,
    *,
    workers: int | None = None,
    engine: str = SIMPY,
    progress: Progress | None = None,
) -> TeamSize:
    """Return the fewest people of one team that keep the floors of some segments, the other teams as in the design.

    Raises
    ------
    NoTrustworthyAnswer
        No size within reach keeps the floors.
    """
    known: dict[int, tuple[bool, bool, bool]] = {}
    centre = max(1, team_people(scenario.resources[resource], scenario.current.extra_servers.get(resource, 0)))
    for _ in range(MOST_ROUNDS):
        sizes = [n for n in range(max(1, centre - REACH), centre + REACH + 1) if n not in known]
        variants = [with_people(scenario, resource, n) for n in sizes]
        found = simulate_all(
            variants,
            seed,
            replications,
            confidence=scenario.study.confidence,
            workers=workers,
            progress=progress,
            engine=engine,
        )
        known |= {n: _reached(sim, segments) for n, sim in zip(sizes, found, strict=True)}
        smallest, largest = min(known), max(known)
        if not known[largest][2]:
            centre = largest + REACH + 1
        elif known[smallest][0] and smallest > 1:
            centre = max(1, smallest - REACH - 1)
        else:
            low, people, high = (min(n for n in known if known[n][level]) for level in range(3))
            return TeamSize(resource, people, low, max(people, high))
    raise NoTrustworthyAnswer(f"no size of {resource} up to {max(known)} keeps the floors of {', '.join(segments)}")


def with_people(scenario: Scenario, resource: str, people: int) -> Scenario:
    """Return the scenario with a team of this size in its largest shift."""
    team = scenario.resources[resource]
    extra = {**scenario.current.extra_servers, resource: people - team_people(team, 0)}
    return scenario.with_design(scenario.current.model_copy(update={"extra_servers": extra}))


def _reached(simulation: Simulation, segments: Sequence[str]) -> tuple[bool, bool, bool]:
    """Return whether the upper limit, the mean, and the lower limit of the service reach every floor."""
    limits = [True, True, True]
    for segment in segments:
        for measure, floor in simulation.scenario.segments[segment].floors:
            if floor is not None:
                found = simulation.estimate(measure, segment)
                for level, value in enumerate((found.high, found.mean, found.low)):
                    limits[level] &= value >= floor
    return limits[0], limits[1], limits[2]
