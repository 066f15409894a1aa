"""How much an order holds: a short law of whole numbers with the mean and the quantiles of many."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.history.arrays import Floats

MOST_VALUES = 40
MOST_DAYS = 100
TAIL_CELLS = 12


def law_of_units(units: Floats) -> dict[str, Any]:
    """Return the law of the units of a product in an order, as a scenario states it.

    As they are where there are at most 40 different values. Otherwise the sorted data are cut into cells, 28 of
    equal counts and the last of them into 12 that halve each time, so that the few huge orders keep their weight; each
    cell stands for its mean, which is split between the two whole numbers beside it: the mean is kept exactly.

    >>> law_of_units(np.array([1.0, 1.0, 2.0, 4.0]))
    {'law': 'empirical', 'values': [1, 2, 4], 'probabilities': [0.5, 0.25, 0.25]}
    """
    whole = np.maximum(1, np.round(units)).astype(np.int64)
    values, counts = np.unique(whole, return_counts=True)
    if len(values) > MOST_VALUES:
        values, weights = _cells(np.sort(whole))
    else:
        weights = counts.astype(np.float64)
    if len(values) == 1:
        return {"law": "constant", "value": int(values[0])}
    return {"law": "empirical", "values": values.tolist(), "probabilities": _shares(weights)}


def law_of_days(days: Floats) -> dict[str, Any]:
    """Return days as they were, in at most 100 values of equal counts, as a scenario states them.

    >>> law_of_days(np.array([1.0, 1.0, 2.5, 2.5]))
    {'law': 'empirical', 'values': [1.0, 2.5], 'probabilities': [0.5, 0.5]}
    """
    values, counts = np.unique(np.round(days, 2), return_counts=True)
    if len(values) > MOST_DAYS:
        middles = (np.arange(MOST_DAYS) + 0.5) / MOST_DAYS
        values, counts = np.unique(np.quantile(np.round(days, 2), middles).round(2), return_counts=True)
    if len(values) == 1:
        return {"law": "constant", "value": float(values[0])}
    return {"law": "empirical", "values": values.tolist(), "probabilities": _shares(counts.astype(np.float64))}


def _cells(ordered: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    cells = list(np.array_split(ordered, MOST_VALUES - TAIL_CELLS))
    tail = cells.pop()
    while len(tail) > 1 and len(cells) < MOST_VALUES - 1:
        half = len(tail) // 2
        cells.append(tail[:half])
        tail = tail[half:]
    cells.append(tail)
    found: dict[int, float] = {}
    for cell in cells:
        if not len(cell):
            continue
        mean = float(cell.mean())
        low = int(np.floor(mean))
        found[low] = found.get(low, 0.0) + len(cell) * (1 - (mean - low))
        found[low + 1] = found.get(low + 1, 0.0) + len(cell) * (mean - low)
    kept = sorted(value for value, weight in found.items() if weight > 0)
    return np.array(kept), np.array([found[value] for value in kept])


def _shares(weights: Floats) -> list[float]:
    """Return probabilities that add up to 1 as they are written."""
    shares = np.round(weights / weights.sum(), 6)
    shares[int(shares.argmax())] += 1 - shares.sum()
    return [float(round(share, 6)) for share in shares]


def inclusion_of(shares: Floats) -> Floats:
    """Return the chances to include each product so that, with at least one product per order, these shares result.

    The share that results is ``p (1 + prod(1 - p) / sum(p))``; solved by repeated substitution.

    >>> inclusion_of(np.array([0.6, 0.6])).round(4).tolist()
    [0.4472, 0.4472]
    """
    if len(shares) == 1:
        return np.ones(1)
    chances = np.clip(shares, 1e-9, 1.0)
    for _ in range(1000):
        chances = np.clip(shares / (1 + np.prod(1 - chances) / chances.sum()), 1e-9, 1.0)
    return chances
