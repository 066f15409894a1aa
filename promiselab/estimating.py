"""Estimates on trial: the run behind ``promiselab estimates``, and what it stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimize.offerings.columns import Column
from optimize.plan import within_reach, worth_choosing
from optimize.plausibility.plausibility import refuse_too_large
from optimize.trials.discrepancy import Discrepancy
from optimize.trials.trials import Summary, Trial, cover, summaries, trials
from promiselab.csv_text import as_csv
from promiselab.progress import make_ready
from promiselab.runs import RunFiles, write_run
from promiselab.study import Settings
from promiselab.tables import Row
from scenarios.offerings import current_offerings
from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.wording import nearest
from simcore.demand import expected_orders
from simcore.engines import choose
from simcore.replications import Progress

COVER, UNDOMINATED, EVERY = "cover", "undominated", "all"


@dataclass(frozen=True)
class Tried:
    """What was tried and found; ``interrupted`` says that some trials are missing."""

    scenario: Scenario
    settings: Settings
    trials: Sequence[Trial]
    interrupted: bool


def try_estimates(
    scenario: Scenario, offerings: str, segments: Sequence[str], settings: Settings, progress: Progress | None = None
) -> Tried:
    """Simulate offerings one segment at a time, and lay each beside its estimate.

    Parameters
    ----------
    offerings : str
        ``cover`` (today's, and a few in which each option occurs), ``undominated``, or ``all``.
    segments : sequence of str
        Only these; none: every segment that the current design serves.

    Raises
    ------
    BadInput, TooLarge, NoTrustworthyAnswer
        There is no such segment or choice of offerings; too many orders; a promise of 100 %.
    """
    today = _today(scenario)
    columns = [*today, *(column for column in _chosen(scenario, offerings) if column not in today)]
    served = {column.segment for column in columns}
    for name in segments:
        if name not in served:
            raise bad("--segment", "there is no such segment in the design", nearest(name, served), name)
    wanted = [column for column in columns if not segments or column.segment in segments]
    settings = settings.resolved(scenario)
    count = settings.replications or 1
    engine = choose(settings.engine, expected_orders(scenario) * count * len(wanted))
    refuse_too_large(scenario, count, len(wanted), engine)
    make_ready(engine)
    confident = scenario.model_copy(
        update={"study": scenario.study.model_copy(update={"confidence": settings.confidence})}
    )
    found: list[Trial] = []
    running = trials(
        confident, wanted, settings.seed or 0, count, workers=settings.workers, engine=engine, progress=progress
    )
    try:
        found.extend(running)
    except KeyboardInterrupt:
        if not found:
            raise
        return Tried(scenario, settings, found, True)
    return Tried(scenario, settings, found, False)


def _today(scenario: Scenario) -> list[Column]:
    return [Column(name, offering) for name, offering in current_offerings(scenario).items() if offering is not None]


def _chosen(scenario: Scenario, offerings: str) -> list[Column]:
    if offerings not in (COVER, UNDOMINATED, EVERY):
        raise bad("--offerings", "is not a choice", f"Expected {COVER}, {UNDOMINATED} or {EVERY}.", offerings)
    candidates = within_reach(scenario) if offerings == EVERY else worth_choosing(scenario)
    columns = candidates.columns
    served = {column.segment for column in _today(scenario)}
    kept = columns.take(cover(columns)) if offerings == COVER else columns
    return [column for column in kept if column.segment in served]


def store_trials(tried: Tried, out: Path, follow: bool = False) -> Path:
    """Store trials and return the run folder."""
    rows = [row for trial in tried.trials for row in trial_rows(trial)]
    title = f"How far are the estimates of {tried.scenario.name} from its simulation?"
    about = {
        "seed": tried.settings.seed,
        "replications": tried.settings.replications,
        "confidence": tried.settings.confidence,
        "interrupted": tried.interrupted,
    }
    files = {
        "summary.json": {"figures": [summary_row(s) for s in summaries(tried.trials)]},
        "estimates.csv": as_csv(rows),
    }
    return write_run(out, RunFiles("estimates", tried.scenario, title, files, about), None, follow)


def trial_rows(trial: Trial) -> list[Row]:
    """Return the figures of a trial as rows of a table for spreadsheets."""
    return [
        {
            "segment": trial.segment,
            "offering": trial.offering,
            "figure": d.figure,
            **_sides(d),
            "error_share": d.weight,
            "is_off": d.is_off,
            "unit": d.unit,
        }
        for d in trial.figures
    ]


def summary_row(summary: Summary) -> dict[str, Any]:
    """Return one figure of one segment over all trials, for machines."""
    return {
        "segment": summary.segment,
        "figure": summary.figure,
        "offerings": summary.trials,
        "off": summary.off,
        "mean_error_share": summary.bias,
        "typical_error_share": summary.typical,
        "worst": {"offering": summary.worst.offering, **_sides(summary.discrepancy)},
        "unit": summary.discrepancy.unit,
    }


def _sides(d: Discrepancy) -> dict[str, Any]:
    return {"estimate": d.estimate, "simulated": d.simulated.mean, "half_width": d.simulated.half_width}
