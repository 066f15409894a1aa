"""The uncertainty of a fit, carried into the intervals of what is simulated on it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special

from promiselab.text import figure, table
from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.validation import validated
from simcore.replications import Progress, Simulation, simulate_all

REFITS = "refits.json"
UNCERTAINTY = "input_uncertainty.json"
REPLICATIONS = 4
"""Histories of each refit, on the random numbers of the first ones of the scenario itself."""
MEASURES = ("margin", "revenue", "accepted_orders", "on_time", "lead_time_mean")


@dataclass(frozen=True)
class Wider:
    """An estimate with both of its intervals.

    Attributes
    ----------
    mean, simulation : float
        Simulated mean, and its half-width over replications: what chance leaves open.
    both : float
        Half-width with the uncertainty of the fit: ``sqrt(simulation^2 + (t s)^2)``, s the standard deviation over
        the refits (Barton, Nelson & Xie 2014 call s^2 the input variance).
    """

    measure: str
    segment: str
    unit: str
    mean: float
    simulation: float
    both: float


def refit_data(scenario: Scenario) -> dict[str, Any]:
    """Return what a refit changes: demand and contents of orders, and prices."""
    data = scenario.model_dump(mode="json", exclude_unset=True)
    return {
        "segments": {
            name: {"demand": told["demand"], "products": told["products"]} for name, told in data["segments"].items()
        },
        "prices": {name: told["list_price"] for name, told in data["products"].items()},
    }


def read_refits(source: str) -> list[dict[str, Any]]:
    """Return the refits that stand beside a fitted scenario.

    Raises
    ------
    BadInput
        There are none.
    """
    path = Path(source).parent / REFITS
    if not Path(source).is_file() or not path.is_file():
        advice = "Use the scenario.yaml in the run folder of `promiselab fit`."
        raise bad("--input-uncertainty", "there are no refits beside the scenario", advice, source)
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def with_refit(scenario: Scenario, refit: Mapping[str, Any]) -> Scenario:
    """Return a scenario with the demand, the contents of orders, and the prices of a refit.

    Segments and products that the refit does not have stay as they are.
    """
    data = scenario.model_dump(mode="python", exclude_unset=True)
    for name, told in refit["segments"].items():
        if name in data["segments"] and set(told["products"]) <= set(data["products"]):
            data["segments"][name] = {**data["segments"][name], **told}
    for name, price in refit["prices"].items():
        if name in data["products"]:
            data["products"][name]["list_price"] = price
    return validated(data)


def wider(
    simulation: Simulation,
    variants: Sequence[Scenario],
    *,
    workers: int | None,
    engine: str,
    progress: Progress | None,
) -> list[Wider]:
    """Return the intervals of a simulation with the uncertainty of the fit.

    Parameters
    ----------
    variants : sequence of Scenario
        The same scenario on each refit.
    """
    runs = min(REPLICATIONS, len(simulation.replications))
    refits = simulate_all(variants, simulation.seed, runs, workers=workers, engine=engine, progress=progress)
    quantile = float(special.stdtrit(max(1, len(variants) - 1), (1 + simulation.confidence) / 2))
    out = []
    for key, unit in simulation.units.items():
        if key.measure not in MEASURES or key.resource or key.product:
            continue
        own = simulation.estimate(key.measure, key.segment)
        if not np.isfinite(own.mean):
            continue
        spread = float(np.std([one.estimate(key.measure, key.segment).mean for one in refits], ddof=1))
        chance = own.half_width or 0.0
        both = float(np.hypot(chance, quantile * spread))
        out.append(Wider(key.measure, key.segment, unit, own.mean, chance, both))
    return out


def wider_data(rows: Sequence[Wider], refits: int) -> dict[str, Any]:
    """Return the wider intervals as the run folder keeps them."""
    return {"refits": refits, "rows": [asdict(row) for row in rows]}


def wider_text(data: Mapping[str, Any]) -> str:
    """Return the wider intervals for people."""
    lines = [["measure", "segment", "by chance", "with the uncertainty of the fit"]]
    lines += [
        [
            one["measure"],
            one["segment"],
            figure(one["mean"], one["simulation"], one["unit"]),
            figure(one["mean"], one["both"], one["unit"]),
        ]
        for one in data["rows"]
    ]
    refits = data["refits"]
    head = f"With the uncertainty of the fit ({refits} refits to histories that could have happened as well):"
    return f"{head}\n{table(lines)}"
