"""Fit the giftware scenario from UCI Online Retail.

Reads the lines and the invoices of a British giftware wholesaler and web shop, cleans them, splits customers into three
segments and stock codes into six classes, and writes the figures as YAML. What was dropped and how well the
fitted figures reproduce the data goes to stderr. ``docs/fits/README.md`` gives the source and the rules::

    python docs/fits/giftware.py LINES_CSV INVOICES_CSV > docs/fits/giftware_figures.yaml
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod, sqrt

import numpy as np
import pandas as pd
from compact_law import Law, compact_law, round_to_sum
from giftware_orders import (
    CLASSES,
    DAYS,
    END,
    SEGMENTS,
    START,
    class_table,
    clean,
    left_out,
    read,
    segment_of_customers,
    stock_codes,
    traps,
)


@dataclass(frozen=True)
class OrderedClass:
    """How a class occurs in the orders of a segment."""

    share: float
    """Share of orders with at least one line of the class, in the data."""
    inclusion: float
    """Chance of inclusion that gives this share in the model, where an order without a class gets one."""
    quantity: Law
    price_ratio: float
    """Revenue per unit of the segment over that of all segments."""
    price_ratio_same_codes: float
    """The same at the segment's own mix of codes: price alone."""


@dataclass(frozen=True)
class Segment:
    """The fitted figures of a segment."""

    customers: int
    orders: int
    orders_per_day: float
    """Per calendar day, in a week of a month of weight 1."""
    by_hour_of_week: np.ndarray
    by_month: np.ndarray
    day_to_day_cv: float
    order_value: pd.Series
    order_units: pd.Series
    order_classes: pd.Series
    products: dict[str, OrderedClass]


# --- Orders over time ----------------------------------------------------------------------------------------


def calendar() -> pd.DatetimeIndex:
    """Return the days of the period."""
    return pd.date_range(START, END)


def closed_days(lines: pd.DataFrame) -> pd.DatetimeIndex:
    """Return the days without a single order that are not Saturdays."""
    days = calendar()
    return days[~days.isin(lines["time"].dt.normalize()) & (days.day_of_week != 5)]


