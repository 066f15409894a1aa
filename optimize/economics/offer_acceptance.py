"""How many potential orders take each of many offers: :func:`simcore.acceptance.acceptance`, for columns at once."""

from __future__ import annotations

import numpy as np

from optimize.arrays import distinct
from optimize.offerings.columns import Columns
from scenarios.offerings import segment_wtp
from scenarios.problems import bad
from scenarios.segments import Choice
from simcore.acceptance import PERCENT, outside_worth, units_per_order
from simcore.clock import Floats
from simcore.formulas.choice import acceptance_probability


def acceptances(columns: Columns, segment: str) -> Floats:
    """Return the share of a segment's potential orders that takes each offer, shape (N,).

    Raises
    ------
    BadInput
        The segment values lead time or fill rate, and one of the offers promises none.
    """
    scenario = columns.scenario
    choice = scenario.segments[segment].choice
    if choice is None:
        return np.ones(len(columns))
    worth = net_worths(columns, segment, choice)
    return acceptance_probability(0.0, worth, outside_worth(scenario, segment), choice.scale)


def net_worths(columns: Columns, segment: str, choice: Choice) -> Floats:
    """Return WTP minus price of each offer, money per order, before ``wtp_0``, shape (N,)."""
    who = columns.scenario.segments[segment]
    worth = columns.effects.total(columns.picks, lambda lever, option, _: segment_wtp(who, lever, option))
    worth = worth - choice.price_sensitivity * prices_above_list(columns, segment)
    for field, effect, slope in (
        ("wtp_per_lead_time_day", "lead_time_days", -choice.wtp_per_lead_time_day),
        ("wtp_per_fill_rate_point", "fill_rate", choice.wtp_per_fill_rate_point * PERCENT),
    ):
        if not slope:
            continue
        promised = columns.each(effect, lambda value: np.nan if value is None else value)
        if np.isnan(promised).any():
            what = "the segment values a promise that one of its offerings does not make"
            raise bad(f"segments.{segment}.choice.{field}", what)
        worth += slope * promised
    return np.asarray(worth)


def prices_above_list(columns: Columns, segment: str) -> Floats:
    """Return what each offer costs above list price, money per average order (below list: negative), shape (N,)."""
    scenario, units = columns.scenario, units_per_order(columns.scenario.segments[segment])
    price, offered = columns.code("price"), columns.code("assortment")
    first, which = distinct(price, offered)
    above = []
    for row in first:
        terms, assortment = (
            columns.effects.values["price"][price[row]],
            columns.effects.values["assortment"][offered[row]],
        )
        above.append(
            sum(
                scenario.products[p].list_price * n * (terms.products.get(p, terms.multiplier) - 1)
                for p, n in units.items()
                if p in assortment
            )
        )
    return np.array(above, dtype=np.float64)[which]
