"""What a plan expects to earn, driver by driver, as the ledger of the simulation tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimize.candidates.candidates import Candidates
from optimize.candidates.stock_pools import savings
from optimize.capacity.presence import presence_cost
from optimize.economics.economics import Economics
from optimize.solve import Solution
from scenarios.scenario import Scenario
from simcore.ledger import DRIVERS

ORDERED = {driver: index for index, driver in enumerate(DRIVERS)}
PEOPLE, SETUP = "idle_capacity", "fixed"
"""Drivers of the company: people who are paid beyond their work, and setup costs of the options that are used."""


@dataclass(frozen=True)
class Expected:
    """Money that the plan expects of one segment (empty: the company) for one ledger driver."""

    segment: str
    driver: str
    amount: float


def expected_margin(scenario: Scenario, candidates: Candidates, solution: Solution) -> list[Expected]:
    """Return the expected margin driver by driver.

    Brand erosion falls on whoever values the premium; what shared stock saves, on those who share it.
    """
    served = served_by(candidates, solution)
    brand = sum(e.over_serving for e in served.values())
    saved = savings(scenario, served)
    out = []
    for name, e in served.items():
        more = {"erosion": -e.brand_revenue * brand, "holding": saved[name]}
        for driver, amount in sorted(e.drivers.items(), key=lambda item: ORDERED[item[0]]):
            out.append(Expected(name, driver, amount + more.get(driver, 0.0)))
    pay = sum(n * hire.cost for n, hire in zip(solution.hires, candidates.selection.hires, strict=True))
    labour = sum(sum(e.labour.values()) for e in served.values())
    out.append(Expected("", PEOPLE, labour - presence_cost(scenario) - pay))
    used = [j for j in solution.columns if j >= 0]
    setup = sum(
        option.fixed_cost
        for index, option in enumerate(candidates.selection.options)
        if candidates.selection.option_use[used, index].any()
    )
    return [*out, Expected("", SETUP, -setup)]


def served_by(candidates: Candidates, solution: Solution) -> Mapping[str, Economics]:
    """Return the economics of what each segment gets; those that get nothing are left out."""
    chosen = zip(candidates.selection.segments, solution.columns, strict=True)
    return {name: candidates.economics[j] for name, j in chosen if j >= 0}
