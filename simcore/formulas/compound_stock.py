"""Stock for orders of several units: base stock and (s, S) with compound Poisson demand."""

from typing import NamedTuple

import numpy as np

from simcore.formulas._check import FloatArray, non_negative, refuse, whole
from simcore.formulas.compound_demand import compound_poisson_law
from simcore.formulas.integer_law import IntegerLaw
from simcore.formulas.measures import per_demand
from simcore.formulas.sizes import SizeLaw


class CompoundMeasures(NamedTuple):
    """Long-run measures with partial allocation, first come first served.

    `volume_fill_rate` counts units, `order_fill_rate` counts orders served whole at once; `wait_mean` is
    per unit; `replenishment_rate` is orders placed on the supplier per time unit.
    """

    volume_fill_rate: float
    order_fill_rate: float
    ready_rate: float
    on_hand_mean: float
    backorders_mean: float
    wait_mean: float
    replenishment_rate: float
    replenishment_size_mean: float


def base_stock_compound(base_stock: int, order_rate: float, size: SizeLaw, lead_time: float) -> CompoundMeasures:
    """Measure base stock S with a constant lead time; each order of X units triggers X units.

    Equation: D = units demanded over L; volume fill 1 - (E[(D + X - S)+] - E[(D - S)+]) / E[X]; order fill
    P(D + X <= S). Rate and lead time share one unit. Source: Zipkin 2000; Larsen & Thorstenson 2008.

    Raises
    ------
    ValueError
        If `base_stock` is not a whole number of at least 0, or a rate or time is negative.

    Examples
    --------
    >>> from simcore.formulas.sizes import uniform_size
    >>> round(base_stock_compound(14, 2.0, uniform_size(1, 5), 1.5).volume_fill_rate, 8)
    0.72948233
    """
    positions = np.array([float(whole("base_stock", base_stock))])
    return _measures(positions, np.ones(1), order_rate, size, lead_time, order_rate)


def base_stock_compound_complete(
    base_stock: int, order_rate: float, size: SizeLaw, lead_time: float, time: float
) -> float:
    """P(order whole within `time`) under base stock: P(D(L - t) + X <= S) for t < L, else 1.

    Raises
    ------
    ValueError
        As `base_stock_compound`, or if `time` is negative.

    Examples
    --------
    >>> from simcore.formulas.sizes import uniform_size
    >>> round(base_stock_compound_complete(14, 2.0, uniform_size(1, 5), 1.5, 0.5), 8)
    0.86563491
    """
    positions = np.array([float(whole("base_stock", base_stock))])
    return _complete(positions, np.ones(1), order_rate, size, lead_time, time)


def order_up_to_compound(
    reorder_point: int, order_up_to: int, order_rate: float, size: SizeLaw, lead_time: float
) -> CompoundMeasures:
    """(s, S) with a constant lead time: when the position falls to s or below, order up to S at once.

    Equation: P(position = S - j) is proportional to the renewal density m(j), m(0) = 1,
    m(j) = sum_k f(k) m(j - k), j < S - s; orders are placed at rate order_rate / sum m.
    Source: Richards 1975; Zheng & Federgruen 1991; Axsäter, *Inventory Control*.

    Raises
    ------
    ValueError
        If `reorder_point` is below -1, `order_up_to` is not above it, or a rate or time is negative.

    Examples
    --------
    >>> from simcore.formulas.sizes import geometric_size
    >>> round(order_up_to_compound(6, 18, 1.0, geometric_size(0.4), 2.0).volume_fill_rate, 8)
    0.84661521
    """
    positions, weights, visits = _positions(reorder_point, order_up_to, size)
    return _measures(positions, weights, order_rate, size, lead_time, order_rate / visits)


def order_up_to_compound_complete(
    reorder_point: int, order_up_to: int, order_rate: float, size: SizeLaw, lead_time: float, time: float
) -> float:
    """P(order whole within `time`) under (s, S): mean over positions of P(D(L - t) + X <= position).

    Raises
    ------
    ValueError
        As `order_up_to_compound`, or if `time` is negative.

    Examples
    --------
    >>> from simcore.formulas.sizes import geometric_size
    >>> round(order_up_to_compound_complete(6, 18, 1.0, geometric_size(0.4), 2.0, 1.0), 8)
    0.94157586
    """
    positions, weights, _ = _positions(reorder_point, order_up_to, size)
    return _complete(positions, weights, order_rate, size, lead_time, time)


def renewal_density(steps: int, pmf: FloatArray) -> FloatArray:
    """Return the expected visits to 0..steps - 1 by a walk from 0 with steps of law `pmf` (`pmf[0]` below 1 allowed).

    Equation: m(0) = 1 / (1 - f(0)), m(j) = sum_{k>=1} f(k) m(j - k) / (1 - f(0)).

    Examples
    --------
    >>> renewal_density(3, np.array([0.0, 0.5, 0.5])).tolist()
    [1.0, 0.5, 0.75]
    """
    visits = np.zeros(steps)
    visits[0] = 1 / (1 - pmf[0])
    for j in range(1, steps):
        reach = min(j, pmf.size - 1)
        visits[j] = float(pmf[1 : reach + 1] @ visits[j - reach : j][::-1]) / (1 - pmf[0])
    return visits


def _positions(reorder_point: int, order_up_to: int, size: SizeLaw) -> tuple[FloatArray, FloatArray, float]:
    whole("order_up_to", order_up_to)
    if reorder_point != int(reorder_point) or not -1 <= reorder_point < order_up_to:
        raise refuse("reorder_point", f"a whole number from -1 to below order_up_to ({order_up_to})", reorder_point)
    visits = renewal_density(order_up_to - reorder_point, size.pmf)
    positions = order_up_to - np.arange(visits.size, dtype=float)
    return positions, np.asarray(visits / visits.sum()), float(visits.sum())


def _with_order(law: IntegerLaw, size: SizeLaw) -> IntegerLaw:
    return IntegerLaw(law.start, np.maximum(np.convolve(law.pmf, size.pmf), 0.0))


def _measures(
    positions: FloatArray, weights: FloatArray, order_rate: float, size: SizeLaw, lead_time: float, placed: float
) -> CompoundMeasures:
    orders = non_negative("order_rate", order_rate) * non_negative("lead_time", lead_time)
    demand = compound_poisson_law(orders, size)
    late = _with_order(demand, size)
    backorders = float(weights @ demand.loss(positions))
    more_short = float(weights @ late.loss(positions)) - backorders
    unit_rate = order_rate * size.mean
    return CompoundMeasures(
        volume_fill_rate=min(max(1 - more_short / size.mean, 0.0), 1.0),
        order_fill_rate=float(weights @ late.at_most(positions)),
        ready_rate=float(weights @ demand.at_most(positions - 1)),
        on_hand_mean=max(float(weights @ positions) - demand.mean + backorders, 0.0),
        backorders_mean=backorders,
        wait_mean=per_demand(backorders, unit_rate),
        replenishment_rate=placed,
        replenishment_size_mean=unit_rate / placed if placed > 0 else size.mean,
    )


def _complete(
    positions: FloatArray, weights: FloatArray, order_rate: float, size: SizeLaw, lead_time: float, time: float
) -> float:
    non_negative("order_rate", order_rate)
    left = non_negative("lead_time", lead_time) - non_negative("time", time)
    if left <= 0:
        return 1.0
    late = _with_order(compound_poisson_law(order_rate * left, size), size)
    return min(float(weights @ late.at_most(positions)), 1.0)
