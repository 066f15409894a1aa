"""The best plans of a choice, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from optimize.milp.choice_model import ChoiceModel, cost
from optimize.milp.met import Met
from optimize.milp.refinement import refined
from optimize.search.listing import listed_of_all
from optimize.search.search import ENUMERATED, FEW_SEGMENTS, Search
from optimize.search.valuation import is_determined
from optimize.selection.canonical import Canonical, canonical, rank
from optimize.selection.exact import Choice, value, violations
from optimize.selection.selection import Selection
from optimize.solver.linear_model import Sense, row
from optimize.solver.status import Status

_PROVEN = 1e-9


@dataclass(frozen=True)
class BestPlans:
    """Plans, best first, with what each earns (money in the period); `complete` if none is missing before the last.

    Plans differ in a column. Columns are those of the selection as it was given, -1 for unserved.
    """

    plans: tuple[Choice, ...]
    values: tuple[float, ...]
    complete: bool


def best_plans(selection: Selection, count: int, nodes: int = ENUMERATED) -> BestPlans:
    """Return the `count` best plans of a selection, or all if it has fewer.

    Where the columns decide everything (no hire is left to choose) and segments are few, all plans within a growing
    budget of regret are looked at; `nodes` is the most partial plans to look at. Otherwise the solver is asked again
    and again for the best plan that differs from those so far.

    Examples
    --------
    >>> choice = Selection(segments=("home", "shop"), column_segment=[0, 0, 1], margin=[40.0, 55.0, 5.0],
    ...                    column_names=("standard", "fast", "fast"), offering_key=[0, 1, 1], must_serve=[True, False])
    >>> best_plans(choice, 3).values
    (60.0, 55.0, 45.0)
    """
    from threadpoolctl import threadpool_limits

    ordered = canonical(selection)
    part = ordered.selection
    if part.n_columns and part.n_segments <= FEW_SEGMENTS and is_determined(part) and not part.comparisons:
        with threadpool_limits(1):  # as in the search
            found = _enumerated(ordered, count, nodes)
        if found.complete:
            return found
    return _one_by_one(ordered, count)


def _enumerated(ordered: Canonical, count: int, nodes: int) -> BestPlans:
    search = Search(ordered.selection, _PROVEN, nodes=0)
    search.run(("grow_plans",))
    if search.relaxed.status is not Status.OPTIMAL:
        return BestPlans((), (), search.relaxed.status is Status.INFEASIBLE)
    bound = search.relaxed.bound
    known = 0.0 if search.best is None else bound - search.best.worth
    units = tuple(hire.least for hire in ordered.selection.hires)
    best = listed_of_all(ordered.selection, units, search.relaxed, count, nodes, known)
    choices = [Choice(tuple(plan), units) for plan in best.plans.tolist()]
    return _ranked(ordered, choices, count, best.complete)


def _ranked(ordered: Canonical, choices: list[Choice], count: int, complete: bool) -> BestPlans:
    selection = ordered.selection
    good = [(value(selection, one), one) for one in choices if not violations(selection, one)]
    good.sort(key=lambda pair: (-pair[0], rank(selection, pair[1].columns)))
    kept = good[:count]
    plans = tuple(Choice(ordered.original(one.columns), one.hires) for _, one in kept)
    return BestPlans(plans, tuple(float(worth) for worth, _ in kept), complete)


def _one_by_one(ordered: Canonical, count: int) -> BestPlans:
    selection = ordered.selection
    choices: list[Choice] = []
    while len(choices) < count:

        def build(met: Met) -> ChoiceModel:
            model = ChoiceModel(selection, met=met)
            model.linear.minimise(cost(selection, model.unknown))
            for index, known in enumerate(choices):
                # Whoever has a column in the plan has another, or whoever has none has one.
                same = [(x, 1.0 if j in known.columns else -1.0) for j, x in model.unknown.column.items()]
                model.linear.add([row(f"another_{index}", same, Sense.AT_MOST, len(known.chosen) - 1)])
            return model

        answer = refined(selection, build, _PROVEN, None)
        if answer.choice is None:
            return _ranked(ordered, choices, count, answer.status is Status.INFEASIBLE)
        choices.append(answer.choice)
    return _ranked(ordered, choices, count, True)
