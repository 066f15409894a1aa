"""Which segments compare which offers, and what each column is worth to them, where the menu is visible."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from optimize.economics.offer_acceptance import net_worths
from optimize.offerings.columns import Columns
from optimize.selection.comparison import Comparison
from scenarios.scenario import Scenario
from simcore.clock import Floats, Ints

CENTS = 2
"""Digits after the point to which offers are compared."""


def is_compared(scenario: Scenario) -> bool:
    """Return whether a segment with a choice sees the offer to another."""
    pairs = permutations(scenario.segments, 2)
    return any(scenario.segments[one].choice and scenario.menu.hassle(one, other) is not None for one, other in pairs)


def comparisons(columns: Columns) -> tuple[Comparison, ...]:
    """Return a comparison for each segment with a choice and each other segment whose offer it sees.

    The worth is the deterministic part of utility, WTP minus price, to the cent.

    Raises
    ------
    BadInput
        A segment values lead time or fill rate, and an offer that it may see promises none.
    """
    scenario, found = columns.scenario, []
    of_segment = [np.flatnonzero(columns.segment == index) for index in range(len(columns.segments))]
    for index, name in enumerate(columns.segments):
        choice = scenario.segments[name].choice
        hassles = {other: scenario.menu.hassle(name, other) for other in columns.segments if other != name}
        if choice is None or all(hassle is None for hassle in hassles.values()):
            continue
        worth = np.round(net_worths(columns, name, choice), CENTS)
        for other, hassle in hassles.items():
            if hassle is not None:
                place = columns.segments.index(other)
                words = f"{name} likes its own offer at least as well as the one to {other}"
                found.append(Comparison(words, index, place, _less(worth, of_segment[place], hassle)))
    return tuple(found)


def _less(worth: Floats, columns: Ints, hassle: float) -> Floats:
    lowered = worth.copy()
    lowered[columns] = np.round(lowered[columns] - hassle, CENTS)
    return lowered
