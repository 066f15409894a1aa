"""The service that an offering can expect: on time, cancelled, refused, estimated along an order's path.

The sample orders of a segment (arrival hours of the week in proportion to demand, fixed uniform numbers) go through
capture, approvals, stock, fulfilment and delivery, with the waits of :mod:`optimize.waiting`. Offerings share what
they have in common: each part of the path is worked out once for those that do not differ up to there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from math import prod
from typing import Generic, TypeVar

import numpy as np

from optimize.columns import Columns
from optimize.effects import distinct
from optimize.sample_orders import SAMPLE, SampleOrders
from optimize.waiting import MINUTES_PER_HOUR, Wait
from scenarios.levers import Approval, Channel, Contract, Delivery, Fulfilment, Price, WhenShort
from scenarios.scenario import Scenario
from simcore.acceptance import inclusion
from simcore.clock import Bools, Floats, Ints
from simcore.demand import HOURS_PER_DAY
from simcore.stock_levels import WITHOUT_PROMISE

T = TypeVar("T")

WAIT_STEP_DAYS = 0.01
"""Offerings whose stock waits differ by less share an estimate."""


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


SHARES = tuple(field.name for field in fields(Service))
Key = tuple[int, ...]
ServiceTable = Mapping[str, Floats]
"""The shares of :class:`Service` of many offerings, each an array of shape (N,)."""


@dataclass(frozen=True)
class Path:
    """What an order's path depends on: the effects on its way, and how long a short order waits for stock."""

    channel: Channel
    approvals: tuple[Approval, ...]
    price: Price
    assortment: frozenset[str]
    stock: str
    fill_rate: float | None
    when_short: WhenShort
    fulfilment: Fulfilment | None
    delivery: Delivery
    contract: Contract
    lead_time_days: float | None
    stock_wait_days: float


APPROVED = ("channel", "approvals", "price", "assortment")
STOCKED = (*APPROVED, "stock", "fill_rate", "when_short", "wait")
WORKED = (*STOCKED, "fulfilment")
ALONG = (*WORKED, "delivery", "contract", "lead_time_days")
"""What the path depends on, in the order in which it comes into play; ``wait`` is that for stock, in steps."""


class Services:
    """Expected service of offerings, with what they share worked out once."""

    def __init__(self, scenario: Scenario, waits: Mapping[str, Wait]) -> None:
        self._waits = waits
        self.samples = {name: SampleOrders(scenario, name) for name in scenario.segments}
        self._known: dict[str, dict[Key, tuple[float, ...]]] = {}

    def table(self, columns: Columns, segment: str, stock_wait_days: Floats) -> ServiceTable:
        """Return the service that each offering of a segment can expect.

        Parameters
        ----------
        columns : Columns
            Of the segment.
        stock_wait_days : ndarray of float, shape (N,)
            Mean wait of an order that stock cannot serve at once, rounded to ``WAIT_STEP_DAYS``.
        """
        codes: dict[str, Ints] = {part: columns.code(part).astype(np.int64) for part in ALONG if part != "wait"}
        codes["price"] = np.where(_value_matters(columns), codes["price"], 0)
        codes["wait"] = np.rint(stock_wait_days / WAIT_STEP_DAYS).astype(np.int64)
        along = np.column_stack([codes[part] for part in ALONG])
        first, which = distinct(*along.T)
        known = self._known.setdefault(segment, {})
        path = SamplePath(self.samples[segment], self._waits)
        for key in map(tuple, along[first].tolist()):
            if key not in known:
                known[key] = path.service(key, _path(columns, key))
        found = np.array([known[key] for key in map(tuple, along[first].tolist())]).reshape(len(first), len(SHARES))
        return dict(zip(SHARES, found[which].T, strict=True))


def _path(columns: Columns, key: Key) -> Path:
    parts = {part: columns.effects.values[part][code] for part, code in zip(ALONG, key, strict=True) if part != "wait"}
    return Path(**parts, stock_wait_days=key[ALONG.index("wait")] * WAIT_STEP_DAYS)


def _value_matters(columns: Columns) -> Bools:
    """Return for which offerings the path depends on what an order is worth."""
    checked = columns.each("approvals", lambda steps: any(step.auto_approve_below > 0 for step in steps))
    small = columns.each("contract", lambda contract: contract.minimum_order_value > 0)
    return (checked > 0) | (small > 0)


class Latest(Generic[T]):
    """A value that is kept until it is asked for with another key."""

    def __init__(self) -> None:
        self._key: object = None
        self._value: list[T] = []

    def of(self, key: object, make: Callable[[], T]) -> T:
        """Return the value of a key, made if it is not the one of last time."""
        if not self._value or key != self._key:
            self._key, self._value = key, [make()]
        return self._value[0]


@dataclass(frozen=True)
class Stocked:
    """Sample orders with their stock: when they are allocated, and what did not come that far."""

    clock: Floats
    lost: Bools
    lost_units: float
    in_parts: Bools


