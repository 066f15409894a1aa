"""Do given segments differ in anything that a proposition could use? A permutation test of every feature, corrected.

The statistic of a feature is the share of the variance of its ranks that lies between the segments,
``epsilon^2 = H / (n - 1)`` with H of Kruskal and Wallis (Tomczak & Tomczak 2014 on the effect size); its p-value is
the share of random reassignments of the labels with at least as much, and p-values are corrected by Holm (1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from scenarios.history.arrays import Floats, Ints
from scenarios.history.features import Customers, Feature

PERMUTATIONS = 999
NEGLIGIBLE = 0.01
"""Share of the variance between segments below which a difference is of no use, whatever its p-value."""
SURE = 0.05


@dataclass(frozen=True)
class Difference:
    """How far the segments differ in one feature.

    Attributes
    ----------
    effect : float
        epsilon^2: share of the variance of ranks that lies between the segments, 0 to 1.
    p_value : float
        Corrected for the number of features.
    medians : tuple of (str, float)
        Segment -> median.
    """

    feature: Feature
    effect: float
    p_value: float
    medians: tuple[tuple[str, float], ...]

    @property
    def shown(self) -> bool:
        """Whether it is more than chance, and large enough to be of use."""
        return self.p_value < SURE and self.effect >= NEGLIGIBLE


def differences(
    customers: Customers, segments: pd.Series[str], seed: int, permutations: int = PERMUTATIONS
) -> list[Difference]:
    """Return how far segments differ in each feature, the largest effect first."""
    features = [feature for feature in customers.features if len(customers.table[feature.name].unique()) > 1]
    rng = np.random.default_rng(seed)
    tested = [_test(customers.table[f.name], segments, rng, permutations) for f in features]
    corrected = holm([p for _, p in tested])
    found = [
        Difference(f, effect, p, tuple(customers.table[f.name].groupby(segments).median().items()))  # type: ignore[arg-type]
        for f, (effect, _), p in zip(features, tested, corrected, strict=True)
    ]
    return sorted(found, key=lambda one: -one.effect)


def _test(
    values: pd.Series[float], segments: pd.Series[str], rng: np.random.Generator, permutations: int
) -> tuple[float, float]:
    known = values.notna().to_numpy()
    ranks = rankdata(values.to_numpy()[known])
    labels = pd.factorize(segments.reindex(values.index).to_numpy()[known])[0].astype(np.int64)
    groups = int(labels.max(initial=0)) + 1
    if groups < 2 or np.ptp(ranks) == 0:
        return 0.0, 1.0
    centred = (ranks - ranks.mean()) / ranks.std() / np.sqrt(len(ranks))
    effect = between(centred, labels, groups)
    as_much = sum(between(centred, rng.permutation(labels), groups) >= effect - 1e-12 for _ in range(permutations))
    return effect, (1 + as_much) / (1 + permutations)


def between(centred: Floats, labels: Ints, groups: int) -> float:
    """Return the share of the variance that lies between groups, of values with sum 0 and sum of squares 1.

    >>> ranks = np.array([-1.5, -0.5, 0.5, 1.5]) / np.sqrt(5)
    >>> round(between(ranks, np.array([0, 0, 1, 1]), 2), 9)
    0.8
    """
    sums = np.bincount(labels, weights=centred, minlength=groups)
    sizes = np.bincount(labels, minlength=groups)
    return float((sums[sizes > 0] ** 2 / sizes[sizes > 0]).sum())


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected by Holm's step-down method.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    out, largest = [0.0] * len(p_values), 0.0
    for place, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[index]))
        out[index] = largest
    return out
