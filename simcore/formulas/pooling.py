"""What pooling saves: servers, base stock, and newsvendor stocks."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from simcore.formulas._check import positive, rates, refuse, same_length, whole
from simcore.formulas.base_stock import base_stock_poisson, least_base_stock_poisson
from simcore.formulas.erlang import mmc
from simcore.formulas.measures import QueueMeasures, StockMeasures, weighted_mean
from simcore.formulas.newsvendor import newsvendor_normal


class PooledQueue(NamedTuple):
    """Dedicated queues, their mean wait over all orders, and the pooled queue."""

    dedicated: list[QueueMeasures]
    wait_mean_dedicated: float
    pooled: QueueMeasures


def pool_mmc(arrival_rates: Sequence[float], service_rate: float, servers: Sequence[int]) -> PooledQueue:
    """Dedicated M/M/c_i queues against one FIFO queue with all the servers.

    Equation: Erlang C for each. Rates share one time unit. Source: Gross & Harris, M/M/c.

    Raises
    ------
    ValueError
        If the lists differ in length, a number is out of range or a queue is unstable.

    Examples
    --------
    >>> round(pool_mmc([0.8, 0.8], 1.0, [1, 1]).pooled.wait_mean, 8)
    1.77777778
    """
    lambdas = rates("arrival_rates", arrival_rates)
    same_length("servers", servers, lambdas)
    dedicated = [mmc(rate, service_rate, count) for rate, count in zip(lambdas, servers, strict=True)]
    wait = weighted_mean([queue.wait_mean for queue in dedicated], lambdas)
    return PooledQueue(dedicated, wait, mmc(sum(lambdas), service_rate, sum(servers)))


class PooledStock(NamedTuple):
    """Least base stocks for a fill-rate target, split and pooled, with their measures."""

    split: list[int]
    split_measures: list[StockMeasures]
    pooled: int
    pooled_measures: StockMeasures


def pool_base_stock(demand_rates: Sequence[float], lead_time: float, target_fill_rate: float) -> PooledStock:
    """Smallest base stocks that reach the target in every stock point, split by segment and pooled.

    Equation: least S with P(Poisson(lambda L) <= S - 1) >= target. Safety stock is S - lambda L.
    Source: Eppen 1979, exact discrete version.

    Raises
    ------
    ValueError
        If a rate or `lead_time` is out of range or the target is not in [0, 1).

    Examples
    --------
    >>> plan = pool_base_stock([2.0] * 4, 2.0, 0.95)
    >>> plan.split, plan.pooled
    ([9, 9, 9, 9], 24)
    """
    lambdas = rates("demand_rates", demand_rates)
    split = [least_base_stock_poisson(target_fill_rate, rate, lead_time) for rate in lambdas]
    pooled = least_base_stock_poisson(target_fill_rate, sum(lambdas), lead_time)
    return PooledStock(
        split,
        [base_stock_poisson(stock, rate, lead_time) for stock, rate in zip(split, lambdas, strict=True)],
        pooled,
        base_stock_poisson(pooled, sum(lambdas), lead_time),
    )


class PooledNewsvendor(NamedTuple):
    """Optimal costs and stocks, split and pooled, and pooled cost / split cost."""

    cost_split: float
    cost_pooled: float
    stock_split: float
    stock_pooled: float
    ratio: float


def pool_newsvendor_normal(
    segments: int,
    demand_mean: float,
    demand_sd: float,
    correlation: float,
    holding_cost: float,
    shortage_cost: float,
) -> PooledNewsvendor:
    """N identical normal segments with one pairwise correlation, each stock at its newsvendor optimum.

    Equation: pooled sd = sd sqrt(n (1 + (n - 1) rho)); cost ratio sqrt((1 + (n - 1) rho) / n).
    Source: Eppen 1979.

    Raises
    ------
    ValueError
        If a number is out of range; the correlation must lie in [-1 / (n - 1), 1].

    Examples
    --------
    >>> round(pool_newsvendor_normal(4, 100.0, 30.0, 0.0, 1.0, 9.0).ratio, 8)
    0.5
    """
    n = whole("segments", segments, 1)
    positive("demand_sd", demand_sd)
    lowest = -1 / (n - 1) if n > 1 else -1.0
    if not lowest - 1e-12 <= correlation <= 1:
        raise refuse("correlation", f"a number in [{lowest:g}, 1] for {n} segments", correlation)
    one = newsvendor_normal(demand_mean, demand_sd, demand_mean, holding_cost, shortage_cost)
    spread = math.sqrt(max(n * (1 + (n - 1) * correlation), 0.0))
    return PooledNewsvendor(
        cost_split=n * one.optimal_cost,
        cost_pooled=spread * one.optimal_cost,
        stock_split=n * one.optimal_stock,
        stock_pooled=n * demand_mean + spread * (one.optimal_stock - demand_mean),
        ratio=spread / n,
    )
