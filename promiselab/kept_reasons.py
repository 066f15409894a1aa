"""The reasons of a plan as the run folder keeps them: what the terminal and the report both read off them."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Any

WORTH_SAYING = 1e-4
"""Share of the margin from which on it is said that less cannot be told."""


def bars(crossed: Mapping[str, Any], field: str) -> list[tuple[str, float]]:
    """Return the sums of a bridge by ``bar``, ``segment`` or ``driver``, those that are 0 left out, to the cent."""
    amounts: dict[str, list[float]] = {}
    for cell in crossed["cells"]:
        amounts.setdefault(cell[field], []).append(cell["amount"])
    sums = {name: round(fsum(each), 2) for name, each in amounts.items()}
    return [(name, amount) for name, amount in sums.items() if amount]
