"""The constraints of the choice: one function each, which returns rows with internal names.

Those of staffed windows and shared pools stand in files of their own. x_j, n_h, z_o, w_k, v_pi, B and u_s are the
unknowns of `optimize.variables`.
"""

from __future__ import annotations

from collections.abc import Iterable

from optimize.linear_model import Row, Sense, Term, row
from optimize.selection import Selection
from optimize.variables import Variables


def one_column(selection: Selection, unknown: Variables) -> list[Row]:
    """Give a segment one column at most: sum_{j in s} x_j <= 1 for each segment s."""
    return [
        row(f"one_column_{segment}", _sum(unknown, selection.columns_of(segment)), Sense.AT_MOST, 1)
        for segment in range(selection.n_segments)
    ]


def served(selection: Selection, unknown: Variables) -> list[Row]:
    """Serve who must be served: sum_{j in s} x_j >= 1 for each such segment s."""
    return [
        row(f"served_{segment}", _sum(unknown, selection.columns_of(segment)), Sense.AT_LEAST, 1)
        for segment in range(selection.n_segments)
        if selection.must_serve[segment]
    ]


def capacity(selection: Selection, unknown: Variables) -> list[Row]:
    """Keep usage within capacity: sum_j usage_lj x_j + sum_p takes_pl R_p - sum_h adds_hl n_h <= capacity_l.

    For each limit l, with R_p the root of the variance of pool p on its chords: sum_i (root_i+1 - root_i) v_pi.
    """
    rows = []
    for index, limit in enumerate(selection.limits):
        used = zip(unknown.column, limit.usage, strict=True)
        hired = zip(unknown.hire, selection.hires, strict=True)
        pooled = zip(unknown.pieces, selection.pools, strict=True)
        terms = [
            *used,
            *((units, -hire.adds.get(index, 0.0)) for units, hire in hired),
            *(term for pieces, pool in pooled for term in pieces.root(pool.takes.get(index, 0.0))),
        ]
        rows.append(row(f"capacity_{index}", terms, Sense.AT_MOST, limit.capacity))
    return rows


def option_used(selection: Selection, unknown: Variables) -> list[Row]:
    """Count an option that is chosen as used: sum_{j in s, j uses o} x_j <= z_o for each segment s and option o."""
    rows = []
    for option, used in unknown.option.items():
        for segment, columns in _by_segment(selection, selection.columns_using(option)):
            terms = [*_sum(unknown, columns), (used, -1.0)]
            rows.append(row(f"option_used_{option}_{segment}", terms, Sense.AT_MOST, 0))
    return rows


def option_unused(selection: Selection, unknown: Variables) -> list[Row]:
    """Count no option that nobody chose as used: z_o <= sum_{j uses o} x_j for each option o."""
    return [
        row(
            f"option_unused_{option}",
            [(used, 1.0), *_sum(unknown, selection.columns_using(option), -1.0)],
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
    rows = []
    for index, (key, used) in enumerate(unknown.offering.items()):
        of_key = [j for j in range(selection.n_columns) if selection.offering_key[j] == key]
        for segment, columns in _by_segment(selection, of_key):
            terms = [*_sum(unknown, columns), (used, -1.0)]
            rows.append(row(f"offering_used_{index}_{segment}", terms, Sense.AT_MOST, 0))
    return rows


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
            [(unknown.option[a], 1.0), *_sum(unknown, selection.columns_using(b), -1.0)],
            Sense.AT_MOST,
            0,
        )
        for index, (a, b) in enumerate(selection.requires)
    ]


def required(selection: Selection, unknown: Variables) -> list[Row]:
    """Use a required option: sum_{j uses o} x_j >= 1."""
    return [
        row(f"required_{index}", _sum(unknown, selection.columns_using(option)), Sense.AT_LEAST, 1)
        for index, option in enumerate(selection.required_options)
    ]


def forbidden(selection: Selection, unknown: Variables) -> list[Row]:
    """Use no forbidden option: sum_{j uses o} x_j <= 0."""
    return [
        row(f"forbidden_{index}", _sum(unknown, selection.columns_using(option)), Sense.AT_MOST, 0)
        for index, option in enumerate(selection.forbidden_options)
    ]


def over_serving(selection: Selection, unknown: Variables) -> list[Row]:
    """Add up over-serving: sum_j over_serving_j x_j - B = 0."""
    if unknown.brand is None:
        return []
    terms = [*zip(unknown.column, selection.over_serving, strict=True), (unknown.brand, -1.0)]
    return [row("over_serving_0", terms, Sense.EQUAL, 0)]


def brand_erosion(selection: Selection, unknown: Variables) -> list[Row]:
    """Charge a chosen column's share of the brand: u_s >= brand_revenue_j B - M_j (1 - x_j) for each column j of s.

    M_j is the smallest number that frees u_s when another column i of s, or none, is chosen instead: the
    largest (brand_revenue_j - brand_revenue_i) B, or brand_revenue_j B, that can then happen.
    """
    rows = []
    for segment, loss in unknown.loss.items():
        columns = selection.columns_of(segment)
        for column, free in zip(columns, _freeing(selection, segment, columns), strict=True):
            revenue = float(selection.brand_revenue[column])
            terms = [(unknown.brand, revenue), (unknown.column[column], free), (loss, -1.0)]
            rows.append(row(f"brand_erosion_{column}", terms, Sense.AT_MOST, free))
    return rows


def _freeing(selection: Selection, segment: int, columns: list[int]) -> list[float]:
    """Return M_j of every column of a segment."""
    shares, revenue = selection.over_serving[columns], selection.brand_revenue[columns]
    elsewhere = [
        selection.over_serving[selection.column_segment == s] for s in range(selection.n_segments) if s != segment
    ]
    others = sum(float(share.max(initial=0.0)) for share in elsewhere)
    out = []
    for own in revenue:
        instead = float(((own - revenue) * (others + shares)).max(initial=0.0))
        unserved = 0.0 if selection.must_serve[segment] else float(own) * others
        out.append(max(0.0, unserved, instead))
    return out


def _sum(unknown: Variables, columns: Iterable[int], coefficient: float = 1.0) -> list[Term]:
    return [(unknown.column[column], coefficient) for column in columns]


def _by_segment(selection: Selection, columns: Iterable[int]) -> list[tuple[int, list[int]]]:
    groups: dict[int, list[int]] = {}
    for column in columns:
        groups.setdefault(int(selection.column_segment[column]), []).append(column)
    return sorted(groups.items())
