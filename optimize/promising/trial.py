"""A scenario simulated with other promises, servers or stock, under common random numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from optimize.promising.sighting import SegmentSeen, Sighting, Watch
from scenarios.design import Promise
from scenarios.scenario import Scenario
from simcore.program import Program, compile_program
from simcore.replications import Progress
from simcore.watching import Crew, watch_all

Promises = Mapping[str, Promise]


@dataclass(frozen=True)
class Seen:
    """The replications of one program."""

    program: Program
    sightings: Sequence[Sighting]

    def of(self, segment: str) -> list[SegmentSeen]:
        """Return what was seen of a segment, replication by replication."""
        return [one.segments[segment] for one in self.sightings]

    def acceptance(self, segment: str) -> float:
        """Return the share of potential orders that were accepted; customers who have left do not accept."""
        mine = self.of(segment)
        return sum(one.accepted for one in mine) / max(1, sum(one.potential for one in mine))


@dataclass(frozen=True)
class Trial:
    """How to simulate: what to look at, and on which random numbers."""

    scenario: Scenario
    watch: Watch
    seed: int
    replications: int
    engine: str
    crew: Crew | None = None
    progress: Progress | None = None

    def play(self, programs: Sequence[Program]) -> list[Seen]:
        """Return what was seen of some programs, all on the same random numbers."""
        found = watch_all(
            programs,
            self.watch,
            self.seed,
            self.replications,
            crew=self.crew,
            progress=self.progress,
            engine=self.engine,
        )
        return [Seen(program, sightings) for program, sightings in zip(programs, found, strict=True)]

    def promised(self, sets: Sequence[Promises]) -> list[Seen]:
        """Return what was seen with other promises."""
        return self.play([self.program(promises) for promises in sets])

    def program(self, promises: Promises) -> Program:
        """Return the program with other promises: demand and stock follow them."""
        return compile_program(with_promises(self.scenario, promises))


def with_promises(scenario: Scenario, promises: Promises) -> Scenario:
    """Return the scenario with other promises in its current design; what a promise leaves out stays."""
    design = scenario.current
    merged = dict(design.promises)
    for segment, promise in promises.items():
        stated = {field: value for field, value in promise if value is not None}
        merged[segment] = merged.get(segment, Promise()).model_copy(update=stated)
    return scenario.with_design(design.model_copy(update={"promises": merged}))


def with_one_more_server(scenario: Scenario, resource: str) -> Scenario:
    """Return the scenario with one more server in every shift of a resource."""
    design = scenario.current
    extra = {**design.extra_servers, resource: design.extra_servers.get(resource, 0) + 1}
    return scenario.with_design(design.model_copy(update={"extra_servers": extra}))


def with_more_stock(program: Program, pool: int, units: int) -> Program:
    """Return the program with so many units more in one pool, at every level of its policy."""
    plan = program.pools[pool]
    levels = replace(
        plan.levels,
        reorder_point=plan.levels.reorder_point + units,
        order_up_to=plan.levels.order_up_to + units if plan.levels.order_up_to else 0,
        start=plan.levels.start + units,
    )
    pools = (*program.pools[:pool], replace(plan, levels=levels), *program.pools[pool + 1 :])
    return replace(program, pools=pools)
