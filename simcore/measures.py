"""Measures of one replication: pure functions of the records, each a ratio of sums over the measured window.

Orders are measured if they were placed inside the window, and followed until they end. Time averages are over the
window. Every measure is kept as (numerator, denominator), so that estimates over replications are ratios of sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import numpy as np

from simcore.clock import TICKS_PER_DAY, TICKS_PER_HOUR, Floats, Ints
from simcore.facts import Facts as Facts
from simcore.facts import (
    count,
    delivered,
    delivered_lines,
    in_groups,
    in_time,
    once,
    pooled_lines,
    sums_of_lines,
    total,
    units_of_orders,
)
from simcore.facts import due as due
from simcore.facts import facts as facts
from simcore.jobs import JobTable, available_ticks, job_table, jobs_of_resources
from simcore.jobs import Work as Work
from simcore.jobs import work as work
from simcore.program import NONE
from simcore.records import Outcome

ALL = ""


@dataclass(frozen=True, order=True)
class MeasureKey:
    """What is measured, and of whom; an empty string means all."""

    measure: str
    segment: str = ALL
    resource: str = ALL
    product: str = ALL


@dataclass(frozen=True)
class Measure:
    """One figure of one replication: ``numerator / denominator`` in ``unit``."""

    key: MeasureKey
    numerator: float
    denominator: float
    unit: str

    @property
    def value(self) -> float:
        """The figure; NaN where nothing happened that could be measured."""
        return self.numerator / self.denominator if self.denominator else float("nan")


_key = lru_cache(maxsize=1 << 14)(MeasureKey)  # every replication has the same keys


def measure(found: Facts) -> list[Measure]:
    """Return every measure of a replication."""
    return [*_by_segment(found), *_resources(found), *_pools(found)]


# Orders and lines --------------------------------------------------------------------------------------------


def _by_segment(f: Facts) -> Iterator[Measure]:
    counted = [*_orders(f), *_service(f), *_units(f)]
    for place, name in enumerate((ALL, *f.program.segments)):
        for column in counted:
            yield Measure(_key(column.measure, name), column.numerator[place], column.denominator[place], column.unit)


class _Column(NamedTuple):
    """A measure of everybody, and of each segment."""

    measure: str
    numerator: list[float]
    denominator: list[float]
    unit: str


def _of_all(per_segment: Ints) -> list[float]:
    """Return the sum over the segments, then that of each segment."""
    return [float(per_segment.sum()), *_floats(per_segment)]


def _ones(f: Facts) -> list[float]:
    return [1] * (1 + len(f.program.segments))


def _orders(f: Facts) -> Iterator[_Column]:
    one, kinds = _ones(f), len(Outcome)
    placed = np.flatnonzero(f.order)
    code = f.orders.segment[placed] * kinds + f.records.outcome[placed]
    ended = count(code, kinds * len(f.program.segments)).reshape(-1, kinds)
    potential, accepted = ended.sum(axis=1), ended.sum(axis=1) - ended[:, Outcome.DECLINED]
    yield _Column("potential_orders", _of_all(potential), one, "orders")
    yield _Column("accepted_orders", _of_all(accepted), one, "orders")
    yield _Column("acceptance", _of_all(accepted), _of_all(potential), "share")
    for outcome in Outcome:
        yield _Column(f"{outcome.name.lower()}_orders", _of_all(ended[:, outcome]), one, "orders")


def _service(f: Facts) -> Iterator[_Column]:
    r, segments = f.records, len(f.program.segments)
    whole = due(f) & r.kept & (r.shipments == 1)
    code = f.orders.segment * 8 + due(f) + 2 * in_time(f) + 4 * whole
    each = count(code, 8 * segments).reshape(-1, 2, 2, 2)
    asked = _of_all(each[:, :, :, 1].sum(axis=(1, 2)))
    yield _Column("on_time", _of_all(each[:, :, 1].sum(axis=(1, 2))), asked, "share")
    yield _Column("otif", _of_all(each[:, 1].sum(axis=(1, 2))), asked, "share")
    yield from _lead_times(f)
    yield from _fill_rates(f)


def _lead_times(f: Facts) -> Iterator[_Column]:
    rows = np.flatnonzero(delivered(f))
    days = (f.records.ended[rows] - f.orders.placed[rows]) / TICKS_PER_DAY
    parts = [days, *in_groups(days, f.orders.segment[rows], len(f.program.segments))]
    yield _Column("lead_time_mean", [float(part.sum()) for part in parts], [float(len(part)) for part in parts], "days")
    quantiles = [percentiles(part, (50, 95)) for part in parts]
    for share, values in zip((50, 95), zip(*quantiles, strict=True), strict=True):
        yield _Column(f"lead_time_p{share}", list(values), _ones(f), "days")


def percentiles(values: Floats, shares: Sequence[int]) -> list[float]:
    """Return percentiles, between neighbours in a straight line: ``np.percentile`` without its overhead.

    >>> percentiles(np.array([3.0, 1.0, 2.0, 5.0]), (50, 90))
    [2.5, 4.4]
    """
    last = len(values) - 1
    if last < 0:
        return [float("nan")] * len(shares)
    places = [share / 100 * last for share in shares]
    needed = {min(int(place) + step, last) for place in places for step in (0, 1)}
    ordered = np.partition(values, sorted(needed))
    found = []
    for place in places:
        low, high = ordered[int(place)], ordered[min(int(place) + 1, last)]
        part = place - int(place)
        found.append(float(low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)))
    return found


def _fill_rates(f: Facts) -> Iterator[_Column]:
    rows, segments = _stocked(f), len(f.program.segments)
    order, segment = f.orders.line_order[rows], f.line_segment[rows]
    wanted, at_once = f.orders.line_quantity[rows], f.records.from_stock[rows]
    units = total(segment, at_once, segments), total(segment, wanted, segments)
    yield _Column("volume_fill_rate", _of_all(units[0]), _of_all(units[1]), "share")
    full = count(segment[at_once == wanted], segments)
    yield _Column("line_fill_rate", _of_all(full), _of_all(count(segment, segments)), "share")
    state = np.zeros(len(f.orders), dtype=np.int64)  # 1: asked for stock, 2: and did not get it at once
    state[order] = 1
    state[order[at_once < wanted]] = 2
    each = count(f.orders.segment * 3 + state, 3 * segments).reshape(-1, 3)
    yield _Column("order_fill_rate", _of_all(each[:, 1]), _of_all(each[:, 1] + each[:, 2]), "share")


@once
def _approved_lines(f: Facts) -> Ints:
    """Return the measured lines of approved orders that asked a pool."""
    pooled = pooled_lines(f)
    return np.asarray(pooled[f.records.approved[f.orders.line_order[pooled]] != NONE])


def _stocked(f: Facts) -> Ints:
    rows = _approved_lines(f)
    return np.asarray(rows[f.orders.line_pool[rows] != NONE])


def _units(f: Facts) -> Iterator[_Column]:
    one, segments = _ones(f), len(f.program.segments)
    for fate, units in _fates_by_segment(f).items():
        yield _Column(f"{fate}_units", _of_all(units), one, "units")
    lost = np.flatnonzero(f.line & (f.records.lost != 0))
    yield _Column("lost_sales", _of_all(total(f.line_segment[lost], f.records.lost[lost], segments)), one, "units")
    late = np.flatnonzero(f.records.backorder_time)
    waiting = total(f.line_segment[late], f.records.backorder_time[late], segments)
    yield _Column("backorders_mean", _of_all(waiting), [float(f.window)] * (segments + 1), "units")


def _fates_by_segment(f: Facts) -> dict[str, Ints]:
    """Return the sums of :func:`fates` over the orders of the window, without looking at each order's."""
    r, orders, kinds = f.records, f.orders, len(Outcome)
    segments = len(f.program.segments)
    group = orders.segment * kinds + r.outcome

    def by_outcome(groups: Ints, units: Ints) -> Ints:
        return total(groups, units, segments * kinds).reshape(segments, kinds)

    placed, arrived = np.flatnonzero(f.order), delivered_lines(f)
    lost = np.flatnonzero(r.lost)
    lost = lost[f.order[orders.line_order[lost]]]
    wanted_units = by_outcome(group[placed], units_of_orders(orders)[placed])
    lost_units = by_outcome(group[orders.line_order[lost]], r.lost[lost])
    arrived_units = by_outcome(group[orders.line_order[arrived]], r.taken[arrived])
    left_over = wanted_units - lost_units - arrived_units
    would = np.flatnonzero(f.order & orders.wanted & (r.outcome == Outcome.DECLINED))  # customers who have left
    declined = total(orders.segment[placed], orders.dropped_units[placed], segments)
    return {
        "declined": declined + total(orders.segment[would], units_of_orders(orders)[would], segments),
        **{name: left_over[:, Outcome[name.upper()]] for name in ("refused", "cancelled", "open")},
        "lost": lost_units.sum(axis=1),
        "delivered": arrived_units.sum(axis=1),
    }


