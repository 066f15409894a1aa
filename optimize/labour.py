"""The work that columns bring to people: hours per week of every activity and resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from optimize.effects import distinct
from optimize.trade import DAYS_PER_MONTH, Trade
from optimize.waiting import MINUTES_PER_HOUR
from scenarios.levers import Fulfilment, Touchpoints
from simcore import sampling
from simcore.acceptance import units_per_order
from simcore.clock import Floats


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
    for number, channel in enumerate(channels):
        if channel.resource is not None:
            yield _work(trade, "capture", channel.resource, code == number, sampling.mean(channel.minutes))


def _approvals(trade: Trade) -> Iterator[Work]:
    code, flows = trade.columns.code("approvals"), trade.columns.effects.values["approvals"]
    for number, steps in enumerate(flows):
        for step in steps:
            if step.resource is not None:
                minutes = step.share_of_orders * sampling.mean(step.minutes)
                yield _work(trade, "approval", step.resource, code == number, minutes)


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
        admitted = np.maximum(trade.service["takes_order"], 1e-9)
        minutes = (sampling.mean(done.setup_minutes) + units / admitted * per_unit) * trade.reached
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
            yield Work("touchpoints", touch.resource, np.where(code == number, hours, 0.0))


def _work(trade: Trade, driver: str, resource: str, mine: Floats, minutes: Floats | float) -> Work:
    """Return work of so many minutes per accepted order, for some of the columns."""
    return Work(driver, resource, np.where(mine, trade.weekly * minutes / MINUTES_PER_HOUR, 0.0))
