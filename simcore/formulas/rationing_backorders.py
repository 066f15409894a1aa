"""Critical levels when both classes wait: base stock, two classes, three ways to replenish and clear."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from simcore.formulas._check import FloatArray, non_negative, positive, rates, refuse, same_length, stable, whole
from simcore.formulas.integer_law import poisson_law
from simcore.formulas.measures import per_demand

_MOST_STATES = 200_000


class RationedBackorders(NamedTuple):
    """Long-run measures of a rationed stock whose short demand waits; lists hold classes 1 and 2."""

    volume_fill_rate: list[float]
    on_hand_mean: float
    backorders_mean: list[float]
    wait_mean: list[float]


def ration_backorder_single(
    arrival_rates: Sequence[float], service_rate: float, base_stock: int, critical_level: int
) -> RationedBackorders:
    """One exponential server refills the stock; priority clearing.

    Class 1 is served iff on hand > 0, class 2 iff on hand > K; a finished unit goes to a class-1 backorder,
    else to stock below K, else to a class-2 backorder, else to stock. Equation: beyond S - K units
    outstanding (probability rho^(S-K)) the system is a preemptive-priority M/M/1: class-1 numbers geometric
    with rho1. Rates share one time unit.
    Source: de Vericourt, Karaesmen & Dallery 2002; Ha 1997, Naval Research Logistics 44.

    Raises
    ------
    ValueError
        If a number is out of range, there are not two classes, K > S or the server is unstable.

    Examples
    --------
    >>> [round(f, 8) for f in ration_backorder_single([0.4, 0.4], 1.0, 8, 2).volume_fill_rate]
    [0.95805696, 0.737856]
    """
    lambdas, stock, level = _checked(arrival_rates, base_stock, critical_level)
    positive("service_rate", service_rate)
    rho = stable(sum(lambdas) / service_rate)
    first = lambdas[0] / service_rate
    deep = rho ** (stock - level)  # P(no stock for class 2)
    dry = deep * first**level
    missing = np.arange(stock - level)
    free = float((1 - rho) * rho**missing @ (stock - missing))  # on hand while class 2 is served
    held = float((1 - first) * first ** np.arange(level) @ (level - np.arange(level)))
    ahead = first / (1 - first)
    backorders = [dry * ahead, deep * (rho / (1 - rho) - ahead)]
    return _measures(lambdas, [1 - dry, 1 - deep], free + deep * held, backorders)


def ration_backorder_ample(
    demand_rates: Sequence[float], lead_time: float, base_stock: int, critical_level: int
) -> RationedBackorders:
    """One-for-one replenishment with independent exponential lead times; priority clearing.

    Same rules as `ration_backorder_single`. Equation: Markov chain of (on hand - class-1 backorders, class-2
    backorders); the units outstanding are Poisson(lambda L) and cut at a tail of 1e-18.
    Source: priority clearing of Deshpande, Cohen & Donohue 2003; own chain.

    Raises
    ------
    ValueError
        As `ration_backorder_single`, or if more than 200,000 states are needed.

    Examples
    --------
    >>> [round(f, 8) for f in ration_backorder_ample([1.0, 1.5], 2.0, 8, 2).volume_fill_rate]
    [0.98117726, 0.61596065]
    """
    lambdas, stock, level = _checked(demand_rates, base_stock, critical_level)
    outstanding = poisson_law(sum(lambdas) * positive("lead_time", lead_time))
    most = max(int(outstanding.values[-1]) + 1, stock - level + 1)
    net, second = _states(stock, level, most)
    law = _chain_law(lambdas, lead_time, stock, level, most, net, second)
    backorders = [float(law @ np.maximum(-net, 0)), float(law @ second)]
    fill = [float(law[net > 0].sum()), float(law[net > level].sum())]
    return _measures(lambdas, fill, float(law @ np.maximum(net, 0)), backorders)


def ration_reserve_fcfs(
    demand_rates: Sequence[float], lead_time: float, base_stock: int, reserve: int
) -> RationedBackorders:
    """Constant lead time; requests on the common pool of S - K are cleared first come, first served.

    Class 1 takes from a reserve of K that its pool requests refill. Equation: pool backlog B = (N - (S-K))+,
    N ~ Poisson(lambda L), of which class 1 is Binomial(B, share 1).
    Source: Arslan, Graves & Roemer 2007 (serial-system equivalence).

    Raises
    ------
    ValueError
        If a number is out of range, there are not two classes or the reserve exceeds S.

    Examples
    --------
    >>> [round(f, 8) for f in ration_reserve_fcfs([1.0, 1.5], 2.0, 8, 2).volume_fill_rate]
    [0.95743071, 0.61596065]
    """
    lambdas, stock, level = _checked(demand_rates, base_stock, reserve)
    total = sum(lambdas)
    outstanding = poisson_law(total * non_negative("lead_time", lead_time))
    part = lambdas[0] / total if total > 0 else 0.0
    backlog = np.maximum(outstanding.values - (stock - level), 0.0)
    at_least = _binomial_at_least(level, backlog, part)
    dry = np.where(outstanding.values < stock - level, 0.0, at_least)
    over = np.maximum(
        backlog * part * _binomial_at_least(level, np.maximum(backlog - 1, 0), part)
        - level * _binomial_at_least(level + 1, backlog, part),
        0.0,
    )
    first = float(outstanding.pmf @ over)
    pool = float(outstanding.loss(stock - level))
    pool_on_hand = max(stock - level - outstanding.mean + pool, 0.0)
    reserve_on_hand = max(level - part * pool + first, 0.0)
    fill = [1 - float(outstanding.pmf @ dry), float(outstanding.at_most(stock - level - 1))]
    return _measures(lambdas, fill, pool_on_hand + reserve_on_hand, [first, (1 - part) * pool])


def ration_class_2_fill(demand_rates: Sequence[float], lead_time: float, base_stock: int, critical_level: int) -> float:
    """Class-2 fill rate of a constant lead time with priority or first-come clearing.

    Equation: P(Poisson(lambda L) <= S - K - 1); the net stock S - lambda L is exact too. Class 1 has no
    closed form under priority clearing. Source: Deshpande, Cohen & Donohue 2003.

    Raises
    ------
    ValueError
        If a number is out of range, there are not two classes or K > S.

    Examples
    --------
    >>> round(ration_class_2_fill([1.0, 1.5], 2.0, 8, 2), 8)
    0.61596065
    """
    lambdas, stock, level = _checked(demand_rates, base_stock, critical_level)
    outstanding = poisson_law(sum(lambdas) * non_negative("lead_time", lead_time))
    return float(outstanding.at_most(stock - level - 1))


def _checked(demand_rates: Sequence[float], base_stock: int, level: int) -> tuple[list[float], int, int]:
    lambdas = rates("demand_rates", demand_rates)
    same_length("demand_rates", lambdas, (1, 2))
    if whole("critical_level", level) > whole("base_stock", base_stock):
        raise refuse("critical_level", f"at most base_stock ({base_stock})", level)
    return lambdas, int(base_stock), int(level)


def _measures(lambdas: list[float], fill: list[float], on_hand: float, backorders: list[float]) -> RationedBackorders:
    waits = [per_demand(waiting, rate) for waiting, rate in zip(backorders, lambdas, strict=True)]
    return RationedBackorders([min(max(f, 0.0), 1.0) for f in fill], on_hand, backorders, waits)


def _binomial_at_least(least: int, trials: FloatArray, share: float) -> FloatArray:
    """P(Binomial(trials, share) >= least)."""
    if least == 0:
        return np.ones_like(trials)
    enough = trials >= least
    return np.where(enough, betainc(float(least), np.where(enough, trials - least, 0.0) + 1, share), 0.0)


def _states(stock: int, level: int, most: int) -> tuple[FloatArray, FloatArray]:
    """States (net, second) with at most `most` outstanding; net = on hand - class-1 backorders."""
    deepest = most - stock + level  # most class-2 backorders
    if most + 1 + deepest * (deepest + 1) // 2 > _MOST_STATES:
        raise ValueError(f"demand over the lead time must need at most {_MOST_STATES} states. Got more instead.")
    net = [np.arange(stock - most, stock + 1)]
    second = [np.zeros(most + 1)]
    for waiting in range(1, deepest + 1):
        net.append(np.arange(stock + waiting - most, level + 1))
        second.append(np.full(net[-1].size, float(waiting)))
    return np.concatenate(net).astype(float), np.concatenate(second)


def _chain_law(
    lambdas: list[float], lead_time: float, stock: int, level: int, most: int, net: FloatArray, second: FloatArray
) -> FloatArray:
    from scipy.sparse import csc_array  # with the solver, a third of what the formulas take to import
    from scipy.sparse.linalg import splu

    size, width = net.size, int(second.max()) + 2
    keys = (net - net.min()) * width + second
    order = np.argsort(keys)
    outstanding = stock - net + second
    grows = outstanding < most

    def flow(
        allowed: NDArray[np.bool_], to_net: FloatArray, to_second: FloatArray
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        source = np.flatnonzero(allowed)
        wanted = (to_net[source] - net.min()) * width + to_second[source]
        return source, np.asarray(order[np.searchsorted(keys[order], wanted)], dtype=np.intp)

    open_ = net > level
    clears = (second > 0) & (net >= level)
    flows = [
        (lambdas[0], flow(grows, net - 1, second)),
        (lambdas[1], flow(grows & open_, net - 1, second)),
        (lambdas[1], flow(grows & ~open_, net, second + 1)),
        (1 / lead_time, flow(clears, net, second - 1)),
        (1 / lead_time, flow((outstanding > 0) & ~clears, net + 1, second)),
    ]
    rows, columns, values = [], [], []
    for n, (pace, (source, target)) in enumerate(flows):
        weight = pace * outstanding[source] if n >= 3 else np.full(source.size, pace)
        rows += [target, source]
        columns += [source, source]
        values += [weight, -weight]
    system = csc_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(size, size))
    # Fix a likely state at 1 and solve the balance of the others: units outstanding are about their mean; class 1 is
    # cleared first, so that class 2 waits for all that the stock above the level leaves.
    free = stock - sum(lambdas) * lead_time
    likely = max(free, level), max(level - free, 0.0)
    anchor = int(np.argmin(np.abs(net - likely[0]) + np.abs(second - likely[1])))
    keep = np.delete(np.arange(size), anchor)
    right = -system[:, [anchor]].toarray().ravel()[keep]
    law = np.ones(size)
    law[keep] = splu(system[keep][:, keep].tocsc()).solve(right)
    law = np.maximum(law, 0.0)
    return np.asarray(law / law.sum())
