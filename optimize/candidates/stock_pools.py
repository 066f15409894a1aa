"""Shared stock that is sized for what is promised: what its users need together, as pools of the choice.

A column is priced at the partners of the current design (:mod:`optimize.service.stock_need`). In the choice that price
is taken out again, and what all chosen columns need together is put in its place: with partners, less than the sum of
what each needs alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

from optimize.economics.economics import Economics, EconomicsTable
from optimize.selection.shared_pool import SharedPool
from scenarios.durations import DAYS_PER_YEAR
from scenarios.scenario import Scenario
from simcore.clock import Floats, Ints


@dataclass(frozen=True)
class Rates:
    """What a unit on hand costs in the measured window, and the money that is tied up in it."""

    holding: float
    invested: float


def rates(scenario: Scenario, product: str) -> Rates:
    """Return the rates of a product."""
    cost, stock = scenario.products[product].unit_cost, scenario.products[product].stock
    share = 0.0 if stock is None else stock.holding_share_per_year
    return Rates(cost * share * scenario.calendar.measured_days / DAYS_PER_YEAR, cost)


def stock_pools(
    scenario: Scenario, segment: Ints, economics: EconomicsTable, stock: int | None, operating: int | None
) -> tuple[SharedPool, ...]:
    """Return a pool for each product that more than one segment may share.

    Parameters
    ----------
    segment : array of int
        Of each column.
    stock, operating : int or None
        Index of the limit on money in stock, and of that on operating cost.
    """
    out = []
    for product in _shared(scenario, segment, economics):
        each = rates(scenario, product)
        takes = {
            limit: rate for limit, rate in ((stock, each.invested), (operating, each.holding)) if limit is not None
        }
        name, words = f"stock[{product}]", f"shared stock of {product}"
        out.append(SharedPool(name, words, economics.pooled[product] ** 2, each.holding, takes))
    return tuple(out)


def taken_out(scenario: Scenario, segment: Ints, economics: EconomicsTable) -> tuple[Floats, Floats]:
    """Return what is taken out of the price of columns, as pools have it: holding, and money in stock.

    A column that shares with nobody keeps what it needs alone.
    """
    holding, invested = np.zeros((2, len(economics)))
    shared = set(_shared(scenario, segment, economics))
    for product, units in economics.priced.items() if is_counted(scenario) else ():
        each = rates(scenario, product)
        out = units - economics.plain[product]
        out = out if product in shared else out - economics.pooled[product]
        holding, invested = holding + each.holding * out, invested + each.invested * out
    return holding, invested


def savings(scenario: Scenario, served: Mapping[str, Economics]) -> dict[str, float]:
    """Return the holding that each offering saves against its price by its partners; below 0 where they are fewer.

    What all save of a product is shared out by its price, as the ledger shares out the cost of a pool by units.
    """
    saved = dict.fromkeys(served, 0.0)
    products = dict.fromkeys(product for one in served.values() for product in one.stock.priced)
    for product in products if is_counted(scenario) else ():
        pooled, plain, price = (
            {name: getattr(one.stock, kind).get(product, 0.0) for name, one in served.items()}
            for kind in ("pooled", "plain", "priced")
        )
        total = sum(price.values())
        needed = sum(plain.values()) + sqrt(sum(root**2 for root in pooled.values()))
        for name in served:
            saved[name] += rates(scenario, product).holding * (total - needed) * price[name] / total
    return saved


def is_counted(scenario: Scenario) -> bool:
    """Return whether pools are counted: not where customers see the menu, and parts of segments take other offers."""
    return not scenario.menu.visible


def _shared(scenario: Scenario, segment: Ints, economics: EconomicsTable) -> list[str]:
    """Return the products of which more than one segment may share a stock."""
    roots = economics.pooled if is_counted(scenario) else {}
    return [product for product, needed in roots.items() if len(np.unique(segment[needed > 0])) > 1]
