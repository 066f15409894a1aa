"""The demo: a scenario as is, as its named designs, and as optimised, judged by the simulation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from optimize.loop.certificate import Certificate
from optimize.loop.terms import Terms
from optimize.plan import optimize
from optimize.plausibility.plausibility import refuse_too_large
from promiselab.bridging import bridged
from promiselab.certificate_words import certificate_text
from promiselab.cli.reasons import reasons
from promiselab.conflict_words import conflict_words
from promiselab.progress import progress_bar
from promiselab.staffing import staffing
from promiselab.storing import (
    EROSION_IGNORED,
    OPTIMISED,
    erosion_data,
    saving_in_words,
    store_study,
    with_plan,
)
from promiselab.study import Settings, Study, designs_of, run_study
from promiselab.verifying import VerifiedPlan, verified_plan
from scenarios.design import Design
from scenarios.problems import NoTrustworthyAnswer
from scenarios.scenario import Scenario
from scenarios.what_if import with_changes
from simcore.engines import COMPILED

GAP = 1e-3
COARSE = 0.01
"""Difference in margin that does not matter to a demo, which is to be done soon."""


def run_demo(
    scenario: Scenario, settings: Settings, out: Path, by_lever: bool = False
) -> tuple[Path, Study, list[str]]:
    """Optimise, simulate every design under common random numbers, and store the run with its report.

    With ``by_lever``, the margin is broken down by lever however long it takes.

    Returns the run folder, the study, and in words what else the scenario's study asks for.

    Raises
    ------
    TooLarge
        Too many orders.
    NoTrustworthyAnswer
        No design keeps within the limits of the scenario.
    """
    settings, shown = settings.resolved(scenario), scenario.study.also_show
    refuse_too_large(scenario, settings.replications or 1, 1, COMPILED)
    found, certificate = _plan(scenario, settings)
    scenario = with_plan(scenario, found.plan)
    variants = designs_of(scenario, ["as_is", *scenario.designs])
    if "erosion" in shown and (blind := _blind_design(scenario)) is not None:
        variants[EROSION_IGNORED] = scenario.with_design(blind)
    with progress_bar("simulating") as show:
        study = run_study(variants, settings, show)
    study, bridge = bridged(study, by_lever)
    question = found.verified.question
    why = None if question is None or study.interrupted else reasons(question, (), thorough=False)
    more = {**bridge, **found.files(why)}
    if "erosion" in shown:
        more["erosion.json"] = erosion_data(study)
    if "people" in shown and not study.interrupted:
        try:
            names = ["as_is", *(name for name in scenario.designs if name != OPTIMISED)]
            more["staffing.json"] = staffing(scenario, names, settings)
            study = replace(study, interrupted=more["staffing.json"].get("interrupted", False))
        except KeyboardInterrupt:
            study = replace(study, interrupted=True)
    words = [certificate_text(scenario, certificate, brief=True)]
    words += [more["erosion.json"]["words"]] if "erosion.json" in more else []
    words += [saving_in_words(more["staffing.json"])] if "staffing.json" in more else []
    return store_study(study, out, "demo", more=more), study, words


def _plan(scenario: Scenario, settings: Settings) -> tuple[VerifiedPlan, Certificate]:
    """Return the plan that the simulation confirms, with its certificate."""
    found = verified_plan(scenario, settings, Terms(0, smallest_difference=COARSE, gap=GAP), today=False)
    plan = found.plan
    if plan.design is None:
        raise NoTrustworthyAnswer(f"No plan: {plan.status.value}. {conflict_words(plan.conflict)}")
    if found.interrupted or found.certificate is None:
        raise KeyboardInterrupt
    return found, found.certificate


def _blind_design(scenario: Scenario) -> Design | None:
    """Return the design that an optimiser would choose that does not see erosion."""
    blind = with_changes(scenario, {"erosion.price_rate": 0.0, "erosion.brand_rate": 0.0})
    return optimize(blind, GAP).design
