"""What describes a customer: how much, how often, how regularly, when, at what terms, and how well served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from scenarios.durations import DAYS_PER_YEAR
from scenarios.history.arrays import Floats
from scenarios.history.cleaning import DAYS, OrderHistory
from scenarios.history.mapping import Mapping as FileMapping
from scenarios.history.raw_table import RawTable
from scenarios.problems import bad

LEAST_ORDERS = 3
"""Fewer orders than this say nothing about regularity."""
OFFICE_HOURS = (8, 18)
WEEKEND = 5


@dataclass(frozen=True)
class Feature:
    """One thing that is known of every customer.

    ``scale`` says how it is compared: ``log`` for amounts and counts (``log(1 + x)``), ``plain`` for shares and days.
    """

    name: str
    words: str
    unit: str
    scale: Literal["log", "plain"] = "log"


@dataclass(frozen=True, eq=False)
class Customers:
    """One row per customer.

    Attributes
    ----------
    features : tuple of Feature
        What is known.
    table : DataFrame
        Customer -> value of each feature; NaN where it is not known of a customer.
    labels : DataFrame
        Customer -> what the file calls it: segment, channel, region, mode (of most of its orders).
    value, orders : Series
        Customer -> money and orders in the period.
    discover_by : tuple of str
        Features that segments are found by, unless the planner names others.
    """

    features: tuple[Feature, ...]
    table: pd.DataFrame
    labels: pd.DataFrame
    value: pd.Series[float]
    orders: pd.Series[float]
    discover_by: tuple[str, ...]

    def feature(self, name: str) -> Feature:
        """Return a feature by its name."""
        return next(feature for feature in self.features if feature.name == name)

    def scaled(self, names: tuple[str, ...]) -> Floats:
        """Return features on their scales with mean 0 and standard deviation 1, shape (customers, features).

        What is not known of a customer takes the mean.
        """
        columns = []
        for name in names:
            values = self.table[name].to_numpy(np.float64)
            values = np.log1p(np.maximum(values, 0.0)) if self.feature(name).scale == "log" else values
            centred = values - np.nanmean(values)
            spread = np.nanstd(values)
            columns.append(np.nan_to_num(centred / spread if spread > 0 else centred))
        return np.column_stack(columns)


def customers_of(history: OrderHistory) -> Customers:
    """Return what the orders say of each customer."""
    orders = history.orders.assign(
        weekend=history.orders["time"].dt.day_of_week >= WEEKEND,
        office=history.orders["time"].dt.hour.between(*OFFICE_HOURS, inclusive="left"),
    )
    grouped = orders.groupby("customer")
    count, years = grouped.size(), history.days / DAYS_PER_YEAR
    value, units, lines = grouped["value"].sum(), grouped["units"].sum(), grouped["lines"].sum()
    known: list[tuple[Feature, pd.Series[float]]] = []

    def add(values: pd.Series[Any], *feature: Any) -> None:
        known.append((Feature(*feature), values.astype(np.float64)))

    money = history.currency or "money"
    add(count / years, "orders_per_year", "orders per year", "orders")
    add(value / years, "value_per_year", "sales per year", f"{money} per year")
    add(grouped["value"].median(), "order_value", "value of an order (median)", money)
    add(grouped["units"].median(), "order_units", "units of an order (median)", "units")
    add(grouped["lines"].median(), "order_lines", "lines of an order (median)", "lines")
    add(units / lines, "units_per_line", "units per line", "units")
    add(value / units, "unit_value", "money per unit", money)
    if "product" in history.lines:
        add(history.lines.groupby("customer")["product"].nunique(), "breadth", "different products", "products")
    add((orders["time"].max() - grouped["time"].max()) / DAYS, "recency_days", "days since the last order", "days")
    add(_gap_cv(orders), "gap_cv", "irregularity of the gaps between orders (0 is like a clock)", "cv", "plain")
    returned = history.returned.reindex(count.index).fillna(0.0)
    add(returned / (value + returned), "returned_share", "share of value cancelled or returned", "share", "plain")
    add(grouped["weekend"].mean(), "weekend_share", "orders at weekends", "share", "plain")
    if (history.orders["time"] != history.orders["time"].dt.normalize()).any():
        add(grouped["office"].mean(), "office_share", "orders from 8 to 18 o'clock", "share", "plain")
    if "discount" in orders:
        given = grouped["discount"].sum()
        add(given / (value + given), "discount_share", "discount", "share", "plain")
    for feature, values in _service(orders):
        known.append((feature, values))
    return Customers(
        tuple(feature for feature, _ in known),
        pd.DataFrame({feature.name: values for feature, values in known}),
        _labels(orders),
        value,
        count.astype(np.float64),
        ("order_value", "order_units", "orders_per_year"),
    )


def _service(orders: pd.DataFrame) -> Iterator[tuple[Feature, pd.Series[float]]]:
    """Yield what the file knows of promises and of how they were kept."""
    grouped = orders.groupby("customer")
    for name, words in (("promised_days", "promised lead time"), ("actual_days", "actual lead time")):
        if name in orders:
            yield Feature(name, words, "days"), grouped[name].mean()
    if "promised_days" in orders and "actual_days" in orders:
        due = orders.dropna(subset=["promised_days", "actual_days"])
        in_time = (due["actual_days"] <= due["promised_days"]).astype(np.float64)
        kept = in_time.groupby(due["customer"]).mean()
        yield Feature("on_time", "orders on time", "share", "plain"), kept


def customers_in(table: RawTable, mapping: FileMapping) -> Customers:
    """Return customers from a file with one row per customer and its spend by category.

    Raises
    ------
    BadInput
        A value is not a number from 0 up, or a customer occurs twice.
    """
    names = table.texts(mapping.columns.customer).str.strip()
    if names.duplicated().any():
        first = int(np.flatnonzero(names.duplicated())[0])
        where = f"row {table.rows[first]}"
        raise bad(where, "the customer is there already", "Give one row per customer.", names.iloc[first], table.source)
    money = mapping.currency or "money"
    data: dict[str, Floats] = {}
    for column in mapping.columns.spend:
        amounts = np.nan_to_num(table.numbers(column))
        if (amounts < 0).any():
            first = int(np.flatnonzero(amounts < 0)[0])
            raise bad(
                f"row {table.rows[first]}, column {column!r}", "is negative", value=amounts[first], source=table.source
            )
        data[column] = amounts
    spend = pd.DataFrame(data, index=pd.Index(names, name="customer"))
    total = spend.sum(axis=1)
    labels = {
        name: table.texts(column).str.strip().to_numpy()
        for name in ("segment", "channel", "region")
        if (column := getattr(mapping.columns, name)) is not None
    }
    return Customers(
        (
            *(Feature(name, f"spend on {name}", money) for name in mapping.columns.spend),
            Feature("total", "spend in all", money),
        ),
        spend.assign(total=total),
        pd.DataFrame(labels, index=spend.index),
        total,
        pd.Series(np.nan, index=spend.index),
        mapping.columns.spend,
    )


def _gap_cv(orders: pd.DataFrame) -> pd.Series[float]:
    gaps = orders.groupby("customer")["time"].diff().dropna().dt.total_seconds()
    grouped = gaps.groupby(orders["customer"].loc[gaps.index])
    cv: pd.Series[float] = grouped.std(ddof=0) / grouped.mean()
    return cv.where(grouped.size() >= LEAST_ORDERS - 1).reindex(orders["customer"].unique())


def _labels(orders: pd.DataFrame) -> pd.DataFrame:
    """Return what most orders of a customer say, the first in the alphabet among equals."""
    out: dict[str, pd.Series[str]] = {}
    for name in ("segment", "channel", "region", "mode"):
        if name in orders:
            counted = orders.groupby(["customer", name]).size().rename("n").reset_index()
            first = counted.sort_values(["customer", "n", name], ascending=[True, False, True])
            out[name] = first.drop_duplicates("customer").set_index("customer")[name]
    index = pd.Index(sorted(orders["customer"].unique()), name="customer")
    return pd.DataFrame(out, index=index)
