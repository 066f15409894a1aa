"""Quasi-birth-death chains: levels that repeat, solved by matrix-geometric methods."""

from typing import NamedTuple

import numpy as np

from simcore.formulas._check import FloatArray, refuse


class RepeatingLevels(NamedTuple):
    """Generator blocks of a level that repeats: one level up, within, one level down (square, equal size)."""

    up: FloatArray
    local: FloatArray
    down: FloatArray


def rate_matrix(levels: RepeatingLevels) -> FloatArray:
    """R of pi[n+1] = pi[n] R for a positive recurrent quasi-birth-death chain.

    Equation: R = up (-local - up G)^-1, G by logarithmic reduction.
    Source: Neuts 1981; Latouche & Ramaswami 1993.

    Raises
    ------
    ValueError
        If the reduction does not settle, which means that the chain is not stable.

    Examples
    --------
    >>> blocks = RepeatingLevels(np.array([[0.8]]), np.array([[-1.8]]), np.array([[1.0]]))
    >>> round(float(rate_matrix(blocks)[0, 0]), 9)  # M/M/1: R = rho
    0.8
    """
    up, local, down = levels
    eye = np.eye(up.shape[0])
    rise, fall = np.linalg.solve(-local, up), np.linalg.solve(-local, down)
    first_passage, product = fall.copy(), rise.copy()
    for _ in range(64):
        if float(np.abs(product).sum(axis=1).max()) < 1e-16:
            break
        back = eye - rise @ fall - fall @ rise
        rise, fall = np.linalg.solve(back, rise @ rise), np.linalg.solve(back, fall @ fall)
        first_passage += product @ fall
        product = product @ rise
    if not np.all(np.abs(first_passage.sum(axis=1) - 1) < 1e-6):
        raise refuse("levels", "blocks of a stable chain", "a chain that drifts upward")
    return np.asarray(np.linalg.solve((-local - up @ first_passage).T, up.T).T)


def stationary_vector(generator: FloatArray, weights: FloatArray) -> FloatArray:
    """Row vector x with x generator = 0 and x . weights = 1.

    Examples
    --------
    >>> x = stationary_vector(np.array([[-1.0, 1.0], [2.0, -2.0]]), np.ones(2))
    >>> [round(float(p), 9) for p in x]
    [0.666666667, 0.333333333]
    """
    system = generator.copy()
    system[:, 0] = weights
    right = np.zeros(generator.shape[0])
    right[0] = 1.0
    return np.asarray(np.maximum(np.linalg.solve(system.T, right), 0.0))