class SamplePath:
    """The sample orders of a segment on their way; parts that the next path shares with the last are kept."""

    def __init__(self, sample: SampleOrders, waits: Mapping[str, Wait]) -> None:
        self.sample, self._waits = sample, waits
        self._approved: Latest[tuple[Floats, Floats, Bools]] = Latest()
        self._stocked: Latest[Stocked] = Latest()
        self._worked: Latest[tuple[Floats, Floats]] = Latest()

    def service(self, key: Key, path: Path) -> tuple[float, ...]:
        """Return the service that an offering can expect, in the order of ``SHARES``.

        ``key`` has a number for each part of the path, in the order of ``ALONG``.
        """
        sample = self.sample
        value, clock, refused = self._approved.of(key[: len(APPROVED)], lambda: self._until_approved(path))
        stocked = self._stocked.of(key[: len(STOCKED)], lambda: self._until_stocked(path, clock))
        before_work, done = self._worked.of(key[: len(WORKED)], lambda: self._until_done(path, stocked.clock))
        clock = done + sample.times(path.delivery.transit_days, "transit") * HOURS_PER_DAY
        cancelled = self._cancelled(path, before_work) & ~refused
        due = ~refused
        promised = np.inf if path.lead_time_days is None else path.lead_time_days * HOURS_PER_DAY
        delivered = due & ~cancelled & ~stocked.lost
        in_time = delivered & (clock - sample.placed <= promised)
        taken = sample.has_line(path.assortment) & (value >= path.contract.minimum_order_value)
        found = Service(
            on_time=_share(in_time, due),
            otif=_share(in_time & ~stocked.in_parts, due) * (1 - stocked.lost_units),
            refused=float(refused.mean()),
            cancelled=float(cancelled.mean()),
            lost=float((stocked.lost & due & ~cancelled).mean()),
            lost_units=stocked.lost_units,
            takes_order=float(taken.mean()),
            late=_share(delivered & ~in_time, delivered),
        )
        return tuple(getattr(found, share) for share in SHARES)

    def _until_approved(self, path: Path) -> tuple[Floats, Floats, Bools]:
        """Return the value of orders, when they are approved, and which are refused."""
        sample, channel, value = self.sample, path.channel, self.sample.value(path.price, path.assortment)
        clock = sample.placed.copy()
        if channel.resource is not None:
            clock += self._waits[channel.resource].hours(clock, sample.luck("wait capture"))
        clock += sample.times(channel.minutes, "capture") / MINUTES_PER_HOUR
        refused = np.zeros(SAMPLE, dtype=bool)
        for step in path.approvals:
            name = f"approval {step.name}"
            needed = (sample.luck(f"{name} needed") < step.share_of_orders) & (value >= step.auto_approve_below)
            hours = sample.times(step.minutes, name) / MINUTES_PER_HOUR
            if step.resource is not None:
                hours = hours + self._waits[step.resource].hours(clock, sample.luck(f"wait {name}"))
            clock += np.where(needed & ~refused, hours, 0.0)
            refused |= needed & (sample.luck(f"{name} refused") < step.refusal_share)
        return value, clock, refused

    def _pooled(self, path: Path) -> list[float]:
        """Return the shares of orders that include each product with a pool."""
        scenario = self.sample.scenario
        return [
            share
            for p, share in inclusion(scenario.segments[self.sample.name]).items()
            if p in path.assortment and scenario.products[p].stock is not None and path.stock != "none"
        ]

    def _short(self, path: Path) -> Bools:
        """Return which sample orders stock cannot serve whole at once, lines being short independently."""
        fill = 0.0 if path.stock == "make_to_order" else path.fill_rate
        fill = WITHOUT_PROMISE if fill is None else fill
        at_once = prod(1 - min(1.0, share) * (1 - fill) for share in self._pooled(path))
        return np.asarray(self.sample.luck("short") >= at_once)

    def _until_stocked(self, path: Path, clock: Floats) -> Stocked:
        sample, short, none = self.sample, self._short(path), np.zeros(SAMPLE, dtype=bool)
        lines = (sample.quantity > 0).sum(axis=1)
        in_parts = short & (lines > 1) if path.when_short.ship == "split" else none
        if path.when_short.rule in ("lose", "take_and_lose"):
            fill = WITHOUT_PROMISE if path.fill_rate is None else path.fill_rate
            return Stocked(clock, short & (lines == 1), (1 - fill) if self._pooled(path) else 0.0, in_parts)
        wait = -np.log1p(-sample.luck("stock wait")) * path.stock_wait_days * HOURS_PER_DAY
        return Stocked(clock + np.where(short, wait, 0.0), none, 0.0, in_parts)

    def _until_done(self, path: Path, clock: Floats) -> tuple[Floats, Floats]:
        """Return when the work on orders starts, and when it is done."""
        work, sample = path.fulfilment, self.sample
        if work is None:
            return clock, clock
        before_work = clock + self._waits[work.resource].hours(clock, sample.luck("wait fulfilment"))
        minutes = sample.times(work.setup_minutes, "setup") + sample.unit_work(work.minutes_per_unit, path.assortment)
        return before_work, before_work + minutes / MINUTES_PER_HOUR

    def _cancelled(self, path: Path, before_work: Floats) -> Bools:
        patience = self.sample.scenario.segments[self.sample.name].patience_days
        if patience is None or not path.contract.cancellation_right:
            return np.zeros(SAMPLE, dtype=bool)
        limit = self.sample.times(patience, "patience") * HOURS_PER_DAY
        return np.asarray(before_work - self.sample.placed > limit)


def _share(of: Bools, among: Bools) -> float:
    return float(of.sum() / among.sum()) if among.any() else 1.0
