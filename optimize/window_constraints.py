"""The constraints of staffed windows: the people who are there carry the load.

y_wk is 1 if the people of window w are at least k, g_k the load that k people carry; `base` of them are there anyway.
"""

from __future__ import annotations

from optimize.constraints import weighted
from optimize.linear_model import Row, Sense, row
from optimize.selection import Selection
from optimize.variables import Variables


def staffed(selection: Selection, unknown: Variables) -> list[Row]:
    """Keep load within what people carry: sum_j load_wj x_j - sum_k (g_k - g_k-1) y_wk <= g_base for each window w."""
    rows = []
    for index, (window, rungs) in enumerate(zip(selection.windows, unknown.rungs, strict=True)):
        more = ((y, float(window.carries[k - 1] - window.carries[k])) for k, y in rungs.at_least.items())
        terms = [*weighted(unknown, window.load), *more]
        rows.append(row(f"staffed_{index}", terms, Sense.AT_MOST, float(window.carries[rungs.base])))
    return rows


def people(selection: Selection, unknown: Variables) -> list[Row]:
    """Count no more people than there are: sum_k y_wk - sum_h staffs_hw n_h <= present_w - base_w for each window w."""
    rows = []
    for index, (window, rungs) in enumerate(zip(selection.windows, unknown.rungs, strict=True)):
        hired = zip(unknown.hire, selection.hires, strict=True)
        brought = ((units, -hire.staffs.get(index, 0.0)) for units, hire in hired)
        terms = [*((y, 1.0) for y in rungs.at_least.values()), *brought]
        rows.append(row(f"people_{index}", terms, Sense.AT_MOST, window.present - rungs.base))
    return rows


def ladder(_: Selection, unknown: Variables) -> list[Row]:
    """Count people one after the other: y_w,k+1 <= y_wk for each window w and person k."""
    return [
        row(f"ladder_{index}_{k}", [(rungs.at_least[k + 1], 1.0), (y, -1.0)], Sense.AT_MOST, 0)
        for index, rungs in enumerate(unknown.rungs)
        for k, y in rungs.at_least.items()
        if k + 1 in rungs.at_least
    ]


def least_people(selection: Selection, unknown: Variables) -> list[Row]:
    """Count as many people as the least load needs: y_wk >= 1 for the last such k (implied by all rules together)."""
    rows = []
    for index, (window, rungs) in enumerate(zip(selection.windows, unknown.rungs, strict=True)):
        needed = window.needed(selection.least_and_most(window.load)[0])
        if needed in rungs.at_least:
            rows.append(row(f"least_people_{index}", [(rungs.at_least[needed], 1.0)], Sense.AT_LEAST, 1))
    return rows
