"""How long goods take from the supplier, by product class, where a history says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from scenarios.history.arrays import Floats
from scenarios.history.fitting.distance import CLOSE, distance_of
from scenarios.history.fitting.sizes import law_of_days

LEAST_REPLENISHMENTS = 30
"""Product classes with fewer share one law."""
BY_CHANCE = 0.886
"""Distance of a fitted normal law by chance, at 5 % and times the root of the count (Lilliefors 1967, JASA 62: 399)."""
SAMPLE = 20_000


@dataclass(frozen=True, eq=False)
class Supplied:
    """The supply of one product class, as the history tells it.

    Attributes
    ----------
    lines : int
        Order lines of the class.
    missing, negative : int
        Lines that do not say how long the supplier took, or say that goods came before they were ordered; not used.
    days : array, shape (replenishments,)
        Days from ordering to receipt; lines that share a replenishment count once.
    law : dict or None
        Of the days, as a scenario states it; None: too few are known.
    own : bool
        Whether the law is fitted to this class alone, not to all classes together.
    """

    product: str
    lines: int
    missing: int
    negative: int
    days: Floats
    law: dict[str, Any] | None
    own: bool


def supplies(lines: pd.DataFrame) -> list[Supplied]:
    """Return the supply of every product class; empty where the history does not tell of any.

    Lines with the same product, day of ordering and days are one replenishment. Where the file tells neither products
    nor days of ordering, each line is one.

    Parameters
    ----------
    lines : DataFrame
        Order lines with their product_class.
    """
    if "supply_days" not in lines:
        return []
    usable = lines[lines["supply_days"] >= 0]
    if {"product", "supply_ordered"} <= set(lines):
        usable = usable.drop_duplicates(["product", "supply_ordered", "supply_days"])
    every = usable["supply_days"].to_numpy(np.float64)
    common = law_of_supply(every) if len(every) >= LEAST_REPLENISHMENTS else None
    out = []
    for product, mine in lines.groupby("product_class", sort=True)["supply_days"]:
        days = every[(usable["product_class"] == product).to_numpy()]
        own = len(days) >= LEAST_REPLENISHMENTS
        law = law_of_supply(days) if own else common
        out.append(Supplied(str(product), len(mine), int(mine.isna().sum()), int((mine < 0).sum()), days, law, own))
    return out


def law_of_supply(days: Floats) -> dict[str, Any]:
    """Return the law of days of supply: gamma where the history cannot tell it from one, otherwise as they were.

    Gamma has the mean and the variation of the days. It is taken where its distance (Kolmogorov and Smirnov) is close,
    or no larger than chance makes it in so few days, ``0.886 / sqrt(count)`` (Lilliefors 1967).

    >>> law_of_supply(np.array([10.0] * 50 + [30.0] * 50))
    {'law': 'empirical', 'values': [10.0, 30.0], 'probabilities': [0.5, 0.5]}
    """
    mean, spread = float(days.mean()), float(days.std())
    if spread > 0:
        mean, cv = round(mean, 4), round(spread / mean, 4)
        if mean > 0 and cv > 0:
            drawn = as_written(stats.gamma.ppf(_MIDDLES, cv**-2, scale=mean * cv**2), days)
            if distance_of(days, drawn) <= max(CLOSE, BY_CHANCE / np.sqrt(len(days))):
                return {"law": "gamma", "mean": mean, "cv": cv}
    return law_of_days(days)


_MIDDLES = (np.arange(SAMPLE) + 0.5) / SAMPLE


def as_written(drawn: Floats, days: Floats) -> Floats:
    """Return what was drawn, in whole days where the history has only whole days.

    >>> as_written(np.array([1.2, 3.7]), np.array([2.0, 5.0])).tolist()
    [1.0, 4.0]
    """
    return np.round(drawn) if (days == np.round(days)).all() else drawn


def stock_of(supplied: Supplied) -> dict[str, Any]:
    """Return what a product says of its stock: the law of its supply; nothing where it is not known."""
    if supplied.law is None:
        return {}
    return {"stock": {"supply": {"lead_time_days": supplied.law, "may_cross": True}}}


def supply_source(told: list[Supplied]) -> str:
    """Return what the laws of supply were fitted to, in words; empty where there are none."""
    if not told or told[0].law is None:
        return ""
    return f"Days of supply: {sum(len(one.days) for one in told):,} replenishments."


def supply_assumptions(told: list[Supplied]) -> dict[str, str]:
    """Return field -> why, of what a history that tells of supply still cannot say about stock."""
    if not told:
        return {}
    if told[0].law is None:
        known = sum(len(one.days) for one in told)
        few = f"{known} replenishments are known, and {LEAST_REPLENISHMENTS} are needed to fit their days"
        return {"products.*.stock": f"Stock is not modelled (stock: none): {few}."}
    return {
        "levers.supply.as_is.stock": "none, the default: the days to delivery hold any wait for goods already.",
        "products.*.stock.policy": (
            "Base stock, set from the promised fill rates (95 % where none is promised), the default: the history has "
            "no reorder rule. It counts once stock is simulated."
        ),
        "products.*.stock.supply.may_cross": (
            "true, so that the days simulated follow the law of the history: if no order could overtake another, "
            "each would wait for the slowest before it, too."
        ),
        "products.*.stock": "No cost of holding or ordering, placeholders: the history has no costs.",
        **{
            f"products.{one.product}.stock.supply": (
                f"The law of all product classes: only {len(one.days)} replenishments of this one are known."
            )
            for one in told
            if not one.own
        },
    }
