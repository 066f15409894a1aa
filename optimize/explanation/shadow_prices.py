"""Shadow prices: what a unit of each limit is worth where offerings and people could be shared out in fractions."""

from __future__ import annotations

from collections.abc import Mapping

from optimize.explanation.loosening import Loosening
from optimize.search.coefficients import Coefficients
from optimize.search.generation import relaxed
from optimize.search.segments import Segments
from optimize.selection.canonical import canonical
from optimize.selection.selection import Selection


def duals(selection: Selection) -> Mapping[str, float]:
    """Return the duals of the linear relaxation by row, as what the plan earns more per unit of the right-hand side.

    The relaxation minimises cost; its duals are at most 0 for rows that are at most something, and change sign here.
    """
    ordered = canonical(selection).selection
    found = relaxed(ordered, Coefficients(ordered), Segments(ordered))
    return {name: -dual for name, dual in found.duals.items()}


def shadow_price(limit: Loosening, prices: Mapping[str, float]) -> float | None:
    """Return what one unit of a limit on a sum is worth in the relaxation; None for any other limit."""
    if not limit.adds:
        return None
    return sum(prices.get(f"capacity_{index}", 0.0) * more for index, more in limit.adds.items())
