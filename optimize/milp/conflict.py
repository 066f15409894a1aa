"""Why no plan exists: a smallest set of rules that cannot hold together."""

from __future__ import annotations

from collections.abc import Collection

from optimize.milp.choice_model import ChoiceModel, rule_names
from optimize.milp.met import NOTHING_MET, Met
from optimize.milp.reading import read_numbers
from optimize.milp.refinement import MOST_SOLVES
from optimize.milp.words import rule_words
from optimize.selection.selection import Selection
from optimize.solver.status import Status

_BROKEN = 1e-7  # a rule broken by less than this in its scaled row is kept


def conflict(selection: Selection, met: Met = NOTHING_MET) -> tuple[str, ...]:
    """Words for rules that cannot hold together, though without any one of them the others could.

    Suspects first (elastic filter): all rules may be broken, as little as possible in all; what is broken then
    must hold next time, until nothing gives. Then each suspect is left out in turn, and stays out if the rest
    still cannot hold (deletion filter), which is what makes the set minimal.
    Roots of pools are exact at plans that were `met`, and at those that turn up on the way.
    """
    suspects = _suspects(selection, met)
    for rule in tuple(suspects):
        rest = [other for other in suspects if other != rule]
        if not _can_hold(selection, rest, met):
            suspects = rest
    return tuple(dict.fromkeys(rule_words(selection, rule) for rule in suspects))


def _suspects(selection: Selection, met: Met) -> list[str]:
    names = rule_names(selection)
    held: set[str] = set()
    while broken := _least_broken(selection, names, held, met):
        held |= broken
    suspects = [name for name in names if name in held]
    return names if _can_hold(selection, suspects, met) else suspects


def _least_broken(selection: Selection, names: Collection[str], held: set[str], met: Met) -> set[str]:
    elastic = [name for name in names if name not in held]
    model = ChoiceModel(selection, rules=held, elastic=elastic, met=met)
    model.linear.minimise([(by_how_much, 1.0) for by_how_much in model.broken.values()])
    run = model.linear.run()
    return {name for name, by_how_much in model.broken.items() if run.values and run.value(by_how_much) > _BROKEN}


def _can_hold(selection: Selection, rules: Collection[str], met: Met) -> bool:
    """Return whether there is a plan that keeps these rules: one at which roots of pools are exact."""
    rooted = any(pool.takes for pool in selection.pools)
    for _ in range(MOST_SOLVES):
        model = ChoiceModel(selection, rules=rules, met=met)
        run = model.linear.run()
        if run.status is not Status.OPTIMAL or not rooted:
            return run.status is Status.OPTIMAL
        choice = read_numbers(selection, run, model.unknown)
        if met.has(choice):
            return True
        met = met.plus(choice)
    return True
