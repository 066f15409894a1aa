"""Which of several best plans: no change for nothing, then the first in a fixed order.

Segments are ordered by name; each takes what it has today if some best plan does, else the first of its columns by
name that some best plan has, and stays unserved only if every best plan leaves it so; then each hire, by name, the
units that are nearest to today's, and of those the fewest. Consecutive segments share one solve, with weights like the
digits of a number, as long as those stay exact.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from optimize.milp.choice_model import ChoiceModel, cost
from optimize.milp.met import NOTHING_MET, Met
from optimize.milp.refinement import refined
from optimize.milp.variables import Variables
from optimize.selection.canonical import only_chosen
from optimize.selection.exact import Choice, value, violations
from optimize.selection.selection import UNKNOWN, UNSERVED, Selection
from optimize.solver.linear_model import Row, Sense, Term, Variable, row
from optimize.solver.status import Status

MOST_COLUMNS = 1_000  # above it the solver's plan is kept: the same one for any order of the input
_PROVEN = 1e-9  # a relative gap
_NODES = 2_000  # likewise when a solve needs more nodes than this
_LARGEST_WEIGHT = 10**6
_ROUNDING = Fraction(1, 10**12)  # plans whose values differ by less, relatively, are equal but for rounding
_FLOOR = 1e-9  # how far below the best value the solver may look, relatively


def first_choice(selection: Selection, choice: Choice, met: Met = NOTHING_MET) -> Choice:
    """Return the first best choice of a canonical selection, given one of the best.

    Roots of pools are exact at plans that were `met`; it is quicker if those that were refuted are among them.
    """
    if selection.n_columns > MOST_COLUMNS:
        return choice
    groups, met = _groups(selection), met.plus(choice)
    if len(groups) == 1 or not _is_only(selection, choice, met):
        fixed: list[tuple[int, int]] = []
        for group in groups:
            choice = _first_in_group(selection, choice, group, fixed, met)
            fixed += [(segment, choice.columns[segment]) for segment in group]
    return _nearest_hires(selection, choice)


def back_to_today(selection: Selection, choice: Choice) -> Choice:
    """Return a choice in which each segment has what it has today, one after the other, where that earns as much."""
    least = value(selection, choice) - _ROUNDING * Fraction(_scale(selection, choice))
    for segment, today in enumerate(selection.as_is.tolist()):
        if today in (UNKNOWN, choice.columns[segment]):
            continue
        same = Choice((*choice.columns[:segment], today, *choice.columns[segment + 1 :]), choice.hires)
        if value(selection, same) >= least and not violations(selection, same):
            choice = same
    return choice


def _first_in_group(
    selection: Selection, choice: Choice, group: list[int], fixed: list[tuple[int, int]], met: Met
) -> Choice:
    def build(more: Met) -> ChoiceModel:
        model = _best_only(selection, choice, more)
        model.linear.add(_fixing(selection, model.unknown, fixed))
        model.linear.minimise(_digits(selection, model.unknown, group))
        return model

    return _better(selection, choice, build, met)


def _nearest_hires(selection: Selection, choice: Choice) -> Choice:
    rest = only_chosen(selection, choice)
    places = iter(range(rest.n_columns))
    kept = Choice(tuple(next(places) if column >= 0 else -1 for column in choice.columns), choice.hires)
    rows: list[tuple[int, int]] = []
    for index in sorted(range(len(rest.hires)), key=lambda hire: rest.hires[hire].name):
        if rest.hires[index].least != rest.hires[index].most:
            kept = _nearest(rest, kept, index, rows)
        rows.append((index, kept.hires[index]))
    return Choice(choice.columns, kept.hires)


def _nearest(rest: Selection, kept: Choice, index: int, rows: list[tuple[int, int]]) -> Choice:
    chosen = [(segment, column) for segment, column in enumerate(kept.columns)]
    today = rest.hires[index].today
    most = abs(kept.hires[index] - today)
    if not most:
        return kept

    def build(more: Met) -> ChoiceModel:
        model = _best_only(rest, kept, more)
        model.linear.add(_fixing(rest, model.unknown, chosen))
        hires = model.unknown.hire
        model.linear.add(row(f"fixed_n_{hire}", [(hires[hire], 1.0)], Sense.EQUAL, n) for hire, n in rows)
        away = model.linear.continuous("away")
        for name, sign in (("more", 1.0), ("fewer", -1.0)):
            model.linear.add([row(name, [(hires[index], sign), (away, -1.0)], Sense.AT_MOST, sign * today)])
        model.linear.minimise([(away, float(2 * most + 1)), (hires[index], 1.0)])
        return model

    return _better(rest, kept, build, Met((kept.columns,)))


def _best_only(selection: Selection, choice: Choice, met: Met) -> ChoiceModel:
    """Return the model of plans that cost no more than this one, as far as it charges them."""
    model = ChoiceModel(selection, met=met)
    terms = cost(selection, model.unknown)
    worth = float(value(selection, choice))
    model.linear.add([row("value", terms, Sense.AT_MOST, _FLOOR * _scale(selection, choice) - worth)])
    return model


def _better(selection: Selection, choice: Choice, build: Callable[[Met], ChoiceModel], met: Met) -> Choice:
    """Return what the models find, unless they find nothing in time or something worth less."""
    found = refined(selection, build, _PROVEN, _NODES, met=met)
    if found.status is not Status.OPTIMAL or found.last is None:
        return choice
    least = value(selection, choice) - _ROUNDING * Fraction(_scale(selection, choice))
    return found.last if value(selection, found.last) >= least else choice


def _is_only(selection: Selection, choice: Choice, met: Met) -> bool:
    model = _best_only(selection, choice, met)
    same = [(variable, 1.0 if column in choice.columns else -1.0) for column, variable in model.unknown.column.items()]
    model.linear.add([row("another", same, Sense.AT_MOST, len(choice.chosen) - 1)])
    return model.linear.run(node_limit=_NODES).status is Status.INFEASIBLE


def _scale(selection: Selection, choice: Choice) -> float:
    largest = float(abs(selection.margin).max(initial=0.0))
    return max(abs(float(value(selection, choice))), largest)


def _groups(selection: Selection) -> list[list[int]]:
    groups: list[list[int]] = [[]]
    weight = 1
    for segment in range(selection.n_segments):
        base = len(selection.columns_of(segment)) + 1
        if groups[-1] and weight * base > _LARGEST_WEIGHT:
            groups.append([])
            weight = 1
        groups[-1].append(segment)
        weight *= base
    return groups


def _digits(selection: Selection, unknown: Variables, group: list[int]) -> list[Term]:
    """Return terms that order the plans of a group: a column counts its rank less that of unserved (first, or last)."""
    terms: list[tuple[Variable, float]] = []
    weight = 1
    for segment in reversed(group):
        columns = selection.columns_of(segment)
        unserved = -1 if selection.as_is[segment] == UNSERVED else len(columns)
        terms += [(unknown.column[j], float(weight * (rank - unserved))) for rank, j in enumerate(columns)]
        weight *= len(columns) + 1
    return terms


def _fixing(selection: Selection, unknown: Variables, fixed: list[tuple[int, int]]) -> list[Row]:
    return [
        row(f"fixed_{segment}_{j}", [(unknown.column[j], 1.0)], Sense.EQUAL, 1.0 if j == column else 0.0)
        for segment, column in fixed
        for j in selection.columns_of(segment)
    ]
