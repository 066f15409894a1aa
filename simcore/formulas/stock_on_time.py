"""Share delivered whole within the promise from ring-fenced stock, and by rank from shared servers."""

from collections.abc import Sequence

from simcore.formulas._check import non_negative, rates, same_length
from simcore.formulas.compound_stock import base_stock_compound_complete
from simcore.formulas.measures import weighted_mean
from simcore.formulas.priority import priority_mmc_sojourn_tail
from simcore.formulas.sizes import SizeLaw


def stock_on_time(
    base_stock: int, order_rate: float, size: SizeLaw, lead_time: float, promise: float, ship_time: float = 0.0
) -> float:
    """Share of orders complete and shipped within `promise` from one ring-fenced base stock.

    Equation: P(order whole within promise - ship_time); 0 when the promise is shorter than shipping.
    Times share one unit. Source: Zipkin 2000, as `base_stock_compound_complete`.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> from simcore.formulas.sizes import constant_size
    >>> round(stock_on_time(8, 2.0, constant_size(1), 3.0, 2.0, 1.0), 8)
    0.94886638
    """
    left = non_negative("promise", promise) - non_negative("ship_time", ship_time)
    whole_by_then = base_stock_compound_complete(base_stock, order_rate, size, lead_time, max(left, 0.0))
    return whole_by_then if left >= 0 else 0.0


def priority_on_time(
    arrival_rates: Sequence[float],
    promises: Sequence[float],
    service_rate: float,
    servers: int,
    ship_time: float = 0.0,
) -> tuple[list[float], float]:
    """Share delivered within each segment's promise, and over all, in non-preemptive priority order.

    Equation: 1 - P(wait + service > promise - ship_time). Source: as `priority_mmc_sojourn_tail`.

    Raises
    ------
    ValueError
        If a number is out of range, the lists differ in length or the queue is unstable.

    Examples
    --------
    >>> round(priority_on_time([1.0, 3.0], [2.0, 4.0], 1.5, 3, 0.5)[1], 8)
    0.75280049
    """
    lambdas = rates("arrival_rates", arrival_rates)
    same_length("promises", promises, lambdas)
    non_negative("ship_time", ship_time)
    on_time = []
    for rank, promise in enumerate(promises, 1):
        left = non_negative("promise", promise) - ship_time
        late = priority_mmc_sojourn_tail(lambdas, service_rate, servers, rank, max(left, 0.0))
        on_time.append(1 - late if left > 0 else 0.0)
    return on_time, weighted_mean(on_time, lambdas)
