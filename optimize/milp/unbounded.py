"""Hires that earn without end."""

from __future__ import annotations

from optimize.selection.selection import Hire, Selection
from optimize.solver.linear_model import LinearModel, Sense, row
from optimize.solver.status import Status

_EARNS = 1e-7  # of the largest cost: less is rounding


def hires_without_cap(selection: Selection) -> tuple[str, ...]:
    """Words for the uncapped hires of which ever more would earn ever more; none if nothing does.

    They are directions d >= 0 with sum_h adds_hl d_h >= 0 for each limit l, sum_h staffs_hw d_h >= 0 for each
    window w, and sum_h cost_h d_h < 0. One hire that does it alone is looked for first; several that do it together
    by a linear model.
    """
    uncapped = [index for index, hire in enumerate(selection.hires) if hire.most is None]
    alone = [selection.hires[index] for index in uncapped]
    found = [hire.words for hire in alone if hire.cost < 0 and _takes_nothing(hire)]
    return tuple(found) if found or not uncapped else _together(selection, uncapped)


def _takes_nothing(hire: Hire) -> bool:
    return min([*hire.adds.values(), *hire.staffs.values()], default=0.0) >= 0


def _together(selection: Selection, uncapped: list[int]) -> tuple[str, ...]:
    linear = LinearModel()
    hires = {index: selection.hires[index] for index in uncapped}
    step = {index: linear.continuous(f"d_{index}", most=1.0) for index in uncapped}
    for limit in range(len(selection.limits)):
        terms = [(step[index], hire.adds.get(limit, 0.0)) for index, hire in hires.items()]
        linear.add([row(f"capacity_{limit}", terms, Sense.AT_LEAST, 0)])
    for window in range(len(selection.windows)):
        terms = [(step[index], hire.staffs.get(window, 0.0)) for index, hire in hires.items()]
        linear.add([row(f"people_{window}", terms, Sense.AT_LEAST, 0)])
    linear.minimise([(step[index], hire.cost) for index, hire in hires.items()])
    run = linear.run()
    if run.status is not Status.OPTIMAL:
        return ()
    sizes = {index: run.value(step[index]) for index in uncapped}
    earned = -sum(sizes[index] * hire.cost for index, hire in hires.items())
    if earned <= _EARNS * max(abs(hire.cost) for hire in hires.values()):
        return ()
    return tuple(hire.words for index, hire in hires.items() if sizes[index] > _EARNS)
