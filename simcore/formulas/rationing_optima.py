"""The best stock and critical levels of several classes, exactly: enumeration that is proven to be long enough.

Costs are per time unit: holding per unit on hand, and what a lost order or a waiting order costs. Stock S is tried
from 0 up. Every policy with stock S has at least ``bound(S)`` units on hand on average, ``bound`` never falls with S,
and so the search may end at the first S for which holding ``bound(S)`` alone costs more than the best policy so far:

- All short demand waits: on hand minus backorders is S minus the units outstanding N on every path, so on hand is at
  least ``(S - N)+`` whatever the levels.
- Short demand is lost: a higher level turns orders away and an order turned away takes nothing, so (coupled path by
  path) no levels hold less than serving everybody, and a unit more of S never lowers what is on hand.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations_with_replacement
from typing import NamedTuple

from simcore.formulas._check import non_negative, positive, rates, same_length, share, whole
from simcore.formulas.integer_law import poisson_law
from simcore.formulas.rationing_backorders import (
    RationedBackorders,
    ration_backorder_ample,
    ration_backorder_single,
)
from simcore.formulas.rationing_lost import RationedLost, ration_lost_base_stock, ration_lost_mm1, ration_mixed

_TIE = 1e-12
"""Costs that differ by less, relatively, are equal: the smallest stock and levels are taken."""


class RationedOptimum(NamedTuple):
    """Least cost rate, its base stock and its critical levels."""

    cost: float
    base_stock: int
    critical_levels: list[int]


def ration_lost_mm1_optimum(
    arrival_rates: Sequence[float],
    service_rate: float,
    holding_cost: float,
    lost_costs: Sequence[float],
    most_stock: int | None = None,
) -> RationedOptimum:
    """Find the base stock and critical levels of least holding cost plus lost-sales cost; one producing server.

    Equation: search over S and levels that rise as the cost of losing an order falls (the costliest class
    has level 0), on the chain of `ration_lost_mm1`; on ties the smallest S and levels. S ends at `most_stock`, or
    (left out) where it is proven that more cannot be better.
    Source: Ha 1997, Management Science 43 (such a policy is optimal).

    Raises
    ------
    ValueError
        If a number is out of range (`holding_cost` must be above 0 without `most_stock`) or the lists differ in length.

    Examples
    --------
    >>> ration_lost_mm1_optimum([0.4, 0.6], 1.0, 1.0, [40.0, 10.0])[1:]
    (5, [0, 1])
    """
    lambdas = rates("arrival_rates", arrival_rates)
    return _lost(
        lambda stock, levels: ration_lost_mm1(lambdas, service_rate, stock, levels),
        lambdas,
        holding_cost,
        lost_costs,
        most_stock,
    )


def ration_lost_base_stock_optimum(
    demand_rates: Sequence[float], lead_time: float, holding_cost: float, lost_costs: Sequence[float]
) -> RationedOptimum:
    """Least-cost base stock and critical levels; short demand is lost, lead times of any law, one-for-one.

    Equation: ``min h E[on hand] + sum_i c_i lambda_i (1 - fill_i)`` on the chain of `ration_lost_base_stock`; levels
    rise as the cost of losing an order falls. Such a threshold policy is the natural one, and optimal among threshold
    policies here; see Dekker, Hill, Kleijn & Teunter 2002, Naval Research Logistics 49(6).

    Raises
    ------
    ValueError
        If a number is out of range (`holding_cost` and `lead_time` must be above 0) or the lists differ in length.

    Examples
    --------
    >>> ration_lost_base_stock_optimum([1.0, 1.5], 2.0, 1.0, [40.0, 5.0])[1:]
    (9, [0, 1])
    """
    lambdas = rates("demand_rates", demand_rates)
    return _lost(
        lambda stock, levels: ration_lost_base_stock(lambdas, lead_time, stock, levels),
        lambdas,
        holding_cost,
        lost_costs,
    )


def ration_backorder_ample_optimum(
    demand_rates: Sequence[float], lead_time: float, holding_cost: float, backorder_costs: Sequence[float]
) -> RationedOptimum:
    """Least-cost base stock and critical level of two classes that wait; independent exponential lead times.

    Equation: ``min h E[on hand] + sum_i b_i E[backorders_i]`` over S and K, on the chain of `ration_backorder_ample`.

    Raises
    ------
    ValueError
        If a number is out of range, or there are not two classes.

    Examples
    --------
    >>> ration_backorder_ample_optimum([1.0, 1.5], 2.0, 1.0, [60.0, 4.0])[1:]
    (8, [0, 1])
    """
    positive("lead_time", lead_time)
    outstanding = poisson_law(sum(rates("demand_rates", demand_rates)) * lead_time)

    def free(stock: int) -> float:
        return float(stock - outstanding.mean + outstanding.loss(stock))

    return _backordered(
        lambda stock, level: ration_backorder_ample(demand_rates, lead_time, stock, level),
        free,
        holding_cost,
        backorder_costs,
    )


def ration_backorder_single_optimum(
    arrival_rates: Sequence[float], service_rate: float, holding_cost: float, backorder_costs: Sequence[float]
) -> RationedOptimum:
    """Least-cost base stock and critical level of two classes that wait for one exponential server.

    Equation: ``min h E[on hand] + sum_i b_i E[backorders_i]`` over S and K, by `ration_backorder_single`. Such a policy
    is optimal among all (de Vericourt, Karaesmen & Dallery 2002, Management Science 48(11)).

    Raises
    ------
    ValueError
        If a number is out of range, there are not two classes, or the server is unstable.

    Examples
    --------
    >>> ration_backorder_single_optimum([0.4, 0.4], 1.0, 1.0, [60.0, 4.0])[1:]
    (9, [0, 2])
    """
    rho = sum(rates("arrival_rates", arrival_rates)) / positive("service_rate", service_rate)

    def free(stock: int) -> float:
        """E[(S - N)+], N geometric."""
        return float(stock - rho / (1 - rho) * (1 - rho**stock))

    return _backordered(
        lambda stock, level: ration_backorder_single(arrival_rates, service_rate, stock, level),
        free,
        holding_cost,
        backorder_costs,
    )


def ration_mixed_optimum(
    demand_rates: Sequence[float], lead_time: float, holding_cost: float, backorder_cost: float, lost_cost: float
) -> RationedOptimum:
    """Least-cost base stock and critical level where class 1 waits and class 2 is lost.

    Equation: ``min h E[on hand] + b E[backorders_1] + c lambda_2 (1 - fill_2)`` by `ration_mixed`. Units on order are
    fewer than where class 2 waits, too, so on hand is at least ``E(S - Poisson(lambda L))+``.

    Raises
    ------
    ValueError
        If a number is out of range, or there are not two classes.

    Examples
    --------
    >>> ration_mixed_optimum([1.0, 1.5], 2.0, 1.0, 60.0, 2.0)[1:]
    (8, [0, 1])
    """
    positive("holding_cost", holding_cost)
    positive("lead_time", lead_time)
    outstanding = poisson_law(sum(rates("demand_rates", demand_rates)) * lead_time)

    def cost(stock: int, levels: Sequence[int]) -> float:
        found = ration_mixed(demand_rates, lead_time, stock, levels[1])
        waiting, lost = backorder_cost * found.backorders_mean, lost_cost * found.lost_rate
        return holding_cost * found.on_hand_mean + waiting + lost

    def bound(stock: int) -> float:
        return holding_cost * float(stock - outstanding.mean + outstanding.loss(stock))

    return _least(cost, bound, lambda stock: ((0, level) for level in range(stock + 1)))


def least_rationed_stock(
    fill_rates: Callable[[int, int], Sequence[float]], targets: Sequence[float], most_stock: int
) -> tuple[int, int] | None:
    """Least base stock and, with it, least critical level that give two classes their fill rates; None: none does.

    Equation: fill 1 rises and fill 2 falls with the level K, so with a stock S only the least K that gives class 1
    its target can do for both; S is tried from 0 up.

    Parameters
    ----------
    fill_rates : callable
        (base stock, critical level) -> fill rates of classes 1 and 2, by one of the formulas of rationing.
    targets : sequence of float
        Fill rates of classes 1 and 2, 0 to 1.
    most_stock : int
        Where the search ends.

    Raises
    ------
    ValueError
        If a target is no share, or there are not two.

    Examples
    --------
    >>> def waiting(stock, level):
    ...     return ration_backorder_ample([1.0, 1.5], 2.0, stock, level).volume_fill_rate
    >>> least_rationed_stock(waiting, [0.99, 0.8], 30)
    (10, 2)
    """
    same_length("targets", targets, (1, 2))
    first, second = (share("targets", target) for target in targets)
    for stock in range(whole("most_stock", most_stock) + 1):
        for level in range(stock + 1):
            fill = fill_rates(stock, level)
            if fill[0] >= first:
                if fill[1] >= second:
                    return stock, level
                break
    return None


def _lost(
    measures: Callable[[int, Sequence[int]], RationedLost],
    lambdas: Sequence[float],
    holding_cost: float,
    lost_costs: Sequence[float],
    most_stock: int | None = None,
) -> RationedOptimum:
    costs = rates("lost_costs", lost_costs)
    same_length("lost_costs", costs, lambdas)
    (positive if most_stock is None else non_negative)("holding_cost", holding_cost)

    def cost(stock: int, levels: Sequence[int]) -> float:
        found = measures(stock, levels)
        return holding_cost * found.on_hand_mean + sum(c * r for c, r in zip(costs, found.lost_rate, strict=True))

    def bound(stock: int) -> float:
        if most_stock is not None:
            return 0.0 if stock <= whole("most_stock", most_stock) else float("inf")
        return holding_cost * measures(stock, [0] * len(lambdas)).on_hand_mean

    return _least(cost, bound, lambda stock: _rising(stock, costs))


def _backordered(
    measures: Callable[[int, int], RationedBackorders],
    free: Callable[[int], float],
    holding_cost: float,
    backorder_costs: Sequence[float],
) -> RationedOptimum:
    positive("holding_cost", holding_cost)
    costs = rates("backorder_costs", backorder_costs)
    same_length("backorder_costs", costs, (1, 2))

    def cost(stock: int, levels: Sequence[int]) -> float:
        found = measures(stock, levels[1])
        waiting = sum(c * b for c, b in zip(costs, found.backorders_mean, strict=True))
        return holding_cost * found.on_hand_mean + waiting

    return _least(cost, lambda stock: holding_cost * free(stock), lambda s: ((0, level) for level in range(s + 1)))


def _least(
    cost: Callable[[int, Sequence[int]], float],
    bound: Callable[[int], float],
    levels_of: Callable[[int], Iterator[tuple[int, ...]]],
) -> RationedOptimum:
    """Return the policy of least cost; on ties that of the smallest stock and levels."""
    best = RationedOptimum(float("inf"), 0, [])
    stock = 0
    while bound(stock) <= best.cost and bound(stock) < float("inf"):
        for levels in levels_of(stock):
            found = cost(stock, levels)
            if found < best.cost * (1 - _TIE) or best.cost == float("inf"):
                best = RationedOptimum(found, stock, list(levels))
        stock += 1
    return best


def _rising(stock: int, costs: Sequence[float]) -> Iterator[tuple[int, ...]]:
    """Yield levels that rise as the cost of losing an order falls; the costliest class has level 0."""
    ranks = sorted(range(len(costs)), key=lambda i: -costs[i])
    for higher in combinations_with_replacement(range(stock + 1), len(costs) - 1):
        levels = [0] * len(costs)
        for i, level in zip(ranks, (0, *higher), strict=True):
            levels[i] = level
        yield tuple(levels)
