"""The least that a limit must grow before something changes: growth is a hire that costs nothing, in grains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil

from optimize.canonical import canonical
from optimize.choice_model import ChoiceModel, cost
from optimize.explanation.loosening import Loosening
from optimize.linear_model import Sense, row
from optimize.reading import read_choice
from optimize.selection import Hire, Selection
from optimize.status import Status

MOST_NODES = 20_000


def least_growth(
    selection: Selection, limits: Sequence[Loosening], earning: float | None = None
) -> Mapping[str, float] | None:
    """Return the least that limits on sums must grow, so that there is a plan (that earns as much as is asked).

    Of several limits, the growths relative to their steps add up to as little as possible. Where pools are shared, the
    model is a little optimistic, and so is the growth: solve again to be sure.

    Returns
    -------
    mapping of str to float or None
        Name -> amount in its unit, those that must grow only; None if no growth helps.
    """
    grown = [hire(limit) for limit in limits]
    loose = canonical(replace(selection, hires=(*selection.hires, *grown))).selection
    model = ChoiceModel(loose)
    if earning is not None:
        model.linear.add([row("earning", cost(loose, model.unknown), Sense.AT_MOST, -earning)])
    amounts = model.unknown.hire[-len(grown) :]
    model.linear.minimise([(n, limit.grain / limit.step) for n, limit in zip(amounts, limits, strict=True)])
    run = model.linear.run(node_limit=MOST_NODES)
    if run.status is not Status.OPTIMAL:
        return None
    grains = read_choice(loose, run, model.unknown).hires[-len(grown) :]
    return {limit.name: limit.of(n) for limit, n in zip(limits, grains, strict=True) if n}


def hire(limit: Loosening) -> Hire:
    """Return the growth of a limit as whole grains that can be taken on for nothing."""
    adds = {index: more * limit.grain for index, more in limit.adds.items()}
    staffs = {index: more * limit.grain for index, more in limit.staffs.items()}
    most = ceil(limit.plenty / limit.grain)
    return Hire(f"growth of {limit.name}", limit.words, 0.0, most, 0, adds, staffs)
