"""When a promise may be called kept, and the shortest lead time that may.

A promised lead time L is *kept* with confidence c if the share of orders delivered within L is at least the promised
share (95 %, or the floor of the segment) with confidence c: the one-sided lower confidence limit of that share over
the replications is at least the promised share (:func:`simcore.shares.share_limit`). Orders count as for ``on_time``:
accepted, not refused, and not still open before their time; who cancelled was not delivered in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from optimize.promising.sighting import SegmentSeen
from optimize.promising.steps import Step
from simcore.clock import TICKS_PER_DAY, Floats, Ints
from simcore.estimates import Interval
from simcore.shares import share_limit

FEW_BEYOND = 200
"""Orders beyond a quantile in each replication below which its interval is only indicative."""


@dataclass(frozen=True)
class Terms:
    """What is asked of a promise: the share of orders that must keep it, and the confidence in that."""

    keep: float
    confidence: float


@dataclass(frozen=True)
class Reached:
    """The time within which a share of the orders is delivered.

    Attributes
    ----------
    days : float
        The quantile over all orders; infinite where fewer are ever delivered.
    half_width : float or None
        By sectioning over the replications; None where it cannot be known.
    indicative : bool
        Too few orders lie beyond it in a replication for the interval to be trusted.
    """

    days: float
    half_width: float | None
    indicative: bool


def shares_within(seen: Sequence[SegmentSeen], units: Ints, confidence: float) -> tuple[Floats, Floats]:
    """Return the shares of orders delivered within so many units of the resolution, and their lower limits."""
    counted = [one.within(units) for one in seen]
    return share_limit(np.array([k for k, _ in counted]), np.array([n for _, n in counted]), confidence)


def shortest_kept(seen: Sequence[SegmentSeen], step: Step, terms: Terms) -> int | None:
    """Return the least number of steps that is kept; None where no lead time is."""
    every = np.unique(np.concatenate([one.times for one in seen]))
    per_step = step.fine(1)
    candidates = np.unique(np.maximum(-(-every // per_step), 1))
    if not len(candidates):
        return None
    _, limit = shares_within(seen, candidates * per_step, terms.confidence)
    kept = np.flatnonzero(limit >= terms.keep)
    return int(candidates[kept[0]]) if len(kept) else None


def share_kept(seen: Sequence[SegmentSeen], step: Step, days: float, confidence: float) -> tuple[float, float]:
    """Return the share of orders delivered within some days, and its lower limit."""
    units = np.array([_units(step, days)])
    share, limit = shares_within(seen, units, confidence)
    return float(share[0]), float(limit[0])


def _units(step: Step, days: float) -> int:
    return int(days * TICKS_PER_DAY / step.resolution + 1e-6)


def ever_delivered(seen: Sequence[SegmentSeen]) -> float:
    """Return the share of ended orders that were delivered at all, however late."""
    return float(sum(one.orders.sum() for one in seen) / max(1, sum(one.due for one in seen)))


def still_open(seen: Sequence[SegmentSeen]) -> float:
    """Return the share of orders that are unfinished when the drain ends."""
    unfinished = sum(len(one.open_since) for one in seen)
    return float(unfinished / max(1, unfinished + sum(one.due for one in seen)))


def quantile_days(seen: Sequence[SegmentSeen], step: Step, share: float) -> Floats:
    """Return the time within which a share of the orders is delivered, in days, of each replication."""
    return np.array([_quantile([one], share) for one in seen]) * step.resolution / TICKS_PER_DAY


def shares_in_time(seen: Sequence[SegmentSeen], step: Step, days: float | None) -> Floats:
    """Return the share of orders delivered within some days (None: at all) of each replication; NaN without orders."""
    units = np.array([_units(step, days) if days is not None else np.iinfo(np.int64).max])
    counted = np.array([one.within(units) for one in seen])[:, :, 0]
    with np.errstate(invalid="ignore"):
        shares: Floats = counted[:, 0] / counted[:, 1]
    return shares


def reached(seen: Sequence[SegmentSeen], step: Step, share: float, confidence: float) -> Reached:
    """Return the quantile of all orders, by sectioning: ``Q +- t sqrt(sum (q_i - Q)^2 / (n (n - 1)))``.

    Source: Nakayama 2014, ACM TOMACS 24(4).
    """
    pooled = _quantile(seen, share) * step.resolution / TICKS_PER_DAY
    each = quantile_days(seen, step, share)
    beyond = (1 - share) * min((one.due for one in seen), default=0)
    n = len(each)
    if n < 2 or not np.isfinite(pooled) or not np.isfinite(each).all():
        return Reached(pooled, None, True)
    error = np.sqrt(((each - pooled) ** 2).sum() / (n * (n - 1)))
    return Reached(pooled, float(special.stdtrit(n - 1, (1 + confidence) / 2) * error), beyond < FEW_BEYOND)


def gain(before: Floats, after: Floats, confidence: float) -> Interval:
    """Return by how many days a quantile shrinks, paired by replication."""
    n = len(before)
    if n < 2 or not (np.isfinite(before) & np.isfinite(after)).all():
        return Interval(float("nan"), None)
    apart = before - after
    return Interval(
        float(apart.mean()),
        float(special.stdtrit(n - 1, (1 + confidence) / 2) * apart.std(ddof=1) / np.sqrt(n)),
    )


def _quantile(seen: Sequence[SegmentSeen], share: float) -> float:
    """Return the least units within which a share of the orders is delivered; infinite where it never is."""
    units = np.unique(np.concatenate([one.times for one in seen]))
    if not len(units):
        return float("inf")
    counted = [one.within(units) for one in seen]
    kept, asked = sum(k for k, _ in counted), sum(n for _, n in counted)
    enough = np.flatnonzero(kept >= share * asked - 1e-9)
    return float(units[enough[0]]) if len(enough) else float("inf")
