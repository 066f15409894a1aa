"""M/D/c: constant service time, c servers, first come first served."""

import math

import numpy as np
from scipy.special import lambertw

from simcore.formulas._check import FloatArray, non_negative, positive, stable, whole
from simcore.formulas.integer_law import poisson_law
from simcore.formulas.laplace import ComplexArray
from simcore.formulas.measures import QueueMeasures, per_demand

_MOST_STATES = 2**22


def mdc(arrival_rate: float, service_time: float, servers: int) -> QueueMeasures:
    """Stationary measures of M/D/c.

    Equation: at spacing D the number in system obeys X' = (X - c)+ + Poisson(lambda D). With z_k the roots
    of z^c = exp(a (z - 1)) inside the unit circle, a = lambda D (Lambert W),
    Lq = sum 1 / (1 - z_k) - (c (c - 1) - a^2) / (2 (c - a)); the law itself by a Fourier transform of its
    generating function. Times in the unit of `service_time`. Source: Crommelin 1932; Franx 2001.

    Raises
    ------
    ValueError
        If a number is out of range, the queue is unstable, or so heavily loaded that 4 million states
        are not enough.

    Examples
    --------
    >>> round(mdc(1.6, 1.0, 2).wait_mean, 8)
    0.90328388
    """
    load = _load(arrival_rate, service_time, servers)
    queue = _queue_law(load, servers)
    roots = _roots(load, servers)
    length = float(np.sum(1 / (1 - roots)).real) - (servers * (servers - 1) - load**2) / (2 * (servers - load))
    length = max(length, 0.0) if load > 0 else 0.0
    wait = per_demand(length, arrival_rate)
    return QueueMeasures(
        utilisation=load / servers,
        wait_share=_tail(queue, load, servers, 0.0, service_time, arrival_rate),
        wait_mean=wait,
        queue_length_mean=length,
        sojourn_mean=wait + service_time,
        in_system_mean=length + load,
    )


def mdc_wait_tail(arrival_rate: float, service_time: float, servers: int, time: float) -> float:
    """P(wait > time) in M/D/c.

    Equation: for (k - 1) D <= t < k D, P(W > t) = E[P(queue >= k c - N)], N ~ Poisson(lambda (k D - t)).
    Source: Franx 2001, Operations Research Letters 29.

    Raises
    ------
    ValueError
        As `mdc`, or if `time` is negative.

    Examples
    --------
    >>> round(mdc_wait_tail(1.6, 1.0, 2, 1.5), 8)
    0.21680786
    """
    load = _load(arrival_rate, service_time, servers)
    non_negative("time", time)
    return _tail(_queue_law(load, servers), load, servers, time, service_time, arrival_rate)


def _load(arrival_rate: float, service_time: float, servers: int) -> float:
    non_negative("arrival_rate", arrival_rate)
    positive("service_time", service_time)
    stable(arrival_rate * service_time, whole("servers", servers, 1))
    return arrival_rate * service_time


def _roots(load: float, servers: int) -> ComplexArray:
    """Return the servers - 1 roots of z^c = exp(a (z - 1)) inside the unit circle, other than 1."""
    unit: ComplexArray = np.exp(2j * np.pi * np.arange(1, servers) / servers)
    rho = load / servers
    roots: ComplexArray = np.asarray(unit * (1 - rho), dtype=np.complex128)
    if rho >= 1e-12:
        roots = np.asarray(-lambertw(-rho * unit * np.exp(-rho)) / rho, dtype=np.complex128)
    return roots


def _queue_law(load: float, servers: int) -> FloatArray:
    """Return P(queue = n), n = 0, 1, ..., from its generating function on the unit circle."""
    if load == 0:
        return np.array([1.0])
    rho = load / servers
    tail_root = float(np.real(-lambertw(-rho * math.exp(-rho), -1) / rho))
    size = 2 ** math.ceil(math.log2(40 / math.log(tail_root) + 4 * servers + 16)) if math.isfinite(tail_root) else 64
    if size > _MOST_STATES:
        raise ValueError(f"utilisation must leave fewer than {_MOST_STATES} states. Got {rho!r} instead.")
    angle = 2 * np.pi * np.arange(1, size // 2 + 1) / size
    z = np.exp(1j * angle)
    minus = -2 * np.sin(angle / 2) ** 2 + 1j * np.sin(angle)  # z - 1 without cancellation
    power, arrivals = 1j * servers * angle, load * minus
    near = (power - arrivals).real < 1  # near z = 1 the difference z^c - A(z) would cancel
    growth = np.exp(power) - np.exp(arrivals)
    growth[near] = np.expm1((power - arrivals)[near]) * np.exp(arrivals[near])
    roots = _roots(load, servers)
    logs = np.zeros_like(z)
    for root in roots:
        logs += np.log((z - root) / (1 - root))
    values = np.concatenate(([1.0 + 0j], (servers - load) * minus / growth * np.exp(logs)))
    law = np.fft.irfft(np.conj(values), size)
    return np.asarray(np.maximum(law, 0.0))


def _tail(queue: FloatArray, load: float, servers: int, time: float, service_time: float, arrival_rate: float) -> float:
    if load == 0:
        return 0.0
    turns = math.floor(time / service_time) + 1
    late = poisson_law(arrival_rate * max(turns * service_time - time, 0.0))
    at_least = np.concatenate((np.cumsum(queue[::-1])[::-1], [0.0]))
    need = turns * servers - late.values.astype(int)
    chance = np.where(need <= 0, 1.0, at_least[np.clip(need, 0, at_least.size - 1)])
    return min(float(chance @ late.pmf), 1.0)
