"""Which segments come first, and what it earns to treat them so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimize.priorities.criteria import Measured, criteria
from optimize.priorities.criteria_file import CriteriaFile
from optimize.priorities.policy_matrix import Standing, policy_matrix
from promiselab.priorities.page import priorities_page
from promiselab.priorities.writing_back import BEFORE, Tell, WrittenBack, effect_data, write_back
from promiselab.report import save
from promiselab.runs import RunFiles, study_manifest, write_run
from promiselab.study import Settings, Study, run_study
from scenarios.history.verdict import history_data
from scenarios.problems import NoTrustworthyAnswer
from scenarios.scenario import Scenario
from simcore.replications import Progress


@dataclass(frozen=True, eq=False)
class Priorities:
    """The segments in order, by what, and what it changes (None: not asked for)."""

    study: Study
    names: list[str]
    measured: list[Measured]
    standings: list[Standing]
    written_back: WrittenBack | None
    interrupted: bool = False
    """While it was written back; the order itself is whole."""


def prioritise(
    scenario: Scenario,
    told: CriteriaFile,
    settings: Settings,
    samples: int,
    show: Progress,
    writing: Tell | None = None,
) -> Priorities:
    """Return the segments of a design in order of attractiveness and fit.

    Parameters
    ----------
    writing : callable, optional
        Write the order back (see :func:`write_back`), and call this with what is worked on.

    Raises
    ------
    BadInput
        The criteria file is wrong.
    NoTrustworthyAnswer
        Fewer than two segments are served.
    """
    study = run_study({BEFORE: scenario}, settings, show)
    names, measured = criteria(study.simulations[BEFORE], told)
    if len(names) < 2:
        raise NoTrustworthyAnswer("fewer than two segments are served: there is nothing to put in order")
    standings = policy_matrix(names, measured, told.certainty, study.settings.seed or 0, samples)
    if writing is None:
        return Priorities(study, names, measured, standings, None)
    try:
        effect = write_back(scenario, standings, study.settings, show, writing)
    except KeyboardInterrupt:  # the order is finished, and is kept
        return Priorities(study, names, measured, standings, None, interrupted=True)
    return Priorities(study, names, measured, standings, effect)


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
        "written_back": None if found.written_back is None else effect_data(found.written_back),
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
