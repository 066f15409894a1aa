"""A choice whose pools have chords for roots: solved, refined where the answer used a chord, and solved again.

The chords make the model a relaxation, so each answer bounds the choice. The variance of each plan found becomes a
breakpoint, at which the chord is exact; a plan is the answer once its pools cost what the model said. There are
finitely many plans, so this ends, in practice after a few solves.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from optimize.choice_model import ChoiceModel, cost
from optimize.exact import Choice, pool_variances, value, violations
from optimize.ranges import Ranges
from optimize.reading import numbers, read_numbers, refuse_broken
from optimize.selection import Selection
from optimize.shared_pool import chord
from optimize.status import Status
from optimize.variables import NO_BREAKS, Breaks, Variables

MOST_SOLVES = 100
CHORDS = 0.1  # share of the gap that is left for what chords are off, so that a plan seldom needs a second solve
_EXACT = 1e-11  # a chord that is off by less, relatively, is the root


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
    breaks
        Variances at which plans were refuted.
    nodes
        Nodes of the searches together.
    is_first
        Whether it is known that of equally good choices it is the first, as `optimize.ties` orders them.
    """

    status: Status
    choice: Choice | None
    last: Choice | None
    bound: float
    breaks: Breaks
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

    def build(breaks: Breaks) -> ChoiceModel:
        model = ChoiceModel(selection, breaks=breaks, known=known)
        model.linear.minimise(cost(selection, model.unknown))
        return model

    def enough(choice: Choice, bound: float) -> bool:
        worth = float(value(selection, choice))
        return -bound - worth <= gap * abs(worth)

    asked = (1.0 - CHORDS) * gap if selection.pools else gap
    return refined(selection, build, asked, node_limit, enough=enough, start=start)


def refined(
    selection: Selection,
    build: Callable[[Breaks], ChoiceModel],
    gap: float,
    node_limit: int | None,
    *,
    breaks: Breaks = NO_BREAKS,
    enough: Callable[[Choice, float], bool] | None = None,
    start: Choice | None = None,
    worth: Callable[[Choice], float | Fraction] | None = None,
) -> Answer:
    """Run the models that `build` makes until the roots of the answer are right, or it is good `enough`.

    `start` is a known plan; `worth` says which of two plans is better, if it is not what they earn.

    Raises
    ------
    WrongPlan
        If a plan whose roots are right breaks a rule.
    """
    best, nodes = start, 0
    bound, status = -math.inf, Status.FEASIBLE
    for _ in range(MOST_SOLVES):
        model = build(breaks)
        run = model.linear.run(gap, node_limit, None if best is None else numbers(selection, best, model.unknown))
        nodes += run.nodes
        status, bound = run.status, max(bound, run.bound)
        if status not in (Status.OPTIMAL, Status.FEASIBLE):
            break
        choice = read_numbers(selection, run, model.unknown)
        finer = _finer(selection, choice, model.unknown, breaks)
        if finer == breaks:
            refuse_broken(selection, choice)
        best = _better(selection, best, choice, worth or (lambda plan: value(selection, plan)))
        stopped = status is Status.FEASIBLE or (enough is not None and best is not None and enough(best, bound))
        if finer == breaks or (best is not None and stopped):
            return Answer(status, best, choice, bound, breaks, nodes)
        breaks = finer
    if best is not None or status is Status.FEASIBLE:
        status = Status.TIME_LIMIT if best is None else Status.FEASIBLE
    return Answer(status, best, None, bound, breaks, nodes)


def _better(
    selection: Selection, best: Choice | None, found: Choice, worth: Callable[[Choice], float | Fraction]
) -> Choice | None:
    if violations(selection, found):
        return best
    return found if best is None or worth(found) > worth(best) else best


def _finer(selection: Selection, choice: Choice, unknown: Variables, breaks: Breaks) -> Breaks:
    """Return the breakpoints with the variance of each pool whose chord is off."""
    finer = {pool: tuple(points) for pool, points in breaks.items()}
    for index, exact in enumerate(pool_variances(selection, choice)):
        variance = float(exact)
        spread = math.sqrt(variance)
        if spread - chord(unknown.pieces[index].points, variance) > _EXACT * spread:
            finer[index] = (*finer.get(index, ()), variance)
    return finer
