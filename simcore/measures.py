"""Measures of one replication: pure functions of the records, each a ratio of sums over the measured window.

Orders are measured if they were placed inside the window, and followed until they end. Time averages are over the
window. Every measure is kept as (numerator, denominator), so that estimates over replications are ratios of sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simcore.clock import NEVER, TICKS_PER_DAY, TICKS_PER_HOUR, Bools, Floats, Ints
from simcore.orders import Orders
from simcore.program import NONE, Program
from simcore.records import Jobs, Outcome, Records

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


@dataclass(frozen=True)
class Facts:
    """A replication as measured: program, orders, records, and masks of the measured orders and lines."""

    program: Program
    orders: Orders
    records: Records
    order: Bools
    """Placed in the window."""
    accepted: Bools
    """Placed in the window and accepted."""
    line: Bools
    """Lines of accepted orders."""
    line_segment: Ints

    @property
    def window(self) -> int:
        """Ticks in the measured window."""
        return self.program.measured_end - self.program.warm_up

    @property
    def days(self) -> float:
        """Days in the measured window."""
        return self.window / TICKS_PER_DAY


def facts(program: Program, orders: Orders, records: Records) -> Facts:
    """Return a replication with its measured orders marked."""
    placed = (orders.placed >= program.warm_up) & (orders.placed < program.measured_end)
    accepted = placed & (records.outcome != Outcome.DECLINED)
    return Facts(
        program,
        orders,
        records,
        placed,
        accepted,
        accepted[orders.line_order],
        orders.segment[orders.line_order],
    )


def measure(found: Facts) -> list[Measure]:
    """Return every measure of a replication."""
    return [*_by_segment(found), *_resources(found), *_pools(found)]


# Orders and lines --------------------------------------------------------------------------------------------


def _by_segment(f: Facts) -> Iterator[Measure]:
    for name in (ALL, *f.program.segments):
        mine = np.ones(len(f.orders), bool) if name == ALL else f.orders.segment == f.program.segments.index(name)
        lines = mine[f.orders.line_order] & f.line
        yield from _orders(f, name, f.order & mine, f.accepted & mine)
        yield from _service(f, name, f.accepted & mine, lines)
        yield from _units(f, name, f.order & mine, lines)


def _orders(f: Facts, name: str, placed: Bools, accepted: Bools) -> Iterator[Measure]:
    potential = float(placed.sum())
    yield Measure(MeasureKey("potential_orders", name), potential, 1, "orders")
    yield Measure(MeasureKey("accepted_orders", name), float(accepted.sum()), 1, "orders")
    yield Measure(MeasureKey("acceptance", name), float(accepted.sum()), potential, "share")
    for outcome in Outcome:
        count = float((placed & (f.records.outcome == outcome)).sum())
        yield Measure(MeasureKey(f"{outcome.name.lower()}_orders", name), count, 1, "orders")


def due(f: Facts) -> Bools:
    """Return which accepted orders were due: all but those refused, and those still open before their time."""
    promised = f.records.promised
    unfinished = (f.records.outcome == Outcome.OPEN) & ((promised == NONE) | (promised >= f.program.horizon))
    return np.asarray(f.accepted & (f.records.outcome != Outcome.REFUSED) & ~unfinished)


def _service(f: Facts, name: str, accepted: Bools, lines: Bools) -> Iterator[Measure]:
    r = f.records
    asked = accepted & due(f)
    delivered = accepted & (r.outcome == Outcome.DELIVERED)
    in_time = delivered & (r.ended <= r.promised)
    yield Measure(MeasureKey("on_time", name), float(in_time.sum()), float(asked.sum()), "share")
    whole = asked & r.kept & (r.shipments == 1)
    yield Measure(MeasureKey("otif", name), float(whole.sum()), float(asked.sum()), "share")
    lead = (r.ended[delivered] - f.orders.placed[delivered]) / TICKS_PER_DAY
    yield Measure(MeasureKey("lead_time_mean", name), float(lead.sum()), float(len(lead)), "days")
    for share in (50, 95):
        value = float(np.percentile(lead, share)) if len(lead) else float("nan")
        yield Measure(MeasureKey(f"lead_time_p{share}", name), value, 1, "days")
    stocked = lines & (f.orders.line_pool != NONE) & (r.served_pool != NONE) & (r.approved[f.orders.line_order] != NONE)
    wanted, at_once = f.orders.line_quantity[stocked], r.from_stock[stocked]
    yield Measure(MeasureKey("volume_fill_rate", name), float(at_once.sum()), float(wanted.sum()), "share")
    yield Measure(MeasureKey("line_fill_rate", name), float((at_once == wanted).sum()), float(len(wanted)), "share")
    touched = np.zeros(len(f.orders), bool)
    touched[f.orders.line_order[stocked]] = True
    short = np.zeros(len(f.orders), bool)
    short[f.orders.line_order[stocked][at_once < wanted]] = True
    yield Measure(MeasureKey("order_fill_rate", name), float((touched & ~short).sum()), float(touched.sum()), "share")


def _units(f: Facts, name: str, placed: Bools, lines: Bools) -> Iterator[Measure]:
    for fate, units in fates(f).items():
        amount = float(units[placed].sum())
        yield Measure(MeasureKey(f"{fate}_units", name), amount, 1, "units")
    yield Measure(MeasureKey("lost_sales", name), float(f.records.lost[lines].sum()), 1, "units")
    mine = np.ones(len(f.line_segment), bool) if name == ALL else f.line_segment == f.program.segments.index(name)
    waiting = float(f.records.backorder_time[mine].sum())
    yield Measure(MeasureKey("backorders_mean", name), waiting, float(f.window), "units")


def fates(f: Facts) -> dict[str, Ints]:
    """Return what became of the units of each potential order: every unit has exactly one fate."""
    r, count = f.records, len(f.orders)

    def per_order(amounts: Ints) -> Ints:
        return np.bincount(f.orders.line_order, weights=amounts, minlength=count).astype(np.int64)

    wanted, lost = per_order(f.orders.line_quantity), per_order(r.lost)
    arrived = per_order(np.where(r.delivered != NONE, r.taken, 0))
    left_over = wanted - lost - arrived
    outcome = r.outcome
    fate = {name: np.zeros(count, dtype=np.int64) for name in ("declined", "refused", "cancelled", "open")}
    fate["declined"] += np.where(
        outcome == Outcome.DECLINED, f.orders.dropped_units + _offered_of_leavers(f, wanted), f.orders.dropped_units
    )
    for name in ("refused", "cancelled", "open"):
        fate[name] = np.where(outcome == Outcome[name.upper()], left_over, 0)
    return fate | {"lost": lost, "delivered": arrived}


def _offered_of_leavers(f: Facts, wanted: Ints) -> Ints:
    """Return the units that customers who have left would have ordered."""
    return np.where(f.orders.wanted, wanted, 0)


# Resources -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """All jobs of one kind: resource, segment (``-1``: none), times, and whether the job is measured."""

    activity: str
    resource: Ints
    segment: Ints
    jobs: Jobs
    measured: Bools


def work(f: Facts) -> list[Work]:
    """Return the jobs of every activity, with who asked for them."""
    orders, program = f.orders, f.program
    plans = program.plans

    def of_segment(name: str) -> Ints:
        return np.array([NONE if plan is None else getattr(plan, name) for plan in plans], dtype=np.int64)

    order, step, line = orders.segment, orders.segment[orders.step_order], f.line_segment
    placed_contacts = (orders.contact_tick >= program.warm_up) & (orders.contact_tick < program.measured_end)
    made_for = np.array([pool.made_by for pool in program.pools], dtype=np.int64)[f.records.supply_pool]
    made_in_window = (f.records.made.join >= program.warm_up) & (f.records.made.join < program.measured_end)
    return [
        Work("capture", of_segment("capture_resource")[order], order, f.records.captures, f.accepted),
        Work("approval", orders.step_resource, step, f.records.steps, f.accepted[orders.step_order]),
        Work("fulfilment", of_segment("fulfil_resource")[line], line, f.records.shipment_jobs, f.line),
        Work(
            "touchpoints",
            of_segment("contact_resource")[orders.contact_segment],
            orders.contact_segment,
            f.records.contacts,
            placed_contacts,
        ),
        Work("production", made_for, np.full(len(made_for), NONE), f.records.made, made_in_window),
    ]


def busy_ticks(f: Facts, jobs: Jobs) -> Ints:
    """Return the ticks that each job was in work inside the measured window."""
    end = np.where(jobs.finish == NONE, f.program.horizon, jobs.finish)
    span = np.minimum(end, f.program.measured_end) - np.maximum(jobs.start, f.program.warm_up)
    return np.where(jobs.start == NONE, 0, np.maximum(span, 0))


def queue_ticks(f: Facts, jobs: Jobs, gave_up: Ints) -> Ints:
    """Return the ticks that each job stood in the queue inside the measured window."""
    end = np.where(jobs.start == NONE, gave_up, jobs.start)
    span = np.minimum(end, f.program.measured_end) - np.maximum(jobs.join, f.program.warm_up)
    return np.where(jobs.join == NONE, 0, np.maximum(span, 0))


def available_ticks(f: Facts, resource: int) -> int:
    """Return the server ticks of presence inside the measured window."""
    plan = f.program.resources[resource]
    ends = np.append(plan.change_ticks[1:], NEVER)
    span = np.minimum(ends, f.program.measured_end) - np.maximum(plan.change_ticks, f.program.warm_up)
    return int((np.maximum(span, 0) * plan.servers).sum())


def _gave_up(f: Facts, activity: str, jobs: Jobs) -> Ints:
    """Return when jobs that never started left the queue: at the end of their order, or of the simulation."""
    owner = {"capture": None, "approval": f.orders.step_order, "fulfilment": f.orders.line_order}
    if activity not in owner:
        return np.full(len(jobs.join), f.program.horizon)
    rows = owner[activity]
    ended = f.records.ended if rows is None else f.records.ended[rows]
    return np.where(ended == NONE, f.program.horizon, ended)


def _resources(f: Facts) -> Iterator[Measure]:
    jobs = work(f)
    for index, plan in enumerate(f.program.resources):
        limits = f.program.scenario.resources[plan.name].report_waits_above_hours
        busy = sum(int(busy_ticks(f, w.jobs)[w.resource == index].sum()) for w in jobs)
        queue = sum(
            int(queue_ticks(f, w.jobs, _gave_up(f, w.activity, w.jobs))[w.resource == index].sum()) for w in jobs
        )
        yield Measure(MeasureKey("utilisation", ALL, plan.name), busy, available_ticks(f, index), "share")
        yield Measure(MeasureKey("queue_mean", ALL, plan.name), queue, f.window, "jobs")
        for segment in (ALL, *f.program.segments):
            waits = np.concatenate([_waits(f, w, index, segment) for w in jobs])
            if len(waits) or segment == ALL:
                yield from _wait_measures(MeasureKey("", segment, plan.name), waits, limits)


def _waits(f: Facts, w: Work, resource: int, segment: str) -> Floats:
    """Return the hours that measured jobs of a segment waited before their work began."""
    mine = w.measured & (w.resource == resource) & (w.jobs.start != NONE)
    if segment != ALL:
        mine &= w.segment == f.program.segments.index(segment)
    return np.asarray((w.jobs.start[mine] - w.jobs.join[mine]) / TICKS_PER_HOUR)


def _wait_measures(where: MeasureKey, waits: Floats, limits: tuple[float, ...]) -> Iterator[Measure]:
    def make(name: str, numerator: float, unit: str) -> Measure:
        return Measure(MeasureKey(name, where.segment, where.resource), numerator, float(len(waits)), unit)

    yield make("wait_mean", float(waits.sum()), "hours")
    sd = float(waits.std()) if len(waits) else float("nan")
    yield Measure(MeasureKey("wait_sd", where.segment, where.resource), sd, 1, "hours")
    yield make("wait_share", float((waits > 0).sum()), "share")
    for limit in limits:
        yield make(f"wait_above_{limit:g}_hours", float((waits > limit).sum()), "share")


# Stock ---------------------------------------------------------------------------------------------------------


def _pools(f: Facts) -> Iterator[Measure]:
    r = f.records
    for index, pool in enumerate(f.program.pools):

        def make(name: str, numerator: float, denominator: float, unit: str, product: str = pool.name) -> Measure:
            return Measure(MeasureKey(name, product=product), float(numerator), float(denominator), unit)

        yield make("on_hand_mean", r.on_hand_time[index], f.window, "units")
        yield make("on_order_mean", r.on_order_time[index], f.window, "units")
        yield make("backorders_mean", r.backorder_pool_time[index], f.window, "units")
        yield make("ready_rate", r.stocked_time[index], f.window, "share")
        mine = f.line & (r.served_pool == index) & (r.approved[f.orders.line_order] != NONE)
        yield make("volume_fill_rate", r.from_stock[mine].sum(), f.orders.line_quantity[mine].sum(), "share")
        bought = (r.supply_pool == index) & _in_window(f, r.supply_ordered)
        yield make("replenishments_per_day", bought.sum(), f.days, "orders per day")
        yield make("replenishment_quantity_mean", r.supply_quantity[bought].sum(), bought.sum(), "units")
        came = (r.supply_pool == index) & _in_window(f, r.supply_received)
        yield make("cycle_service_level", (r.supply_backorders[came] == 0).sum(), came.sum(), "share")
        yield make("on_hand_before_receipt_mean", r.supply_on_hand[came].sum(), came.sum(), "units")
        if pool.review:
            seen = (r.review_pool == index) & _in_window(f, r.review_tick)
            yield make("on_hand_at_review_mean", r.review_on_hand[seen].sum(), seen.sum(), "units")
            yield make("backorders_at_review_mean", r.review_backorders[seen].sum(), seen.sum(), "units")


def _in_window(f: Facts, tick: Ints) -> Bools:
    return np.asarray((tick >= f.program.warm_up) & (tick < f.program.measured_end))
