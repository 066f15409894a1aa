"""What is drawn for the potential orders of one segment, each part worked out once for all scenarios that share it.

A *column* says what it depends on (its key) and how it is made. Columns are made when they are put together with
those of the other segments (:mod:`simcore.orders`), and only if they were not put together like that before.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from scenarios.laws import Constant
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.arrivals import Window
from simcore.clock import NEVER, TICKS_PER_DAY, TICKS_PER_MINUTE, Bools, Floats, Ints
from simcore.draws import Draws, Kept
from simcore.program import Program, SegmentPlan
from simcore.quantiles import inverse_ticks, work_ticks

NOTHING = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Column:
    """One value for each order, line, step or contact of a segment."""

    key: Hashable
    make: Callable[[], Any]
    constant: int | bool | None = None
    """The value, if it is the same in all rows."""


class Lines(NamedTuple):
    """The lines of the products that are offered, order after order, products by name."""

    per_order: Ints
    order: Ints
    column: Ints
    """Index of the product among those offered."""
    quantity: Ints
    offered: Ints
    """Units of each order in the assortment."""


class Steps(NamedTuple):
    """The approval steps that each order has to take, order after order."""

    per_order: Ints
    number: Ints
    work: Ints
    refuses: Bools


class Span(NamedTuple):
    """Successive numbers of a stream: those of successive orders."""

    start: int
    size: int


class SegmentOrders:
    """Potential orders of one segment in one replication that follow one another, and contacts that do: at best all.

    Parameters
    ----------
    program : Program
    index : int
        Of the lane of the segment whose offer they meet.
    draws : Draws
    orders : Window
        Which orders.
    contacts : sequence of Window
        Which contacts of the lane, one window.
    """

    def __init__(self, program: Program, index: int, draws: Draws, orders: Window, contacts: Sequence[Window]) -> None:
        self.program, self.index, self.draws = program, index, draws
        self.lane, self.plan = program.lanes[index], program.plans[index]
        self.name = self.lane.owner
        self.segment = program.scenario.segments[self.name]
        self.orders, self.contacts = orders, contacts
        self.placed = orders.ticks
        self.count = len(self.placed.value)
        self.span = Span(orders.start, self.count)
        self.quantity = _units(program.scenario, self.name, draws, self.span)
        self.lines = self._lines()
        self.steps = self._steps()

    def header(self) -> dict[str, Column]:
        """Return the columns of the orders."""
        columns = {"customer": self._customer()} | self._acceptance()
        if self.program.has_menu:
            columns["lane"] = self._same(self.index)
        if self.plan is None:
            columns |= {name: self._same(0) for name in ("capture_work", "setup_work", "transit")}
            return columns | {"patience": self._same(NEVER), "churns": self._same(False)}
        offering = self.plan.offering
        work = offering.fulfilment.setup_minutes if offering.fulfilment else Constant(value=0)
        return columns | {
            "patience": self._patience(self.plan),
            "capture_work": self._times(offering.channel.minutes, "capture"),
            "setup_work": self._times(work, "setup"),
            "transit": self._times(offering.delivery.transit_days, "transit", TICKS_PER_DAY),
            "churns": self._chance(self.segment.churn_if_broken, "churn"),
        }

    def line_columns(self) -> dict[str, Column]:
        """Return the columns of the lines."""
        if self.plan is None:
            names = ("product", "pool", "better_pool", "quantity", "work", "setup", "transit")
            return {f"line_{name}": Column(0, lambda: NOTHING) for name in names}
        lines, plan = self.lines, self.plan
        columns = {
            name: self._indexed(lines, values)
            for name, values in (
                ("line_product", plan.products),
                ("line_pool", plan.pools),
                ("line_better_pool", plan.better_pools),
            )
        }
        work, delivery = plan.offering.fulfilment, plan.offering.delivery
        return columns | {
            "line_quantity": Column(lines.number, lambda: lines.value.quantity),
            "line_work": self._line_work(plan),
            "line_setup": self._line_times(plan, work and work.setup_minutes, "line setup", TICKS_PER_MINUTE),
            "line_transit": self._line_times(plan, delivery.transit_days, "line transit", TICKS_PER_DAY),
        }

    def step_columns(self) -> dict[str, Column]:
        """Return the columns of the approval steps."""
        steps = self.steps
        resources = () if self.plan is None else self.plan.approval_resources
        return {
            "step_resource": Column(
                (steps.number, resources), lambda: np.array(resources, dtype=np.int64)[steps.value.number]
            ),
            "step_work": Column(steps.number, lambda: steps.value.work),
            "step_refuses": Column(steps.number, lambda: steps.value.refuses),
        }

    def line_order(self) -> Ints:
        """Return the order of each line."""
        return self.lines.value.order

    def step_order(self) -> Ints:
        """Return the order of each approval step."""
        return np.repeat(np.arange(self.count), self.steps.value.per_order)

    def contact_work(self) -> list[Column]:
        """Return the work of the contacts, of one lane."""
        touch = None if self.plan is None else self.plan.offering.touchpoints
        if touch is None or touch.per_customer_per_month == 0:
            return [Column(0, lambda: NOTHING)]
        start, due = self.contacts[0]
        return [self._times(touch.minutes, "contact", span=Span(start, len(due.value)), name=self.lane.stream)]

    # The orders themselves ----------------------------------------------------------------------------------------

    def _customer(self) -> Column:
        span, customers, name = self.span, self.segment.customers, self.name

        def make() -> Ints:
            place: Floats = np.floor(_uniform(self.draws, "customer", name, span) * customers)
            return place.astype(np.int64)

        return Column((name, span, customers), make)

    def _same(self, value: int, count: int | None = None) -> Column:
        size = self.count if count is None else count
        return Column((value, size), lambda: np.full(size, value), value)

    def _chance(self, share: float, purpose: str) -> Column:
        def make() -> Bools:
            return _less(self.draws, purpose, self.name, self.span, share)

        return Column((self.name, self.span, share), make)

    def _patience(self, plan: SegmentPlan) -> Column:
        law = self.segment.patience_days
        if law is None or not plan.offering.contract.cancellation_right:
            return self._same(NEVER)
        lasting = self._times(law, "patience", TICKS_PER_DAY)
        return Column((self.placed.number, lasting.key), lambda: self.placed.value + lasting.make())

    def _times(
        self, law: Any, purpose: str, per: int = TICKS_PER_MINUTE, span: Span | None = None, name: str | None = None
    ) -> Column:
        whose, name = self.span if span is None else span, self.name if name is None else name
        if sampling.is_constant(law):
            return self._same(int(inverse_ticks(law, np.zeros(1), per)[0]), whose.size)

        def make() -> Ints:
            return _drawn(self.draws, law, purpose, name, whose, per)

        return Column((purpose, name, law, whose), make)

    def _acceptance(self) -> dict[str, Column]:
        """Return who takes the offer, and the units of those who do not or of what is not offered."""
        plan, lines, units = self.plan, self.lines, self.quantity
        if plan is None:
            return {
                "wanted": self._same(False),
                "dropped_units": Column(units.number, lambda: units.value.sum(axis=0)),
            }
        least = plan.offering.contract.minimum_order_value
        value = self._value(plan) if least > 0 else None
        key = (lines.number, plan.takes_below, least, value and value.number)

        def wanted() -> Bools:
            taken = _less(self.draws, "accept", self.name, self.span, plan.takes_below)
            taken &= lines.value.per_order > 0
            return taken if value is None else taken & (value.value >= least)

        def dropped() -> Ints:
            total: Ints = units.value.sum(axis=0)
            return np.where(takes.value, total - lines.value.offered, total)

        takes = self.draws.once(("wanted", *key), wanted)
        return {"wanted": Column(takes.number, lambda: takes.value), "dropped_units": Column(takes.number, dropped)}

    def _value(self, plan: SegmentPlan) -> Kept[Floats]:
        """Return the value of each order at the offered prices."""
        products = self.program.scenario.products
        price = tuple(
            products[p].list_price * plan.offering.price_multiplier(p) if p in plan.offering.assortment else None
            for p in sorted(self.segment.products)
        )

        def make() -> Floats:
            value = np.zeros(self.count)
            for each, units in zip(price, self.quantity.value, strict=True):
                if each is not None:
                    value += each * units
            return value

        return self.draws.once(("value", self.quantity.number, price), make)

    # Lines and steps ----------------------------------------------------------------------------------------------

    def _lines(self) -> Kept[Lines]:
        ordered = sorted(self.segment.products)
        products = self.program.products
        offered = () if self.plan is None else tuple(ordered.index(products[p]) for p in self.plan.products)

        def make() -> Lines:
            units = self.quantity.value[list(offered)]
            by_order = units.T.ravel()
            place = np.flatnonzero(by_order)
            order = place // max(1, len(offered))
            column = place - order * len(offered)
            return Lines((units > 0).sum(axis=0), order, column, by_order[place], units.sum(axis=0))

        return self.draws.once(("lines", self.quantity.number, offered), make)

    def _indexed(self, lines: Kept[Lines], values: tuple[int, ...]) -> Column:
        return Column((lines.number, values), lambda: np.array(values, dtype=np.int64)[lines.value.column])

    def _line_work(self, plan: SegmentPlan) -> Column:
        work, lines = plan.offering.fulfilment, self.lines
        names = [self.program.products[p] for p in plan.products]
        factors = tuple(self.program.scenario.products[p].work_factor for p in names)
        if work is None:
            return self._same(0, len(lines.value.order))
        law = work.minutes_per_unit

        def make() -> Ints:
            column = lines.value.column
            amount: Floats = lines.value.quantity.astype(np.float64) * np.array(factors)[column]
            return work_ticks(law, amount, self._luck(law, names, "line work"), TICKS_PER_MINUTE)

        if isinstance(law, Constant):
            return Column((lines.number, law, factors), make)
        kept = self.draws.once(("line work", lines.number, law, factors), make)
        return Column(kept.number, lambda: kept.value)

    def _line_times(self, plan: SegmentPlan, law: Any, purpose: str, per: int) -> Column:
        """Return times of later shipments, which there are if the order may be split."""
        lines = self.lines
        if not plan.split or law is None:
            return self._same(0, len(lines.value.order))
        names = [self.program.products[p] for p in plan.products]
        return Column((lines.number, law), lambda: inverse_ticks(law, self._luck(law, names, purpose), per))

    def _luck(self, law: Any, products: list[str], purpose: str) -> Floats:
        """Return the uniform number of each line: that of its order in the stream of its product."""
        lines = self.lines.value
        luck = np.zeros(len(lines.order))
        if not sampling.is_constant(law):
            for column, product in enumerate(products):
                mine = np.flatnonzero(lines.column == column)
                luck[mine] = _uniform(self.draws, purpose, of(self.name, product), self.span)[lines.order[mine]]
        return luck

    def _steps(self) -> Kept[Steps]:
        steps = () if self.plan is None else self.plan.offering.approvals
        by_value = self.plan is not None and any(step.auto_approve_below > 0 for step in steps)
        value = self._value(self.plan) if self.plan is not None and by_value else None
        drawn = tuple((s.name, s.share_of_orders, s.auto_approve_below, s.refusal_share, s.minutes) for s in steps)

        def make() -> Steps:
            needed, refused = np.zeros((2, self.count, len(steps)), dtype=np.bool_)
            work = np.zeros((self.count, len(steps)), dtype=np.int64)
            for column, step in enumerate(steps):
                place = of(self.name, step.name)
                needed[:, column] = _less(self.draws, "approval needed", place, self.span, step.share_of_orders)
                if value is not None:
                    needed[:, column] &= value.value >= step.auto_approve_below
                refused[:, column] = _less(self.draws, "approval refused", place, self.span, step.refusal_share)
                work[:, column] = _drawn(self.draws, step.minutes, "approval", place, self.span, TICKS_PER_MINUTE)
            order, number = np.nonzero(needed)
            return Steps(needed.sum(axis=1), number, work[order, number], refused[order, number])

        return self.draws.once(("steps", self.name, self.span, drawn, value and value.number), make)


def order_quantities(scenario: Scenario, name: str, draws: Draws, count: int) -> Ints:
    """Return the units of each product (sorted by name) in each order, shape (orders, products); 0 is no line."""
    return np.ascontiguousarray(_units(scenario, name, draws, Span(0, count)).value.T)


def _units(scenario: Scenario, name: str, draws: Draws, span: Span) -> Kept[Ints]:
    """Return the units of each product (sorted by name) in each order, shape (products, orders)."""
    ordered = tuple(sorted(scenario.segments[name].products.items()))

    def make() -> Ints:
        chance = np.array([product.share_of_orders for _, product in ordered])
        included = np.array([_less(draws, "include", of(name, p), span, c.share_of_orders) for p, c in ordered])
        empty = np.flatnonzero(~included.any(axis=0))
        if len(empty):
            u = _uniform(draws, "fallback", name, span)[empty]
            pick = np.searchsorted(np.cumsum(chance) / chance.sum(), u, side="right")
            included[np.minimum(pick, len(ordered) - 1), empty] = True
        units = np.zeros(included.shape, dtype=np.int64)
        for row, (p, product) in enumerate(ordered):
            mine = np.flatnonzero(included[row])
            law = product.quantity
            constant = sampling.is_constant(law)
            u = np.zeros(len(mine)) if constant else _uniform(draws, "quantity", of(name, p), span)[mine]
            units[row, mine] = sampling.units(law, u)
        return units

    return draws.once(("units", name, ordered, span), make)


def of(segment: str, part: str) -> str:
    """Return the name of the stream of a product or approval step of a segment; no two pairs share one."""
    return f"{segment}\0{part}"


def _uniform(draws: Draws, purpose: str, name: str, span: Span) -> Floats:
    return draws.uniform(purpose, name, span.size, span.start)


def _less(draws: Draws, purpose: str, name: str, span: Span, share: float) -> Bools:
    """Return which numbers of a stream are below a share; none are drawn where all or none are."""
    if share in (0, 1):
        return np.full(span.size, share == 1)
    return np.asarray(_uniform(draws, purpose, name, span) < share)


def _drawn(draws: Draws, law: Any, purpose: str, name: str, span: Span, per: int) -> Ints:
    """Return times in ticks; those of a law that needs luck are kept."""
    if sampling.is_constant(law):
        return inverse_ticks(law, np.zeros(span.size), per)
    key = ("times", purpose, name, law, span, per)
    return draws.once(key, lambda: inverse_ticks(law, _uniform(draws, purpose, name, span), per)).value
