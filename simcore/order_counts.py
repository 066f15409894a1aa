"""What adds up over orders: how they and their units ended, how well they were served, by lane.

Whole numbers only, so that the orders of a replication may be counted part by part, in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from simcore.clock import Ints
from simcore.facts import (
    Facts,
    count,
    delivered_lines,
    due,
    in_time,
    once,
    pooled_lines,
    sums_of_lines,
    total,
    units_of_orders,
)
from simcore.program import NONE, Program
from simcore.records import Outcome

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
    r, lanes = f.records, len(f.program.lanes)
    units, lines, orders = _stocked(f)
    lost, late = np.flatnonzero(f.line & (r.lost != 0)), np.flatnonzero(r.backorder_time)
    return OrderCounts(
        ended=_ended(f),
        service=_service(f),
        stocked_units=units,
        stocked_lines=lines,
        stocked_orders=orders,
        fates=_fates_by_lane(f),
        lost_sales=total(f.line_lane[lost], r.lost[lost], lanes),
        waiting=total(f.line_lane[late], r.backorder_time[late], lanes),
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
    sent, rows = np.flatnonzero(f.accepted), np.flatnonzero(f.line & (f.records.shipped != NONE))
    rows = rows[f.accepted[f.orders.line_order[rows]]]
    shipments = total(f.orders.lane[sent], f.records.shipments[sent], lanes)
    return np.stack([shipments, total(f.line_lane[rows], f.records.taken[rows], lanes)], axis=1)


def _ended(f: Facts) -> Ints:
    kinds, placed = len(Outcome), np.flatnonzero(f.order)
    code = f.orders.lane[placed] * kinds + f.records.outcome[placed]
    return count(code, kinds * len(f.program.lanes)).reshape(-1, kinds)


def _service(f: Facts) -> Ints:
    whole = due(f) & f.records.kept & (f.records.shipments == 1)
    code = f.orders.lane * 8 + due(f) + 2 * in_time(f) + 4 * whole
    return count(code, 8 * len(f.program.lanes)).reshape(-1, 2, 2, 2)


@once
def approved_lines(f: Facts) -> Ints:
    """Return the indices of the measured lines of approved orders that asked a pool for stock, rising."""
    pooled = pooled_lines(f)
    return np.asarray(pooled[f.records.approved[f.orders.line_order[pooled]] != NONE])


def _stocked(f: Facts) -> tuple[Ints, Ints, Ints]:
    """Return units, lines and orders that asked for stock: (served at once, all) of each lane."""
    rows, lanes = approved_lines(f), len(f.program.lanes)
    rows = rows[f.orders.line_pool[rows] != NONE]
    order, lane = f.orders.line_order[rows], f.line_lane[rows]
    wanted, at_once = f.orders.line_quantity[rows], f.records.from_stock[rows]
    state = np.zeros(len(f.orders), dtype=np.int64)  # 1: asked for stock, 2: and did not get it at once
    state[order] = 1
    state[order[at_once < wanted]] = 2
    each = count(f.orders.lane * 3 + state, 3 * lanes).reshape(-1, 3)
    return (
        np.stack([total(lane, at_once, lanes), total(lane, wanted, lanes)], axis=1),
        np.stack([count(lane[at_once == wanted], lanes), count(lane, lanes)], axis=1),
        np.stack([each[:, 1], each[:, 1] + each[:, 2]], axis=1),
    )


def _fates_by_lane(f: Facts) -> Ints:
    """Return the sums of :func:`fates` over the orders of the window, without looking at each order's."""
    r, orders, kinds = f.records, f.orders, len(Outcome)
    lanes = len(f.program.lanes)
    group = orders.lane * kinds + r.outcome

    def by_outcome(groups: Ints, units: Ints) -> Ints:
        return total(groups, units, lanes * kinds).reshape(lanes, kinds)

    placed, arrived = np.flatnonzero(f.order), delivered_lines(f)
    lost = np.flatnonzero(r.lost)
    lost = lost[f.order[orders.line_order[lost]]]
    wanted_units = by_outcome(group[placed], units_of_orders(orders)[placed])
    lost_units = by_outcome(group[orders.line_order[lost]], r.lost[lost])
    arrived_units = by_outcome(group[orders.line_order[arrived]], r.taken[arrived])
    left_over = wanted_units - lost_units - arrived_units
    would = np.flatnonzero(f.order & orders.wanted & (r.outcome == Outcome.DECLINED))  # customers who have left
    declined = total(orders.lane[placed], orders.dropped_units[placed], lanes)
    by_fate = {
        "declined": declined + total(orders.lane[would], units_of_orders(orders)[would], lanes),
        **{name: left_over[:, Outcome[name.upper()]] for name in ("refused", "cancelled", "open")},
        "lost": lost_units.sum(axis=1),
        "delivered": arrived_units.sum(axis=1),
    }
    return np.stack([by_fate[name] for name in FATES], axis=1)


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
