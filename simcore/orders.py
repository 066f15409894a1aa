"""The potential orders of one replication, with everything random about them drawn before the clock starts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from scenarios.laws import Constant
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.clock import (
    NEVER,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MINUTE,
    Bools,
    Floats,
    Ints,
    ticks,
)
from simcore.demand import HOURS_PER_DAY, hourly_rate
from simcore.draws import Draws
from simcore.program import Program, SegmentPlan


@dataclass(frozen=True)
class Orders:
    """Potential orders in the order of (tick, segment, number), as flat arrays.

    Lines and approval steps are stored order after order: those of order ``i`` are
    ``line_start[i]:line_start[i + 1]`` and ``step_start[i]:step_start[i + 1]``. Times are ticks; ``-1`` is none.
    """

    placed: Ints
    segment: Ints
    number: Ints
    """The k-th potential order of its segment."""
    customer: Ints
    wanted: Bools
    """Takes the offer, if its customer has not left."""
    patience: Ints
    """Tick at which patience ends; NEVER if it does not."""
    capture_work: Ints
    setup_work: Ints
    """Of the first shipment."""
    transit: Ints
    """Of the first shipment."""
    churns: Bools
    """The customer leaves if the promise is broken."""
    line_start: Ints
    line_order: Ints
    line_product: Ints
    line_pool: Ints
    line_better_pool: Ints
    line_quantity: Ints
    line_work: Ints
    line_setup: Ints
    """Of a later shipment that starts with this line."""
    line_transit: Ints
    step_start: Ints
    step_order: Ints
    step_number: Ints
    step_resource: Ints
    step_work: Ints
    step_refuses: Bools
    dropped_units: Ints
    """Units wanted of products outside the assortment, or of the whole order if it is declined."""
    contact_tick: Ints
    contact_segment: Ints
    contact_work: Ints

    def __len__(self) -> int:
        return len(self.placed)


def draw_orders(program: Program, draws: Draws) -> Orders:
    """Return the potential orders that a program meets in one replication."""
    parts = [_segment_orders(program, index, draws) for index in range(len(program.segments))]
    merged = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    sequence = np.lexsort((merged["number"], merged["segment"], merged["placed"]))
    contacts = np.lexsort((merged["contact_segment"], merged["contact_tick"]))
    out: dict[str, Any] = {}
    position = np.empty(len(sequence), dtype=np.int64)
    position[sequence] = np.arange(len(sequence))
    owners = {"line": _owner(merged["line_count"]), "step": _owner(merged["step_count"])}
    for child, owner in owners.items():
        inner = np.argsort(position[owner], kind="stable")
        out[f"{child}_order"] = position[owner][inner]
        out[f"{child}_start"] = _starts(merged[f"{child}_count"][sequence])
        out |= {name: merged[name][inner] for name in merged if name.startswith(child) and name != f"{child}_count"}
    for name, values in merged.items():
        if name.startswith("contact"):
            out[name] = values[contacts]
        elif not name.startswith(("line", "step")):
            out[name] = values[sequence]
    return Orders(**{field.name: out[field.name] for field in fields(Orders)})


def arrivals(program: Program, segment: str, draws: Draws) -> Ints:
    """Return the ticks of the potential orders of a segment, rising.

    A renewal stream with mean gap 1 is stretched by the inverse of the cumulative rate, so that more demand takes
    more of the same stream: ``t_k = A^-1(g_1 + ... + g_k)``. Poisson gaps give a non-homogeneous Poisson process.
    """
    demand = program.scenario.segments[segment].demand
    rate = hourly_rate(demand, program.scenario.calendar)
    if demand.day_to_day_cv > 0:
        shape = demand.day_to_day_cv**-2
        u = draws.uniform("day", segment, len(rate) // HOURS_PER_DAY)
        rate = rate * np.repeat(sampling.gamma_quantile(shape, 1 / shape, u), HOURS_PER_DAY)
    cumulative = np.concatenate([[0.0], np.cumsum(rate)])
    clock = _unit_renewals("gap", demand.gap_cv, float(cumulative[-1]), segment, draws)
    placed = ticks(_inverse(cumulative, clock), TICKS_PER_HOUR)
    return placed[placed < program.horizon]


def _inverse(cumulative: Floats, amount: Floats) -> Floats:
    """Return the hours at which a rising cumulative reaches amounts > 0, at the latest its last value.

    >>> _inverse(np.array([0.0, 2.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])).tolist()
    [0.5, 1.0, 2.5]
    """
    hour = np.clip(np.searchsorted(cumulative, amount, side="left"), 1, len(cumulative) - 1)
    before = cumulative[hour - 1]
    return np.asarray(hour - 1 + (amount - before) / (cumulative[hour] - before))


def _unit_renewals(purpose: str, gap_cv: float, length: float, segment: str, draws: Draws) -> Floats:
    if length == 0:
        return np.empty(0)
    if gap_cv == 0:
        return np.arange(1.0, np.floor(length) + 1)
    count = int(length + 6 * max(1.0, gap_cv) * np.sqrt(length) + 20)
    while True:
        u = draws.uniform(purpose, segment, count)
        times = np.cumsum(sampling.gamma_quantile(gap_cv**-2, gap_cv**2, u))
        if times[-1] > length:
            return np.asarray(times[times <= length])
        count *= 2


def _segment_orders(program: Program, index: int, draws: Draws) -> dict[str, np.ndarray]:
    name = program.segments[index]
    placed = arrivals(program, name, draws)
    plan = program.plans[index]
    quantity = order_quantities(program.scenario, name, draws, len(placed))
    if plan is None:
        return _not_served(index, placed, quantity, program.scenario.segments[name].customers, draws, name)
    part = (
        _lines(program, plan, quantity, draws)
        | _steps(program, plan, quantity, draws)
        | _header(program, plan, draws, placed)
    )
    part |= _contacts(program, index, plan, draws)
    offered = np.zeros(len(placed), dtype=np.int64)
    np.add.at(offered, _owner(part["line_count"]), part["line_quantity"])
    value = _offered_value(program, plan, quantity)
    wanted = draws.uniform("accept", name, len(placed)) < plan.acceptance
    wanted &= (part["line_count"] > 0) & (value >= plan.offering.contract.minimum_order_value)
    total = quantity.sum(axis=1)
    return part | {
        "placed": placed,
        "segment": np.full(len(placed), index),
        "number": np.arange(len(placed)),
        "wanted": wanted,
        "dropped_units": np.where(wanted, total - offered, total),
    }


def order_quantities(scenario: Scenario, name: str, draws: Draws, count: int) -> Ints:
    """Return the units of each product (sorted by name) in each order, shape (orders, products); 0 is no line."""
    segment = scenario.segments[name]
    products = sorted(segment.products)
    chance = np.array([segment.products[p].share_of_orders for p in products])
    included = np.column_stack(
        [draws.uniform("include", of(name, p), count) < c for p, c in zip(products, chance, strict=True)]
    )
    pick = np.searchsorted(np.cumsum(chance) / chance.sum(), draws.uniform("fallback", name, count), side="right")
    empty = np.flatnonzero(~included.any(axis=1))
    included[empty, np.minimum(pick[empty], len(products) - 1)] = True
    units = np.column_stack(
        [sampling.units(segment.products[p].quantity, draws.uniform("quantity", of(name, p), count)) for p in products]
    )
    return np.where(included, units, 0)


def _offered_value(program: Program, plan: SegmentPlan, quantity: Ints) -> Floats:
    """Return the value of each order at the offered prices."""
    value = np.zeros(len(quantity))
    for column, product in enumerate(sorted(program.scenario.segments[plan.name].products)):
        if product in plan.offering.assortment:
            price = program.scenario.products[product].list_price * plan.offering.price_multiplier(product)
            value += price * quantity[:, column]
    return value


def _lines(program: Program, plan: SegmentPlan, quantity: Ints, draws: Draws) -> dict[str, np.ndarray]:
    """Return the lines of the products that are offered, order after order, products by name."""
    count, name = len(quantity), plan.name
    columns = {p: c for c, p in enumerate(sorted(program.scenario.segments[name].products))}
    offered = [program.products[p] for p in plan.products]
    units = quantity[:, [columns[p] for p in offered]] if offered else np.zeros((count, 0), dtype=np.int64)
    work, setup, transit = (np.zeros(units.shape, dtype=np.int64) for _ in range(3))
    fulfilment = plan.offering.fulfilment
    for column, product in enumerate(offered):
        if fulfilment is not None:
            amount: Floats = units[:, column].astype(np.float64) * program.scenario.products[product].work_factor
            u = _uniform(draws, fulfilment.minutes_per_unit, "line work", of(name, product), count)
            work[:, column] = ticks(sampling.work_of_units(fulfilment.minutes_per_unit, amount, u), TICKS_PER_MINUTE)
            if plan.split:
                setup[:, column] = _times(draws, fulfilment.setup_minutes, "line setup", of(name, product), count)
        if plan.split:
            law = plan.offering.delivery.transit_days
            transit[:, column] = _times(draws, law, "line transit", of(name, product), count, TICKS_PER_DAY)
    order, column_of = np.nonzero(units)
    return {
        "line_count": (units > 0).sum(axis=1),
        "line_product": np.array(plan.products, dtype=np.int64)[column_of],
        "line_pool": np.array(plan.pools, dtype=np.int64)[column_of],
        "line_better_pool": np.array(plan.better_pools, dtype=np.int64)[column_of],
        "line_quantity": units[order, column_of],
        "line_work": work[order, column_of],
        "line_setup": setup[order, column_of],
        "line_transit": transit[order, column_of],
    }


def _steps(program: Program, plan: SegmentPlan, quantity: Ints, draws: Draws) -> dict[str, np.ndarray]:
    """Return the approval steps that each order has to take, order after order."""
    count, steps = len(quantity), plan.offering.approvals
    value = _offered_value(program, plan, quantity)
    needed, refused = np.zeros((2, count, len(steps)), dtype=bool)
    work = np.zeros((count, len(steps)), dtype=np.int64)
    for column, step in enumerate(steps):
        place = of(plan.name, step.name)
        needed[:, column] = draws.uniform("approval needed", place, count) < step.share_of_orders
        needed[:, column] &= value >= step.auto_approve_below
        refused[:, column] = draws.uniform("approval refused", place, count) < step.refusal_share
        work[:, column] = _times(draws, step.minutes, "approval", place, count)
    order, column_of = np.nonzero(needed)
    return {
        "step_count": needed.sum(axis=1),
        "step_number": column_of,
        "step_resource": np.array(plan.approval_resources, dtype=np.int64)[column_of],
        "step_work": work[order, column_of],
        "step_refuses": refused[order, column_of],
    }


def _header(program: Program, plan: SegmentPlan, draws: Draws, placed: Ints) -> dict[str, np.ndarray]:
    name, count, offering = plan.name, len(placed), plan.offering
    segment = program.scenario.segments[name]
    patience = np.full(count, NEVER)
    if segment.patience_days is not None and offering.contract.cancellation_right:
        patience = placed + _times(draws, segment.patience_days, "patience", name, count, TICKS_PER_DAY)
    setup = offering.fulfilment.setup_minutes if offering.fulfilment else Constant(value=0)
    return {
        "customer": _customers(draws, name, count, segment.customers),
        "patience": patience,
        "capture_work": _times(draws, offering.channel.minutes, "capture", name, count),
        "setup_work": _times(draws, setup, "setup", name, count),
        "transit": _times(draws, offering.delivery.transit_days, "transit", name, count, TICKS_PER_DAY),
        "churns": draws.uniform("churn", name, count) < segment.churn_if_broken,
    }


WORKING_DAY = (8, 17)
DAYS_PER_MONTH = 30.0


def _contacts(program: Program, index: int, plan: SegmentPlan, draws: Draws) -> dict[str, np.ndarray]:
    """Return the contacts of a segment: a Poisson stream on weekdays from 8 to 17 o'clock."""
    touch = plan.offering.touchpoints
    if touch is None or touch.per_customer_per_month == 0:
        return {name: np.empty(0, dtype=np.int64) for name in ("contact_tick", "contact_segment", "contact_work")}
    calendar = program.scenario.calendar
    days = int(np.ceil(calendar.horizon_days))
    hours = np.arange(days * HOURS_PER_DAY)
    weekday = (calendar.start.weekday() + hours // HOURS_PER_DAY) % 7
    open_hours = (weekday < 5) & (hours % HOURS_PER_DAY >= WORKING_DAY[0]) & (hours % HOURS_PER_DAY < WORKING_DAY[1])
    per_day = program.scenario.segments[plan.name].customers * touch.per_customer_per_month / DAYS_PER_MONTH
    rate = np.where(open_hours, per_day * 7 / 5 / (WORKING_DAY[1] - WORKING_DAY[0]), 0.0)
    cumulative = np.concatenate([[0.0], np.cumsum(rate)])
    times = _unit_renewals("contact gap", 1.0, float(cumulative[-1]), plan.name, draws)
    tick = ticks(_inverse(cumulative, times), TICKS_PER_HOUR)
    tick = tick[tick < program.horizon]
    return {
        "contact_tick": tick,
        "contact_segment": np.full(len(tick), index),
        "contact_work": _times(draws, touch.minutes, "contact", plan.name, len(tick)),
    }


def _not_served(
    index: int, placed: Ints, quantity: Ints, customers: int, draws: Draws, name: str
) -> dict[str, np.ndarray]:
    count = len(placed)
    zeros, none = np.zeros(count, dtype=np.int64), np.empty(0, dtype=np.int64)
    no, children = (
        np.zeros(count, dtype=bool),
        ("product", "pool", "better_pool", "quantity", "work", "setup", "transit"),
    )
    part = {f"line_{child}": none for child in children}
    part |= {f"step_{child}": none for child in ("number", "resource", "work")} | {
        "step_refuses": np.empty(0, dtype=bool)
    }
    part |= {f"contact_{child}": none for child in ("tick", "segment", "work")}
    return part | {
        "placed": placed,
        "segment": np.full(count, index),
        "number": np.arange(count),
        "customer": _customers(draws, name, count, customers),
        "wanted": no,
        "patience": np.full(count, NEVER),
        "capture_work": zeros,
        "setup_work": zeros,
        "transit": zeros,
        "churns": no,
        "line_count": zeros,
        "step_count": zeros,
        "dropped_units": quantity.sum(axis=1),
    }


def of(segment: str, part: str) -> str:
    """Return the name of the stream of a product or approval step of a segment; no two pairs share one."""
    return f"{segment}\0{part}"


def _customers(draws: Draws, name: str, count: int, customers: int) -> Ints:
    return np.floor(draws.uniform("customer", name, count) * customers).astype(np.int64)


def _uniform(draws: Draws, law: object, purpose: str, name: str, count: int) -> Floats:
    """Return uniforms for a law, or zeros where the law needs none."""
    return np.zeros(count) if sampling.is_constant(law) else draws.uniform(purpose, name, count)


def _times(draws: Draws, law: object, purpose: str, name: str, count: int, per: int = TICKS_PER_MINUTE) -> Ints:
    return ticks(sampling.inverse(law, _uniform(draws, law, purpose, name, count)), per)


def _owner(counts: Ints) -> Ints:
    return np.repeat(np.arange(len(counts)), counts)


def _starts(counts: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
