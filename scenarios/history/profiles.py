"""What a segment is like: its size, its share of orders and value, and what sets it apart, in numbers and words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.history.features import Customers, Feature

NOTABLE = 0.5
"""Least distance from all other customers, in standard deviations, that is worth a word (Cohen 1988: medium)."""
MOST_TRAITS = 5


@dataclass(frozen=True)
class Trait:
    """One feature of a segment beside all other customers: medians, and distance in standard deviations."""

    feature: Feature
    median: float
    others: float
    distance: float

    @property
    def words(self) -> str:
        """The trait in words."""
        unit = self.feature.unit
        shown = (
            f"{self.median:.0%} (others {self.others:.0%})"
            if unit == "share"
            else _pair(self.median, self.others, unit)
        )
        return f"{'more' if self.distance > 0 else 'less'}: {self.feature.words} {shown}"


@dataclass(frozen=True)
class Profile:
    """A segment: customers, shares 0..1 of customers, orders and value, and its traits, the most telling first."""

    name: str
    customers: int
    customer_share: float
    order_share: float | None
    value_share: float
    traits: tuple[Trait, ...]


def profiles(customers: Customers, segments: pd.Series[str]) -> list[Profile]:
    """Return the profile of every segment, the most valuable first."""
    out = []
    orders = customers.orders.sum()
    for name in sorted(segments.unique()):
        mine = (segments == name).to_numpy()
        out.append(
            Profile(
                str(name),
                int(mine.sum()),
                float(mine.mean()),
                float(customers.orders[mine].sum() / orders) if orders > 0 else None,
                float(customers.value[mine].sum() / customers.value.sum()),
                tuple(_traits(customers, mine)),
            )
        )
    return sorted(out, key=lambda profile: -profile.value_share)


def named(customers: Customers, labels: pd.Series[int], by: tuple[str, ...]) -> pd.Series[str]:
    """Return names for numbered groups: what sets each apart most among the features that they were found by."""
    out: dict[int, str] = {}
    for label in sorted(labels.unique()):
        mine = (labels == label).to_numpy()
        traits = [trait for trait in _traits(customers, mine, every=True) if trait.feature.name in by]
        best = max(traits, key=lambda trait: abs(trait.distance))
        name = f"{'high' if best.distance > 0 else 'low'}_{best.feature.name}"
        taken = sum(known == name or known.startswith(f"{name}_") for known in out.values())
        out[int(label)] = f"{name}_{taken + 1}" if taken else name
    return labels.map(out)


def _traits(customers: Customers, mine: np.ndarray[tuple[int], np.dtype[np.bool_]], every: bool = False) -> list[Trait]:
    found = []
    for feature in customers.features:
        scaled = customers.scaled((feature.name,))[:, 0]
        if mine.all():
            continue
        spread = np.sqrt((scaled[mine].var() + scaled[~mine].var()) / 2)
        distance = float((scaled[mine].mean() - scaled[~mine].mean()) / spread) if spread > 0 else 0.0
        values = customers.table[feature.name]
        found.append(Trait(feature, float(values[mine].median()), float(values[~mine].median()), distance))
    found.sort(key=lambda trait: -abs(trait.distance))
    return found if every else [trait for trait in found if abs(trait.distance) >= NOTABLE][:MOST_TRAITS]


def _pair(median: float, others: float, unit: str) -> str:
    return f"{_figure(median)} {unit} (others {_figure(others)})"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
