"""The service that an offering can expect: on time, cancelled, refused, estimated along an order's path.

The sample orders of a segment (placed in proportion to demand in histories of good and bad days, fixed uniform numbers)
go through capture, approvals, stock, fulfilment and delivery, with the waits of :mod:`optimize.service.waiting`. Each
part of the path is worked out once for offerings that do not differ up to there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

import numpy as np

from optimize.arrays import distinct
from optimize.offerings.columns import Columns
from optimize.service.approving import refusal_chances, refused_orders
from optimize.service.histories import Histories
from optimize.service.sample_orders import SAMPLE, SampleOrders
from optimize.service.stock_need import LOSING, StockNeeds, StockNeedTable
from optimize.service.waiting import Waits
from scenarios.durations import HOURS_PER_DAY, MINUTES_PER_HOUR
from scenarios.levers import Approval, Channel, Contract, Delivery, Fulfilment, Price, Priority, WhenShort
from scenarios.scenario import Scenario
from simcore.acceptance import orders_with_a_line
from simcore.clock import Bools, Floats, Ints

T = TypeVar("T")

STEPS = {"wait_days": 0.01, "order_fill_rate": 0.002, "lost_lines": 0.002}
"""Offerings whose stock serves them with smaller differences share an estimate."""


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
    takes_order, takes_value : float
        Potential orders that the offer admits: large enough, and with a line in the assortment; and their part of the
        value of all that is offered.
    late : float
        Of the delivered orders.
    """

    on_time: float
    otif: float
    refused: float
    cancelled: float
    lost: float
    takes_order: float
    takes_value: float
    late: float


SHARES = tuple(field.name for field in fields(Service))
Key = tuple[int, ...]
ServiceTable = Mapping[str, Floats]
"""The shares of :class:`Service` of many offerings, each an array of shape (N,)."""


@dataclass(frozen=True)
class Path:
    """What an order's path depends on: the effects on its way, and what stock does to it (:class:`StockNeed`)."""

    priority: Priority
    channel: Channel
    approvals: tuple[Approval, ...]
    price: Price
    assortment: frozenset[str]
    when_short: WhenShort
    fulfilment: Fulfilment | None
    delivery: Delivery
    contract: Contract
    lead_time_days: float | None
    wait_days: float
    order_fill_rate: float
    lost_lines: float


APPROVED = ("priority", "channel", "approvals", "price", "assortment")
STOCKED = (*APPROVED, "when_short", *STEPS)
WORKED = (*STOCKED, "fulfilment")
ALONG = (*WORKED, "delivery", "contract", "lead_time_days")
"""What the path depends on, in the order in which it comes into play; what stock does is counted in ``STEPS``."""


class Services:
    """Expected service of offerings, with what they share worked out once."""

    def __init__(self, scenario: Scenario, needs: StockNeeds) -> None:
        histories = Histories(scenario)
        self.samples = {name: SampleOrders(scenario, name, histories) for name in scenario.segments}
        self._waits = Waits(scenario, histories, self.samples, needs)
        self._known: dict[str, dict[Key, tuple[float, ...]]] = {}

    def table(self, columns: Columns, segment: str, need: StockNeedTable) -> ServiceTable:
        """Return the service that each offering of a segment can expect of the stock that it needs."""
        codes: dict[str, Ints] = {part: columns.code(part).astype(np.int64) for part in ALONG if part not in STEPS}
        codes["price"] = np.where(_value_matters(columns), codes["price"], 0)
        codes |= {part: np.rint(getattr(need, part) / step).astype(np.int64) for part, step in STEPS.items()}
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
    values, parts = columns.effects.values, dict[str, Any]()
    for part, code in zip(ALONG, key, strict=True):
        parts[part] = code * STEPS[part] if part in STEPS else values[part][code]
    return Path(**parts)


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
class Approved:
    """Sample orders at the offered prices: what they are worth, when they are approved, and which are not.

    ``refusal`` is the chance of each order to be refused, ``refused`` says which are, as their luck has it.
    """

    value: Floats
    has_line: Bools
    clock: Floats
    refused: Bools
    refusal: Floats


@dataclass(frozen=True)
class Stocked:
    """Sample orders with their stock: when they are allocated, and what did not come that far, or not whole."""

    clock: Floats
    lost: Bools
    in_full: Bools


