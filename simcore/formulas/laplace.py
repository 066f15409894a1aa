"""Tail probabilities from a Laplace-Stieltjes transform."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simcore.formulas._check import non_negative

ComplexArray = NDArray[np.complex128]
_NODES = 26


def transform_tail(transform: Callable[[ComplexArray], ComplexArray], time: float, at_zero: float = 1.0) -> float:
    """P(W > time) of a non-negative W from its transform E[exp(-s W)].

    Inverts (1 - transform(s)) / s on the cotangent contour of Trefethen, Weideman & Schmelzer, *Talbot
    quadratures and rational approximations*, BIT 46 (2006), error about 3.9**-26. The transform must be
    analytic away from the negative real axis, which holds for mixtures and sums of exponentials and for
    the busy period of M/M/1. `time` is in the unit of 1/s.

    Parameters
    ----------
    transform : callable
        E[exp(-s W)], vectorised over complex s.
    time : float
        Strict bound, at least 0.
    at_zero : float
        P(W > 0), returned for `time` 0.

    Raises
    ------
    ValueError
        If `time` is negative or not finite.

    Examples
    --------
    >>> round(transform_tail(lambda s: 1 / (1 + s), 2.0), 10)  # exp(-2)
    0.1353352832
    """
    non_negative("time", time)
    if time < 1e-290:  # nodes / time would overflow
        return at_zero
    angle = np.pi * (np.arange(_NODES // 2) + 0.5) * 2 / _NODES
    cot = 1 / np.tan(0.6407 * angle)
    node = _NODES * (0.5017 * angle * cot - 0.6122 + 0.2645j * angle)
    slope = _NODES * (0.5017 * cot - 0.5017 * 0.6407 * angle * (1 + cot**2) + 0.2645j)
    s: ComplexArray = np.asarray(node / time, dtype=np.complex128)
    terms = np.exp(node) * slope * (1 - transform(s)) / s
    value = 2 * float(np.sum(terms / 1j).real) / (_NODES * time)
    return min(max(value, 0.0), 1.0)
