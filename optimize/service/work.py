"""The work that orders and customers bring to resources, and the servers who are there to do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimize.service.sample_orders import SampleOrders
from optimize.service.stock_need import LOSING
from scenarios.durations import HOURS_PER_WEEK, MINUTES_PER_HOUR
from scenarios.offerings import Offering
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.acceptance import units_per_order
from simcore.clock import Floats
from simcore.demand import measured_orders
from simcore.program import weekly_servers


@dataclass(frozen=True)
class Work:
    """Work that one order of an offering brings to a resource, in minutes.

    ``after_stock`` is the offering where an order comes only when all of it is there, ``share`` the share of orders
    that bring any.
    """

    resource: str
    mean: float
    variance: float
    after_stock: Offering | None = None
    share: float = 1.0


def works(scenario: Scenario, segment: str, offering: Offering, sample: SampleOrders | None = None) -> list[Work]:
    """Return the mean work per accepted order at every resource: capture, approvals, fulfilment.

    The sample orders of the segment tell how many are worth enough to need an approval; without them all are.
    """
    out = []
    channel, fulfilment = offering.channel, offering.fulfilment
    if channel.resource is not None:
        out.append(Work(channel.resource, sampling.mean(channel.minutes), sampling.variance(channel.minutes)))
    value = None if sample is None else sample.value(offering.price, offering.assortment)
    for step in offering.approvals:
        if step.resource is not None:
            mean, variance = sampling.mean(step.minutes), sampling.variance(step.minutes)
            large = 1.0 if value is None else float((value >= step.auto_approve_below).mean())
            share = step.share_of_orders * large
            out.append(Work(step.resource, share * mean, share * (variance + (1 - share) * mean**2), share=share))
    if fulfilment is not None:
        units = sum(
            n * scenario.products[p].work_factor
            for p, n in units_per_order(scenario.segments[segment]).items()
            if p in offering.assortment
        )
        unit_work, setup = fulfilment.minutes_per_unit, fulfilment.setup_minutes
        out.append(
            Work(
                fulfilment.resource,
                sampling.mean(setup) + units * sampling.mean(unit_work),
                sampling.variance(setup) + units * sampling.variance(unit_work),
                offering if offering.when_short.rule not in LOSING and offering.when_short.ship == "complete" else None,
            )
        )
    return out


def contact_hours_per_week(scenario: Scenario, segment: str, offering: Offering) -> tuple[str | None, float]:
    """Return who makes the contacts with a segment, and the hours that they take per week."""
    touch = offering.touchpoints
    if touch is None:
        return None, 0.0
    per_week = scenario.segments[segment].customers * touch.per_customer_per_month * 7 / 30
    return touch.resource, per_week * sampling.mean(touch.minutes) / MINUTES_PER_HOUR


def orders_per_week(scenario: Scenario, segment: str) -> float:
    """Return the potential orders of an average week of the measured window."""
    return measured_orders(scenario, segment) * 7 / scenario.calendar.measured_days


def servers_by_hour(scenario: Scenario, resource: str, extra: Mapping[str, int]) -> Floats:
    """Return the servers present in each hour of the week, Monday 00:00 first (averages where a shift changes)."""
    minutes = weekly_servers(resource, scenario.resources[resource], extra)
    return np.asarray(minutes.reshape(HOURS_PER_WEEK, MINUTES_PER_HOUR).mean(axis=1))
