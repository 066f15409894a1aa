"""HiGHS as it is run here: silent, in one thread, from a fixed seed, with numbers that its tolerances suit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from optimize.solver.status import Status

TOLERANCE = 1e-9  # of HiGHS, on rows whose largest coefficient lies between 1/8 and 1024
OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_abs_gap": TOLERANCE,
    "mip_feasibility_tolerance": TOLERANCE,
    "primal_feasibility_tolerance": TOLERANCE,
    "dual_feasibility_tolerance": TOLERANCE,
    "small_matrix_value": 1e-12,
}
PROVING = {  # with a plan to begin with, what is left is its proof: searches for others take longer than they save
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_allow_restart": False,
}
LP_OPTIONS = {name: value for name, value in OPTIONS.items() if not name.startswith("mip_")}
_OFF = 1e-8  # relative: a plan that is further from its bound than this and the gap is not proven
STATUS = {"kOptimal": Status.OPTIMAL, "kInfeasible": Status.INFEASIBLE, "kUnbounded": Status.UNBOUNDED}
STOPPED = ("kSolutionLimit", "kTimeLimit", "kIterationLimit", "kInterrupt", "kObjectiveBound", "kObjectiveTarget")
HAS_PLAN = 2  # kSolutionStatusFeasible, which highspy gives as a number


def factor_of(coefficients: list[float]) -> float:
    """Return the power of two by which numbers are multiplied so that tolerances mean the same everywhere."""
    largest = max((abs(coefficient) for coefficient in coefficients), default=1.0)
    if 0.125 <= largest <= 1024.0:
        return 1.0
    return 2.0 ** (7 - math.frexp(largest)[1])


def silent_highs(options: Mapping[str, Any]) -> Any:
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


def is_within(highs: Any, gap: float) -> bool:
    """Return whether the plan of a run costs no more than its bound and the gap allow, but for rounding."""
    costs = float(np.dot(highs.getLp().col_cost_, highs.getSolution().col_value))
    return bool(costs - highs.getInfo().mip_dual_bound <= (gap + _OFF) * max(1.0, abs(costs)))
