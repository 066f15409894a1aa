"""Everything that a file of orders tells of segments: the question that ``promiselab segments`` answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.history.breaks import Break, find_break
from scenarios.history.cleaning import LeftOut, OrderHistory, order_history
from scenarios.history.differences import Difference, differences
from scenarios.history.discovery import Discovery, Partition, discover
from scenarios.history.features import Customers, customers_in, customers_of
from scenarios.history.mapping import Mapping, check_columns
from scenarios.history.profiles import Profile, named, profiles
from scenarios.history.raw_table import RawTable
from scenarios.history.rules import by_rules
from scenarios.history.values import Value, value_map
from scenarios.problems import NoTrustworthyAnswer, bad
from scenarios.wording import nearest

MOST_ALIKE = 0.25
"""Share of customers with one and the same value from which a feature says who they are not: it is left out."""
FEWEST_CUSTOMERS = 20
MOST_TRIED = 6
FEWEST_EACH = 10
"""Customers per segment below which nothing could be said of it."""


@dataclass(frozen=True, eq=False)
class Found:
    """The segments of a file, what they are like, and how sure that is.

    Attributes
    ----------
    segments : Series
        Customer -> segment.
    how : str
        rules, discovery, or the name of the labels that were tested.
    discovery : Discovery or None
        All that was tried; None where it was not asked for.
    used, unused : tuple of str
        Features that groups were found by, and those left out because many customers share one value.
    agreement : float or None
        Adjusted Rand index of rules (or known labels) and discovery; 0 is chance, 1 the same.
    differences : list of Difference
        What the segments differ in, tested.
    """

    history: OrderHistory | None
    customers: Customers
    segments: pd.Series[str]
    how: str
    discovery: Discovery | None
    used: tuple[str, ...]
    unused: tuple[str, ...]
    agreement: float | None
    profiles: list[Profile]
    values: list[Value]
    differences: list[Difference]
    break_: Break | None

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Rows that were not used."""
        return self.history.left_out if self.history is not None else ()

    @property
    def partition(self) -> Partition | None:
        """The partition that was proposed."""
        return self.discovery.chosen if self.discovery is not None else None

    @property
    def differ(self) -> bool:
        """Whether the segments differ in anything that a proposition could use."""
        return any(difference.shown for difference in self.differences)


def read_customers(table: RawTable, mapping: Mapping) -> tuple[OrderHistory | None, Customers]:
    """Return the clean orders of a file (None: it has one row per customer) and its customers.

    Raises
    ------
    BadInput
        The file is not what the mapping says.
    """
    check_columns(mapping, table)
    if mapping.columns.spend:
        return None, customers_in(table, mapping)
    history = order_history(table, mapping)
    return history, customers_of(history)


def find_segments(
    table: RawTable,
    mapping: Mapping,
    *,
    seed: int = 1,
    most: int = MOST_TRIED,
    exactly: int | None = None,
    features: Sequence[str] = (),
    labels: str | None = None,
    step: Callable[[], None] = lambda: None,
) -> Found:
    """Return segments by the rules of the mapping, by the labels that the file has, or by discovery.

    Parameters
    ----------
    table : RawTable
        The file.
    mapping : Mapping
        Which column is what; its ``segments`` are rules.
    seed : int
        Of the starts, the bootstrap and the permutations.
    most, exactly : int
        Largest number of segments to try; exactly this many.
    features : sequence of str
        Features to find segments by; empty: those of `Customers.discover_by`.
    labels : str or None
        Test these labels (segment, channel, region or mode) instead of finding any.
    step : callable
        Called after each partition that was tried.

    Raises
    ------
    BadInput
        The file is not what the mapping says, or a name is unknown.
    NoTrustworthyAnswer
        There are too few customers.
    """
    history, customers = read_customers(table, mapping)
    count = len(customers.table)
    if count < FEWEST_CUSTOMERS:
        raise NoTrustworthyAnswer(f"{count} customers are too few to find segments: {FEWEST_CUSTOMERS} are needed")
    used, unused = _usable(customers, features)
    discovery = None
    if labels is None or mapping.segments:
        largest = max(2, min(most, count // FEWEST_EACH))
        ks = [exactly] if exactly is not None else range(2, largest + 1)
        discovery = discover(customers.scaled(used), list(ks), seed, step)
    segments, how = _segments(customers, mapping, labels, discovery, used, exactly)
    return Found(
        history,
        customers,
        segments,
        how,
        discovery,
        used,
        unused,
        _agreement(customers, segments, how, discovery),
        profiles(customers, segments),
        value_map(customers, segments),
        differences(customers, segments, seed) if len(segments.unique()) > 1 else [],
        find_break(history) if history is not None else None,
    )


def discovered(customers: Customers, seed: int) -> pd.Series[str]:
    """Return the segment of each customer, by discovery.

    Raises
    ------
    NoTrustworthyAnswer
        Nothing that was tried is found again in samples of the customers.
    """
    used, _ = _usable(customers, ())
    most = max(2, min(MOST_TRIED, len(customers.table) // FEWEST_EACH))
    found = discover(customers.scaled(used), list(range(2, most + 1)), seed).chosen
    if found is None:
        raise NoTrustworthyAnswer("no segments: nothing that was tried is found again in samples of the customers")
    return named(customers, pd.Series(found.labels, index=customers.table.index), used)


def _usable(customers: Customers, asked: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the features to find segments by, and those left out because many customers share one value."""
    known = [feature.name for feature in customers.features]
    for name in asked:
        if name not in known:
            raise bad("--features", "is not known of the customers", nearest(name, known), name)
    if asked:
        return tuple(asked), ()
    alike = {n: float(customers.table[n].value_counts(normalize=True).max()) for n in customers.discover_by}
    used = tuple(name for name, share in alike.items() if share < MOST_ALIKE)
    if not used:
        raise NoTrustworthyAnswer("most customers are alike in every feature: there is nothing to find segments by")
    return used, tuple(name for name in alike if name not in used)


def _segments(
    customers: Customers,
    mapping: Mapping,
    labels: str | None,
    discovery: Discovery | None,
    used: tuple[str, ...],
    exactly: int | None,
) -> tuple[pd.Series[str], str]:
    if labels is not None:
        if labels not in customers.labels:
            what = "the file tells no such label of its customers"
            raise bad("--test", what, nearest(labels, list(customers.labels.columns)), labels)
        return customers.labels[labels].fillna("").replace("", "(none)"), labels
    if mapping.segments:
        return by_rules(customers, mapping.segments), "rules"
    proposed = discovery.chosen if discovery is not None else None
    if proposed is None and exactly is not None and discovery is not None:
        proposed = max(discovery.partitions, key=lambda partition: float(partition.stability.min()))
    if proposed is None:
        return pd.Series("all", index=customers.table.index), "discovery"
    return named(customers, pd.Series(proposed.labels, index=customers.table.index), used), "discovery"


def _agreement(customers: Customers, segments: pd.Series[str], how: str, discovery: Discovery | None) -> float | None:
    """Return how far what was found agrees with rules, or with labels that the customers have already."""
    from sklearn.metrics import adjusted_rand_score

    if discovery is None or discovery.chosen is None:
        return None
    if how == "rules":
        return float(adjusted_rand_score(segments.to_numpy(), discovery.chosen.labels))
    if "segment" in customers.labels:
        known = customers.labels["segment"].fillna("").to_numpy(np.str_)
        return float(adjusted_rand_score(known, discovery.chosen.labels))
    return None
