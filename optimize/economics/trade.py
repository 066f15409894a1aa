"""The money that the orders of columns are expected to bring: every driver of the ledger, but for people's work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimize.arrays import distinct
from optimize.economics.premium import over_serving
from optimize.economics.rebates import rebate_chance
from optimize.offerings.columns import Columns
from optimize.service.sample_orders import SampleOrders
from optimize.service.service import ServiceTable
from optimize.service.stock_need import LOSING, StockNeedTable
from scenarios.durations import DAYS_PER_MONTH, DAYS_PER_YEAR
from scenarios.levers import Contract, Price, Touchpoints
from simcore.acceptance import units_per_order
from simcore.clock import Floats

LEDGER = (
    *("revenue", "discount", "erosion", "goods", "capture", "delivery", "touchpoints", "holding", "ordering"),
    *("financing", "penalties", "rebates", "refusals", "fixed"),
)
"""Drivers of what is bought and paid; people's work comes on top of some."""


@dataclass(frozen=True)
class Trade:
    """The orders of a segment under each of its columns.

    Attributes
    ----------
    columns : Columns
        Of the segment.
    weekly : array of float, shape (N,)
        Accepted orders of an average week.
    portion, made : array of float, shape (N,)
        Share of the customers whom contacts reach; 1 where the fixed cost of the offering is the segment's, or 0.
    """

    columns: Columns
    segment: str
    weekly: Floats
    service: ServiceTable
    need: StockNeedTable
    sample: SampleOrders
    portion: Floats
    made: Floats

    @property
    def measured_days(self) -> float:
        """Days of the measured window."""
        return self.columns.scenario.calendar.measured_days

    @property
    def customers(self) -> int:
        """Customers of the segment."""
        return self.columns.scenario.segments[self.segment].customers

    @cached_property
    def orders(self) -> Floats:
        """Accepted orders of the measured window."""
        return self.weekly * self.measured_days / 7

    @cached_property
    def reached(self) -> Floats:
        """Share of accepted orders that is neither refused nor cancelled nor lost."""
        return 1 - self.service["refused"] - self.service["cancelled"] - self.service["lost"]

    @cached_property
    def delivered(self) -> Floats:
        """Delivered orders of the measured window."""
        return self.orders * self.reached

    @cached_property
    def per_potential_order(self) -> Floats:
        """What turns units per potential order into units per delivered order.

        Only orders with something to deliver are admitted, and worth enough; what is lost of a line is not delivered.
        """
        admitted, kept = self.service["takes_order"], 1 - self.service["lost"]
        size = np.divide(self.service["takes_value"], admitted, out=np.zeros_like(admitted), where=admitted > 0)
        whole = np.divide(1 - self.need.lost_units, kept, out=np.zeros_like(kept), where=kept > 0)
        return np.asarray(size * np.minimum(1.0, whole))

    def per_order(self, amount: Callable[[str, Price], float]) -> Floats:
        """Return an amount per unit and product at a price, summed over the units of a delivered order."""
        values, units = self.columns.effects.values, units_per_order(self.columns.scenario.segments[self.segment])
        price, offered = self.columns.code("price"), self.columns.code("assortment")
        first, which = distinct(price, offered)
        each = [
            sum(
                amount(product, values["price"][price[row]]) * n
                for product, n in units.items()
                if product in values["assortment"][offered[row]]
            )
            for row in first
        ]
        return np.array(each, dtype=np.float64)[which] * self.per_potential_order


