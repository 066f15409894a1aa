"""A plan verified by simulation: with progress, on all cores, and stored with its certificate."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from optimize.loop.certificate import Certificate, Correction, Judged, People
from optimize.loop.judge import Play
from optimize.loop.search import Tell
from optimize.loop.terms import Terms
from optimize.loop.verify import CERTIFICATE, SEARCH, Verified, verify
from optimize.plan import Plan
from optimize.plausibility.plausibility import refuse_too_large
from promiselab.finite import finite
from promiselab.people_words import people_words
from promiselab.progress import make_ready, progress_bar
from promiselab.stopping import stoppable
from promiselab.storing import OPTIMISED, plan_data, store_study, with_plan
from promiselab.study import UNFINISHED, Settings, Study
from scenarios.scenario import Scenario
from simcore.demand import expected_orders
from simcore.engines import choose
from simcore.estimates import Interval
from simcore.replications import Progress, Simulation, simulate_all

PLANS = 8
"""Plans that a search is about as much work as, to choose an engine."""
LEAST_REPLICATIONS = 10
"""Of each plan while searching: fewer say little about an estimate."""


@dataclass(frozen=True)
class VerifiedPlan:
    """A verified plan, its certificate (None where nothing was simulated), and the study that it rests on.

    Attributes
    ----------
    study : Study or None
        Today's design and the plan on the seeds of the certificate; the plan alone where it was interrupted.
    """

    scenario: Scenario
    verified: Verified
    study: Study | None

    @property
    def plan(self) -> Plan:
        """The plan, as it was first estimated."""
        return self.verified.plan

    @property
    def certificate(self) -> Certificate | None:
        """Whether the plan is true."""
        return self.verified.certificate

    @property
    def interrupted(self) -> bool:
        """Whether it was interrupted before the certificate was finished."""
        return self.plan.design is not None and (self.certificate is None or not self.certificate.finished)

    def files(self, reasons: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what the run folder keeps of the plan (with its reasons) and of its certificate."""
        own: dict[str, Any] = {"plan.json": plan_data(self.plan, reasons)}
        if self.certificate is not None:
            own["certificate.json"] = certificate_data(self.scenario, self.certificate)
        return own

    def write(
        self,
        out: str | Path = "results",
        follow: bool = False,
        more: Mapping[str, Any] | None = None,
        reasons: Mapping[str, Any] | None = None,
    ) -> Path:
        """Write a run folder with a report (and ``more`` files), and return it."""
        from promiselab.storing import store_plan

        if self.study is None:
            return store_plan(self.scenario, self.plan, Path(out), follow)
        title = f"Which offering should each segment of {self.scenario.name} get, and is the plan true?"
        own = self.files(reasons)
        return store_study(self.study, Path(out), "optimize", title=title, more={**own, **(more or {})}, follow=follow)


def verified_plan(
    scenario: Scenario, settings: Settings, terms: Terms | None = None, *, today: bool = True
) -> VerifiedPlan:
    """Return the best plan that the simulation confirms, with its certificate; on Ctrl-C the best so far.

    Parameters
    ----------
    settings : Settings
        Seed, replications of each plan while searching, confidence, workers and engine.
    terms : Terms or None
        Tolerance and other terms; its seed, replications and confidence are those of the settings.
    today : bool
        Whether today's design is simulated on the seeds of the certificate as well, to compare the plan with.

    Raises
    ------
    TooLarge
        Too many orders.
    NoTrustworthyAnswer
        No plan keeps its floors in the simulation.
    """
    settings = settings.resolved(scenario)
    count = max(LEAST_REPLICATIONS, settings.replications or 0)
    settings = replace(settings, engine=choose(settings.engine, expected_orders(scenario) * count * PLANS))
    refuse_too_large(scenario, count, PLANS, settings.engine)
    make_ready(settings.engine)
    level = settings.confidence or 0.95
    terms = replace(terms or Terms(0), seed=settings.seed or 0, replications=count, confidence=level)
    with _telling() as (tell, show):
        play = _play(settings, show)
        found = verify(scenario, play, terms, tell)
        return _with_study(scenario, settings, found, play, tell, today)


