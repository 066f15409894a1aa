"""The effects of options as numbers, so that those of many offerings are looked up at once.

Each distinct value of an effect has a code; 0 is its default, which holds where no lever of the offering sets it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.levers import EXCLUSIVE_EFFECTS, Channel, Contract, Delivery, Option, Price, Priority, WhenShort
from scenarios.scenario import Scenario
from simcore.clock import Bools, Floats

Picks = NDArray[np.int16]
"""Offerings as option indices, shape (offerings, levers): options and levers in the order of the scenario."""
Codes = NDArray[np.int16]

DEFAULTS: Mapping[str, Any] = {
    "price": Price(),
    "stock": "shared",
    "when_short": WhenShort(),
    "priority": Priority(),
    "delivery": Delivery(),
    "channel": Channel(),
    "approvals": (),
    "contract": Contract(),
}


class Effects:
    """What the options of a scenario set, as codes.

    Attributes
    ----------
    levers : tuple of str
        In the order of the columns of ``Picks``.
    options : tuple of tuple of str
        The options of each lever.
    values : mapping of str to list
        Effect -> its distinct values, by code.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.levers = tuple(scenario.levers)
        self.options = tuple(tuple(options) for options in scenario.levers.values())
        self._bundles: list[list[Option]] = [list(options.values()) for options in scenario.levers.values()]
        self.values: dict[str, list[Any]] = {effect: [DEFAULTS.get(effect)] for effect in EXCLUSIVE_EFFECTS}
        self.values["assortment"] = [frozenset(scenario.products)]
        self._codes = {effect: [self._table(effect, bundle) for bundle in self._bundles] for effect in self.values}

    def _table(self, effect: str, bundle: list[Option]) -> Codes:
        """Return the code that each option of a lever sets; new values are added to those known."""
        codes, known = [], self.values[effect]
        for option in bundle:
            value = getattr(option, effect)
            value = frozenset(value) if effect == "assortment" and value is not None else value
            if value is not None and value not in known:
                known.append(value)
            codes.append(0 if value is None else known.index(value))
        return np.array(codes, dtype=np.int16)

    def code(self, effect: str, picks: Picks) -> Codes:
        """Return the code of an effect in each offering, none of which has two levers that set it."""
        found = np.zeros(len(picks), dtype=np.int16)
        for lever, table in enumerate(self._codes[effect]):
            if table.any():
                found += table[picks[:, lever]]
        return found

    def each(self, effect: str, picks: Picks, amount: Callable[[Any], float]) -> Floats:
        """Return an amount that follows from one effect, for each offering."""
        return np.array([amount(value) for value in self.values[effect]], dtype=np.float64)[self.code(effect, picks)]

    def total(self, picks: Picks, amount: Callable[[str, str, Option], float]) -> Floats:
        """Return the sum over the levers of an amount per option, for each offering.

        ``amount`` is called with the names of lever and option, and the option.
        """
        found = np.zeros(len(picks))
        for lever, (name, names, bundle) in enumerate(zip(self.levers, self.options, self._bundles, strict=True)):
            table = np.array([amount(name, option, o) for option, o in zip(names, bundle, strict=True)], dtype=float)
            if table.any():
                found += table[picks[:, lever]]
        return found

    def clash(self, picks: Picks) -> Bools:
        """Return which offerings have two levers that set the same effect."""
        found = np.zeros(len(picks), dtype=bool)
        for effect in EXCLUSIVE_EFFECTS:
            setters = [
                (lever, np.array([getattr(option, effect) is not None for option in bundle]))
                for lever, bundle in enumerate(self._bundles)
            ]
            setters = [(lever, sets) for lever, sets in setters if sets.any()]
            if len(setters) > 1:
                found |= sum(sets[picks[:, lever]].astype(np.int8) for lever, sets in setters) > 1
        return found

    def has(self, name: str, picks: Picks) -> Bools:
        """Return which offerings have an option, named ``lever.option``; none where there is no such option."""
        found = np.zeros(len(picks), dtype=bool)
        for lever, (of_lever, names) in enumerate(zip(self.levers, self.options, strict=True)):
            option = name.removeprefix(f"{of_lever}.")
            if option != name and option in names:
                found |= picks[:, lever] == names.index(option)
        return found
