"""A fixed set of sample orders of a segment, with which the service of every offering is estimated."""

from __future__ import annotations

import numpy as np

from scenarios.levers import Price
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.clock import Bools, Floats, Ints
from simcore.demand import HOURS_PER_WEEK, week_profile
from simcore.draws import Draws
from simcore.orders import order_quantities

SAMPLE = 2_000
SAMPLE_SEED = 20_270_104
"""Fixes the sample orders; the estimates use no other randomness."""


class SampleOrders:
    """The sample orders of a segment: when they come, what they hold, and their luck."""

    def __init__(self, scenario: Scenario, segment: str) -> None:
        self.scenario, self.name = scenario, segment
        draws = Draws(SAMPLE_SEED, 0)
        profile = np.concatenate([[0.0], np.cumsum(week_profile(scenario.segments[segment].demand))])
        place = (np.arange(SAMPLE) + 0.5) / SAMPLE * profile[-1]
        self.placed: Floats = np.interp(place, profile, np.arange(HOURS_PER_WEEK + 1.0))
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
