"""The money of single orders: sales, erosion, penalties, delivery fees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcore import erosion
from simcore.clock import Floats, Ints
from simcore.facts import Facts, delivered, delivered_lines, due, in_time, once
from simcore.program import NONE, Program
from simcore.records import Outcome


def by_plan(f: Facts, value: str) -> Floats:
    """Return a number of every lane's contract, channel or delivery (0 for segments that are not served)."""
    effect, field = value.split(".")
    return np.array(
        [0.0 if plan is None else float(getattr(getattr(plan.offering, effect), field)) for plan in f.program.plans]
    )


@dataclass(frozen=True)
class Sales:
    """Money of each potential order: at list price, what was given off it, and what erosion took."""

    revenue: Floats
    discount: Floats
    erosion: Floats
    goods: Floats
    units: Floats

    @property
    def net(self) -> Floats:
        """What the customer pays."""
        return self.revenue + self.discount + self.erosion


@once
def sales(f: Facts) -> Sales:
    """Return the money of the delivered units of measured orders."""
    orders, scenario, rows = f.orders, f.program.scenario, delivered_lines(f)
    product, order = orders.line_product[rows], orders.line_order[rows]
    units: Floats = f.records.taken[rows].astype(np.float64)
    price = np.array([scenario.products[p].list_price for p in f.program.products])
    cost = np.array([scenario.products[p].unit_cost for p in f.program.products])
    multiplier = np.array(
        [
            [1.0 if plan is None else plan.offering.price_multiplier(p) for p in f.program.products]
            for plan in f.program.plans
        ]
    )
    listed = units * price[product]
    offered = listed * multiplier[f.line_lane[rows], product]

    def per_order(amounts: Floats) -> Floats:
        return np.bincount(order, weights=amounts, minlength=len(orders)).astype(np.float64, copy=False)

    revenue, paid = per_order(listed), per_order(offered)
    lost = paid * erosion_shares(f.program)[orders.lane]
    goods = per_order(-units * cost[_served_product(f, rows, product)])
    return Sales(revenue, paid - revenue, -lost, goods, per_order(units))


def _served_product(f: Facts, rows: Ints, ordered: Ints) -> Ints:
    """Return the product that was delivered for each line: the ordered one, or its substitute."""
    if all(pool == NONE for plan in f.program.plans if plan is not None for pool in plan.better_pools):
        return ordered
    products = {name: i for i, name in enumerate(f.program.products)}
    of_pool = np.array([products[p.key.product] for p in f.program.pools] + [NONE], dtype=np.int64)
    pool = f.records.served_pool[rows]
    return np.where(pool == NONE, ordered, of_pool[pool])


@once
def erosion_shares(program: Program) -> Floats:
    """Return the share of its price that each lane no longer pays (see :func:`simcore.erosion.shares`)."""
    served = [index for index, plan in enumerate(program.plans) if plan is not None]
    plans = [plan for plan in program.plans if plan is not None]
    lost = np.zeros(len(program.plans))
    lost[served] = erosion.shares(program.scenario, [(plan.name, plan.offering, plan.portion) for plan in plans])
    return lost


@once
def penalties(f: Facts) -> Floats:
    """Return the late penalties of each order: delivered late, or still open when it was due."""
    r = f.records
    late = due(f) & (delivered(f) | (r.outcome == Outcome.OPEN)) & ~in_time(f)
    per_order = by_plan(f, "contract.late_penalty_per_order")[f.orders.lane]
    share = by_plan(f, "contract.late_penalty_share")[f.orders.lane]
    return np.where(late, per_order + share * sales(f).net, 0.0)


@once
def delivery_fees(f: Facts) -> Floats:
    """Return the delivery cost of each measured order: per shipment and per unit shipped."""
    shipped = np.flatnonzero(f.line & (f.records.shipped != NONE))
    units = np.bincount(f.orders.line_order[shipped], weights=f.records.taken[shipped], minlength=len(f.orders))
    segment = f.orders.lane
    per_shipment, per_unit = by_plan(f, "delivery.cost_per_delivery"), by_plan(f, "delivery.cost_per_unit")
    return np.where(f.accepted, f.records.shipments * per_shipment[segment] + units * per_unit[segment], 0.0)
