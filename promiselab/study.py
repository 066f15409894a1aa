"""A study: designs of a scenario simulated under common random numbers, until the answer is precise enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from secrets import randbits

from optimize.economics.economics import Estimator
from optimize.plausibility.plausibility import loads, oddities, refuse_certainty, refuse_overload, refuse_too_large
from promiselab.progress import make_ready
from promiselab.stopping import stoppable
from promiselab.tables import Row, differences
from scenarios.history.verdict import history_not_reproduced
from scenarios.problems import NoTrustworthyAnswer, bad
from scenarios.scenario import Scenario
from simcore.demand import expected_orders
from simcore.engines import AUTO, choose
from simcore.estimates import Interval
from simcore.measures import MARGIN
from simcore.replications import Interrupted, Progress, Simulation, simulate_all, workers_for
from simcore.skewness import cautions

STEP = 10
NO_INTERVAL = "1 replication gives no interval: it needs at least 2, and 20 are recommended."
MOST_FOR_PRECISION = 1_000
SEED_BITS = 32
FEW = 2
UNFINISHED = "Interrupted: not all replications were finished."


@dataclass(frozen=True)
class Settings:
    """How to simulate: None takes what the scenario says."""

    seed: int | None = None
    replications: int | None = None
    precision: float | None = None
    """Relative half-width of the margin to reach, such as 0.01."""
    confidence: float | None = None
    workers: int | None = None
    engine: str = AUTO
    """Which engine plays; the figures do not depend on it."""

    def resolved(self, scenario: Scenario) -> Settings:
        """Return the settings with everything decided; a missing seed is generated here."""
        study = scenario.study
        seed = self.seed if self.seed is not None else study.seed
        return replace(
            self,
            seed=randbits(SEED_BITS) if seed is None else seed,
            replications=self.replications or study.replications,
            confidence=self.confidence or study.confidence,
        )


@dataclass(frozen=True)
class Study:
    """The simulations of some designs of one scenario, by name; the first is the baseline."""

    scenario: Scenario
    simulations: Mapping[str, Simulation]
    settings: Settings
    warnings: tuple[str, ...] = ()
    interrupted: bool = False

    @property
    def baseline(self) -> str:
        """Name of the design that the others are compared with."""
        return next(iter(self.simulations))

    @property
    def candidates(self) -> list[str]:
        """Names of the other designs."""
        return list(self.simulations)[1:]

    @property
    def replications(self) -> int:
        """Replications that were finished."""
        return len(next(iter(self.simulations.values())).replications)

    def differences(self) -> dict[str, list[Row]]:
        """Return candidate minus baseline, candidate by candidate."""
        found = differences(self.simulations[self.baseline], [self.simulations[name] for name in self.candidates])
        return dict(zip(self.candidates, found, strict=True))

    def best_candidate(self) -> str | None:
        """Return the candidate with the highest mean margin; None without candidates."""
        return max(self.candidates, key=lambda name: self.simulations[name].estimate("margin").mean, default=None)

    def best(self) -> str:
        """Return the design with the highest mean margin."""
        return max(self.simulations, key=lambda name: self.simulations[name].estimate("margin").mean)


def run_study(variants: Mapping[str, Scenario], settings: Settings, progress: Progress | None = None) -> Study:
    """Simulate variants of a scenario under common random numbers.

    Variants that are equal are simulated once, so that their difference is exactly 0.

    Parameters
    ----------
    variants : mapping of str to Scenario
        Name -> scenario with the design to simulate; the first is the baseline.

    Raises
    ------
    TooLarge, NoTrustworthyAnswer, BadInput
        Too many orders; a steady-state study of an overloaded system; precision not reached; a bad design.
    """
    names, scenarios = list(variants), list(variants.values())
    settings = settings.resolved(scenarios[0])
    unique: list[Scenario] = []
    column = [_place(unique, scenario) for scenario in scenarios]
    settings = replace(settings, engine=choose(settings.engine, _orders(unique, settings)))
    for scenario in unique:
        refuse_too_large(scenario, settings.replications or 1, len(unique), settings.engine)
    warnings = _warnings(names, column, unique, settings.replications or 1)
    make_ready(settings.engine)
    try:
        found = _until_precise(unique, settings, progress)
        interrupted = False
    except Interrupted as stop:
        if not stop.simulations or not stop.simulations[0].replications:
            raise
        found, interrupted, warnings = stop.simulations, True, (*warnings, UNFINISHED)
    if len(found[0].replications) < FEW:
        warnings = (*warnings, NO_INTERVAL)
    warnings = (*warnings, *cautions([one.totals(MARGIN)[0] for one in found]))
    return Study(
        scenarios[0], {name: found[i] for name, i in zip(names, column, strict=True)}, settings, warnings, interrupted
    )


def _orders(scenarios: Sequence[Scenario], settings: Settings) -> float:
    """Return the orders to play in all."""
    return sum(expected_orders(scenario) for scenario in scenarios) * (settings.replications or 1)


def _place(unique: list[Scenario], scenario: Scenario) -> int:
    """Return where an equal scenario stands among the unique ones, after adding it if there is none."""
    same = [index for index, known in enumerate(unique) if _essence(known) == _essence(scenario)]
    if not same:
        unique.append(scenario)
    return same[0] if same else len(unique) - 1


def differ_in_design_only(one: Scenario, other: Scenario) -> bool:
    """Return whether two scenarios are the same but for the design that is judged."""
    return _essence(one.model_copy(update={"design": None})) == _essence(other.model_copy(update={"design": None}))


def _essence(scenario: Scenario) -> Scenario:
    """Return the scenario without what cannot change a result: its name, its words, and designs that are not judged."""
    design = scenario.current.model_copy(update={"description": ""})
    plain = {"name": "", "description": "", "source": "", "assumptions": (), "designs": {}}
    return scenario.model_copy(update={**plain, "design": design})


def _warnings(
    names: Sequence[str], column: Sequence[int], unique: Sequence[Scenario], replications: int
) -> tuple[str, ...]:
    """Return what is odd about the variants; those that are equal are looked at once."""
    odd: list[list[str]] = []
    for scenario in unique:
        refuse_certainty(scenario, replications)
        estimator = Estimator(scenario)
        load = loads(scenario, estimator)
        refuse_overload(scenario, load)
        odd.append([*_unfit(scenario, unique[0]), *oddities(scenario, load, estimator)])
    found = dict[str, list[str]]()
    for name, place in zip(names, column, strict=True):
        for text in odd[place]:
            found.setdefault(text, []).append(name)
    return tuple(text if len(own) == len(names) else f"{', '.join(own)}: {text}" for text, own in found.items())


def _unfit(scenario: Scenario, first: Scenario) -> list[str]:
    """Return that a variant does not reproduce its history, where that is not the one of the study itself."""
    words = history_not_reproduced(scenario)
    return [words] if words and scenario.history != first.history else []


def _until_precise(scenarios: Sequence[Scenario], settings: Settings, progress: Progress | None) -> list[Simulation]:
    """Simulate; with a precision, add replications until the margin of every design has it (Law's sequential rule).

    The rule stops at the first n with ``half-width <= g / (1 + g) |mean|``.
    """
    seed, count, level = settings.seed or 0, settings.replications or 1, settings.confidence or 0.95

    def more(first: int, number: int) -> list[Simulation]:
        processes = workers_for(scenarios, number, settings.workers, settings.engine) > 1
        with stoppable(progress, processes) as finished:
            return simulate_all(
                scenarios,
                seed,
                number,
                confidence=level,
                workers=settings.workers,
                progress=finished,
                first=first,
                engine=settings.engine,
                profiled=True,
            )

    if settings.precision is None:
        return more(0, count)
    count = max(count, STEP)
    found = more(0, count)
    while (reached := max(relative_width(s.estimate("margin")) for s in found)) > settings.precision:
        if count >= MOST_FOR_PRECISION:
            raise NoTrustworthyAnswer(
                f"precision not reached: {width_words(reached)} of the margin after {count} replications, but "
                f"{settings.precision:.1%} was asked for. Ask for less, or measure more days (calendar.measured_days)."
            )
        try:
            step = replications_to_add(count, reached / settings.precision)
            added = more(count, step)
        except Interrupted as stop:
            raise Interrupted(_joined(found, stop.simulations)) from None
        found = _joined(found, added)
        count += step
    return found


def replications_to_add(count: int, times_too_wide: float) -> int:
    """Return how many replications to add: ``n ((width / target)^2 - 1)`` in whole tens, at most as many again.

    >>> replications_to_add(20, 1.5), replications_to_add(100, 1.01)
    (20, 10)
    """
    needed = ceil(count * (min(times_too_wide, 2.0) ** 2 - 1) / STEP) * STEP
    return max(STEP, min(needed, count, MOST_FOR_PRECISION - count))


def _joined(first: Sequence[Simulation], more: Sequence[Simulation]) -> list[Simulation]:
    return [replace(a, replications=a.replications + b.replications) for a, b in zip(first, more, strict=True)]


def relative_width(interval: Interval) -> float:
    """Return g with half-width = g / (1 + g) |mean|; infinity where the half-width is the mean or more.

    >>> relative_width(Interval(110.0, 10.0)), relative_width(Interval(0.0, 0.0)), relative_width(Interval(1.0, 2.0))
    (0.1, 0.0, inf)
    """
    if interval.half_width == 0.0:
        return 0.0
    if interval.half_width is None or interval.mean == 0:
        return float("inf")
    share = interval.half_width / abs(interval.mean)
    return share / (1 - share) if share < 1 else float("inf")


def width_words(width: float | None) -> str:
    """Return a relative width in per cent; None: infinity.

    >>> width_words(0.034), width_words(None)
    ('3.4%', 'over 100%')
    """
    return "over 100%" if width is None or width > 1 else f"{width:.1%}"


def designs_of(scenario: Scenario, names: Sequence[str]) -> dict[str, Scenario]:
    """Return name -> scenario with that design, in the order of the names.

    Raises
    ------
    BadInput
        A name is unknown or given twice.
    """
    if len(set(names)) < len(names):
        raise bad("--designs", "a design is named twice", "Name each once.", ",".join(names))
    return {name: scenario.with_design(name) for name in names}