class SamplePath:
    """The sample orders of a segment on their way; parts that the next path shares with the last are kept."""

    def __init__(self, sample: SampleOrders, waits: Waits) -> None:
        self.sample, self._waits = sample, waits
        self._approved: Latest[Approved] = Latest()
        self._stocked: Latest[Stocked] = Latest()
        self._worked: Latest[tuple[Floats, Floats]] = Latest()

    def service(self, key: Key, path: Path) -> tuple[float, ...]:
        """Return the service that an offering can expect, in the order of ``SHARES``.

        ``key`` has a number for each part of the path, in the order of ``ALONG``.
        """
        sample = self.sample
        approved = self._approved.of(key[: len(APPROVED)], lambda: self._until_approved(path))
        stocked = self._stocked.of(key[: len(STOCKED)], lambda: self._until_stocked(path, approved.clock))
        before_work, done = self._worked.of(key[: len(WORKED)], lambda: self._until_done(path, stocked.clock))
        clock = done + sample.times(path.delivery.transit_days, "transit") * HOURS_PER_DAY
        taken = approved.has_line & (approved.value >= path.contract.minimum_order_value)
        due = taken & ~approved.refused
        cancelled = due & self._cancelled(path, before_work)
        lost = due & ~cancelled & stocked.lost
        delivered = due & ~cancelled & ~lost
        promised = np.inf if path.lead_time_days is None else path.lead_time_days * HOURS_PER_DAY
        in_time = delivered & (clock - sample.placed <= promised)
        orders, worth = int(np.count_nonzero(taken)), float(approved.value.sum())
        has_line = orders_with_a_line(sample.scenario.segments[sample.name], path.assortment)
        found = Service(
            on_time=_share(in_time, due),
            otif=_share(in_time & stocked.in_full, due),
            refused=float(approved.refusal @ taken) / max(orders, 1),
            cancelled=int(np.count_nonzero(cancelled)) / max(orders, 1),
            lost=int(np.count_nonzero(lost)) / max(orders, 1),
            takes_order=has_line * _share(taken, approved.has_line),
            takes_value=float(approved.value @ taken) / worth if worth else float(has_line > 0),
            late=_share(delivered & ~in_time, delivered),
        )
        return tuple(getattr(found, share) for share in SHARES)

    def _until_approved(self, path: Path) -> Approved:
        sample, channel, value = self.sample, path.channel, self.sample.value(path.price, path.assortment)
        clock = sample.placed.copy()
        if channel.resource is not None:
            clock += self._queue(channel.resource, path, clock, "capture")
        clock += sample.times(channel.minutes, "capture") / MINUTES_PER_HOUR
        coming, refused = refused_orders(sample, path.approvals, value)
        for step, here in zip(path.approvals, coming, strict=True):
            name = f"approval {step.name}"
            hours = sample.times(step.minutes, name) / MINUTES_PER_HOUR
            if step.resource is not None:
                hours = hours + self._queue(step.resource, path, clock, name)
            clock += np.where(here, hours, 0.0)
        refusal = refusal_chances(path.approvals, value)[1].sum(axis=0)
        return Approved(value, sample.has_line(path.assortment), clock, refused, refusal)

    def _queue(self, resource: str, path: Path, clock: Floats, purpose: str) -> Floats:
        """Return the hours in the queue of a resource."""
        place = self._waits.at(resource, path.priority)
        return place.hours(self.sample.history, clock, self.sample.luck(f"wait {purpose}"))

    def _until_stocked(self, path: Path, clock: Floats) -> Stocked:
        """Return the orders with their stock; how much of an order is short follows its luck."""
        sample = self.sample
        luck, lines = sample.luck("short"), (sample.quantity > 0).sum(axis=1)
        short, none = luck >= path.order_fill_rate, np.zeros(SAMPLE, dtype=bool)
        if path.when_short.rule in LOSING:
            return Stocked(clock, (lines == 1) & (luck >= 1 - path.lost_lines), ~short)
        wait = -np.log1p(-sample.luck("stock wait")) * path.wait_days * HOURS_PER_DAY
        in_parts = short & (lines > 1) if path.when_short.ship == "split" else none
        return Stocked(clock + np.where(short, wait, 0.0), none, ~in_parts)

    def _until_done(self, path: Path, clock: Floats) -> tuple[Floats, Floats]:
        """Return when the work on orders starts, and when it is done."""
        work, sample = path.fulfilment, self.sample
        if work is None:
            return clock, clock
        before_work = clock + self._queue(work.resource, path, clock, "fulfilment")
        minutes = sample.times(work.setup_minutes, "setup") + sample.unit_work(work.minutes_per_unit, path.assortment)
        return before_work, before_work + minutes / MINUTES_PER_HOUR

    def _cancelled(self, path: Path, before_work: Floats) -> Bools:
        patience = self.sample.scenario.segments[self.sample.name].patience_days
        if patience is None or not path.contract.cancellation_right:
            return np.zeros(SAMPLE, dtype=bool)
        limit = self.sample.times(patience, "patience") * HOURS_PER_DAY
        return np.asarray(before_work - self.sample.placed > limit)


def _share(of: Bools, among: Bools) -> float:
    count = int(np.count_nonzero(among))
    return int(np.count_nonzero(of)) / count if count else 1.0
