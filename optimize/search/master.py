"""The linear relaxation of a choice with some of its columns, which grows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimize.arrays import IntArray
from optimize.milp.choice_model import ENVELOPE, ChoiceModel, cost
from optimize.search.coefficients import Coefficients
from optimize.selection.selection import Selection
from optimize.solver.relaxation import Entry, Relaxation, RelaxedRun


class Master:
    """The relaxation of a selection with the columns `taken` in so far.

    At first its rules may be broken and nothing is worth anything: the objective is by how much they are (each in the
    units of its scaled row). `soften` changes which rules may be broken, and what that costs; `keep_rules` makes all of
    them hold and the objective what the plan costs.
    """

    taken: IntArray
    _relaxation: Relaxation
    _choice_rows: list[str]

    def __init__(self, selection: Selection, coefficients: Coefficients, columns: IntArray) -> None:
        self.selection, self.coefficients = selection, coefficients
        self.keeps_rules = False
        self._costs: Mapping[str, float] | None = None
        self._build(columns)

    def solve(self) -> RelaxedRun:
        """Solve the relaxation; its duals leave the rows out that give a segment its columns."""
        return self._relaxation.solve(self._choice_rows)

    def keep_rules(self) -> None:
        """Let no rule be broken from now on, and minimise what the plan costs."""
        self.keeps_rules = True
        self._set_objective()

    @property
    def rules(self) -> dict[str, float]:
        """The rules that may be broken at first, each with the factor of its scaled row."""
        factors = {one.name: one.factor for one in self._model.linear.rows}
        return {name: factors[name] for name in self._model.broken if name not in self._choice_rows}

    def soften(self, costs: Mapping[str, float]) -> None:
        """Let these rules be broken, at a cost per unit of the scaled row, and no others."""
        self._costs = costs
        for name in self.rules:
            self._relaxation.cap(f"e_{name}", np.inf if name in costs else 0.0)
        self._relaxation.minimise({f"e_{name}": cost for name, cost in costs.items()})

    def broken(self, run: RelaxedRun) -> dict[str, float]:
        """Return by how much each rule is broken, in the units of the rule itself."""
        return {
            name: run.values[f"e_{name}"] / factor for name, factor in self.rules.items() if f"e_{name}" in run.values
        }

    def add(self, columns: IntArray) -> None:
        """Take in more columns."""
        new = np.setdiff1d(columns, self.taken)
        if not len(new):
            return
        entries = list(self.coefficients.entries(new))
        if all(name in self._relaxation.rows for name, _, _ in entries):
            worth = self.selection.margin[new] if self.keeps_rules else np.zeros(len(new))
            rows = [*entries, *self._choice_entries(new)]
            self._relaxation.add_columns([f"x_{column}" for column in new.tolist()], -worth, rows)
            self.taken = np.union1d(self.taken, new)
        else:  # a row that none of the columns so far is in
            self._build(np.union1d(self.taken, new))

    def _build(self, columns: IntArray) -> None:
        self.taken = np.unique(columns)
        self._model = ChoiceModel(self.selection, elastic=None, taken=self.taken, structure=ENVELOPE)
        self._model.linear.minimise(self._penalties())
        self._relaxation = self._model.linear.relaxation(apart=self._model.unknown.column.values())
        self._choice_rows = [name for name in self._relaxation.rows if name.startswith(("one_column_", "served_"))]
        for name in self._model.broken:
            if name in self._choice_rows:
                self._relaxation.cap(f"e_{name}", 0.0)
        if self.keeps_rules:
            self._set_objective()
        elif self._costs is not None:
            self.soften(self._costs)

    def _penalties(self) -> list[tuple[object, float]]:
        return [(slack, 1.0) for slack in self._model.broken.values()]

    def _set_objective(self) -> None:
        for name in self._model.broken:
            self._relaxation.cap(f"e_{name}", 0.0)
        costs = {variable.name: value for variable, value in cost(self.selection, self._model.unknown)}
        for column in self.taken.tolist():
            costs[f"x_{column}"] = -float(self.selection.margin[column])
        self._relaxation.minimise(costs)

    def _choice_entries(self, columns: IntArray) -> list[Entry]:
        segments = self.selection.column_segment[columns]
        found = []
        for segment in np.unique(segments).tolist():
            places = np.flatnonzero(segments == segment)
            names = (f"one_column_{segment}", f"served_{segment}")
            found += [(name, places, np.ones(len(places))) for name in names if name in self._choice_rows]
        return found
