"""The judge: simulates designs under common random numbers, each replication of a design once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from scenarios.design import Design
from scenarios.scenario import Scenario
from simcore.clock import Floats
from simcore.measures import MARGIN
from simcore.replications import Simulation

Play = Callable[[Sequence[Scenario], int, int, int], list[Simulation]]
"""(scenarios, seed, first replication, replications) -> simulations, as :func:`simulate_all` makes them."""


@dataclass
class Judge:
    """What was simulated with one seed; further replications of a design are added to its earlier ones."""

    scenario: Scenario
    play: Play
    seed: int
    _known: list[tuple[Design, Simulation]] = field(default_factory=list)

    def simulate(self, designs: Sequence[Design], replications: int) -> list[Simulation]:
        """Return the simulations of some designs with at least so many replications each."""
        for have, wanted in self._missing(designs, replications).items():
            scenarios = [self.scenario.with_design(design) for design in wanted]
            found = self.play(scenarios, self.seed, have, replications - have)
            for design, more in zip(wanted, found, strict=True):
                self._keep(design, more)
        return [known for design in designs if (known := self.known(design)) is not None]

    def known(self, design: Design) -> Simulation | None:
        """Return what was simulated of a design so far."""
        return next((simulation for other, simulation in self._known if same(other, design)), None)

    def margins(self, designs: Sequence[Design], first: int, count: int) -> Floats:
        """Return margins of replications ``first`` to ``first + count``, shape (designs, count)."""
        simulations = self.simulate(designs, first + count)
        return np.array([s.totals(MARGIN)[0][first : first + count] for s in simulations])

    def _missing(self, designs: Sequence[Design], replications: int) -> dict[int, list[Design]]:
        """Return the designs that need more, by the replications that they have."""
        groups: dict[int, list[Design]] = {}
        for design in designs:
            known = self.known(design)
            have = 0 if known is None else len(known.replications)
            if have < replications and not any(same(design, other) for other in groups.get(have, [])):
                groups.setdefault(have, []).append(design)
        return groups

    def _keep(self, design: Design, more: Simulation) -> None:
        for place, (other, known) in enumerate(self._known):
            if same(other, design):
                joined = replace(known, replications=known.replications + more.replications)
                self._known[place] = (other, joined)
                return
        self._known.append((design, more))


def same(one: Design, other: Design) -> bool:
    """Return whether two designs offer and staff the same."""
    servers = [{name: n for name, n in design.extra_servers.items() if n} for design in (one, other)]
    return one.offerings == other.offerings and servers[0] == servers[1]
