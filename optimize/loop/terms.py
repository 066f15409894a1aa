"""The terms on which a plan is verified."""

from __future__ import annotations

from dataclasses import dataclass

from simcore.selecting import FIRST_STAGE


@dataclass(frozen=True)
class Terms:
    """On what terms a plan is verified.

    Attributes
    ----------
    tolerance : float
        Gap at which to stop, as a share of the simulated margin.
    smallest_difference : float or None
        Difference that does not matter to the choice, as a share of the margin; None: a quarter of the tolerance.
    probability : float
        Of choosing the best of the plans, if it is that much better than every other.
    most_iterations, alternatives : int
        Iterations at most, and plans that are simulated in each.
    replications, looks : int
        Of each plan while searching, and of each neighbour of the best plan.
    most_replications : int
        Of each plan in the selection, and on fresh seeds.
    gap, node_limit
        Of the optimiser (see :func:`optimize.solve.solve`).
    """

    seed: int
    tolerance: float = 0.02
    smallest_difference: float | None = None
    probability: float = 0.95
    confidence: float = 0.95
    most_iterations: int = 8
    alternatives: int = 3
    replications: int = FIRST_STAGE
    looks: int = 3
    most_replications: int = 400
    gap: float = 1e-4
    node_limit: int | None = None

    @property
    def indifference(self) -> float:
        """The difference that does not matter, as a share of the margin."""
        return self.tolerance / 4 if self.smallest_difference is None else self.smallest_difference
