"""Measures of one replication: pure functions of the records, each a ratio of sums over the measured window.

Orders are measured if they were placed inside the window, and followed until they end. Time averages are over the
window. Every measure is kept as (numerator, denominator), so that estimates over replications are ratios of sums.

The sums come first (:class:`Counted`), then the measures of them: the sums of parts of a replication add up to those
of the whole, which is how :mod:`simcore.tally` measures one that is too long to be kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from simcore.clock import TICKS_PER_DAY, Ints
from simcore.facts import Facts as Facts
from simcore.facts import due as due
from simcore.facts import facts as facts
from simcore.facts import window_ticks
from simcore.jobs import Work as Work
from simcore.jobs import available_ticks
from simcore.jobs import work as work
from simcore.lead_times import PERCENTILES, LeadTimes, lead_times
from simcore.lead_times import percentiles as percentiles
from simcore.order_counts import FATES, OrderCounts, by_segment, order_counts
from simcore.order_counts import fates as fates
from simcore.pool_counts import PoolCounts, pool_counts
from simcore.program import Program
from simcore.records import Outcome
from simcore.work_counts import Waits, WorkCounts, limits_of_resources, waits, work_counts

ALL = ""
ORDERS_TAKING, UNITS_TAKING, MARGIN_TAKING = "orders_taking", "units_taking", "margin_taking"
"""What the orders of a segment took of an offer; the name of the offer follows after a colon."""


class MeasureKey(NamedTuple):
    """What is measured, and of whom; an empty string means all."""

    measure: str
    segment: str = ALL
    resource: str = ALL
    product: str = ALL


MARGIN = MeasureKey("margin")
"""Of all segments together, which decides between designs."""


class Measure(NamedTuple):
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


@dataclass(frozen=True)
class Counted:
    """What the measures of a replication are made from."""

    orders: OrderCounts
    lead_times: LeadTimes
    work: WorkCounts
    waits: Sequence[Sequence[Waits]]
    pools: PoolCounts


def measure(found: Facts) -> list[Measure]:
    """Return every measure of a replication."""
    counted = Counted(order_counts(found), lead_times(found), work_counts(found), waits(found), pool_counts(found))
    return measures_of(found.program, counted)


def measures_of(program: Program, counted: Counted) -> list[Measure]:
    """Return every measure of a replication whose sums are known."""
    return [
        *_by_segment(program, counted),
        *_taken(program, counted.orders),
        *_emissions(program, counted.orders),
        *_resources(program, counted),
        *_pools(program, counted.pools),
    ]


# Orders and lines --------------------------------------------------------------------------------------------


def _by_segment(program: Program, counted: Counted) -> Iterator[Measure]:
    orders, times = by_segment(program, counted.orders), counted.lead_times
    sums = _of_all(_sums(orders))
    one, window = [1] * (1 + len(program.segments)), [float(window_ticks(program))] * (1 + len(program.segments))
    columns = [
        *(_Column(f"{name}_orders", sums[name], one, "orders") for name in ("potential", "accepted")),
        _Column("acceptance", sums["accepted"], sums["potential"], "share"),
        *(_Column(f"{name}_orders", sums[name], one, "orders") for name in _OUTCOMES),
        *(_Column(name, sums[name], sums["due"], "share") for name in ("on_time", "otif")),
        _Column("lead_time_mean", times.sums(), sums["delivered"], "days"),
        *(
            _Column(f"lead_time_p{share}", list(values), one, "days")
            for share, values in zip(PERCENTILES, zip(*times.percentiles(), strict=True), strict=True)
        ),
        *(_Column(f"{name}_fill_rate", sums[f"{name}_served"], sums[f"{name}_asked"], "share") for name in STOCKED),
        *(_Column(f"{fate}_units", sums[f"{fate}_units"], one, "units") for fate in FATES),
        _Column("lost_sales", sums["lost_sales"], one, "units"),
        _Column("backorders_mean", sums["waiting"], window, "units"),
    ]
    for place, segment in enumerate((ALL, *program.segments)):
        for name, numerator, denominator, unit in columns:
            yield Measure(_key(name, segment), numerator[place], denominator[place], unit)


STOCKED = ("volume", "line", "order")
"""What fill rates are of."""
_OUTCOMES = tuple(outcome.name.lower() for outcome in Outcome)


def _sums(orders: OrderCounts) -> dict[str, Ints]:
    """Return the sums by segment that measures are made of."""
    ended, service, potential = orders.ended, orders.service, orders.ended.sum(axis=1)
    stocked = (orders.stocked_units, orders.stocked_lines, orders.stocked_orders)
    return {
        "potential": potential,
        "accepted": potential - ended[:, Outcome.DECLINED],
        **dict(zip(_OUTCOMES, ended.T, strict=True)),
        "due": service[:, :, :, 1].sum(axis=(1, 2)),
        "on_time": service[:, :, 1].sum(axis=(1, 2)),
        "otif": service[:, 1].sum(axis=(1, 2)),
        **{f"{name}_served": counts[:, 0] for name, counts in zip(STOCKED, stocked, strict=True)},
        **{f"{name}_asked": counts[:, 1] for name, counts in zip(STOCKED, stocked, strict=True)},
        **{f"{fate}_units": units for fate, units in zip(FATES, orders.fates.T, strict=True)},
        "lost_sales": orders.lost_sales,
        "waiting": orders.waiting,
    }


def _of_all(per_segment: dict[str, Ints]) -> dict[str, list[float]]:
    """Return the sum over the segments, then that of each segment."""
    each = np.array(list(per_segment.values()))
    everybody = np.concatenate([each.sum(axis=1, keepdims=True), each], axis=1)
    return dict(zip(per_segment, _floats(everybody), strict=True))


def _emissions(program: Program, orders: OrderCounts) -> Iterator[Measure]:
    """Return the emissions of deliveries; nothing where no delivery says what it emits."""
    if not program.has_co2:
        return
    kg = program.sum_by_segment((orders.carried.astype(np.float64) * program.co2_rates).sum(axis=1))
    for name, amount in zip((ALL, *program.segments), (float(kg.sum()), *kg.tolist()), strict=True):
        yield Measure(_key("co2", name), amount, 1, "kg")


class _Column(NamedTuple):
    """A measure of everybody, and of each segment."""

    measure: str
    numerator: Sequence[float]
    denominator: Sequence[float]
    unit: str


# The menu ------------------------------------------------------------------------------------------------------


def _taken(program: Program, counts: OrderCounts) -> Iterator[Measure]:
    """Return the shares of a segment's potential orders, and of its delivered units, by the offer that they took.

    The offer stands in the name of the measure; nothing without a visible menu. See :mod:`simcore.leakage`.
    """
    declined, delivered = counts.ended[:, Outcome.DECLINED], counts.fates[:, FATES.index("delivered")]
    for segment, lanes in enumerate(program.lanes_of if program.has_menu else ()):
        name, rows = program.segments[segment], slice(lanes.start, lanes.stop)
        potential, units = float(counts.ended[rows].sum()), float(delivered[rows].sum())
        for lane in lanes:
            offer = program.lanes[lane].offer
            if program.plans[lane] is not None:
                taken = float(counts.ended[lane].sum() - declined[lane])
                yield Measure(_key(f"{ORDERS_TAKING}:{offer}", name), taken, potential, "share")
                yield Measure(_key(f"{UNITS_TAKING}:{offer}", name), float(delivered[lane]), units, "share")
        yield Measure(_key(f"{ORDERS_TAKING}:", name), float(declined[rows].sum()), potential, "share")


# Resources -----------------------------------------------------------------------------------------------------


def _resources(program: Program, counted: Counted) -> Iterator[Measure]:
    limits, available = limits_of_resources(program), available_ticks(program)
    for index, plan in enumerate(program.resources):
        busy, queue = int(counted.work.busy[index]), int(counted.work.queue[index])
        yield Measure(_key("utilisation", ALL, plan.name), busy, available[index], "share")
        yield Measure(_key("queue_mean", ALL, plan.name), queue, window_ticks(program), "jobs")
        for segment, waited in zip((ALL, *program.segments), counted.waits[index], strict=True):
            if waited.jobs or segment == ALL:
                yield from _wait_measures(segment, plan.name, waited, limits[index])


def _wait_measures(segment: str, resource: str, waited: Waits, limits: tuple[float, ...]) -> Iterator[Measure]:
    def make(name: str, numerator: float, unit: str) -> Measure:
        return Measure(_key(name, segment, resource), numerator, float(waited.jobs), unit)

    yield make("wait_mean", waited.hours, "hours")
    yield Measure(_key("wait_sd", segment, resource), waited.deviation, 1, "hours")
    yield make("wait_share", float(waited.waited), "share")
    for limit, above in zip(limits, waited.above, strict=True):
        yield make(f"wait_above_{limit:g}_hours", float(above), "share")


# Stock ---------------------------------------------------------------------------------------------------------


def _pools(program: Program, pools: PoolCounts) -> Iterator[Measure]:
    if not program.pools:
        return
    counted, reviewed = list(_stock(program, pools)), list(_reviews(pools))
    for place, pool in enumerate(program.pools):
        product = pool.name
        for name, numerator, denominator, unit in (*counted, *(reviewed if pool.review else ())):
            yield Measure(_key(name, ALL, ALL, product), numerator[place], denominator[place], unit)


def _stock(program: Program, pools: PoolCounts) -> Iterator[_Column]:
    """Return the stock of each pool, what was served from it, and how it was replenished."""
    window = [float(window_ticks(program))] * len(program.pools)
    days = [window_ticks(program) / TICKS_PER_DAY] * len(program.pools)
    yield _Column("on_hand_mean", _floats(pools.on_hand), window, "units")
    yield _Column("on_order_mean", _floats(pools.on_order), window, "units")
    yield _Column("backorders_mean", _floats(pools.waiting), window, "units")
    yield _Column("ready_rate", _floats(pools.stocked), window, "share")
    at_once, asked = _floats(pools.units.T)
    yield _Column("volume_fill_rate", at_once, asked, "share")
    times, quantity = _floats(pools.ordered.T)
    yield _Column("replenishments_per_day", times, days, "orders per day")
    yield _Column("replenishment_quantity_mean", quantity, times, "units")
    times, without, on_hand = _floats(pools.received.T)
    yield _Column("cycle_service_level", without, times, "share")
    yield _Column("on_hand_before_receipt_mean", on_hand, times, "units")


def _reviews(pools: PoolCounts) -> Iterator[_Column]:
    times, on_hand, backorders = _floats(pools.reviewed.T)
    yield _Column("on_hand_at_review_mean", on_hand, times, "units")
    yield _Column("backorders_at_review_mean", backorders, times, "units")


def _floats(values: Ints) -> Any:
    return values.astype(np.float64).tolist()
