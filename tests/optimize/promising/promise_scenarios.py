"""Small scenarios whose promises are known in closed form."""

from __future__ import annotations

from typing import Any

from optimize.promising.sighting import Watch
from optimize.promising.trial import Trial
from scenarios.scenario import Scenario
from simcore.engines import COMPILED

PER_DAY, MINUTES, SERVERS = 200.0, 10.0, 2
"""An M/M/2 queue with a load of 0.69."""
EXPONENTIAL = {"law": "exponential", "mean": MINUTES}


def queue(
    transit_days: float = 0.0,
    promise_days: float = 1.0,
    measured_days: float = 20.0,
    choice: dict[str, Any] | None = None,
    minutes: Any = EXPONENTIAL,
    **segment: Any,
) -> Scenario:
    """Return Poisson orders for a team with exponential work, then a constant transit."""
    buyers = {
        "customers": 100_000,
        "demand": {"orders_per_day": PER_DAY},
        "products": {"repair": {"quantity": 1}},
        **({} if choice is None else {"choice": choice}),
        **segment,
    }
    option = {
        "stock": "none",
        "lead_time_days": promise_days,
        "fulfilment": {"resource": "team", "setup_minutes": minutes},
        "delivery": {"transit_days": transit_days},
    }
    return Scenario.model_validate(
        {
            "name": "queue",
            "calendar": {"warm_up_days": 2, "measured_days": measured_days, "drain_days": 5},
            "segments": {"buyers": buyers},
            "products": {"repair": {"list_price": 100, "unit_cost": 20}},
            "resources": {"team": {"servers": SERVERS}, "spare": {"servers": 1}},
            "levers": {"all": {"same": option}},
            "as_is": {"offerings": {"buyers": {"all": "same"}}},
        }
    )


def shop(fill_rate: float = 0.9, limits: dict[str, Any] | None = None, **policy: Any) -> Scenario:
    """Return Poisson demand for single units from a base stock with a constant supply lead time."""
    option = {"stock": "shared", "lead_time_days": 5, "fill_rate": fill_rate}
    return Scenario.model_validate(
        {
            "name": "shop",
            "calendar": {"warm_up_days": 10, "measured_days": 60, "drain_days": 10},
            "segments": {
                "buyers": {
                    "customers": 1000,
                    "demand": {"orders_per_day": 20},
                    "products": {"tin": {"quantity": 1}},
                }
            },
            "products": {
                "tin": {
                    "list_price": 10,
                    "unit_cost": 5,
                    "stock": {"policy": {"kind": "base_stock", **policy}, "supply": {"lead_time_days": 3}},
                }
            },
            "levers": {"all": {"same": option}},
            "limits": limits or {},
            "as_is": {"offerings": {"buyers": {"all": "same"}}},
        }
    )


def trial_of(scenario: Scenario, seed: int = 1, replications: int = 10) -> Any:
    """Return what makes a trial of a scenario, in this process."""

    def made(watch: Watch) -> Trial:
        return Trial(scenario, watch, seed, replications, COMPILED)

    return made
