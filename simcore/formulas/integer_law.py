"""Laws on the whole numbers (or on a lattice) with their loss functions."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simcore.formulas._check import FloatArray, non_negative, refuse

_TINY = 1e-19


@dataclass(frozen=True, eq=False)
class IntegerLaw:
    """A law on the lattice `step` x {start, start + 1, ...}; `pmf` sums to 1 and tails below 1e-18 are cut.

    Examples
    --------
    >>> fair = IntegerLaw(0, np.array([0.5, 0.0, 0.5]))
    >>> fair.mean, float(fair.at_most(1)), float(fair.loss(1)), float(fair.second_loss(0))
    (1.0, 0.5, 0.5, 0.5)
    """

    start: int
    pmf: FloatArray
    step: float = 1.0

    @cached_property
    def values(self) -> FloatArray:
        """Points of the lattice that carry mass."""
        return np.asarray((self.start + np.arange(self.pmf.size)) * self.step)

    @property
    def mean(self) -> float:
        """Mean of the law."""
        return float(self.values[0] + self._losses[0])

    @cached_property
    def _below(self) -> FloatArray:
        return np.concatenate(([0.0], np.minimum(np.cumsum(self.pmf), 1.0)))

    @cached_property
    def _above(self) -> FloatArray:
        """P(D > value) at index 1.., 1 at index 0 (below the lattice)."""
        sums = np.minimum(np.cumsum(self.pmf[::-1])[::-1], 1.0)
        return np.concatenate(([1.0], sums[1:], [0.0]))

    @cached_property
    def _losses(self) -> FloatArray:
        return np.asarray(self.step * np.cumsum(self._above[:0:-1])[::-1])

    @cached_property
    def _second(self) -> FloatArray:
        return np.concatenate((np.cumsum(self._losses[:0:-1])[::-1], [0.0]))

    @cached_property
    def _integrals(self) -> FloatArray:
        """Integral of E[(D - u)+] over u above each lattice point."""
        return np.asarray(self.step * (self._second + self._losses / 2))

    def _index(self, y: FloatArray | float) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        place = np.floor(np.asarray(y, dtype=float) / self.step + 1e-12) - self.start + 1
        return np.asarray(np.clip(place, 0, self.pmf.size), dtype=np.int64)

    def at_most(self, y: FloatArray | float) -> FloatArray:
        """P(D <= y)."""
        return np.asarray(self._below[self._index(y)])

    def above(self, y: FloatArray | float) -> FloatArray:
        """P(D > y)."""
        return np.asarray(self._above[self._index(y)])

    def loss(self, y: FloatArray | float) -> FloatArray:
        """E[(D - y)+] for real y, exact: piecewise linear between lattice points."""
        points = np.asarray(y, dtype=float)
        inside = np.interp(points, self.values, self._losses, right=0.0)
        return np.where(points < self.values[0], self.mean - points, inside)

    def second_loss(self, y: FloatArray | float) -> FloatArray:
        """Sum of E[(D - k)+] over k = y + 1, y + 2, ...; for whole y E[(D - y)(D - y - 1) / 2; D > y].

        Exact for real y when `step` is 1; on a wider lattice the sum is the integral from y + 1/2.
        """
        if self.step != 1.0:
            return self._loss_integral(np.asarray(y, dtype=float) + 0.5)
        low = np.floor(y)
        part = np.asarray(y, dtype=float) - low
        return np.asarray((1 - part) * self._second_loss_whole(low) + part * self._second_loss_whole(low + 1))

    def _second_loss_whole(self, points: FloatArray) -> FloatArray:
        gap = np.maximum(self.start - points, 0.0)
        before = gap * (self.mean - self.start) + gap * (gap - 1) / 2
        index = np.clip(points - self.start, 0, self.pmf.size - 1).astype(np.int64)
        return np.asarray(before + self._second[index])

    def _loss_integral(self, points: FloatArray) -> FloatArray:
        """Integral of E[(D - u)+] over u > points: exact for the piecewise linear loss."""
        gap = np.maximum(self.values[0] - points, 0.0)
        before = gap * (2 * (self.mean - self.values[0]) + gap) / 2
        at_points = self._integrals
        inside = np.clip(points, self.values[0], self.values[-1])
        upper = np.minimum(self._index(inside), self.pmf.size - 1)  # lattice point above
        width = self.values[upper] - inside
        return np.asarray(before + at_points[upper] + width * (self.loss(inside) + self._losses[upper]) / 2)


def point_law(value: int) -> IntegerLaw:
    """All mass at one whole number.

    Examples
    --------
    >>> point_law(3).mean
    3.0
    """
    return IntegerLaw(value, np.ones(1))


def recursion_law(a: float, b: float, sd: float) -> IntegerLaw:
    """Law with p(k+1) / p(k) = a + b / (k + 1): Poisson, binomial or negative binomial.

    The ratios are multiplied outward from the mode, so a mean of millions neither under- nor overflows.
    Source: Panjer 1981 ((a, b, 0) class). `sd` sizes the window.

    Examples
    --------
    >>> round(recursion_law(0.0, 6.0, 6**0.5).mean, 9)  # Poisson with mean 6
    6.0
    """
    if not (math.isfinite(a) and math.isfinite(b) and a < 1):
        raise refuse("(a, b)", "finite with a below 1", (a, b))
    mode = max(math.floor(b / (1 - a)), 0)
    reach = int(12 * sd) + 50
    while True:
        above = np.cumprod(np.maximum(a + b / (mode + np.arange(1.0, reach + 1)), 0.0))
        if above[-1] < _TINY * (1 - a):
            break
        reach *= 2
    keep = int(np.argmax(above < _TINY * (1 - a))) + 1
    k = mode - np.arange(min(mode, int(12 * sd) + 50), dtype=float)
    below = np.cumprod(1 / (a + b / k)) if k.size else np.empty(0)
    below = below[: int(np.argmax(below < _TINY))] if np.any(below < _TINY) else below
    pmf = np.concatenate((below[::-1], [1.0], above[:keep]))
    return IntegerLaw(mode - below.size, pmf / pmf.sum())


def poisson_law(mean: float) -> IntegerLaw:
    """Poisson law of the given mean (0 allowed).

    Raises
    ------
    ValueError
        If `mean` is negative or not finite.

    Examples
    --------
    >>> round(float(poisson_law(6.0).at_most(8)), 8)
    0.84723749
    """
    if non_negative("mean", mean) == 0:
        return point_law(0)
    return recursion_law(0.0, mean, math.sqrt(mean))


def mixed_law(first: IntegerLaw, second: IntegerLaw, weight: float) -> IntegerLaw:
    """Mixture: `first` with probability 1 - weight, `second` with probability weight; equal steps.

    Examples
    --------
    >>> mixed_law(point_law(1), point_law(3), 0.5).mean
    2.0
    """
    start = min(first.start, second.start)
    end = max(first.start + first.pmf.size, second.start + second.pmf.size)
    pmf = np.zeros(end - start)
    pmf[first.start - start :][: first.pmf.size] += (1 - weight) * first.pmf
    pmf[second.start - start :][: second.pmf.size] += weight * second.pmf
    return IntegerLaw(start, pmf, first.step)
