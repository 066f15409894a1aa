"""What is asked of an offer to a segment: the floors, and that a promised lead time reaches most orders."""

from __future__ import annotations

from scenarios.segments import Floors

LEAST_ON_TIME = 0.5
"""A promise that is kept for less than half of the orders is no promise."""


def asked(floors: Floors, promises: bool) -> dict[str, float]:
    """Return what is asked by measure, as a share: the floors of a segment, and LEAST_ON_TIME of a promised lead time.

    >>> asked(Floors(volume_fill_rate=0.9), promises=True)
    {'volume_fill_rate': 0.9, 'on_time': 0.5}
    """
    least = {measure: floor for measure, floor in floors if floor is not None}
    if promises:
        least["on_time"] = max(LEAST_ON_TIME, least.get("on_time", 0.0))
    return least