def money(trade: Trade) -> dict[str, Floats]:
    """Return the expected money of the measured window by driver, income positive, shape (N,) each."""
    columns, scenario, service = trade.columns, trade.columns.scenario, trade.service
    products, orders, delivered = scenario.products, trade.orders, trade.delivered
    years = trade.measured_days / DAYS_PER_YEAR
    fees = columns.each("channel", lambda channel: channel.cost_per_order)
    listed = trade.per_order(lambda p, _: products[p].list_price)
    paid = trade.per_order(lambda p, price: products[p].list_price * price.products.get(p, price.multiplier))
    eroded = np.minimum(1.0, scenario.erosion.price_rate * over_serving(columns, trade.segment))
    net = delivered * paid * (1 - eroded)
    late = delivered * service["late"]
    return {
        "revenue": delivered * listed,
        "discount": delivered * (paid - listed),
        "erosion": -delivered * paid * eroded,
        "goods": -delivered * trade.per_order(lambda p, _: products[p].unit_cost),
        "capture": -orders * (1 - service["refused"]) * fees,
        "delivery": -delivered * _delivery(trade),
        "touchpoints": -_contacts(trade) * columns.each("touchpoints", _cost_each),
        "holding": -trade.need.holding_per_year * years,
        "ordering": -trade.need.ordering_per_day * trade.measured_days,
        "financing": -net * _terms(trade, "payment_days") / DAYS_PER_YEAR * scenario.finance.interest_share_per_year,
        "penalties": -late
        * (_terms(trade, "late_penalty_per_order") + _terms(trade, "late_penalty_share") * paid * (1 - eroded)),
        "rebates": -net * _rebates(trade),
        "refusals": -orders * service["refused"] * fees,
        "fixed": -columns.effects.total(columns.picks, lambda _, __, option: option.fixed_cost_per_year)
        * years
        * trade.made,
    }


def _terms(trade: Trade, field: str) -> Floats:
    return trade.columns.each("contract", lambda contract: getattr(contract, field))


def _delivery(trade: Trade) -> Floats:
    """Return the cost of the deliveries of a delivered order."""
    columns = trade.columns
    per_delivery = columns.each("delivery", lambda mode: mode.cost_per_delivery) * shipments(trade)
    return per_delivery + columns.each("delivery", lambda mode: mode.cost_per_unit) * trade.per_order(lambda _, __: 1.0)


def emissions(trade: Trade) -> Floats:
    """Return the expected emissions of the deliveries of the measured window, kg of CO2 equivalents."""
    columns = trade.columns
    per_delivery = columns.each("delivery", lambda mode: mode.co2_kg_per_delivery or 0.0) * shipments(trade)
    per_unit = columns.each("delivery", lambda mode: mode.co2_kg_per_unit or 0.0)
    return trade.delivered * (per_delivery + per_unit * trade.per_order(lambda _, __: 1.0))


def shipments(trade: Trade) -> Floats:
    """Return the expected shipments of a delivered order: one, and one for each line that was short among others."""
    splits = trade.columns.each("when_short", lambda when: when.ship == "split" and when.rule not in LOSING) > 0
    lines = (trade.sample.quantity > 0).sum(axis=1)
    among_others = float(lines[lines > 1].sum() / lines.sum())
    return np.where(splits, 1 + trade.need.short_lines * among_others, 1.0)


def _contacts(trade: Trade) -> Floats:
    """Return the contacts of the measured window."""
    months = trade.measured_days / DAYS_PER_MONTH
    return trade.customers * trade.portion * trade.columns.each("touchpoints", _per_month) * months


def _per_month(touch: Touchpoints | None) -> float:
    return 0.0 if touch is None else touch.per_customer_per_month


def _cost_each(touch: Touchpoints | None) -> float:
    return 0.0 if touch is None else touch.cost_each


def _rebates(trade: Trade) -> Floats:
    """Return the share of revenue that is paid back."""
    found = np.zeros(len(trade.columns))
    code = trade.columns.code("contract")
    per_day = trade.orders / (trade.measured_days * trade.customers)
    contracts: list[Contract] = trade.columns.effects.values["contract"]
    for number, contract in enumerate(contracts):
        clause, mine = contract.clause, np.flatnonzero(code == number)
        if clause is not None and len(mine):
            kept, orders = trade.service["otif"][mine], per_day[mine] * clause.period_days
            found[mine] = rebate_chance(kept, clause.otif_at_least, orders) * clause.rebate_share
    return found
