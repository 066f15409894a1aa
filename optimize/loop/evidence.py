"""Evidence: what the simulation of one plan says against its estimates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimize.candidates.asked import asked
from optimize.candidates.candidates import Candidates
from optimize.loop.certificate import FloorKept, Kept
from optimize.plan import Plan
from optimize.selection.exact import Choice
from optimize.trials.discrepancy import Discrepancy, discrepancies
from scenarios.offerings import current_offerings
from simcore.estimates import Interval, ratio
from simcore.ledger import DRIVERS
from simcore.replications import Simulation

COMPANY = ""
IDLE = "idle_capacity"
STOCK_LIMIT = "stock_investment"
MATERIAL = 1e-4
"""Share of the margin below which an error is not worth a correction."""


@dataclass(frozen=True)
class Evidence:
    """A plan and its simulation.

    Attributes
    ----------
    choice : Choice
        Columns (of the candidates) and hires of the plan.
    figures : tuple of Discrepancy
        Every driver and share of the served segments, and what the company pays beyond work, as estimated and as
        simulated; the intervals hold for all of them together.
    floors : tuple of FloorKept
        Floors of the segments, of their promises, and the limit on stock, as simulated.
    """

    choice: Choice
    plan: Plan
    simulation: Simulation
    iteration: int
    figures: tuple[Discrepancy, ...]
    floors: tuple[FloorKept, ...]

    @property
    def margin(self) -> Interval:
        """Simulated margin."""
        return self.simulation.estimate("margin")

    @property
    def keeps_floors(self) -> bool:
        """Whether no floor is missed on average."""
        return not self.missed_floors

    @property
    def missed_floors(self) -> list[FloorKept]:
        """Floors that are missed on average."""
        return [floor for floor in self.floors if _missed(floor)]

    def off(self, segment: str) -> list[Discrepancy]:
        """Return the money of a segment that the simulation contradicts by as much as matters."""
        least = MATERIAL * abs(self.margin.mean)
        return [
            f
            for f in self.figures
            if f.segment == segment and f.is_off and f.figure in DRIVERS and abs(f.error) >= least
        ]

    def kept(self, segment: str) -> list[FloorKept]:
        """Return the floors of a segment that are kept on average."""
        return [floor for floor in self.floors if floor.segment == segment and not _missed(floor)]

    def missed(self, segment: str) -> list[FloorKept]:
        """Return the floors of a segment that are missed on average."""
        return [floor for floor in self.missed_floors if floor.segment == segment]


def evidence(
    candidates: Candidates, choice: Choice, plan: Plan, simulation: Simulation, iteration: int, *, strict: bool = True
) -> Evidence:
    """Return what a simulation says of a plan; ``strict``: intervals hold for all figures together (Bonferroni)."""
    segments = candidates.selection.segments
    served = {name: candidates.economics[j] for name, j in zip(segments, choice.columns, strict=True) if j >= 0}
    tests = len(discrepancies(served, simulation)) + 1 if strict else 1
    wider = replace(simulation, confidence=1 - (1 - simulation.confidence) / tests)
    figures = (*discrepancies(served, wider), company(plan, wider))
    return Evidence(choice, plan, simulation, iteration, figures, tuple(floors(simulation)))


def company(plan: Plan, simulation: Simulation) -> Discrepancy:
    """Return what people are paid beyond their work, as estimated and as simulated."""
    estimate = sum(d.amount for d in plan.drivers if d.segment == COMPANY and d.driver == IDLE)
    paid = np.array(
        [
            sum(p.amount for p in replication.ledger if p.segment == COMPANY and p.driver == IDLE)
            for replication in simulation.replications
        ]
    )
    turnover = simulation.estimate("revenue").mean
    found = ratio(paid, np.ones(len(paid)), simulation.confidence)
    return Discrepancy(COMPANY, IDLE, simulation.scenario.currency, estimate, found, turnover)


def floors(simulation: Simulation) -> Iterator[FloorKept]:
    """Yield every floor of a served segment, that of its promise, and the limit on stock, with what was measured.

    NaN was measured where no order came in any replication: then nothing missed a floor either.
    """
    scenario = simulation.scenario
    for name, offering in current_offerings(scenario).items():
        if offering is not None:
            for measure, floor in asked(scenario.segments[name].floors, offering.lead_time_days is not None).items():
                found = simulation.estimate(measure, name)
                yield FloorKept(name, measure, floor, found, _verdict(found, floor, 1))
    most = scenario.limits.stock_investment
    if most is not None:
        found = simulation.estimate(STOCK_LIMIT)
        yield FloorKept(COMPANY, STOCK_LIMIT, most, found, _verdict(found, most, -1))


def _missed(floor: FloorKept) -> bool:
    apart = floor.simulated.mean - floor.floor
    return apart > 0 if floor.measure == STOCK_LIMIT else apart < 0


def _verdict(found: Interval, limit: float, sign: int) -> Kept:
    """Return whether ``sign x measure >= sign x limit`` is shown, denied or neither."""
    if np.isnan(found.mean):
        return Kept.UNKNOWN
    low, high = sorted((sign * found.low, sign * found.high))
    if low >= sign * limit:
        return Kept.YES
    return Kept.NO if high < sign * limit else Kept.NOT_SHOWN
