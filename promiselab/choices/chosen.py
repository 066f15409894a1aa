"""Solutions of a choice as named designs of the scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from optimize.candidates.candidates import Candidates
from optimize.plan import Plan, plan_of
from optimize.selection.selection import Selection
from optimize.solve import Solution, solve
from optimize.solver.status import Status
from promiselab.conflict_words import conflict_words
from scenarios.design import Design
from scenarios.problems import NoTrustworthyAnswer
from scenarios.scenario import Scenario


def without_plan(selection: Selection) -> NoTrustworthyAnswer:
    """Return the refusal where no design keeps within the limits, which names those in conflict."""
    found = solve(selection)
    if found.status is Status.UNBOUNDED:
        return NoTrustworthyAnswer(f"No plan: the profit has no bound: {'; '.join(found.without_cap)} has no cap.")
    return NoTrustworthyAnswer(f"No plan: {found.status.value}. {conflict_words(found.conflict)}")


def plan(scenario: Scenario, candidates: Candidates, solution: Solution, description: str) -> Plan:
    """Return a solution as a plan whose design says what it is."""
    found = plan_of(scenario, candidates, solution)
    if found.design is None:
        return found
    return replace(found, design=found.design.model_copy(update={"description": description}))


def with_designs(scenario: Scenario, designs: Mapping[str, Design]) -> Scenario:
    """Return the scenario with more named designs."""
    return Scenario.model_validate({**dict(scenario), "designs": {**scenario.designs, **designs}})


def own_offers(scenario: Scenario) -> tuple[str, ...]:
    """Return the sentence that says among which designs was chosen, where customers see the menu."""
    if not scenario.menu.visible:
        return ()
    return (
        "Customers see the menu: only designs in which every segment likes its own offer best were looked at, and "
        "expected figures are as if all took it or nothing. What they take of others' offers is in the simulation, and "
        "in the plan of promiselab optimize.",
    )


def unlike(scenario: Scenario, designs: Sequence[Design]) -> list[tuple[str, str, list[str]]]:
    """Return (segment, lever, option of each design) wherever the designs are not all alike."""
    rows = []
    for segment in scenario.segments:
        for lever in scenario.levers:
            picked = [_option(design, segment, lever) for design in designs]
            if len(set(picked)) > 1:
                rows.append((segment, lever, picked))
    return rows


def _option(design: Design, segment: str, lever: str) -> str:
    picks = design.offerings[segment]
    return "not served" if picks is None else str(picks.get(lever, ""))
