"""A company of many segments and offerings, with as many columns as asked for, to measure how they are valued.

``python -m benchmarks.company_offerings`` prints the columns per CPU second, relative to a small company: they are
enumerated and valued alone, and with all that is pruned.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import prod
from typing import Any

from benchmarks.timing import in_turn, show
from optimize.candidates.worth_choosing import worth_choosing
from optimize.economics.economics import Estimator
from optimize.offerings.columns import blocks
from scenarios.scenario import Scenario

LEVERS = {"range": 3, "pricing": 4, "service": 4, "delivery": 4, "terms": 3, "care": 3}
"""Options of each lever: 1,728 offerings."""


def company(segments: int, more: int = 1) -> Scenario:
    """Return a company of several segments that may each get ``1728 * more`` offerings.

    Three products in stock, four teams, shared and ring-fenced pools, brand erosion, budgets for stock and operation.
    """
    products = {
        name: {
            "list_price": price,
            "unit_cost": price / 2,
            "stock": {
                "policy": {"kind": "reorder_quantity", "order_quantity": 400},
                "supply": {"lead_time_days": {"law": "gamma", "mean": 6, "cv": 0.2}, "ordering_cost": 40},
                "holding_share_per_year": 0.2,
            },
        }
        for name, price in (("basic", 20.0), ("plus", 35.0), ("pro", 60.0))
    }
    levers = _levers(more)
    first = {lever: next(iter(options)) for lever, options in levers.items()}
    data: dict[str, Any] = {
        "name": "company",
        "calendar": {"warm_up_days": 14, "measured_days": 91, "start": "2027-01-04"},
        "segments": {f"segment_{i:02d}": _segment(i) for i in range(segments)},
        "products": products,
        "resources": {
            team: {
                "shifts": [
                    {"days": [day], "opens": opens, "closes": closes, "servers": 4 + segments}
                    for day in ("mon", "tue", "wed", "thu", "fri", "sat")
                    for opens, closes in (("07:00", "13:00"), ("13:00", "19:00"))
                ],
                "cost_per_hour": 25,
                "extra_servers": {"least": 0, "most": 3},
            }
            for team in ("desk", "credit", "packing", "callers")
        },
        "levers": levers,
        "erosion": {"price_rate": 0.03, "brand_rate": 0.01},
        "limits": {"stock_investment": 1e6, "operating_cost_per_year": 1e8},
        "as_is": {"offerings": {f"segment_{i:02d}": first for i in range(segments)}},
    }
    return Scenario.model_validate(data)


def count(scenario: Scenario) -> int:
    """Return the number of columns."""
    return len(scenario.segments) * prod(len(options) for options in scenario.levers.values())


def _segment(i: int) -> dict[str, Any]:
    return {
        "customers": 200,
        "demand": {"orders_per_day": 6 + i, "by_day_of_week": [1, 1, 1, 1, 1, 0.5, 0.2], "day_to_day_cv": 0.2},
        "products": {
            "basic": {"share_of_orders": 0.7, "quantity": {"law": "uniform", "low": 1, "high": 9 + i}},
            "plus": {"share_of_orders": 0.5, "quantity": {"law": "uniform", "low": 1, "high": 6}},
            "pro": {"share_of_orders": 0.2, "quantity": {"law": "geometric", "p": 0.5}},
        },
        "choice": {
            "acceptance_as_is": 0.7,
            "scale": 20 + 2 * i,
            "wtp": {"service": {"o1": 1.0 + i, "o3": 4.0 + i}, "care": {"o2": 3.0 + i % 5}, "terms": {"o1": 2 + i % 3}},
            "wtp_per_lead_time_day": 1 + i % 4,
        },
        "patience_days": {"law": "gamma", "mean": 20, "cv": 0.5},
    }


def _levers(more: int) -> dict[str, Any]:
    ranges = [["basic", "plus"], ["basic", "plus", "pro"], ["basic"]]
    fills = [
        ("shared", 0.9, "complete"),
        ("shared", 0.95, "complete"),
        ("shared", 0.98, "split"),
        ("ring_fenced", 0.97, "split"),
    ]
    terms = [
        {"contract": {"payment_days": 0}, "approvals": []},
        {"contract": {"payment_days": 30}, "approvals": [_check(0.5, 100)]},
        {"contract": {"payment_days": 45, "clause": _CLAUSE}, "approvals": [_check(0.2, 300)]},
    ]
    visits = [0.0, 0.2, 0.5]
    levers: dict[str, Any] = {
        "range": {f"o{i}": {"assortment": products} for i, products in enumerate(ranges)},
        "pricing": {f"o{i}": {"price": {"multiplier": 1 - 0.02 * i}} for i in range(LEVERS["pricing"])},
        "service": {
            f"o{i}": {"stock": stock, "fill_rate": fill, "priority": {"rank": 4 - i}, "when_short": {"ship": ship}}
            for i, (stock, fill, ship) in enumerate(fills)
        },
        "delivery": {
            f"o{i}": {
                "lead_time_days": 8 - 1.5 * i,
                "delivery": {"transit_days": 4 - i, "cost_per_delivery": 4 + 3 * i, "cost_per_unit": 0.1},
            }
            for i in range(LEVERS["delivery"])
        },
        "terms": {f"o{i}": {**term, "fixed_cost_per_year": 500 * i} for i, term in enumerate(terms)},
        "care": {f"o{i}": {"touchpoints": _visits(n), "premium": _premium(i)} for i, n in enumerate(visits)},
        "work": {"one_crew": {"fulfilment": {"resource": "packing", "setup_minutes": 8, "minutes_per_unit": 0.5}}},
    }
    if more > 1:
        levers["bonus"] = {f"b{i}": {"fixed_cost_per_year": 100.0 * i} for i in range(more)}
    return levers


_CLAUSE = {"otif_at_least": 0.85, "period_days": 30, "rebate_share": 0.02}


def _check(share: float, below: float) -> dict[str, Any]:
    return {
        "name": "credit",
        "share_of_orders": share,
        "auto_approve_below": below,
        "resource": "credit",
        "minutes": {"law": "gamma", "mean": 10, "cv": 0.5},
        "refusal_share": 0.01,
    }


def _visits(per_month: float) -> dict[str, Any]:
    return {"per_customer_per_month": per_month, "resource": "callers", "minutes": 12, "cost_each": 0.5}


def _premium(degree: int) -> dict[str, Any]:
    return {"degree": 0.2 * degree, "cost_per_order": 4}


def valued(scenario: Scenario) -> int:
    """Enumerate and value all columns; return their number."""
    estimator = Estimator(scenario)
    return sum(len(estimator.table(block)) for block in blocks(scenario, estimator.effects))


def pruned(scenario: Scenario) -> int:
    """Find the columns worth choosing; return how many were compared."""
    return worth_choosing(scenario).compared


def main() -> None:
    """Measure."""
    small, large = company(3), company(3, 16)
    works: dict[str, Callable[[], int]] = {
        "valued, small": partial(valued, small),
        "valued, large": partial(valued, large),
        "pruned, small": partial(pruned, small),
        "pruned, large": partial(pruned, large),
    }
    rates = in_turn(works, 3)
    show("valued: 16 times as many offerings", rates["valued, large"], rates["valued, small"])
    show("valued and pruned: 16 times as many offerings", rates["pruned, large"], rates["pruned, small"])


if __name__ == "__main__":
    main()
