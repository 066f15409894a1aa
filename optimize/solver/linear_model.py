"""A mixed-integer linear model: the only module that knows PuLP, which is untyped, and HiGHS.

Minimises only: the duals and bounds of a maximisation come back from HiGHS through PuLP with the wrong sign.
Names are internal ids: PuLP rewrites other names, and two of them could become one.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pulp
from scipy import sparse

from optimize.arrays import FloatArray, IntArray
from optimize.solver.status import Status

Variable = Any  # a pulp.LpVariable
Term = tuple[Variable, float]
Entry = tuple[str, IntArray, FloatArray]  # a row, places of columns, their coefficients

TOLERANCE = 1e-9  # of HiGHS, on rows whose largest coefficient lies between 1/8 and 1024
_OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_abs_gap": TOLERANCE,
    "mip_feasibility_tolerance": TOLERANCE,
    "primal_feasibility_tolerance": TOLERANCE,
    "dual_feasibility_tolerance": TOLERANCE,
    "small_matrix_value": 1e-12,
}
_PROVING = {  # with a plan to begin with, what is left is its proof: searches for others take longer than they save
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_allow_restart": False,
}
_LP_OPTIONS = {name: value for name, value in _OPTIONS.items() if not name.startswith("mip_")}
_OFF = 1e-8  # relative: a plan that is further from its bound than this and the gap is not proven
_PRICED = 1e-7  # a reduced cost of the scaled objective that is 0 but for rounding
_STATUS = {"kOptimal": Status.OPTIMAL, "kInfeasible": Status.INFEASIBLE, "kUnbounded": Status.UNBOUNDED}
_STOPPED = ("kSolutionLimit", "kTimeLimit", "kIterationLimit", "kInterrupt", "kObjectiveBound", "kObjectiveTarget")


_HAS_PLAN = 2  # kSolutionStatusFeasible, which highspy gives as a number


class Sense(Enum):
    """How a row compares with its right-hand side."""

    AT_MOST = pulp.LpConstraintLE
    AT_LEAST = pulp.LpConstraintGE
    EQUAL = pulp.LpConstraintEQ


@dataclass(frozen=True, eq=False)
class Row:
    """A row under its internal name: PuLP's constraint, with every number multiplied by `factor`."""

    name: str
    constraint: Any
    factor: float


@dataclass(frozen=True)
class Run:
    """What HiGHS answered: `values` by variable name (none without a plan), `bound` from below on the objective."""

    status: Status
    values: Mapping[str, float]
    bound: float
    nodes: int = 0

    def value(self, variable: Variable) -> float:
        """Value of one variable."""
        return self.values.get(variable.name, variable.lowBound)


def row(name: str, terms: Iterable[Term], sense: Sense, bound: float) -> Row:
    """Return `sum of terms  sense  bound`, scaled by a power of two so that tolerances mean the same everywhere.

    A variable may occur once only.
    """
    terms = [(variable, coefficient) for variable, coefficient in terms if coefficient]
    factor = _factor([coefficient for _, coefficient in terms])
    return Row(name, pulp.LpConstraint(_expression(terms, factor), sense.value, name, float(bound) * factor), factor)


def renamed(one: Row, name: str) -> Row:
    """Return a row that is not yet in a model under another name."""
    one.constraint.name = name
    return replace(one, name=name)


def _expression(terms: Iterable[Term], factor: float) -> Any:
    return pulp.LpAffineExpression([(variable, float(coefficient) * factor) for variable, coefficient in terms])


def _or(bound: float | None, otherwise: float) -> float:
    return otherwise if bound is None else bound


def _factor(coefficients: list[float]) -> float:
    largest = max((abs(coefficient) for coefficient in coefficients), default=1.0)
    if 0.125 <= largest <= 1024.0:
        return 1.0
    return 2.0 ** (7 - math.frexp(largest)[1])


