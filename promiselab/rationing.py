"""Rationing chosen, and played on fresh histories: the run behind ``promiselab ration``, and what it stores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from optimize.plausibility.plausibility import refuse_too_large
from optimize.rationing.choice import Decision, Rationing, Terms, choose_rationing
from optimize.rationing.missing import missed
from promiselab.progress import make_ready
from promiselab.runs import RunFiles, write_run
from promiselab.stopping import stoppable
from promiselab.storing import store_study
from promiselab.study import Settings, Study, run_study
from promiselab.sweep.keys import fresh_seed
from scenarios.scenario import Scenario
from simcore.clock import Floats
from simcore.demand import expected_orders
from simcore.engines import choose
from simcore.measures import MARGIN
from simcore.replications import Progress, Simulation, simulate_all
from simcore.selecting import FIRST_STAGE

TODAY, CHOSEN = "today", "rationed"
MATTERS = 0.002
"""Share of the margin that the smallest difference is, unless it is given."""
MOST_REPLICATIONS = 60
USUAL_SIMULATIONS = 40


@dataclass(frozen=True)
class Rationed:
    """The decisions, how they were made, and how the result fares on histories that it was not chosen on."""

    rationing: Rationing
    terms: Terms
    settings: Settings
    study: Study | None
    """None where Ctrl-C came before the first fresh history was played."""

    @property
    def interrupted(self) -> bool:
        """Whether anything is missing."""
        return self.study is None or self.study.interrupted


def run_rationing(
    scenario: Scenario,
    first: Sequence[str],
    smallest_difference: float | None,
    settings: Settings,
    show: Progress,
    tell: Callable[[str], None],
) -> Rationed:
    """Choose who comes first and what is kept for them, and compare the result with today on fresh histories.

    Raises
    ------
    BadInput, TooLarge, NoTrustworthyAnswer
        See :func:`optimize.rationing.choice.choose_rationing`.
    """
    settings = settings.resolved(scenario)
    found, terms = chosen_rationing(scenario, first, smallest_difference, settings, show, tell)
    if found.interrupted:
        return Rationed(found, terms, settings, None)
    tell("today and the result on fresh histories")
    fresh = replace(settings, seed=fresh_seed(settings.seed or 0))
    try:
        study = run_study({TODAY: scenario, CHOSEN: found.scenario}, fresh, show)
    except KeyboardInterrupt:  # the decisions are taken, and are kept
        return Rationed(found, terms, settings, None)
    return Rationed(found, terms, settings, study)


def chosen_rationing(
    scenario: Scenario,
    first: Sequence[str],
    smallest_difference: float | None,
    settings: Settings,
    show: Progress,
    tell: Callable[[str], None],
) -> tuple[Rationing, Terms]:
    """Return the decisions by simulated margin, and the terms on which they were taken.

    Parameters
    ----------
    settings : Settings
        Resolved, see :meth:`Settings.resolved`.

    Raises
    ------
    BadInput, TooLarge, NoTrustworthyAnswer
        See :func:`optimize.rationing.choice.choose_rationing`.
    """
    orders = expected_orders(scenario) * FIRST_STAGE * USUAL_SIMULATIONS
    settings = replace(settings, engine=choose(settings.engine, orders))
    refuse_too_large(scenario, FIRST_STAGE, USUAL_SIMULATIONS, settings.engine)
    make_ready(settings.engine)
    margins = _Played(settings, show)
    if smallest_difference is None:
        smallest_difference = MATTERS * abs(float(margins([scenario], 0, FIRST_STAGE).mean())) or 1.0
    terms = Terms(settings.confidence or 0.95, smallest_difference, MOST_REPLICATIONS)
    return choose_rationing(scenario, margins, terms, first, tell, margins.missed), terms


class _Played:
    """Scenarios played on the same histories; the first stage of each is kept."""

    def __init__(self, settings: Settings, show: Progress) -> None:
        self._settings, self._show = settings, show
        self._kept: dict[int, tuple[Scenario, Simulation]] = {}  # by the identity of the scenario, kept alive here

    def __call__(self, scenarios: Sequence[Scenario], first: int, count: int) -> Floats:
        """Return the margins, shape (scenarios, count)."""
        if (first, count) == (0, FIRST_STAGE):
            played = self._first_stage(scenarios)
        else:
            played = self._simulated(scenarios, first, count)
        return np.array([one.totals(MARGIN)[0] for one in played])

    def missed(self, scenarios: Sequence[Scenario]) -> list[str]:
        """Return what each misses, in words, that is asked and worse than in the first of them."""
        return missed(self._first_stage(scenarios))

    def _first_stage(self, scenarios: Sequence[Scenario]) -> list[Simulation]:
        new = [one for one in scenarios if id(one) not in self._kept]
        for scenario, simulation in zip(new, self._simulated(new, 0, FIRST_STAGE) if new else [], strict=True):
            self._kept[id(scenario)] = scenario, simulation
        return [self._kept[id(one)][1] for one in scenarios]

    def _simulated(self, scenarios: Sequence[Scenario], first: int, count: int) -> list[Simulation]:
        settings = self._settings
        with stoppable(self._show, settings.workers != 1) as progress:
            return simulate_all(
                scenarios,
                settings.seed or 0,
                count,
                first=first,
                workers=settings.workers,
                engine=settings.engine,
                progress=progress,
            )


def store_rationing(found: Rationed, out: Path, follow: bool = False) -> Path:
    """Store the comparison and the decisions; the scenario in the folder has all of them that were taken.

    What was interrupted before the comparison has no report.
    """
    scenario = found.rationing.scenario
    title = f"Who comes first in {scenario.name}, and what is kept for them?"
    more = {"rationing.json": rationing_data(found)}
    if found.study is None:
        manifest = {"seed": found.settings.seed, "interrupted": True}
        return write_run(out, RunFiles("ration", scenario, title, more, manifest), None, follow)
    study = replace(found.study, scenario=scenario)
    return store_study(study, out, "ration", title=title, more=more, follow=follow)


def rationing_data(found: Rationed) -> dict[str, Any]:
    """Return the decisions as the run folder keeps them; margins are differences to what was in force."""
    return {
        "confidence": found.terms.confidence,
        "smallest_difference": found.terms.smallest_difference,
        "currency": found.rationing.scenario.currency,
        "decisions": [decision_data(one) for one in found.rationing.decisions],
        "interrupted": found.interrupted,
    }


def decision_data(one: Decision) -> dict[str, Any]:
    """Return a decision as plain data."""
    considered = [
        {
            "name": c.name,
            "margin": c.margin.mean,
            "half_width": c.margin.half_width,
            "replications": c.replications,
            "survived": c.survived,
            "misses": c.misses,
        }
        for c in one.considered
    ]
    exact = None if one.exact is None else asdict(one.exact)
    return {
        "about": one.about,
        "chosen": one.chosen,
        "proven": one.proven,
        "shown": one.shown,
        "considered": considered,
        "exact": exact,
    }
