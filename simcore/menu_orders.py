"""What is drawn for the orders of a segment that sees several offers: each order follows the one that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from simcore.arrivals import Window
from simcore.clock import Ints
from simcore.draws import Draws, Kept, SharedDraws
from simcore.program import Program
from simcore.segment_orders import Column, SegmentOrders

Columns = dict[str, Column]


class _Parts(NamedTuple):
    """Lines (or steps) of the orders, each from the lane of its order.

    ``rows`` are those of each lane that count; ``sequence`` puts them one lane after the other in the order of the
    orders.
    """

    per_order: Ints
    rows: tuple[Ints, ...]
    sequence: Ints


class MenuOrders:
    """Potential orders of one segment with several lanes; what :class:`SegmentOrders` are for one.

    The number of an order decides which offer it takes: with ``P_j`` the share that takes offer j, own offer first,
    it takes the first j with ``u < P_1 + ... + P_j``, and none if there is none. A better own offer takes orders from
    the others and from those who took none, and loses none.

    Parameters
    ----------
    program : Program
    segment : int
        Index of the segment.
    draws : Draws
    orders : Window
        Which orders.
    contacts : sequence of Window
        Which contacts, of each lane.
    """

    def __init__(
        self, program: Program, segment: int, draws: Draws, orders: Window, contacts: Sequence[Window]
    ) -> None:
        rows = program.lanes_of[segment]
        self.draws, self.orders, self.contacts = SharedDraws(draws), orders, contacts
        self.lanes = [
            SegmentOrders(program, row, self.draws, orders, [due]) for row, due in zip(rows, contacts, strict=True)
        ]
        self.taken = self._taken()
        self.lines = self._parts(
            "lines", [lane.lines for lane in self.lanes], [lane.line_order() for lane in self.lanes]
        )
        self.steps = self._parts(
            "steps", [lane.steps for lane in self.lanes], [lane.step_order() for lane in self.lanes]
        )

    def header(self) -> Columns:
        """Return the columns of the orders."""
        columns = [lane.header() for lane in self.lanes]
        return {name: self._of_lane([each[name] for each in columns]) for name in columns[0]}

    def line_columns(self) -> Columns:
        """Return the columns of the lines."""
        return self._of_parts(self.lines, [lane.line_columns() for lane in self.lanes])

    def step_columns(self) -> Columns:
        """Return the columns of the approval steps."""
        return self._of_parts(self.steps, [lane.step_columns() for lane in self.lanes])

    def contact_work(self) -> list[Column]:
        """Return the work of the contacts of each lane."""
        return [work for lane in self.lanes for work in lane.contact_work()]

    def _taken(self) -> Kept[Ints]:
        """Return which of the lanes each order is in; those who take no offer are in the first."""
        first = self.lanes[0]
        below = tuple(0.0 if lane.plan is None else lane.plan.takes_below for lane in self.lanes)

        def make() -> Ints:
            u = self.draws.uniform("accept", first.name, first.span.size, first.span.start)
            lane = np.searchsorted(below, u, side="right")
            return np.where(lane == len(below), 0, lane)

        return self.draws.once(("taken", first.name, first.span, below), make)

    def _of_lane(self, columns: list[Column]) -> Column:
        """Return the column of the lane that each order is in."""
        if columns[0].constant is not None and len({column.constant for column in columns}) == 1:
            return columns[0]
        taken = self.taken

        def make() -> Any:
            out = columns[0].make().copy()
            for lane, column in enumerate(columns[1:], 1):
                mine = np.flatnonzero(taken.value == lane)
                if len(mine):
                    out[mine] = column.make()[mine]
            return out

        return Column((taken.number, *(column.key for column in columns)), make)

    def _parts(self, kind: str, parts: Sequence[Kept[Any]], orders: Sequence[Ints]) -> Kept[_Parts]:
        taken = self.taken

        def make() -> _Parts:
            per_order = np.choose(taken.value, [part.value.per_order for part in parts])
            rows = tuple(np.flatnonzero(taken.value[order] == lane) for lane, order in enumerate(orders))
            owner = np.concatenate([order[mine] for order, mine in zip(orders, rows, strict=True)])
            return _Parts(per_order, rows, np.argsort(owner, kind="stable"))

        return self.draws.once((kind, taken.number, *(part.number for part in parts)), make)

    def _of_parts(self, parts: Kept[_Parts], lanes: Sequence[Columns]) -> Columns:
        return {name: self._put_together(parts, [columns[name] for columns in lanes]) for name in lanes[0]}

    def _put_together(self, parts: Kept[_Parts], columns: list[Column]) -> Column:
        def make() -> Any:
            values = [column.make()[rows] for column, rows in zip(columns, parts.value.rows, strict=True)]
            return np.concatenate(values)[parts.value.sequence]

        return Column((parts.number, *(column.key for column in columns)), make)