def fates(f: Facts) -> dict[str, Ints]:
    """Return what became of the units of each potential order: every unit has exactly one fate."""
    r, orders, outcome = f.records, f.orders, f.records.outcome
    wanted, lost = units_of_orders(orders), sums_of_lines(orders, r.lost)
    arrived = sums_of_lines(orders, np.where(r.delivered != NONE, r.taken, 0))
    left_over = wanted - lost - arrived
    offered_to_leavers = np.where(orders.wanted, wanted, 0)  # what customers who have left would have ordered
    declined = orders.dropped_units + np.where(outcome == Outcome.DECLINED, offered_to_leavers, 0)
    fate = {name: np.where(outcome == Outcome[name.upper()], left_over, 0) for name in ("refused", "cancelled", "open")}
    return {"declined": declined, **fate, "lost": lost, "delivered": arrived}


# Resources -----------------------------------------------------------------------------------------------------


def _resources(f: Facts) -> Iterator[Measure]:
    jobs = job_table(f)
    for index, mine in enumerate(jobs_of_resources(f)):
        plan = f.program.resources[index]
        busy, queue = int(jobs.busy[mine].sum()), int(jobs.queue[mine].sum())
        yield Measure(_key("utilisation", ALL, plan.name), busy, available_ticks(f.program)[index], "share")
        yield Measure(_key("queue_mean", ALL, plan.name), queue, f.window, "jobs")
        limits = f.program.scenario.resources[plan.name].report_waits_above_hours
        for segment, waits in zip((ALL, *f.program.segments), _waits(f, jobs, mine), strict=True):
            if len(waits) or segment == ALL:
                yield from _wait_measures(segment, plan.name, waits, limits)


