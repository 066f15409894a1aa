"""A choice whose roots and brand erosion are exact at the plans that were met: solved, and solved again if one was not.

Elsewhere the model charges too little (facets of pools, the envelope of erosion), so each answer bounds the choice. It
is a small and tight model: what is exact everywhere has a row per column, or pieces of roots to branch on. Each plan
that is found is then met, too; one is the answer once it was met, or lies near enough to the bound. There are finitely
many plans, so this ends, in practice after a few solves (outer approximation; Duran & Grossmann 1986, *Mathematical
Programming* 36).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from optimize.arrays import FloatArray
from optimize.milp.choice_model import ChoiceModel, cost
from optimize.milp.met import NOTHING_MET, Met
from optimize.milp.ranges import Ranges
from optimize.milp.reading import numbers, read_numbers, refuse_broken
from optimize.selection.exact import Choice, value, violations
from optimize.selection.selection import Selection
from optimize.solver.status import Status

MOST_SOLVES = 100
MOST_MIXTURES = 3
_MUCH = 0.02  # share of what is open between the relaxation and a plan: what closes less is not worth its rows
UNCHARGED = 0.1  # share of the gap that is left for what a plan was not charged, so that it seldom needs a second solve


@dataclass(frozen=True)
class Answer:
    """What the models said.

    Parameters
    ----------
    status
        How the last of them ended.
    choice
        The one of most value that any of them found, and that breaks no rule.
    last
        What the last of them found.
    bound
        No choice costs less.
    met
        Plans at which the last of them was exact.
    nodes
        Nodes of the searches together.
    is_first
        Whether it is known that of equally good choices it is the first, as `optimize.milp.ties` orders them.
    """

    status: Status
    choice: Choice | None
    last: Choice | None
    bound: float
    met: Met
    nodes: int = 0
    is_first: bool = False


def cheapest(
    selection: Selection,
    gap: float,
    node_limit: int | None,
    start: Choice | None = None,
    known: Ranges | None = None,
) -> Answer:
    """Run the whole model until a plan lies within the gap of the bound, or the search stops at its node limit.

    With `known` ranges of what is brought to windows and pools, only plans within them are looked for. `start` is a
    plan to begin with.
    """

    def build(met: Met) -> ChoiceModel:
        model = ChoiceModel(selection, met=met, known=known)
        model.linear.minimise(cost(selection, model.unknown))
        return model

    def enough(choice: Choice, bound: float) -> bool:
        worth = float(value(selection, choice))
        return -bound - worth <= gap * abs(worth)

    asked = (1.0 - UNCHARGED) * gap if selection.pools or selection.erodes else gap
    met = NOTHING_MET
    if start is not None:
        met = mixed(selection, build, met.plus(start), -float(value(selection, start)))
    return refined(selection, build, asked, node_limit, met=met, enough=enough, start=start)


def mixed(selection: Selection, build: Callable[[Met], ChoiceModel], met: Met, costs: float) -> Met:
    """Return what was met with mixtures of relaxations, as long as their facets say much.

    That is, as long as they raise the bound of the relaxation noticeably towards what a known plan `costs`.
    """
    if not selection.pools:
        return met
    bound, shares = _relaxation(selection, build, met)
    for _ in range(MOST_MIXTURES):
        more = met.mixed(shares)
        raised, shares = _relaxation(selection, build, more)
        if not raised - bound > _MUCH * (costs - bound):
            break
        met, bound = more, raised
    return met


def _relaxation(selection: Selection, build: Callable[[Met], ChoiceModel], met: Met) -> tuple[float, FloatArray]:
    """Return what a model's relaxation costs (not a number where it has no answer), and the shares of columns in it."""
    run = build(met).linear.relaxation(apart=()).solve()
    return run.objective, np.array([run.values.get(f"x_{column}", 0.0) for column in range(selection.n_columns)])


def refined(
    selection: Selection,
    build: Callable[[Met], ChoiceModel],
    gap: float,
    node_limit: int | None,
    *,
    met: Met = NOTHING_MET,
    enough: Callable[[Choice, float], bool] | None = None,
    start: Choice | None = None,
    worth: Callable[[Choice], float | Fraction] | None = None,
) -> Answer:
    """Run the models that `build` makes until their answer was met before, or it is good `enough`.

    `start` is a known plan; `worth` says which of two plans is better, if it is not what they earn.

    Raises
    ------
    WrongPlan
        If a plan that was met breaks a rule.
    """
    best, nodes = start, 0
    met = met if start is None else met.plus(start)
    bound, status = -math.inf, Status.FEASIBLE
    for _ in range(MOST_SOLVES):
        model = build(met)
        run = model.linear.run(gap, node_limit, None if best is None else numbers(selection, best, model.unknown))
        nodes += run.nodes
        status, bound = run.status, max(bound, run.bound)
        if status not in (Status.OPTIMAL, Status.FEASIBLE):
            break
        choice = read_numbers(selection, run, model.unknown)
        is_exact = met.has(choice) or not model.is_approximated
        if is_exact:
            refuse_broken(selection, choice)
        best = _better(selection, best, choice, worth or (lambda plan: value(selection, plan)))
        stopped = status is Status.FEASIBLE or (enough is not None and best is not None and enough(best, bound))
        if is_exact or (best is not None and stopped):
            return Answer(status, best, choice, bound, met, nodes)
        met = met.plus(choice)
    if best is not None or status is Status.FEASIBLE:
        status = Status.TIME_LIMIT if best is None else Status.FEASIBLE
    return Answer(status, best, None, bound, met, nodes)


def _better(
    selection: Selection, best: Choice | None, found: Choice, worth: Callable[[Choice], float | Fraction]
) -> Choice | None:
    if violations(selection, found):
        return best
    return found if best is None or worth(found) > worth(best) else best
