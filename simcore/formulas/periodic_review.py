"""Periodic review with backorders: (R, S) with Poisson or normal demand, and (s, S)."""

import math
from typing import NamedTuple

import numpy as np

from simcore.formulas._check import finite, non_negative, positive, refuse, whole
from simcore.formulas.compound_stock import renewal_density
from simcore.formulas.integer_law import poisson_law
from simcore.formulas.measures import per_demand
from simcore.formulas.newsvendor import normal_loss


class PeriodicReview(NamedTuple):
    """Long-run measures of (R, S); `end_cycle_on_hand` is the mean just before the next delivery."""

    volume_fill_rate: float
    on_hand_mean: float
    backorders_mean: float
    wait_mean: float
    cycle_service_level: float
    end_cycle_on_hand: float


def periodic_review_poisson(
    demand_rate: float, review_period: float, lead_time: float, order_up_to: int
) -> PeriodicReview:
    """(R, S) in continuous time with unit Poisson demand and a constant lead time.

    Equation: fill = 1 - (E[(D(L+R) - S)+] - E[(D(L) - S)+]) / (lambda R); mean backorders are the integral of
    E[(D(u) - S)+] over [L, L + R] divided by R, from second losses: (B2(L+R) - B2(L)) / (lambda R).
    Rates and times share one unit. Source: Hadley & Whitin 1963, ch. 5.

    Raises
    ------
    ValueError
        If a rate or period is not above 0, `lead_time` is negative or `order_up_to` is not a whole number
        of at least 0.

    Examples
    --------
    >>> round(periodic_review_poisson(2.0, 2.0, 1.0, 9).volume_fill_rate, 8)
    0.95969938
    """
    positive("demand_rate", demand_rate)
    per_cycle = demand_rate * positive("review_period", review_period)
    level = float(whole("order_up_to", order_up_to))
    early = poisson_law(demand_rate * non_negative("lead_time", lead_time))
    late = poisson_law(demand_rate * lead_time + per_cycle)
    short = float(late.loss(level) - early.loss(level))
    backorders = max(float(late.second_loss(level) - early.second_loss(level)) / per_cycle, 0.0)
    return PeriodicReview(
        volume_fill_rate=min(max(1 - short / per_cycle, 0.0), 1.0),
        on_hand_mean=max(level - (early.mean + late.mean) / 2 + backorders, 0.0),
        backorders_mean=backorders,
        wait_mean=per_demand(backorders, demand_rate),
        cycle_service_level=float(late.at_most(level)),
        end_cycle_on_hand=max(level - late.mean + float(late.loss(level)), 0.0),
    )


def periodic_review_normal(
    demand_mean: float, demand_sd: float, review_period: int, lead_time: int, order_up_to: float
) -> PeriodicReview:
    """(R, S) in whole days with one normal demand per day, counted at the end of the day.

    Day: receive, review (every R days), demand, count; an order of day t arrives on day t + L. Equation:
    fill = 1 - (E[(D(L+R) - S)+] - E[(D(L) - S)+]) / (R mean); stock means average D over L + 1..L + R days.
    Source: Silver, Pyke & Thomas; Zhang & Zhang 2007.

    Raises
    ------
    ValueError
        If `demand_mean` or `demand_sd` is not above 0, a period is not whole or `order_up_to` not finite.

    Examples
    --------
    >>> round(periodic_review_normal(100.0, 20.0, 2, 3, 560.0).volume_fill_rate, 8)
    0.99068834
    """
    positive("demand_mean", demand_mean)
    positive("demand_sd", demand_sd)
    days = whole("review_period", review_period, 1)
    first = whole("lead_time", lead_time)
    finite("order_up_to", order_up_to)

    def loss(count: int, sign: float = 1.0) -> float:
        if count == 0:
            return max(-sign * order_up_to, 0.0)
        sd = demand_sd * math.sqrt(count)
        return sd * normal_loss(sign * (order_up_to - count * demand_mean) / sd)

    window = range(first + 1, first + days + 1)
    backorders = sum(loss(count) for count in window) / days
    last_sd = demand_sd * math.sqrt(first + days)
    z = (order_up_to - (first + days) * demand_mean) / last_sd
    return PeriodicReview(
        volume_fill_rate=1 - (loss(first + days) - loss(first)) / (days * demand_mean),
        on_hand_mean=sum(loss(count, -1.0) for count in window) / days,
        backorders_mean=backorders,
        wait_mean=backorders / demand_mean,
        cycle_service_level=math.erfc(-z / math.sqrt(2)) / 2,
        end_cycle_on_hand=loss(first + days, -1.0),
    )


class PeriodicOrderUpTo(NamedTuple):
    """Long-run means per period of periodic (s, S), counted at the end of the period."""

    cost: float
    orders_per_period: float
    on_hand_mean: float
    backorders_mean: float


def periodic_order_up_to_poisson(
    demand_mean: float,
    reorder_point: int,
    order_up_to: int,
    holding_cost: float,
    backorder_cost: float,
    order_cost: float,
) -> PeriodicOrderUpTo:
    """Periodic (s, S) with zero lead time and Poisson demand per period.

    Period: review (position <= s: order up to S, arrives at once), demand, cost. Equation: renewal reward
    over the position after review, P(S - j) proportional to the renewal density m(j), orders per period
    1 / sum m. Source: Zheng & Federgruen 1991; Veinott & Wagner 1965.

    Raises
    ------
    ValueError
        If `demand_mean` is not above 0, `reorder_point` is not a whole number below `order_up_to`, or a
        cost is negative.

    Examples
    --------
    >>> round(periodic_order_up_to_poisson(10.0, 6, 40, 1.0, 9.0, 64.0).cost, 8)
    35.02155527
    """
    demand = poisson_law(positive("demand_mean", demand_mean))
    for name, level in (("reorder_point", reorder_point), ("order_up_to", order_up_to)):
        if finite(name, level) != int(level):
            raise refuse(name, "a whole number", level)
    if reorder_point >= order_up_to:
        raise refuse("reorder_point", f"below order_up_to ({order_up_to})", reorder_point)
    non_negative("holding_cost", holding_cost)
    non_negative("backorder_cost", backorder_cost)
    non_negative("order_cost", order_cost)
    pmf = np.concatenate((np.zeros(demand.start), demand.pmf))
    visits = renewal_density(order_up_to - reorder_point, pmf)
    positions = order_up_to - np.arange(visits.size, dtype=float)
    weights = visits / visits.sum()
    backorders = float(weights @ demand.loss(positions))
    on_hand = max(float(weights @ positions) - demand_mean + backorders, 0.0)
    orders = 1 / float(visits.sum())
    cost = order_cost * orders + holding_cost * on_hand + backorder_cost * backorders
    return PeriodicOrderUpTo(cost, orders, on_hand, backorders)
