"""What adds up over orders: how they and their units ended, how well they were served, by lane.

Whole numbers only, so that the orders of a replication may be counted part by part, in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from simcore.clock import Ints
from simcore.facts import Facts, count, due, in_time, once, sums_of_lines, total, units_of_orders
from simcore.measured_lines import measured_lines, shipped_units
from simcore.orders import Orders
from simcore.program import NONE, Program
from simcore.records import Outcome
from simcore.stock_asked import stock_asked

FATES = ("declined", "refused", "cancelled", "open", "lost", "delivered")
"""What may become of a unit."""


@dataclass(frozen=True)
class OrderCounts:
    """Counts of the measured orders of each lane; the first axis is the lane.

    Attributes
    ----------
    ended : array of int, shape (lanes, outcomes)
        Potential orders by how they ended.
    service : array of int, shape (lanes, 2, 2, 2)
        Potential orders by whether they arrived whole and in one shipment, in time, and were due.
    stocked_units, stocked_lines : array of int, shape (lanes, 2)
        Units and lines that asked for stock: those served at once, and all.
    stocked_orders : array of int, shape (lanes, 2)
        Orders that asked for stock: those whose lines were all served whole at once, and all.
    fates : array of int, shape (lanes, fates)
        Units by what became of them.
    lost_sales : array of int, shape (lanes,)
        Units of lines that were lost.
    waiting : array of int, shape (lanes,)
        Waiting units, integrated over the window (unit ticks).
    carried : array of int, shape (lanes, 2)
        Shipments and units shipped, of accepted orders.
    """

    ended: Ints
    service: Ints
    stocked_units: Ints
    stocked_lines: Ints
    stocked_orders: Ints
    fates: Ints
    lost_sales: Ints
    waiting: Ints
    carried: Ints


@once
def order_counts(f: Facts) -> OrderCounts:
    """Return the counts of measured orders."""
    lanes, asked, by_fate = len(f.program.lanes), stock_asked(f), _fates_by_lane(f)
    late = np.flatnonzero(f.records.backorder_time != 0)
    return OrderCounts(
        **_by_state(f),
        stocked_units=asked.units.sum(axis=0),
        stocked_lines=asked.lines.sum(axis=0),
        fates=by_fate,
        lost_sales=by_fate[:, FATES.index("lost")],
        waiting=total(f.line_lane[late], f.records.backorder_time[late], lanes),
        carried=_carried(f),
    )


def by_segment(program: Program, counts: OrderCounts) -> OrderCounts:
    """Return the counts with the lanes of each segment added up: then the first axis is the segment."""
    if not program.has_menu:
        return counts
    return OrderCounts(**{field.name: program.sum_by_segment(getattr(counts, field.name)) for field in fields(counts)})


def _carried(f: Facts) -> Ints:
    """Return shipments and units shipped of accepted orders, where emissions are asked for."""
    lanes = len(f.program.lanes)
    if not f.program.has_co2:
        return np.zeros((lanes, 2), dtype=np.int64)
    shipments = total(f.orders.lane, f.records.shipments * f.accepted, lanes)
    return np.stack([shipments, total(measured_lines(f).lane, shipped_units(f), lanes)], axis=1)


NOT_MEASURED = 7
"""In place of an outcome, all three bits of it."""


def _by_state(f: Facts) -> dict[str, Ints]:
    """Return the counts of orders by what became of them, all of one number of 8 bits for each order."""
    asked, whole = stock_asked(f), due(f) & f.records.kept & (f.records.shipments == 1)
    state = f.records.outcome.view(np.uint8) | (NOT_MEASURED * (~f.order).view(np.uint8))
    for bit, flag in enumerate((due(f), in_time(f), whole, asked.asked, asked.short), start=3):
        state |= flag.view(np.uint8) << bit
    lanes = len(f.program.lanes)
    each = count(f.orders.lane * 256 + state, 256 * lanes).reshape(lanes, 2, 2, 2, 2, 2, 8)
    by_stock = each.sum(axis=(3, 4, 5, 6))
    return {
        "ended": each.sum(axis=(1, 2, 3, 4, 5))[:, : len(Outcome)],
        "service": each.sum(axis=(1, 2, 6)),
        "stocked_orders": np.stack([by_stock[:, 0, 1], by_stock[:, :, 1].sum(axis=1)], axis=1),
    }


UNSETTLED = (Outcome.REFUSED, Outcome.CANCELLED, Outcome.OPEN)
"""Units of such orders that were neither lost nor delivered share the fate of their order."""


def _fates_by_lane(f: Facts) -> Ints:
    """Return the sums of :func:`fates` over the orders of the window, without looking at each order's."""
    orders, outcome, lines = f.orders, f.records.outcome, measured_lines(f)
    kinds, lanes = len(Outcome), len(f.program.lanes)

    unsettled = (outcome == Outcome.REFUSED) | (outcome == Outcome.CANCELLED) | (outcome == Outcome.OPEN)
    rows, lost = np.flatnonzero(unsettled.take(lines.order)), np.flatnonzero(lines.lost != 0)
    rest = lines.quantity[rows] - lines.lost[rows] - lines.delivered[rows]
    group = lines.lane[rows] * kinds + outcome[lines.order[rows]]
    left_over = total(group, rest, lanes * kinds).reshape(lanes, kinds)
    dropped = with_dropped_units(orders)
    dropped = dropped[f.order[dropped]]
    left = np.flatnonzero(f.order & orders.wanted & (outcome == Outcome.DECLINED))  # their customers have left
    declined = total(orders.lane[dropped], orders.dropped_units[dropped], lanes)
    by_fate = {
        "declined": declined + total(orders.lane[left], units_of_orders(orders)[left], lanes),
        **{fate.name.lower(): left_over[:, fate] for fate in UNSETTLED},
        "lost": total(lines.lane[lost], lines.lost[lost], lanes),
        "delivered": total(lines.lane, lines.delivered, lanes),
    }
    return np.stack([by_fate[name] for name in FATES], axis=1)


@once
def with_dropped_units(orders: Orders) -> Ints:
    """Return the orders that want units which they do not order, rising."""
    return np.flatnonzero(orders.dropped_units)


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
