"""From the rows of a file to orders of products by known customers; what is left out is counted by its reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import translate

import numpy as np
import pandas as pd

from scenarios.history.arrays import Bools
from scenarios.history.mapping import Mapping
from scenarios.history.raw_table import RawTable
from scenarios.problems import bad

REVERSED_WITHIN = pd.Timedelta(days=1)
"""A line that the same customer cancels this soon, all units of it, was a mistake and no demand."""
DAYS = pd.Timedelta(days=1)
SPANS = (
    ("promised_days", "time", "promised"),
    ("actual_days", "time", "delivered"),
    ("supply_days", "supply_ordered", "supply_received"),
)
"""Days, and the dates from and to which they are counted where the file has dates instead."""


@dataclass(frozen=True)
class LeftOut:
    """Rows left out for one reason; of several, a row counts at the first (``rows``), or at each (``in_file``)."""

    reason: str
    rows: int
    in_file: int


@dataclass(frozen=True, eq=False)
class OrderHistory:
    """Clean orders.

    Attributes
    ----------
    lines : DataFrame
        One row per order line (or per order, where the file has no lines): order, customer, product, quantity, value,
        and where the file says it supply_ordered, supply_days.
    orders : DataFrame
        One row per order: customer, time, lines, units, value, and what the file says of each: discount,
        promised_days, actual_days, mode, channel, region, segment.
    left_out : tuple of LeftOut
        What was not used, and why.
    rows : int
        Rows of the file.
    returned : Series
        Customer -> money of returns and cancellations, positive.
    currency : str
        Money of the file; may be empty.
    """

    lines: pd.DataFrame
    orders: pd.DataFrame
    left_out: tuple[LeftOut, ...]
    rows: int
    returned: pd.Series[float]
    currency: str

    @property
    def days(self) -> float:
        """Days from the first order to the last."""
        times = self.orders["time"]
        return max(1.0, float((times.max() - times.min()) / DAYS))


def order_history(table: RawTable, mapping: Mapping) -> OrderHistory:
    """Return the clean orders of a file.

    Raises
    ------
    BadInput
        A value is not what the mapping says it is, or nothing is left.
    """
    rows = _typed(table, mapping)
    reasons = _reasons(rows, mapping)
    keep, left_out = np.ones(len(rows), dtype=np.bool_), []
    for reason, hit in reasons.items():
        if hit.any():
            left_out.append(LeftOut(reason, int((keep & hit).sum()), int(hit.sum())))
        keep &= ~hit
    if not keep.any():
        reason = max(left_out, key=lambda one: one.rows).reason
        raise bad("", f"no row is left; most were left out because of: {reason}", source=table.source)
    back = rows[reasons["cancelled or returned"] & (rows["customer"] != "").to_numpy()]
    return OrderHistory(
        rows[keep].reset_index(drop=True),
        _orders(rows[keep]),
        tuple(left_out),
        len(rows),
        back.groupby("customer")["value"].sum().abs(),
        mapping.currency,
    )


def _typed(table: RawTable, mapping: Mapping) -> pd.DataFrame:
    names = mapping.columns
    data: dict[str, object] = {"customer": table.texts(names.customer).str.strip()}
    readers: tuple[tuple[Callable[[str], object], tuple[str, ...]], ...] = (
        (lambda column: table.texts(column).str.strip(), ("order", "product")),
        (table.labels, ("mode", "channel", "region", "segment")),
        (table.times, ("time", "promised", "delivered", "supply_ordered", "supply_received")),
        (table.numbers, ("quantity", "price", "value", "discount", "lines")),
        (table.numbers, ("promised_days", "actual_days", "supply_days")),
    )
    for read, several in readers:
        for name in several:
            if (column := getattr(names, name)) is not None:
                data[name] = read(column)
    rows = pd.DataFrame(data)
    rows["cancelled"] = table.flags(names.cancelled) if names.cancelled is not None else False
    rows["file_row"] = np.asarray(table.rows)
    if "value" not in rows:
        rows["value"] = rows["quantity"] * rows["price"]
    if "quantity" not in rows:
        rows["quantity"] = 1.0
    for days, begin, end in SPANS:
        if days not in rows and end in rows:
            rows[days] = (rows[end].dt.normalize() - rows[begin].dt.normalize()) / DAYS
    return rows


def _reasons(rows: pd.DataFrame, mapping: Mapping) -> dict[str, Bools]:
    """Return reason -> rows, in the order in which they count."""
    told = [name for name in rows.columns if name != "file_row"]
    backwards = (rows["cancelled"] | (rows["quantity"] < 0)).to_numpy()
    return {
        "outside the period": _outside(rows, mapping),
        "no time": rows["time"].isna().to_numpy(),
        "exact duplicate of another row": rows.duplicated(told).to_numpy(),
        "cancelled or returned": backwards,
        "cancelled in full within a day": _reversed(rows, backwards),
        "quantity or value not positive (write-offs, samples)": (
            ~((rows["quantity"] > 0) & (rows["value"] > 0)).to_numpy() & ~backwards
        ),
        "not a product": _matching(rows, "product", mapping.not_products),
        "order known to be wrong": _matching(rows, "order", mapping.drop_orders),
        "customer missing": (rows["customer"] == "").to_numpy(),
    }


def _outside(rows: pd.DataFrame, mapping: Mapping) -> Bools:
    out = np.zeros(len(rows), dtype=np.bool_)
    for field, text in (("since", mapping.since), ("until", mapping.until)):
        if text is None:
            continue
        when = pd.to_datetime(text, format="ISO8601", errors="coerce")
        if pd.isna(when) or when.tzinfo is not None:
            raise bad(field, "is not a date", "Write it like 2026-11-27 or 2026-11-27 14:30.", text)
        out |= ((rows["time"] < when) if field == "since" else (rows["time"] >= when)).to_numpy()
    return out


def _matching(rows: pd.DataFrame, column: str, patterns: tuple[str, ...]) -> Bools:
    if column not in rows or not patterns:
        return np.zeros(len(rows), dtype=np.bool_)
    any_of = re.compile("|".join(translate(pattern.upper()) for pattern in patterns))
    known = {text: any_of.match(text.upper()) is not None for text in rows[column].unique()}
    return rows[column].map(known).to_numpy(np.bool_)


def _reversed(rows: pd.DataFrame, backwards: Bools) -> Bools:
    """Return the lines that the same customer takes back in full, product for product, within a day."""
    out = np.zeros(len(rows), dtype=np.bool_)
    if "product" not in rows or not backwards.any():
        return out
    forward = rows[~backwards & (rows["customer"] != "").to_numpy()]
    back = rows.loc[backwards, ["customer", "product", "quantity", "time"]].assign(
        quantity=lambda b: b["quantity"].abs()
    )
    keys = ["customer", "product", "quantity"]
    pairs = forward[[*keys, "time"]].reset_index().merge(back, on=keys, suffixes=("", "_back"))
    gap = pairs["time_back"] - pairs["time"]
    out[pairs.loc[(gap >= pd.Timedelta(0)) & (gap <= REVERSED_WITHIN), "index"].unique()] = True
    return out


def _orders(lines: pd.DataFrame) -> pd.DataFrame:
    grouped = lines.groupby("order", sort=False)
    orders = pd.DataFrame(
        {
            "customer": grouped["customer"].first(),
            "time": grouped["time"].min(),
            "units": grouped["quantity"].sum(),
            "value": grouped["value"].sum(),
        }
    )
    if "lines" in lines:
        orders["lines"] = grouped["lines"].sum()
    else:
        orders["lines"] = grouped["product"].nunique() if "product" in lines else grouped.size()
    if "discount" in lines:
        orders["discount"] = grouped["discount"].sum()
    for name in ("promised_days", "actual_days"):
        if name in lines:
            orders[name] = grouped[name].max()
    for name in ("mode", "channel", "region", "segment"):
        if name in lines:
            orders[name] = grouped[name].first()
    return orders.sort_values("time", kind="stable")
