"""Non-preemptive priority with one exponential rate: M/M/c with classes 1..K, 1 the best."""

import itertools
from collections.abc import Sequence

import numpy as np

from simcore.formulas._check import non_negative, positive, rates, refuse, whole
from simcore.formulas.erlang import erlang_c
from simcore.formulas.laplace import ComplexArray, transform_tail
from simcore.formulas.measures import PriorityMeasures, weighted_mean


def priority_mmc(arrival_rates: Sequence[float], service_rate: float, servers: int) -> PriorityMeasures:
    """Means of non-preemptive priority M/M/c, first come first served within a class.

    Equation: W_k = C / (c mu) / ((1 - s_{k-1}) (1 - s_k)), s_k the load of classes 1..k per server and C
    Erlang C of the total load; every class waits with the same probability C.
    Source: Cobham 1954; Davis 1966; Kella & Yechiali 1985.

    Raises
    ------
    ValueError
        If a rate or `servers` is out of range or the total load is not below `servers`.

    Examples
    --------
    >>> [round(w, 8) for w in priority_mmc([0.3, 0.5], 1.0, 1).wait_mean]
    [1.14285714, 5.71428571]
    """
    lambdas, waits, capacity = _prepare(arrival_rates, service_rate, servers)
    loads = np.concatenate(([0.0], np.cumsum(lambdas))) / capacity
    wait = [waits / capacity / ((1 - better) * (1 - own)) for better, own in itertools.pairwise(loads)]
    return PriorityMeasures(
        utilisation=float(loads[-1]),
        wait_share=waits,
        wait_mean=[float(w) for w in wait],
        queue_length_mean=[float(w) * rate for w, rate in zip(wait, lambdas, strict=True)],
        sojourn_mean=[float(w) + 1 / service_rate for w in wait],
        wait_mean_all=weighted_mean([float(w) for w in wait], lambdas),
    )


def priority_mmc_wait_tail(
    arrival_rates: Sequence[float], service_rate: float, servers: int, rank: int, time: float
) -> float:
    """P(wait > time) for the class at `rank` (1 is the best).

    Equation: a waiting order of class k finds a geometric number of orders of classes 1..k ahead and waits
    for that many busy periods of M/M/1 with arrivals of classes 1..k-1 and service c mu; the transform is
    inverted numerically (absolute error below 1e-11). Source: Kella & Yechiali 1985; Davis 1966.

    Raises
    ------
    ValueError
        As `priority_mmc`, or if `rank` is not one of the classes or `time` is negative.

    Examples
    --------
    >>> round(priority_mmc_wait_tail([0.3, 0.5], 1.0, 1, 2, 5.0), 8)
    0.37867932
    """
    waits, transform = _wait_transform(arrival_rates, service_rate, servers, rank)
    return waits * transform_tail(transform, time)


def priority_mmc_sojourn_tail(
    arrival_rates: Sequence[float], service_rate: float, servers: int, rank: int, time: float
) -> float:
    """P(wait + service > time) for the class at `rank`; method and source as `priority_mmc_wait_tail`.

    Raises
    ------
    ValueError
        As `priority_mmc_wait_tail`.

    Examples
    --------
    >>> round(priority_mmc_sojourn_tail([1.0, 3.0], 1.5, 3, 2, 3.5), 8)
    0.27449832
    """
    waits, transform = _wait_transform(arrival_rates, service_rate, servers, rank)

    def sojourn(s: ComplexArray) -> ComplexArray:
        return (1 - waits + waits * transform(s)) * service_rate / (service_rate + s)

    return transform_tail(sojourn, time)


def _prepare(arrival_rates: Sequence[float], service_rate: float, servers: int) -> tuple[list[float], float, float]:
    lambdas = rates("arrival_rates", arrival_rates)
    positive("service_rate", service_rate)
    waits = erlang_c(whole("servers", servers, 1), sum(lambdas) / service_rate)
    return lambdas, waits, servers * service_rate


class _WaitTransform:
    """E[exp(-s W)] of an order that waits: a geometric number of M/M/1 busy periods."""

    def __init__(self, better: float, load: float, capacity: float) -> None:
        self.better, self.load, self.capacity = better, load, capacity

    def __call__(self, s: ComplexArray) -> ComplexArray:
        """Evaluate at complex s off the negative real axis."""
        low = (np.sqrt(self.capacity) - np.sqrt(self.better)) ** 2
        high = (np.sqrt(self.capacity) + np.sqrt(self.better)) ** 2
        root = np.sqrt(s + low) * np.sqrt(s + high)
        busy = 2 * self.capacity / (s + self.better + self.capacity + root)
        waits: ComplexArray = (1 - self.load) * busy / (1 - self.load * busy)
        return waits


def _wait_transform(
    arrival_rates: Sequence[float], service_rate: float, servers: int, rank: int
) -> tuple[float, _WaitTransform]:
    lambdas, waits, capacity = _prepare(arrival_rates, service_rate, servers)
    if whole("rank", rank, 1) > len(lambdas):
        raise refuse("rank", f"at most the number of classes ({len(lambdas)})", rank)
    better = non_negative("arrival_rates", sum(lambdas[: rank - 1]))
    return waits, _WaitTransform(better, (better + lambdas[rank - 1]) / capacity, capacity)
