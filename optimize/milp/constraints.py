"""The constraints of the choice: one function each, which returns rows with internal names.

Those of staffed windows, shared pools and brands stand in files of their own. x_j, n_h, z_o, w_k, v_pi, B and u_s are
the unknowns of `optimize.milp.variables`. A model may take in some of the columns only: a row then lacks the others,
and means the same. `optimize.search.coefficients` knows what every column adds to every row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.milp.variables import Variables
from optimize.selection.selection import Selection
from optimize.solver.linear_model import Row, Sense, Term, row


def one_column(selection: Selection, unknown: Variables) -> list[Row]:
    """Give a segment one column at most: sum_{j in s} x_j <= 1 for each segment s."""
    return [
        row(f"one_column_{segment}", _sum(unknown, columns), Sense.AT_MOST, 1)
        for segment, columns in enumerate(_of_each_segment(selection, unknown))
    ]


def served(selection: Selection, unknown: Variables) -> list[Row]:
    """Serve who must be served: sum_{j in s} x_j >= 1 for each such segment s."""
    return [
        row(f"served_{segment}", _sum(unknown, columns), Sense.AT_LEAST, 1)
        for segment, columns in enumerate(_of_each_segment(selection, unknown))
        if selection.must_serve[segment]
    ]


def capacity(selection: Selection, unknown: Variables) -> list[Row]:
    """Keep usage within capacity: sum_j usage_lj x_j + sum_p takes_pl R_p - sum_h adds_hl n_h <= capacity_l.

    For each limit l, with R_p the root of the variance of pool p, or on its chords sum_i (root_i+1 - root_i) v_pi.
    """
    rows = []
    for index, limit in enumerate(selection.limits):
        hired = zip(unknown.hire, selection.hires, strict=True)
        terms = [
            *weighted(unknown, limit.usage),
            *((units, -hire.adds.get(index, 0.0)) for units, hire in hired),
            *(term for p, pool in enumerate(selection.pools) for term in unknown.root(p, pool.takes.get(index, 0.0))),
        ]
        rows.append(row(f"capacity_{index}", terms, Sense.AT_MOST, limit.capacity))
    return rows


def option_used(selection: Selection, unknown: Variables) -> list[Row]:
    """Count an option that is chosen as used: sum_{j in s, j uses o} x_j <= z_o for each segment s and option o."""
    return [
        row(f"option_used_{option}_{segment}", [*_sum(unknown, columns), (used, -1.0)], Sense.AT_MOST, 0)
        for option, used in unknown.option.items()
        for segment, columns in _grouped(_using(selection, unknown, option), selection.column_segment)
    ]


def option_unused(selection: Selection, unknown: Variables) -> list[Row]:
    """Count no option that nobody chose as used: z_o <= sum_{j uses o} x_j for each option o."""
    return [
        row(
            f"option_unused_{option}",
            [(used, 1.0), *_sum(unknown, _using(selection, unknown, option), -1.0)],
            Sense.AT_MOST,
            0,
        )
        for option, used in unknown.option.items()
    ]


def fixed_cost_budget(selection: Selection, unknown: Variables) -> list[Row]:
    """Keep fixed costs within the budget: sum_o fixed_cost_o z_o <= budget."""
    if selection.fixed_cost_budget is None:
        return []
    terms = [(used, selection.options[option].fixed_cost) for option, used in unknown.option.items()]
    return [row("fixed_cost_budget_0", terms, Sense.AT_MOST, selection.fixed_cost_budget)]


def offering_used(selection: Selection, unknown: Variables) -> list[Row]:
    """Count an offering that is chosen as used: sum_{j in s, key of j is k} x_j <= w_k for each s and key k."""
    if not unknown.offering:
        return []
    return [
        row(
            f"offering_used_{key}_{segment}", [*_sum(unknown, columns), (unknown.offering[key], -1.0)], Sense.AT_MOST, 0
        )
        for key, of_key in _grouped(unknown.taken, selection.offering_key)
        for segment, columns in _grouped(of_key, selection.column_segment)
    ]


def offering_count(selection: Selection, unknown: Variables) -> list[Row]:
    """Give at most K different offerings: sum_k w_k <= K."""
    if not selection.offerings_limited or selection.max_offerings is None:
        return []
    terms = [(used, 1.0) for used in unknown.offering.values()]
    return [row("offering_count_0", terms, Sense.AT_MOST, selection.max_offerings)]


def excluded(selection: Selection, unknown: Variables) -> list[Row]:
    """Use one of two options that exclude each other: z_a + z_b <= 1 for each such pair."""
    return [
        row(f"excluded_{index}", [(unknown.option[a], 1.0), (unknown.option[b], 1.0)], Sense.AT_MOST, 1)
        for index, (a, b) in enumerate(selection.excludes)
    ]


def required_with(selection: Selection, unknown: Variables) -> list[Row]:
    """Use b if anyone uses a: z_a <= sum_{j uses b} x_j for each such pair (a, b)."""
    return [
        row(
            f"required_with_{index}",
            [(unknown.option[a], 1.0), *_sum(unknown, _using(selection, unknown, b), -1.0)],
            Sense.AT_MOST,
            0,
        )
        for index, (a, b) in enumerate(selection.requires)
    ]


def required(selection: Selection, unknown: Variables) -> list[Row]:
    """Use a required option: sum_{j uses o} x_j >= 1."""
    return [
        row(f"required_{index}", _sum(unknown, _using(selection, unknown, option)), Sense.AT_LEAST, 1)
        for index, option in enumerate(selection.required_options)
    ]


def forbidden(selection: Selection, unknown: Variables) -> list[Row]:
    """Use no forbidden option: sum_{j uses o} x_j <= 0."""
    return [
        row(f"forbidden_{index}", _sum(unknown, _using(selection, unknown, option)), Sense.AT_MOST, 0)
        for index, option in enumerate(selection.forbidden_options)
    ]


def over_serving(selection: Selection, unknown: Variables) -> list[Row]:
    """Add up over-serving: sum_j over_serving_j x_j - B = 0."""
    if unknown.brand is None:
        return []
    terms = [*weighted(unknown, selection.over_serving), (unknown.brand, -1.0)]
    return [row("over_serving_0", terms, Sense.EQUAL, 0)]


def weighted(unknown: Variables, weights: FloatArray) -> Iterator[Term]:
    """Return the terms weights_j x_j of the columns that a model takes in; weights of all columns, shape (N,)."""
    return zip(unknown.column.values(), weights[unknown.taken].tolist(), strict=True)


def _sum(unknown: Variables, columns: Iterable[int] | IntArray, coefficient: float = 1.0) -> list[Term]:
    return [(unknown.column[column], coefficient) for column in np.asarray(columns).tolist()]


def _using(selection: Selection, unknown: Variables, option: int) -> IntArray:
    taken = unknown.taken
    using: IntArray = taken[selection.option_use[taken, option]]
    return using


def _of_each_segment(selection: Selection, unknown: Variables) -> list[IntArray]:
    found = dict(_grouped(unknown.taken, selection.column_segment))
    nothing = np.zeros(0, dtype=np.int64)
    return [found.get(segment, nothing) for segment in range(selection.n_segments)]


def _grouped(columns: IntArray, by: IntArray) -> list[tuple[int, IntArray]]:
    """Return (group, its columns) in order of the group; the columns keep their order."""
    if not len(columns):
        return []
    groups = by[columns]
    order = np.argsort(groups, kind="stable")
    different, first = np.unique(groups[order], return_index=True)
    return list(zip(different.tolist(), np.split(columns[order], first[1:]), strict=True))
