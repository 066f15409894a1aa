"""Economics of columns that are amended: what the simulation contradicts is replaced, driver by driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from optimize.economics.economics import EconomicsTable
from simcore.clock import Floats, Ints


class Amended:
    """The economics of some columns, some of them several times, while they are amended.

    Parameters
    ----------
    first : EconomicsTable
        As first estimated.
    base : array of int
        Which of them each row is.
    """

    def __init__(self, first: EconomicsTable, base: Ints) -> None:
        self.economics = first.take(base)
        self._size = len(base)

    def change(self, rows: Ints, by_driver: Mapping[str, Floats]) -> None:
        """Add amounts of money, shape (rows,), to drivers of some rows."""
        drivers = dict(self.economics.drivers)
        for driver, amounts in by_driver.items():
            if amounts.any():
                drivers[driver] = _added(drivers.get(driver, np.zeros(self._size)), rows, amounts)
        self.economics = replace(self.economics, drivers=drivers)

    def set(self, rows: Ints, measures: Mapping[str, float]) -> None:
        """Let some rows have what was measured, of measures that may have a floor."""
        for measure, mean in measures.items():
            values = self.economics.expected(measure).copy()
            values[rows] = mean
            self.economics = self.economics.expecting(measure, values)

    def expect(self, measure: str, least: Floats) -> None:
        """Let every row have at least so much of a measure that may have a floor."""
        self.economics = self.economics.expecting(measure, np.maximum(self.economics.expected(measure), least))

    def invest(self, factor: float) -> None:
        """Let all rows tie up so many times the money in stock."""
        stock = self.economics.stock
        self.economics = replace(self.economics, stock={**stock, "invested": stock["invested"] * factor})

    def leave(self, rows: Ints, limit: str, hours: float) -> None:
        """Let estimates of some rows hold only where a limit leaves so many hours."""
        rooms = dict(self.economics.rooms)
        rooms[limit] = _added(rooms.get(limit, np.zeros(self._size)), rows, np.full(len(rows), hours))
        self.economics = replace(self.economics, rooms=rooms)


def _added(values: Floats, rows: Ints, amounts: Floats) -> Floats:
    more = values.copy()
    more[rows] += amounts
    return more
