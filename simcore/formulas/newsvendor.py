"""One period, one stocking decision: the newsvendor with Poisson and with normal demand."""

import math
from typing import NamedTuple

from scipy.special import ndtr, ndtri

from simcore.formulas._check import finite, positive, whole
from simcore.formulas.integer_law import IntegerLaw, poisson_law


class Newsvendor(NamedTuple):
    """Expected results per period at the given stock, and the optimum."""

    leftover_mean: float
    short_mean: float
    volume_fill_rate: float
    cycle_service_level: float
    cost: float
    optimal_stock: float
    optimal_cost: float


def newsvendor_poisson(demand_mean: float, stock: int, holding_cost: float, shortage_cost: float) -> Newsvendor:
    """Newsvendor with Poisson demand; the optimum is the least q with P(D <= q) >= b / (b + h).

    Costs are money per unit left and per unit short. Source: Arrow, Harris & Marschak 1951.

    Raises
    ------
    ValueError
        If `stock` is not a whole number of at least 0 or a number is not above 0.

    Examples
    --------
    >>> round(newsvendor_poisson(6.0, 8, 1.0, 4.0).cost, 8)
    3.57010695
    """
    demand = poisson_law(positive("demand_mean", demand_mean))
    whole("stock", stock)
    positive("holding_cost", holding_cost)
    ratio = positive("shortage_cost", shortage_cost) / (holding_cost + shortage_cost)
    optimum = demand.start + int((demand.at_most(demand.values) >= ratio).argmax())
    left, short = _left_short(demand, stock)
    best_left, best_short = _left_short(demand, optimum)
    return Newsvendor(
        leftover_mean=left,
        short_mean=short,
        volume_fill_rate=max(1 - short / demand_mean, 0.0),
        cycle_service_level=float(demand.at_most(stock)),
        cost=holding_cost * left + shortage_cost * short,
        optimal_stock=optimum,
        optimal_cost=holding_cost * best_left + shortage_cost * best_short,
    )


def newsvendor_normal(
    demand_mean: float, demand_sd: float, stock: float, holding_cost: float, shortage_cost: float
) -> Newsvendor:
    """Newsvendor with normal demand (not truncated at 0).

    Equation: short = sd G(z), z = (stock - mean) / sd, G(z) = phi(z) - z (1 - Phi(z)); optimum at
    Phi(z*) = b / (b + h) with cost (h + b) sd phi(z*). Source: Snyder & Shen, newsvendor chapter.

    Raises
    ------
    ValueError
        If `stock` is not finite or another number is not above 0.

    Examples
    --------
    >>> round(newsvendor_normal(50.0, 8.0, 60.0, 0.18, 0.7).cost, 8)
    2.15613155
    """
    positive("demand_mean", demand_mean)
    positive("demand_sd", demand_sd)
    finite("stock", stock)
    positive("holding_cost", holding_cost)
    total = holding_cost + positive("shortage_cost", shortage_cost)
    z = (stock - demand_mean) / demand_sd
    short, left = demand_sd * normal_loss(z), demand_sd * normal_loss(-z)
    best = -float(ndtri(holding_cost / total))
    return Newsvendor(
        leftover_mean=left,
        short_mean=short,
        volume_fill_rate=1 - short / demand_mean,
        cycle_service_level=float(ndtr(z)),
        cost=holding_cost * left + shortage_cost * short,
        optimal_stock=demand_mean + best * demand_sd,
        optimal_cost=total * demand_sd * _density(best),
    )


def normal_loss(z: float) -> float:
    """E[(Z - z)+] of a standard normal: phi(z) - z (1 - Phi(z)). Source: Snyder & Shen, appendix.

    Examples
    --------
    >>> round(normal_loss(0.0), 8)
    0.39894228
    """
    return max(_density(z) - z * float(ndtr(-z)), 0.0)


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _left_short(demand: IntegerLaw, stock: int) -> tuple[float, float]:
    short = float(demand.loss(stock))
    return max(stock - demand.mean + short, 0.0), short
