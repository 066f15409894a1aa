"""The gate: whether a scenario that was fitted to the past reproduces the quarter that came after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.history.fitting.fitting import Fitted
from scenarios.scenario import Scenario
from simcore.demand import expected_orders
from simcore.draws import Draws
from simcore.engines import choose
from simcore.replications import Progress, Simulation, simulate_all
from simcore.segment_orders import order_quantities

SAMPLE = 20_000
SIZES = (0.5, 0.9)
"""Quantiles of the units of an order."""

WIDTHS = {"share": 0.10, "size": 0.15, "tail": 0.20, "days": 0.10, "points": 0.03}
LEAST_DAYS, LEAST_UNITS = 1.0, 1.0
"""Least room on either side: whole days and whole units can differ by one without meaning anything."""


@dataclass(frozen=True)
class Check:
    """One measure of one segment: what was held out, what the simulation gives, and the band around it.

    Attributes
    ----------
    low, high : float
        The band: simulated value with its tolerance. The held-out value must lie in it.
    """

    segment: str
    measure: str
    unit: str
    held_out: float
    simulated: float
    low: float
    high: float

    @property
    def passed(self) -> bool:
        """Whether the held-out value lies in the band."""
        return self.low <= self.held_out <= self.high

    @property
    def words(self) -> str:
        """The check in words."""
        off = f" ({self.held_out / self.simulated - 1:+.0%})" if self.simulated > 0 else ""
        shown = f"{self.held_out:,.4g} {self.unit} against {self.simulated:,.4g} simulated{off}"
        return f"{self.measure} of {self.segment}: {shown}"


def checks(
    fitted: Fitted,
    held_out: pd.DataFrame,
    segments: pd.Series[str],
    seed: int,
    replications: int,
    *,
    engine: str = "auto",
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Check]:
    """Return every check of a fit on the orders that it has not seen.

    The bands are 10 % for orders per week and for lead times (at least a day), 15 % for units per week and the median
    size of an order, 20 % for its 90 % quantile (both at least a unit), and 3 points for the share on time.

    Parameters
    ----------
    fitted : Fitted
        Its calendar is the period that was held out.
    held_out : DataFrame
        Orders of that period, see `OrderHistory`.
    segments : Series
        Order -> segment.
    """
    scenario = fitted.scenario
    player = choose(engine, expected_orders(scenario) * replications)
    simulation = simulate_all([scenario], seed, replications, workers=workers, engine=player, progress=progress)[0]
    weeks = scenario.calendar.measured_days / 7
    out: list[Check] = []
    for name in scenario.segments:
        mine = held_out[segments.reindex(held_out.index) == name]
        out += _volume(simulation, name, mine, weeks) + _sizes(scenario, name, mine, seed)
        out += _service(simulation, name, mine)
    return out


def _volume(simulation: Simulation, name: str, mine: pd.DataFrame, weeks: float) -> list[Check]:
    orders = simulation.estimate("accepted_orders", name).mean / weeks
    units = simulation.estimate("delivered_units", name).mean / weeks
    return [
        _relative(name, "orders per week", "orders", len(mine) / weeks, orders, WIDTHS["share"]),
        _relative(name, "units per week", "units", float(mine["units"].sum()) / weeks, units, WIDTHS["size"]),
    ]


def _sizes(scenario: Scenario, name: str, mine: pd.DataFrame, seed: int) -> list[Check]:
    if mine.empty:
        return []
    drawn = order_quantities(scenario, name, Draws(seed, 0), SAMPLE).sum(axis=1)
    return [
        _relative(
            name,
            f"units of an order, {q:.0%} quantile",
            "units",
            float(np.quantile(mine["units"], q)),
            float(np.quantile(drawn, q)),
            WIDTHS["size"] if q <= 0.5 else WIDTHS["tail"],
            LEAST_UNITS,
        )
        for q in SIZES
    ]


def _service(simulation: Simulation, name: str, mine: pd.DataFrame) -> list[Check]:
    if "actual_days" not in mine or not mine["actual_days"].notna().any():
        return []
    actual, out = mine["actual_days"].dropna(), []
    for q, measure in ((0.5, "lead_time_p50"), (0.95, "lead_time_p95")):
        found = simulation.estimate(measure, name).mean
        room = max(LEAST_DAYS, WIDTHS["days"] * found)
        held_out = float(np.quantile(actual, q))
        out.append(Check(name, f"lead time, {q:.0%} quantile", "days", held_out, found, found - room, found + room))
    due = mine.dropna(subset=["promised_days", "actual_days"]) if "promised_days" in mine else mine.iloc[:0]
    offering = simulation.scenario.current.offerings[name] or {}
    if len(due) and offering.get("promise", "none") != "none":
        kept, found = (
            float((due["actual_days"] <= due["promised_days"]).mean()),
            simulation.estimate("on_time", name).mean,
        )
        out.append(Check(name, "on time", "share", kept, found, found - WIDTHS["points"], found + WIDTHS["points"]))
    return out


def _relative(
    name: str, measure: str, unit: str, held_out: float, simulated: float, width: float, least: float = 0.0
) -> Check:
    room = max(width * simulated, least)
    return Check(name, measure, unit, held_out, simulated, simulated - room, simulated + room)