def _with_study(
    scenario: Scenario, settings: Settings, found: Verified, play: Play, tell: Tell, today: bool
) -> VerifiedPlan:
    """Return a verified plan with the study that it rests on."""
    plan, certificate, simulation = found.plan, found.certificate, found.simulation
    if certificate is None or simulation is None:
        return VerifiedPlan(scenario, found, None)
    kept = with_plan(scenario, plan)
    seed = certificate.seeds[CERTIFICATE if certificate.finished else SEARCH]
    used = replace(settings, seed=seed, replications=certificate.replications)
    simulations: dict[str, Simulation] = {OPTIMISED: replace(simulation, scenario=kept.with_design(OPTIMISED))}
    if certificate.finished and today:
        tell("simulating today's design on the same seeds")
        try:
            as_is = play([kept.with_design("as_is")], seed, 0, certificate.replications)[0]
            simulations = {"as_is": as_is, **simulations}
        except KeyboardInterrupt:  # the certificate is complete without it
            tell("stopped")
    warnings = () if certificate.finished else (UNFINISHED,)
    study = Study(kept, simulations, used, warnings, not certificate.finished)
    return VerifiedPlan(scenario, found, study)


def _play(settings: Settings, show: Progress) -> Play:
    """Return how scenarios are simulated: with progress, and stopped by Ctrl-C between two replications."""

    def play(scenarios: Sequence[Scenario], seed: int, first: int, count: int) -> list[Simulation]:
        with stoppable(show, settings.workers != 1) as finished:
            return simulate_all(
                scenarios,
                seed,
                count,
                confidence=settings.confidence or 0.95,
                workers=settings.workers,
                progress=finished,
                first=first,
                engine=settings.engine,
                profiled=True,
            )

    return play


@contextmanager
def _telling() -> Iterator[tuple[Tell, Progress]]:
    """Yield what says the next step, and what shows its progress: one bar per step that simulates."""
    with ExitStack() as bars:
        words: list[str] = []
        shown: list[Progress] = []

        def tell(next_words: str) -> None:
            bars.close()
            shown.clear()
            words[:] = [next_words]
            if sys.stderr.isatty():
                print(next_words, file=sys.stderr)  # noqa: T201

        def show(done: int, of: int) -> None:
            if not shown:
                shown.append(bars.enter_context(progress_bar(words[0])))
            shown[0](done, of)

        yield tell, show


# As data ----------------------------------------------------------------------------------------------------------


def certificate_data(scenario: Scenario, found: Certificate) -> dict[str, Any]:
    """Return a certificate as the run folder and ``--json`` keep it."""
    return {
        "finished": found.finished,
        "within_tolerance": found.within_tolerance,
        "reason": found.reason.value,
        "iterations": found.iterations,
        "most_iterations": found.most_iterations,
        "tolerance": found.tolerance,
        "confidence": found.confidence,
        "margin": _interval(found.margin),
        "replications": found.replications,
        "estimated_margin": found.estimated,
        "estimate_bound": found.estimate_bound,
        "estimate_gap": finite(found.estimate_gap),
        "untried_estimate": found.untried,
        "bound": found.bound,
        "why_no_bound": found.why_no_bound,
        "gap": finite(found.gap),
        "smallest_difference": found.smallest_difference,
        "probability_of_correct_selection": found.probability if found.selected else None,
        "seeds": dict(found.seeds),
        "corrections": [_correction(c) for c in found.corrections],
        "designs": [_judged(d) for d in found.designs],
        "floors": [
            {**asdict(f), "simulated": _interval(f.simulated), "verdict": f.verdict.value} for f in found.floors
        ],
        "people": [_people(scenario, p) for p in found.people],
        "figures": [
            {
                "segment": f.segment,
                "figure": f.figure,
                "unit": f.unit,
                "estimate": f.estimate,
                "simulated": _interval(f.simulated),
                "off": f.is_off,
            }
            for f in found.figures
        ],
    }


def _interval(found: Interval) -> dict[str, float | None]:
    return {"mean": finite(found.mean), "half_width": found.half_width}


def _correction(found: Correction) -> Mapping[str, Any]:
    return {**asdict(found), "simulated": _interval(found.simulated)}


def _people(scenario: Scenario, found: People) -> Mapping[str, Any]:
    return {
        "team": found.kept.team,
        "extra_servers": found.kept.extra,
        "because": found.kept.because.value,
        "limits": [one.name for one in found.kept.limits],
        "utilisation": _interval(found.utilisation),
        "wait_hours": None if found.wait.mean != found.wait.mean else _interval(found.wait),
        "words": people_words(scenario, found),
    }


def _judged(found: Judged) -> Mapping[str, Any]:
    return {
        "iteration": found.iteration,
        "design": {name: None if picks is None else dict(picks) for name, picks in found.design.offerings.items()},
        "extra_servers": dict(found.design.extra_servers),
        "estimate": found.estimate,
        "simulated": _interval(found.simulated),
        "replications": found.replications,
        "keeps_floors": found.keeps_floors,
        "dropped": found.dropped,
    }
