"""Service clauses: the due orders of a customer and a contract period, and the rebate where too few were kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenarios.levers import ServiceClause
from simcore.clock import TICKS_PER_DAY, Bools, Floats, Ints
from simcore.facts import Facts, due, once
from simcore.program import Program
from simcore.sales import sales


@dataclass(frozen=True)
class ClauseOrders:
    """The measured due orders of a lane with a service clause, in groups by customer and contract period.

    Attributes
    ----------
    lane : int
    clause : ServiceClause
    order : array of int
        The orders.
    group : array of int
        The group of each of them.
    key : array of int
        What names each group, rising: ``period * customers + customer``.
    due, kept : array of int
        Orders of each group, and those that were delivered whole, in one shipment and in time.
    """

    lane: int
    clause: ServiceClause
    order: Ints
    group: Ints
    key: Ints
    due: Ints
    kept: Ints


@once
def clause_orders(f: Facts) -> list[ClauseOrders]:
    """Return the orders under each service clause."""
    found, asked = [], due(f)
    for lane, clause in clauses(f.program).items():
        rows = np.flatnonzero(asked & (f.orders.lane == lane))
        if not len(rows):
            continue
        period = (f.orders.placed[rows] - f.program.warm_up) // period_ticks(clause)
        key, group = np.unique(period * customers(f.program, lane) + f.orders.customer[rows], return_inverse=True)
        good = f.records.kept[rows] & (f.records.shipments[rows] == 1)
        kept = np.bincount(group[good], minlength=len(key))
        found.append(ClauseOrders(lane, clause, rows, group, key, np.bincount(group), kept))
    return found


@once
def clauses(program: Program) -> dict[int, ServiceClause]:
    """Return the service clause of each lane that has one, by the number of the lane."""
    of_lanes = [None if plan is None else plan.offering.contract.clause for plan in program.plans]
    return {lane: clause for lane, clause in enumerate(of_lanes) if clause is not None}


def customers(program: Program, lane: int) -> int:
    """Return how many customers the segment of a lane has."""
    return program.scenario.segments[program.lanes[lane].owner].customers


def period_ticks(clause: ServiceClause) -> int:
    """Return the length of a contract period; the first begins with the measured window."""
    return max(1, round(clause.period_days * TICKS_PER_DAY))


def broken(clause: ServiceClause, due_orders: Ints, kept: Ints) -> Bools:
    """Return in which groups too few of the due orders were kept."""
    return np.asarray(kept / due_orders < clause.otif_at_least)


@once
def rebates(f: Facts) -> Floats:
    """Return the rebates that broken service clauses cost, spread over the orders of the customer and period."""
    out, net = np.zeros(len(f.orders)), sales(f).net
    for mine in clause_orders(f):
        lost = broken(mine.clause, mine.due, mine.kept)[mine.group]
        out[mine.order] = np.where(lost, mine.clause.rebate_share * net[mine.order], 0.0)
    return out
