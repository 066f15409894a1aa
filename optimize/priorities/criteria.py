"""Criteria by which segments are put in order, from the simulation and from the planner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from optimize.plausibility.plausibility import loads
from optimize.priorities.criteria_file import Axis, CriteriaFile, Direction
from optimize.service.work import contact_hours_per_week, orders_per_week, works
from scenarios.durations import DAYS_PER_YEAR, MINUTES_PER_HOUR
from scenarios.offerings import Offering, current_offerings
from scenarios.problems import bad
from scenarios.wording import nearest
from simcore.acceptance import acceptance
from simcore.clock import Floats
from simcore.replications import Simulation

USUAL_FLOOR = 0.95
"""Orders on time that a promise without a floor is held against."""


@dataclass(frozen=True, eq=False)
class Measured:
    """One criterion with its value for every segment.

    Attributes
    ----------
    mean, error : ndarray of float, shape (segments,)
        Value and standard error; of a planner's judgement: middle and half the range.
    is_judged : bool
        Whether a planner said it: then every value of the range is as likely, else values are normal.
    """

    name: str
    words: str
    axis: Axis
    better: Direction
    unit: str
    weight: float
    mean: Floats
    error: Floats
    is_judged: bool = False


def criteria(simulation: Simulation, told: CriteriaFile) -> tuple[list[str], list[Measured]]:
    """Return the segments that are served, and every criterion that counts.

    Raises
    ------
    BadInput
        The file names a criterion that is not known, or leaves out what a criterion of its own needs.
    """
    offerings = {name: o for name, o in current_offerings(simulation.scenario).items() if o is not None}
    names = list(offerings)
    known = list(_simulated(simulation, offerings))
    built_in = [one.name for one in known]
    for name in told.without:
        if name not in built_in:
            raise bad("without", "is no criterion of the simulation", nearest(name, built_in), name)
    kept = [
        _weighed(one, told.criteria[one.name].weight if one.name in told.criteria else 1.0)
        for one in known
        if one.name not in told.without
    ]
    return names, [*kept, *_judged(told, built_in, names)]


def _weighed(one: Measured, weight: float) -> Measured:
    return Measured(one.name, one.words, one.axis, one.better, one.unit, weight, one.mean, one.error)


def _simulated(simulation: Simulation, offerings: Mapping[str, Offering]) -> Iterator[Measured]:
    scenario, names = simulation.scenario, list(offerings)
    years = scenario.calendar.measured_days / DAYS_PER_YEAR
    money = scenario.currency

    def measured(measure: str, factor: float = 1.0) -> tuple[Floats, Floats]:
        found = [simulation.estimate(measure, name) for name in names]
        quantile = float(special.stdtrit(max(1, len(simulation.replications) - 1), (1 + simulation.confidence) / 2))
        errors = [(one.half_width or 0.0) / quantile for one in found]
        return np.array([one.mean for one in found]) * factor, np.array(errors) * factor

    margin, margin_error = measured("margin", 1 / years)
    revenue, revenue_error = measured("revenue", 1 / years)
    yield Measured("margin", "margin per year", "attractiveness", "high", f"{money} per year", 1, margin, margin_error)
    yield Measured("size", "sales per year", "attractiveness", "high", f"{money} per year", 1, revenue, revenue_error)
    swings = np.array([_weekly_cv(simulation, name) for name in names])
    words = "variation of weekly orders"
    yield Measured("volatility", words, "attractiveness", "low", "sd / mean", 1, swings, np.zeros(len(names)))
    on_time, on_time_error = measured("on_time")
    floors = np.array([scenario.segments[n].floors.on_time or USUAL_FLOOR for n in names])
    if np.isfinite(on_time).all() and any(o.lead_time_days is not None for o in offerings.values()):
        words = "headroom of the promise: on time less its floor (95 % where there is none)"
        yield Measured("headroom", words, "fit", "high", "share", 1, on_time - floors, on_time_error)
    served, served_error = measured("cost_to_serve")
    sold = np.maximum(revenue * years, 1e-9)
    yield Measured(
        "cost_to_serve", "cost to serve per sales", "fit", "low", "share", 1, served / sold, served_error / sold
    )
    tight, hours = _bottleneck(simulation, offerings)
    if tight and (hours > 0).any():
        share = hours / hours.sum()
        words = f"share of {tight}, the tightest resource"
        yield Measured("bottleneck", words, "fit", "low", "share", 1, share, np.zeros(len(names)))


def _weekly_cv(simulation: Simulation, name: str) -> float:
    """Return sd / mean of the orders of a week: ``sqrt(gap_cv^2 / n + day_cv^2 / 7)`` with n orders per week."""
    demand = simulation.scenario.segments[name].demand
    weekly = max(orders_per_week(simulation.scenario, name), 1e-9)
    return float(np.sqrt(demand.gap_cv**2 / weekly + demand.day_to_day_cv**2 / 7))


def _bottleneck(simulation: Simulation, offerings: Mapping[str, Offering]) -> tuple[str, Floats]:
    """Return the resource with the highest load, and the hours per week that each segment takes of it."""
    scenario = simulation.scenario
    load = {resource: share for resource, share in loads(scenario).items() if np.isfinite(share)}
    if not load:
        return "", np.zeros(len(offerings))
    tight = max(load, key=load.__getitem__)
    hours = []
    for name, offering in offerings.items():
        weekly = orders_per_week(scenario, name) * acceptance(scenario, name, offering)
        mine = sum(w.mean for w in works(scenario, name, offering) if w.resource == tight) * weekly / MINUTES_PER_HOUR
        caller, contacts = contact_hours_per_week(scenario, name, offering)
        hours.append(mine + (contacts if caller == tight else 0.0))
    return tight, np.array(hours)


def _judged(told: CriteriaFile, built_in: Sequence[str], names: Sequence[str]) -> Iterator[Measured]:
    for name, one in told.criteria.items():
        if name in built_in:
            if one.values or one.axis:
                raise bad(f"criteria.{name}", "is measured by the simulation", "Give its weight only, or another name.")
            continue
        if one.axis is None:
            advice = f"Give its axis and values; the simulation knows {', '.join(built_in)}."
            raise bad(f"criteria.{name}.axis", "a criterion of your own needs an axis", advice)
        missing = [segment for segment in names if segment not in one.values]
        if missing:
            raise bad(f"criteria.{name}.values", f"{', '.join(missing)}: no value", "Give low and high for each.")
        strange = [segment for segment in one.values if segment not in names]
        if strange:
            raise bad(f"criteria.{name}.values", "no such segment is served", nearest(strange[0], names), strange[0])
        low = np.array([one.values[segment].low for segment in names])
        high = np.array([one.values[segment].high for segment in names])
        middle, half = (low + high) / 2, (high - low) / 2
        yield Measured(name, name, one.axis, one.better, one.unit, one.weight, middle, half, is_judged=True)
