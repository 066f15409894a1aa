"""The order of the segments written into a scenario, and what that changes: ranks, reservations, whom to serve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optimize.plan import Plan, optimize
from optimize.priorities.policy_matrix import Standing
from optimize.priorities.written_back import LEVER, MOST_LIKELY_LAST, with_ranks
from optimize.rationing.choice import Rationing
from promiselab.rationing import chosen_rationing, decision_data
from promiselab.study import Settings, Study, run_study
from promiselab.sweep.keys import fresh_seed
from scenarios.design import Design
from scenarios.scenario import Scenario
from scenarios.validation import validated
from simcore.replications import Progress

BEFORE, RANKED, RESERVED = "as it is", "ranks", "ranks and reservations"
PRIORITISED = "prioritised"
"""Name of the design in the scenario that is stored."""

Tell = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Step:
    """One stage of writing back: the best plan of its scenario.

    Attributes
    ----------
    scenario : Scenario
        With the plan as its design, where there is one.
    """

    name: str
    scenario: Scenario
    plan: Plan


@dataclass(frozen=True, eq=False)
class WrittenBack:
    """What the order changes.

    Attributes
    ----------
    steps : tuple of Step
        As it is; with ranks; with ranks and reservations (left out where fewer than two segments are served).
    study : Study or None
        The best plan of each step, simulated on histories that nothing was chosen on; None where a step has no plan.
    """

    steps: tuple[Step, ...]
    rationing: Rationing | None
    study: Study | None

    @property
    def scenario(self) -> Scenario:
        """The scenario with all that was written; the best plan is its design ``prioritised``."""
        last = self.steps[-1].scenario
        return validated({**dict(last), "designs": {**last.designs, PRIORITISED: last.current}})


def write_back(
    scenario: Scenario, standings: Sequence[Standing], settings: Settings, show: Progress, tell: Tell
) -> WrittenBack:
    """Write the order into a scenario, and solve and simulate it before and after.

    Segments get ranks in queues and allocation, and the one that is most likely last need not be served. For the best
    plan under these ranks, the stock kept for better ranks in each common pool, the head starts in each queue, and who
    gets a stock of its own are chosen by simulated margin (see :mod:`optimize.rationing`); with these reservations the
    plan is solved again.
    """
    last = frozenset(s.segment for s in standings if s.ranks[-1] > MOST_LIKELY_LAST)
    ranked = with_ranks(scenario, [s.segment for s in standings], last)
    steps = [_solved(BEFORE, scenario, tell), _solved(RANKED, ranked, tell)]
    if any(step.plan.design is None for step in steps):
        return WrittenBack(tuple(steps), None, None)
    served = [picks for picks in steps[-1].scenario.current.offerings.values() if picks is not None]
    rationing = None
    if len(served) > 1:
        rationing, _ = chosen_rationing(steps[-1].scenario, (), None, settings, show, tell)
        if rationing.interrupted:
            raise KeyboardInterrupt
        steps.append(_solved(RESERVED, rationing.scenario, tell))
    tell("the plans on fresh histories")
    fresh = replace(settings, seed=fresh_seed(settings.seed or 0))
    study = run_study({step.name: step.scenario for step in steps}, fresh, show)
    return WrittenBack(tuple(steps), rationing, study)


def _solved(name: str, scenario: Scenario, tell: Tell) -> Step:
    """Return the best plan of a scenario; promises that were chosen for its design stay with those who are served."""
    tell(f"the best plan, {name}")
    plan = optimize(scenario)
    if plan.design is None:
        return Step(name, scenario, plan)
    promises = {
        segment: promise
        for segment, promise in scenario.current.promises.items()
        if plan.design.offerings.get(segment) is not None
    }
    design: Design = plan.design if name == BEFORE else plan.design.model_copy(update={"promises": promises})
    return Step(name, scenario.with_design(design), plan)


def effect_data(effect: WrittenBack) -> dict[str, Any]:
    """Return what was written and what it changes, as plain data."""
    ranked = effect.steps[1].scenario
    last = effect.steps[-1].scenario
    study = effect.study
    margins: dict[str, dict[str, Any]] = {}
    if study is not None:
        found = study.differences()
        margins = {name: next(r for r in rows if _is_margin(r)) for name, rows in found.items()}
    return {
        "segments": [
            {
                "segment": name,
                "rank": _rank(ranked, name),
                "must_serve": ranked.segments[name].must_serve,
                "served": last.current.offerings.get(name) is not None,
            }
            for name in sorted(ranked.segments, key=lambda n: (_rank(ranked, n) or 99, n))
        ],
        "reservations": [] if effect.rationing is None else list(map(decision_data, effect.rationing.decisions)),
        "plans": [
            {
                "name": step.name,
                "status": step.plan.status.value,
                "expected_margin": step.plan.expected_margin,
                "changed": step.plan.design is not None and _offers(step) != _offers(effect.steps[0]),
                "difference": margins.get(step.name, {}).get("mean"),
                "half_width": margins.get(step.name, {}).get("half_width"),
                "verdict": margins.get(step.name, {}).get("verdict"),
            }
            for step in effect.steps
        ],
    }


def _is_margin(row: dict[str, Any]) -> bool:
    return row["measure"] == "margin" and not (row["segment"] or row["resource"] or row["product"])


def _offers(step: Step) -> dict[str, Any]:
    """Return what each segment gets, but for its rank."""
    return {
        name: None if picks is None else {lever: o for lever, o in picks.items() if lever != LEVER}
        for name, picks in step.scenario.current.offerings.items()
    }


def _rank(scenario: Scenario, name: str) -> int | None:
    (option,) = scenario.segments[name].options[LEVER]
    priority = scenario.levers[LEVER][option].priority
    return None if priority is None else priority.rank
