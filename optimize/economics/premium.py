"""Premiums in offerings: how much of them a segment does not value, and whether it values any."""

from __future__ import annotations

from optimize.offerings.columns import Columns
from scenarios.levers import Option
from scenarios.offerings import segment_wtp
from simcore.clock import Bools, Floats


def over_serving(columns: Columns, segment: str) -> Floats:
    """Return the sum of the premium degrees that a segment does not value (WTP below cost), shape (N,)."""
    who = columns.scenario.segments[segment]

    def degree(lever: str, name: str, option: Option) -> float:
        premium = option.premium
        unvalued = premium is not None and segment_wtp(who, lever, name) < premium.cost_per_order
        return premium.degree if premium is not None and unvalued else 0.0

    return columns.effects.total(columns.picks, degree)


def values_premium(columns: Columns, segment: str) -> Bools:
    """Return which offerings have at least one premium option that a segment values, shape (N,)."""
    who = columns.scenario.segments[segment]

    def valued(lever: str, name: str, option: Option) -> float:
        premium = option.premium
        if premium is None or premium.degree == 0:
            return 0.0
        return float(segment_wtp(who, lever, name) >= premium.cost_per_order)

    return columns.effects.total(columns.picks, valued) > 0
