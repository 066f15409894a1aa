"""(r, Q) with unit Poisson demand and backorders: order Q when the position falls to r."""

import numpy as np

from simcore.formulas._check import non_negative, refuse, whole
from simcore.formulas.integer_law import poisson_law
from simcore.formulas.measures import StockMeasures, per_demand


def rq_poisson(reorder_point: int, order_quantity: int, demand_rate: float, lead_time: float) -> StockMeasures:
    """Long-run measures of (r, Q) with a constant lead time.

    Equation: the position is uniform on r + 1..r + Q; means of the base-stock measures over it, from first
    and second loss functions. Rate and lead time share one unit; orders are placed at rate lambda / Q.
    Source: Hadley & Whitin 1963; Federgruen & Zheng 1992.

    Raises
    ------
    ValueError
        If `order_quantity` is below 1, `reorder_point` below -order_quantity, or a rate or time negative.

    Examples
    --------
    >>> round(rq_poisson(3, 5, 1.5, 2.0).volume_fill_rate, 8)
    0.86663283
    """
    _check(reorder_point, order_quantity, demand_rate, lead_time)
    demand = poisson_law(demand_rate * lead_time)
    positions = np.arange(reorder_point + 1, reorder_point + order_quantity + 1, dtype=float)
    backorders = float(demand.loss(positions).mean())
    if reorder_point >= 0:
        top = float(reorder_point + order_quantity)
        backorders = float(demand.second_loss(float(reorder_point)) - demand.second_loss(top)) / order_quantity
    return StockMeasures(
        volume_fill_rate=float(demand.at_most(positions - 1).mean()),
        on_hand_mean=max(float(positions.mean()) - demand.mean + backorders, 0.0),
        backorders_mean=backorders,
        wait_mean=per_demand(backorders, demand_rate),
    )


def rq_wait_tail(reorder_point: int, order_quantity: int, demand_rate: float, lead_time: float, time: float) -> float:
    """P(wait > time) per unit demanded under (r, Q) with a constant lead time.

    Equation: mean over y = r + 1..r + Q of P(Poisson(lambda (L - t)) >= y) for t < L; later only units that
    found y <= 0 still wait, for the y - 1 - r demands that trigger their order. Source: Hadley & Whitin 1963.

    Raises
    ------
    ValueError
        As `rq_poisson`, or if `time` is negative.

    Examples
    --------
    >>> round(rq_wait_tail(3, 5, 1.5, 2.0, 1.0), 8)
    0.01795399
    """
    _check(reorder_point, order_quantity, demand_rate, lead_time)
    positions = np.arange(reorder_point + 1, reorder_point + order_quantity + 1, dtype=float)
    left = lead_time - non_negative("time", time)
    if left > 0:
        return float(poisson_law(demand_rate * left).above(positions - 1).mean())
    still = positions[positions <= 0]
    return float(poisson_law(-demand_rate * left).at_most(still - 2 - reorder_point).sum()) / order_quantity


def _check(reorder_point: int, order_quantity: int, demand_rate: float, lead_time: float) -> None:
    whole("order_quantity", order_quantity, 1)
    if reorder_point != int(reorder_point) or reorder_point < -order_quantity:
        raise refuse("reorder_point", f"a whole number of at least -order_quantity ({-order_quantity})", reorder_point)
    non_negative("demand_rate", demand_rate)
    non_negative("lead_time", lead_time)
