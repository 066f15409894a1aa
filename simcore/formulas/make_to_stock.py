"""Make to stock with one exponential server: unit Poisson orders, backordered."""

import math

from simcore.formulas._check import non_negative, positive, stable, whole
from simcore.formulas.measures import StockMeasures


def make_to_stock_mm1(base_stock: int, arrival_rate: float, service_rate: float) -> StockMeasures:
    """One server refills stock up to S one unit at a time; S = 0 is pure make-to-order.

    Equation: rho = lambda / mu; fill 1 - rho^S, backorders rho^(S+1) / (1 - rho), on hand
    S - rho (1 - rho^S) / (1 - rho). Rates share one time unit. Source: Buzacott & Shanthikumar 1993.

    Raises
    ------
    ValueError
        If `base_stock` is not a whole number of at least 0, a rate is out of range or the server unstable.

    Examples
    --------
    >>> round(make_to_stock_mm1(5, 0.8, 1.0).on_hand_mean, 8)
    2.31072
    """
    stock, rho = whole("base_stock", base_stock), _load(arrival_rate, service_rate)
    short = rho**stock
    backorders = rho * short / (1 - rho)
    wait = short / (service_rate - arrival_rate)
    return StockMeasures(1 - short, stock - rho * (1 - short) / (1 - rho), backorders, wait)


def make_to_stock_wait_tail(base_stock: int, arrival_rate: float, service_rate: float, time: float) -> float:
    """P(wait > time) = rho^S exp(-(mu - lambda) time). Source: Buzacott & Shanthikumar 1993.

    Raises
    ------
    ValueError
        As `make_to_stock_mm1`, or if `time` is negative.

    Examples
    --------
    >>> round(make_to_stock_wait_tail(5, 0.8, 1.0, 2.0), 8)
    0.21965047
    """
    rho = _load(arrival_rate, service_rate)
    spare = service_rate - arrival_rate
    return float(rho ** whole("base_stock", base_stock) * math.exp(-spare * non_negative("time", time)))


def _load(arrival_rate: float, service_rate: float) -> float:
    return stable(non_negative("arrival_rate", arrival_rate) / positive("service_rate", service_rate))
