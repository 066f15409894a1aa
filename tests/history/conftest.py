"""Order histories whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


def orders_of(seed: int, sizes: dict[str, float], customers: int = 80, orders: int = 8) -> pd.DataFrame:
    """Return order lines of kinds of customers, each with its own median size of an order."""
    rng = np.random.default_rng(seed)
    rows = []
    for kind, size in sizes.items():
        for customer in range(customers):
            own = size * rng.lognormal(0, 0.2)
            for _ in range(orders):
                day = pd.Timestamp("2026-01-05 09:00") + pd.Timedelta(hours=float(rng.uniform(0, 24 * 180)))
                order = f"{kind}-{customer}-{len(rows)}"
                for product in rng.choice(30, size=3, replace=False):
                    quantity = max(1, int(own * rng.lognormal(0, 0.2) / 3))
                    rows.append((order, day.floor("min"), f"{kind}{customer:03d}", f"P{product}", quantity, 2.0, kind))
    return pd.DataFrame(rows, columns=["order", "time", "customer", "product", "quantity", "price", "segment"])


@pytest.fixture(scope="session")
def two_kinds() -> pd.DataFrame:
    """Customers of two kinds, ten times apart in the size of their orders."""
    return orders_of(1, {"small": 12.0, "large": 120.0})
