"""The clean orders of the giftware data: what is dropped, which segment a customer is in, which class a code."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from compact_law import round_to_sum

START, END = date(2010, 12, 6), date(2011, 12, 4)
"""Monday to Sunday: the 52 whole weeks in the data, both ends included."""
DAYS = (END - START).days + 1

SEGMENTS = ("wholesale", "small_shops", "export")
CLASSES = ("core_bestsellers", "core_range", "seasonal_christmas", "bulky_premium", "small_gifts", "slow_movers")

HOME = "United Kingdom"
WHOLESALE_UNITS = 200
"""Median units per invoice from which a customer in the United Kingdom counts as a wholesale buyer."""

SLOW_ORDERS = 26
"""A code on fewer orders than this (one a fortnight) is a slow mover."""
AUTUMN = (9, 10, 11, 12)
AUTUMN_SHARE = 0.75
"""A code that sells at least this share of its units from September to December is seasonal."""
PREMIUM_PRICE, SMALL_PRICE = 5.0, 1.0
"""Mean GBP per unit: from the first up a code is premium, below the second it is a small gift."""
BESTSELLER_REVENUE = 0.5
"""The best codes that together make this share of the revenue of the codes left over are bestsellers."""

REVERSED_INVOICES = {"581483", "541431"}
"""The two giant invoices (80,995 and 74,215 units of one code), cancelled minutes later."""
MISPRICED_INVOICES = {"556444"}
"""60 units at 649.50 GBP each, the price of 60; reversed three minutes later by a manual credit, C556445."""
PRODUCT_CODE = r"\d{5}[A-Z]{0,2}"
"""Everything else is postage, fees, discounts, samples, vouchers, corrections."""


def read(lines_path: str, invoices_path: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the lines and the invoices, after checking that they tell the same story."""
    kinds: dict[str, type | str] = {"invoice": str, "customer_id": "Int64", "stock_code": str}
    lines = pd.read_csv(lines_path, dtype=kinds, parse_dates=["time"])
    invoices = pd.read_csv(invoices_path, dtype=kinds, parse_dates=["time"])
    units = lines.groupby("invoice")["qty"].sum()
    if not units.equals(invoices.set_index("invoice")["qty"].sort_index()):
        raise SystemExit("the two files disagree about the units of the invoices")
    lines["stock_code"] = lines["stock_code"].str.upper()
    lines["value"] = lines["qty"] * lines["unit_price"]
    return lines, invoices


