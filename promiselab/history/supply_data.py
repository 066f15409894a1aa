"""What a history says of supply, as plain data and in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from scenarios.history.fitting.supply import LEAST_REPLENISHMENTS, Supplied

SUPPLY_NOTE = (
    "Lines with the same product, day of ordering and days are one replenishment; lines without days, or with negative "
    "ones, are not used here. The laws stand in products.*.stock.supply and change nothing yet: stock is not "
    "simulated (levers.supply.as_is.stock: none), since the days to delivery hold any wait for goods already. To ask "
    "what stock would do, set it to shared, and transit_days to the days from your shelf to the customer."
)
SUPPLY_COUNTS = ("lines", "missing", "negative", "replenishments")


def supply_data(one: Supplied) -> dict[str, Any]:
    """Return the supply of a product class as plain data."""
    days = one.days if len(one.days) else None
    return {
        "product": one.product,
        "lines": one.lines,
        "missing": one.missing,
        "negative": one.negative,
        "replenishments": len(one.days),
        "mean": None if days is None else float(days.mean()),
        "most": None if days is None else float(np.quantile(days, 0.95)),
        "law": one.law,
        "own": one.own,
    }


def supply_note(data: Mapping[str, Any]) -> str:
    """Return what the days of supply mean for the scenario."""
    if data["supply"][0]["law"] is None:
        return f"Too few replenishments to fit a law ({LEAST_REPLENISHMENTS} are needed): none is in the scenario."
    return SUPPLY_NOTE


def supply_rows(data: Mapping[str, Any]) -> list[list[str]]:
    """Return the table for people, its head first."""
    rows = [["product class", "lines", "no days", "negative", "replenishments", "mean", "95 % within", "law"]]
    rows += [
        [
            s["product"],
            *(f"{s[count]:,}" for count in SUPPLY_COUNTS),
            *("-" if s[days] is None else f"{s[days]:.1f} days" for days in ("mean", "most")),
            law_words(s),
        ]
        for s in data["supply"]
    ]
    return rows


def law_words(supply: Mapping[str, Any]) -> str:
    """Return the law of the supply of a product class in words.

    >>> law_words({"law": {"law": "gamma", "mean": 20.0, "cv": 0.3}, "own": True})
    'gamma, cv 0.30'
    """
    law = supply["law"]
    if law is None:
        return "none"
    words = f"gamma, cv {law['cv']:.2f}" if law["law"] == "gamma" else "as in the history"
    return words if supply["own"] else f"{words}, of all classes"
