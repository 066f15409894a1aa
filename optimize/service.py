"""The service that an offering can expect: on time, cancelled, refused, estimated along an order's path.

A fixed set of sample orders (arrival hours of the week in proportion to demand, fixed uniform numbers) goes through
capture, approvals, stock, fulfilment and delivery, with the waits of :mod:`optimize.waiting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from optimize.waiting import MINUTES_PER_HOUR, Wait
from scenarios.offerings import Offering
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.acceptance import inclusion
from simcore.clock import Bools, Floats, Ints
from simcore.demand import HOURS_PER_DAY, HOURS_PER_WEEK, week_profile
from simcore.draws import Draws
from simcore.orders import order_quantities
from simcore.stock_levels import WITHOUT_PROMISE

SAMPLE = 2_000
SAMPLE_SEED = 20_270_104
"""Fixes the sample orders; the estimates use no other randomness."""


@dataclass(frozen=True)
class Service:
    """Expected shares of orders.

    Attributes
    ----------
    on_time : float
        Of the accepted orders that are due (all but refused): delivered by the promised time. Cancelled and lost
        orders count as failed.
    otif : float
        Likewise, no unit lost, and in one delivery.
    refused, cancelled, lost : float
        Of the accepted orders.
    lost_units : float
        Of the units of orders that are delivered.
    takes_order : float
        Potential orders that the offer admits: large enough, and with a line in the assortment.
    late : float
        Of the delivered orders.
    """

    on_time: float
    otif: float
    refused: float
    cancelled: float
    lost: float
    lost_units: float
    takes_order: float
    late: float


class SampleOrders:
    """The sample orders of a segment: when they come, what they hold, and their luck."""

    def __init__(self, scenario: Scenario, segment: str) -> None:
        self.scenario, self.name = scenario, segment
        draws = Draws(SAMPLE_SEED, 0)
        profile = np.concatenate([[0.0], np.cumsum(week_profile(scenario.segments[segment].demand))])
        place = (np.arange(SAMPLE) + 0.5) / SAMPLE * profile[-1]
        self.placed: Floats = np.interp(place, profile, np.arange(HOURS_PER_WEEK + 1.0))
        self.products = sorted(scenario.segments[segment].products)
        self.quantity: Ints = order_quantities(scenario, segment, draws, SAMPLE)
        self._draws = draws
        self._times: dict[tuple[object, str], Floats] = {}
        self.unit_work: dict[tuple[object, frozenset[str]], Floats] = {}

    def times(self, law: object, purpose: str) -> Floats:
        """Return the quantiles of a law for one purpose, worked out once."""
        place = (law, purpose)
        if place not in self._times:
            self._times[place] = sampling.inverse(law, self.luck(purpose))
        return self._times[place]

    def luck(self, purpose: str) -> Floats:
        """Return uniform numbers for one purpose."""
        return self._draws.uniform(purpose, self.name, SAMPLE)

    def value(self, offering: Offering) -> Floats:
        """Return the value of each sample order at the offered prices."""
        price = [
            self.scenario.products[p].list_price * offering.price_multiplier(p) if p in offering.assortment else 0.0
            for p in self.products
        ]
        return np.asarray(self.quantity @ np.array(price))

    def has_line(self, offering: Offering) -> Bools:
        """Return which sample orders have a product that is offered."""
        offered = np.array([p in offering.assortment for p in self.products])
        return np.asarray((self.quantity[:, offered] > 0).any(axis=1))


def expected_service(
    sample: SampleOrders, offering: Offering, waits: Mapping[str, Wait], stock_wait_days: float
) -> Service:
    """Return the service that an offering can expect.

    Parameters
    ----------
    sample : SampleOrders
        Of the segment.
    waits : mapping of str to Wait
        Per resource.
    stock_wait_days : float
        Mean wait of an order that stock cannot serve at once.
    """
    clock, refused = _until_approved(sample, offering, waits)
    clock, lost, lost_units = _stocked(sample, offering, clock, stock_wait_days)
    in_parts = np.zeros(SAMPLE, dtype=bool)
    if offering.when_short.ship == "split":
        in_parts = _short(sample, offering) & ((sample.quantity > 0).sum(axis=1) > 1)
    before_work = clock.copy()
    if offering.fulfilment is not None:
        before_work = clock + waits[offering.fulfilment.resource].hours(clock, sample.luck("wait fulfilment"))
        clock = before_work + _fulfilment_hours(sample, offering)
    clock = clock + sample.times(offering.delivery.transit_days, "transit") * HOURS_PER_DAY
    cancelled = _cancelled(sample, offering, before_work) & ~refused
    due = ~refused
    promised = np.inf if offering.lead_time_days is None else offering.lead_time_days * HOURS_PER_DAY
    delivered = due & ~cancelled & ~lost
    in_time = delivered & (clock - sample.placed <= promised)
    taken = sample.has_line(offering) & (sample.value(offering) >= offering.contract.minimum_order_value)
    return Service(
        on_time=_share(in_time, due),
        otif=_share(in_time & ~in_parts, due) * (1 - lost_units),
        refused=float(refused.mean()),
        cancelled=float(cancelled.mean()),
        lost=float((lost & due & ~cancelled).mean()),
        lost_units=lost_units,
        takes_order=float(taken.mean()),
        late=_share(delivered & ~in_time, delivered),
    )


def _share(of: Bools, among: Bools) -> float:
    return float(of.sum() / among.sum()) if among.any() else 1.0


def _until_approved(sample: SampleOrders, offering: Offering, waits: Mapping[str, Wait]) -> tuple[Floats, Bools]:
    channel, clock = offering.channel, sample.placed.copy()
    if channel.resource is not None:
        clock += waits[channel.resource].hours(clock, sample.luck("wait capture"))
    clock += sample.times(channel.minutes, "capture") / MINUTES_PER_HOUR
    refused = np.zeros(SAMPLE, dtype=bool)
    value = sample.value(offering)
    for step in offering.approvals:
        path = f"approval {step.name}"
        needed = (sample.luck(f"{path} needed") < step.share_of_orders) & (value >= step.auto_approve_below)
        hours = sample.times(step.minutes, path) / MINUTES_PER_HOUR
        if step.resource is not None:
            hours = hours + waits[step.resource].hours(clock, sample.luck(f"wait {path}"))
        clock += np.where(needed & ~refused, hours, 0.0)
        refused |= needed & (sample.luck(f"{path} refused") < step.refusal_share)
    return clock, refused


def _pooled(sample: SampleOrders, offering: Offering) -> list[float]:
    """Return the shares of orders that include each product with a pool."""
    products = sample.scenario.products
    return [
        share
        for p, share in inclusion(sample.scenario.segments[sample.name]).items()
        if p in offering.assortment and products[p].stock is not None and offering.stock != "none"
    ]


def _short(sample: SampleOrders, offering: Offering) -> Bools:
    """Return which sample orders stock cannot serve whole at once, lines being short independently."""
    fill = 0.0 if offering.stock == "make_to_order" else offering.fill_rate
    fill = WITHOUT_PROMISE if fill is None else fill
    at_once = prod(1 - min(1.0, share) * (1 - fill) for share in _pooled(sample, offering))
    return np.asarray(sample.luck("short") >= at_once)


def _stocked(
    sample: SampleOrders, offering: Offering, clock: Floats, stock_wait_days: float
) -> tuple[Floats, Bools, float]:
    """Return when orders are allocated, which are lost whole, and the share of units lost in the others."""
    short = _short(sample, offering)
    if offering.when_short.rule in ("lose", "take_and_lose"):
        fill = WITHOUT_PROMISE if offering.fill_rate is None else offering.fill_rate
        alone = (sample.quantity > 0).sum(axis=1) == 1
        return clock, np.asarray(short & alone), (1 - fill) if _pooled(sample, offering) else 0.0
    wait = -np.log1p(-sample.luck("stock wait")) * stock_wait_days * HOURS_PER_DAY
    return clock + np.where(short, wait, 0.0), np.zeros(SAMPLE, dtype=bool), 0.0


def _fulfilment_hours(sample: SampleOrders, offering: Offering) -> Floats:
    work = offering.fulfilment
    if work is None:
        return np.zeros(SAMPLE)
    place = (work.minutes_per_unit, offering.assortment)
    if place not in sample.unit_work:
        products = sample.scenario.products
        factor = np.array([products[p].work_factor if p in offering.assortment else 0.0 for p in sample.products])
        amount = sample.quantity @ factor
        sample.unit_work[place] = sampling.work_of_units(work.minutes_per_unit, amount, sample.luck("work"))
    return np.asarray((sample.times(work.setup_minutes, "setup") + sample.unit_work[place]) / MINUTES_PER_HOUR)


def _cancelled(sample: SampleOrders, offering: Offering, before_work: Floats) -> Bools:
    patience = sample.scenario.segments[sample.name].patience_days
    if patience is None or not offering.contract.cancellation_right:
        return np.zeros(SAMPLE, dtype=bool)
    limit = sample.times(patience, "patience") * HOURS_PER_DAY
    return np.asarray(before_work - sample.placed > limit)
