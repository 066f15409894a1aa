"""Many scenarios under common random numbers: which differ from the baseline, and which may still be the best."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from scipy import special

from simcore.clock import Bools, Floats, Ints
from simcore.estimates import HIGHER, IDENTICAL, LOWER, NO_DIFFERENCE, UNKNOWN, holm

_ROUNDING: Final = 8 * np.finfo(np.float64).eps


@dataclass(frozen=True)
class Totals:
    """One measure of every point: numerators and denominators per replication.

    Attributes
    ----------
    numerator, denominator : ndarray of float, shape (points, replications)
        NaN where a point has no such replication, and where nothing could be measured (a denominator of 0 says the
        same). Column i is replication i of every point, so that points meet the same customers.
    """

    numerator: Floats
    denominator: Floats

    def __post_init__(self) -> None:
        if self.numerator.ndim != 2 or self.numerator.shape != self.denominator.shape:
            raise ValueError("numerators and denominators are two tables of one shape: points x replications")

    @cached_property
    def known(self) -> Bools:
        """Where something was measured."""
        measured = np.isfinite(self.numerator) & np.isfinite(self.denominator)
        found: Bools = measured & (self.denominator != 0)
        return found

    @cached_property
    def means(self) -> Floats:
        """Ratio of sums of every point over its own replications; NaN where nothing was measured."""
        known = self.known
        return _over(_sum(self.numerator, known), _sum(self.denominator, known))

    def first(self, count: int) -> Totals:
        """Return the totals of the first so many replications."""
        return Totals(self.numerator[:, :count], self.denominator[:, :count])

    @classmethod
    def of_values(cls, values: Floats) -> Totals:
        """Return totals whose ratios are plain means of the values."""
        return cls(values, np.ones_like(values))


@dataclass(frozen=True)
class Paired:
    """Every point minus the baseline, paired by replication.

    Attributes
    ----------
    gap : ndarray of float, shape (points,)
        Difference of the two ratios over the replications that both have; NaN where there is none.
    half_width : ndarray of float
        Of each difference on its own; NaN with fewer than two pairs.
    p : ndarray of float
        Two-sided p-value of the paired t test, on its own; NaN where unknown. Differences that do not vary leave no
        doubt: 0, or 1 where there is no difference.
    pairs : ndarray of int
        Replications that both have.
    stands : ndarray of bool
        Which differences stand after Holm's correction for the number of points.
    verdict : tuple of str
        ``higher`` and ``lower`` after the correction; ``no difference shown``, ``identical``, ``not enough
        replications``.
    needed : ndarray of float
        Replications that it would take to show a difference of this size; NaN where there is none, or it is shown.
    """

    gap: Floats
    half_width: Floats
    p: Floats
    pairs: Ints
    stands: Bools
    verdict: tuple[str, ...]
    needed: Floats


@dataclass(frozen=True)
class Best:
    """Which points cannot be ruled out as the best.

    Attributes
    ----------
    first : int or None
        The point with the best mean among them. Its mean flatters it: quote it after fresh replications only.
    kept : ndarray of bool
        The points that cannot be ruled out.
    unknown : ndarray of bool
        Points without a measure. They are neither kept nor ruled out.
    means : ndarray of float
        Mean of each point over its own replications.
    """

    first: int | None
    kept: Bools
    unknown: Bools
    means: Floats


def paired_differences(totals: Totals, baseline: int = 0, confidence: float = 0.95) -> Paired:
    """Return every point minus the baseline, with Holm's correction over the points.

    Of the replications i that both have, with ratios p and residuals ``e_i = (f_i - p N_i) / mean(N)`` of each:
    ``gap = p_point - p_base``, ``SE = sqrt(sum (e_point,i - e_base,i)^2 / (n (n - 1)))`` and
    ``half-width = t_{n-1} SE``. A difference stands if it is among the smallest p-values and every one up to it,
    the j-th smallest of m, is at most ``(1 - confidence) / (m - j + 1)`` (Holm 1979, Scand. J. Statist. 6(2)).
    Points equal to the baseline are no tests.

    Parameters
    ----------
    totals : Totals
        The measure.
    baseline : int
        Row of the baseline.
    confidence : float
        Between 0 and 1: of each interval, and of all verdicts together.

    >>> base = [10.0, 12.0, 11.0, 13.0]
    >>> found = paired_differences(Totals.of_values(np.array([base, [11.0, 13.1, 12.0, 13.9]])))
    >>> found.gap.round(3).tolist(), found.half_width.round(3).tolist(), found.verdict
    ([0.0, 1.0], [0.0, 0.13], ('identical', 'higher'))
    """
    gap, error, pairs, same = _paired(totals, baseline)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = np.where(pairs > 1, pairs - 1, np.nan)
        half_width = special.stdtrit(freedom, (1 + confidence) / 2) * error
        p = np.where(
            error > 0, 2 * special.stdtr(freedom, -np.abs(gap) / error), np.where(np.isnan(error), np.nan, gap == 0.0)
        )
    p[same], half_width[same] = 1.0, 0.0
    tested = np.flatnonzero(~same & np.isfinite(p))
    stands = np.zeros(len(gap), dtype=bool)
    stands[tested] = holm(p[tested].tolist(), confidence)
    verdict = tuple(
        IDENTICAL if same[i] else UNKNOWN if np.isnan(p[i]) else _verdict(gap[i], stands[i]) for i in range(len(gap))
    )
    needed = _needed(gap, error, pairs, (1 - confidence) / max(len(tested), 1))
    needed[[each != NO_DIFFERENCE for each in verdict]] = np.nan
    return Paired(gap, half_width, p, pairs, stands, verdict, needed)


def _needed(gap: Floats, error: Floats, pairs: Ints, level: float) -> Floats:
    """Return the replications after which differences would be shown at a level, two-sided, if they stay as they are.

    ``n = (z s / gap)^2 + z^2 / 2`` (Guenther 1981, Am. Stat. 35(4)), with s the standard deviation of the pairs.

    >>> _needed(np.array([1.0, 0.0]), np.array([1.0, 1.0]), np.array([10, 10]), 0.05).tolist()
    [41.0, nan]
    """
    z = special.ndtri(1 - level / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.ceil((z * error / gap) ** 2 * pairs + z**2 / 2)
    return np.where(gap == 0.0, np.nan, np.maximum(found, pairs + 1.0))


def cannot_be_ruled_out(totals: Totals, larger_is_better: bool = True, confidence: float = 0.95) -> Best:
    """Return the points that cannot be ruled out as the best of k, with common random numbers.

    Point i stays unless some point l beats it clearly:
    ``mean_l - mean_i > t_{1-a/(k-1), n-1} s_il / sqrt(n)`` with ``a = 1 - confidence``, s_il the standard deviation
    of the n paired differences. The best point is in the set with probability of at least ``confidence`` (Nelson,
    Swann, Goldsman & Song 2001, Oper. Res. 49(6), screening with paired variances; Bonferroni over the k - 1 rivals).
    Each pair is compared over the replications that both have; with fewer than two nothing is ruled out.

    Parameters
    ----------
    totals : Totals
        The measure.
    larger_is_better : bool
        False where the smallest is the best.
    confidence : float
        Between 0 and 1.

    >>> rows = [[10.0, 12.0, 11.0, 13.0], [11.0, 13.1, 12.0, 13.9], [11.0, 12.9, 12.1, 14.2]]
    >>> cannot_be_ruled_out(Totals.of_values(np.array(rows))).kept.tolist()
    [False, True, True]
    """
    means = totals.means
    unknown: Bools = np.logical_not(totals.known.any(axis=1))
    kept: Bools = np.logical_not(unknown)
    rivals = int(kept.sum()) - 1
    worth = np.where(unknown, -np.inf, means if larger_is_better else -means)
    sign = 1.0 if larger_is_better else -1.0
    for rival in np.argsort(-worth, kind="stable")[: rivals + 1] if rivals > 0 else ():
        rows = np.flatnonzero(kept)
        gap, error, pairs, _ = _paired(totals, int(rival), rows)
        freedom = np.where(pairs > 1, pairs - 1, 1)
        limit = np.where(pairs > 1, special.stdtrit(freedom, 1 - (1 - confidence) / rivals) * error, np.inf)
        kept[rows[-sign * gap > limit]] = False
    if not kept.any() and rivals >= 0:  # rivals beaten in a circle, over different replications
        kept[int(np.argmax(worth))] = True
    first = int(np.argmax(np.where(kept, worth, -np.inf))) if kept.any() else None
    return Best(first, kept, unknown, means)


def residuals(totals: Totals) -> Floats:
    """Return ``(f_i - p N_i) / mean(N)`` of every point and replication; NaN where nothing was measured.

    They average to 0, and ``mean + residual`` plays the part of the value of a replication.
    """
    known = totals.known
    count = known.sum(axis=1, keepdims=True)
    f, n = _sum(totals.numerator, known)[:, None], _sum(totals.denominator, known)[:, None]
    apart = totals.numerator - _over(f, n) * totals.denominator
    return np.where(known, _over(apart, _over(n, count.astype(float))), np.nan)


def _paired(totals: Totals, other: int, rows: Ints | None = None) -> tuple[Floats, Floats, Ints, Bools]:
    """Return the rows minus another point: gap, standard error, pairs, and whether the two are the same."""
    at = np.arange(len(totals.numerator)) if rows is None else rows
    f, n, known = totals.numerator[at], totals.denominator[at], totals.known[at] & totals.known[other]
    f_other, n_other = totals.numerator[other], totals.denominator[other]
    pairs = known.sum(axis=1)
    mean, residual = _ratio(f, n, known)
    mean_other, residual_other = _ratio(np.broadcast_to(f_other, f.shape), np.broadcast_to(n_other, n.shape), known)
    apart = residual - residual_other
    size = np.abs(residual) + np.abs(residual_other) + (np.abs(mean) + np.abs(mean_other))[:, None]
    apart[np.abs(apart) <= _ROUNDING * size] = 0.0  # the same differences in other digits are no noise
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(pairs > 1, np.sqrt((apart**2).sum(axis=1) / (pairs * (pairs - 1.0))), np.nan)
    same = (pairs > 0) & (~known | ((f == f_other) & (n == n_other))).all(axis=1)
    gap = mean - mean_other
    equal = same | (np.abs(gap) <= _ROUNDING * (np.abs(mean) + np.abs(mean_other)))
    return np.where(equal, 0.0, gap), error, pairs, same


def _ratio(f: Floats, n: Floats, known: Bools) -> tuple[Floats, Floats]:
    """Return ratios of sums over the known replications, and residuals, 0 where unknown."""
    count = known.sum(axis=1)
    total = _sum(n, known)
    mean = _over(_sum(f, known), total)
    apart = np.where(known, f - mean[:, None] * n, 0.0)
    return mean, _over(apart, _over(total, count.astype(float))[:, None])


def _sum(values: Floats, known: Bools) -> Floats:
    found: Floats = np.where(known, values, 0.0).sum(axis=1)
    return found


def _over(top: Floats, bottom: Floats) -> Floats:
    """Return the quotient, NaN where the divisor is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(bottom != 0, top / bottom, np.nan)
    return found


def _verdict(gap: float, stands: bool) -> str:
    if not stands:
        return NO_DIFFERENCE
    return HIGHER if gap > 0 else LOWER
