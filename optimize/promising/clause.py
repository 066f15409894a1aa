"""The strictest service clause that is kept: on time in full at least x in a period, for a customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimize.promising.kept import Terms
from optimize.promising.sighting import SegmentSeen
from simcore.clock import Floats
from simcore.shares import share_limit

POINTS = 100
"""Clauses are looked for in whole percentage points."""


@dataclass(frozen=True)
class ClauseKept:
    """A clause: how strict, how often it is broken, and what that costs.

    Attributes
    ----------
    otif_at_least : float
        Share of a customer's orders of a period that must be on time in full.
    broken : float
        Share of customers and periods (with orders) in which it is broken.
    broken_at_most : float
        Its upper confidence limit.
    revenue_at_stake : float
        Share of the revenue that lies in broken periods: times the rebate, that is what the clause costs.
    """

    otif_at_least: float
    broken: float
    broken_at_most: float
    revenue_at_stake: float


def clause_at(seen: Sequence[SegmentSeen], otif_at_least: float, confidence: float) -> ClauseKept:
    """Return how a given clause fares."""
    kept, asked = _kept(seen, np.array([otif_at_least]))
    share, limit = share_limit(kept, asked, confidence)
    paid = sum(float(one.revenue.sum()) for one in seen)
    broken = sum(float(one.revenue[one.otif < otif_at_least].sum()) for one in seen)
    return ClauseKept(otif_at_least, 1 - float(share[0]), 1 - float(limit[0]), broken / paid if paid else 0.0)


def strictest_clause(seen: Sequence[SegmentSeen], terms: Terms) -> ClauseKept | None:
    """Return the strictest clause that is broken in at most ``1 - keep`` of the periods, with the confidence asked.

    A customer's period counts if it has an order that was due. None where even 1 % is broken too often.
    """
    levels = np.arange(1, POINTS + 1) / POINTS
    kept, asked = _kept(seen, levels)
    _, limit = share_limit(kept, asked, terms.confidence)
    good = np.flatnonzero(limit >= terms.keep)
    return clause_at(seen, float(levels[good[-1]]), terms.confidence) if len(good) else None


def _kept(seen: Sequence[SegmentSeen], levels: Floats) -> tuple[Floats, Floats]:
    """Return periods that keep each level, and all periods, per replication: ``kept / due >= level``."""
    kept, asked = [], []
    for one in seen:
        below = np.concatenate([[0], np.cumsum(one.periods)])[np.searchsorted(one.otif, levels, side="left")]
        kept.append(one.periods.sum() - below)
        asked.append(np.full(len(levels), one.periods.sum()))
    return np.array(kept, dtype=np.float64), np.array(asked, dtype=np.float64)
