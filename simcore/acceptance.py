"""How many potential orders take an offer: willingness to pay against price."""

from __future__ import annotations

from collections.abc import Container
from math import log, prod

from scenarios.offerings import Offering, offering_of
from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.segments import Segment
from simcore.formulas.choice import acceptance_probability
from simcore.sampling import mean

PERCENT = 100.0


def inclusion(segment: Segment) -> dict[str, float]:
    """Return the share of orders that include each product, at least one product per order.

    Each product is included with its own chance ``p``; an order that would have none gets one, drawn in
    proportion to ``p``. So the share is ``p + prod(1 - p) * p / sum(p)``.
    """
    none = 1.0
    for ordered in segment.products.values():
        none *= 1 - ordered.share_of_orders
    total = sum(ordered.share_of_orders for ordered in segment.products.values())
    return {name: o.share_of_orders * (1 + none / total) for name, o in segment.products.items()}


def orders_with_a_line(segment: Segment, assortment: Container[str]) -> float:
    """Return the share of orders with at least one product of an assortment; the others are declined.

    With ``p`` as in :func:`inclusion`, sums and products over what is offered, and over all that is bought (``all``):
    ``1 - prod(1 - p) + prod_all(1 - p) * sum(p) / sum_all(p)``.
    """
    chances = {name: ordered.share_of_orders for name, ordered in segment.products.items()}
    offered = {name: chance for name, chance in chances.items() if name in assortment}
    none_offered = prod(1 - chance for chance in offered.values())
    none = prod(1 - chance for chance in chances.values())
    return 1 - (none_offered - none * (sum(offered.values()) / sum(chances.values())))


def units_per_order(segment: Segment) -> dict[str, float]:
    """Return the mean units of each product per order, over all orders."""
    shares = inclusion(segment)
    return {name: shares[name] * mean(o.quantity) for name, o in segment.products.items()}


def list_value_per_order(scenario: Scenario, segment_name: str) -> float:
    """Return the mean value of an order at list price, money per order, the whole range offered."""
    units = units_per_order(scenario.segments[segment_name])
    return sum(scenario.products[p].list_price * n for p, n in units.items())


def price_above_list(scenario: Scenario, segment_name: str, offering: Offering) -> float:
    """Return what the offering costs above list price, money per average order (below list: negative)."""
    units = units_per_order(scenario.segments[segment_name])
    return sum(
        scenario.products[p].list_price * n * (offering.price_multiplier(p) - 1)
        for p, n in units.items()
        if p in offering.assortment
    )


def net_worth(scenario: Scenario, segment_name: str, offering: Offering) -> float:
    """Return WTP minus price of an offering, money per order, before ``wtp_0``.

    Raises
    ------
    BadInput
        The segment values lead time or fill rate, and the offering promises none.
    """
    choice = scenario.segments[segment_name].choice
    if choice is None:
        return 0.0
    path = f"segments.{segment_name}.choice"
    worth = offering.wtp - choice.price_sensitivity * price_above_list(scenario, segment_name, offering)
    for field, slope, promised in (
        ("wtp_per_lead_time_day", -choice.wtp_per_lead_time_day, offering.lead_time_days),
        ("wtp_per_fill_rate_point", choice.wtp_per_fill_rate_point * PERCENT, offering.fill_rate),
    ):
        if slope and promised is None:
            raise bad(f"{path}.{field}", "the segment values a promise that one of its offerings does not make")
        worth += slope * (promised or 0.0)
    return worth


def outside_worth(scenario: Scenario, segment_name: str) -> float:
    """Return ``wtp_0``: as stated, or such that the as-is offer is accepted by the stated share."""
    choice = scenario.segments[segment_name].choice
    if choice is None:
        return 0.0
    if choice.wtp_0 is not None:
        return choice.wtp_0
    share = choice.acceptance_as_is or 0.5
    today = offering_of(scenario, scenario.as_is, segment_name)
    if today is None:
        raise bad(f"segments.{segment_name}.choice.acceptance_as_is", "the segment is not served as is", "Give wtp_0.")
    return choice.scale * log(share / (1 - share)) - net_worth(scenario, segment_name, today)


def acceptance(scenario: Scenario, segment_name: str, offering: Offering) -> float:
    """Return the probability that a potential order takes the offer.

    ``P = 1 / (1 + exp(-(WTP - price + wtp_0) / scale))``, multinomial logit with one offer and an outside option in
    willingness-to-pay space (Train, *Discrete Choice Methods with Simulation*, ch. 3 and 6); 1 for a segment
    without a ``choice``.
    """
    choice = scenario.segments[segment_name].choice
    if choice is None:
        return 1.0
    worth, outside = net_worth(scenario, segment_name, offering), outside_worth(scenario, segment_name)
    return float(acceptance_probability(0.0, worth, outside, choice.scale))
