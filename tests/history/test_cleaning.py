"""What is no order of a product by a known customer is left out and counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenarios.history.cleaning import OrderHistory, order_history
from scenarios.history.mapping import Columns, Mapping
from scenarios.history.raw_table import RawTable
from scenarios.problems import BadInput

NAMES = ("order", "customer", "time", "product", "quantity", "price")
MAPPING = Mapping(columns=Columns(**{name: name for name in NAMES}), not_products=("POST", "GIFT*"))  # type: ignore[arg-type]


def table(*rows: tuple[str, ...]) -> RawTable:
    columns = dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True))
    return RawTable("orders.csv", columns, range(2, len(rows) + 2))


def test_each_trap_is_counted_once_and_in_all() -> None:
    history = order_history(
        table(
            ("1", "a", "2026-01-01 10:00", "X", "3", "2"),
            ("1", "a", "2026-01-01 10:00", "X", "3", "2"),  # the same row again
            ("2", "a", "2026-01-02 10:00", "Y", "9000", "2"),  # a slip of the keyboard ...
            ("C2", "a", "2026-01-02 10:05", "Y", "-9000", "2"),  # ... taken back in five minutes
            ("3", "a", "2026-01-03 10:00", "Y", "5", "2"),
            ("C3", "a", "2026-01-20 10:00", "Y", "-5", "2"),  # a return: the order was real
            ("4", "b", "2026-01-04 10:00", "X", "5", "0"),
            ("5", "b", "2026-01-04 10:00", "POST", "1", "9"),
            ("6", "b", "2026-01-04 10:00", "gift_10", "1", "9"),
            ("7", "", "2026-01-05 10:00", "X", "1", "2"),
            ("7", "", "2026-01-05 10:00", "POST", "1", "2"),
        ),
        MAPPING,
    )
    assert {one.reason: (one.rows, one.in_file) for one in history.left_out} == {
        "exact duplicate of another row": (1, 1),
        "cancelled or returned": (2, 2),
        "cancelled in full within a day": (1, 1),
        "quantity or value not positive (write-offs, samples)": (1, 1),
        "not a product": (3, 3),
        "customer missing": (1, 2),
    }
    assert history.orders.index.tolist() == ["1", "3"]
    assert history.orders["value"].tolist() == [6.0, 10.0]
    assert history.returned.to_dict() == {"a": 18_010.0}


def test_orders_gather_their_lines() -> None:
    history = order_history(
        table(("1", "a", "2026-01-02", "X", "3", "2"), ("1", "a", "2026-01-02", "Y", "1", "5")), MAPPING
    )
    order = history.orders.loc["1"]
    assert (order["lines"], order["units"], order["value"], order["time"]) == (2, 4, 11, pd.Timestamp("2026-01-02"))


def test_nothing_left_is_said_with_the_reason() -> None:
    with pytest.raises(BadInput, match="no row is left; most were left out because of: customer missing"):
        order_history(table(("1", "", "2026-01-02", "X", "3", "2")), MAPPING)


def test_the_period_is_cut_as_asked() -> None:
    rows = table(("1", "a", "2026-01-02", "X", "3", "2"), ("2", "a", "2026-02-02", "X", "3", "2"))
    history = order_history(rows, MAPPING.model_copy(update={"until": "2026-02-01"}))
    assert history.orders.index.tolist() == ["1"]
    with pytest.raises(BadInput, match=r"since = yesterday: is not a date"):
        order_history(rows, MAPPING.model_copy(update={"since": "yesterday"}))


def supply_rows(*dates: tuple[str, str]) -> OrderHistory:
    columns = {
        name: [value] * len(dates) for name, value in zip(NAMES, ("", "a", "2026-03-01", "X", "1", "2"), strict=True)
    }
    columns["order"] = [str(number) for number in range(len(dates))]
    columns |= {"po": [one for one, _ in dates], "in": [other for _, other in dates]}
    names = {**{name: name for name in NAMES}, "supply_ordered": "po", "supply_received": "in"}
    raw = RawTable("orders.csv", columns, range(2, len(dates) + 2))
    return order_history(raw, Mapping(columns=Columns(**names)))  # type: ignore[arg-type]


def test_days_of_supply_are_read_from_dates_and_no_order_is_lost_for_them() -> None:
    history = supply_rows(("2026-01-01 17:00", "2026-01-21 09:00"), ("2026-01-05", ""), ("2026-01-05", "2026-01-02"))
    assert history.lines["supply_days"].tolist() == [20.0, pytest.approx(np.nan, nan_ok=True), -3.0]
    assert len(history.orders) == 3
    assert history.left_out == ()


def test_one_date_of_supply_without_the_other_is_refused() -> None:
    with pytest.raises(ValueError, match="supply_ordered and supply_received belong together"):
        Columns(customer="c", order="o", time="t", value="v", supply_ordered="po")
