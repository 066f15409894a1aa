"""The economics of columns: expected money of every ledger driver, use of every resource, and service.

The drivers and rates are those of :mod:`simcore.ledger`, so that the plan can be laid beside the simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple, overload

import numpy as np

from optimize.economics.labour import Work, works
from optimize.economics.offer_acceptance import acceptances
from optimize.economics.premium import over_serving, values_premium
from optimize.economics.trade import LEDGER, Trade, emissions, money
from optimize.offerings.columns import Column, Columns
from optimize.offerings.effects import Effects
from optimize.service.service import SHARES, Service, Services
from optimize.service.stock_need import StockNeed, StockNeeds
from optimize.service.work import orders_per_week
from scenarios.scenario import Scenario
from simcore.clock import Bools, Floats, Ints
from simcore.erosion import weights

ByName = Mapping[str, Floats]
BY_NAME = ("production", "pooled", "plain", "priced")
"""Of a need of stock: amounts by resource or product."""
WHENEVER = ("touchpoints", "goods")
"""Drivers of work that can be done whenever somebody is present: contacts and production."""


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
    co2_kg : float
        Emissions of deliveries, kg of CO2 equivalents.
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
    co2_kg: float = 0.0

    @property
    def margin(self) -> float:
        """Margin before labour, brand erosion and setup."""
        return sum(self.drivers.values()) + sum(self.labour.values())


@dataclass(frozen=True)
class EconomicsTable(Sequence[Economics]):
    """The economics of many columns: the attributes of :class:`Economics` as arrays of shape (N,).

    ``service`` and ``stock`` map the attributes of :class:`Service` and :class:`StockNeed` to arrays. ``rooms`` maps
    limits on hours of work to the hours that must be left there for these figures to hold; as first estimated, none
    must. One column is taken out as an :class:`Economics`.
    """

    acceptance: Floats
    service: ByName
    stock: ByName
    production: ByName
    pooled: ByName
    plain: ByName
    priced: ByName
    drivers: ByName
    labour: ByName
    net_revenue: Floats
    orders_per_week: Floats
    hours_per_week: ByName
    anytime_hours: ByName
    over_serving: Floats
    brand_revenue: Floats
    co2_kg: Floats
    rooms: ByName

    @property
    def margin(self) -> Floats:
        """Margin before labour, brand erosion and setup."""
        return np.asarray(sum(self.drivers.values(), np.zeros(len(self))) + sum(self.labour.values()))

    def __len__(self) -> int:
        return len(self.acceptance)

    @overload
    def __getitem__(self, index: int) -> Economics: ...
    @overload
    def __getitem__(self, index: slice) -> EconomicsTable: ...
    def __getitem__(self, index: int | slice) -> Economics | EconomicsTable:
        if isinstance(index, slice):
            return self.take(np.arange(len(self))[index])

        def one(values: Floats) -> float:
            return float(values[index])

        def used(table: ByName) -> dict[str, float]:
            return {name: one(values) for name, values in table.items() if values[index] or name in LEDGER}

        def some(table: ByName) -> dict[str, float]:
            return {name: one(values) for name, values in table.items() if values[index]}

        return Economics(
            acceptance=one(self.acceptance),
            service=Service(*(one(self.service[share]) for share in SHARES)),
            stock=StockNeed(
                **{name: one(v) for name, v in self.stock.items()},
                production=some(self.production),
                pooled=some(self.pooled),
                plain=some(self.plain),
                priced=some(self.priced),
            ),
            drivers=used(self.drivers),
            labour=some(self.labour),
            net_revenue=one(self.net_revenue),
            orders_per_week=one(self.orders_per_week),
            hours_per_week=some(self.hours_per_week),
            anytime_hours=some(self.anytime_hours),
            over_serving=one(self.over_serving),
            brand_revenue=one(self.brand_revenue),
            co2_kg=one(self.co2_kg),
        )

    def expected(self, measure: str) -> Floats:
        """Return what is expected of a measure that may have a floor, shape (N,)."""
        if measure == "acceptance":
            return self.acceptance
        if measure == "volume_fill_rate":
            return self.stock["fill_rate"]
        return self.service["otif" if measure == "otif" else "on_time"]

    def expecting(self, measure: str, values: Floats) -> EconomicsTable:
        """Return the same, but for what is expected of a measure that may have a floor."""
        if measure == "acceptance":
            return replace(self, acceptance=values)
        if measure == "volume_fill_rate":
            return replace(self, stock={**self.stock, "fill_rate": values})
        return replace(self, service={**self.service, "otif" if measure == "otif" else "on_time": values})

    def take(self, rows: Sequence[int] | Ints | Bools) -> EconomicsTable:
        """Return some of the columns."""
        kept = np.asarray(rows)
        return self._each(lambda values: values[kept])

    def _each(self, change: Callable[[Floats], Floats]) -> EconomicsTable:
        changed: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            changed[field.name] = (
                {k: change(v) for k, v in value.items()} if isinstance(value, Mapping) else change(value)
            )
        return EconomicsTable(**changed)


def joined(tables: Sequence[EconomicsTable]) -> EconomicsTable:
    """Return the economics of columns one after the other; what some have none of is 0 there."""
    together: dict[str, Any] = {}
    for field in fields(EconomicsTable):
        parts = [getattr(table, field.name) for table in tables]
        if not isinstance(parts[0], Mapping):
            together[field.name] = np.concatenate(parts)
            continue
        names = dict.fromkeys(name for part in parts for name in part)
        together[field.name] = {
            name: np.concatenate([p.get(name, np.zeros(len(t))) for p, t in zip(parts, tables, strict=True)])
            for name in names
        }
    return EconomicsTable(**together)


class Shares(NamedTuple):
    """What the orders of segments take of a menu, shape (N,) each, by column.

    ``share`` is that of the potential orders, ``portion`` that of the customers; ``made`` is 1 where the offering is
    made to the segment, which then bears its fixed cost, and 0 where it is made to another.
    """

    share: Floats
    portion: Floats
    made: Floats

    def take(self, rows: Ints) -> Shares:
        """Return those of some of the columns."""
        return Shares(self.share[rows], self.portion[rows], self.made[rows])


class Estimator:
    """Economics of columns, with what they share worked out once."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.effects = Effects(scenario)
        self.needs = StockNeeds(scenario)
        self.services = Services(scenario, self.needs)
        self.weights = weights(scenario)

    def economics(self, column: Column) -> Economics:
        """Return what a column is expected to bring."""
        return self.table(Columns.of(self.scenario, self.effects, [column]))[0]

    def table(self, columns: Columns, shares: Shares | None = None) -> EconomicsTable:
        """Return what columns are expected to bring; without shares, each is the only offer that its segment sees."""
        groups = [np.flatnonzero(columns.segment == segment) for segment in np.unique(columns.segment)]
        found = joined([self._of_segment(columns.take(rows), shares and shares.take(rows)) for rows in groups])
        return found if len(groups) == 1 else found.take(np.argsort(np.concatenate(groups), kind="stable"))

    def _of_segment(self, columns: Columns, shares: Shares | None) -> EconomicsTable:
        scenario, name = self.scenario, columns.segments[columns.segment[0]]
        alone = np.ones(len(columns))
        share, portion, made = shares or Shares(acceptances(columns, name), alone, alone)
        need = self.needs.table(columns, name, share)
        service = self.services.table(columns, name, need)
        accepted = share * service["takes_order"]
        sample = self.services.samples[name]
        trade = Trade(columns, name, orders_per_week(scenario, name) * accepted, service, need, sample, portion, made)
        drivers, done = money(trade), works(trade)
        labour = self._labour(done)
        paid = drivers["revenue"] + drivers["discount"]
        return EconomicsTable(
            acceptance=accepted,
            service=service,
            stock={f.name: getattr(need, f.name) for f in fields(StockNeed) if f.name not in BY_NAME},
            **{name: getattr(need, name) for name in BY_NAME},
            drivers=_sums([*drivers.items(), *((driver, -cost) for driver, cost in labour.items())]),
            labour=labour,
            net_revenue=paid + drivers["erosion"],
            orders_per_week=trade.weekly,
            hours_per_week=_sums((work.resource, work.hours) for work in done if work.driver not in WHENEVER),
            anytime_hours=_sums((work.resource, work.hours) for work in done if work.driver in WHENEVER),
            over_serving=self.weights[name] * portion * over_serving(columns, name),
            brand_revenue=np.where(values_premium(columns, name), scenario.erosion.brand_rate * paid, 0.0),
            co2_kg=emissions(trade),
            rooms={},
        )

    def _labour(self, done: Iterable[Work]) -> dict[str, Floats]:
        """Return what the work behind each driver costs in the measured window."""
        weeks, teams = self.scenario.calendar.measured_days / 7, self.scenario.resources
        return _sums((work.driver, work.hours * weeks * teams[work.resource].cost_per_hour) for work in done)


def _sums(amounts: Iterable[tuple[str, Floats]]) -> dict[str, Floats]:
    total: dict[str, Floats] = {}
    for name, amount in amounts:
        total[name] = total[name] + amount if name in total else amount
    return total
