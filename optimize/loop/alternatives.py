"""The next best plans that have not been simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from optimize.loop.corrected import Corrected
from optimize.selection.canonical import taken
from optimize.selection.dominance import worth_keeping
from optimize.selection.exact import Choice
from optimize.selection.restrictions import Limit
from optimize.selection.selection import Selection
from optimize.solve import Solution, solve

MOST_SOLVES = 12
"""Plans looked at, at most, to find some that are new."""


@dataclass(frozen=True)
class Ranking:
    """The plans of a corrected choice, the best first, each differing from the earlier ones in an offering."""

    corrected: Corrected
    stop_gap: float
    node_limit: int | None

    @cached_property
    def best(self) -> Solution:
        """The best plan, with the bound; its columns are some of the corrected selection."""
        return solve(self._selection, self.stop_gap, self.node_limit)

    @cached_property
    def choice(self) -> Choice | None:
        """The best plan as a choice of the candidates; None where there is none."""
        return None if self.best.objective is None else self._choice(self.best)

    def new(self, count: int, is_known: Callable[[Choice], bool]) -> list[Choice]:
        """Return up to so many of the best choices of candidates that are not known."""
        found: list[Choice] = []
        for choice in self._plans():
            if not is_known(choice) and choice not in found:
                found.append(choice)
            if len(found) >= count:
                break
        return found

    @cached_property
    def _kept(self) -> list[int]:
        return worth_keeping(self.corrected.selection)

    @cached_property
    def _selection(self) -> Selection:
        whole = self.corrected.selection
        return taken(whole, range(whole.n_segments), self._kept)

    def _plans(self) -> Iterator[Choice]:
        selection, solution = self._selection, self.best
        for _ in range(MOST_SOLVES):
            if solution.objective is None:
                return
            yield self._choice(solution)
            selection = without(selection, solution)
            solution = solve(selection, self.stop_gap, self.node_limit)

    def _choice(self, solution: Solution) -> Choice:
        return self.corrected.choice([self._kept[j] if j >= 0 else -1 for j in solution.columns], solution.hires)


def without(selection: Selection, solution: Solution) -> Selection:
    """Return a selection that no longer allows the columns of a solution, all together."""
    usage = np.zeros(selection.n_columns)
    for segment, column in enumerate(solution.columns):
        if column >= 0:
            usage[column] = 1.0
        else:
            usage[selection.column_segment == segment] = -1.0
    chosen = sum(column >= 0 for column in solution.columns)
    name = f"another[{len(selection.limits)}]"
    return replace(selection, limits=(*selection.limits, Limit(name, "another plan", chosen - 1.0, usage, "offerings")))
