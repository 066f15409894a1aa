"""Which segments come first, and what it earns to treat them so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimize.plan import Plan, optimize
from optimize.priorities.criteria import Measured, criteria
from optimize.priorities.criteria_file import CriteriaFile
from optimize.priorities.policy_matrix import Standing, policy_matrix
from optimize.priorities.written_back import MOST_LIKELY_LAST, with_ranks
from promiselab.priorities.page import priorities_page
from promiselab.report import save
from promiselab.runs import RunFiles, study_manifest, write_run
from promiselab.study import Settings, Study, run_study
from scenarios.history.verdict import history_data
from scenarios.problems import NoTrustworthyAnswer
from scenarios.scenario import Scenario
from simcore.estimates import Difference, difference
from simcore.measures import MeasureKey
from simcore.replications import Progress

BEFORE, AFTER = "as it is", "segments ranked"


@dataclass(frozen=True, eq=False)
class WrittenBack:
    """What the order changes: the plans without and with it, and their simulated difference in margin."""

    scenario: Scenario
    before: Plan
    after: Plan
    difference: Difference | None
    study: Study | None


@dataclass(frozen=True, eq=False)
class Priorities:
    """The segments in order, by what, and what it changes (None: not asked for)."""

    study: Study
    names: list[str]
    measured: list[Measured]
    standings: list[Standing]
    written_back: WrittenBack | None


def prioritise(
    scenario: Scenario,
    told: CriteriaFile,
    settings: Settings,
    write_back: bool,
    samples: int,
    progress: Progress | None = None,
) -> Priorities:
    """Return the segments of a design in order of attractiveness and fit.

    Raises
    ------
    BadInput
        The criteria file is wrong.
    NoTrustworthyAnswer
        Fewer than two segments are served.
    """
    study = run_study({BEFORE: scenario}, settings, progress)
    names, measured = criteria(study.simulations[BEFORE], told)
    if len(names) < 2:
        raise NoTrustworthyAnswer("fewer than two segments are served: there is nothing to put in order")
    standings = policy_matrix(names, measured, told.certainty, study.settings.seed or 0, samples)
    effect = _written_back(scenario, standings, settings, progress) if write_back else None
    return Priorities(study, names, measured, standings, effect)


def _written_back(
    scenario: Scenario, standings: Sequence[Standing], settings: Settings, progress: Progress | None
) -> WrittenBack:
    """Optimise without and with the order of the segments, and simulate both plans."""
    last = frozenset(s.segment for s in standings if s.ranks[-1] > MOST_LIKELY_LAST)
    ranked = with_ranks(scenario, [s.segment for s in standings], last)
    plans = optimize(scenario), optimize(ranked)
    if plans[0].design is None or plans[1].design is None:
        return WrittenBack(ranked, *plans, None, None)
    variants = {BEFORE: scenario.with_design(plans[0].design), AFTER: ranked.with_design(plans[1].design)}
    study = run_study(variants, settings, progress)
    margin = MeasureKey("margin")
    before, after = (study.simulations[name].totals(margin) for name in (BEFORE, AFTER))
    return WrittenBack(ranked, *plans, difference(before, after, study.simulations[BEFORE].confidence), study)


def priorities_data(found: Priorities) -> dict[str, Any]:
    """Return the answer as plain data."""
    scenario = found.study.scenario
    return {
        "scenario": scenario.name,
        "currency": scenario.currency,
        "history": history_data(scenario),
        "segments": [
            {
                "segment": s.segment,
                "attractiveness": s.attractiveness,
                "fit": s.fit,
                "mean_rank": s.mean_rank,
                "first": s.first,
                "ranks": [float(share) for share in s.ranks],
                "ellipse": [[float(x), float(y)] for x, y in s.ellipse],
            }
            for s in found.standings
        ],
        "criteria": [
            {
                "name": one.name,
                "words": one.words,
                "axis": one.axis,
                "better": one.better,
                "unit": one.unit,
                "weight": one.weight,
                "judged": one.is_judged,
                "values": {
                    name: {"value": float(m), "error": float(e)}
                    for name, m, e in zip(found.names, one.mean, one.error, strict=True)
                },
            }
            for one in found.measured
        ],
        "written_back": None if found.written_back is None else _effect(found.written_back),
    }


def _effect(effect: WrittenBack) -> dict[str, Any]:
    gap = effect.difference
    return {
        "plan_before": effect.before.expected_margin,
        "plan_after": effect.after.expected_margin,
        "not_served": [
            n for n, o in (effect.after.design.offerings if effect.after.design else {}).items() if o is None
        ],
        "need_not_be_served": [n for n, s in effect.scenario.segments.items() if not s.must_serve],
        "difference": None if gap is None else gap.interval.mean,
        "half_width": None if gap is None else gap.interval.half_width,
        "verdict": "no plan" if gap is None else gap.verdict,
    }


def store_priorities(found: Priorities, out: Path, follow: bool = False) -> Path:
    """Store the answer with its page; the scenario is the ranked one where the order was written back."""
    data = priorities_data(found)
    title = f"Which segments of {found.study.scenario.name} come first?"
    kept = found.study.scenario if found.written_back is None else found.written_back.scenario
    page = priorities_page(data, title)
    manifest = {**study_manifest(found.study)}
    run = RunFiles("prioritise", kept, title, {"priorities.json": data}, manifest)
    return write_run(out, run, lambda folder: save(page, folder), follow)