def _is_within(highs: Any, gap: float) -> bool:
    """Return whether the plan of a run costs no more than its bound and the gap allow, but for rounding."""
    costs = float(np.dot(highs.getLp().col_cost_, highs.getSolution().col_value))
    return bool(costs - highs.getInfo().mip_dual_bound <= (gap + _OFF) * max(1.0, abs(costs)))


def _silent_highs(options: Mapping[str, Any]) -> Any:
    """Return HiGHS with options set, and nothing said: since 1.16 it prints its name while it is made."""
    import highspy  # here, so that a missing solver is reported by the solver check

    class Silent(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802 - what HiGHS calls the step that would speak first
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

    highs = Silent()
    for name, value in options.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"HiGHS does not take {name} = {value!r}")  # it would go on with its default
    return highs


class LinearModel:
    """Variables, rows and an objective to minimise."""

    def __init__(self) -> None:
        self._problem = pulp.LpProblem("choice", pulp.LpMinimize)
        self.rows: list[Row] = []
        self._variables: list[Variable] = []
        self._factor = 1.0
        self.minimise([])

    def binary(self, name: str) -> Variable:
        """Add a variable that is 0 or 1."""
        return self.integer(name, 0, 1)

    def integer(self, name: str, least: int, most: int | None) -> Variable:
        """Add a whole number from `least` to `most` (None: no cap)."""
        return self._variable(name, least, most, pulp.LpInteger)

    def continuous(self, name: str, most: float | None = None) -> Variable:
        """Add a number from 0 to `most` (None: no cap)."""
        return self._variable(name, 0, most, pulp.LpContinuous)

    def _variable(self, name: str, least: float, most: float | None, kind: str) -> Variable:
        self._variables.append(self._problem.add_variable(name, least, most, kind))
        return self._variables[-1]

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for one in rows:
            self._problem.addConstraint(one.constraint)
            self.rows.append(one)

    def add_elastic(self, one: Row, name: str) -> Variable:
        """Add a row that may be broken, and return by how much it is."""
        slack = self.continuous(name)
        one.constraint.expr[slack] = float(one.constraint.sense)
        self.add([one])
        return slack

    def minimise(self, terms: Iterable[Term]) -> None:
        """Set the objective."""
        terms = [(variable, coefficient) for variable, coefficient in terms if coefficient]
        self._factor = _factor([coefficient for _, coefficient in terms])
        self._problem.setObjective(_expression(terms, self._factor))

    def write(self, path: Path) -> None:
        """Write the model as LP text."""
        self._problem.writeLP(str(path))

    def run(
        self,
        gap: float = 1e-9,
        node_limit: int | None = None,
        start: Mapping[Variable, float] | None = None,
        seconds: float | None = None,
    ) -> Run:
        """Solve with HiGHS in one thread from a fixed seed, so that the same model gives the same answer.

        `start` holds numbers of a known plan, 0 for variables that it does not name. PuLP builds the model and no more:
        its own reading of the answer knows no node limit, calls a stop at a limit "Optimal", and gives values where
        there are none. A limit in `seconds` is for measurements: what it stops cannot be repeated.
        """
        if not self._variables:
            return self._empty()
        limits = {"mip_max_nodes": node_limit, "time_limit": seconds}
        given = {name: limit for name, limit in limits.items() if limit is not None}
        highs = _silent_highs({**_OPTIONS, "mip_rel_gap": gap, **given, **({} if start is None else _PROVING)})
        highs.passModel(self._handed_over())
        if start is not None:
            known = sorted((variable.index, value) for variable, value in start.items())
            highs.setSolution(len(known), *(list(column) for column in zip(*known, strict=True)))
        highs.run()
        found = self._read(highs)
        if start is not None and found.status is Status.OPTIMAL and not _is_within(highs, gap):
            # HiGHS 1.16 hands the plan to begin with back, with the value of a better one that presolve alone found.
            return self.run(gap, node_limit, seconds=seconds)
        return found

    def _handed_over(self) -> Any:
        """Return the model as HiGHS takes it in one piece: PuLP hands it over number by number."""
        import highspy

        variables, rows = self._variables, [one.constraint for one in self.rows]
        for place, variable in enumerate(variables):
            variable.index = place
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(variables), len(rows)
        objective = self._problem.objective
        lp.col_cost_ = np.array([objective.get(variable, 0.0) for variable in variables], dtype=np.float64)
        lp.col_lower_ = np.array([_or(variable.lowBound, -math.inf) for variable in variables], dtype=np.float64)
        lp.col_upper_ = np.array([_or(variable.upBound, math.inf) for variable in variables], dtype=np.float64)
        whole, any_number = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        lp.integrality_ = [whole if variable.cat == pulp.LpInteger else any_number for variable in variables]
        lp.row_lower_ = np.array([_or(one.getLb(), -math.inf) for one in rows], dtype=np.float64)
        lp.row_upper_ = np.array([_or(one.getUb(), math.inf) for one in rows], dtype=np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(one) for one in rows)], dtype=np.int32)
        lp.a_matrix_.index_ = np.array([v.index for one in rows for v in one], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([value for one in rows for value in one.values()], dtype=np.float64)
        return lp

    def relaxation(self, apart: Iterable[Variable]) -> Relaxation:
        """Return the model without the wholeness of its variables; see `Relaxation` for those set `apart`."""
        lp = self._handed_over()
        lp.integrality_ = []
        names = [variable.name for variable in self._variables]
        return Relaxation(lp, names, self.rows, self._factor, {variable.name for variable in apart})

    def reduced_costs(self) -> tuple[float, dict[str, float]] | None:
        """Return what the relaxation costs at least, and by how much more with one unit of each variable (its name).

        None where the relaxation has no answer.
        """
        lp = self._handed_over()
        lp.integrality_ = []
        highs = _silent_highs(_LP_OPTIONS)
        highs.passModel(lp)
        highs.run()
        if _STATUS.get(highs.getModelStatus().name) is not Status.OPTIMAL:
            return None
        more = np.array(highs.getSolution().col_dual) / self._factor
        names = [variable.name for variable in self._variables]
        return highs.getInfo().objective_function_value / self._factor, dict(zip(names, more.tolist(), strict=True))

    def _empty(self) -> Run:
        # HiGHS calls a model without variables "empty", even when a row asks 0 >= 1.
        holds = all(one.valid(0) for one in self._problem.constraints())
        return Run(Status.OPTIMAL if holds else Status.INFEASIBLE, {}, 0.0)

    def _read(self, highs: Any) -> Run:
        answer, info = highs.getModelStatus().name, highs.getInfo()
        has_plan = info.primal_solution_status == _HAS_PLAN
        if answer in _STOPPED:
            status = Status.FEASIBLE if has_plan else Status.TIME_LIMIT
        elif answer == "kUnboundedOrInfeasible":
            status = self._without_objective()
        else:
            status = _STATUS.get(answer, Status.ERROR)
        if status not in (Status.OPTIMAL, Status.FEASIBLE):
            return Run(status, {}, info.mip_dual_bound / self._factor, max(0, info.mip_node_count))
        found = list(highs.getSolution().col_value)
        values = {variable.name: found[variable.index] for variable in self._variables}
        return Run(status, values, info.mip_dual_bound / self._factor, max(0, info.mip_node_count))

    def _without_objective(self) -> Status:
        self.minimise([])
        feasible = self.run().status is Status.OPTIMAL
        return Status.UNBOUNDED if feasible else Status.INFEASIBLE


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

    def __init__(self, lp: Any, names: list[str], rows: list[Row], cost_factor: float, apart: set[str]) -> None:
        self._highs = _silent_highs(_LP_OPTIONS)
        self._highs.passModel(lp)
        self.names = names
        self.rows = {one.name: place for place, one in enumerate(rows)}
        self._place = {name: place for place, name in enumerate(names)}
        self._factors = np.array([one.factor for one in rows])
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
        self._cost_factor = _factor([cost for cost in costs.values() if cost])
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
        status = _STATUS.get(self._highs.getModelStatus().name, Status.ERROR)
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
