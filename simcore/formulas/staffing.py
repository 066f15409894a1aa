"""How many servers: for a wait target hour by hour (SIPP), and at least cost."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from simcore.formulas._check import below_one, non_negative, positive, rates, refuse
from simcore.formulas.erlang import mmc, mmc_sojourn_tail


def least_servers(arrival_rate: float, service_rate: float, wait_limit: float, target: float) -> int:
    """Smallest c with P(wait <= wait_limit) >= target in M/M/c; 0 without demand.

    Equation: 1 - C exp(-(c mu - lambda) wait_limit) >= target. Rates and the limit share one unit.
    Source: Erlang C.

    Raises
    ------
    ValueError
        If a rate is out of range, `wait_limit` is negative or `target` is not in [0, 1).

    Examples
    --------
    >>> least_servers(40.0, 3.0, 0.1, 0.95)
    18
    """
    non_negative("arrival_rate", arrival_rate)
    positive("service_rate", service_rate)
    non_negative("wait_limit", wait_limit)
    below_one("target", target)
    if arrival_rate == 0:
        return 0
    load, blocked, servers = arrival_rate / service_rate, 1.0, 0
    while True:
        servers += 1
        blocked = load * blocked / (servers + load * blocked)
        if servers > load:
            waits = blocked / (1 - load / servers * (1 - blocked))
            late = waits * math.exp(-(servers * service_rate - arrival_rate) * wait_limit)
            if 1 - late >= target:
                return servers


class StaffingPlan(NamedTuple):
    """Servers per period for each segment on its own and for one cross-trained team, and constant counts."""

    dedicated: list[list[int]]
    pooled: list[int]
    flat_dedicated: int
    flat_pooled: int

    @property
    def hours_dedicated(self) -> int:
        """Server-periods of the dedicated teams."""
        return sum(sum(staff) for staff in self.dedicated)

    @property
    def hours_pooled(self) -> int:
        """Server-periods of the pooled team."""
        return sum(self.pooled)


def sipp_staffing(
    profiles: Sequence[Sequence[float]], service_rate: float, wait_limit: float, target: float
) -> StaffingPlan:
    """Servers per period when each period is treated as a stationary M/M/c.

    SIPP: stationary independent period by period; an approximation of a moving profile by definition.
    `profiles` holds one list of arrival rates per segment. Source: Green, Kolesar & Soares 2001.

    Raises
    ------
    ValueError
        As `least_servers`, or if `profiles` is empty or ragged.

    Examples
    --------
    >>> sipp_staffing([[2.0, 26.0], [16.0, 2.0]], 2.0, 0.25, 0.9).pooled
    [12, 17]
    """
    lists = checked_profiles(profiles)
    dedicated = [[least_servers(rate, service_rate, wait_limit, target) for rate in profile] for profile in lists]
    pooled = [least_servers(sum(hour), service_rate, wait_limit, target) for hour in zip(*lists, strict=True)]
    return StaffingPlan(dedicated, pooled, sum(max(staff) for staff in dedicated), max(pooled))


def checked_profiles(profiles: Sequence[Sequence[float]]) -> list[list[float]]:
    """Accept one list of rates per segment, all of one length.

    Raises
    ------
    ValueError
        If `profiles` is empty or ragged or a rate is negative or not finite.

    Examples
    --------
    >>> checked_profiles([[1, 2]])
    [[1.0, 2.0]]
    """
    if len(profiles) == 0 or len({len(profile) for profile in profiles}) != 1:
        raise refuse("profiles", "one list of rates per segment, all of one length", profiles)
    return [rates(f"profiles[{i}]", profile) for i, profile in enumerate(profiles)]


class ServerCosts(NamedTuple):
    """Least-cost server count and the cost rate there, with one more and with one fewer (inf if unstable)."""

    servers: int
    cost: float
    cost_one_more: float
    cost_one_less: float


def cost_optimal_servers(
    arrival_rate: float, service_rate: float, wage: float, wait_cost: float, late_penalty: float, promise: float
) -> ServerCosts:
    """Server count of least cost in M/M/c.

    Equation: cost(c) = wage c + wait_cost Lq + late_penalty lambda P(sojourn > promise) per time unit, over
    all stable c; the search ends when wages alone exceed the best cost. Source: Erlang C.

    Raises
    ------
    ValueError
        If a number is out of range (`wage` must be above 0).

    Examples
    --------
    >>> cost_optimal_servers(12.0, 2.0, 25.0, 40.0, 15.0, 1.0).servers
    9
    """
    positive("wage", wage)
    non_negative("wait_cost", wait_cost)
    non_negative("late_penalty", late_penalty)

    def cost(servers: int) -> float:
        if servers < 1 or servers * service_rate <= arrival_rate:
            return math.inf
        late = mmc_sojourn_tail(arrival_rate, service_rate, servers, promise)
        queue = mmc(arrival_rate, service_rate, servers).queue_length_mean
        return wage * servers + wait_cost * queue + late_penalty * arrival_rate * late

    servers = math.floor(non_negative("arrival_rate", arrival_rate) / positive("service_rate", service_rate)) + 1
    best = servers
    while wage * servers <= cost(best):
        best = servers if cost(servers) < cost(best) else best
        servers += 1
    return ServerCosts(best, cost(best), cost(best + 1), cost(best - 1))
