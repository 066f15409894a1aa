"""The work that columns bring to people: hours per week of every activity and resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from optimize.arrays import distinct
from optimize.economics.trade import Trade, shipments
from optimize.service.approving import refusal_chances
from scenarios.durations import DAYS_PER_MONTH, MINUTES_PER_HOUR
from scenarios.levers import Fulfilment, Touchpoints
from simcore import sampling
from simcore.acceptance import units_per_order
from simcore.clock import Floats

REFUSALS = "refusals"


class Work(NamedTuple):
    """Hours of an average week, shape (N,), at a resource, booked to a driver of the ledger."""

    driver: str
    resource: str
    hours: Floats


def works(trade: Trade) -> list[Work]:
    """Return all work that the columns of a segment bring."""
    made = [Work("goods", maker, 7 * hours) for maker, hours in trade.need.production.items()]
    return [*_capture(trade), *_approvals(trade), *_fulfilment(trade), *_contacts(trade), *made]


def _capture(trade: Trade) -> Iterator[Work]:
    code, channels = trade.columns.code("channel"), trade.columns.effects.values["channel"]
    refused = trade.service["refused"]
    for number, channel in enumerate(channels):
        if channel.resource is not None:
            minutes = sampling.mean(channel.minutes)
            yield _work(trade, "capture", channel.resource, code == number, minutes * (1 - refused))
            yield _work(trade, REFUSALS, channel.resource, code == number, minutes * refused)


def _approvals(trade: Trade) -> Iterator[Work]:
    """Yield the work on orders that pass, and on those that are refused in the end; only some orders need a step."""
    values = trade.columns.effects.values
    effects = ("approvals", "price", "assortment", "contract")
    codes = [trade.columns.code(effect) for effect in effects]
    first, which = distinct(*codes)
    for kind, row in enumerate(first):
        steps, price, assortment, contract = (
            values[effect][code[row]] for effect, code in zip(effects, codes, strict=True)
        )
        if not any(step.resource for step in steps):
            continue
        value = trade.sample.value(price, assortment)
        taken = trade.sample.has_line(assortment) & (value >= contract.minimum_order_value)
        for driver, chances in zip(("approval", REFUSALS), refusal_chances(steps, value[taken]), strict=True):
            for step, chance in zip(steps, chances, strict=True):
                if step.resource is not None and len(chance):
                    minutes = float(chance.mean()) * sampling.mean(step.minutes)
                    yield _work(trade, driver, step.resource, which == kind, minutes)


def _fulfilment(trade: Trade) -> Iterator[Work]:
    work, offered = trade.columns.code("fulfilment"), trade.columns.code("assortment")
    values = trade.columns.effects.values
    first, which = distinct(work, offered)
    for kind, row in enumerate(first):
        done: Fulfilment | None = values["fulfilment"][work[row]]
        if done is None:
            continue
        units = _work_units(trade, values["assortment"][offered[row]])
        per_unit = sampling.mean(done.minutes_per_unit)
        minutes = (
            sampling.mean(done.setup_minutes) * shipments(trade) + units * trade.per_potential_order * per_unit
        ) * trade.reached
        yield _work(trade, "fulfilment", done.resource, which == kind, minutes)


def _work_units(trade: Trade, assortment: frozenset[str]) -> float:
    """Return the units of a potential order, weighed by the work that they make."""
    scenario = trade.columns.scenario
    units = units_per_order(scenario.segments[trade.segment])
    return sum(n * scenario.products[p].work_factor for p, n in units.items() if p in assortment)


def _contacts(trade: Trade) -> Iterator[Work]:
    code = trade.columns.code("touchpoints")
    kinds: list[Touchpoints | None] = trade.columns.effects.values["touchpoints"]
    for number, touch in enumerate(kinds):
        if touch is not None and touch.resource is not None:
            per_week = trade.customers * touch.per_customer_per_month * 7 / DAYS_PER_MONTH
            hours = per_week * sampling.mean(touch.minutes) / MINUTES_PER_HOUR
            yield Work("touchpoints", touch.resource, np.where(code == number, hours * trade.portion, 0.0))


def _work(trade: Trade, driver: str, resource: str, mine: Floats, minutes: Floats | float) -> Work:
    """Return work of so many minutes per accepted order, for some of the columns."""
    return Work(driver, resource, np.where(mine, trade.weekly * minutes / MINUTES_PER_HOUR, 0.0))
