"""A linear relaxation that is solved again and again as it takes in columns: values, duals, and what the rest costs."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from optimize.arrays import FloatArray, IntArray
from optimize.solver.highs import LP_OPTIONS, STATUS, factor_of, silent_highs
from optimize.solver.status import Status

Entry = tuple[str, IntArray, FloatArray]  # a row, places of columns, their coefficients
_PRICED = 1e-7  # a reduced cost of the scaled objective that is 0 but for rounding


@dataclass(frozen=True)
class RelaxedRun:
    """What HiGHS answered to a relaxation.

    Parameters
    ----------
    status
        Optimal, infeasible, unbounded or error.
    objective
        Of the variables in the relaxation.
    values
        By variable name, those that are not 0.
    duals
        By row name, those that are not 0, at most 0 for a row that is at most something.
    rest
        Least value that the objective can have, at these duals, by the rows and the variables that are not set apart.
    """

    status: Status
    objective: float = math.nan
    values: Mapping[str, float] = field(default_factory=dict)
    duals: Mapping[str, float] = field(default_factory=dict)
    rest: float = -math.inf


class Relaxation:
    """A linear relaxation that HiGHS keeps from one solve to the next, and that takes in further columns.

    The variables set apart are those of which there are more than the relaxation holds; rows about them alone, and the
    bound on what they bring, belong to whoever adds them.
    """

    def __init__(
        self, lp: Any, names: list[str], rows: Mapping[str, float], cost_factor: float, apart: set[str]
    ) -> None:
        self._highs = silent_highs(LP_OPTIONS)
        self._highs.passModel(lp)
        self.names = names
        self.rows = {name: place for place, name in enumerate(rows)}
        self._place = {name: place for place, name in enumerate(names)}
        self._factors = np.array(list(rows.values()))
        self._cost_factor = cost_factor
        self._row_bounds = np.array(lp.row_lower_), np.array(lp.row_upper_)
        entries = (np.array(lp.a_matrix_.value_), np.array(lp.a_matrix_.index_), np.array(lp.a_matrix_.start_))
        matrix = sparse.csr_array(entries, shape=(len(rows), len(names))).tocsc()
        self._rest = np.array([place for place, name in enumerate(names) if name not in apart], dtype=np.int64)
        self._rest_matrix = matrix[:, self._rest]
        self._costs, self._lower, self._upper = (np.array(a) for a in (lp.col_cost_, lp.col_lower_, lp.col_upper_))

    def add_columns(self, names: Sequence[str], costs: FloatArray, entries: Iterable[Entry]) -> None:
        """Add variables from 0 up that are set apart; entries are (row name, their places, coefficients)."""
        parts = [(self.rows[name], places, values) for name, places, values in entries]
        rows = np.concatenate([np.full(len(places), row) for row, places, _ in parts] or [np.zeros(0, dtype=np.int64)])
        places = np.concatenate([places for _, places, _ in parts] or [np.zeros(0, dtype=np.int64)])
        values = np.concatenate([values for _, _, values in parts] or [np.zeros(0)]) * self._factors[rows]
        matrix = sparse.csc_array((values, (rows, places)), shape=(len(self.rows), len(names)))
        count = len(names)
        scaled = np.asarray(costs, dtype=np.float64) * self._cost_factor
        nothing, no_cap = np.zeros(count), np.full(count, math.inf)
        starts, indices = matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32)
        self._highs.addCols(count, scaled, nothing, no_cap, matrix.nnz, starts, indices, matrix.data)
        self._place.update({name: len(self.names) + place for place, name in enumerate(names)})
        self.names += names

    def minimise(self, costs: Mapping[str, float]) -> None:
        """Set the objective; variables that are not named cost nothing."""
        self._cost_factor = factor_of([cost for cost in costs.values() if cost])
        found = np.zeros(len(self.names))
        found[[self._place[name] for name in costs]] = list(costs.values())
        found *= self._cost_factor
        self._highs.changeColsCost(len(found), np.arange(len(found), dtype=np.int32), found)
        self._costs = found[: len(self._costs)]

    def cap(self, name: str, most: float) -> None:
        """Give a variable that is not set apart a range from 0 to `most`."""
        place = self._place[name]
        self._highs.changeColBounds(place, 0.0, most)
        self._lower[place], self._upper[place] = 0.0, most

    def solve(self, choice_rows: Collection[str] = ()) -> RelaxedRun:
        """Solve, and read the duals; the rest leaves the `choice_rows` out, which are those of variables set apart."""
        self._highs.run()
        status = STATUS.get(self._highs.getModelStatus().name, Status.ERROR)
        if status is not Status.OPTIMAL:
            return RelaxedRun(status)
        found = self._highs.getSolution()
        duals = self._right_signed(np.array(found.row_dual))
        duals[[self.rows[name] for name in choice_rows]] = 0.0
        values = np.array(found.col_value)
        true = duals * self._factors / self._cost_factor
        names = list(self.rows)
        return RelaxedRun(
            status,
            self._highs.getInfo().objective_function_value / self._cost_factor,
            {self.names[place]: float(values[place]) for place in np.flatnonzero(values)},
            {names[place]: float(true[place]) for place in np.flatnonzero(true)},
            self._rest_bound(duals) / self._cost_factor,
        )

    def _right_signed(self, duals: FloatArray) -> FloatArray:
        lower, upper = self._row_bounds
        duals = np.where((duals > 0) & ~np.isfinite(lower), 0.0, duals)
        signed: FloatArray = np.where((duals < 0) & ~np.isfinite(upper), 0.0, duals)
        return signed

    def _rest_bound(self, duals: FloatArray) -> float:
        lower, upper = self._row_bounds
        of_rows = np.where(duals > 0, lower, upper)[duals != 0] * duals[duals != 0]
        reduced = self._costs[self._rest] - self._rest_matrix.T @ duals
        least, most = self._lower[self._rest], self._upper[self._rest]
        # A variable without a bound on the side it would go to: HiGHS priced it within its tolerance, so it stays.
        reduced = np.where((np.abs(reduced) <= _PRICED) & ~np.isfinite(np.where(reduced > 0, least, most)), 0, reduced)
        at = np.where(reduced > 0, least, most)
        return float(of_rows.sum() + (at[reduced != 0] * reduced[reduced != 0]).sum())
