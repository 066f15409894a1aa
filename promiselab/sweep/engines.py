"""The engine of a sweep: which one is played, and how its workers share the machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.metadata import version

from scenarios.problems import bad
from simcore.draws import Draws
from simcore.program import Program
from simcore.replications import Replication, replicate

AUTO, SIMPY, COMPILED = "auto", "simpy", "compiled"
RATES = {SIMPY: 20_000.0, COMPILED: 1_000_000.0}


@dataclass(frozen=True)
class Engine:
    """An engine as a sweep sees it."""

    name: str
    version: str
    orders_per_second: float
    """What one core plays, roughly; measured in ``benchmarks/``."""

    @property
    def shares_threads(self) -> bool:
        """Whether several threads play at the same time."""
        return self.name == COMPILED


def engine(name: str) -> Engine:
    """Return an engine by name.

    Raises
    ------
    BadInput
        There is none of that name.
    """
    if name not in (AUTO, SIMPY):
        raise bad("--engine", "there is no engine of that name", "Choose auto, simpy or compiled.", name)
    return Engine(SIMPY, version("simpy"), RATES[SIMPY])


def replicate_with(name: str, program: Program, draws: Draws) -> Replication:
    """Return one replication, played by the engine of a name."""
    del name
    return replicate(program, draws)


def cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
