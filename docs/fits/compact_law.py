"""Compact laws: a few whole numbers with probabilities that keep the mean and the variance of many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST_VALUES = 8
PROBABILITY_STEPS = 10_000
SCALES = np.round(np.arange(0.0, 1.01, 0.05), 2)
MEAN_ERROR, VARIANCE_ERROR = 0.005, 0.10
"""Largest relative errors accepted of a compact law; the promise is 1 % and 15 %."""


@dataclass(frozen=True)
class Law:
    """A compact law of the units of a class in an order that has some, and the raw moments that it stands for."""

    values: tuple[int, ...]
    probabilities: tuple[float, ...]
    raw_mean: float
    raw_cv: float

    @property
    def mean(self) -> float:
        """Mean of the compact law."""
        return float(np.dot(self.values, self.probabilities))

    @property
    def variance(self) -> float:
        """Variance of the compact law."""
        return float(np.dot(np.square(self.values), self.probabilities)) - self.mean**2


def round_to_sum(weights: np.ndarray, total: int, steps: int) -> np.ndarray:
    """Scale weights to a total and round them to ``1 / steps`` so that the sum stays exact (largest remainders)."""
    scaled = weights / weights.sum() * total * steps
    whole = np.floor(scaled)
    most = np.argsort(whole - scaled, kind="stable")[: round(total * steps - whole.sum())]
    whole[most] += 1
    return np.asarray(whole / steps)


def compact_law(units: np.ndarray) -> Law:
    """Return a law of at most eight whole numbers with the mean and nearly the variance of the data.

    The data are cut into runs with the least squared spread of ``x^a`` (log x for a = 0), each run standing for its
    mean. A small ``a`` shows the many small orders, a large one the few huge ones: the smallest that
    holds mean and variance is taken.
    """
    best, least = None, np.inf
    for scale in SCALES:
        law = _law(units, partition(units, scale))
        worst = max(abs(law.mean / units.mean() - 1) / MEAN_ERROR, abs(law.variance / units.var() - 1) / VARIANCE_ERROR)
        if worst < least:
            best, least = law, worst
        if worst <= 1:
            break
    if best is None:
        raise SystemExit("no compact law found")
    return best


def partition(units: np.ndarray, scale: float) -> list[np.ndarray]:
    """Cut sorted data into at most eight runs with the least sum of squares of ``units^scale`` (dynamic programme)."""
    values, counts = np.unique(units, return_counts=True)
    x = np.log(values) if scale == 0 else values.astype(float) ** scale
    w, s, q = (np.concatenate([[0], np.cumsum(counts * x**power)]) for power in range(3))
    n = len(values)
    first, last = np.triu_indices(n)
    cost = np.full((n, n + 1), np.inf)
    weight = w[last + 1] - w[first]
    cost[first, last + 1] = q[last + 1] - q[first] - (s[last + 1] - s[first]) ** 2 / weight
    enough = weight >= 0.5 * len(units) / PROBABILITY_STEPS
    cost[first[~enough], last[~enough] + 1] = np.inf
    best, cuts = np.full(n + 1, np.inf), []
    best[0] = 0.0
    for _ in range(min(MOST_VALUES, n)):
        total = best[:-1, None] + cost
        cuts.append(np.argmin(total, axis=0))
        best = np.min(total, axis=0)
    end, runs = n, []
    for cut in reversed(cuts):
        runs.append(np.repeat(values[cut[end] : end], counts[cut[end] : end]))
        end = cut[end]
    return runs[::-1]


def _law(units: np.ndarray, runs: list[np.ndarray]) -> Law:
    values = [max(1, round(run.mean())) for run in runs]
    shares = np.array([len(run) for run in runs], dtype=float)
    merged = pd.Series(shares).groupby(values).sum()
    probabilities = round_to_sum(merged.to_numpy(), 1, PROBABILITY_STEPS)
    kept = probabilities > 0
    mean = float(units.mean())
    return Law(
        tuple(int(v) for v in merged.index[kept]),
        tuple(float(p) for p in probabilities[kept]),
        mean,
        float(units.std() / mean),
    )
