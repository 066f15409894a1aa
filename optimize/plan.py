"""The plan: the design that is expected to earn most within the limits, with its bound and what binds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from optimize.candidates.candidates import Candidates
from optimize.candidates.preferences import is_compared
from optimize.candidates.worth_choosing import within_reach as within_reach
from optimize.candidates.worth_choosing import worth_choosing as worth_choosing
from optimize.capacity.presence import presence_cost
from optimize.economics.economics import Estimator
from optimize.expected_margin import Expected, expected_margin, served_by
from optimize.menu.plan import MenuOutcome, best_on_menu
from optimize.search.search import Watch
from optimize.selection.selection import Selection
from optimize.solve import Solution, solve
from optimize.solver.status import Status
from scenarios.design import Design
from scenarios.scenario import Scenario

NEGLIGIBLE = 1e-6


@dataclass(frozen=True)
class Binding:
    """A limit that leaves nothing."""

    name: str
    words: str
    slack: float
    capacity: float
    unit: str


@dataclass(frozen=True)
class Plan:
    """What the optimiser found.

    Attributes
    ----------
    status : Status
        Only ``optimal`` and ``feasible`` come with a design.
    design : Design or None
        An offering for every segment, and the servers to add.
    expected_margin, bound : float or None
        Money in the measured window; no design is expected to earn more than the bound.
    gap : float or None
        (bound - expected margin) / |expected margin|; None where that is 0 and the bound is not.
    binding : tuple of Binding
        The limits that leave nothing.
    conflict : tuple of str
        Where infeasible: a smallest set of limits that cannot be met together, in words.
    without_cap : tuple of str
        Where unbounded: what has no cap.
    drivers : tuple of Expected
        The margin, driver by driver.
    """

    status: Status
    design: Design | None = None
    expected_margin: float | None = None
    bound: float | None = None
    gap: float | None = None
    binding: tuple[Binding, ...] = ()
    conflict: tuple[str, ...] = ()
    without_cap: tuple[str, ...] = ()
    drivers: tuple[Expected, ...] = ()
    columns: int = 0
    """Offerings compared, over all segments."""
    service: Mapping[str, float] = field(default_factory=dict)
    """Segment -> share of orders expected on time."""
    menu: MenuOutcome | None = None
    """Where customers see the menu: what it costs to keep them on their own offer. Such a plan has no bound."""


def optimize(scenario: Scenario, gap: float = 1e-9, node_limit: int | None = None, watch: Watch | None = None) -> Plan:
    """Return the design that is expected to earn most within the limits of a scenario.

    Waits and shared stock are estimated at the load of the scenario's current design; the simulation is the judge.

    Parameters
    ----------
    scenario : Scenario
        With its limits, floors and rules.
    gap : float
        Relative gap at which to stop.
    node_limit : int or None
        Nodes of the search at which to stop; the result is repeatable, unlike a limit in seconds.
    watch : callable or None
        Told the bound and the expected margin of the best plan so far, as the search goes on.

    Raises
    ------
    NoTrustworthyAnswer
        A floor or a promise of 100 %, which nothing could show.
    """
    if is_compared(scenario):
        return _menu_plan(scenario, gap, node_limit)
    candidates = worth_choosing(scenario)
    return plan_of(scenario, candidates, solve(candidates.selection, gap, node_limit, watch=in_margin(scenario, watch)))


def in_margin(scenario: Scenario, watch: Watch | None) -> Watch | None:
    """Return a watch that is told margins; the search leaves out today's people, whom no choice changes."""
    if watch is None:
        return None
    present = presence_cost(scenario)
    return lambda bound, worth: watch(bound - present, None if worth is None else worth - present)


def _menu_plan(scenario: Scenario, gap: float, node_limit: int | None) -> Plan:
    """Return the plan where customers see the menu (:mod:`optimize.menu.plan`); it has no bound."""
    estimator = Estimator(scenario)
    candidates = within_reach(scenario, estimator=estimator)
    found = best_on_menu(estimator, candidates, gap, node_limit)
    if isinstance(found, Solution):
        return plan_of(scenario, candidates, found)
    plan = plan_of(scenario, found.candidates, found.solution)
    if plan.design is None:
        return plan
    made = {name: picks if name in found.served else None for name, picks in plan.design.offerings.items()}
    design = Design(description=plan.design.description, offerings=made, extra_servers=plan.design.extra_servers)
    return replace(plan, status=Status.FEASIBLE, design=design, bound=None, gap=None, menu=found.outcome)


def plan_of(scenario: Scenario, candidates: Candidates, solution: Solution) -> Plan:
    """Return a solution of the choice among candidates as a design, with its figures in the planner's terms."""
    count = candidates.compared
    if solution.objective is None or solution.bound is None:
        return Plan(solution.status, conflict=solution.conflict, without_cap=solution.without_cap, columns=count)
    present = presence_cost(scenario)
    chosen = dict(zip(candidates.selection.segments, solution.columns, strict=True))
    extra = {hire.name: n for hire, n in zip(candidates.selection.hires, solution.hires, strict=True) if n}
    design = Design(
        description="Chosen by the optimiser.",
        offerings={name: None if j < 0 else candidates.columns.options(j) for name, j in chosen.items()},
        extra_servers=extra,
    )
    margin, bound = float(solution.objective) - present, float(solution.bound) - present
    return Plan(
        status=solution.status,
        design=design,
        expected_margin=margin,
        bound=bound,
        gap=(bound - margin) / abs(margin) if margin else None if bound > margin else 0.0,
        binding=_binding(candidates.selection, solution),
        drivers=tuple(expected_margin(scenario, candidates, solution)),
        columns=count,
        service={name: e.service.on_time for name, e in served_by(candidates, solution).items()},
    )


def _binding(selection: Selection, solution: Solution) -> tuple[Binding, ...]:
    """Return the limits that bind; a limit on something that is not used at all says nothing."""
    units = {limit.name: limit.unit for limit in selection.limits}
    return tuple(
        Binding(b.name, b.words, float(b.slack), float(b.capacity), units.get(b.name, ""))
        for b in solution.binding
        if abs(b.capacity) > NEGLIGIBLE
    )