def _waits(f: Facts, jobs: JobTable, rows: Ints) -> list[Floats]:
    """Return the hours that measured jobs waited before their work began: all of them, then each segment's."""
    begun = rows[jobs.measured[rows] & jobs.started[rows]]
    hours = (jobs.start[begun] - jobs.join[begun]) / TICKS_PER_HOUR
    # production is nobody's: segment -1
    return [hours, *in_groups(hours, jobs.segment[begun] + 1, len(f.program.segments) + 1)[1:]]


def _wait_measures(segment: str, resource: str, waits: Floats, limits: tuple[float, ...]) -> Iterator[Measure]:
    def make(name: str, numerator: float, unit: str) -> Measure:
        return Measure(_key(name, segment, resource), numerator, float(len(waits)), unit)

    total_hours = float(waits.sum())
    yield make("wait_mean", total_hours, "hours")
    sd = _deviation(waits, total_hours / len(waits)) if len(waits) else float("nan")
    yield Measure(_key("wait_sd", segment, resource), sd, 1, "hours")
    yield make("wait_share", float(np.count_nonzero(waits > 0)), "share")
    for limit in limits:
        yield make(f"wait_above_{limit:g}_hours", float(np.count_nonzero(waits > limit)), "share")


def _deviation(values: Floats, mean: float) -> float:
    """Return the standard deviation of all values: ``values.std()`` without its overhead."""
    apart = values - mean
    return sqrt(float((apart * apart).sum()) / len(values))


# Stock ---------------------------------------------------------------------------------------------------------


def _pools(f: Facts) -> Iterator[Measure]:
    if not f.program.pools:
        return
    counted, reviewed = list(_stock(f)), list(_reviews(f))
    for place, pool in enumerate(f.program.pools):
        for column in (*counted, *(reviewed if pool.review else ())):
            yield Measure(
                _key(column.measure, ALL, ALL, pool.name),
                column.numerator[place],
                column.denominator[place],
                column.unit,
            )


def _stock(f: Facts) -> Iterator[_Column]:
    """Return the stock of each pool, what was served from it, and how it was replenished."""
    r, pools = f.records, len(f.program.pools)
    window = [float(f.window)] * pools
    yield _Column("on_hand_mean", _floats(r.on_hand_time), window, "units")
    yield _Column("on_order_mean", _floats(r.on_order_time), window, "units")
    yield _Column("backorders_mean", _floats(r.backorder_pool_time), window, "units")
    yield _Column("ready_rate", _floats(r.stocked_time), window, "share")
    lines = _approved_lines(f)
    pool = r.served_pool[lines]
    units = total(pool, r.from_stock[lines], pools), total(pool, f.orders.line_quantity[lines], pools)
    yield _Column("volume_fill_rate", _floats(units[0]), _floats(units[1]), "share")
    bought = np.flatnonzero(f.in_window(r.supply_ordered))
    pool = r.supply_pool[bought]
    times, quantity = _floats(count(pool, pools)), total(pool, r.supply_quantity[bought], pools)
    yield _Column("replenishments_per_day", times, [f.days] * pools, "orders per day")
    yield _Column("replenishment_quantity_mean", _floats(quantity), times, "units")
    came = np.flatnonzero(f.in_window(r.supply_received))
    pool = r.supply_pool[came]
    times, without = _floats(count(pool, pools)), count(pool[r.supply_backorders[came] == 0], pools)
    yield _Column("cycle_service_level", _floats(without), times, "share")
    on_hand = total(pool, r.supply_on_hand[came], pools)
    yield _Column("on_hand_before_receipt_mean", _floats(on_hand), times, "units")


def _reviews(f: Facts) -> Iterator[_Column]:
    r, pools = f.records, len(f.program.pools)
    seen = np.flatnonzero(f.in_window(r.review_tick))
    pool = r.review_pool[seen]
    times = _floats(count(pool, pools))
    for name, units in (("on_hand", r.review_on_hand), ("backorders", r.review_backorders)):
        yield _Column(f"{name}_at_review_mean", _floats(total(pool, units[seen], pools)), times, "units")


def _floats(values: Ints) -> list[float]:
    return list(values.astype(np.float64).tolist())
