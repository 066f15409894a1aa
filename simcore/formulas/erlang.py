"""Erlang B and Erlang C: the loss system and the M/M/c queue.

All rates share one time unit of the caller's choice; waits come back in that unit.
"""

import math

from simcore.formulas._check import non_negative, positive, stable, whole
from simcore.formulas.measures import QueueMeasures


def erlang_b(servers: int, offered_load: float) -> float:
    """Share of orders lost by M/G/c/c: no waiting room, any service law.

    Equation: B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)) with a the offered load (arrival rate x mean
    service time). Source: Erlang 1917; insensitivity Sevastyanov 1957.

    Raises
    ------
    ValueError
        If `servers` is not a whole number of at least 0 or `offered_load` is negative or not finite.

    Examples
    --------
    >>> round(erlang_b(10, 5.0), 8)
    0.01838457
    """
    whole("servers", servers)
    non_negative("offered_load", offered_load)
    blocked = 1.0
    for n in range(1, int(servers) + 1):
        blocked = offered_load * blocked / (n + offered_load * blocked)
    return blocked


def erlang_c(servers: int, offered_load: float) -> float:
    """Share of orders that wait in M/M/c with unlimited waiting.

    Equation: C = B / (1 - rho (1 - B)), rho = offered_load / servers. Source: Gross & Harris, M/M/c.

    Raises
    ------
    ValueError
        If `servers` is below 1 or `offered_load` is negative, not finite or not below `servers`.

    Examples
    --------
    >>> round(erlang_c(3, 2.4), 8)
    0.64719101
    """
    whole("servers", servers, 1)
    rho = stable(non_negative("offered_load", offered_load), servers)
    blocked = erlang_b(servers, offered_load)
    return blocked / (1 - rho * (1 - blocked))


def mmc(arrival_rate: float, service_rate: float, servers: int) -> QueueMeasures:
    """Stationary measures of M/M/c, first come first served.

    Equations: Wq = C / theta, sd(Wq) = sqrt(C (2 - C)) / theta with theta = c mu - lambda; Little's law
    for the rest. Source: Gross & Harris, M/M/c.

    Raises
    ------
    ValueError
        If a rate or `servers` is out of range or the queue is unstable.

    Examples
    --------
    >>> round(mmc(2.4, 1.0, 3).wait_mean, 8)
    1.07865169
    """
    theta, waits = _spare_rate(arrival_rate, service_rate, servers)
    wait = waits / theta
    return QueueMeasures(
        utilisation=arrival_rate / (servers * service_rate),
        wait_share=waits,
        wait_mean=wait,
        queue_length_mean=arrival_rate * wait,
        sojourn_mean=wait + 1 / service_rate,
        in_system_mean=arrival_rate * (wait + 1 / service_rate),
        wait_sd=math.sqrt(waits * (2 - waits)) / theta,
    )


def mmc_wait_tail(arrival_rate: float, service_rate: float, servers: int, time: float) -> float:
    """P(wait > time) in M/M/c: C exp(-(c mu - lambda) time). Source: Gross & Harris, M/M/c.

    Raises
    ------
    ValueError
        As `mmc`, or if `time` is negative.

    Examples
    --------
    >>> round(mmc_wait_tail(4.0, 5.0, 1, 0.5), 8)
    0.48522453
    """
    non_negative("time", time)
    theta, waits = _spare_rate(arrival_rate, service_rate, servers)
    return waits * math.exp(-theta * time)


def most_load(servers: int, share: float, within: float) -> float:
    """Largest offered load that `servers` carry so that a `share` of orders waits no longer than `within`.

    Equation: the root a of 1 - C(c, a) exp(-(c - a) t) = share (M/M/c, time in mean service times), by bisection from
    below: the inverse of the Erlang C service level, rounded down. Source: Gross & Harris, M/M/c.

    Raises
    ------
    ValueError
        If `servers` is not a whole number of at least 0, `share` not above 0 and below 1, or `within` negative.

    Examples
    --------
    >>> round(most_load(1, 0.8, 0.25), 6)
    0.241744
    >>> most_load(0, 0.8, 0.25)
    0.0
    """
    whole("servers", servers)
    non_negative("within", within)
    if not 0 < share < 1:
        raise ValueError(f"share must lie between 0 and 1. Got {share!r} instead.")
    low, high = 0.0, float(servers)
    while True:
        load = (low + high) / 2
        if not low < load < high:
            return low
        if 1 - mmc_wait_tail(load, 1.0, servers, within) >= share:
            low = load
        else:
            high = load


def mmc_sojourn_tail(arrival_rate: float, service_rate: float, servers: int, time: float) -> float:
    """P(wait + service > time) in M/M/c.

    Equation: (1 - C) exp(-mu t) + C P(E1 + E2 > t) with E1, E2 exponential of rates c mu - lambda and mu,
    written so that equal rates need no special case. Source: Gross & Harris, M/M/c.

    Raises
    ------
    ValueError
        As `mmc`, or if `time` is negative.

    Examples
    --------
    >>> round(mmc_sojourn_tail(2.4, 1.0, 3, 2.0), 8)
    0.4036913
    """
    non_negative("time", time)
    theta, waits = _spare_rate(arrival_rate, service_rate, servers)
    return (1 - waits) * math.exp(-service_rate * time) + waits * _two_phase_tail(theta, service_rate, time)


def _spare_rate(arrival_rate: float, service_rate: float, servers: int) -> tuple[float, float]:
    """Return c mu - lambda and the share that waits."""
    non_negative("arrival_rate", arrival_rate)
    positive("service_rate", service_rate)
    waits = erlang_c(servers, arrival_rate / service_rate)
    return servers * service_rate - arrival_rate, waits


def _two_phase_tail(rate: float, other: float, time: float) -> float:
    """P(sum of two exponentials > time), also for equal rates."""
    slow, gap = min(rate, other), abs(rate - other)
    x = gap * time
    spread = -math.expm1(-x) / x if x > 1e-300 else 1.0
    return math.exp(-slow * time) * (1 + slow * time * spread)
