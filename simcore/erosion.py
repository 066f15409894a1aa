"""What over-serving costs: the price that over-served segments stop paying, and the brand premium of the others."""

from __future__ import annotations

from collections.abc import Mapping

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


def shares(scenario: Scenario, offerings: Mapping[str, Offering]) -> dict[str, float]:
    """Return the share of its price that each segment no longer pays.

    With o_s the degrees of premium that segment s gets and does not value, and w_s its weight:
    ``share_s = price_rate * o_s + brand_rate * sum_t(w_t o_t) * [s values a premium that it gets]``, at most 1.
    """
    rates = scenario.erosion
    weight = weights(scenario) if rates.brand_rate else dict.fromkeys(offerings, 0.0)
    brand = rates.brand_rate * sum(weight[name] * o.over_serving for name, o in offerings.items())
    return {
        name: min(1.0, rates.price_rate * o.over_serving + (brand if o.values_premium else 0.0))
        for name, o in offerings.items()
    }
