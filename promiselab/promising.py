"""What can be promised, found and checked: the run behind ``promiselab promise``, and what it stores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from optimize.plausibility.plausibility import refuse_too_large
from optimize.promising.answer import Answer, SegmentAnswer, Wanted
from optimize.promising.fill_rate import FillRate
from optimize.promising.finding import find_promises
from optimize.promising.kept import Reached
from optimize.promising.limiting import Limit
from optimize.promising.sighting import Watch
from optimize.promising.trial import Trial, with_promises
from promiselab.finite import finite
from promiselab.progress import make_ready
from promiselab.runs import RunFiles, study_manifest, write_run
from promiselab.stopping import stoppable
from promiselab.storing import store_study
from promiselab.study import Settings, Study, run_study
from promiselab.sweep.keys import fresh_seed
from scenarios.scenario import Scenario
from simcore.demand import expected_orders
from simcore.engines import ORDERS_PER_SECOND, choose, is_ready
from simcore.measures import MeasureKey
from simcore.replications import Progress, cores
from simcore.shares import share_limit
from simcore.watching import crew_of

TODAY, PROMISED = "today", "promised"
WORTH_STARTING = 5.0
"""Seconds of work from which on it is worth to start processes."""
USUAL_SIMULATIONS = 30
"""How often a scenario is simulated to find its promises, roughly: it decides which engine is sooner done."""


@dataclass(frozen=True)
class Checked:
    """A promise on histories that it was not found on: the share of orders that keep it, and its lower limit."""

    kept: float
    kept_at_least: float


@dataclass(frozen=True)
class Found:
    """What was found, how, and how it fared on fresh histories (None where it was not checked)."""

    scenario: Scenario
    answer: Answer
    settings: Settings
    study: Study | None
    checks: Mapping[str, Checked]


def run_promises(
    scenario: Scenario, wanted: Wanted, settings: Settings, show: Progress, tell: Callable[[str], None]
) -> Found:
    """Find what can be promised in the current design, and play it on fresh histories.

    Raises
    ------
    BadInput, TooLarge, NoTrustworthyAnswer
        See :func:`optimize.promising.finding.find_promises`.
    """
    settings = settings.resolved(scenario)
    count, seed = settings.replications or 1, settings.seed or 0
    engine = choose(settings.engine, expected_orders(scenario) * count * USUAL_SIMULATIONS)
    settings = replace(settings, engine=engine)
    refuse_too_large(scenario, count, USUAL_SIMULATIONS, engine)
    make_ready(engine)
    workers = settings.workers or _workers(scenario, count, engine)
    with stoppable(show, workers != 1) as progress, crew_of(workers if is_ready(engine) else 1) as crew:

        def trial_of(watch: Watch) -> Trial:
            return Trial(scenario, watch, seed, count, engine, crew, progress)

        answer = find_promises(scenario, wanted, trial_of, tell)
    kept = with_design(scenario, answer)
    if answer.interrupted:
        return Found(kept, answer, settings, None, {})
    tell("the promises on fresh histories")
    try:
        study = _played(kept, settings, wanted.confidence, show)
    except KeyboardInterrupt:  # the promises are found, and are kept
        answer.interrupted = True
        return Found(kept, answer, settings, None, {})
    answer.interrupted = study.interrupted
    return Found(kept, answer, settings, study, _checks(study, answer))


def _workers(scenario: Scenario, replications: int, engine: str) -> int:
    """Return how many processes are worth their start."""
    orders = expected_orders(scenario) * replications * USUAL_SIMULATIONS
    return cores() if orders / ORDERS_PER_SECOND[engine] > WORTH_STARTING else 1


def with_design(scenario: Scenario, answer: Answer) -> Scenario:
    """Return the scenario with the promises that hold together as a design of that name."""
    if not answer.promises:
        return scenario
    design = with_promises(scenario, answer.promises).current.model_copy(
        update={"description": "The shortest lead times that are kept when demand has reacted to them."}
    )
    return Scenario.model_validate({**dict(scenario), "designs": {**scenario.designs, PROMISED: design}})


def _played(scenario: Scenario, settings: Settings, confidence: float, show: Progress) -> Study:
    variants = {TODAY: scenario}
    if PROMISED in scenario.designs:
        variants[PROMISED] = scenario.with_design(PROMISED)
    fresh = replace(settings, seed=fresh_seed(settings.seed or 0), confidence=confidence)
    return run_study(variants, fresh, show)


def _checks(study: Study, answer: Answer) -> dict[str, Checked]:
    found = {}
    for segment in answer.promises if PROMISED in study.simulations else ():
        totals = study.simulations[PROMISED].totals(MeasureKey("on_time", segment))
        share, limit = share_limit(*totals, answer.wanted.confidence)
        found[segment] = Checked(float(share), float(limit))
    return found


# What is stored -----------------------------------------------------------------------------------------------------


def store_promises(found: Found, out: Path, follow: bool = False) -> Path:
    """Store what was found with its report, and return the run folder; what was interrupted has no report."""
    files = {"promises.json": promises_data(found)}
    title = f"What can {found.scenario.name} promise, and would it be kept?"
    about = {"confidence": found.answer.wanted.confidence, "seed_of_search": found.settings.seed}
    if found.study is None:
        manifest = {"seed": found.settings.seed, "interrupted": True, **about}
        return write_run(out, RunFiles("promise", found.scenario, title, files, manifest), None, follow)
    manifest = {**study_manifest(found.study), **about}
    study = replace(found.study, scenario=found.scenario)
    return store_study(study, out, "promise", title=title, more=files, about=manifest, follow=follow)


def promises_data(found: Found) -> dict[str, Any]:
    """Return what was found as the run folder keeps it; days are days, shares are 0..1, unknown is null."""
    answer = found.answer
    data = {
        "design": found.scenario.current.description or None,
        "currency": found.scenario.currency,
        "confidence": answer.wanted.confidence,
        "drain_days": found.scenario.calendar.drain_days,
        "replications": found.settings.replications,
        "interrupted": answer.interrupted,
        "segments": {name: _segment_data(one, found.checks.get(name)) for name, one in sorted(answer.segments.items())},
        "rounds": _rounds_data(answer),
        "together": answer.settled is not None and answer.settled.promises is not None,
        "monotone": None if answer.settled is None else answer.settled.monotone,
    }
    plain: dict[str, Any] = finite(data)
    return plain


def _segment_data(one: SegmentAnswer, check: Checked | None) -> dict[str, Any]:
    lead = one.lead_time
    clause, today = one.clause, one.clause_today
    fill = None if one.fill_rate is None else _fill_data(one.fill_rate_promised, one.fill_rate)
    return {
        "keep": one.terms.keep,
        "step_days": one.step_days,
        "demand_reacts": one.reacts,
        "lead_time": {
            "promised": lead.promised,
            "kept": lead.kept,
            "kept_at_least": lead.kept_at_least,
            "achievable": lead.achievable,
            "headroom": lead.headroom,
            "headroom_low": _headroom(lead.promised, lead.quantile, 1),
            "headroom_high": _headroom(lead.promised, lead.quantile, -1),
            "quantile": lead.quantile.days,
            "quantile_half_width": lead.quantile.half_width,
            "indicative": lead.quantile.indicative,
            "ever_delivered": lead.ever,
            "still_open": lead.still_open,
            "after_reaction": one.lead_time_days,
            "acceptance": one.acceptance,
            "acceptance_then": one.acceptance_then,
            "on_fresh_histories": None if check is None else asdict(check),
        },
        "limit": None if one.limit is None else _limit_data(one.limit),
        "fill_rate": fill,
        "clause": {
            "period_days": one.clause_days,
            "rebate_share": one.rebate_share,
            "today": None if today is None else asdict(today),
            "strictest": None if clause is None else asdict(clause),
        },
    }


def _fill_data(promised: float | None, found: FillRate) -> dict[str, Any]:
    headroom = None if promised is None else found.today_can_promise - promised
    return {"promised": promised, "headroom": headroom, **asdict(found)}


def _headroom(promised: float | None, quantile: Reached, sign: int) -> float | None:
    if promised is None or quantile.half_width is None:
        return None
    return promised - quantile.days - sign * quantile.half_width


def _limit_data(limit: Limit) -> dict[str, Any]:
    reliefs = [
        {
            "more": relief.more.words,
            "thing": relief.more.thing,
            "days": None if limit.by_share else relief.gain.mean,
            "share": relief.gain.mean if limit.by_share else None,
            "half_width": relief.gain.half_width,
            "shown": relief.shown,
        }
        for relief in limit.reliefs
    ]
    return {"words": limit.words, "reliefs": reliefs, "slowest_tenth_days": dict(limit.stages)}


def _rounds_data(answer: Answer) -> list[dict[str, Any]]:
    if answer.settled is None:
        return []
    rows = []
    for number, one in enumerate(answer.settled.rounds, 1):
        accepted = answer.acceptance(one)
        for segment, steps in sorted(one.promised.items()):
            step, reached = answer.steps[segment], one.achievable[segment]
            rows.append(
                {
                    "round": number,
                    "why": one.why,
                    "segment": segment,
                    "promised_days": step.days(steps),
                    "achievable_days": None if reached is None else step.days(reached),
                    "acceptance": accepted[segment],
                    "kept": one.kept,
                }
            )
    return rows
