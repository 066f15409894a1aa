"""What a sweep has found so far: each point with its state, and measures of all finished points side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from promiselab.finite import finite
from promiselab.sweep.cases import Case, varied_paths
from promiselab.sweep.job import Job, Simulating
from promiselab.sweep.store import Store
from simcore.measures import MeasureKey
from simcore.ranking import Totals
from simcore.replications import Simulation

DONE, FAILED, UNFINISHED = "done", "failed", "unfinished"


@dataclass(frozen=True)
class State:
    """Where a point stands: ``done``, ``failed`` (with the reason), or ``unfinished``."""

    case: Case
    state: str
    reason: str = ""

    @property
    def name(self) -> str:
        """Name of the point."""
        return self.case.point.name


class Finished:
    """The points of a job with what the store holds of them.

    Attributes
    ----------
    states : list of State
        In the order of the points.
    """

    def __init__(self, simulating: Simulating, store: Store) -> None:
        self._simulating, self._store = simulating, store
        self.states = [self._state(case) for case in self.job.cases]

    @property
    def job(self) -> Job:
        """What was simulated, and how."""
        return self._simulating.job

    @property
    def paths(self) -> tuple[str, ...]:
        """The fields that vary."""
        return varied_paths([case.point for case in self.job.cases])

    def of(self, state: str) -> list[State]:
        """Return the points in a state."""
        return [each for each in self.states if each.state == state]

    def replications(self, case: Case) -> int:
        """Return how many replications a point is to have."""
        return self._simulating.counts.get(case.key, 0)

    def imprecise(self) -> dict[str, float | None]:
        """Return the points that did not get as precise as was asked for: name -> relative width; None: infinite."""
        found = self._simulating.imprecise
        return {s.name: finite(found[s.case.key]) for s in self.states if s.case.key in found}

    def simulations(self) -> Iterator[tuple[State, Simulation]]:
        """Yield the finished points with their simulations, one after the other."""
        for each in self.of(DONE):
            found = self._simulating.simulation(each.case.key)
            if found is not None:
                yield each, found

    def totals(self, keys: Sequence[MeasureKey]) -> dict[MeasureKey, Totals]:
        """Return measures of all points, a row for each; NaN for points that are not finished."""
        most = max(self._simulating.counts.values(), default=0)
        tables = np.full((2, len(self.states), most, len(keys)), np.nan)
        for row, each in enumerate(self.states):
            count = self.replications(each.case)
            found = self._store.totals(each.case.key, count, keys) if each.state == DONE else None
            if found is not None:
                tables[:, row, :count] = found
        return {key: Totals(*np.ascontiguousarray(tables[..., i])) for i, key in enumerate(keys)}

    def _state(self, case: Case) -> State:
        if case.refused:
            return State(case, FAILED, case.refused)
        reason = self._store.failure(case.key)
        if reason is not None:
            return State(case, FAILED, reason)
        whole = self._store.finished(case.key).issuperset(range(self.replications(case)))
        return State(case, DONE if whole else UNFINISHED)
