"""Moments and inverse distribution functions of the laws that a scenario may use.

Every value is the inverse distribution function at a pre-drawn uniform number, so that the k-th draw belongs to the
k-th order and two scenarios that differ in a parameter use the same luck.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from scipy import special

from scenarios.laws import (
    Constant,
    ConstantUnits,
    Empirical,
    EmpiricalUnits,
    Erlang,
    Exponential,
    Gamma,
    Geometric,
    Hyperexponential,
    Lognormal,
    Normal,
    Uniform,
    UniformUnits,
)
from simcore.clock import Floats, Ints

BISECTIONS = 80
FEW_VALUES = 16


def is_constant(law: Any) -> bool:
    """Return True if the law needs no random number."""
    return isinstance(law, (Constant, ConstantUnits))


def inverse(law: Any, u: Floats) -> Floats:
    """Return the quantiles of a law at uniform numbers.

    >>> from scenarios.laws import Exponential
    >>> inverse(Exponential(law="exponential", mean=2.0), np.array([0.5])).round(6).tolist()
    [1.386294]
    """
    match law:
        case Constant() | ConstantUnits():
            return np.full(len(u), float(law.value))
        case Exponential():
            return np.asarray(-law.mean * np.log1p(-u))
        case Erlang():
            return gamma_quantile(float(law.k), law.mean / law.k, u)
        case Gamma():
            return gamma_quantile(law.cv**-2, law.mean * law.cv**2, u)
        case Lognormal():
            sigma = np.sqrt(np.log1p(law.cv**2))
            return np.asarray(law.mean * np.exp(sigma * special.ndtri(u) - sigma**2 / 2))
        case Normal():
            floor = special.ndtr(-law.mean / law.sd) if law.truncate == 0 else 0.0
            return np.maximum(0.0, law.mean + law.sd * special.ndtri(floor + u * (1 - floor)))
        case Uniform():
            return np.asarray(law.low + u * (law.high - law.low))
        case Hyperexponential():
            return _hyperexponential(law, u)
        case Empirical() | EmpiricalUnits():
            return _empirical(law, u)
        case Geometric():
            return _geometric(law.p, u)
        case UniformUnits():
            return np.floor(law.low + u * (law.high - law.low + 1))
        case _:
            raise TypeError(f"no such law: {law!r}")


def units(law: Any, u: Floats) -> Ints:
    """Return order quantities, at least 1, as integers."""
    return np.maximum(inverse(law, u), 1).astype(np.int64)


def mean(law: Any) -> float:
    """Return the mean of a law."""
    return _moments(law)[0]


def variance(law: Any) -> float:
    """Return the variance of a law."""
    return _moments(law)[1]


def most(law: Any) -> float:
    """Return a value that the law exceeds in 1 of 20 draws."""
    return float(inverse(law, np.array([0.95]))[0])


def work_of_units(law: Any, amount: Floats, u: Floats) -> Floats:
    """Return the total work of ``amount`` units, each with its own independent draw of the law.

    The laws allowed here are closed under sums, so that one uniform number does for the whole order.

    >>> from scenarios.laws import Constant
    >>> work_of_units(Constant(value=0.5), np.array([4.0]), np.array([0.3])).tolist()
    [2.0]
    """
    if isinstance(law, Constant):
        return np.asarray(law.value * amount)
    cv = 1.0 if isinstance(law, Exponential) else law.k**-0.5 if isinstance(law, Erlang) else law.cv
    positive = amount > 0
    shape = np.where(positive, amount, 1.0) / cv**2
    return np.where(positive, gamma_quantile(shape, law.mean * cv**2, u), 0.0)


def gamma_quantile(shape: Any, scale: float, u: Floats) -> Floats:
    """Return quantiles of the gamma law; exact logarithm where the shape is 1."""
    if np.ndim(shape) == 0 and shape == 1.0:
        return np.asarray(-scale * np.log1p(-u))
    return np.asarray(special.gammaincinv(shape, u) * scale)


def _moments(law: Any) -> tuple[float, float]:
    match law:
        case Constant() | ConstantUnits():
            return float(law.value), 0.0
        case Exponential():
            return law.mean, law.mean**2
        case Erlang():
            return law.mean, law.mean**2 / law.k
        case Gamma() | Lognormal():
            return law.mean, (law.mean * law.cv) ** 2
        case Normal():
            if law.truncate is None:
                return law.mean, law.sd**2
            from scipy import stats  # takes a second to import

            cut = stats.truncnorm(-law.mean / law.sd, np.inf, loc=law.mean, scale=law.sd)
            return float(cut.mean()), float(cut.var())
        case Uniform():
            return (law.low + law.high) / 2, (law.high - law.low) ** 2 / 12
        case Hyperexponential():
            return law.mean, law.scv * law.mean**2
        case Empirical() | EmpiricalUnits():
            p = np.asarray(law.probabilities) / np.sum(law.probabilities)
            centre = float(p @ np.asarray(law.values, dtype=float))
            return centre, float(p @ (np.asarray(law.values) - centre) ** 2)
        case Geometric():
            return 1 / law.p, (1 - law.p) / law.p**2
        case UniformUnits():
            return (law.low + law.high) / 2, ((law.high - law.low + 1) ** 2 - 1) / 12
        case _:
            raise TypeError(f"no such law: {law!r}")


def _empirical(law: Empirical | EmpiricalUnits, u: Floats) -> Floats:
    steps, values = _steps_and_values(law)
    if len(steps) > FEW_VALUES:
        return np.asarray(values[np.searchsorted(steps, u, side="right")])
    index = np.zeros(len(u), dtype=np.uint8)
    for step in steps:  # comparing with all of a few values is faster than searching
        index += u >= step
    return values.take(index)


@lru_cache(maxsize=1024)
def _steps_and_values(law: Empirical | EmpiricalUnits) -> tuple[tuple[float, ...], Floats]:
    """Return the numbers from which on the next value is taken, and the values."""
    cumulative = np.cumsum(law.probabilities)
    return tuple((cumulative / cumulative[-1])[:-1].tolist()), np.array(law.values, dtype=np.float64)


def _geometric(p: float, u: Floats) -> Floats:
    if p == 1.0:
        return np.ones(len(u))
    return np.asarray(np.maximum(1.0, np.ceil(np.log1p(-u) / np.log1p(-p))))


def _hyperexponential(law: Hyperexponential, u: Floats) -> Floats:
    """Invert the mixture by bisection: balanced means, p = (1 + sqrt((scv - 1) / (scv + 1))) / 2."""
    p = (1 + np.sqrt((law.scv - 1) / (law.scv + 1))) / 2
    fast, slow = 2 * p / law.mean, 2 * (1 - p) / law.mean
    low, high = np.zeros(len(u)), np.full(len(u), 40 / slow)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        below = 1 - p * np.exp(-fast * middle) - (1 - p) * np.exp(-slow * middle) < u
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)
