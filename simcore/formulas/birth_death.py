"""Stationary law of a finite birth-death chain."""

import numpy as np

from simcore.formulas._check import FloatArray, refuse


def birth_death_law(up: FloatArray, down: FloatArray) -> FloatArray:
    """Stationary probabilities of states 0..n of a birth-death chain.

    Equation: p[k+1] down[k] = p[k] up[k], summed in logarithms so that hundreds of servers neither
    overflow nor underflow. Rates in any common time unit. Source: Gross & Harris, ch. 2.

    Parameters
    ----------
    up : array
        Rate from state k to k + 1, k = 0..n-1; 0 makes the states above unreachable.
    down : array
        Rate from state k + 1 to k, k = 0..n-1, above 0.

    Raises
    ------
    ValueError
        If the arrays differ in length, `up` is negative or `down` is not above 0.

    Examples
    --------
    >>> birth_death_law(np.array([1.0, 1.0]), np.array([1.0, 2.0])).tolist()  # M/M/2/2 with load 1
    [0.4, 0.4, 0.2]
    """
    if up.shape != down.shape:
        raise refuse("down", f"as long as up ({up.size})", down.size)
    if not np.all(up >= 0):
        raise refuse("up", "rates of at least 0", up)
    if not np.all(down > 0):
        raise refuse("down", "rates above 0", down)
    with np.errstate(divide="ignore"):
        logs = np.concatenate(([0.0], np.cumsum(np.log(up) - np.log(down))))
    weights = np.exp(logs - logs.max())
    law: FloatArray = weights / weights.sum()
    return law
