"""Brand erosion as rows: exact with one row per column, or as an envelope with two rows per segment.

Segment s loses u_s = R_s B, where B is the over-serving of all chosen columns and R_s the brand revenue of its own.
The product is not linear. `brand_erosion` is exact where the x_j are whole; `brand_envelope` never charges more than
the true loss, with a number of rows that does not grow with the columns.
"""

from __future__ import annotations

import numpy as np

from optimize.arrays import FloatArray, IntArray
from optimize.milp.met import NOTHING_MET
from optimize.milp.variables import Variables
from optimize.selection.selection import Selection
from optimize.solver.linear_model import Row, Sense, row

SEVERAL = 3
"""Plans: where more were met, the envelope is too far from the truth to go on with."""


def brand_erosion(selection: Selection, unknown: Variables) -> list[Row]:
    """Charge a chosen column's share of the brand: u_s >= brand_revenue_j B - M_j (1 - x_j) for each column j of s.

    M_j is the smallest number that frees u_s when another column i of s, or none, is chosen instead: the
    largest (brand_revenue_j - brand_revenue_i) B, or brand_revenue_j B, that can then happen.
    """
    return _charged(selection, unknown, unknown.taken)


def brand_met(selection: Selection, unknown: Variables) -> list[Row]:
    """Charge the columns of plans that were met alone; of all columns, once several plans were.

    The others are charged by the envelope.
    """
    met = unknown.met or NOTHING_MET
    if len(met.plans) > SEVERAL:
        return _charged(selection, unknown, unknown.taken)
    return _charged(selection, unknown, np.intersect1d(unknown.taken, met.columns))


def _charged(selection: Selection, unknown: Variables, taken: IntArray) -> list[Row]:
    rows = []
    for segment, loss in unknown.loss.items():
        columns = taken[selection.column_segment[taken] == segment]
        for column, free in zip(columns.tolist(), _freeing(selection, segment, columns).tolist(), strict=True):
            revenue = float(selection.brand_revenue[column])
            terms = [(unknown.brand, revenue), (unknown.column[column], free), (loss, -1.0)]
            rows.append(row(f"brand_erosion_{column}", terms, Sense.AT_MOST, free))
    return rows


def brand_envelope(selection: Selection, unknown: Variables) -> list[Row]:
    """Charge a segment no more than its share of the brand, in two rows (McCormick) for each segment s.

    With B - b_s the over-serving of the others, of which at least L and at most H can happen, R_s between r and q,
    and e_j = brand_revenue_j over_serving_j, which is exact::

        u_s >= sum_{j in s} e_j x_j + r (B - b_s) + L (R_s - r)
        u_s >= sum_{j in s} e_j x_j + q (B - b_s) + H (R_s - q)
    """
    rows = []
    taken = unknown.taken
    for segment, loss in unknown.loss.items():
        columns = taken[selection.column_segment[taken] == segment]
        for name, (revenue, others) in _corners(selection, segment).items():
            weights = envelope_weights(selection, columns, revenue, others)
            x = zip((unknown.column[column] for column in columns.tolist()), weights.tolist(), strict=True)
            terms = [*x, (unknown.brand, revenue), (loss, -1.0)]
            rows.append(row(f"brand_{name}_{segment}", terms, Sense.AT_MOST, revenue * others))
    return rows


def envelope_coefficients(selection: Selection, name: str) -> FloatArray:
    """Return what each column adds to the row `brand_{name}_s` of its segment s, shape (N,); name is low or high."""
    out = np.zeros(selection.n_columns)
    for segment in range(selection.n_segments):
        columns = np.flatnonzero(selection.column_segment == segment)
        revenue, others = _corners(selection, segment)[name]
        out[columns] = envelope_weights(selection, columns, revenue, others)
    return out


def envelope_weights(selection: Selection, columns: IntArray, revenue: float, others: float) -> FloatArray:
    """Return e_j + others x brand_revenue_j - revenue x over_serving_j for some columns j."""
    own, share = selection.brand_revenue[columns], selection.over_serving[columns]
    weights: FloatArray = own * share + others * own - revenue * share
    return weights


def _corners(selection: Selection, segment: int) -> dict[str, tuple[float, float]]:
    """Return (r, L) as low and (q, H) as high of `brand_envelope` for one segment."""
    least, most = _ranges(selection, selection.over_serving)
    low, high = _ranges(selection, selection.brand_revenue)
    rest = np.arange(selection.n_segments) != segment
    return {
        "low": (float(low[segment]), float(least[rest].sum())),
        "high": (float(high[segment]), float(most[rest].sum())),
    }


def _ranges(selection: Selection, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and the most that each segment can have of a number, 0 where it may stay unserved."""
    least, most = np.full(selection.n_segments, np.inf), np.zeros(selection.n_segments)
    np.minimum.at(least, selection.column_segment, values)
    np.maximum.at(most, selection.column_segment, values)
    may_be_zero = ~selection.must_serve | ~np.isfinite(least)
    return np.where(may_be_zero, 0.0, least), most


def _freeing(selection: Selection, segment: int, columns: IntArray) -> FloatArray:
    """Return M_j of some columns of a segment; the others are those of the whole selection."""
    of_segment = np.flatnonzero(selection.column_segment == segment)
    shares, revenue = selection.over_serving[of_segment], selection.brand_revenue[of_segment]
    most = _ranges(selection, selection.over_serving)[1]
    others = float(most[np.arange(selection.n_segments) != segment].sum())
    own = selection.brand_revenue[columns]
    unserved = np.zeros(len(own)) if selection.must_serve[segment] else own * others
    # Row by row: all pairs at once would not fit for a segment of many columns.
    instead = [((mine - revenue) * (others + shares)).max(initial=0.0) for mine in own]
    freeing: FloatArray = np.maximum(unserved, np.array(instead))
    return freeing
