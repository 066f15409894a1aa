"""The economics of a column: expected money of every ledger driver, use of every resource, and service.

The drivers and rates are those of :mod:`simcore.ledger`, so that the plan can be laid beside the simulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from optimize.columns import Column
from optimize.service import SampleOrders, Service, expected_service
from optimize.stock_need import StockNeed, StockNeeds
from optimize.waiting import MINUTES_PER_HOUR, Wait, contact_hours_per_week, orders_per_week, waits, works
from scenarios.offerings import Offering
from scenarios.scenario import Scenario
from simcore.acceptance import acceptance, units_per_order
from simcore.erosion import weights
from simcore.ledger import DAYS_PER_YEAR

DAYS_PER_MONTH = 30.0


@dataclass(frozen=True)
class Economics:
    """What one column is expected to bring in the measured window.

    Attributes
    ----------
    drivers : mapping of str to float
        Ledger driver -> money, income positive; labour included, brand erosion not.
    labour : mapping of str to float
        Ledger driver -> the labour in it, which is paid as presence whether it is used or not.
    net_revenue : float
        What customers pay.
    orders_per_week : float
        Accepted orders of an average week.
    hours_per_week : mapping of str to float
        Resource -> hours of work of an average week that follows the orders.
    anytime_hours : mapping of str to float
        Resource -> hours per week of contacts and production, which can be done whenever somebody is present.
    """

    acceptance: float
    service: Service
    stock: StockNeed
    drivers: Mapping[str, float]
    labour: Mapping[str, float]
    net_revenue: float
    orders_per_week: float
    hours_per_week: Mapping[str, float]
    anytime_hours: Mapping[str, float]
    over_serving: float
    brand_revenue: float

    @property
    def margin(self) -> float:
        """Margin before labour, brand erosion and setup."""
        return sum(self.drivers.values()) + sum(self.labour.values())


class Estimator:
    """Economics of columns, with what they share worked out once."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.waits: dict[str, Wait] = waits(scenario)
        self.needs = StockNeeds(scenario)
        self.weights = weights(scenario)
        self.samples = {name: SampleOrders(scenario, name) for name in scenario.segments}
        self._service: dict[tuple[object, ...], Service] = {}

    def economics(self, column: Column) -> Economics:
        """Return what a column is expected to bring."""
        scenario, name, offering = self.scenario, column.segment, column.offering
        share = acceptance(scenario, name, offering)
        need = self.needs.of(name, offering, share)
        service = self.service(name, offering, need)
        accepted = share * service.takes_order
        weekly = orders_per_week(scenario, name) * accepted
        orders = weekly * scenario.calendar.measured_days / 7
        money = self._money(name, offering, orders, service, need)
        labour_hours = _labour_hours(scenario, name, offering, weekly, service)
        labour_hours += [("goods", maker, 7 * hours) for maker, hours in need.production.items()]
        drivers, labour = self._with_labour(money, labour_hours)
        net = money["revenue"] + money["discount"] + money["erosion"]
        paid = money["revenue"] + money["discount"]
        premium = scenario.erosion.brand_rate * paid if offering.values_premium else 0.0
        hours: dict[str, float] = {}
        anytime: dict[str, float] = {}
        for driver, resource, amount in labour_hours:
            whenever = driver in ("touchpoints", "goods")
            kind = anytime if whenever else hours
            kind[resource] = kind.get(resource, 0.0) + amount
        return Economics(
            acceptance=accepted,
            service=service,
            stock=need,
            drivers=drivers,
            labour=labour,
            net_revenue=net,
            orders_per_week=weekly,
            hours_per_week=hours,
            anytime_hours=anytime,
            over_serving=self.weights[name] * offering.over_serving,
            brand_revenue=premium,
        )

    def service(self, name: str, offering: Offering, need: StockNeed) -> Service:
        """Return the expected service; offerings that differ only in other effects share it."""
        place = (
            name,
            offering.channel,
            offering.approvals,
            offering.fulfilment,
            offering.delivery,
            offering.fill_rate,
            offering.when_short,
            offering.stock,
            offering.lead_time_days,
            offering.contract,
            offering.assortment,
            offering.price.model_dump_json(),
            round(need.wait_days, 3),
        )
        if place not in self._service:
            self._service[place] = expected_service(self.samples[name], offering, self.waits, need.wait_days)
        return self._service[place]

    def _money(
        self, name: str, offering: Offering, orders: float, service: Service, need: StockNeed
    ) -> dict[str, float]:
        scenario = self.scenario
        years = scenario.calendar.measured_days / DAYS_PER_YEAR
        delivered = orders * (1 - service.refused - service.cancelled - service.lost)
        units = {
            p: n * (1 - service.lost_units) / service.takes_order
            for p, n in units_per_order(scenario.segments[name]).items()
            if p in offering.assortment and service.takes_order > 0
        }
        listed = sum(scenario.products[p].list_price * n for p, n in units.items())
        paid = sum(scenario.products[p].list_price * n * offering.price_multiplier(p) for p, n in units.items())
        eroded = min(1.0, scenario.erosion.price_rate * offering.over_serving)
        net = delivered * paid * (1 - eroded)
        contract, touch = offering.contract, offering.touchpoints
        financing = net * contract.payment_days / DAYS_PER_YEAR * scenario.finance.interest_share_per_year
        late = delivered * service.late
        clause = contract.clause
        per_period = 0.0
        if clause is not None:
            days = scenario.calendar.measured_days * scenario.segments[name].customers
            per_period = orders / days * clause.period_days
        rebate = (
            0.0
            if clause is None
            else rebate_chance(service.otif, clause.otif_at_least, per_period) * clause.rebate_share
        )
        contacts = 0.0
        if touch is not None:
            months = scenario.calendar.measured_days / DAYS_PER_MONTH
            contacts = scenario.segments[name].customers * touch.per_customer_per_month * months
        return {
            "revenue": delivered * listed,
            "discount": delivered * (paid - listed),
            "erosion": -delivered * paid * eroded,
            "goods": -delivered * sum(scenario.products[p].unit_cost * n for p, n in units.items()),
            "capture": -orders * (1 - service.refused) * offering.channel.cost_per_order,
            "delivery": -delivered
            * (
                offering.delivery.cost_per_delivery * self._shipments(name, offering)
                + offering.delivery.cost_per_unit * sum(units.values())
            ),
            "touchpoints": -contacts * (touch.cost_each if touch is not None else 0.0),
            "holding": -need.holding_per_year * years,
            "ordering": -need.ordering_per_day * scenario.calendar.measured_days,
            "financing": -financing,
            "penalties": -late * (contract.late_penalty_per_order + contract.late_penalty_share * paid * (1 - eroded)),
            "rebates": -net * rebate,
            "refusals": -orders * service.refused * offering.channel.cost_per_order,
            "fixed": -offering.fixed_cost_per_year * years,
        }

    def _shipments(self, name: str, offering: Offering) -> float:
        """Return the expected shipments of a delivered order: one, and one for each line that was short."""
        if offering.when_short.ship != "split" or offering.fill_rate is None:
            return 1.0
        lines = float((self.samples[name].quantity > 0).sum(axis=1).mean())
        return 1 + max(0.0, lines - 1) * (1 - offering.fill_rate)

    def _with_labour(
        self, money: dict[str, float], hours: list[tuple[str, str, float]]
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Add the labour of each activity to its driver; return the drivers, and the labour in each."""
        weeks, drivers, labour = self.scenario.calendar.measured_days / 7, dict(money), dict[str, float]()
        for driver, resource, weekly in hours:
            cost = weekly * weeks * self.scenario.resources[resource].cost_per_hour
            drivers[driver] = drivers.get(driver, 0.0) - cost
            labour[driver] = labour.get(driver, 0.0) + cost
        return drivers, labour


def _labour_hours(
    scenario: Scenario, name: str, offering: Offering, weekly: float, service: Service
) -> list[tuple[str, str, float]]:
    """Return (driver, resource, hours per week) of every activity of an offering."""
    kinds = ["capture"] if offering.channel.resource is not None else []
    kinds += ["approval"] * sum(step.resource is not None for step in offering.approvals)
    kinds += ["fulfilment"] if offering.fulfilment is not None else []
    reached = {"fulfilment": 1 - service.refused - service.cancelled - service.lost}
    out = [
        (kind, work.resource, weekly * reached.get(kind, 1.0) * work.mean / MINUTES_PER_HOUR)
        for kind, work in zip(kinds, works(scenario, name, offering, service.takes_order), strict=True)
    ]
    resource, hours = contact_hours_per_week(scenario, name, offering)
    return [*out, ("touchpoints", resource, hours)] if resource is not None else out


def rebate_chance(kept: float, at_least: float, orders: float) -> float:
    """Return the share of revenue that falls into periods in which a customer's clause is broken.

    A customer places N orders in a period, Poisson with the given mean, each kept with the given chance; weighed by
    N: ``sum_n n P(N = n) P(Binomial(n, kept) < at_least n) / E[N]``.

    >>> round(rebate_chance(0.9, 0.8, 2.0), 4)
    0.2145
    """
    if orders <= 0 or kept >= 1:
        return 0.0
    n = np.arange(1, int(orders + 10 * np.sqrt(orders) + 20))
    broken = stats.binom.cdf(np.ceil(at_least * n - 1e-9) - 1, n, kept)
    return float((n * stats.poisson.pmf(n, orders) * broken).sum() / orders)
