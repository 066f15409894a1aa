"""The margin bridge by lever, from the simulation: every mixture of two designs is simulated on the same seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from optimize.economics.economics import Estimator
from optimize.explanation.mixed_designs import AND, Load, joined, mixed, players
from optimize.explanation.mixtures import Group
from optimize.explanation.simulated_bridge import SimulatedBridge, simulated_bridge
from optimize.plausibility.plausibility import loads
from promiselab.plan_reasons import bridge_data
from promiselab.progress import progress_bar
from promiselab.stopping import stoppable
from promiselab.study import Study, differ_in_design_only
from promiselab.tables import number
from scenarios.design import Design
from scenarios.problems import BadInput
from scenarios.scenario import Scenario
from simcore.demand import expected_orders
from simcore.engines import ORDERS_PER_SECOND
from simcore.estimates import difference
from simcore.measures import MARGIN
from simcore.replications import Simulation, simulate_all

BRIDGE = "bridge.json"
MOST_BARS, MOST_UNASKED = 6, 4
"""64 and 16 designs to simulate; beyond that the levers that change least by themselves are one bar."""
SCREENED = 5
"""Replications of each lever alone, where it must be found out which change least."""
CHEAP = 10.0
"""Seconds of one core that are not worth asking about."""


@dataclass(frozen=True)
class _Ends:
    """Two simulated designs of one scenario, and what differs between them."""

    study: Study
    before: Simulation
    after: Simulation
    groups: Sequence[Group]
    most: int
    """Bars."""

    @property
    def scenario(self) -> Scenario:
        return self.after.scenario

    def mixture(self, few: Sequence[Group]) -> Scenario:
        """Return the scenario with some groups as after, and the others as before."""
        switched = [part for group in few for part in group]
        ends = self.before.scenario.current, self.after.scenario.current
        return self.scenario.with_design(mixed(self.scenario, *ends, switched))


def bridged(study: Study, asked: bool) -> tuple[Study, dict[str, Any]]:
    """Return the files of the bridge to the best candidate (none where there is nothing to say), and the study.

    On Ctrl-C there is no bridge, and the study says that it was interrupted.
    """
    best = study.best_candidate()
    if best is None or study.interrupted:
        return study, {}
    try:
        found = bridge_of(study, best, asked)
    except KeyboardInterrupt:
        words = "Interrupted: the margin was not broken down by lever."
        return replace(study, interrupted=True, warnings=(*study.warnings, words)), {}
    return study, {} if found is None else {BRIDGE: found}


def bridge_of(study: Study, candidate: str, asked: bool = True) -> dict[str, Any] | None:
    """Return the bridge from the baseline to a candidate as the run folder keeps it; None where nothing differs.

    Parameters
    ----------
    asked : bool
        False: only if it takes no more than a few seconds.

    Returns
    -------
    dict or None
        ``why_not`` where there is none: too much to simulate unasked, not two designs of one scenario, or mixtures
        that cannot be simulated.
    """
    before, after = study.simulations[study.baseline], study.simulations[candidate]
    ends = {"start_design": study.baseline, "end_design": candidate}
    if not differ_in_design_only(before.scenario, after.scenario):
        return {**ends, "why_not": "they differ in more than their designs"} if asked else None
    groups = players(after.scenario, before.scenario.current, after.scenario.current, _load(after.scenario))
    if not groups:
        return None
    found = _Ends(study, before, after, groups, MOST_BARS if asked else MOST_UNASKED)
    if not asked and (seconds := _seconds(found)) > CHEAP:
        return {**ends, "why_not": f"it would take about {seconds:,.0f} seconds of simulation; ask with --by-lever"}
    try:
        crossed = _crossed(found)
    except BadInput as error:
        return {**ends, "why_not": f"a mixture of the two designs cannot be simulated ({error})"}
    return {**ends, **crossed}


def _load(scenario: Scenario) -> Load:
    """Return how busy each resource is expected to be under a design."""
    estimator = Estimator(scenario)

    def load(design: Design) -> dict[str, float]:
        return loads(scenario.with_design(design), estimator)

    return load


def _seconds(ends: _Ends) -> float:
    """Return how long all mixtures take on one core, roughly."""
    count, engine = ends.study.replications, ends.study.settings.engine
    groups = len(ends.groups)
    plays = ((1 << min(groups, ends.most)) - 2) * count
    plays += groups * min(SCREENED, count) if groups > ends.most else 0
    return plays * expected_orders(ends.scenario) / ORDERS_PER_SECOND[engine]


def _crossed(ends: _Ends) -> dict[str, Any]:
    groups = joined(ends.groups, _alone(ends), ends.most)
    chosen = [[g for i, g in enumerate(groups) if few >> i & 1] for few in range(2 ** len(groups))]
    mixtures = [ends.mixture(few) for few in chosen[1:-1]]
    between = _simulated(ends.study, mixtures, ends.study.replications, "simulating the bridge by lever")
    found = simulated_bridge(groups, [ends.before, *between, ends.after])
    return {
        **bridge_data(found.bridge),
        "bars": _bars(found),
        "together": [AND.join(group) for group in groups if len(group) > 1],
        "mixtures": len(mixtures),
        "replications": ends.study.replications,
    }


def _bars(found: SimulatedBridge) -> list[dict[str, Any]]:
    return [{"bar": bar, "half_width": number(interval.half_width)} for bar, interval in found.bars.items()]


def _alone(ends: _Ends) -> dict[Group, float]:
    """Return what each group changes by itself; nothing where all of them have a bar of their own."""
    if len(ends.groups) <= ends.most:
        return {}
    count = min(SCREENED, ends.study.replications)
    single = [ends.mixture([group]) for group in ends.groups]
    found = _simulated(ends.study, single, count, "finding the levers that change most")
    numerator, denominator = (values[:count] for values in ends.before.totals(MARGIN))
    return {
        group: difference((numerator, denominator), one.totals(MARGIN)).interval.mean
        for group, one in zip(ends.groups, found, strict=True)
    }


def _simulated(study: Study, scenarios: Sequence[Scenario], count: int, words: str) -> list[Simulation]:
    how = study.settings
    if not scenarios:
        return []
    with progress_bar(words) as show, stoppable(show, how.workers != 1) as finished:
        return simulate_all(
            scenarios,
            how.seed or 0,
            count,
            confidence=how.confidence or 0.95,
            workers=how.workers,
            progress=finished,
            engine=how.engine,
        )
