"""What over-serving costs: the price that over-served segments stop paying, and the brand premium of the others."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.offerings import Offering
from scenarios.scenario import Scenario
from simcore.acceptance import list_value_per_order
from simcore.demand import measured_orders


def weights(scenario: Scenario) -> dict[str, float]:
    """Return each segment's share of the potential sales at list price, which weighs its over-serving.

    It depends on demand only, not on the design.
    """
    value = {name: measured_orders(scenario, name) * list_value_per_order(scenario, name) for name in scenario.segments}
    total = sum(value.values())
    return {name: v / total if total else 0.0 for name, v in value.items()}


def shares(scenario: Scenario, taken: Sequence[tuple[str, Offering, float]]) -> list[float]:
    """Return the share of its price that each segment no longer pays, under each offering that it takes.

    With o_sj the degrees of premium of offering j that segment s does not value, p_sj the portion of its orders that
    take it, and w_s its weight: ``share_sj = price_rate * o_sj + brand_rate * sum_tk(w_t p_tk o_tk) * [s values a
    premium of j]``, at most 1. Without a visible menu j is the offering of s, and p = 1.

    Parameters
    ----------
    taken : sequence of (str, Offering, float)
        Segment, offering that it takes, portion of the orders of the segment that take any offer.
    """
    rates = scenario.erosion
    weight = weights(scenario) if rates.brand_rate else {name: 0.0 for name, _, _ in taken}
    brand = rates.brand_rate * sum(weight[name] * portion * o.over_serving for name, o, portion in taken)
    return [min(1.0, rates.price_rate * o.over_serving + (brand if o.values_premium else 0.0)) for _, o, _ in taken]
