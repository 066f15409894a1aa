"""Leakage: which offers the orders of each segment took, where they see more than their own.

The measures of a lane carry the offer in their name (``orders_taking:key_accounts`` of segment ``web_shop``); there
are none without a visible menu.
"""

from __future__ import annotations

from dataclasses import dataclass

from simcore.estimates import Interval
from simcore.measures import MARGIN_TAKING, ORDERS_TAKING, UNITS_TAKING
from simcore.replications import Simulation

NO_OFFER = ""
"""Instead of an offer: for the orders that took none."""


@dataclass(frozen=True)
class Leak:
    """What the orders of a segment took of one offer.

    Attributes
    ----------
    segment, offer : str
        Whose orders, and the segment that the offer is made to; an empty offer: they took none.
    orders : Interval
        Share of the potential orders of the segment; over all offers (and none) they add up to 1.
    units : Interval or None
        Share of the units that were delivered to the segment.
    margin : Interval or None
        Money in the measured window, fixed costs with the own offer.
    """

    segment: str
    offer: str
    orders: Interval
    units: Interval | None = None
    margin: Interval | None = None

    @property
    def leaks(self) -> bool:
        """True if the offer is made to another segment."""
        return self.offer not in (self.segment, NO_OFFER)


def leakage(simulation: Simulation) -> tuple[Leak, ...]:
    """Return the leakage matrix row by row, own offer first and those who took none last; empty without a menu."""
    found = []
    for key in simulation.units:
        kind, colon, offer = key.measure.partition(":")
        if kind == ORDERS_TAKING and colon:
            parts = [
                simulation.estimate(f"{each}:{offer}", key.segment)
                for each in (ORDERS_TAKING, UNITS_TAKING, MARGIN_TAKING)
            ]
            found.append(Leak(key.segment, offer, *(parts if offer else parts[:1])))
    return tuple(found)
