"""One server with a general service law: M/G/1, orders of several units, and GI/M/1."""

import math
from typing import Literal

from simcore.formulas._check import non_negative, positive, stable
from simcore.formulas.measures import QueueMeasures
from simcore.formulas.service_laws import TimeLaw, constant_time, exponential_time
from simcore.formulas.sizes import SizeLaw


def mg1(arrival_rate: float, service: TimeLaw) -> QueueMeasures:
    """Stationary measures of M/G/1, first come first served.

    Equations: E[W] = lambda E[S^2] / (2 (1 - rho)); E[W^2] = 2 E[W]^2 + lambda E[S^3] / (3 (1 - rho)).
    Rates and times share one unit. Source: Pollaczek-Khinchine; second moment Takacs.

    Raises
    ------
    ValueError
        If `arrival_rate` is negative or the queue is unstable.

    Examples
    --------
    >>> round(mg1(0.8, constant_time(1.0)).wait_mean, 8)  # M/D/1
    2.0
    """
    rho = stable(non_negative("arrival_rate", arrival_rate) * service.mean)
    wait = arrival_rate * service.second_moment / (2 * (1 - rho))
    variance = wait**2 + arrival_rate * service.third_moment / (3 * (1 - rho))
    return _from_wait(arrival_rate, service.mean, rho, rho, wait, math.sqrt(variance))


def multi_unit_mg1(
    arrival_rate: float, size: SizeLaw, unit_time: float, unit_kind: Literal["constant", "exponential"]
) -> QueueMeasures:
    """M/G/1 whose orders hold X units that one server works one after another.

    Equation: Pollaczek-Khinchine with the random sum S = U_1 + ... + U_X as service:
    E[S^2] = E[X] u2 + E[X(X-1)] u1^2, E[S^3] = E[X] u3 + 3 E[X(X-1)] u2 u1 + E[X(X-1)(X-2)] u1^3.
    The wait runs to the start of the first unit, the sojourn to the end of the last.

    Raises
    ------
    ValueError
        If `unit_kind` is unknown, a number is out of range or the queue is unstable.

    Examples
    --------
    >>> from simcore.formulas.sizes import geometric_size
    >>> round(multi_unit_mg1(1.0, geometric_size(0.5), 0.4, "exponential").wait_mean, 8)
    3.2
    """
    laws = {"constant": constant_time, "exponential": exponential_time}
    if unit_kind not in laws:
        raise ValueError(f"unit_kind must be one of {sorted(laws)}. Got {unit_kind!r} instead.")
    unit = laws[unit_kind](positive("unit_time", unit_time))
    one, two, three = size.factorial_moments
    mean = one * unit.mean
    second = one * unit.second_moment + two * unit.mean**2
    third = one * unit.third_moment + 3 * two * unit.second_moment * unit.mean + three * unit.mean**3
    return mg1(arrival_rate, TimeLaw(mean, second, third, unit.transform))


def gim1(interarrival: TimeLaw, service_rate: float) -> QueueMeasures:
    """Stationary measures of GI/M/1: renewal arrivals, one exponential server.

    Equation: sigma = A(mu (1 - sigma)), the root in (0, 1), A the transform of the interarrival law;
    P(wait) = sigma, Wq = sigma / (mu (1 - sigma)). Source: Gross & Harris, G/M/1.

    Raises
    ------
    ValueError
        If `service_rate` is not above 0 or the queue is unstable.

    Examples
    --------
    >>> round(gim1(constant_time(1.25), 1.0).wait_share, 8)  # D/M/1
    0.6286298
    """
    sigma, spare = _gim1_root(interarrival, service_rate)
    wait = sigma / spare
    sd = math.sqrt(sigma * (2 - sigma)) / spare
    rate = 1 / interarrival.mean
    return _from_wait(rate, 1 / service_rate, rate / service_rate, sigma, wait, sd)


def gim1_wait_tail(interarrival: TimeLaw, service_rate: float, time: float) -> float:
    """P(wait > time) in GI/M/1: sigma exp(-mu (1 - sigma) time). Source: Gross & Harris, G/M/1.

    Raises
    ------
    ValueError
        As `gim1`, or if `time` is negative.

    Examples
    --------
    >>> round(gim1_wait_tail(constant_time(1.25), 1.0, 4.0), 8)
    0.14231768
    """
    non_negative("time", time)
    sigma, spare = _gim1_root(interarrival, service_rate)
    return sigma * math.exp(-spare * time)


def _gim1_root(interarrival: TimeLaw, service_rate: float) -> tuple[float, float]:
    """Return sigma and mu (1 - sigma), solved for 1 - sigma so that heavy traffic keeps its digits."""
    from scipy.optimize import brentq  # half of what the formulas take to import

    positive("service_rate", service_rate)
    rho = stable(1 / (interarrival.mean * service_rate))

    def excess(spare: float) -> float:
        return (1 - interarrival.transform(service_rate * spare)) / spare - 1

    low = (1 - rho) * 1e-3 / (1 + interarrival.second_moment / interarrival.mean**2)
    spare = float(brentq(excess, low, 1.0, xtol=1e-16, rtol=1e-14)) if excess(1.0) < 0 else 1.0
    return interarrival.transform(service_rate * spare), service_rate * spare


def _from_wait(
    arrival_rate: float, service_mean: float, rho: float, wait_share: float, wait: float, sd: float
) -> QueueMeasures:
    sojourn = wait + service_mean
    return QueueMeasures(rho, wait_share, wait, arrival_rate * wait, sojourn, arrival_rate * sojourn, sd)
