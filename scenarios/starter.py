"""A small company of the planner's own to start from: every figure is a placeholder to be replaced."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from scenarios.scenario import Scenario
from scenarios.validation import validated

DEFAULT_SEGMENTS = ("wholesale", "web_shops")

_OFFICE_HOURS = [0.0] * 8 + [1.0] * 10 + [0.0] * 6
_WEEKDAYS = [1.0] * 5 + [0.0] * 2

_LARGE: dict[str, Any] = {
    "description": "Few customers with large orders, who plan ahead and watch prices.",
    "customers": 60,
    "demand": {"orders_per_day": 6.0},
    "products": {
        "standard": {"quantity": {"law": "geometric", "p": 0.05}},
        "special": {"share_of_orders": 0.4, "quantity": {"law": "geometric", "p": 0.2}},
    },
    "choice": {
        "acceptance_as_is": 0.8,
        "scale": 40.0,
        "price_sensitivity": 1.5,
        "wtp": {"channel": {"desk": 30.0}},
        "wtp_per_lead_time_day": 1.0,
        "wtp_per_fill_rate_point": 1.0,
    },
    "patience_days": {"law": "gamma", "mean": 20.0, "cv": 0.4},
    "floors": {"on_time": 0.85},
}
_SMALL: dict[str, Any] = {
    "description": "Many customers with small orders, who want them soon.",
    "customers": 800,
    "demand": {"orders_per_day": 24.0},
    "products": {
        "standard": {"quantity": {"law": "geometric", "p": 0.25}},
        "special": {"share_of_orders": 0.2, "quantity": 1},
    },
    "choice": {
        "acceptance_as_is": 0.7,
        "scale": 20.0,
        "wtp": {"channel": {"web": 2.0}},
        "wtp_per_lead_time_day": 9.0,
        "wtp_per_fill_rate_point": 0.5,
    },
    "patience_days": {"law": "gamma", "mean": 8.0, "cv": 0.4},
    "floors": {"on_time": 0.85},
}
_BUYERS = (_LARGE, _SMALL)


def _stock(days: float, holding_share: float) -> dict[str, Any]:
    supply = {"lead_time_days": {"law": "gamma", "mean": days, "cv": 0.3}, "ordering_cost": 40.0}
    return {"policy": {"kind": "reorder_quantity"}, "supply": supply, "holding_share_per_year": holding_share}


_PRODUCTS: dict[str, Any] = {
    "standard": {
        "description": "What everybody buys.",
        "list_price": 20.0,
        "unit_cost": 12.0,
        "stock": _stock(days=10.0, holding_share=0.2),
    },
    "special": {
        "description": "Dearer, slower, and twice the work.",
        "list_price": 60.0,
        "unit_cost": 33.0,
        "work_factor": 2.0,
        "stock": _stock(days=15.0, holding_share=0.25),
    },
}
_RESOURCES: dict[str, Any] = {
    "packers": {
        "description": "People who pick and pack.",
        "shifts": [{"opens": "08:00", "closes": "17:00", "servers": 2}],
        "cost_per_hour": 28.0,
        "extra_servers": {"least": 0, "most": 3},
    },
    "order_desk": {
        "description": "People who take orders by phone.",
        "shifts": [{"opens": "09:00", "closes": "13:00", "servers": 1}],
        "cost_per_hour": 32.0,
        "extra_servers": {"least": -1, "most": 2},
    },
}
_LEVERS: dict[str, Any] = {
    "service": {
        "basic": {"description": "Most things from stock.", "lead_time_days": 7.0, "fill_rate": 0.9},
        "standard": {"description": "Nearly everything from stock.", "lead_time_days": 5.0, "fill_rate": 0.95},
        "fast": {"description": "Within three days.", "lead_time_days": 3.0, "fill_rate": 0.97},
    },
    "delivery": {
        "parcel": {"delivery": {"transit_days": {"law": "uniform", "low": 1.0, "high": 2.0}, "cost_per_delivery": 6.0}},
        "express": {"delivery": {"transit_days": 1, "cost_per_delivery": 11.0}},
    },
    "channel": {
        "web": {"channel": {"cost_per_order": 0.5}, "setup_cost_per_year": 3000.0},
        "desk": {"channel": {"resource": "order_desk", "minutes": {"law": "gamma", "mean": 12.0, "cv": 0.5}}},
    },
    "packing": {
        "packers": {
            "fulfilment": {
                "resource": "packers",
                "setup_minutes": {"law": "gamma", "mean": 12.0, "cv": 0.4},
                "minutes_per_unit": 0.5,
            }
        }
    },
}
_RULES = [{"option": "service.fast", "requires": "delivery.express"}]
_TODAY = {"service": "standard", "delivery": "parcel"}
_CHANNELS = ("desk", "web")
_FASTER = {"service": "fast", "delivery": "express"}
_PLACEHOLDER = "A placeholder to start from; replace it with your own figure."


def starter(name: str, segments: Sequence[str] = DEFAULT_SEGMENTS, currency: str = "EUR") -> Scenario:
    """Return a scenario of a company with these segments, large and small buyers in turn.

    Raises
    ------
    BadInput
        A name that no scenario can have.
    """
    in_turn = list(zip(segments, cycle(_BUYERS), cycle(_CHANNELS), strict=False))

    def offerings(picks: dict[str, str]) -> dict[str, Any]:
        return {segment: {**picks, "channel": channel} for segment, _, channel in in_turn}

    return validated(
        {
            "name": name,
            "description": "A small company to start from. Every figure is a placeholder: replace it with your own.",
            "currency": currency,
            "calendar": {"warm_up_days": 56.0, "measured_days": 91.0, "drain_days": 28.0},
            "study": {"seed": 7, "replications": 20},
            "segments": {segment: _segment(buyer) for segment, buyer, _ in in_turn},
            "products": _PRODUCTS,
            "resources": _RESOURCES,
            "levers": _LEVERS,
            "rules": _RULES,
            "as_is": {"description": "Today: the same promise for everybody.", "offerings": offerings(_TODAY)},
            "designs": {
                "fast_for_all": {"description": "The faster promise for everybody.", "offerings": offerings(_FASTER)}
            },
            "assumptions": [
                {"about": about, "because": _PLACEHOLDER} for about in ("segments", "products", "resources", "levers")
            ],
        }
    )


def _segment(buyer: dict[str, Any]) -> dict[str, Any]:
    profile = {"by_hour_of_day": _OFFICE_HOURS, "by_day_of_week": _WEEKDAYS}
    return {**buyer, "demand": {**buyer["demand"], **profile}}
