"""M(t)/M/c with a repeating profile and a constant head count, exactly."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import pdtr

from simcore.formulas._check import FloatArray, non_negative, positive, rates, refuse, stable, whole
from simcore.formulas.staffing import checked_profiles, least_servers
from simcore.formulas.transient import uniformised

_MOST_STATES = 1200


class PeriodicMeasures(NamedTuple):
    """Arrival-weighted measures over one cycle; `late_share` is P(wait > wait_limit)."""

    servers: int
    wait_share: float
    wait_mean: float
    late_share: float
    utilisation: float


def periodic_mmc(
    profile: Sequence[float], service_rate: float, servers: int, wait_limit: float, interval: float = 1.0
) -> PeriodicMeasures:
    """Measures of M(t)/M/c in its periodic regime; each rate of `profile` lasts `interval`.

    Equation: Kolmogorov's forward equations over the cycle by uniformisation, periodic law by a linear
    solve, number in system cut where its probability stays below 1e-12; an order that finds n >= c waits
    an Erlang(n - c + 1, c mu) time. Transients are included. Source: own chain.

    Raises
    ------
    ValueError
        If a number is out of range, the mean load is not below `servers`, nothing arrives, or more than
        1,200 orders would have to be tracked.

    Examples
    --------
    >>> round(periodic_mmc([4.0, 4.0], 5.0, 1, 0.5).late_share, 8)  # constant profile: M/M/1
    0.48522453
    """
    lambdas = np.array(rates("profile", profile))
    positive("service_rate", service_rate)
    positive("interval", interval)
    non_negative("wait_limit", wait_limit)
    if lambdas.sum() == 0:
        raise refuse("profile", "rates of which at least one is above 0", list(profile))
    load = float(lambdas.mean()) / service_rate
    stable(load, whole("servers", servers, 1))
    size = servers + _first_cut(lambdas, service_rate, servers, interval)
    while size <= _MOST_STATES:
        seen, edge = _arrivals_find(lambdas, service_rate, servers, interval, size)
        if edge < 1e-12:
            return _measures(seen, load, service_rate, servers, wait_limit)
        size *= 2
    raise ValueError(f"profile must keep fewer than {_MOST_STATES} orders in the system. Got a peak beyond that.")


def least_servers_periodic(
    profile: Sequence[float], service_rate: float, wait_limit: float, most_late: float, interval: float = 1.0
) -> tuple[PeriodicMeasures, float]:
    """Smallest constant head count with late share at most `most_late`, and the late share with one fewer.

    The late share with one fewer is 1 when that head count cannot carry the mean load.

    Raises
    ------
    ValueError
        As `periodic_mmc`, or if `most_late` is not in (0, 1).

    Examples
    --------
    >>> least_servers_periodic([4.0, 4.0], 5.0, 0.5, 0.1)[0].servers
    2
    """
    if not 0 < most_late < 1:
        raise refuse("most_late", "a number in (0, 1)", most_late)
    load = float(np.mean(rates("profile", profile))) / positive("service_rate", service_rate)
    # Enough for the peak rate for ever is enough for the profile: search downward from there.
    servers = max(least_servers(max(profile), service_rate, wait_limit, 1 - most_late), int(load) + 1)
    best = periodic_mmc(profile, service_rate, servers, wait_limit, interval)
    while best.servers - 1 > load:
        fewer = periodic_mmc(profile, service_rate, best.servers - 1, wait_limit, interval)
        if fewer.late_share > most_late:
            return best, fewer.late_share
        best = fewer
    return best, 1.0


class PeriodicStaffing(NamedTuple):
    """Constant head counts of each segment's own team and of one pooled team, each with one-fewer lateness."""

    dedicated: list[tuple[PeriodicMeasures, float]]
    pooled: tuple[PeriodicMeasures, float]


def periodic_staffing(
    profiles: Sequence[Sequence[float]], service_rate: float, wait_limit: float, most_late: float, interval: float = 1.0
) -> PeriodicStaffing:
    """Least constant head counts for dedicated teams and for one pooled team.

    Raises
    ------
    ValueError
        As `least_servers_periodic`, or if `profiles` is empty or ragged.

    Examples
    --------
    >>> periodic_staffing([[4.0], [4.0]], 5.0, 0.5, 0.1).pooled[0].servers
    3
    """
    lists = checked_profiles(profiles)
    total = [sum(hour) for hour in zip(*lists, strict=True)]
    args = (service_rate, wait_limit, most_late, interval)
    return PeriodicStaffing([least_servers_periodic(p, *args) for p in lists], least_servers_periodic(total, *args))


def _first_cut(lambdas: FloatArray, service_rate: float, servers: int, interval: float) -> int:
    """Guess the longest queue: the fluid backlog of two cycles and a margin."""
    backlog, worst = 0.0, 0.0
    for rate in np.concatenate((lambdas, lambdas)):
        backlog = max(0.0, backlog + (float(rate) - servers * service_rate) * interval)
        worst = max(worst, backlog)
    return int(worst + 8 * np.sqrt(worst + lambdas.max() / service_rate)) + 60


def _stepper(
    rate: float, service_rate: float, servers: int, size: int, pace: float
) -> Callable[[FloatArray], FloatArray]:
    up = np.full(size - 1, rate / pace)
    down = np.minimum(np.arange(1, size), servers) * service_rate / pace
    stay = 1 - np.append(up, 0.0) - np.insert(down, 0, 0.0)

    def step(law: FloatArray) -> FloatArray:
        moved = law * stay
        moved[..., 1:] += law[..., :-1] * up
        moved[..., :-1] += law[..., 1:] * down
        return np.asarray(moved)

    return step


def _arrivals_find(
    lambdas: FloatArray, service_rate: float, servers: int, interval: float, size: int
) -> tuple[FloatArray, float]:
    """Law of the number in system that arrivals find, and its mass at the cut."""
    pace = float(lambdas.max()) + servers * service_rate
    steps = {float(rate): _stepper(float(rate), service_rate, servers, size, pace) for rate in lambdas}
    carry = {rate: uniformised(step, np.eye(size), pace, interval).law for rate, step in steps.items()}
    cycle = np.eye(size)
    for rate in lambdas:
        cycle = cycle @ carry[float(rate)]
    system = cycle - np.eye(size)
    system[:, 0] = 1.0
    law = np.maximum(np.linalg.solve(system.T, np.eye(size)[0]), 0.0)
    found, edge = np.zeros(size), 0.0
    for rate in lambdas:
        passage = uniformised(steps[float(rate)], law, pace, interval)
        found += float(rate) * passage.time_spent
        law, edge = passage.law, max(edge, float(passage.time_spent[-1]) / interval)
    return found / found.sum(), edge


def _measures(seen: FloatArray, load: float, service_rate: float, servers: int, wait_limit: float) -> PeriodicMeasures:
    ahead = np.arange(1, seen.size - servers + 1, dtype=float)
    waiting, capacity = seen[servers:], servers * service_rate
    late = float(waiting @ pdtr(ahead - 1, capacity * wait_limit))
    return PeriodicMeasures(servers, float(waiting.sum()), float(waiting @ ahead) / capacity, late, load / servers)
