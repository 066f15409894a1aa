"""Compound Poisson demand: orders arrive Poisson, each for a random number of units."""

import numpy as np

from simcore.formulas._check import non_negative
from simcore.formulas.integer_law import IntegerLaw, point_law
from simcore.formulas.sizes import SizeLaw

_TINY, _HUGE = 1e-22, 1e200


def compound_poisson_law(orders: float, size: SizeLaw) -> IntegerLaw:
    """Law of the units in a Poisson number of orders with mean `orders`.

    Equation: g(n) = (orders / n) sum_k k f(k) g(n - k), rescaled on the way so that a mean of thousands of
    orders does not underflow, and normalised at the end. Source: Panjer 1981.

    Raises
    ------
    ValueError
        If `orders` is negative or not finite.

    Examples
    --------
    >>> from simcore.formulas.sizes import geometric_size
    >>> round(float(compound_poisson_law(2.0, geometric_size(0.4)).at_most(7)), 8)
    0.76069157
    """
    if non_negative("orders", orders) == 0:
        return point_law(0)
    widest = size.pmf.size - 1
    weights = orders * (np.arange(widest + 1) * size.pmf)[:0:-1]  # k f(k), largest k first
    mean = orders * size.mean
    reach = int(mean + 12 * np.sqrt(orders * (size.variance + size.mean**2))) + 8 * widest + 64
    padded = np.zeros(widest + reach + 1)  # g(n) sits at widest + n
    padded[widest] = peak = 1.0
    n = 0
    while n < reach:
        n += 1
        value = float(weights @ padded[n : n + widest]) / n
        padded[widest + n] = value
        peak = max(peak, value)
        if value > _HUGE:
            padded /= _HUGE
            peak /= _HUGE
        if n > mean and n % widest == 0 and padded[n : widest + n + 1].max() < _TINY * peak:
            break
    pmf = padded[widest : widest + n + 1]
    return IntegerLaw(0, pmf / pmf.sum())
