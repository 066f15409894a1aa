"""Product classes: thousands of products as a few that sell alike and cost alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

SHARES = {1: (), 2: (0.8,), 3: (0.5, 0.8), 4: (0.4, 0.65, 0.85), 5: (0.3, 0.5, 0.7, 0.88)}
"""Shares of value at which the classes are cut, by their number."""
NAMES = ("a_bestsellers", "b_products", "c_products", "d_products", "e_slow_movers")


def product_classes(lines: pd.DataFrame, count: int) -> pd.Series[str]:
    """Return the class of each line: by the share of value of its product (ABC analysis).

    Parameters
    ----------
    lines : DataFrame
        Order lines; without a product there is one class.
    count : int
        Number of classes, 1 to 5.
    """
    if "product" not in lines or count == 1:
        return pd.Series("goods", index=lines.index)
    value = lines.groupby("product")["value"].sum().sort_values(ascending=False, kind="stable")
    before = (value.cumsum() - value) / value.sum()
    place = np.searchsorted(np.array(SHARES[count]), before.to_numpy(), side="right")
    return lines["product"].map(dict(zip(value.index, (NAMES[p] for p in place), strict=True)))
