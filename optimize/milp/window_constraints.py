"""The constraints of staffed windows: the people who are there carry the load.

y_wk is 1 if the people of window w are at least k, g_k the load that k people carry; `base` of them are there anyway.
Windows that the same people staff (as many present, the same hires) share their y, their people and their ladder.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimize.milp.constraints import weighted
from optimize.milp.variables import Rungs, Variables
from optimize.selection.selection import Selection
from optimize.solver.linear_model import Row, Sense, row


def staffed(selection: Selection, unknown: Variables) -> list[Row]:
    """Keep load within what people carry: sum_j load_wj x_j - sum_k (g_k - g_k-1) y_wk <= g_base for each window w."""
    rows = []
    for index, (window, rungs) in enumerate(zip(selection.windows, unknown.rungs, strict=True)):
        carries = window.carries[np.minimum(np.arange(rungs.base + len(rungs.at_least) + 1), len(window.carries) - 1)]
        more = ((y, float(carries[k - 1] - carries[k])) for k, y in rungs.at_least.items())
        terms = [*weighted(unknown, window.load), *more]
        rows.append(row(f"staffed_{index}", terms, Sense.AT_MOST, float(carries[rungs.base])))
    return rows


def people(selection: Selection, unknown: Variables) -> list[Row]:
    """Count no more people than there are: sum_k y_wk - sum_h staffs_hw n_h <= present_w - base_w for each window w."""
    rows = []
    for index, rungs in _ladders(unknown):
        hired = zip(unknown.hire, selection.hires, strict=True)
        brought = ((units, -hire.staffs.get(index, 0.0)) for units, hire in hired)
        terms = [*((y, 1.0) for y in rungs.at_least.values()), *brought]
        rows.append(row(f"people_{index}", terms, Sense.AT_MOST, selection.windows[index].present - rungs.base))
    return rows


def ladder(_: Selection, unknown: Variables) -> list[Row]:
    """Count people one after the other: y_w,k+1 <= y_wk for each window w and person k."""
    return [
        row(f"ladder_{index}_{k}", [(rungs.at_least[k + 1], 1.0), (y, -1.0)], Sense.AT_MOST, 0)
        for index, rungs in _ladders(unknown)
        for k, y in rungs.at_least.items()
        if k + 1 in rungs.at_least
    ]


def least_people(selection: Selection, unknown: Variables) -> list[Row]:
    """Count as many people as the least load needs: y_wk >= 1 for the last such k (implied by all rules together)."""
    rows = []
    for index, (window, rungs) in enumerate(zip(selection.windows, unknown.rungs, strict=True)):
        needed = window.needed(float(unknown.ranges.loads[index, 0]))
        if needed in rungs.at_least:
            rows.append(row(f"least_people_{index}", [(rungs.at_least[needed], 1.0)], Sense.AT_LEAST, 1))
    return rows


def _ladders(unknown: Variables) -> Iterator[tuple[int, Rungs]]:
    return ((index, rungs) for index, rungs in enumerate(unknown.rungs) if rungs.lead == index)
