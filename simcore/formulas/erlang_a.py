"""Erlang A: M/M/c whose waiting orders run out of patience."""

from typing import NamedTuple

import numpy as np

from simcore.formulas._check import FloatArray, non_negative, positive, stable, whole
from simcore.formulas.birth_death import birth_death_law
from simcore.formulas.measures import per_demand

_MOST_STATES = 2**23


class ErlangA(NamedTuple):
    """Stationary measures of M/M/c+M; `wait_mean` is over all orders, cancelled ones included."""

    wait_share: float
    cancelled_share: float
    queue_length_mean: float
    wait_mean: float
    utilisation: float
    throughput: float


def erlang_a(arrival_rate: float, service_rate: float, patience_rate: float, servers: int) -> ErlangA:
    """Stationary measures of M/M/c+M: a waiting order cancels at rate `patience_rate`.

    Equation: birth-death chain with births lambda and deaths min(n, c) mu + (n - c)+ theta, cut where the
    probability falls below 1e-18. Rates share one time unit. Overload is allowed when theta > 0.
    Source: Palm 1957; Garnett, Mandelbaum & Reiman 2002.

    Raises
    ------
    ValueError
        If a rate or `servers` is out of range, if nobody cancels and the queue is unstable, or if
        patience is so long that more than 8 million orders would queue.

    Examples
    --------
    >>> round(erlang_a(10.0, 1.0, 0.5, 10).cancelled_share, 8)
    0.10391321
    """
    non_negative("arrival_rate", arrival_rate)
    positive("service_rate", service_rate)
    non_negative("patience_rate", patience_rate)
    whole("servers", servers, 1)
    if patience_rate == 0:
        stable(arrival_rate / service_rate, servers)
    law = _law(arrival_rate, service_rate, patience_rate, servers)
    state = np.arange(law.size)
    queue = float(np.maximum(state - servers, 0) @ law)
    busy = float(np.minimum(state, servers) @ law)
    return ErlangA(
        wait_share=float(law[servers:].sum()),
        cancelled_share=per_demand(patience_rate * queue, arrival_rate),
        queue_length_mean=queue,
        wait_mean=per_demand(queue, arrival_rate),
        utilisation=busy / servers,
        throughput=service_rate * busy,
    )


def _law(arrival_rate: float, service_rate: float, patience_rate: float, servers: int) -> FloatArray:
    size = servers + 64
    while size <= _MOST_STATES:
        state = np.arange(1, size + 1)
        down = np.minimum(state, servers) * service_rate + np.maximum(state - servers, 0) * patience_rate
        law = birth_death_law(np.full(size, arrival_rate), down)
        if law[-1] < 1e-18:
            return law
        size *= 2
    raise ValueError(
        f"patience_rate must be large enough that fewer than {_MOST_STATES} orders queue. "
        f"Got {patience_rate!r} instead."
    )
