"""The least that a limit must grow before something changes: growth is a hire that costs nothing, in grains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil

from optimize.explanation.loosening import Loosening
from optimize.milp.choice_model import ChoiceModel, cost
from optimize.milp.met import Met
from optimize.milp.refinement import refined
from optimize.selection.canonical import canonical
from optimize.selection.exact import Choice
from optimize.selection.selection import Hire, Selection
from optimize.solve import PROVEN
from optimize.solver.linear_model import Sense, row
from optimize.solver.status import Status

MOST_NODES = 20_000


def least_growth(
    selection: Selection, limits: Sequence[Loosening], earning: float | None = None
) -> Mapping[str, float] | None:
    """Return the least that limits on sums must grow, so that there is a plan (that earns as much as is asked).

    Of several limits, the growths relative to their steps add up to as little as possible.

    Returns
    -------
    mapping of str to float or None
        Name -> amount in its unit, those that must grow only; None if no growth helps, or none is found in time.
    """
    loose = canonical(replace(selection, hires=(*selection.hires, *map(hire, limits)))).selection
    sizes = [limit.grain / limit.step for limit in limits]

    def build(met: Met) -> ChoiceModel:
        model = ChoiceModel(loose, met=met)
        if earning is not None:
            model.linear.add([row("earning", cost(loose, model.unknown), Sense.AT_MOST, -earning)])
        model.linear.minimise(zip(model.unknown.hire[-len(limits) :], sizes, strict=True))
        return model

    def smallness(plan: Choice) -> float:
        return -sum(n * size for n, size in zip(plan.hires[-len(limits) :], sizes, strict=True))

    answer = refined(loose, build, PROVEN, MOST_NODES, worth=smallness)
    if answer.status is not Status.OPTIMAL or answer.last is None:
        return None
    grains = answer.last.hires[-len(limits) :]
    return {limit.name: limit.of(n) for limit, n in zip(limits, grains, strict=True) if n}


def hire(limit: Loosening) -> Hire:
    """Return the growth of a limit as whole grains that can be taken on for nothing."""
    adds = {index: more * limit.grain for index, more in limit.adds.items()}
    staffs = {index: more * limit.grain for index, more in limit.staffs.items()}
    most = ceil(limit.plenty / limit.grain)
    return Hire(f"growth of {limit.name}", limit.words, 0.0, most, 0, adds, staffs)
