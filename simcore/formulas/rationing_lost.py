"""Critical levels when short demand is lost: one producing server, independent lead times, and (r, Q)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simcore.formulas._check import FloatArray, positive, rates, refuse, same_length, whole
from simcore.formulas.birth_death import birth_death_law
from simcore.formulas.integer_law import poisson_law
from simcore.formulas.measures import per_demand, weighted_mean
from simcore.formulas.transient import uniformised


class RationedLost(NamedTuple):
    """Long-run measures of a rationed lost-sales stock; lists hold one entry per class, the best first."""

    volume_fill_rate: list[float]
    lost_rate: list[float]
    volume_fill_rate_all: float
    on_hand_mean: float
    replenishment_rate: float


def ration_lost_mm1(
    arrival_rates: Sequence[float], service_rate: float, base_stock: int, critical_levels: Sequence[int]
) -> RationedLost:
    """One exponential server produces while stock < S; class i is served iff stock > level i, else lost.

    Equation: birth-death chain of the units missing from S. Utilisation is replenishment_rate /
    service_rate. Rates share one time unit. Source: Ha 1997, Management Science 43.

    Raises
    ------
    ValueError
        If a rate is out of range, a level or `base_stock` not whole, or the lists differ in length.

    Examples
    --------
    >>> [round(f, 8) for f in ration_lost_mm1([0.4, 0.5], 1.0, 6, [0, 2]).volume_fill_rate]
    [0.97647605, 0.77064149]
    """
    positive("service_rate", service_rate)
    stock = whole("base_stock", base_stock)
    return _rationed(arrival_rates, critical_levels, stock, np.full(stock, float(service_rate)))


def ration_lost_base_stock(
    demand_rates: Sequence[float], lead_time: float, base_stock: int, critical_levels: Sequence[int]
) -> RationedLost:
    """One-for-one replenishment, independent lead times of any law with mean `lead_time`, lost sales.

    Equation: birth-death chain of the units on order, deaths n / L (state-dependent Erlang loss).
    Source: Dekker, Hill, Kleijn & Teunter 2002, Naval Research Logistics 49.

    Raises
    ------
    ValueError
        As `ration_lost_mm1`; `lead_time` must be above 0.

    Examples
    --------
    >>> [round(f, 8) for f in ration_lost_base_stock([1.0, 1.5], 2.0, 8, [0, 2]).volume_fill_rate]
    [0.98717533, 0.75633128]
    """
    positive("lead_time", lead_time)
    stock = whole("base_stock", base_stock)
    return _rationed(demand_rates, critical_levels, stock, np.arange(1.0, stock + 1) / lead_time)


def ration_lost_rq(
    demand_rates: Sequence[float], lead_time: float, reorder_point: int, order_quantity: int, critical_level: int
) -> RationedLost:
    """(r, Q), two classes, constant lead time, lost sales, K <= r < Q so that one order is outstanding.

    Class 1 is served iff on hand > 0, class 2 iff on hand > K. Equation: pure-death chain of the stock over
    the lead time and renewal reward over the cycle. Source: Melchiors, Dekker & Kleijn 2000, JORS 51.

    Raises
    ------
    ValueError
        If a number is out of range, there are not two classes, nothing is demanded or K <= r < Q fails.

    Examples
    --------
    >>> [round(f, 8) for f in ration_lost_rq([1.0, 1.0], 1.5, 4, 10, 2).volume_fill_rate]
    [0.98824346, 0.88313826]
    """
    lambdas = rates("demand_rates", demand_rates)
    same_length("demand_rates", lambdas, (1, 2))
    pace = positive("sum of demand_rates", sum(lambdas))
    positive("lead_time", lead_time)
    level, quantity = whole("reorder_point", reorder_point), whole("order_quantity", order_quantity, 1)
    if not whole("critical_level", critical_level) <= level < quantity:
        raise refuse("critical_level <= reorder_point < order_quantity", "true", (critical_level, level, quantity))
    on_hand = np.arange(level + 1)
    sells = np.where(on_hand > critical_level, 1.0, np.where(on_hand > 0, lambdas[0] / pace, 0.0))

    def step(law: FloatArray) -> FloatArray:
        moved = law * (1 - sells)
        moved[:-1] += law[1:] * sells[1:]
        return np.asarray(moved)

    passage = uniformised(step, np.eye(level + 1)[level], pace, lead_time)
    after = quantity + on_hand
    drained = float(passage.law @ (after * (after + 1) - level * (level + 1))) / 2 / pace
    cycle = float(passage.law @ (after - level)) / pace + lead_time
    short = [float(passage.time_spent[:1].sum()), float(passage.time_spent[: critical_level + 1].sum())]
    fill = [1 - time / cycle for time in short]
    stock = (drained + float(passage.time_spent @ on_hand)) / cycle
    return RationedLost(fill, _lost(lambdas, fill), weighted_mean(fill, lambdas), stock, 1 / cycle)


class RationedMixed(NamedTuple):
    """Class 1 backordered, class 2 lost: long-run measures."""

    volume_fill_rate: list[float]
    on_hand_mean: float
    backorders_mean: float
    wait_mean: float
    lost_rate: float


def ration_mixed(
    demand_rates: Sequence[float], lead_time: float, base_stock: int, critical_level: int
) -> RationedMixed:
    """Class 1 waits when stock is zero; class 2 is served iff on hand > K, else lost; one-for-one.

    Equation: state-dependent M/G/infinity for the units on order: births l1 + l2 while S - n > K, deaths
    n / L; insensitive to the lead-time law. Backorders and waits are of class 1.

    Raises
    ------
    ValueError
        If a number is out of range or there are not two classes.

    Examples
    --------
    >>> [round(f, 8) for f in ration_mixed([1.0, 1.5], 2.0, 8, 2).volume_fill_rate]
    [0.98368922, 0.75366038]
    """
    lambdas = rates("demand_rates", demand_rates)
    same_length("demand_rates", lambdas, (1, 2))
    positive("lead_time", lead_time)
    stock, level = whole("base_stock", base_stock), whole("critical_level", critical_level)
    last = stock + int(poisson_law(sum(lambdas) * lead_time).values[-1]) + 2
    on_hand = stock - np.arange(last + 1)
    births = lambdas[0] + np.where(on_hand[:-1] > level, lambdas[1], 0.0)
    law = birth_death_law(births, np.arange(1.0, last + 1) / lead_time)
    fill = [float(law[on_hand > 0].sum()), float(law[on_hand > level].sum())]
    backorders = float(law @ np.maximum(-on_hand, 0))
    return RationedMixed(
        fill,
        float(law @ np.maximum(on_hand, 0)),
        backorders,
        per_demand(backorders, lambdas[0]),
        lambdas[1] * (1 - fill[1]),
    )


def _lost(lambdas: list[float], fill: list[float]) -> list[float]:
    return [rate * (1 - served) for rate, served in zip(lambdas, fill, strict=True)]


def _rationed(
    demand_rates: Sequence[float], critical_levels: Sequence[int], stock: int, deaths: FloatArray
) -> RationedLost:
    lambdas = rates("demand_rates", demand_rates)
    same_length("critical_levels", critical_levels, lambdas)
    on_hand = stock - np.arange(stock + 1)
    served = [on_hand > whole("critical_levels", level) for level in critical_levels]
    births = sum((rate * open_ for rate, open_ in zip(lambdas, served, strict=True)), np.zeros(stock + 1))
    law = birth_death_law(np.asarray(births[:-1], dtype=np.float64), deaths)
    fill = [min(float(law[open_].sum()), 1.0) for open_ in served]
    return RationedLost(
        fill, _lost(lambdas, fill), weighted_mean(fill, lambdas), float(law @ on_hand), float(law[1:] @ deaths)
    )
