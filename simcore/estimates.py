"""Estimates over replications: means, ratios of sums, paired differences, all with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from simcore.clock import Floats

NO_DIFFERENCE = "no difference shown"
IDENTICAL = "identical"
HIGHER = "higher"
LOWER = "lower"
UNKNOWN = "not enough replications"


@dataclass(frozen=True)
class Interval:
    """A mean with its half-width; ``half_width`` is None where it cannot be known (fewer than 2 replications)."""

    mean: float
    half_width: float | None

    @property
    def low(self) -> float:
        """Lower confidence limit (the mean where there is no interval)."""
        return self.mean - (self.half_width or 0.0)

    @property
    def high(self) -> float:
        """Upper confidence limit (the mean where there is no interval)."""
        return self.mean + (self.half_width or 0.0)


@dataclass(frozen=True)
class Difference:
    """Candidate minus baseline, paired by replication.

    ``p`` is the two-sided p-value of the paired t test, ``needed`` the replications after which a difference of this
    size would show.
    """

    interval: Interval
    p: float
    verdict: str
    needed: int | None = None


def ratio(numerator: Floats, denominator: Floats, confidence: float = 0.95) -> Interval:
    """Return the ratio of sums over replications with its t interval.

    With totals f_i and N_i of replication i: ``p = sum f / sum N``, residuals ``e_i = f_i - p N_i`` and
    ``SE = sqrt(sum e^2 / (n (n - 1))) / mean(N)`` (Crane & Iglehart 1975; Law, *Simulation Modeling and Analysis*,
    ch. 9). With N = 1 this is the mean with ``t s / sqrt(n)``. Replications in which nothing could be measured
    (N = 0 or NaN) do not count.

    Parameters
    ----------
    numerator, denominator : ndarray of float, shape (replications,)
        Totals per replication.
    confidence : float
        Between 0 and 1.

    >>> interval = ratio(np.array([1.0, 2.0, 3.0]), np.ones(3))
    >>> interval.mean, round(interval.half_width, 4)
    (2.0, 2.4841)
    """
    known = (denominator != 0) & np.isfinite(numerator)
    f, n = numerator[known], denominator[known]
    if not len(f):
        return Interval(float("nan"), None)
    mean = float(f.sum() / n.sum())
    if len(f) < 2:
        return Interval(mean, None)
    residual = (f - mean * n) / n.mean()
    return Interval(mean, _half_width(residual, confidence))


def difference(
    baseline: tuple[Floats, Floats], candidate: tuple[Floats, Floats], confidence: float = 0.95
) -> Difference:
    """Return candidate minus baseline of two ratios measured under common random numbers.

    The interval pairs the residuals of the two ratios replication by replication, so that the luck they share
    cancels out.
    """
    known = np.ones(len(baseline[0]), dtype=bool)
    for f, n in (baseline, candidate):
        known &= (n != 0) & np.isfinite(f)
    if not known.any():
        return Difference(Interval(float("nan"), None), float("nan"), UNKNOWN)
    means, residuals = [], []
    for f, n in (baseline, candidate):
        mean = float(f[known].sum() / n[known].sum())
        means.append(mean)
        residuals.append((f[known] - mean * n[known]) / n[known].mean())
    gap, residual = means[1] - means[0], residuals[1] - residuals[0]
    if np.array_equal(baseline[0][known], candidate[0][known]) and np.array_equal(
        baseline[1][known], candidate[1][known]
    ):
        return Difference(Interval(0.0, 0.0), 1.0, IDENTICAL)
    if known.sum() < 2:
        return Difference(Interval(gap, None), float("nan"), UNKNOWN)
    return _judged(gap, residual, confidence)


def _judged(gap: float, residual: Floats, confidence: float) -> Difference:
    count = len(residual)
    half_width = _half_width(residual, confidence)
    error = float(np.sqrt((residual**2).sum() / (count * (count - 1))))
    p = float(2 * special.stdtr(count - 1, -abs(gap) / error)) if error else 0.0
    if abs(gap) > half_width:
        return Difference(Interval(gap, half_width), p, HIGHER if gap > 0 else LOWER)
    needed = None if gap == 0 else int(np.ceil(count * (half_width / abs(gap)) ** 2))
    return Difference(Interval(gap, half_width), p, NO_DIFFERENCE, needed)


def _half_width(residual: Floats, confidence: float) -> float:
    """Return ``t s / sqrt(n)`` of residuals with mean 0."""
    count = len(residual)
    error = np.sqrt((residual**2).sum() / (count * (count - 1)))
    return float(special.stdtrit(count - 1, (1 + confidence) / 2) * error)


def holm(p_values: Sequence[float], confidence: float = 0.95) -> list[bool]:
    """Return which of several differences stand after Holm's correction (Holm 1979).

    >>> holm([0.01, 0.04, 0.03])
    [True, False, False]
    """
    keep = [False] * len(p_values)
    order = sorted((p, i) for i, p in enumerate(p_values) if np.isfinite(p))
    for rank, (p, index) in enumerate(order):
        if p > (1 - confidence) / (len(order) - rank):
            break
        keep[index] = True
    return keep


def at_least(orders: float, confidence: float = 0.95) -> float:
    """Return the least share that N orders without a miss still allow, orders of a run counted as a tenth each.

    ``x = alpha^(10 / N)`` with alpha = (1 - confidence) / 2, a rule of three that holds under dependence.

    >>> round(at_least(10_000), 4)
    0.9963
    """
    return float(((1 - confidence) / 2) ** (10.0 / orders)) if orders > 0 else 0.0
