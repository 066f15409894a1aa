"""A fixed set of sample orders of a segment, with which the service of every offering is estimated."""

from __future__ import annotations

import numpy as np

from optimize.service.histories import SEED as SAMPLE_SEED
from optimize.service.histories import Histories
from scenarios.levers import Price
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.clock import Bools, Floats, Ints
from simcore.draws import Draws
from simcore.orders import order_quantities

SAMPLE = 2_000


class SampleOrders:
    """The sample orders of a segment: when they come, what they hold, and their luck.

    Attributes
    ----------
    history, placed : array of int, array of float, shape (SAMPLE,)
        In which history, and at which hour from its start.
    quantity : array of int, shape (SAMPLE, products)
        Units of each product, in the order of ``products``.
    """

    def __init__(self, scenario: Scenario, segment: str, histories: Histories) -> None:
        self.scenario, self.name = scenario, segment
        draws = Draws(SAMPLE_SEED, 0)
        self.history, self.placed = histories.placed(segment, SAMPLE)
        self.products = sorted(scenario.segments[segment].products)
        self.quantity: Ints = order_quantities(scenario, segment, draws, SAMPLE)
        self._draws = draws
        self._times: dict[tuple[object, str], Floats] = {}
        self._unit_work: dict[tuple[object, frozenset[str]], Floats] = {}

    def times(self, law: object, purpose: str) -> Floats:
        """Return the quantiles of a law for one purpose, worked out once."""
        place = (law, purpose)
        if place not in self._times:
            self._times[place] = sampling.inverse(law, self.luck(purpose))
        return self._times[place]

    def luck(self, purpose: str) -> Floats:
        """Return uniform numbers for one purpose."""
        return self._draws.uniform(purpose, self.name, SAMPLE)

    def value(self, price: Price, assortment: frozenset[str]) -> Floats:
        """Return the value of each sample order at the offered prices."""
        each = [
            self.scenario.products[p].list_price * price.products.get(p, price.multiplier) if p in assortment else 0.0
            for p in self.products
        ]
        return np.asarray(self.quantity @ np.array(each))

    def has_line(self, assortment: frozenset[str]) -> Bools:
        """Return which sample orders have a product that is offered."""
        offered = np.array([p in assortment for p in self.products])
        return np.asarray((self.quantity[:, offered] > 0).any(axis=1))

    def unit_work(self, law: object, assortment: frozenset[str]) -> Floats:
        """Return the minutes of work on the units of each sample order that are offered."""
        place = (law, assortment)
        if place not in self._unit_work:
            products = self.scenario.products
            factor = np.array([products[p].work_factor if p in assortment else 0.0 for p in self.products])
            self._unit_work[place] = sampling.work_of_units(law, self.quantity @ factor, self.luck("work"))
        return self._unit_work[place]
