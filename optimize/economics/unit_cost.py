"""What a unit costs a segment's supplier: goods, work, taking the order, delivery; costs of an order by its units."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.durations import MINUTES_PER_HOUR
from scenarios.offerings import Offering
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.acceptance import units_per_order


def unit_costs(scenario: Scenario, segment: str, offering: Offering) -> dict[str, Mapping[str, float]]:
    """Return what a unit of each product costs that a segment buys under an offering.

    Parameters
    ----------
    scenario : Scenario
        Costs, resources, and the orders of the segment.
    segment : str
        Who buys.
    offering : Offering
        What it is offered.

    Returns
    -------
    dict
        Product -> goods, work, order taking, delivery -> money per unit. What an order costs whatever its size is
        shared by the units of an average order.
    """
    units = {p: n for p, n in units_per_order(scenario.segments[segment]).items() if p in offering.assortment}
    per_order = max(sum(units.values()), 1e-12)
    channel, delivery, fulfilment = offering.channel, offering.delivery, offering.fulfilment
    taking = channel.cost_per_order + _paid(scenario, channel.resource, sampling.mean(channel.minutes))
    setup = per_unit = 0.0
    if fulfilment is not None:
        setup = _paid(scenario, fulfilment.resource, sampling.mean(fulfilment.setup_minutes))
        per_unit = _paid(scenario, fulfilment.resource, sampling.mean(fulfilment.minutes_per_unit))
    return {
        product: {
            "goods": scenario.products[product].unit_cost,
            "work": setup / per_order + per_unit * scenario.products[product].work_factor,
            "order taking": taking / per_order,
            "delivery": delivery.cost_per_delivery / per_order + delivery.cost_per_unit,
        }
        for product in units
    }


def _paid(scenario: Scenario, resource: str | None, minutes: float) -> float:
    """Return the pay for some minutes of somebody's time."""
    return 0.0 if resource is None else scenario.resources[resource].cost_per_hour * minutes / MINUTES_PER_HOUR
