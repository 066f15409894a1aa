"""What the customers of a segment take of a menu, put together: sums of what adds up, means of what does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from optimize.economics.economics import EconomicsTable
from simcore.clock import Floats, Ints

MEANS = ("service", "fill_rate", "wait_days")
"""What is a mean over the orders of a segment; everything else adds up."""


def together(table: EconomicsTable, segment: Ints, portion: Floats) -> EconomicsTable:
    """Return the economics of what each segment takes together, segments by their index."""
    place = np.unique(segment, return_inverse=True)[1]
    total = np.bincount(place, weights=portion)

    def added(values: Floats, mean: bool) -> Floats:
        sums = np.bincount(place, weights=values * portion if mean else values, minlength=len(total))
        return np.asarray(sums / total if mean else sums, dtype=np.float64)

    found: dict[str, Any] = {}
    for field in fields(EconomicsTable):
        value = getattr(table, field.name)
        if isinstance(value, Mapping):
            found[field.name] = {
                name: added(values, field.name in MEANS or name in MEANS) for name, values in value.items()
            }
        else:
            found[field.name] = added(value, False)
    return EconomicsTable(**found)
