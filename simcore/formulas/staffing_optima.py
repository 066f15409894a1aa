"""How many servers at least cost where orders do not wait for ever: they are lost at once, or their patience ends.

Wages alone grow without end, so the search from one server up may end where they exceed the best cost so far: no
larger team can cost less.
"""

import math
from collections.abc import Callable

from simcore.formulas._check import non_negative, positive
from simcore.formulas.erlang import erlang_b
from simcore.formulas.erlang_a import erlang_a
from simcore.formulas.staffing import ServerCosts


def cost_optimal_servers_loss(arrival_rate: float, service_mean: float, wage: float, lost_cost: float) -> ServerCosts:
    """Server count of least cost in M/G/c/c: an order that finds all servers busy is lost.

    Equation: cost(c) = wage c + lost_cost lambda B(c, lambda E[S]) per time unit, c >= 1. Erlang B is convex in c
    (Messerli 1972, BSTJ 51(4)), so the least cost has no second valley. Source: Erlang B.

    Raises
    ------
    ValueError
        If a number is out of range (`wage` must be above 0).

    Examples
    --------
    >>> cost_optimal_servers_loss(18.0, 0.5, 25.0, 40.0).servers
    12
    """
    non_negative("arrival_rate", arrival_rate)
    positive("service_mean", service_mean)
    non_negative("lost_cost", lost_cost)

    def lost(servers: int) -> float:
        return lost_cost * arrival_rate * erlang_b(servers, arrival_rate * service_mean)

    return _least(positive("wage", wage), lost)


def cost_optimal_servers_impatient(
    arrival_rate: float, service_rate: float, patience_rate: float, wage: float, wait_cost: float, cancel_cost: float
) -> ServerCosts:
    """Server count of least cost in M/M/c+M: a waiting order cancels at rate `patience_rate` (above 0).

    Equation: cost(c) = wage c + wait_cost Lq + cancel_cost theta Lq per time unit, c >= 1; a small team in overload is
    a choice, too. Source: Palm 1957 (Erlang A); Garnett, Mandelbaum & Reiman 2002, MSOM 4(3).

    Raises
    ------
    ValueError
        If a number is out of range (`wage` and `patience_rate` must be above 0).

    Examples
    --------
    >>> cost_optimal_servers_impatient(12.0, 2.0, 1.0, 25.0, 40.0, 60.0).servers
    8
    """
    positive("patience_rate", patience_rate)
    non_negative("wait_cost", wait_cost)
    non_negative("cancel_cost", cancel_cost)

    def waiting(servers: int) -> float:
        queue = erlang_a(arrival_rate, service_rate, patience_rate, servers).queue_length_mean
        return (wait_cost + cancel_cost * patience_rate) * queue

    return _least(positive("wage", wage), waiting)


def _least(wage: float, shortfall: Callable[[int], float]) -> ServerCosts:
    def cost(servers: int) -> float:
        return wage * servers + shortfall(servers) if servers >= 1 else math.inf

    best, servers = 1, 1
    while wage * servers <= cost(best):
        best = servers if cost(servers) < cost(best) else best
        servers += 1
    return ServerCosts(best, cost(best), cost(best + 1), cost(best - 1))
