"""What the simulation corrected of an offering: as first estimated, and as it stands among the candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from optimize.economics.economics import EconomicsTable
from optimize.explanation.question import Question
from optimize.offerings.columns import Column
from simcore.clock import Floats


@dataclass(frozen=True)
class Corrections:
    """An offering as first estimated, and as known: several times where its estimates depend on the room left.

    Attributes
    ----------
    first : EconomicsTable
        One row.
    now : EconomicsTable
        A row each time that it stands among the candidates; the same as first where nothing was simulated.
    """

    first: EconomicsTable
    now: EconomicsTable

    def at(self, price: EconomicsTable) -> EconomicsTable:
        """Return the offering at another price (one row, as first estimated) with the same corrections.

        Money is corrected by as much per order, shares by as much, money in stock by as many times.
        """
        every = np.zeros(len(self.now), dtype=np.int64)
        then, first, now = price.take(every), self.first.take(every), self.now
        orders = _times(then.orders_per_week, first.orders_per_week)
        nothing = np.zeros(len(every))
        drivers = {
            driver: then.drivers.get(driver, nothing) + orders * (amounts - first.drivers.get(driver, nothing))
            for driver, amounts in now.drivers.items()
        }
        invested = then.stock["invested"] * _times(now.stock["invested"], first.stock["invested"])
        found = replace(then, drivers={**then.drivers, **drivers}, stock={**then.stock, "invested": invested})
        for measure in ("acceptance", "volume_fill_rate", "on_time", "otif"):
            moved = now.expected(measure) - first.expected(measure)
            found = found.expecting(measure, found.expected(measure) + moved)
        return replace(found, rooms=now.rooms)

    def drivers(self, row: int) -> Mapping[str, float]:
        """Return driver -> money by which a row was corrected; those that were not are left out."""
        before, after = self.first[0].drivers, self.now[row].drivers
        apart = {driver: after.get(driver, 0.0) - before.get(driver, 0.0) for driver in {**before, **after}}
        return {driver: amount for driver, amount in apart.items() if amount}


def corrections(question: Question, column: Column) -> Corrections:
    """Return what was corrected of an offering that is within reach."""
    known = question.everything.columns
    rows = known.having(column.segment, column.offering.options)
    table = question.estimator.table(known.take(rows[:1]))
    return Corrections(table, question.everything.economics.take(rows))


def _times(of: Floats, by: Floats) -> Floats:
    return np.divide(of, by, out=np.ones(len(of)), where=by > 0)
