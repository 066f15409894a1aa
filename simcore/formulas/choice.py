"""Customer choice: logit shares, acceptance in willingness-to-pay space, and the best assortment."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from simcore.formulas._check import FloatArray, positive, rates, refuse

_MOST_OFFERS = 16


def acceptance_probability(price: ArrayLike, wtp: ArrayLike, wtp_0: ArrayLike, scale: float) -> FloatArray:
    """Chance that a customer accepts an offer, in willingness-to-pay space.

    Equation: P = 1 / (1 + exp(-(wtp - price + wtp_0) / scale)); money per order throughout, `wtp_0` the
    worth of the offer itself against not buying. Vectorised; no overflow. Source: Train, *Discrete Choice
    Methods with Simulation*, binary logit.

    Raises
    ------
    ValueError
        If `scale` is not above 0 or an amount is not finite.

    Examples
    --------
    >>> round(float(acceptance_probability(100.0, 20.0, 90.0, 10.0)), 8)
    0.73105858
    """
    positive("scale", scale)
    surplus = np.asarray(wtp, dtype=float) - np.asarray(price, dtype=float) + np.asarray(wtp_0, dtype=float)
    if not np.all(np.isfinite(surplus)):
        raise refuse("price, wtp and wtp_0", "finite amounts", (price, wtp, wtp_0))
    return np.asarray(expit(surplus / scale))


def logit_shares(
    utilities: ArrayLike, outside: ArrayLike = 0.0, available: ArrayLike = True
) -> tuple[FloatArray, FloatArray]:
    """Shares of the offers on the last axis, and the share that buys nothing.

    Equation: exp(u_j - m) / (exp(u_0 - m) + sum_k exp(u_k - m)), m the largest utility, so that any finite
    utility is safe. `outside` is u_0 per row. Source: McFadden 1974; Luce 1959.

    Raises
    ------
    ValueError
        If a utility is not finite.

    Examples
    --------
    >>> shares, none = logit_shares([1000.0, 1000.0], outside=-1000.0)
    >>> shares.tolist(), float(none)
    ([0.5, 0.5], 0.0)
    """
    worth, base = np.asarray(utilities, dtype=float), np.asarray(outside, dtype=float)[..., None]
    if not (np.all(np.isfinite(worth)) and np.all(np.isfinite(base))):
        raise refuse("utilities and outside", "finite numbers", (utilities, outside))
    offered = np.where(np.asarray(available, dtype=bool), worth, -np.inf)
    top = np.maximum(offered.max(axis=-1, initial=-np.inf, keepdims=True), base)
    with np.errstate(over="ignore", under="ignore"):
        weights, nothing = np.exp(offered - top), np.exp(base - top)
    total = weights.sum(axis=-1, keepdims=True) + nothing
    return np.asarray(weights / total), np.asarray((nothing / total)[..., 0])


class ChoiceMeasures(NamedTuple):
    """Shares and money of a choice: rows are segments, columns are offers."""

    shares: FloatArray
    no_purchase: FloatArray
    acceptance: FloatArray
    margin_per_visit: FloatArray
    order_rates: FloatArray
    margin_rate: float


def mnl_choice(
    visit_rates: Sequence[float],
    utilities: ArrayLike,
    outside: ArrayLike,
    margins: ArrayLike,
    available: ArrayLike = True,
) -> ChoiceMeasures:
    """Orders and margin per time unit when every segment chooses by multinomial logit.

    `utilities[i, j]` and `outside[i]` per segment, `margins[j]` money per order, `available[i, j]` what a
    segment is shown. Source: McFadden 1974; Train, ch. 3.

    Raises
    ------
    ValueError
        If a rate is negative or a utility or margin not finite.

    Examples
    --------
    >>> round(mnl_choice([10.0], [[0.0, 0.0, 0.0]], [0.0], [0.5, 1.5, 3.5]).margin_rate, 8)
    13.75
    """
    visits = np.array(rates("visit_rates", visit_rates))
    worth, money = np.atleast_2d(np.asarray(utilities, dtype=float)), np.asarray(margins, dtype=float)
    if worth.shape != (visits.size, money.size):
        raise refuse("utilities", f"of shape ({visits.size}, {money.size})", worth.shape)
    if not np.all(np.isfinite(money)):
        raise refuse("margins", "finite numbers", margins)
    shares, nothing = logit_shares(worth, outside, available)
    per_visit = shares @ money
    return ChoiceMeasures(shares, nothing, shares.sum(axis=-1), per_visit, visits @ shares, float(visits @ per_visit))


class Assortment(NamedTuple):
    """Best expected margin per time unit and every set of offers (column numbers) that reaches it."""

    margin_rate: float
    sets: list[tuple[int, ...]]


def best_assortment(
    visit_rates: Sequence[float],
    utilities: ArrayLike,
    outside: ArrayLike,
    margins: ArrayLike,
    most_offers: int | None = None,
) -> Assortment:
    """Set of offers, shown to every segment, of largest expected margin; ties within 1e-9 are all listed.

    Every subset of at most `most_offers` offers is tried, the empty one included; at most 16 offers.
    Source: Talluri & van Ryzin 2004 (with one segment, margin-ordered sets are optimal).

    Raises
    ------
    ValueError
        As `mnl_choice`, or if there are more than 16 offers.

    Examples
    --------
    >>> best_assortment([1.0], [[0.0, 0.0]], [0.0], [10.0, 1.0]).sets
    [(0,)]
    """
    visits, money = np.array(rates("visit_rates", visit_rates)), np.asarray(margins, dtype=float)
    mnl_choice(visit_rates, utilities, outside, margins)
    offers = money.size
    if offers > _MOST_OFFERS:
        raise refuse("margins", f"for at most {_MOST_OFFERS} offers", offers)
    most = offers if most_offers is None else min(most_offers, offers)
    sets = [chosen for size in range(most + 1) for chosen in combinations(range(offers), size)]
    values = np.empty(len(sets))
    for begin in range(0, len(sets), 4096):
        shown: NDArray[np.bool_] = np.zeros((len(sets[begin : begin + 4096]), 1, offers), dtype=bool)
        for row, chosen in enumerate(sets[begin : begin + 4096]):
            shown[row, 0, list(chosen)] = True
        shares, _ = logit_shares(np.atleast_2d(utilities)[None], np.asarray(outside)[None], shown)
        values[begin : begin + 4096] = (shares @ money) @ visits
    best = float(values.max())
    winners = np.flatnonzero(values >= best - 1e-9 * max(abs(best), 1e-9))
    return Assortment(best, [sets[i] for i in winners])
