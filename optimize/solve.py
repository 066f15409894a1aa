"""The best choice: solve, recompute exactly, settle ties; or say why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

from optimize.milp.choice_model import ChoiceModel
from optimize.milp.conflict import conflict
from optimize.milp.met import NOTHING_MET, Met
from optimize.milp.refinement import Answer, cheapest
from optimize.milp.ties import back_to_today, first_choice
from optimize.milp.unbounded import hires_without_cap
from optimize.search.menu_cuts import compatible
from optimize.search.relaxation import conflicting_limits
from optimize.search.search import FEW_SEGMENTS, Watch, search
from optimize.search.valuation import only_limits_bind
from optimize.selection.canonical import Canonical, canonical
from optimize.selection.exact import Choice, Slack, binding, slacks, value, violations
from optimize.selection.selection import Selection
from optimize.solver.solver_check import solver_check
from optimize.solver.status import Status
from scenarios.limits import MOST_NODES

MOST_PLAIN = 400  # columns: up to here the plain model is the faster arm
MOST_FILTERED = 2_000  # columns: above it limits that conflict whoever is served are looked for first
PROVEN = 1e-9  # a relative gap below which a plan is called optimal
ANY_PLAN = 1e9  # a relative gap at which any plan will do


@dataclass(frozen=True)
class Solution:
    """What was found; without a plan, no numbers.

    Parameters
    ----------
    status
        How the search ended. Optimal means within a relative gap of 1e-9; a plan found under a wider gap or at
        a node limit is feasible.
    columns
        Chosen column of each segment, -1 for unserved; empty without a plan.
    hires
        Units of each hire; empty without a plan.
    objective
        Money in the period, recomputed exactly and then rounded to a float.
    bound
        No plan earns more than this (infinity where nothing is known).
    gap
        (bound - objective) / abs(objective), 0 where they are equal.
    binding
        Limits, windows, budget and number of offerings that leave nothing.
    slacks
        All limits, windows, the budget and the number of offerings.
    conflict
        If infeasible, words for a smallest set of rules that cannot hold together.
    without_cap
        If unbounded, words for the hires that need a cap.
    """

    status: Status
    columns: tuple[int, ...] = ()
    hires: tuple[int, ...] = ()
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    binding: tuple[Slack, ...] = ()
    slacks: tuple[Slack, ...] = ()
    conflict: tuple[str, ...] = ()
    without_cap: tuple[str, ...] = ()


def solve(
    selection: Selection,
    gap: float = PROVEN,
    node_limit: int | None = None,
    *,
    explain: bool = True,
    settle: bool = True,
    most_plain: int = MOST_PLAIN,
    watch: Watch | None = None,
    start: Choice | None = None,
) -> Solution:
    """Find the choice that earns the most.

    Among more than 400 columns, and where up to 30 segments share nothing but limits, `optimize.search` looks for the
    plan; otherwise the whole model is given to the solver.

    Parameters
    ----------
    selection
        The choice to make.
    gap
        Stop once the plan is proven to be within this of the best, relatively, 0 <= gap < 1; ANY_PLAN: at the first.
    node_limit
        Stop after this many nodes of the solver; None for no limit up to 400 columns, and 200 nodes above.
    explain
        False: where there is no plan, do not look for what is in conflict.
    settle
        False: of plans that earn the same, take any one (the same for any order of the input).
    most_plain
        Up to so many columns the plain model is given to the solver, and any number of nodes.
    watch
        Told the bound and what the best plan so far earns, as the search goes on.
    start
        A known plan to begin with; it is no harm if it breaks a rule.

    Returns
    -------
    Solution
        The same for any order of segments and columns. Among optimal plans the one that changes least, then the first
        by segment name and column name, unserved last (see `optimize.milp.ties` for when that is too dear to settle).

    Raises
    ------
    ValueError
        If `gap` or `node_limit` is out of range.
    WrongPlan
        If the solver's plan breaks a rule when recomputed in rational arithmetic (an internal error).
    SolverBlocked
        If the solver is missing or known to be wrong.

    Examples
    --------
    >>> found = solve(Selection(segments=("home",), column_segment=[0, 0], margin=[40.0, 55.0],
    ...               column_names=("standard", "fast"), offering_key=[0, 1], must_serve=[True]))
    >>> found.status.value, found.columns, found.objective
    ('optimal', (1,), 55.0)
    """
    _check(gap, node_limit)
    solver_check()
    ordered = canonical(selection)
    if without_cap := hires_without_cap(ordered.selection):
        return _without_cap(ordered.selection, without_cap)
    known = None if start is None else Choice(ordered.placed(start.columns), start.hires)
    known = None if known is None or violations(ordered.selection, known) else known
    answer = _answer(ordered.selection, gap, node_limit, most_plain, watch, known)
    if answer.status is Status.INFEASIBLE:
        return _infeasible(ordered.selection, answer.met) if explain else Solution(Status.INFEASIBLE)
    if answer.choice is None:
        return Solution(answer.status)
    choice, status = answer.choice, _status(ordered.selection, answer, answer.choice, gap)
    if settle and status is Status.OPTIMAL and ordered.selection.n_columns <= MOST_PLAIN:
        choice = choice if answer.is_first else first_choice(ordered.selection, choice, answer.met)
    elif settle:
        choice = back_to_today(ordered.selection, choice)
    return _found(ordered, choice, status, -answer.bound)


def _answer(
    selection: Selection,
    gap: float,
    node_limit: int | None,
    most_plain: int,
    watch: Watch | None,
    start: Choice | None,
) -> Answer:
    if selection.comparisons:
        return compatible(selection, gap, node_limit, cheapest)
    is_small = selection.n_columns <= most_plain
    if is_small and not (only_limits_bind(selection) and selection.n_segments <= FEW_SEGMENTS):
        return cheapest(selection, gap, node_limit, start)
    return search(selection, gap, MOST_NODES if is_small and node_limit is None else node_limit, watch, start)


def _check(gap: float, node_limit: int | None) -> None:
    if not (0 <= gap < 1 or gap == ANY_PLAN):
        raise ValueError(f"gap must lie in [0, 1). Got {gap!r} instead.")
    if node_limit is not None and (type(node_limit) is not int or node_limit < 0):
        raise ValueError(f"node_limit must be a whole number from 0, or None. Got {node_limit!r} instead.")


def _without_cap(selection: Selection, without_cap: tuple[str, ...]) -> Solution:
    run = ChoiceModel(selection).linear.run()
    if run.status is Status.INFEASIBLE:
        return _infeasible(selection)
    return Solution(Status.UNBOUNDED, without_cap=without_cap)


def _infeasible(selection: Selection, met: Met = NOTHING_MET) -> Solution:
    named = conflicting_limits(selection) if selection.n_columns > MOST_FILTERED else ()
    return Solution(Status.INFEASIBLE, conflict=named or conflict(selection, met))


def _status(selection: Selection, answer: Answer, choice: Choice, gap: float) -> Status:
    objective = float(value(selection, choice))
    proven = gap <= PROVEN or -answer.bound - objective <= PROVEN * abs(objective)
    return Status.OPTIMAL if answer.status is Status.OPTIMAL and proven else Status.FEASIBLE


def given(selection: Selection, choice: Choice, bound: float) -> Solution:
    """Return a choice that is known to keep every limit as a solution, with a bound that comes from elsewhere."""
    objective = float(value(selection, choice))
    bound = max(bound, objective)
    gap = relative_gap(objective, bound)
    status = Status.OPTIMAL if gap <= PROVEN else Status.FEASIBLE
    tight = tuple(binding(selection, choice))
    return Solution(
        status, choice.columns, choice.hires, objective, bound, gap, tight, tuple(slacks(selection, choice))
    )


def _found(ordered: Canonical, choice: Choice, status: Status, bound: float) -> Solution:
    objective = float(value(ordered.selection, choice))
    bound = max(bound, objective)
    return Solution(
        status=status,
        columns=ordered.original(choice.columns),
        hires=choice.hires,
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        binding=tuple(binding(ordered.selection, choice)),
        slacks=tuple(slacks(ordered.selection, choice)),
    )


def relative_gap(objective: float, bound: float) -> float:
    """Return (bound - objective) / abs(objective), 0 where they are equal."""
    if bound == objective:
        return 0.0
    return (bound - objective) / abs(objective) if objective else math.inf
