"""Lead times of replenishments that do not overtake one another."""

import numpy as np
from numpy.typing import ArrayLike

from simcore.formulas._check import FloatArray, non_negative


def sequential_lead_time(lead_times: ArrayLike, orders_per_day: float, *, regular: bool = False) -> tuple[float, float]:
    """Mean and variance of the time to receipt where no order overtakes an earlier one.

    An order waits for all earlier ones. With earlier orders a Poisson stream of rate nu and lead times of law F, the
    number of earlier ones that are still to come t after an order is Poisson, so that

        P(receipt within t) = F(t) exp(-nu E[(L - t)+]).

    With orders at regular times, it is the product of F(t + k / nu) over k = 0, 1, ...

    Days throughout. Source: M/G/infinity departures (Takacs 1962), as used by Svoronos & Zipkin 1991.

    Parameters
    ----------
    lead_times : array_like, shape (n,)
        Equally likely values of L, such as its quantiles.
    orders_per_day : float
        Rate nu of orders.
    regular : bool
        Orders come at regular times, not as a Poisson stream.

    Raises
    ------
    ValueError
        If the rate is negative or not finite.

    Examples
    --------
    >>> sequential_lead_time([7.0, 7.0], 4.0)  # all alike: nobody overtakes
    (7.0, 0.0)
    >>> mean, variance = sequential_lead_time([1.0, 3.0], 1.0)  # P(L <= 1) falls from 1/2 to exp(-1) / 2
    >>> round(mean, 4), round(variance, 4)
    (2.6321, 0.6004)
    >>> sequential_lead_time([1.0, 3.0], 0.4, regular=True)  # 2.5 days apart: nobody overtakes
    (2.0, 1.0)
    """
    rate = float(non_negative("orders_per_day", orders_per_day))
    values: FloatArray = np.sort(np.asarray(lead_times, dtype=float))
    count = len(values)
    within = np.arange(1, count + 1) / count
    if regular and rate > 0:
        gaps = np.arange(1 / rate, values[-1] - values[0], 1 / rate)
        later = np.searchsorted(values, values[:, None] + gaps, side="right") / count
        within = within * later.prod(axis=1)
    else:
        above = values[::-1].cumsum()[::-1] - values * np.arange(count, 0, -1)
        within = within * np.exp(-rate * above / count)
    weight = np.diff(within, prepend=0.0)
    mean = float(weight @ values)
    return mean, max(0.0, float(weight @ (values - mean) ** 2))