def clean(lines: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Drop what is not an accepted order of a known customer for a product within the period.

    Returns
    -------
    tuple
        The lines kept, and how many lines each rule dropped. A line is counted at the first rule that drops it.
    """
    day = lines["time"].dt.date
    rules = {
        "outside_whole_weeks": (day < START) | (day > END),
        "duplicate_lines": lines.duplicated(),
        "cancellations": lines["cancelled"] == 1,
        "write_offs_quantity_not_positive": lines["qty"] <= 0,
        "write_offs_price_not_positive": lines["unit_price"] <= 0,
        "not_products": ~lines["stock_code"].str.fullmatch(PRODUCT_CODE),
        "giant_invoices_reversed": lines["invoice"].isin(REVERSED_INVOICES),
        "mispriced_invoice_reversed": lines["invoice"].isin(MISPRICED_INVOICES),
        "customer_missing": lines["customer_id"].isna(),
    }
    keep = pd.Series(True, index=lines.index)
    dropped = {}
    for name, hit in rules.items():
        dropped[name] = int((keep & hit).sum())
        keep &= ~hit
    return lines[keep].copy(), dropped


def traps(lines: pd.DataFrame, invoices: pd.DataFrame) -> dict[str, int]:
    """Count each trap in the whole files, whatever else is wrong with a line (so these overlap)."""
    no_customer = lines["customer_id"].isna()
    return {
        "lines": len(lines),
        "invoices": len(invoices),
        "cancellation_lines": int(lines["cancelled"].sum()),
        "cancellation_invoices": int(invoices["cancelled"].sum()),
        "duplicate_lines": int(lines.duplicated().sum()),
        "lines_at_price_zero": int((lines["unit_price"] == 0).sum()),
        "lines_at_negative_price": int((lines["unit_price"] < 0).sum()),
        "lines_not_products": int((~lines["stock_code"].str.fullmatch(PRODUCT_CODE)).sum()),
        "lines_customer_missing": int(no_customer.sum()),
        "invoices_customer_missing": int(invoices["customer_id"].isna().sum()),
        "giant_invoice_lines": int(lines["invoice"].isin(REVERSED_INVOICES).sum()),
        "lines_on_saturdays": int((lines["time"].dt.day_of_week == 5).sum()),
    }


def left_out(lines: pd.DataFrame, kept: pd.DataFrame) -> str:
    """Return what the orders without a customer and the later cancellations amount to."""
    known, _ = clean(lines.assign(customer_id=lines["customer_id"].fillna(0)))
    unknown = known[known["customer_id"] == 0]
    day = lines["time"].dt.date
    returned = lines[
        (lines["cancelled"] == 1)
        & (day >= START)
        & (day <= END)
        & lines["stock_code"].str.fullmatch(PRODUCT_CODE)
        & lines["customer_id"].isin(kept["customer_id"])
    ]
    return (
        f"orders without a customer, left out: {unknown['invoice'].nunique()}, "
        f"{unknown['value'].sum() / known['value'].sum():.1%} of the otherwise clean value\n"
        f"later cancellations by the customers kept, not taken off: {returned['invoice'].nunique()} notes, "
        f"{-returned['value'].sum() / kept['value'].sum():.1%} of the value kept"
    )


def segment_of_customers(lines: pd.DataFrame) -> pd.Series:
    """Return the segment of every customer: country first, then the median units per invoice."""
    orders = lines.groupby(["customer_id", "invoice"]).agg(units=("qty", "sum"), country=("country", "first"))
    customers = orders.groupby("customer_id").agg(
        units=("units", "median"), country=("country", lambda c: c.mode().iloc[0])
    )
    home = np.where(customers["units"] >= WHOLESALE_UNITS, "wholesale", "small_shops")
    return pd.Series(np.where(customers["country"] == HOME, home, "export"), index=customers.index)


# --- Product classes -----------------------------------------------------------------------------------------


def stock_codes(lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row per stock code with what the class rules look at, and its class."""
    codes = lines.groupby("stock_code").agg(
        revenue=("value", "sum"), units=("qty", "sum"), orders=("invoice", "nunique"), first=("time", "min")
    )
    autumn = lines[lines["time"].dt.month.isin(AUTUMN)].groupby("stock_code")["qty"].sum()
    codes["autumn"] = autumn.reindex(codes.index, fill_value=0) / codes["units"]
    codes["price"] = codes["revenue"] / codes["units"]
    codes["class"] = ""
    assign(codes, codes["orders"] < SLOW_ORDERS, "slow_movers")
    assign(codes, codes["autumn"] >= AUTUMN_SHARE, "seasonal_christmas")
    assign(codes, codes["price"] >= PREMIUM_PRICE, "bulky_premium")
    assign(codes, codes["price"] < SMALL_PRICE, "small_gifts")
    left = codes.loc[codes["class"] == "", "revenue"].sort_values(ascending=False)
    before = (left.cumsum() - left) / left.sum()
    assign(codes, (before < BESTSELLER_REVENUE).reindex(codes.index, fill_value=False), "core_bestsellers")
    assign(codes, codes["price"] > 0, "core_range")
    return codes


def class_table(codes: pd.DataFrame) -> pd.DataFrame:
    """Return list price, number of codes and share of revenue of each class."""
    by_class = codes.groupby("class").agg(revenue=("revenue", "sum"), units=("units", "sum"), codes=("units", "size"))
    totals = by_class.loc[list(CLASSES)]
    return pd.DataFrame(
        {
            "list_price": (totals["revenue"] / totals["units"]).round(4),
            "stock_codes": totals["codes"],
            "revenue_share": round_to_sum(totals["revenue"].to_numpy(), 1, 10_000),
        }
    )


def assign(codes: pd.DataFrame, rule: pd.Series, name: str) -> None:
    """Put the codes that meet a rule and have no class yet into a class."""
    codes.loc[rule & (codes["class"] == ""), "class"] = name
