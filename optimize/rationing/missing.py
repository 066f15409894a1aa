"""What a way of rationing takes from those who come later: floors and promises that are missed because of it."""

from __future__ import annotations

from collections.abc import Sequence

from optimize.candidates.asked import asked
from optimize.rationing.classes import served
from simcore.estimates import LOWER, difference
from simcore.measures import MeasureKey
from simcore.replications import Simulation


def missed(simulations: Sequence[Simulation]) -> list[str]:
    """Return for each scenario, in words, what it misses that is asked and shown to be worse than in the first one.

    Asked are the floors of each segment, and that a promised lead time reaches half of the orders. Simulations of the
    same customers are expected; nothing missed is an empty text.
    """
    return ["; ".join(_missed(simulations[0], one)) for one in simulations]


def _missed(before: Simulation, after: Simulation) -> list[str]:
    found = []
    for name, offering in served(after.scenario).items():
        least = asked(after.scenario.segments[name].floors, offering.lead_time_days is not None)
        for measure, floor in least.items():
            key, share = MeasureKey(measure, name), after.estimate(measure, name).mean
            worse = difference(before.totals(key), after.totals(key), after.confidence).verdict == LOWER
            if worse and share < floor:
                found.append(f"{measure.replace('_', ' ')} of {name} {100 * share:.1f} %, {100 * floor:g} % asked")
    return found
