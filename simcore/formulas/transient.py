"""Markov chains over a stretch of time, by uniformisation."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simcore.formulas._check import FloatArray, non_negative, positive
from simcore.formulas.integer_law import poisson_law


class Passage(NamedTuple):
    """Law at the end of the stretch and the integral of the law over it (time spent per state)."""

    law: FloatArray
    time_spent: FloatArray


def uniformised(step: Callable[[FloatArray], FloatArray], law: FloatArray, rate: float, time: float) -> Passage:
    """Carry a law (or a stack of laws) of a Markov chain over `time`.

    Equation: p(t) = sum_n Poisson(rate t; n) p0 U^n and its integral = sum_n P(N > n) p0 U^n / rate, with
    `step` the map p -> p U, U = I + generator / rate. Source: Jensen 1953; Grassmann 1977.

    Raises
    ------
    ValueError
        If `rate` is not above 0 or `time` is negative.

    Examples
    --------
    >>> die = lambda p: np.array([0.0, p[0] + p[1]])  # one unit, gone at rate 1
    >>> [round(float(p), 8) for p in uniformised(die, np.array([1.0, 0.0]), 1.0, 2.0).law]
    [0.13533528, 0.86466472]
    """
    jumps = poisson_law(positive("rate", rate) * non_negative("time", time))
    at_end, spent = np.zeros_like(law), np.zeros_like(law)
    tails = jumps.above(np.arange(jumps.start + jumps.pmf.size, dtype=float))
    for n, tail in enumerate(tails):
        if n >= jumps.start:
            at_end += jumps.pmf[n - jumps.start] * law
        spent += tail * law
        law = step(law)
    return Passage(at_end, spent / rate)
