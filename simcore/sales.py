"""The money of single orders: sales, erosion, penalties, delivery fees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcore import erosion
from simcore.clock import Floats, Ints
from simcore.facts import Facts, accepted_orders, delivered, due, in_time, once
from simcore.measured_lines import measured_lines, shipped_units
from simcore.program import NONE, Program
from simcore.records import Outcome

RATES = (
    "channel.cost_per_order",
    "contract.late_penalty_per_order",
    "contract.late_penalty_share",
    "contract.payment_days",
    "delivery.cost_per_delivery",
    "delivery.cost_per_unit",
)
"""Numbers of an offering, by effect and field, that money goes by."""


@once
def rates(program: Program) -> dict[str, Floats]:
    """Return the RATES of every lane (0 for segments that are not served)."""
    offerings = [None if plan is None else plan.offering for plan in program.plans]

    def of_lanes(effect: str, field: str) -> Floats:
        return np.array([0.0 if each is None else float(getattr(getattr(each, effect), field)) for each in offerings])

    return {name: of_lanes(*name.split(".")) for name in RATES}


@dataclass(frozen=True)
class Sales:
    """Money of each potential order: at list price, what was given off it, and what erosion took.

    ``discount`` and ``erosion`` are None where no plan has any. ``net`` is what the customer pays.
    """

    revenue: Floats
    discount: Floats | None
    erosion: Floats | None
    goods: Floats
    net: Floats


@once
def sales(f: Facts) -> Sales:
    """Return the money of the delivered units of measured orders."""
    orders, lines, price = f.orders, measured_lines(f), prices(f.program)
    units, product = lines.delivered.astype(np.float64), lines.rows.of(orders.line_product)
    listed = units * price.listed.take(product)

    def per_order(amounts: Floats) -> Floats:
        sums = np.bincount(lines.order, weights=amounts, minlength=len(orders))
        return sums.astype(np.float64, copy=False)

    net = paid = revenue = per_order(listed)
    discount = eroded = None
    if (price.multiplier != 1).any():
        paid = per_order(listed * price.multiplier.take(lines.lane * len(price.listed) + product))
        discount = paid - revenue
        net = revenue + discount
    shares = erosion_shares(f.program)
    if shares.any():
        eroded = -(paid * shares.take(orders.lane))
        net = net + eroded
    goods = per_order(-units * price.cost.take(_served_product(f, product)))
    return Sales(revenue, discount, eroded, goods, net)


@dataclass(frozen=True)
class Prices:
    """Money per unit of each product: its list price and its cost; ``multiplier`` of the former is by lane, too."""

    listed: Floats
    cost: Floats
    multiplier: Floats


@once
def prices(program: Program) -> Prices:
    """Return what a unit of each product costs the customer and the company."""
    products = [program.scenario.products[name] for name in program.products]
    multiplier = [
        [1.0 if plan is None else plan.offering.price_multiplier(p) for p in program.products] for plan in program.plans
    ]
    return Prices(
        np.array([product.list_price for product in products]),
        np.array([product.unit_cost for product in products]),
        np.array(multiplier),
    )


def _served_product(f: Facts, ordered: Ints) -> Ints:
    """Return the product that was delivered for each measured line: the ordered one, or its substitute."""
    if all(pool == NONE for plan in f.program.plans if plan is not None for pool in plan.better_pools):
        return ordered
    products = {name: i for i, name in enumerate(f.program.products)}
    of_pool = np.array([products[p.key.product] for p in f.program.pools] + [NONE], dtype=np.int64)
    pool = measured_lines(f).rows.of(f.records.served_pool)
    return np.where(pool == NONE, ordered, of_pool[pool])


@once
def erosion_shares(program: Program) -> Floats:
    """Return the share of its price that each lane no longer pays (see :func:`simcore.erosion.shares`)."""
    served = [index for index, plan in enumerate(program.plans) if plan is not None]
    plans = [plan for plan in program.plans if plan is not None]
    lost = np.zeros(len(program.plans))
    lost[served] = erosion.shares(program.scenario, [(plan.name, plan.offering, plan.portion) for plan in plans])
    return lost


Charges = tuple[Ints, Floats]
"""Some orders, rising, and the money that each of them costs."""
NO_CHARGES: Charges = np.empty(0, dtype=np.int64), np.empty(0)


@once
def penalties(f: Facts) -> Charges:
    """Return the late penalties: of orders delivered late, or still open when they were due."""
    rate = rates(f.program)
    per_order, share = rate["contract.late_penalty_per_order"], rate["contract.late_penalty_share"]
    if not (per_order.any() or share.any()):
        return NO_CHARGES
    late = np.flatnonzero(due(f) & (delivered(f) | (f.records.outcome == Outcome.OPEN)) & ~in_time(f))
    lane = f.orders.lane[late]
    return late, per_order[lane] + share[lane] * sales(f).net[late]


@once
def delivery_fees(f: Facts) -> Charges:
    """Return the delivery cost of measured orders: per shipment and per unit shipped."""
    rate = rates(f.program)
    per_shipment, per_unit = rate["delivery.cost_per_delivery"], rate["delivery.cost_per_unit"]
    if not (per_shipment.any() or per_unit.any()):
        return NO_CHARGES
    sent = accepted_orders(f)
    lane = f.orders.lane.take(sent)
    fees = f.records.shipments.take(sent) * per_shipment.take(lane)
    if per_unit.any():
        units = np.bincount(measured_lines(f).order, weights=shipped_units(f), minlength=len(f.orders))
        fees += units.take(sent) * per_unit.take(lane)
    return sent, fees
