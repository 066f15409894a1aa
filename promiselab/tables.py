"""Simulations as rows and frames: estimates, ledger, differences."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10
from typing import Any

import numpy as np

from simcore.estimates import IDENTICAL, NO_DIFFERENCE, Difference, Interval, at_least, difference, holm, ratio
from simcore.ledger import DRIVERS
from simcore.measures import MARGIN, MeasureKey
from simcore.replications import Simulation

Row = dict[str, Any]

COMPARED = (
    "margin",
    "revenue",
    "cost_to_serve",
    "acceptance",
    "on_time",
    "otif",
    "volume_fill_rate",
    "lead_time_mean",
    "lead_time_p95",
    "stock_investment",
    "utilisation",
    "wait_mean",
    "backorders_mean",
)
"""Measures that designs are compared by."""

HEADLINES = ("margin", "revenue", "cost_to_serve", "stock_investment")
SERVICE = ("acceptance", "on_time", "otif", "volume_fill_rate", "lead_time_mean", "lead_time_p95")
"""Measures that are printed of a study: of the company, and of each segment."""

SERVICE_ORDERS = {"on_time", "otif", "volume_fill_rate", "line_fill_rate", "order_fill_rate", "acceptance"}


def number(value: float | None) -> float | None:
    """Return a number fit for JSON: None for what cannot be known."""
    return None if value is None or not isfinite(value) else float(value) + 0.0


def estimate_rows(simulation: Simulation) -> list[Row]:
    """Return one row per measure: what, of whom, mean, half-width, unit, and a note where an interval says too much."""
    return [_estimate_row(simulation, key, unit) for key, unit in simulation.units.items()]


def _estimate_row(simulation: Simulation, key: MeasureKey, unit: str) -> Row:
    numerator, denominator = simulation.totals(key)
    found = ratio(numerator, denominator, simulation.confidence)
    row: Row = {
        "measure": key.measure,
        "segment": key.segment,
        "resource": key.resource,
        "product": key.product,
        "mean": number(found.mean),
        "half_width": number(found.half_width),
        "unit": unit,
    }
    if key.measure in SERVICE_ORDERS and found.mean == 1.0:
        cases, runs = float(denominator.sum()), len(simulation.replications)
        least = at_least(cases, simulation.confidence)
        row["half_width"] = 1 - least if runs > 1 else None
        row["note"] = f"no miss in {cases:,.0f} cases over {runs} replications: at least {rounded_down(least)}"
    return row


def rounded_down(share: float) -> str:
    """Return a lower bound in per cent, with as many decimals as keep it below what it bounds.

    >>> rounded_down(0.97149), rounded_down(0.9999917)
    ('97.1%', '99.9991%')
    """
    missing = 100 * (1 - share)
    decimals = max(1, ceil(-log10(missing))) if missing > 0 else 1
    return f"{floor(100 * share * 10**decimals) / 10**decimals:.{decimals}f}%"


def driver_differences(baseline: Simulation, candidate: Simulation) -> list[Row]:
    """Return one row per driver: candidate less baseline, paired by replication; the means add up to the margins'."""
    count = min(len(baseline.replications), len(candidate.replications))
    rows, ones = [], np.ones(count)
    sums: list[dict[str, np.ndarray]] = [{}, {}]
    for simulation, drivers in zip((baseline, candidate), sums, strict=True):
        for (_, driver), amounts in _ledgers(simulation).items():
            drivers[driver] = drivers.get(driver, np.zeros(count)) + amounts[:count]
    for driver in DRIVERS:
        if driver in sums[0] or driver in sums[1]:
            ends = [(drivers.get(driver, np.zeros(count)), ones) for drivers in sums]
            found = difference(ends[0], ends[1], baseline.confidence)
            interval = found.interval
            rows.append(
                {
                    "driver": driver,
                    "mean": number(interval.mean),
                    "half_width": number(interval.half_width),
                    "verdict": found.verdict,
                }
            )
    return rows


def _ledgers(simulation: Simulation) -> dict[tuple[str, str], np.ndarray]:
    """Return (segment, driver) -> amounts, shape (replications,)."""
    table: dict[tuple[str, str], np.ndarray] = {}
    count = len(simulation.replications)
    for index, replication in enumerate(simulation.replications):
        for posting in replication.ledger:
            place = (posting.segment, posting.driver)
            table.setdefault(place, np.zeros(count))[index] += posting.amount  # one for each offer that it took
    return table


def ledger_rows(simulation: Simulation) -> list[Row]:
    """Return one row per segment and driver: mean and half-width over replications, income positive."""
    table = _ledgers(simulation)
    count = len(simulation.replications)
    order = {driver: i for i, driver in enumerate(DRIVERS)}
    rows = []
    for segment, driver in sorted(table, key=lambda k: (k[0], order[k[1]])):
        found = ratio(table[segment, driver], np.ones(count), simulation.confidence)
        rows.append({"segment": segment, "driver": driver, "mean": found.mean, "half_width": number(found.half_width)})
    return rows


def posting_rows(name: str, simulation: Simulation) -> list[Row]:
    """Return every posting of every replication of a design."""
    return [
        {
            "design": name,
            "replication": index,
            "segment": p.segment,
            "offering": p.offering,
            "driver": p.driver,
            "amount": p.amount,
        }
        for index, replication in enumerate(simulation.replications)
        for p in replication.ledger
    ]


def measure_rows(name: str, simulation: Simulation) -> list[Row]:
    """Return every measure of every replication of a design, as numerator and denominator."""
    return [
        {
            "design": name,
            "replication": index,
            "measure": m.key.measure,
            "segment": m.key.segment,
            "resource": m.key.resource,
            "product": m.key.product,
            "numerator": m.numerator,
            "denominator": m.denominator,
            "unit": m.unit,
        }
        for index, replication in enumerate(simulation.replications)
        for m in replication.measures
    ]


def differences(baseline: Simulation, candidates: Sequence[Simulation]) -> list[list[Row]]:
    """Return candidate minus baseline for each candidate and compared measure, paired by replication.

    The verdicts on the margin of the company, which decide between designs, stand only if they survive Holm's
    correction over the candidates.
    """
    level = baseline.confidence
    keys = sorted((k for k in baseline.units if k.measure in COMPARED), key=lambda k: COMPARED.index(k.measure))
    found = [{key: difference(baseline.totals(key), c.totals(key), level) for key in keys} for c in candidates]
    stands = holm([table[MARGIN].p for table in found], level)
    out = []
    for table, keep in zip(found, stands, strict=True):
        if not keep and table[MARGIN].verdict not in (IDENTICAL, NO_DIFFERENCE):
            kept = table[MARGIN]
            table[MARGIN] = Difference(kept.interval, kept.p, NO_DIFFERENCE, len(baseline.replications) * 2)
        out.append([_difference_row(key, d) for key, d in table.items() if isfinite(d.interval.mean)])
    return out


def _difference_row(key: MeasureKey, found: Difference) -> Row:
    return {
        "measure": key.measure,
        "segment": key.segment,
        "resource": key.resource,
        "product": key.product,
        "mean": number(found.interval.mean),
        "half_width": number(found.interval.half_width),
        "verdict": found.verdict,
        "p": number(found.p),
        "needed": found.needed,
    }


def shown(interval: Interval, decimals: int = 3) -> str:
    """Return an interval as text.

    >>> shown(Interval(0.95, 0.01))
    '0.950 +/- 0.010'
    """
    if interval.half_width is None:
        return f"{interval.mean:,.{decimals}f}"
    return f"{interval.mean:,.{decimals}f} +/- {interval.half_width:,.{decimals}f}"
