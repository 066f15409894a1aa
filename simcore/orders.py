"""The potential orders of one replication, with everything random about them drawn before the clock starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np

from simcore.arrivals import Window, contacts_due, placed
from simcore.arrivals import arrivals as arrivals
from simcore.clock import Bools, Ints
from simcore.draws import Draws, Kept
from simcore.menu_orders import MenuOrders
from simcore.program import Program
from simcore.segment_orders import Column, SegmentOrders
from simcore.segment_orders import of as of
from simcore.segment_orders import order_quantities as order_quantities


@dataclass(frozen=True)
class Orders:
    """Potential orders in the order of (tick, segment, number), as flat arrays.

    Lines and approval steps are stored order after order: those of order ``i`` are
    ``line_start[i]:line_start[i + 1]`` and ``step_start[i]:step_start[i + 1]``. Times are ticks; ``-1`` is none.
    The arrays are read-only: scenarios that share their draws share them.
    """

    placed: Ints
    lane: Ints
    """Index of its lane in the program: the segment whose order it is, and whose offer it takes."""
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
    step_resource: Ints
    step_work: Ints
    step_refuses: Bools
    dropped_units: Ints
    """Units wanted of products outside the assortment, or of the whole order if it is declined."""
    contact_tick: Ints
    contact_lane: Ints
    contact_work: Ints

    def __len__(self) -> int:
        return len(self.placed)


Columns = Sequence[Column]


class _Layout(NamedTuple):
    """The potential orders of all segments in their order.

    ``sequence`` says where each stands when the segments are put one after the other.
    """

    placed: Ints
    lane: Ints
    number: Ints
    sequence: Ints


class _Children(NamedTuple):
    """The lines (or steps) of all segments, order after order; ``sequence`` as in :class:`_Layout`."""

    start: Ints
    order: Ints
    sequence: Ints


class _Contacts(NamedTuple):
    tick: Ints
    lane: Ints
    sequence: Ints


def draw_orders(program: Program, draws: Draws) -> Orders:
    """Return the potential orders that a program meets in one replication.

    What other programs have drawn from the same ``draws`` is used again where it is the same: at best all of it, and
    then the very same object is returned.
    """
    segments = [
        orders_of(
            program,
            index,
            draws,
            Window(0, placed(program, name, draws)),
            [Window(0, contacts_due(program, lane, draws)) for lane in program.lanes_of[index]],
        )
        for index, name in enumerate(program.segments)
    ]
    return merged(segments, draws)


Source = SegmentOrders | MenuOrders


def orders_of(program: Program, segment: int, draws: Draws, orders: Window, contacts: Sequence[Window]) -> Source:
    """Return the orders of a segment and the contacts of its lanes."""
    lanes = program.lanes_of[segment]
    if len(lanes) == 1:
        return SegmentOrders(program, lanes.start, draws, orders, contacts)
    return MenuOrders(program, segment, draws, orders, contacts)


def merged(segments: Sequence[Source], draws: Draws) -> Orders:
    """Return the potential orders of all segments in their order, and end the round of the draws."""
    merge = _Merge(draws)
    out: dict[str, Kept[Any]] = {}

    orders = merge.layout([segment.orders for segment in segments])
    out |= merge.parts("", orders, ("placed", "lane", "number"))
    out |= merge.columns(orders, [segment.header() for segment in segments])

    lines = merge.children("line", orders, [(s.lines.number, s.lines.value.per_order) for s in segments])
    out |= merge.parts("line_", lines, ("start", "order"))
    out |= merge.columns(lines, [segment.line_columns() for segment in segments])

    steps = merge.children("step", orders, [(s.steps.number, s.steps.value.per_order) for s in segments])
    out |= merge.parts("step_", steps, ("start", "order"))
    out |= merge.columns(steps, [segment.step_columns() for segment in segments])

    contacts = merge.contacts([window.ticks for segment in segments for window in segment.contacts])
    out |= merge.parts("contact_", contacts, ("tick", "lane"))
    out |= merge.columns(contacts, [{"contact_work": work} for segment in segments for work in segment.contact_work()])

    names = [field.name for field in fields(Orders)]
    drawn = draws.once(
        ("orders", *(out[name].number for name in names)), lambda: Orders(**{name: out[name].value for name in names})
    )
    draws.next_round()
    return drawn.value


class _Merge:
    """Puts the segments together: in the order of (tick, segment, number), each column once."""

    def __init__(self, draws: Draws) -> None:
        self.draws = draws

    def layout(self, windows: Sequence[Window]) -> Kept[_Layout]:
        """Return the orders of all segments in their order, each in the lane that has the number of its segment."""

        def make() -> _Layout:
            parts = [window.ticks.value for window in windows]
            tick, sequence = _by_tick(parts)
            lane = np.repeat(np.arange(len(parts)), [len(part) for part in parts])[sequence]
            starts = [window.start for window in windows]
            number = np.concatenate([np.arange(len(part)) + k for k, part in zip(starts, parts, strict=True)])[sequence]
            return _Layout(tick, lane, number, sequence)

        return self.draws.once(("layout", *(window.ticks.number for window in windows)), make)

    def contacts(self, due: Sequence[Kept[Ints]]) -> Kept[_Contacts]:
        """Return the contacts of all lanes in their order."""

        def make() -> _Contacts:
            counts = [len(part.value) for part in due]
            tick, sequence = _by_tick([part.value for part in due])
            return _Contacts(tick, np.repeat(np.arange(len(counts)), counts)[sequence], sequence)

        return self.draws.once(("contact layout", *(part.number for part in due)), make)

    def children(self, kind: str, orders: Kept[_Layout], counts: Sequence[tuple[int, Ints]]) -> Kept[_Children]:
        """Return the lines (or steps) of all segments in the order of the orders, given how many each order has."""

        def make() -> _Children:
            sequence = orders.value.sequence
            each = np.concatenate([count for _, count in counts])
            before = (np.cumsum(each) - each)[sequence]
            each = each[sequence]
            start = np.concatenate([[0], np.cumsum(each)])
            order = np.repeat(np.arange(len(each)), each)
            return _Children(start, order, np.arange(len(order)) + np.repeat(before - start[:-1], each))

        return self.draws.once((kind, orders.number, *(number for number, _ in counts)), make)

    def parts(self, prefix: str, layout: Kept[Any], names: Sequence[str]) -> dict[str, Kept[Any]]:
        """Return parts of a layout as columns."""
        return {prefix + name: Kept(layout.number, getattr(layout.value, name)) for name in names}

    def columns(self, layout: Kept[Any], segments: Sequence[dict[str, Column]]) -> dict[str, Kept[Any]]:
        """Return the columns of all segments, in the order of a layout."""
        return {name: self._column(name, layout, [each[name] for each in segments]) for name in segments[0]}

    def _column(self, name: str, layout: Kept[Any], columns: Columns) -> Kept[Any]:
        def make() -> Any:
            if columns[0].constant is not None and len({column.constant for column in columns}) == 1:
                return np.full(len(layout.value.sequence), columns[0].constant)
            values = [column.make() for column in columns]
            return values[0] if len(values) == 1 else np.concatenate(values)[layout.value.sequence]

        return self.draws.once((name, layout.number, *(column.key for column in columns)), make)


def _by_tick(parts: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Return the ticks of all parts in their order, and which they are; of equal ones, those of earlier parts first.

    Each part is rising, which makes a stable sort a merge.
    """
    ticks = np.concatenate(parts)
    sequence = np.argsort(ticks, kind="stable")
    return ticks[sequence], sequence
