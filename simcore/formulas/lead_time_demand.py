"""Stock for a promised volume fill rate under any demand known by its moments (or its law).

A unit is short when the demand since its replenishment was triggered exceeds the position. Over the window
that one receipt covers, demand grows from `early` (over the lead time) to `early + added`, with

    beta(y) = 1 - (E[(early + added - y)+] - E[(early - y)+]) / E[added].

Continuous review: `early` is the lead-time demand and `added` one order (its size). Periodic review: `early`
is the demand over the lead time and `added` the demand over one review period. `added` is independent of
`early`; a constant or a known size law shifts and mixes the law of `early` exactly, so unit Poisson demand
gives P(Poisson(lambda L) <= y - 1) exactly. Source: Hadley & Whitin 1963, ch. 4-5; Zhang & Zhang 2007.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simcore.formulas._check import FloatArray, below_one, finite, non_negative, positive, refuse, whole
from simcore.formulas.integer_law import IntegerLaw
from simcore.formulas.matched_law import matched_law
from simcore.formulas.sizes import SizeLaw

ROUGH_SIZES = 128
"""Sizes of an order with which a level is first sought, where there are many more."""


class Demand(NamedTuple):
    """Mean and variance of the units demanded in a window."""

    mean: float
    variance: float


Early = Demand | IntegerLaw
Added = int | SizeLaw | Demand


def volume_fill_rate(position: float, early: Early, added: Added) -> float:
    """Share of units served at once when every order finds the inventory position at `position`.

    Equation: beta(y) of the module docstring; in [0, 1] and rising in y. Units throughout.

    Raises
    ------
    ValueError
        If a moment is negative or not finite, `position` is not finite or `added` has no mean.

    Examples
    --------
    >>> round(volume_fill_rate(9, Demand(6.0, 6.0), 1), 8)  # P(Poisson(6) <= 8)
    0.84723749
    """
    return _fill(float(finite("position", position)), *_laws(early, added), quantity=1)


def reorder_volume_fill_rate(reorder_point: int, order_quantity: int, early: Early, added: Added) -> float:
    """Volume fill rate of (r, Q): the mean of beta(y) over y = r + 1..r + Q, from second losses.

    Raises
    ------
    ValueError
        As `volume_fill_rate`, or if `order_quantity` is below 1.

    Examples
    --------
    >>> round(reorder_volume_fill_rate(3, 5, Demand(3.0, 3.0), 1), 8)
    0.86663283
    """
    quantity = whole("order_quantity", order_quantity, 1)
    return _fill(float(finite("reorder_point", reorder_point)) + 1, *_laws(early, added), quantity=quantity)


def least_order_up_to(target: float, early: Early, added: Added) -> int:
    """Smallest whole position whose volume fill rate is at least `target`.

    Raises
    ------
    ValueError
        As `volume_fill_rate`, or if `target` is not in [0, 1).

    Examples
    --------
    >>> least_order_up_to(0.95, Demand(4.0, 4.0), 1)
    9
    """
    law, sizes, chances = _laws(early, added)
    top = math.ceil(law.values[-1] + sizes[-1]) + 1
    return _least(target, law, sizes, chances, 1, 0, top)


def least_reorder_point(target: float, early: Early, added: Added, order_quantity: int) -> int:
    """Smallest r of (r, Q) whose volume fill rate is at least `target`; may be negative when Q is large.

    Raises
    ------
    ValueError
        As `reorder_volume_fill_rate`, or if `target` is not in [0, 1).

    Examples
    --------
    >>> least_reorder_point(0.95, Demand(4.0, 4.0), 1, 1)  # base stock 9 = r + 1
    8
    """
    quantity = whole("order_quantity", order_quantity, 1)
    law, sizes, chances = _laws(early, added)
    top = math.ceil(law.values[-1] + sizes[-1]) + 1
    return _least(target, law, sizes, chances, quantity, 1 - quantity, top + 1) - 1


class StockLevels(NamedTuple):
    """Expected units on hand and backordered."""

    on_hand_mean: float
    backorders_mean: float


def stock_levels(position: float, early: Early, order_quantity: int = 1) -> StockLevels:
    """Return expected on hand and backorders at a base stock, or over positions r + 1..r + Q with r + 1 = `position`.

    Equation: backorders E[(D - y)+], on hand y - E[D] + backorders, D the demand over the lead time.

    Raises
    ------
    ValueError
        As `volume_fill_rate`, or if `order_quantity` is below 1.

    Examples
    --------
    >>> [round(x, 8) for x in stock_levels(9, Demand(6.0, 6.0))]
    [3.16125888, 0.16125888]
    """
    quantity = whole("order_quantity", order_quantity, 1)
    law = _law(early)
    low = float(finite("position", position))
    backorders = float(_summed_loss(law, low, quantity)) / quantity
    return StockLevels(max(low + (quantity - 1) / 2 - law.mean + backorders, 0.0), backorders)


def _law(early: Early) -> IntegerLaw:
    return early if isinstance(early, IntegerLaw) else matched_law(early.mean, early.variance)


def _laws(early: Early, added: Added) -> tuple[IntegerLaw, FloatArray, FloatArray]:
    """Law of `early`, and the values and probabilities of `added`."""
    law = _law(early)
    if isinstance(added, Demand):
        positive("added.mean", added.mean)
        non_negative("added.variance", added.variance)
        extra = matched_law(added.mean, added.variance)
        return law, extra.values, extra.pmf
    if isinstance(added, SizeLaw):
        sizes = np.flatnonzero(added.pmf > 1e-17)
        return law, sizes.astype(float), added.pmf[sizes]
    if isinstance(added, bool) or added != int(added):
        raise refuse("added", "a whole number of units, a SizeLaw or a Demand", added)
    return law, np.array([float(whole("added", added, 1))]), np.ones(1)


def _summed_loss(law: IntegerLaw, low: FloatArray | float, quantity: int) -> FloatArray:
    """Sum of E[(D - y)+] over y = low..low + quantity - 1."""
    points = np.asarray(low, dtype=float)
    if quantity == 1:
        return law.loss(points)
    return np.asarray(law.second_loss(points - 1) - law.second_loss(points + quantity - 1))


def _fill(low: float, law: IntegerLaw, sizes: FloatArray, chances: FloatArray, quantity: int) -> float:
    later = (chances * _summed_loss(law, low - sizes, quantity)).sum()
    short = float(later) - float(_summed_loss(law, low, quantity))
    return min(max(1 - short / (quantity * float((chances * sizes).sum())), 0.0), 1.0)


def _least(
    target: float, law: IntegerLaw, sizes: FloatArray, chances: FloatArray, quantity: int, low: int, high: int
) -> int:
    """Smallest lowest position in [low, high] whose fill reaches the target, by bisection around a rough answer."""
    below_one("target", target)

    def reaches(position: int) -> bool:
        return _fill(float(position), law, sizes, chances, quantity) >= target

    if len(sizes) > 2 * ROUGH_SIZES:
        rough = _grouped(sizes, chances, ROUGH_SIZES)
        near = _first(lambda position: _fill(float(position), law, *rough, quantity) >= target, low, high)
        low, high = _around(near, reaches, low, high)
    return _first(reaches, low, high)


def _first(reaches: Callable[[int], bool], low: int, high: int) -> int:
    """Smallest whole number in [low, high] that reaches something; larger ones do, too, and `high` does."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle + 1, high)
    return low


def _around(near: int, reaches: Callable[[int], bool], low: int, high: int) -> tuple[int, int]:
    """Narrow a range in which the first that reaches something is close to a number: away from it in growing steps."""
    step = 1
    if reaches(near):
        while near - step >= low and reaches(near - step):
            near, step = near - step, 2 * step
        return max(low, near - step + 1), near
    while near + step < high and not reaches(near + step):
        near, step = near + step, 2 * step
    return near + 1, min(high, near + step)


def _grouped(sizes: FloatArray, chances: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """Group neighbouring sizes into `count` ones with their mean, and the chances of each group."""
    starts = np.linspace(0, len(sizes), count, endpoint=False).astype(np.int64)
    chance = np.add.reduceat(chances, starts)
    means = np.add.reduceat(chances * sizes, starts) / np.maximum(chance, 1e-300)
    return means, chance