def rate_of_days(counts: np.ndarray, weekday: np.ndarray, month: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit daily counts by ``weekday factor x month factor`` (Poisson likelihood, by iterative scaling).

    Parameters
    ----------
    counts, weekday, month : array
        One entry per day; weekday 0..6, month 0..11.

    Returns
    -------
    tuple of array
        Seven weekday factors, in orders per day, and twelve month factors with mean 1.
    """
    by_weekday = np.bincount(weekday, counts, 7)
    by_month = np.bincount(month, counts, 12)
    week, season = np.ones(7), np.ones(12)
    for _ in range(200):
        exposure = np.bincount(weekday, season[month], 7)
        week = np.divide(by_weekday, exposure, out=np.zeros(7), where=exposure > 0)
        season = by_month / np.bincount(month, week[weekday], 12)
        season /= season.mean()
    return week, season


def extra_variation(counts: np.ndarray, weekday: np.ndarray, month: np.ndarray) -> float:
    """Return the cv of a daily gamma factor, by the moments ``variance = m + cv^2 m^2``.

    The means m are fitted on the same days, which takes up some of the variation: hence ``n / (n - parameters)``.
    """
    week, season = rate_of_days(counts, weekday, month)
    means = week[weekday] * season[month]
    parameters = len(np.unique(weekday)) + len(np.unique(month)) - 1
    squares = np.square(counts - means).sum() * len(counts) / (len(counts) - parameters)
    return sqrt(max(0.0, squares - means.sum()) / np.square(means).sum())


# --- Order contents ------------------------------------------------------------------------------------------


def resulting_shares(inclusion: np.ndarray) -> np.ndarray:
    """Return the shares of orders with each class, if an order that includes none gets one in proportion."""
    return np.asarray(inclusion * (1 + np.prod(1 - inclusion) / inclusion.sum()))


def inclusion_for(shares: np.ndarray) -> np.ndarray:
    """Return the inclusion chances whose resulting shares are those of the data."""
    inclusion = shares.copy()
    for _ in range(1000):
        inclusion = shares / (1 + np.prod(1 - inclusion) / inclusion.sum())
    return inclusion


def baskets(inclusion: np.ndarray) -> Iterator[tuple[np.ndarray, float]]:
    """Yield every set of classes (as 0 or 1 per class) with its probability in the model."""
    single = inclusion / inclusion.sum()
    none = float(np.prod(1 - inclusion))
    for chosen in product((0, 1), repeat=len(inclusion)):
        basket = np.array(chosen)
        if not basket.any():
            continue
        chance = prod(p if c else 1 - p for p, c in zip(inclusion, chosen, strict=True))
        yield basket, chance + (none * float(single[basket == 1][0]) if basket.sum() == 1 else 0.0)


def model_moments(products: dict[str, OrderedClass]) -> dict[str, float]:
    """Return mean and standard deviation of classes and units per order in the model (all 63 baskets)."""
    inclusion = np.array([p.inclusion for p in products.values()])
    means = np.array([p.quantity.mean for p in products.values()])
    variances = np.array([p.quantity.variance for p in products.values()])
    sets, chances = zip(*baskets(inclusion), strict=True)
    chosen, chance = np.array(sets), np.array(chances)
    classes, units = chosen.sum(axis=1), chosen @ means
    mean_classes, mean_units = float(chance @ classes), float(chance @ units)
    return {
        "classes": mean_classes,
        "classes_sd": sqrt(chance @ classes**2 - mean_classes**2),
        "units": mean_units,
        "units_sd": sqrt(chance @ (units**2 + chosen @ variances) - mean_units**2),
        "one_class": float(chance[classes == 1].sum()),
    }


# --- Fitting -------------------------------------------------------------------------------------------------


def fit_products(lines: pd.DataFrame, codes: pd.DataFrame, list_price: pd.Series) -> dict[str, OrderedClass]:
    """Return how the classes occur in the orders of a segment."""
    orders = lines["invoice"].nunique()
    units = lines.groupby(["class", "invoice"])["qty"].sum()
    shares = np.array([len(units.loc[name]) / orders for name in CLASSES])
    inclusion = np.round(inclusion_for(shares), 4)
    usual = lines["qty"] * lines["stock_code"].map(codes["price"])
    fitted = {}
    for index, name in enumerate(CLASSES):
        mine = lines["class"] == name
        value = lines.loc[mine, "value"].sum()
        fitted[name] = OrderedClass(
            share=float(shares[index]),
            inclusion=float(inclusion[index]),
            quantity=compact_law(units.loc[name].to_numpy()),
            price_ratio=round(float(value / lines.loc[mine, "qty"].sum() / list_price[name]), 4),
            price_ratio_same_codes=float(value / usual[mine].sum()),
        )
    return fitted


def fit_segment(
    lines: pd.DataFrame, codes: pd.DataFrame, list_price: pd.Series, closed: pd.DatetimeIndex
) -> tuple[Segment, np.ndarray]:
    """Return the fitted figures of a segment and its orders on each day of the period."""
    orders = lines.groupby("invoice").agg(
        time=("time", "min"), units=("qty", "sum"), value=("value", "sum"), classes=("class", "nunique")
    )
    days = calendar()
    counts = orders["time"].dt.normalize().value_counts().reindex(days, fill_value=0).to_numpy().astype(float)
    weekday, month = days.day_of_week.to_numpy(), days.month.to_numpy() - 1
    week, season = rate_of_days(counts, weekday, month)
    hour = orders["time"].dt.day_of_week * 24 + orders["time"].dt.hour
    by_hour = np.bincount(hour, minlength=168).reshape(7, 24)
    within_day = by_hour / np.maximum(by_hour.sum(axis=1, keepdims=True), 1)
    trading = ~days.isin(closed) & (weekday != 5)
    segment = Segment(
        customers=int(lines["customer_id"].nunique()),
        orders=len(orders),
        orders_per_day=round(float(week.mean()), 3),
        by_hour_of_week=round_to_sum((week[:, None] * within_day).ravel(), 168, 1000),
        by_month=round_to_sum(season, 12, 1000),
        day_to_day_cv=round(extra_variation(counts[trading], weekday[trading], month[trading]), 3),
        order_value=orders["value"],
        order_units=orders["units"],
        order_classes=orders["classes"],
        products=fit_products(lines, codes, list_price),
    )
    return segment, counts


# --- Writing -------------------------------------------------------------------------------------------------


def number(value: float, digits: int) -> str:
    """Return a number without trailing zeros."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"


def flow(values: Iterable[float], digits: int) -> str:
    """Return a YAML flow sequence."""
    return "[" + ", ".join(number(v, digits) for v in values) + "]"


def week_yaml(weights: np.ndarray) -> list[str]:
    """Return the 168 weights, one line per day."""
    rows = [", ".join(number(w, 3) for w in day) for day in weights.reshape(7, 24)]
    return ["    by_hour_of_week: [", *(f"      {row}," for row in rows), "    ]"]


def segment_yaml(name: str, segment: Segment) -> list[str]:
    """Return the YAML lines of a segment."""
    value = segment.order_value
    lines = [
        f"  {name}:",
        f"    customers: {segment.customers}",
        f"    # {segment.orders} orders in {DAYS} days: {segment.orders / DAYS:.3f} a calendar day",
        f"    accepted_orders_per_day: {number(segment.orders_per_day, 3)}",
        *week_yaml(segment.by_hour_of_week),
        f"    by_month: {flow(segment.by_month, 3)}",
        f"    day_to_day_cv: {number(segment.day_to_day_cv, 3)}",
        f"    mean_order_value_gbp: {number(value.mean(), 2)}",
        f"    median_order_value_gbp: {number(value.median(), 2)}",
        f"    p90_order_value_gbp: {number(value.quantile(0.9), 2)}",
        f"    mean_units_per_order: {number(segment.order_units.mean(), 2)}",
        "    products:",
    ]
    for label, item in segment.products.items():
        law = item.quantity
        lines += [
            f"      {label}:",
            f"        # on {item.share:.2%} of the orders; price at the same codes {item.price_ratio_same_codes:.3f}",
            f"        share_of_orders: {number(item.inclusion, 4)}",
            f"        # data: mean {law.raw_mean:.2f}, cv {law.raw_cv:.3f}; "
            f"law: mean {law.mean:.2f}, cv {sqrt(law.variance) / law.mean:.3f}",
            "        quantity:",
            f"          values: {flow(law.values, 0)}",
            f"          probabilities: {flow(law.probabilities, 4)}",
            f"        price_ratio: {number(item.price_ratio, 4)}",
        ]
    return lines


def as_yaml(segments: dict[str, Segment], classes: pd.DataFrame, dropped: dict[str, int], found: dict[str, int]) -> str:
    """Return all figures as YAML."""
    lines = [
        "# Written by docs/fits/giftware.py; do not edit. Source and rules: docs/fits/README.md.",
        "# share_of_orders is the chance of inclusion in the model, where an order that includes no class gets one in",
        "# proportion; the comment above it is the share of orders in the data, which is what results.",
        "# accepted_orders_per_day holds for a week of a month of weight 1; closed days count as days without orders.",
        "segments:",
    ]
    for name, segment in segments.items():
        lines += segment_yaml(name, segment)
    lines.append("products:")
    for name, row in classes.iterrows():
        lines += [
            f"  {name}:",
            f"    list_price: {number(row['list_price'], 4)}",
            f"    stock_codes: {int(row['stock_codes'])}",
            f"    revenue_share: {number(row['revenue_share'], 4)}",
        ]
    lines += ["period:", f"  start: {START}", f"  end: {END}", f"  days: {DAYS}"]
    lines += ["# Lines dropped, each counted at the first rule that drops it.", "dropped:"]
    lines += [f"  {name}: {count}" for name, count in dropped.items()]
    lines += ["# The same traps in the whole files; these overlap.", "traps:"]
    lines += [f"  {name}: {count}" for name, count in found.items()]
    return "\n".join(lines) + "\n"


# --- Checking ------------------------------------------------------------------------------------------------


def expected_days(segment: Segment) -> np.ndarray:
    """Return the orders that the written figures expect on each day of the period."""
    days = calendar()
    week = segment.by_hour_of_week.reshape(7, 24).mean(axis=1)
    return np.asarray(segment.orders_per_day * week[days.day_of_week] * segment.by_month[days.month - 1])


def goodness(segments: dict[str, Segment], counts: dict[str, np.ndarray], list_price: pd.Series) -> str:
    """Return a table of data against what the written figures give."""
    weeks = DAYS // 7
    rows = [f"{'segment':12} {'per week or per order':24} {'data':>12} {'fitted':>12} {'error':>8}"]
    for name, segment in segments.items():
        days = expected_days(segment)
        model = model_moments(segment.products)
        shares = resulting_shares(np.array([p.inclusion for p in segment.products.values()]))
        units = shares * [p.quantity.mean for p in segment.products.values()]
        prices = [list_price[label] * p.price_ratio for label, p in segment.products.items()]
        orders = days.sum() / weeks
        week_mean = days.reshape(weeks, 7).sum(axis=1)
        noise = days.sum() / weeks + segment.day_to_day_cv**2 * np.square(days).sum() / weeks
        week_sd = sqrt(week_mean.var() + noise)
        pairs = {
            "orders/week": (segment.orders / weeks, orders),
            "units/week": (segment.order_units.sum() / weeks, orders * units.sum()),
            "value/week (GBP)": (segment.order_value.sum() / weeks, orders * float(units @ prices)),
            "classes/order": (segment.order_classes.mean(), model["classes"]),
            "units/order": (segment.order_units.mean(), model["units"]),
            "* sd orders/week": (counts[name].reshape(weeks, 7).sum(axis=1).std(), week_sd),
            "* sd classes/order": (segment.order_classes.std(), model["classes_sd"]),
            "* sd units/order": (segment.order_units.std(), model["units_sd"]),
            "* orders of one class": ((segment.order_classes == 1).mean(), model["one_class"]),
        }
        for label, (data, fitted) in pairs.items():
            rows.append(f"{name:12} {label:24} {data:12,.3f} {fitted:12,.3f} {fitted / data - 1:8.1%}")
    rows.append("* not fitted: a test of the model. The means agree by construction, up to rounding and the laws.")
    return "\n".join(rows)


def notes(lines: pd.DataFrame, codes: pd.DataFrame, closed: pd.DatetimeIndex) -> str:
    """Return what a reader should know about the classes and the calendar."""
    seasonal = codes[codes["class"] == "seasonal_christmas"]
    late = int((seasonal["first"] >= "2011-08-01").sum())
    days = ", ".join(str(day.date()) for day in closed)
    months = lines.pivot_table(index=lines["time"].dt.month, columns="class", values="value", aggfunc="sum")
    return "\n".join(
        [
            f"closed days other than Saturdays: {len(closed)} ({days})",
            f"seasonal_christmas: {len(seasonal)} codes, {late} of them first sold in August 2011 or later",
            "share of the revenue of a class by month:",
            (months / months.sum())[list(CLASSES)].round(3).to_string(),
        ]
    )


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description="Fit the giftware scenario from UCI Online Retail.")
    parser.add_argument("lines", help="CSV of invoice lines")
    parser.add_argument("invoices", help="CSV of invoices")
    paths = parser.parse_args()
    raw, invoices = read(paths.lines, paths.invoices)
    lines, dropped = clean(raw)
    codes = stock_codes(lines)
    lines["class"] = lines["stock_code"].map(codes["class"])
    lines["segment"] = lines["customer_id"].map(segment_of_customers(lines))
    classes = class_table(codes)
    closed = closed_days(lines)
    fitted = {
        name: fit_segment(lines[lines["segment"] == name], codes, classes["list_price"], closed) for name in SEGMENTS
    }
    segments = {name: segment for name, (segment, _) in fitted.items()}
    counts = {name: days for name, (_, days) in fitted.items()}
    dropped |= {"lines_kept": len(lines), "orders_kept": lines["invoice"].nunique()}
    sys.stdout.write(as_yaml(segments, classes, dropped, traps(raw, invoices)))
    print(notes(lines, codes, closed), file=sys.stderr)
    print(left_out(raw, lines), file=sys.stderr)
    print(goodness(segments, counts, classes["list_price"]), file=sys.stderr)


if __name__ == "__main__":
    main()
