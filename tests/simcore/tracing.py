"""Small scenarios whose every instant is known beforehand, and what happened in them, in hours and names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scenarios.scenario import Scenario
from simcore.clock import TICKS_PER_HOUR
from simcore.draws import Draws
from simcore.measures import Facts
from simcore.program import compile_program
from simcore.records import Jobs, Outcome
from simcore.replications import play_once

Data = dict[str, Any]
HOURS_PER_WEEK = 168
NONE = -1


def at(*hours: int) -> Data:
    """Return the demand that places one order at each of these hours of the first week, and no others that week.

    Clockwork orders come when the cumulative rate passes a whole number. It starts with a half, and then rises by a
    half in the hour before and in the hour after each order.
    """
    halves = np.zeros(HOURS_PER_WEEK)
    halves[0] = 1
    for hour in hours:
        halves[[hour - 1, hour]] += 1
    weight = float((halves / halves.mean()).max() / halves.max())
    close = [12 / weight, np.nextafter(12 / weight, 0), np.nextafter(12 / weight, 99)]
    exact = next(rate for rate in close if weight * rate / 24 == 0.5)  # half an order, to the last bit
    return {"orders_per_day": float(exact), "gap_cv": 0, "by_hour_of_week": halves.tolist()}


def who(demand: Data, offer: Data | None = None, *, quantity: Any = 1, product: str = "unit", **more: Any) -> Data:
    """Return a segment with one customer, and the offer it gets under ``offer``."""
    segment = {"customers": 1, "demand": demand, "products": {product: {"quantity": quantity}}}
    return {"segment": segment | more, "offer": offer or {}}


def stocked(policy: Data, lead_hours: Any = 0, **more: Any) -> Data:
    supply = {"lead_time_days": lead_hours / 24 if isinstance(lead_hours, (int, float)) else lead_hours}
    return {"list_price": 1, "stock": {"policy": policy, "supply": supply | more.pop("supply", {}), **more}}


def up_to(level: int, *critical: int) -> Data:
    return {"kind": "base_stock", "base_stock": level, "critical_levels": list(critical)}


def work(hours: float, **more: Any) -> Data:
    """Return an offer whose shipments take these hours of the team."""
    return {"fulfilment": {"resource": "team", "setup_minutes": 60 * hours}, **more}


@dataclass(frozen=True)
class Story:
    """One replication, told in hours since the start and in names."""

    found: Facts

    def _rows(self, segment: str) -> np.ndarray:
        return np.flatnonzero(self.found.orders.lane == self.found.program.segments.index(segment))

    def _lines(self, segment: str) -> np.ndarray:
        return np.flatnonzero(self.found.line_lane == self.found.program.segments.index(segment))

    def outcome(self, segment: str) -> list[str]:
        """Return how the orders of a segment ended."""
        return [Outcome(value).name for value in self.found.records.outcome[self._rows(segment)]]

    def when(self, instant: str, segment: str) -> list[float | None]:
        """Return an instant of every order of a segment: placed, approved, promised, allocated, ended."""
        source = self.found.orders if instant == "placed" else self.found.records
        return hours(getattr(source, instant)[self._rows(segment)])

    def line_when(self, instant: str, segment: str) -> list[float | None]:
        """Return an instant of every line of a segment: served, shipped, delivered."""
        return hours(getattr(self.found.records, instant)[self._lines(segment)])

    def line(self, field: str, segment: str) -> list[int]:
        """Return a number of every line of a segment: taken, lost, from_stock, served_pool."""
        return [int(v) for v in getattr(self.found.records, field)[self._lines(segment)]]

    def jobs(self, kind: str, segment: str) -> list[tuple[float | None, float | None, float | None]]:
        """Return (joined, started, finished) of the captures, steps or shipment_jobs of a segment that exist."""
        jobs: Jobs = getattr(self.found.records, kind)
        index = self.found.program.segments.index(segment)
        owner = {
            "captures": self.found.orders.lane,
            "steps": self.found.orders.lane[self.found.orders.step_order],
            "shipment_jobs": self.found.line_lane,
        }[kind]
        mine = (owner == index) & (jobs.join != NONE)
        return list(zip(hours(jobs.join[mine]), hours(jobs.start[mine]), hours(jobs.finish[mine]), strict=True))

    def started(self, segment: str) -> list[float | None]:
        """Return when the fulfilment of each order of a segment that queued for it started."""
        return [start for _, start, _ in self.jobs("shipment_jobs", segment)]

    def shipments(self, segment: str) -> list[int]:
        return [int(n) for n in self.found.records.shipments[self._rows(segment)]]

    def receipts(self) -> list[tuple[float | None, int, float | None]]:
        """Return (ordered, units, received) of every replenishment."""
        r = self.found.records
        rows = zip(hours(r.supply_ordered), r.supply_quantity.tolist(), hours(r.supply_received), strict=True)
        return list(rows)


def hours(ticks: np.ndarray) -> list[float | None]:
    return [None if tick == NONE else tick / TICKS_PER_HOUR for tick in ticks.tolist()]


def story(
    people: dict[str, Data],
    products: Data | None = None,
    resources: Data | None = None,
    *,
    days: float = 6,
    **more: Any,
) -> Story:
    """Play one replication of the first days of a scenario in which each segment gets its own offer."""
    data = {
        "name": "trace",
        "calendar": {"measured_days": days},
        "segments": {name: person["segment"] for name, person in people.items()},
        "products": products or {"unit": {"list_price": 1}},
        "resources": resources if resources is not None else {"team": {"servers": 1}},
        "levers": {"offer": {name: person["offer"] for name, person in people.items()}},
        "as_is": {"offerings": {name: {"offer": name} for name in people}},
    }
    return Story(play_once(compile_program(Scenario.model_validate(data | more)), Draws(1, 0)))
