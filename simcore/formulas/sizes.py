"""Laws of order sizes: whole units, at least one per order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simcore.formulas._check import FloatArray, refuse, whole

_CUT = 1e-18


@dataclass(frozen=True, eq=False)
class SizeLaw:
    """Units per order: `pmf[k]` is the probability of k units; `pmf[0]` is 0 and the sum is 1."""

    pmf: FloatArray

    def __post_init__(self) -> None:
        """Refuse a pmf that is not a law on 1, 2, ..."""
        if self.pmf.ndim != 1 or self.pmf.size < 2 or not np.all(self.pmf >= 0):
            raise refuse("pmf", "a list of probabilities of 0, 1, 2, ... units", self.pmf)
        if self.pmf[0] != 0:
            raise refuse("pmf[0]", "0 because an order has at least one unit", self.pmf[0])
        if abs(self.pmf.sum() - 1) > 1e-9:
            raise refuse("pmf", "probabilities that sum to 1", self.pmf.sum())

    @property
    def mean(self) -> float:
        """Mean units per order."""
        return float(np.arange(self.pmf.size) @ self.pmf)

    @property
    def variance(self) -> float:
        """Variance of the units per order."""
        return float((np.arange(self.pmf.size) - self.mean) ** 2 @ self.pmf)

    @property
    def factorial_moments(self) -> tuple[float, float, float]:
        """E[X], E[X(X-1)] and E[X(X-1)(X-2)]."""
        k = np.arange(self.pmf.size, dtype=float)
        return float(k @ self.pmf), float(k * (k - 1) @ self.pmf), float(k * (k - 1) * (k - 2) @ self.pmf)


def size_from_pmf(probabilities: Sequence[float]) -> SizeLaw:
    """Law with the given probabilities of 1, 2, ... units.

    Examples
    --------
    >>> size_from_pmf([0.5, 0.0, 0.5]).mean
    2.0
    """
    return SizeLaw(np.concatenate(([0.0], np.asarray(probabilities, dtype=float))))


def constant_size(units: int) -> SizeLaw:
    """Every order has `units` units.

    Examples
    --------
    >>> constant_size(3).mean
    3.0
    """
    pmf = np.zeros(whole("units", units, 1) + 1)
    pmf[-1] = 1.0
    return SizeLaw(pmf)


def uniform_size(low: int, high: int) -> SizeLaw:
    """Whole units, equally likely from `low` to `high`.

    Examples
    --------
    >>> uniform_size(1, 5).mean
    3.0
    """
    if whole("high", high, 1) < whole("low", low, 1):
        raise refuse("high", f"at least low ({low})", high)
    pmf = np.zeros(high + 1)
    pmf[low:] = 1 / (high - low + 1)
    return SizeLaw(pmf)


def geometric_size(success: float) -> SizeLaw:
    """P(k) = success (1 - success)^(k-1) on 1, 2, ...; mean 1 / success; cut at a tail of 1e-18.

    Examples
    --------
    >>> round(geometric_size(0.4).mean, 9)
    2.5
    """
    if not 1e-5 <= success <= 1:
        raise refuse("success", "a probability in [0.00001, 1]", success)
    if success == 1:
        return constant_size(1)
    longest = int(np.log(_CUT) / np.log1p(-success)) + 2
    pmf = success * np.exp(np.arange(-1, longest) * np.log1p(-success))
    pmf[0] = 0.0
    return SizeLaw(pmf / pmf.sum())
