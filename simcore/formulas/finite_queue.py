"""Queues that turn orders away: pure loss M/G/c/c and M/M/c/K."""

from typing import NamedTuple

import numpy as np

from simcore.formulas._check import non_negative, positive, refuse, whole
from simcore.formulas.birth_death import birth_death_law
from simcore.formulas.erlang import erlang_b
from simcore.formulas.measures import per_demand


class LossMeasures(NamedTuple):
    """Stationary measures of a system that loses orders; waits are over accepted orders."""

    lost_share: float
    throughput: float
    utilisation: float
    queue_length_mean: float
    wait_mean: float
    sojourn_mean: float
    wait_share: float


def loss_system(arrival_rate: float, service_mean: float, servers: int) -> LossMeasures:
    """M/G/c/c: an order that finds all servers busy is lost; any service law with this mean.

    Equation: Erlang B. Rates and times share one unit. Source: Erlang 1917; Sevastyanov 1957.

    Raises
    ------
    ValueError
        If `arrival_rate` is negative, `service_mean` not above 0 or `servers` below 1.

    Examples
    --------
    >>> round(loss_system(18.0, 0.5, 10).lost_share, 8)
    0.16796323
    """
    non_negative("arrival_rate", arrival_rate)
    positive("service_mean", service_mean)
    whole("servers", servers, 1)
    lost = erlang_b(servers, arrival_rate * service_mean)
    throughput = arrival_rate * (1 - lost)
    return LossMeasures(lost, throughput, throughput * service_mean / servers, 0.0, 0.0, service_mean, 0.0)


def mmck(arrival_rate: float, service_rate: float, servers: int, system_capacity: int) -> LossMeasures:
    """M/M/c/K: an order that finds `system_capacity` orders present is lost.

    Equation: finite birth-death chain. Source: Gross & Harris, M/M/c/K.

    Raises
    ------
    ValueError
        If a rate or `servers` is out of range or `system_capacity` is below `servers`.

    Examples
    --------
    >>> round(mmck(0.9, 1.0, 1, 5).lost_share, 8)
    0.12602255
    """
    non_negative("arrival_rate", arrival_rate)
    positive("service_rate", service_rate)
    whole("servers", servers, 1)
    if whole("system_capacity", system_capacity, 1) < servers:
        raise refuse("system_capacity", f"at least the number of servers ({servers})", system_capacity)
    state = np.arange(system_capacity + 1)
    busy = np.minimum(state, servers)
    law = birth_death_law(np.full(system_capacity, arrival_rate), busy[1:] * service_rate)
    accepted = float(law[:-1].sum())
    throughput = arrival_rate * accepted
    queue = float((state - busy) @ law)
    wait = per_demand(queue, throughput)
    return LossMeasures(
        lost_share=float(law[-1]),
        throughput=throughput,
        utilisation=float(busy @ law) / servers,
        queue_length_mean=queue,
        wait_mean=wait,
        sojourn_mean=wait + 1 / service_rate,
        wait_share=float(law[servers:-1].sum()) / accepted,
    )
