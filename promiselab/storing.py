"""What each command stores in its run folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimize.trials.staffing import PeopleNeeded, saving
from promiselab.leakage import menu_data
from promiselab.runs import RunFiles, study_files, study_manifest, write_run
from promiselab.study import Study
from scenarios.scenario import Scenario
from simcore.estimates import difference
from simcore.measures import MARGIN

if TYPE_CHECKING:
    from optimize.plan import Plan

OPTIMISED = "optimised"
EROSION_IGNORED = "erosion_ignored"


def store_study(
    study: Study,
    out: Path,
    kind: str,
    *,
    title: str = "",
    more: Mapping[str, Any] | None = None,
    about: Mapping[str, Any] | None = None,
    follow: bool = False,
) -> Path:
    """Store a study with its report and return the run folder.

    Parameters
    ----------
    more : mapping of str to content, optional
        Other files of the folder (see :class:`RunFiles`).
    about : mapping of str to value, optional
        What the manifest says besides.
    """
    from promiselab.report import write

    files = {**study_files(study), **(more or {})}
    manifest = {**study_manifest(study), **(about or {})}
    run = RunFiles(kind, study.scenario, title or _title(study), files, manifest)
    return write_run(out, run, write, follow)


def store_plan(
    scenario: Scenario, plan: Plan, out: Path, follow: bool = False, reasons: Mapping[str, Any] | None = None
) -> Path:
    """Store a plan with its reasons and a report; the scenario in the folder holds its design as ``optimised``."""
    from promiselab.report.plan_page import write_plan

    kept = with_plan(scenario, plan)
    title = f"Which offering should each segment of {scenario.name} get?"
    files = {"plan.json": plan_data(plan, reasons)}
    return write_run(out, RunFiles("optimize", kept, title, files, {}), write_plan, follow)


def with_plan(scenario: Scenario, plan: Plan) -> Scenario:
    """Return the scenario with the design of a plan among its designs."""
    if plan.design is None:
        return scenario
    designs = {**scenario.designs, OPTIMISED: plan.design}
    return Scenario.model_validate({**dict(scenario), "designs": designs})


def plan_data(plan: Plan, reasons: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a plan, with its reasons where there are any, as the run folder keeps it."""
    return {
        "status": plan.status.value,
        "design": None
        if plan.design is None
        else {name: None if picks is None else dict(picks) for name, picks in plan.design.offerings.items()},
        "extra_servers": {} if plan.design is None else dict(plan.design.extra_servers),
        "expected_margin": plan.expected_margin,
        "bound": plan.bound,
        "gap": plan.gap,
        "binding": [asdict(b) for b in plan.binding],
        "conflict": list(plan.conflict),
        "without_cap": list(plan.without_cap),
        "offerings_compared": plan.columns,
        "drivers": [{"segment": d.segment, "driver": d.driver, "expected": d.amount + 0.0} for d in plan.drivers],
        **({} if plan.menu is None else {"menu": menu_data(plan.menu)}),
        **({} if reasons is None else {"reasons": reasons}),
    }


def staffing_data(needed: list[PeopleNeeded], target: str) -> dict[str, Any]:
    """Return the people needed by each design, and what the one with the fewest saves against the first."""
    first, fewest = needed[0], min(needed, key=lambda n: n.people)
    people, low, high = saving(first, fewest)
    words = f"{fewest.name} needs fewer people than {first.name}"
    if low <= 0 < people:
        words = f"{fewest.name} may need fewer people than {first.name}"
    if fewest is first or people <= 0:
        words = f"no design needs fewer people than {first.name}"
    return {
        "target": target,
        "designs": [
            {
                "name": n.name,
                "people": n.people,
                "low": n.low,
                "high": n.high,
                "teams": {t.resource: t.people for t in n.teams},
            }
            for n in needed
        ],
        "saving": {"people": people, "low": low, "high": high, "words": words},
    }


def saving_in_words(needed: Mapping[str, Any]) -> str:
    """Return what the leanest design saves, with its interval."""
    saving = needed["saving"]
    return f"{saving['words']}: {saving['people']} fewer ({saving['low']} to {saving['high']})."


def floors_in_words(scenario: Scenario) -> str:
    """Return the floors that the people must keep."""
    parts = [
        f"{measure} of {name} at least {floor:.0%}"
        for name, segment in scenario.segments.items()
        for measure, floor in segment.floors
        if floor is not None
    ]
    return "; ".join(parts)


def erosion_data(study: Study) -> dict[str, Any]:
    """Return what erosion takes from each design: the margin with it, and with its postings added back."""
    rows: list[dict[str, Any]] = []
    for name, simulation in study.simulations.items():
        margin = simulation.estimate("margin")
        taken = sum(p.amount for r in simulation.replications for p in r.ledger if p.driver == "erosion")
        mean = taken / len(simulation.replications)
        rows.append(
            {
                "design": name,
                "margin_with": margin.mean,
                "margin_without": margin.mean - mean,
                "half_width_with": margin.half_width,
                "half_width_without": margin.half_width,
            }
        )
    words = "Erosion is the price that over-served segments stop paying, and the brand premium that others do."
    if {OPTIMISED, EROSION_IGNORED} <= study.simulations.keys():
        blind, seeing = (study.simulations[name].totals(MARGIN) for name in (EROSION_IGNORED, OPTIMISED))
        worth = difference(blind, seeing, study.settings.confidence or 0.95).interval
        amount = f"{worth.mean:,.0f}" + ("" if worth.half_width is None else f" +/- {worth.half_width:,.0f}")
        words += f" Counting it when choosing is worth {amount} {study.scenario.currency}."
    return {"words": words, "rows": rows}


def _title(study: Study) -> str:
    if study.candidates:
        return f"Which design of {study.scenario.name} earns most, and are its promises kept?"
    return f"Can {study.scenario.name} keep its promises, and what does it earn?"
