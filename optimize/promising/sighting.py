"""What is seen of one replication: how long the orders of each segment took, and what was kept of other promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simcore.clock import TICKS_PER_DAY, Bools, Floats, Ints
from simcore.facts import Facts, delivered, due
from simcore.ledger import post
from simcore.order_counts import order_counts
from simcore.program import NONE
from simcore.records import Outcome
from simcore.replication import money_measures
from simcore.sales import sales

STAGES = ("order capture", "approvals", "waiting for stock", "waiting to be fulfilled", "processing time", "transit")
SLOW = 0.9
"""Where the time goes is said of the orders that take longer than this share of all."""


@dataclass(frozen=True)
class Asked:
    """What to look at in one segment: lead times in units of ``resolution`` ticks, clauses per ``period`` ticks."""

    resolution: int
    period: int


@dataclass(frozen=True)
class SegmentSeen:
    """The offer made to one segment in one replication: the orders that take it, also those of others who see it.

    Attributes
    ----------
    times, orders : ndarray of int
        Rising lead times of delivered orders from the start of the promise's clock, rounded up to whole units of the
        resolution, and how many orders took each.
    due : int
        Orders that count whatever is promised: accepted, not refused, and ended.
    open_since : ndarray of int
        For each unfinished order, rising: it counts where less than this many units were promised.
    filled, wanted : float
        Units served from stock at once, and all that asked for stock.
    otif, periods, revenue : ndarray
        Rising shares of a customer's orders of a period that were on time in full; how many customers and periods
        had each, and what they paid.
    accepted, potential : int
        Orders of the segment itself that take its offer, and all.
    stages : ndarray of float, shape (stages,)
        Mean days that the slowest orders spend in each of STAGES.
    """

    times: Ints
    orders: Ints
    due: int
    open_since: Ints
    filled: float
    wanted: float
    otif: Floats
    periods: Ints
    revenue: Floats
    accepted: int
    potential: int
    stages: Floats

    def within(self, units: Ints) -> tuple[Floats, Floats]:
        """Return the orders delivered within so many units, and the orders that count for such a promise."""
        reached = np.concatenate([[0], np.cumsum(self.orders)])[np.searchsorted(self.times, units, side="right")]
        still = len(self.open_since) - np.searchsorted(self.open_since, units, side="right")
        return reached.astype(np.float64), (self.due + still).astype(np.float64)


@dataclass(frozen=True)
class Sighting:
    """One replication: each served segment, the margin, and the money in stock."""

    segments: Mapping[str, SegmentSeen]
    margin: float
    stock_investment: float


@dataclass(frozen=True)
class Watch:
    """Looks at one replication; sent to other processes."""

    asked: Mapping[str, Asked]

    def __call__(self, f: Facts) -> Sighting:
        """Return what is seen."""
        ledger = post(f)
        money = {m.key: m.value for m in money_measures(f.program, f.records.on_hand_time, ledger) if not m.key.segment}
        by_name = {key.measure: value for key, value in money.items()}
        seen = {name: self._segment(f, name) for name in self.asked}
        return Sighting(seen, by_name["margin"], by_name["stock_investment"])

    def _segment(self, f: Facts, name: str) -> SegmentSeen:
        asked = self.asked[name]
        lanes = [index for index, lane in enumerate(f.program.lanes) if lane.offer == name]
        mine = np.isin(f.orders.lane, lanes) if f.program.has_menu else f.orders.lane == lanes[0]
        own = f.program.segment_of(f.orders.lane) == f.program.segments.index(name)
        start = f.orders.placed if f.program.scenario.promise_clock == "placement" else f.records.approved
        arrived = np.flatnonzero(delivered(f) & mine)
        times, orders = np.unique(_up(f.records.ended[arrived] - start[arrived], asked.resolution), return_counts=True)
        ended = f.accepted & mine & (f.records.outcome != Outcome.REFUSED) & (f.records.outcome != Outcome.OPEN)
        unfinished = np.flatnonzero(f.accepted & mine & (f.records.outcome == Outcome.OPEN))
        since = np.where(start[unfinished] == NONE, 0, _up(f.program.horizon - start[unfinished], asked.resolution))
        filled, wanted = order_counts(f).stocked_units[lanes].sum(axis=0).tolist()
        otif, periods, revenue = _clause_periods(f, mine, asked.period)
        return SegmentSeen(
            times,
            orders,
            int(ended.sum()),
            np.sort(since),
            float(filled),
            float(wanted),
            otif,
            periods,
            revenue,
            int((f.accepted & mine & own).sum()),
            int((f.order & own).sum()),
            _stages(f, arrived, start),
        )


def _up(ticks: Ints, unit: int) -> Ints:
    return -(-ticks // unit)


def _clause_periods(f: Facts, mine: Bools, period: int) -> tuple[Floats, Ints, Floats]:
    """Return shares on time in full of each customer and period, how many there are of each, and their revenue."""
    rows = np.flatnonzero(due(f) & mine)
    number = (f.orders.placed[rows] - f.program.warm_up) // period
    segment = f.program.segment_of(f.orders.lane[rows])
    who = f.orders.customer[rows] * len(f.program.segments) + segment
    key, group = np.unique(number * (int(who.max(initial=0)) + 1) + who, return_inverse=True)
    good = f.records.kept[rows] & (f.records.shipments[rows] == 1)
    share = np.bincount(group[good], minlength=len(key)) / np.bincount(group, minlength=len(key))
    paid = np.bincount(group, weights=sales(f).net[rows], minlength=len(key))
    values, place = np.unique(share, return_inverse=True)
    revenue: Floats = np.bincount(place, weights=paid, minlength=len(values)).astype(np.float64)
    return values, np.bincount(place, minlength=len(values)), revenue


def _stages(f: Facts, arrived: Ints, start: Ints) -> Floats:
    """Return the mean days of the slowest orders in each stage; stages add up to the time from placement."""
    r, orders = f.records, f.orders
    took = r.ended[arrived] - start[arrived]
    if not len(took):
        return np.zeros(len(STAGES))
    rows = arrived[took >= np.quantile(took, SLOW)]
    captured = np.where(r.captures.finish[rows] == NONE, orders.placed[rows], r.captures.finish[rows])
    approved = np.maximum(r.approved[rows], captured)
    allocated = np.maximum(r.allocated[rows], approved)
    first, last = orders.line_start[rows], orders.line_start[rows + 1]
    finish = np.concatenate([r.shipment_jobs.finish, [NONE]])
    working = np.concatenate([r.shipment_jobs.finish - r.shipment_jobs.start, [0]])
    spans = np.stack([first, last], axis=1).ravel()
    some = first < last
    shipped = np.where(some, np.maximum.reduceat(finish, spans)[::2], NONE)
    work = np.where(some, np.add.reduceat(working, spans)[::2], 0)
    shipped = np.maximum(shipped, allocated)
    work = np.minimum(work, shipped - allocated)
    parts = (
        captured - orders.placed[rows],
        approved - captured,
        allocated - approved,
        shipped - allocated - work,
        work,
        r.ended[rows] - shipped,
    )
    return np.array([part.mean() / TICKS_PER_DAY for part in parts])
