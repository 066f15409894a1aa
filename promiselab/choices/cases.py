"""Cases: uncertain inputs in a Latin hypercube, each simulated under common random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from optimize.plausibility.plausibility import refuse_too_large
from promiselab.choices.failing import Rule
from promiselab.progress import make_ready
from promiselab.stopping import stoppable
from promiselab.study import Settings
from scenarios.paths import path_text
from scenarios.problems import BadInput, bad
from scenarios.relative import factor
from scenarios.scenario import Scenario
from scenarios.sweeps import Axis, latin_hypercube, parse_axes, resolved
from simcore.clock import Bools, Floats
from simcore.demand import expected_orders
from simcore.engines import choose
from simcore.replications import Interrupted, Progress, Simulation, simulate_all
from simcore.sampling import mean

AT_ONCE = 20
"""Cases that are simulated together: their draws are made once, and what is not asked for is forgotten after each."""
DEMAND = "-30%..+30%"
SUPPLY = "-30%..+60%"


@dataclass(frozen=True)
class Cases:
    """What was drawn and what came of it.

    Attributes
    ----------
    axes : tuple of Axis
        The uncertain inputs.
    inputs : ndarray of float, shape (cases, axes)
        Absolute values, or changes as shares (0.1 for +10 %) where the axis is relative.
    fails : ndarray of bool, shape (cases,)
    broken : ndarray of bool, shape (cases, rules)
        Which rule each case breaks.
    margins : ndarray of float, shape (cases,)
    interrupted : bool
        Whether there are fewer cases than asked for.
    """

    axes: tuple[Axis, ...]
    inputs: Floats
    broken: Bools
    margins: Floats
    interrupted: bool = False

    @property
    def fails(self) -> Bools:
        """Which cases break any rule."""
        return np.asarray(self.broken.any(axis=1), dtype=bool)


def uncertain(scenario: Scenario, vary: Sequence[str]) -> tuple[Axis, ...]:
    """Return the uncertain inputs; left out: demand of each segment, and supply times of each product.

    What is 0 stays 0 when it changes by a share, and is left out.

    Raises
    ------
    BadInput
        An axis is not a range, or nothing is uncertain.
    """
    if vary:
        axes = parse_axes(vary)
        if wrong := [axis for axis in axes if axis.range is None]:
            how = "Write path=low..high, without a count, such as -30%..+30%."
            raise BadInput(
                axis.problem("is not a range, so nothing can be said to be above or below", how) for axis in wrong
            )
        return axes
    texts = [
        f"{path_text(['segments', name, 'demand', 'orders_per_day'])}={DEMAND}"
        for name, segment in scenario.segments.items()
        if segment.demand.orders_per_day > 0
    ]
    texts += [
        f"{path_text(['products', name, 'stock', 'supply', 'lead_time_days'])}={SUPPLY}"
        for name, product in scenario.products.items()
        if product.stock is not None and mean(product.stock.supply.lead_time_days) > 0
    ]
    if not texts:
        raise bad("--vary", "is needed: nobody orders and no supply takes time", "Write such as path=10..20.")
    return parse_axes(texts)


def sampled(
    scenario: Scenario,
    axes: Sequence[Axis],
    rules: Sequence[Rule],
    count: int,
    sample: int,
    settings: Settings,
    progress: Progress,
) -> Cases:
    """Simulate a Latin hypercube sample of the uncertain inputs and judge every case.

    A case is judged by its means over the replications. Ctrl-C keeps the cases that are finished.

    Parameters
    ----------
    count : int
        Size of the sample.
    sample : int
        Seed of the sample; the seed of the simulation is that of the settings, for all cases.
    """
    sweep = latin_hypercube(scenario, axes, count, sample)
    points = [resolved(scenario, point) for point in sweep.points[1:]]
    inputs = np.array([[_number(value) for _, value in point.changes] for point in sweep.points[1:]])
    beside = [p.with_design("as_is") for p in points] if any(rule.value is None for rule in rules) else []
    replications = settings.replications or 1
    engine = choose(settings.engine, expected_orders(scenario) * replications * len(points))
    refuse_too_large(scenario, replications, len(points) + len(beside), engine)
    make_ready(engine)
    broken: list[list[bool]] = []
    margins: list[float] = []
    try:
        for begin in range(0, len(points), AT_ONCE):
            block = slice(begin, begin + AT_ONCE)
            found = _simulated([*points[block], *beside[block]], settings, engine)
            own = len(points[block])
            for place, simulation in enumerate(found[:own]):
                today = found[own + place] if beside else None
                broken.append([_breaks(rule, simulation, today) for rule in rules])
                margins.append(simulation.estimate("margin").mean)
            progress(min(begin + AT_ONCE, len(points)), len(points))
    except (KeyboardInterrupt, Interrupted):
        if not margins:
            raise
    done = len(margins)
    return Cases(tuple(axes), inputs[:done], np.array(broken, dtype=bool), np.array(margins), done < len(points))


def _simulated(scenarios: Sequence[Scenario], settings: Settings, engine: str) -> list[Simulation]:
    with stoppable(processes=settings.workers != 1) as finished:
        return simulate_all(
            scenarios,
            settings.seed or 0,
            settings.replications or 1,
            confidence=settings.confidence or 0.95,
            workers=settings.workers,
            progress=finished,
            engine=engine,
        )


def _breaks(rule: Rule, simulation: Simulation, today: Simulation | None) -> bool:
    if rule.key not in simulation.units:
        words = f"{rule.key.measure} of {rule.key.segment or rule.key.resource}".removesuffix(" of ")
        raise bad("--fails-if", "is not measured", "See docs/measures.md.", words)
    key = rule.key
    value = simulation.estimate(key.measure, key.segment, key.resource).mean
    against = rule.value
    if against is None:
        against = 0.0 if today is None else today.estimate(key.measure, key.segment, key.resource).mean
    return value < against if rule.below else value > against


def _number(value: Any) -> float:
    """Return a value of a range as a number: a change as a share."""
    if not isinstance(value, str):
        return float(value)
    times = factor(value)
    return float((times if times is not None else Fraction(value)) - (1 if times is not None else 0))
