"""Laws of service and interarrival times: three moments and the Laplace transform."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simcore.formulas._check import non_negative, positive, refuse, share, whole


@dataclass(frozen=True)
class TimeLaw:
    """A positive random time: E[S], E[S^2], E[S^3] and s -> E[exp(-s S)] for real s >= 0."""

    mean: float
    second_moment: float
    third_moment: float
    transform: Callable[[float], float]


def constant_time(mean: float) -> TimeLaw:
    """Return the law of a constant time.

    Examples
    --------
    >>> constant_time(2.0).second_moment
    4.0
    """
    positive("mean", mean)
    return TimeLaw(mean, mean**2, mean**3, lambda s: math.exp(-s * mean))


def gamma_time(mean: float, scv: float) -> TimeLaw:
    """Return the gamma law with squared coefficient of variation `scv`, a number above 0.

    Examples
    --------
    >>> round(gamma_time(2.0, 0.5).second_moment, 9)  # mean^2 (1 + scv)
    6.0
    """
    positive("mean", mean)
    positive("scv", scv)
    second = mean**2 * (1 + scv)
    return TimeLaw(mean, second, second * mean * (1 + 2 * scv), lambda s: math.exp(-math.log1p(s * mean * scv) / scv))


def exponential_time(mean: float) -> TimeLaw:
    """Return the exponential law.

    Examples
    --------
    >>> exponential_time(2.0).second_moment
    8.0
    """
    return gamma_time(mean, 1.0)


def erlang_time(mean: float, phases: int) -> TimeLaw:
    """Return the Erlang law: the sum of `phases` equal exponential phases.

    Examples
    --------
    >>> erlang_time(2.0, 4).second_moment
    5.0
    """
    return gamma_time(mean, 1 / whole("phases", phases, 1))


def balanced_branches(mean: float, scv: float) -> tuple[float, float, float]:
    """Probability of branch 1 and the two rates of the H2 law with balanced means (scv of at least 1).

    p = (1 + sqrt((scv - 1) / (scv + 1))) / 2, rates 2 p / mean and 2 (1 - p) / mean. Whitt (1982).

    Examples
    --------
    >>> balanced_branches(1.0, 1.0)
    (0.5, 1.0, 1.0)
    """
    positive("mean", mean)
    if not (math.isfinite(scv) and scv >= 1):
        raise refuse("scv", "a finite number of at least 1 for a hyperexponential law", scv)
    second = 1 / (scv + 1) / (1 + math.sqrt((scv - 1) / (scv + 1)))  # 1 - p without cancellation
    return 1 - second, 2 * (1 - second) / mean, 2 * second / mean


def hyperexponential_time(mean: float, scv: float) -> TimeLaw:
    """Return the two-branch hyperexponential law with balanced means.

    Examples
    --------
    >>> round(hyperexponential_time(1.0, 4.0).second_moment, 9)
    5.0
    """
    p, fast, slow = balanced_branches(mean, scv)
    q = 1 - p
    return TimeLaw(
        mean,
        2 * (p / fast**2 + q / slow**2),
        6 * (p / fast**3 + q / slow**3),
        lambda s: p * fast / (fast + s) + q * slow / (slow + s),
    )


def lognormal_time(mean: float, scv: float) -> TimeLaw:
    """Return the lognormal law; its transform is summed over the normal variable.

    Examples
    --------
    >>> round(lognormal_time(1.0, 0.5).third_moment, 9)  # mean^3 (1 + scv)^3
    3.375
    """
    positive("mean", mean)
    positive("scv", scv)
    sigma = math.sqrt(math.log1p(scv))
    z = np.linspace(-12.0, 12.0, 2401)
    weight = np.exp(-(z**2) / 2)
    weight /= weight.sum()
    times = mean * np.exp(sigma * z - sigma**2 / 2)
    return TimeLaw(
        mean,
        mean**2 * (1 + scv),
        mean**3 * (1 + scv) ** 3,
        lambda s: float(weight @ np.exp(-s * times)),
    )


def uniform_time(low: float, high: float) -> TimeLaw:
    """Return the uniform law on [low, high], 0 <= low < high.

    Examples
    --------
    >>> round(uniform_time(0.2, 0.8).second_moment, 9)
    0.28
    """
    non_negative("low", low)
    if not (math.isfinite(high) and high > low):
        raise refuse("high", f"a finite number above low ({low})", high)
    width = high - low

    def transform(s: float) -> float:
        x = s * width
        return math.exp(-s * low) * (-math.expm1(-x) / x if x > 0 else 1.0)

    return TimeLaw(
        (low + high) / 2,
        (low * low + low * high + high * high) / 3,
        (low + high) * (low * low + high * high) / 4,
        transform,
    )


def two_point_time(first: float, first_probability: float, second: float) -> TimeLaw:
    """Return the law of a time that is `first` with the given probability, else `second`.

    Examples
    --------
    >>> two_point_time(1.0, 0.5, 3.0).second_moment
    5.0
    """
    a, p, b = non_negative("first", first), share("first_probability", first_probability), second
    non_negative("second", second)
    q = 1 - p
    positive("mean", p * a + q * b)
    return TimeLaw(
        p * a + q * b,
        p * a**2 + q * b**2,
        p * a**3 + q * b**3,
        lambda s: p * math.exp(-s * a) + q * math.exp(-s * b),
    )
