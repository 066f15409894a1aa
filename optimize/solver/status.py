"""How a search for the best plan ended."""

from __future__ import annotations

from enum import Enum


class Status(Enum):
    """The closed list of ways a search can end; each value is the word that planners see."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    TIME_LIMIT = "time_limit"
    ERROR = "error"
