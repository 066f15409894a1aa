"""A mixed-integer linear model: the only module that knows PuLP, which is untyped, and HiGHS.

Minimises only: the duals and bounds of a maximisation come back from HiGHS through PuLP with the wrong sign.
Names are internal ids: PuLP rewrites other names, and two of them could become one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pulp

from optimize.status import Status

Variable = Any  # a pulp.LpVariable
Row = Any  # a pulp.LpConstraint
Term = tuple[Variable, float]

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
_STATUS = {"kOptimal": Status.OPTIMAL, "kInfeasible": Status.INFEASIBLE, "kUnbounded": Status.UNBOUNDED}
_STOPPED = ("kSolutionLimit", "kTimeLimit", "kIterationLimit", "kInterrupt", "kObjectiveBound", "kObjectiveTarget")


_HAS_PLAN = 2  # kSolutionStatusFeasible, which highspy gives as a number


class Sense(Enum):
    """How a row compares with its right-hand side."""

    AT_MOST = pulp.LpConstraintLE
    AT_LEAST = pulp.LpConstraintGE
    EQUAL = pulp.LpConstraintEQ


@dataclass(frozen=True)
class Run:
    """What HiGHS answered: `values` by variable name (none without a plan), `bound` from below on the objective."""

    status: Status
    values: Mapping[str, float]
    bound: float

    def value(self, variable: Variable) -> float:
        """Value of one variable; one that no row and no cost mentions stays at its lower bound."""
        return self.values.get(variable.name, variable.lowBound)


def row(name: str, terms: Iterable[Term], sense: Sense, bound: float) -> Row:
    """Return `sum of terms  sense  bound`, scaled by a power of two so that tolerances mean the same everywhere.

    A variable may occur once only.
    """
    terms = [(variable, coefficient) for variable, coefficient in terms if coefficient]
    factor = _factor([coefficient for _, coefficient in terms])
    return pulp.LpConstraint(_expression(terms, factor), sense.value, name, float(bound) * factor)


def _expression(terms: Iterable[Term], factor: float) -> Any:
    return pulp.LpAffineExpression([(variable, float(coefficient) * factor) for variable, coefficient in terms])


def _factor(coefficients: list[float]) -> float:
    largest = max((abs(coefficient) for coefficient in coefficients), default=1.0)
    if 0.125 <= largest <= 1024.0:
        return 1.0
    return 2.0 ** (7 - math.frexp(largest)[1])


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
        self._factor = 1.0
        self.minimise([])

    def binary(self, name: str) -> Variable:
        """Add a variable that is 0 or 1."""
        return self.integer(name, 0, 1)

    def integer(self, name: str, least: int, most: int | None) -> Variable:
        """Add a whole number from `least` to `most` (None: no cap)."""
        return self._problem.add_variable(name, least, most, pulp.LpInteger)

    def continuous(self, name: str, most: float | None = None) -> Variable:
        """Add a number from 0 to `most` (None: no cap)."""
        return self._problem.add_variable(name, 0, most, pulp.LpContinuous)

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for one in rows:
            self._problem.addConstraint(one)

    def add_elastic(self, one: Row, name: str) -> Variable:
        """Add a row that may be broken, and return by how much it is."""
        slack = self.continuous(name)
        one.expr[slack] = float(one.sense)
        self._problem.addConstraint(one)
        return slack

    def minimise(self, terms: Iterable[Term]) -> None:
        """Set the objective."""
        terms = [(variable, coefficient) for variable, coefficient in terms if coefficient]
        self._factor = _factor([coefficient for _, coefficient in terms])
        self._problem.setObjective(_expression(terms, self._factor))

    def write(self, path: Path) -> None:
        """Write the model as LP text."""
        self._problem.writeLP(str(path))

    def run(self, gap: float = 1e-9, node_limit: int | None = None) -> Run:
        """Solve with HiGHS in one thread from a fixed seed, so that the same model gives the same answer.

        PuLP builds the model and no more: its own reading of the answer knows no node limit, calls a stop at a
        limit "Optimal", and gives values where there are none.
        """
        if not self._problem.variables():
            return self._empty()
        nodes = {} if node_limit is None else {"mip_max_nodes": node_limit}
        highs = _silent_highs({**_OPTIONS, "mip_rel_gap": gap, **nodes})
        self._problem.solverModel = highs
        pulp.getSolver("HiGHS", msg=False).buildSolverModel(self._problem)
        highs.run()
        return self._read(highs)

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
            return Run(status, {}, info.mip_dual_bound / self._factor)
        found = list(highs.getSolution().col_value)
        values = {variable.name: found[variable.index] for variable in self._problem.variables()}
        return Run(status, values, info.mip_dual_bound / self._factor)

    def _without_objective(self) -> Status:
        self.minimise([])
        feasible = self.run().status is Status.OPTIMAL
        return Status.UNBOUNDED if feasible else Status.INFEASIBLE
