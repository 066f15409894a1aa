"""Laws of whole-unit demand that match a mean and a variance."""

import math

from simcore.formulas._check import non_negative, positive
from simcore.formulas.integer_law import IntegerLaw, mixed_law, point_law, poisson_law, recursion_law

_WIDEST_SD = 200.0
_WIDEST_CLUMP = 400.0  # variance / mean: the decay length of the tail


def matched_law(mean: float, variance: float) -> IntegerLaw:
    """Law of demand with the given mean and variance, in whole units.

    Poisson when they are equal, negative binomial when the variance is larger, a mixture of two
    neighbouring binomials when it is smaller (both moments exact), two neighbouring values at the least
    variance that whole numbers allow. Beyond a standard deviation of 200 units the law sits on a lattice
    of sd / 200, close to a gamma or normal law; beyond a
    variance of 400 means, on one of variance / mean / 400. Source: Adan, van Eenige & Resing 1995.

    Raises
    ------
    ValueError
        If `mean` or `variance` is negative or not finite.

    Examples
    --------
    >>> law = matched_law(10.0, 4.0)
    >>> round(law.mean, 9), round(float(law.pmf @ (law.values - 10.0) ** 2), 9)
    (10.0, 4.0)
    """
    non_negative("mean", mean)
    sd = math.sqrt(non_negative("variance", variance))
    step = max(1.0, sd / _WIDEST_SD, variance / mean / _WIDEST_CLUMP if mean > 0 else 1.0)
    law = _whole_law(mean / step, variance / step**2)
    return law if step == 1.0 else IntegerLaw(law.start, law.pmf, step)


def _whole_law(mean: float, variance: float) -> IntegerLaw:
    if mean == 0:
        return point_law(0)
    if abs(variance - mean) <= 1e-9 * mean:
        return poisson_law(mean)
    if variance > mean:
        keep = 1 - mean / variance
        return recursion_law(keep, (mean * mean / (variance - mean) - 1) * keep, math.sqrt(variance))
    part = mean - math.floor(mean)
    if variance <= part * (1 - part) + 1e-12:
        low = math.floor(mean)
        return mixed_law(point_law(low), point_law(low + 1), part) if part > 0 else point_law(low)
    return _binomial_mixture(mean, variance)


def _binomial_mixture(mean: float, variance: float) -> IntegerLaw:
    """Binomial(n or n + 1, p) with n + weight trials on average: both moments exact."""

    def spread(trials: float) -> float:
        weight = trials - math.floor(trials)
        chance = mean / trials
        return mean * (1 - chance) + chance**2 * weight * (1 - weight)

    low = math.floor(mean * mean / (mean - variance))
    least, most = max(mean, float(low)), float(low + 1)
    for _ in range(200):
        middle = (least + most) / 2
        if spread(middle) < variance:
            least = middle
        else:
            most = middle
    trials = max((least + most) / 2, mean)
    if trials >= low + 1 - 1e-12:
        return _binomial(low + 1, mean / (low + 1))
    return mixed_law(_binomial(low, mean / trials), _binomial(low + 1, mean / trials), trials - low)


def _binomial(trials: int, chance: float) -> IntegerLaw:
    positive("chance", chance)
    if trials == 0 or chance >= 1 - 1e-12:
        return point_law(trials)
    odds = chance / (1 - chance)
    return recursion_law(-odds, (trials + 1) * odds, math.sqrt(trials * chance * (1 - chance)))
