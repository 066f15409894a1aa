"""How well what was fitted matches what it was fitted to, for every law of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.durations import HOURS_PER_DAY
from scenarios.history.arrays import Floats
from scenarios.history.fitting.classes import product_classes
from scenarios.history.fitting.distance import CLOSE, FAIR, distance_of
from scenarios.history.fitting.supply import Supplied, as_written
from scenarios.laws import Gamma
from scenarios.offerings import Offering, current_offerings
from scenarios.scenario import Scenario
from scenarios.segments import Demand
from simcore import sampling
from simcore.arrivals import arrivals
from simcore.clock import TICKS_PER_HOUR
from simcore.draws import Draws
from simcore.program import compile_program
from simcore.segment_orders import order_quantities

SAMPLE = 20_000
HISTORIES = 5
EMPIRICAL = "as in the history"


@dataclass(frozen=True)
class Goodness:
    """One law of a segment, beside the data that it was fitted to.

    Attributes
    ----------
    segment : str
        Or the product class, of a law of supply.
    law : str
        What was fitted; "as in the history" is the empirical law, without a formula.
    data, fitted : float
        Means.
    data_cv, fitted_cv : float
        Standard deviations over the means.
    distance : float
        Largest difference of the two distribution functions (Kolmogorov and Smirnov), 0 to 1.
    """

    segment: str
    what: str
    law: str
    data: float
    fitted: float
    data_cv: float
    fitted_cv: float
    distance: float

    @property
    def grade(self) -> str:
        """The distance in a word."""
        return "close" if self.distance <= CLOSE else "fair" if self.distance <= FAIR else "poor"


def goodness(
    scenario: Scenario,
    orders: pd.DataFrame,
    lines: pd.DataFrame,
    segments: pd.Series[str],
    period: tuple[pd.Timestamp, pd.Timestamp],
    classes: int,
    seed: int,
) -> list[Goodness]:
    """Return how well every law fits, segment by segment: what the scenario draws, beside the history.

    Parameters
    ----------
    orders, lines : DataFrame
        Of the period, see `OrderHistory`.
    segments : Series
        Order -> segment.
    period : (Timestamp, Timestamp)
        First and last day that were fitted.
    classes : int
        Number of product classes.
    """
    held = (
        lines.assign(product_class=product_classes(lines, classes))
        .groupby("order")["product_class"]
        .nunique()
        .astype(np.float64)
    )
    days = int((period[1] - period[0]) / pd.Timedelta(days=1)) + 1
    calendar = scenario.calendar.model_copy(
        update={"start": period[0].date(), "warm_up_days": 0.0, "measured_days": float(days), "drain_days": 0.0}
    )
    then = scenario.model_copy(update={"calendar": calendar})
    offerings = current_offerings(scenario)
    out: list[Goodness] = []
    for name in scenario.segments:
        mine = orders[segments.reindex(orders.index) == name]
        out += _arrivals(then, name, mine["time"], period[0], days, seed)
        out += _contents(scenario, name, mine, held, seed)
        offering = offerings[name]
        if offering is not None:
            out += _delivery(offering, name, mine)
    return out


def _arrivals(
    scenario: Scenario, name: str, times: pd.Series[pd.Timestamp], first: pd.Timestamp, days: int, seed: int
) -> Iterator[Goodness]:
    """Yield the orders of a day, and the hours between orders where the history has times of day."""
    program, demand = compile_program(scenario), scenario.segments[name].demand
    hours = np.sort(((times - first) / pd.Timedelta(hours=1)).to_numpy(np.float64))
    drawn = [arrivals(program, name, Draws(seed, r)) / TICKS_PER_HOUR for r in range(HISTORIES)]
    counts = [
        np.bincount((one // HOURS_PER_DAY).astype(np.int64), minlength=days)[:days].astype(np.float64)
        for one in (hours, *drawn)
    ]
    yield _compared(name, "orders of a day", _regularity(demand), counts[0], np.concatenate(counts[1:]))
    if (times == times.dt.normalize()).all():
        return
    step = 1 / 60 if (times == times.dt.floor("min")).all() else 1 / 3600
    gaps = [np.diff(np.floor(one / step + 1e-6) * step) for one in (hours, *drawn)]
    yield _compared(name, "hours between orders", _regularity(demand), gaps[0], np.concatenate(gaps[1:]))


def _regularity(demand: Demand) -> str:
    if demand.gap_cv < 1:
        return f"gamma gaps, cv {demand.gap_cv:.2f}"
    return f"Poisson, days vary by {demand.day_to_day_cv:.0%}" if demand.day_to_day_cv else "Poisson"


def _contents(
    scenario: Scenario, name: str, mine: pd.DataFrame, held: pd.Series[float], seed: int
) -> Iterator[Goodness]:
    drawn = order_quantities(scenario, name, Draws(seed, 0), SAMPLE).astype(np.float64)
    yield _compared(name, "units of an order", EMPIRICAL, mine["units"].to_numpy(np.float64), drawn.sum(axis=1))
    if len(scenario.segments[name].products) > 1:
        counted: Floats = np.nan_to_num(np.asarray(held.reindex(mine.index), dtype=np.float64))
        included = np.where(drawn > 0, 1.0, 0.0).sum(axis=1)
        yield _compared(name, "product classes of an order", "independent", counted, included)


def _delivery(offering: Offering, name: str, mine: pd.DataFrame) -> Iterator[Goodness]:
    actual = mine["actual_days"].dropna() if "actual_days" in mine else pd.Series(dtype=np.float64)
    if len(actual):
        drawn = sampling.inverse(offering.delivery.transit_days, (np.arange(SAMPLE) + 0.5) / SAMPLE)
        yield _compared(name, "days to delivery", EMPIRICAL, actual.to_numpy(np.float64), drawn)
    promised = mine["promised_days"].dropna() if "promised_days" in mine else pd.Series(dtype=np.float64)
    if len(promised) and offering.lead_time_days is not None:
        usual = np.array([offering.lead_time_days])
        yield _compared(name, "days promised", "the usual promise", promised.to_numpy(np.float64), usual)


def supply_goodness(scenario: Scenario, supplied: list[Supplied]) -> Iterator[Goodness]:
    """Yield how well the law of supply of each product class fits, where the class has a law of its own."""
    for one in supplied:
        stock = scenario.products[one.product].stock
        if stock is None or not one.own:
            continue
        law = stock.supply.lead_time_days
        drawn = sampling.inverse(law, (np.arange(SAMPLE) + 0.5) / SAMPLE)
        fitted_as = f"gamma, cv {law.cv:.2f}" if isinstance(law, Gamma) else EMPIRICAL
        yield _compared(one.product, "days of supply", fitted_as, one.days, as_written(drawn, one.days))


def _compared(segment: str, what: str, law: str, data: Floats, fitted: Floats) -> Goodness:
    (mean, cv), (drawn_mean, drawn_cv) = _moments(data), _moments(fitted)
    return Goodness(segment, what, law, mean, drawn_mean, cv, drawn_cv, distance_of(data, fitted))


def _moments(values: Floats) -> tuple[float, float]:
    """Return mean, and standard deviation over mean."""
    mean = float(values.mean())
    return mean, float(values.std() / abs(mean)) if mean else 0.0
