"""Stock whose short demand is lost: base stock and (r, Q), unit Poisson demand."""

from typing import Literal, NamedTuple

import numpy as np

from simcore.formulas._check import FloatArray, non_negative, positive, refuse, whole
from simcore.formulas.erlang import erlang_b
from simcore.formulas.integer_law import poisson_law


class LostSales(NamedTuple):
    """Long-run measures of a lost-sales stock; rates are per time unit, stocks time averages in units."""

    volume_fill_rate: float
    on_hand_mean: float
    on_order_mean: float
    lost_rate: float
    replenishment_rate: float


def lost_base_stock(base_stock: int, demand_rate: float, lead_time: float) -> LostSales:
    """One-for-one replenishment, lost sales, any independent lead times with mean `lead_time`.

    Equation: lost share = Erlang B(S, lambda L). Rate and lead time share one unit.
    Source: Karush 1957; Smith 1977.

    Raises
    ------
    ValueError
        If `base_stock` is not a whole number of at least 0, or a rate or time is negative.

    Examples
    --------
    >>> round(lost_base_stock(8, 2.0, 3.0).volume_fill_rate, 8)
    0.87812422
    """
    load = non_negative("demand_rate", demand_rate) * non_negative("lead_time", lead_time)
    lost = erlang_b(whole("base_stock", base_stock), load)
    on_order = load * (1 - lost)
    served = demand_rate * (1 - lost)
    return LostSales(1 - lost, max(base_stock - on_order, 0.0), on_order, demand_rate * lost, served)


def lost_rq(
    reorder_point: int,
    order_quantity: int,
    demand_rate: float,
    lead_time: float,
    lead_time_law: Literal["constant", "exponential"] = "constant",
) -> LostSales:
    """(r, Q) with lost sales and at most one order outstanding (Q > r).

    Equation: renewal reward over the cycle between receipts: length (Q + E[(r - D)+] - r) / lambda + L with D
    the demand over the lead time, Poisson (constant) or geometric (exponential); each cycle serves Q.
    Source: Hadley & Whitin 1963, lost-sales <Q, r>.

    Raises
    ------
    ValueError
        If `order_quantity` is not above `reorder_point`, a rate or time is not above 0 or the law unknown.

    Examples
    --------
    >>> round(lost_rq(4, 10, 2.0, 1.5).volume_fill_rate, 8)
    0.9690526
    """
    rate, mean = positive("demand_rate", demand_rate), positive("lead_time", lead_time)
    level = whole("reorder_point", reorder_point)
    if whole("order_quantity", order_quantity, 1) <= level:
        raise refuse("order_quantity", f"above reorder_point ({reorder_point})", order_quantity)
    if lead_time_law not in ("constant", "exponential"):
        raise refuse("lead_time_law", "'constant' or 'exponential'", lead_time_law)
    demands: FloatArray = np.arange(level + 1, dtype=np.float64)
    if lead_time_law == "constant":
        law = poisson_law(rate * mean)
        at_least = law.above(demands - 1.0)  # P(D >= k)
        time_at = law.above(demands) / rate  # time with k units demanded so far
    else:
        step = rate * mean / (1 + rate * mean)
        at_least = np.asarray(step**demands)
        time_at = np.asarray(step**demands * mean / (1 + rate * mean))
    exactly = at_least - np.append(at_least[1:], 0.0)
    exactly[-1] = at_least[-1]  # r or more demanded: nothing is left
    left = level - demands  # on hand with k demanded
    after = order_quantity + left
    drained = after * (after + 1) - level * (level + 1)  # twice the unit-demands held while falling to r
    cycle = float(exactly @ (after - level)) / rate + mean
    stock_time = float(exactly @ drained) / (2 * rate) + float(time_at @ left)
    fill = order_quantity / (rate * cycle)
    return LostSales(
        volume_fill_rate=min(fill, 1.0),
        on_hand_mean=stock_time / cycle,
        on_order_mean=order_quantity * mean / cycle,
        lost_rate=max(rate * (1 - fill), 0.0),
        replenishment_rate=1 / cycle,
    )
