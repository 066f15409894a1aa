"""Estimates of a design laid beside its simulation: every driver of the ledger and every service figure, by segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from optimize.candidates.stock_pools import savings
from optimize.economics.economics import Economics
from simcore.clock import Floats
from simcore.estimates import Interval, ratio
from simcore.ledger import DRIVERS
from simcore.replications import Simulation

NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class Discrepancy:
    """One figure of one segment, as estimated and as simulated.

    Attributes
    ----------
    figure : str
        A driver of the ledger, ``margin`` (before idle capacity), or one of ``SHARES``.
    estimate : float
        In ``unit``; money of the measured window, income positive.
    simulated : Interval
        Mean over the replications with its interval.
    turnover : float
        What customers of the segment paid in the simulation, to weigh errors of money with.
    """

    segment: str
    figure: str
    unit: str
    estimate: float
    simulated: Interval
    turnover: float

    @property
    def error(self) -> float:
        """Estimate minus simulated mean."""
        return self.estimate - self.simulated.mean

    @property
    def is_off(self) -> bool:
        """Whether the estimate lies outside the interval; never where there is no interval."""
        width = self.simulated.half_width
        rounding = NEGLIGIBLE * max(1.0, abs(self.estimate))
        return width is not None and bool(abs(self.error) > width + rounding)

    @property
    def weight(self) -> float:
        """The error as a share: of what customers paid for money, as it is for a share."""
        return self.error if self.unit == "share" else self.error / max(self.turnover, NEGLIGIBLE)


def discrepancies(economics: Mapping[str, Economics], simulation: Simulation) -> list[Discrepancy]:
    """Return every figure of the served segments, as estimated and as simulated.

    Parameters
    ----------
    economics : mapping of str to Economics
        Segment -> the estimate of the offering that it gets in the simulated design.
    simulation : Simulation
        Of the design.
    """
    brand = sum(e.over_serving for e in economics.values())
    saved = savings(simulation.scenario, economics)
    currency = simulation.scenario.currency
    ledger = _ledger(simulation)
    nothing = np.zeros(len(simulation.replications))
    out: list[Discrepancy] = []
    for segment, economy in economics.items():
        turnover = simulation.estimate("revenue", segment).mean
        money = _money(economy, brand, saved[segment])
        for driver in DRIVERS:
            happened = ledger.get((segment, driver), nothing)
            if driver in money or happened.any():
                found = ratio(happened, np.ones(len(happened)), simulation.confidence)
                out.append(Discrepancy(segment, driver, currency, money.get(driver, 0.0), found, turnover))
        margin = simulation.estimate("margin", segment)
        out.append(Discrepancy(segment, "margin", currency, sum(money.values()), margin, turnover))
        for figure, estimate in _shares(economy):
            found = simulation.estimate(figure, segment)
            if not np.isnan(found.mean):
                out.append(Discrepancy(segment, figure, "share", estimate, found, turnover))
    return out


def _money(economics: Economics, brand: float, saved: float) -> dict[str, float]:
    """Return the estimated money by driver.

    What over-serving others costs a brand falls on whoever values it; what shared stock saves, on those who share it.
    """
    money = dict(economics.drivers)
    money["holding"] = money.get("holding", 0.0) + saved
    money["erosion"] = money.get("erosion", 0.0) - economics.brand_revenue * brand
    return {driver: amount for driver, amount in money.items() if amount}


def _shares(economics: Economics) -> Iterator[tuple[str, float]]:
    yield "acceptance", economics.acceptance
    yield "on_time", economics.service.on_time
    yield "otif", economics.service.otif
    yield "volume_fill_rate", economics.stock.fill_rate


def _ledger(simulation: Simulation) -> dict[tuple[str, str], Floats]:
    """Return (segment, driver) -> money of each replication."""
    table: dict[tuple[str, str], Floats] = {}
    for index, replication in enumerate(simulation.replications):
        for posting in replication.ledger:
            key = posting.segment, posting.driver
            table.setdefault(key, np.zeros(len(simulation.replications)))[index] += posting.amount
    return table
