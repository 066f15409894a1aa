"""The scenario that a history suggests, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from scenarios.history.fitting.arrivals import Arrivals, fit_arrivals
from scenarios.history.fitting.classes import product_classes
from scenarios.history.fitting.sizes import inclusion_of, law_of_days, law_of_units
from scenarios.history.fitting.supply import Supplied, stock_of, supplies, supply_assumptions, supply_source

COST_SHARE = 0.6
TRANSIT_DAYS = 2.0
WEEKS_PER_QUARTER = 13
LEAST_ORDERS = 30
"""A segment with fewer orders says too little to be fitted."""

ASSUMPTIONS = {
    "products.*.unit_cost": f"{COST_SHARE:.0%} of the list price, a placeholder: the history has no costs.",
    "segments.*.choice": "Every order that was placed comes again: the history does not show who was lost, or why.",
    "resources": "No capacity is limited: the history does not show who worked on what.",
    "products.*.stock": "Stock is not modelled (stock: none): the history has no stock and no supply.",
}
"""Field -> why, of what no order history can say."""
TRANSIT_ASSUMED = f"{TRANSIT_DAYS:g} days, a placeholder: the history has no dates of delivery."


@dataclass(frozen=True)
class Draft:
    """The scenario as plain data, the arrivals it was made from, by segment, and the supply, by product class."""

    data: dict[str, Any]
    arrivals: dict[str, Arrivals]
    supply: list[Supplied]


def draft(
    name: str,
    orders: pd.DataFrame,
    lines: pd.DataFrame,
    segments: pd.Series[str],
    start: date,
    currency: str,
    classes: int,
    source: str,
    period: tuple[pd.Timestamp, pd.Timestamp] | None = None,
) -> Draft:
    """Return the as-is scenario of a history.

    Parameters
    ----------
    orders, lines : DataFrame
        Of the period to fit, see `OrderHistory`.
    segments : Series
        Order -> segment.
    start : date
        First day of the calendar of the scenario.
    classes : int
        Number of product classes.
    period : (Timestamp, Timestamp), optional
        First and last day to fit; left out: of the first and the last order.
    """
    first, last = period or (orders["time"].min().normalize(), orders["time"].max().normalize())
    days = pd.date_range(first, last)
    class_of = product_classes(lines, classes)
    by_class = lines.assign(product_class=class_of, segment=lines["order"].map(segments))
    priced = by_class.groupby("product_class")[["value", "quantity"]].sum()
    prices = (priced["value"] / priced["quantity"]).round(4)
    paid = by_class.groupby(["segment", "product_class"])[["value", "quantity"]].sum()
    arrivals, data_segments, delivery, pricing = {}, {}, {}, {}
    for segment in sorted(segments.unique()):
        mine = orders[segments.reindex(orders.index) == segment]
        arrivals[segment] = fit_arrivals(mine["time"], days)
        units = by_class[by_class["segment"] == segment].groupby(["product_class", "order"])["quantity"].sum()
        data_segments[segment] = _segment(mine, arrivals[segment], units)
        delivery[segment] = _delivery(mine)
        mean = (paid.loc[segment]["value"] / paid.loc[segment]["quantity"] / prices).dropna().round(4)
        pricing[segment] = {"price": {"products": {str(p): float(m) for p, m in mean.items()}}}
    supply = supplies(by_class)
    stock = {one.product: stock_of(one) for one in supply}
    data: dict[str, Any] = {
        "name": name,
        "description": f"As it was from {first:%Y-%m-%d} to {last:%Y-%m-%d}.",
        "source": f"{source} {supply_source(supply)}".strip(),
        "currency": currency or "EUR",
        "calendar": {"start": start, "measured_days": 7.0 * WEEKS_PER_QUARTER, "drain_days": 28.0},
        "segments": data_segments,
        "products": {
            str(product): {
                "list_price": float(price),
                "unit_cost": round(COST_SHARE * float(price), 4),
                **stock.get(str(product), {}),
            }
            for product, price in prices.items()
        },
        "levers": {"supply": {"as_is": {"stock": "none"}}, "pricing": _pricing(pricing), **_levers(delivery)},
        "as_is": {"offerings": {segment: _picks(segment, delivery, pricing) for segment in data_segments}},
        "assumptions": [
            {"about": about, "because": because} for about, because in _assumptions(delivery, supply).items()
        ],
    }
    return Draft(data, arrivals, supply)


def _segment(orders: pd.DataFrame, arrivals: Arrivals, units: pd.Series[float]) -> dict[str, Any]:
    products = units.index.get_level_values("product_class").unique()
    shares = np.array([len(units.loc[product]) / len(orders) for product in products])
    chances = inclusion_of(np.minimum(shares, 1.0))
    return {
        "customers": int(orders["customer"].nunique()),
        "demand": {
            "orders_per_day": round(arrivals.orders_per_day, 4),
            "gap_cv": arrivals.gap_cv,
            "by_hour_of_week": [round(float(weight), 4) for weight in arrivals.by_hour_of_week],
            "by_month": [round(float(weight), 4) for weight in arrivals.by_month],
            "day_to_day_cv": arrivals.day_to_day_cv,
        },
        "products": {
            str(product): {
                "share_of_orders": min(1.0, round(float(chance), 6)),
                "quantity": law_of_units(units.loc[product].to_numpy(np.float64)),
            }
            for product, chance in zip(products, chances, strict=True)
        },
    }


def _delivery(orders: pd.DataFrame) -> dict[str, Any] | None:
    """Return the transit that a segment saw, and the lead time that it was promised most often."""
    if "actual_days" not in orders or not orders["actual_days"].notna().any():
        return None
    transit = law_of_days(orders["actual_days"].dropna().clip(lower=0.0).to_numpy(np.float64))
    promised = orders["promised_days"].dropna() if "promised_days" in orders else pd.Series(dtype=np.float64)
    usual = float(promised.mode().iloc[0]) if len(promised) else None
    return {"transit": transit, "promised": usual}


def _levers(delivery: dict[str, dict[str, Any] | None]) -> dict[str, Any]:
    """Return a lever for transit, and one for the promised lead time where there is any."""
    known = {segment: told for segment, told in delivery.items() if told is not None}
    ways: dict[str, Any] = {
        f"as_is_{segment}": {"delivery": {"transit_days": d["transit"]}} for segment, d in known.items()
    }
    if len(known) < len(delivery):
        ways["assumed"] = {"delivery": {"transit_days": TRANSIT_DAYS}}
    promises: dict[str, Any] = {}
    for told in known.values():
        if told["promised"] is not None and told["promised"] > 0:
            promises[_promise(told)] = {"lead_time_days": told["promised"]}
    if promises and len([t for t in delivery.values() if t and t["promised"]]) < len(delivery):
        promises["none"] = {}
    return {"delivery": ways, **({"promise": promises} if promises else {})}


def _promise(told: dict[str, Any]) -> str:
    return f"{told['promised']:g}_days".replace(".", "_")


def _pricing(paid: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the options of the price lever: one where all segments pay the same, for two would say nothing."""
    return {_priced_as(segment, paid): prices for segment, prices in paid.items()}


def _priced_as(segment: str, paid: dict[str, dict[str, Any]]) -> str:
    return "as_is" if all(prices == paid[segment] for prices in paid.values()) else f"as_is_{segment}"


def _picks(segment: str, delivery: dict[str, dict[str, Any] | None], paid: dict[str, dict[str, Any]]) -> dict[str, str]:
    told = delivery[segment]
    delivered = "assumed" if told is None else f"as_is_{segment}"
    picks = {"delivery": delivered, "supply": "as_is", "pricing": _priced_as(segment, paid)}
    if "promise" in _levers(delivery):
        picks["promise"] = _promise(told) if told and told["promised"] else "none"
    return picks


def _assumptions(delivery: dict[str, dict[str, Any] | None], supply: list[Supplied]) -> dict[str, str]:
    assumed = {"levers.delivery": TRANSIT_ASSUMED} if None in delivery.values() else {}
    return {**ASSUMPTIONS, **supply_assumptions(supply), **assumed}


def monday_from(day: pd.Timestamp) -> date:
    """Return the first Monday from a day on."""
    return (day + timedelta(days=(7 - day.weekday()) % 7)).date()
