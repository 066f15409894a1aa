"""The margin bridge between two simulated designs: what each lever adds, averaged over every order of changing them.

Every mixture of the two designs is simulated under common random numbers, and each lever gets the Shapley value of
what it adds to every posting of the ledger. The parts are whole cents, and add up to the two simulated margins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from optimize.explanation.bridge import CENTS, MICRO, Bridge, Place, whole
from optimize.explanation.mixed_designs import AND
from optimize.explanation.mixtures import Group
from optimize.explanation.shapley import shapley
from simcore.clock import Floats
from simcore.estimates import Interval, ratio
from simcore.measures import MARGIN
from simcore.replications import Simulation


@dataclass(frozen=True)
class SimulatedBridge:
    """From one simulated margin to another.

    Attributes
    ----------
    bridge : Bridge
        In whole cents, means over the replications.
    bars : dict of str to Interval
        What each group of levers adds to the margin, with its interval over the replications.
    """

    bridge: Bridge
    bars: dict[str, Interval]


def simulated_bridge(groups: Sequence[Group], simulations: Sequence[Simulation]) -> SimulatedBridge:
    """Return the bridge between two designs.

    Parameters
    ----------
    groups : sequence of tuple of str
        What was switched, one by one; n groups.
    simulations : sequence of Simulation
        Of every mixture, shape (2^n,): bit i of the place says whether group i is as after. All on the same seed.
    """
    tables = [_means(simulation) for simulation in simulations]
    places = sorted({place for table in tables for place in table})
    values = [[round(table.get(place, 0.0) * MICRO) for place in places] for table in tables]
    parts: dict[Place, Fraction] = {}
    for group, amounts in zip(groups, shapley(values), strict=True):
        for (segment, driver), amount in zip(places, amounts, strict=True):
            parts[AND.join(group), segment, driver] = amount / MICRO
    ends = [round(simulations[place].estimate("margin").mean * CENTS) for place in (0, -1)]
    margins = np.array([simulation.totals(MARGIN)[0] for simulation in simulations])
    added = _shapley_of_each(margins, len(groups))
    level = simulations[0].confidence
    intervals = [ratio(row, np.ones(len(row)), level) for row in added]
    bars = {AND.join(group): interval for group, interval in zip(groups, intervals, strict=True)}
    return SimulatedBridge(whole(ends[0], parts, ends[1]), bars)


def _shapley_of_each(margins: Floats, players: int) -> Floats:
    """Return what each player adds in each replication, shape (players, replications)."""
    cents = [[round(value * MICRO) for value in row] for row in margins]
    found = [[float(amount / MICRO) for amount in row] for row in shapley(cents)]
    return np.array(found).reshape(players, margins.shape[1])


def _means(simulation: Simulation) -> dict[tuple[str, str], float]:
    """Return (segment, driver) -> mean over the replications."""
    sums: dict[tuple[str, str], list[float]] = {}
    for replication in simulation.replications:
        for posting in replication.ledger:
            sums.setdefault((posting.segment, posting.driver), []).append(posting.amount)
    count = len(simulation.replications)
    return {place: float(sum(map(Fraction, amounts)) / count) for place, amounts in sums.items()}
