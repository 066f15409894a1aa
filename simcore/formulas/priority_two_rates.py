"""Two classes with different exponential rates, c servers, non-preemptive priority."""

from collections.abc import Sequence

import numpy as np

from simcore.formulas._check import FloatArray, positive, same_length, stable, whole
from simcore.formulas.measures import PriorityMeasures, weighted_mean
from simcore.formulas.qbd import RepeatingLevels, rate_matrix, stationary_vector

_MOST_STATES = 2500


def priority_two_rates(
    arrival_rates: Sequence[float], service_rates: Sequence[float], servers: int
) -> PriorityMeasures:
    """Means of a two-class non-preemptive priority queue whose classes have their own exponential rates.

    Equation: Markov chain of (servers on class 1, class-1 queue, class-2 queue); the class-2 queue is the
    level of a quasi-birth-death chain, the class-1 queue is cut where its probability falls below 1e-12.
    Source: Kao & Wilson 1999 (matrix-geometric priority queues); own chain.

    Raises
    ------
    ValueError
        If a number is out of range, there are not two classes, the queue is unstable, or the class-1
        queue is so long that more than 2,500 states per level are needed.

    Examples
    --------
    >>> [round(w, 7) for w in priority_two_rates([0.5, 0.5], [1.0, 0.7], 2).wait_mean]
    [0.3882811, 0.9738276]
    """
    same_length("arrival_rates", arrival_rates, (1, 2))
    same_length("service_rates", service_rates, (1, 2))
    lam = [positive(f"arrival_rates[{i}]", rate) for i, rate in enumerate(arrival_rates)]
    mu = [positive(f"service_rates[{i}]", rate) for i, rate in enumerate(service_rates)]
    whole("servers", servers, 1)
    rho = stable(lam[0] / mu[0] + lam[1] / mu[1], servers)
    longest = 24
    while True:
        if (servers + 1) * (longest + 1) > _MOST_STATES:
            raise ValueError(
                f"servers x class-1 queue must need at most {_MOST_STATES} states per level. "
                f"Got {servers} servers and a class-1 queue beyond {longest // 2} orders instead."
            )
        waits, queues, edge = _solve(lam, mu, servers, longest)
        if edge < 1e-12:
            break
        longest *= 2
    wait = [queue / rate for queue, rate in zip(queues, lam, strict=True)]
    return PriorityMeasures(
        utilisation=rho,
        wait_share=waits,
        wait_mean=wait,
        queue_length_mean=queues,
        sojourn_mean=[w + 1 / rate for w, rate in zip(wait, mu, strict=True)],
        wait_mean_all=weighted_mean(wait, lam),
    )


def _busy_levels(lam: list[float], mu: list[float], servers: int, longest: int) -> RepeatingLevels:
    """Blocks over (class-1 queue q, servers on class 1 i), index q (servers + 1) + i, all servers busy."""
    width = servers + 1
    size = width * (longest + 1)
    local, down = np.zeros((size, size)), np.zeros((size, size))
    for q in range(longest + 1):
        for i in range(width):
            here, first, second = q * width + i, i * mu[0], (servers - i) * mu[1]
            if q < longest:
                local[here, here + width] += lam[0]
            if q > 0:  # the next order in is class 1
                local[here, here - width] += first
                if i < servers:
                    local[here, here - width + 1] += second
            else:  # the next order in is class 2: one level down
                if i > 0:
                    down[here, here - 1] += first
                down[here, here] += second
    local -= np.diag(local.sum(axis=1) + down.sum(axis=1) + lam[1])
    return RepeatingLevels(lam[1] * np.eye(size), local, down)


def _idle_blocks(
    lam: list[float], mu: list[float], servers: int, size: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Blocks of the states with a free server: within, to level 0, and from level 0 back."""
    places = {(i, j): n for n, (i, j) in enumerate((i, j) for i in range(servers) for j in range(servers - i))}
    within, enter, leave = np.zeros((len(places),) * 2), np.zeros((len(places), size)), np.zeros((size, len(places)))
    for (i, j), here in places.items():
        if i + j == servers - 1:
            enter[here, i + 1] += lam[0]
            enter[here, i] += lam[1]
        else:
            within[here, places[i + 1, j]] += lam[0]
            within[here, places[i, j + 1]] += lam[1]
        if i:
            within[here, places[i - 1, j]] += i * mu[0]
        if j:
            within[here, places[i, j - 1]] += j * mu[1]
        within[here, here] -= sum(lam) + i * mu[0] + j * mu[1]
    for i in range(servers + 1):
        if i:
            leave[i, places[i - 1, servers - i]] += i * mu[0]
        if i < servers:
            leave[i, places[i, servers - i - 1]] += (servers - i) * mu[1]
    return within, enter, leave


def _solve(lam: list[float], mu: list[float], servers: int, longest: int) -> tuple[float, list[float], float]:
    """Return P(wait), mean queues and the probability that the class-1 queue is at its cut."""
    levels = _busy_levels(lam, mu, servers, longest)
    size = levels.up.shape[0]
    within, enter, leave = _idle_blocks(lam, mu, servers, size)
    ratio = rate_matrix(levels)
    back = np.linalg.solve(-within.T, leave.T).T
    spread = np.eye(size) - ratio
    weights = np.linalg.solve(spread, np.ones(size)) + back.sum(axis=1)
    base = stationary_vector(levels.local + ratio @ levels.down + back @ enter, weights)
    busy = np.linalg.solve(spread.T, base)
    class_1 = np.repeat(np.arange(longest + 1), servers + 1)
    class_2 = float((np.linalg.solve(spread.T, busy) @ ratio).sum())
    return float(busy.sum()), [float(busy @ class_1), class_2], float(busy[class_1 == longest].sum())
