"""A mixed-integer linear model, built with PuLP and solved by HiGHS.

Minimises only: the duals and bounds of a maximisation come back from HiGHS through PuLP with the wrong sign.
Names are internal ids: PuLP rewrites other names, and two of them could become one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pulp

from optimize.solver.highs import (
    HAS_PLAN,
    LP_OPTIONS,
    OPTIONS,
    PROVING,
    STATUS,
    STOPPED,
    factor_of,
    is_within,
    silent_highs,
)
from optimize.solver.relaxation import Relaxation
from optimize.solver.status import Status

Variable = Any  # a pulp.LpVariable
Term = tuple[Variable, float]


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
    factor = factor_of([coefficient for _, coefficient in terms])
    return Row(name, pulp.LpConstraint(_expression(terms, factor), sense.value, name, float(bound) * factor), factor)


def renamed(one: Row, name: str) -> Row:
    """Return a row that is not yet in a model under another name."""
    one.constraint.name = name
    return replace(one, name=name)


def _expression(terms: Iterable[Term], factor: float) -> Any:
    return pulp.LpAffineExpression([(variable, float(coefficient) * factor) for variable, coefficient in terms])


def _or(bound: float | None, otherwise: float) -> float:
    return otherwise if bound is None else bound


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
        self._factor = factor_of([coefficient for _, coefficient in terms])
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
        highs = silent_highs({**OPTIONS, "mip_rel_gap": gap, **given, **({} if start is None else PROVING)})
        highs.passModel(self._handed_over())
        if start is not None:
            known = sorted((variable.index, value) for variable, value in start.items())
            highs.setSolution(len(known), *(list(column) for column in zip(*known, strict=True)))
        highs.run()
        found = self._read(highs)
        if start is not None and found.status is Status.OPTIMAL and not is_within(highs, gap):
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
        rows = {one.name: one.factor for one in self.rows}
        return Relaxation(lp, names, rows, self._factor, {variable.name for variable in apart})

    def reduced_costs(self) -> tuple[float, dict[str, float]] | None:
        """Return what the relaxation costs at least, and by how much more with one unit of each variable (its name).

        None where the relaxation has no answer.
        """
        lp = self._handed_over()
        lp.integrality_ = []
        highs = silent_highs(LP_OPTIONS)
        highs.passModel(lp)
        highs.run()
        if STATUS.get(highs.getModelStatus().name) is not Status.OPTIMAL:
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
        has_plan = info.primal_solution_status == HAS_PLAN
        if answer in STOPPED:
            status = Status.FEASIBLE if has_plan else Status.TIME_LIMIT
        elif answer == "kUnboundedOrInfeasible":
            status = self._without_objective()
        else:
            status = STATUS.get(answer, Status.ERROR)
        if status not in (Status.OPTIMAL, Status.FEASIBLE):
            return Run(status, {}, info.mip_dual_bound / self._factor, max(0, info.mip_node_count))
        found = list(highs.getSolution().col_value)
        values = {variable.name: found[variable.index] for variable in self._variables}
        return Run(status, values, info.mip_dual_bound / self._factor, max(0, info.mip_node_count))

    def _without_objective(self) -> Status:
        self.minimise([])
        feasible = self.run().status is Status.OPTIMAL
        return Status.UNBOUNDED if feasible else Status.INFEASIBLE
