"""Base stock with unit Poisson demand and backorders: every demand triggers one unit."""

import math

from simcore.formulas._check import below_one, non_negative, whole
from simcore.formulas.integer_law import poisson_law
from simcore.formulas.measures import StockMeasures, per_demand


def base_stock_poisson(base_stock: int, demand_rate: float, lead_time: float) -> StockMeasures:
    """Long-run measures of an (S-1, S) stock; any independent lead times with mean `lead_time` (Palm).

    Equation: D ~ Poisson(lambda L); fill = P(D <= S - 1), on hand E[(S - D)+], backorders E[(D - S)+], wait
    by Little. Rate and lead time share one unit. Source: Hadley & Whitin 1963; Palm 1938.

    Raises
    ------
    ValueError
        If `base_stock` is not a whole number of at least 0, or a rate or time is negative.

    Examples
    --------
    >>> round(base_stock_poisson(9, 2.0, 3.0).volume_fill_rate, 8)
    0.84723749
    """
    whole("base_stock", base_stock)
    demand = poisson_law(non_negative("demand_rate", demand_rate) * non_negative("lead_time", lead_time))
    backorders = float(demand.loss(base_stock))
    return StockMeasures(
        volume_fill_rate=float(demand.at_most(base_stock - 1)),
        on_hand_mean=max(base_stock - demand.mean + backorders, 0.0),
        backorders_mean=backorders,
        wait_mean=per_demand(backorders, demand_rate) if base_stock > 0 else lead_time,
    )


def base_stock_wait_tail(base_stock: int, demand_rate: float, lead_time: float, time: float) -> float:
    """P(wait > time) under base stock and a constant lead time.

    Equation: P(Poisson(lambda (L - t)) >= S) for t < L, else 0. Source: Kruse 1981.

    Raises
    ------
    ValueError
        As `base_stock_poisson`, or if `time` is negative.

    Examples
    --------
    >>> round(base_stock_wait_tail(9, 2.0, 3.0, 1.0), 8)
    0.02136343
    """
    whole("base_stock", base_stock)
    non_negative("demand_rate", demand_rate)
    left = non_negative("lead_time", lead_time) - non_negative("time", time)
    return float(poisson_law(demand_rate * left).above(base_stock - 1)) if left > 0 else 0.0


def least_base_stock_poisson(target: float, demand_rate: float, lead_time: float) -> int:
    """Smallest S with volume fill rate of at least `target` for unit Poisson demand.

    Equation: least S with P(Poisson(lambda L) <= S - 1) >= target. Source: as `base_stock_poisson`.

    Raises
    ------
    ValueError
        If `target` is not in [0, 1) or a rate or time is negative.

    Examples
    --------
    >>> least_base_stock_poisson(0.95, 2.0, 2.0)
    9
    """
    below_one("target", target)
    if target == 0:
        return 0
    demand = poisson_law(non_negative("demand_rate", demand_rate) * non_negative("lead_time", lead_time))
    reached = demand.at_most(demand.values) >= target
    return demand.start + int(reached.argmax()) + 1 if reached.any() else math.ceil(demand.values[-1]) + 1
