"""How long work waits at each resource, as estimated before the simulation judges it.

Two parts: the fluid wait until the servers present have worked off what came before (closed hours, Monday mornings),
from the hourly load and presence of the current design; and the random wait in a queue of that load (Erlang C with
the correction (1 + cv^2) / 2; Whitt 1993).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenarios.offerings import Offering, current_offerings
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.acceptance import acceptance, units_per_order
from simcore.clock import Floats
from simcore.demand import HOURS_PER_WEEK, measured_orders, week_profile
from simcore.formulas.erlang import erlang_c
from simcore.program import weekly_servers

MINUTES_PER_HOUR = 60
WEEKS = 3
MOST_WAIT_HOURS = 2.0 * HOURS_PER_WEEK


@dataclass(frozen=True)
class Wait:
    """Waits at one resource: fluid wait in hours by hour of the week, and the random wait on top."""

    fluid: Floats
    share: float
    mean_if_waiting: float

    def hours(self, at: Floats, u: Floats) -> Floats:
        """Return waits of work that comes at times of the week (hours), with uniform numbers."""
        within = np.minimum(u / self.share, 1 - 1e-12) if self.share > 0 else np.zeros(len(u))
        late = np.where(u < self.share, -np.log1p(-within), 0.0)
        return np.asarray(self.fluid[at.astype(np.int64) % HOURS_PER_WEEK] + late * self.mean_if_waiting)


@dataclass(frozen=True)
class Work:
    """Work that one order of an offering brings to a resource, in minutes."""

    resource: str
    mean: float
    variance: float


def works(scenario: Scenario, segment: str, offering: Offering, takes_order: float = 1.0) -> list[Work]:
    """Return the mean work per accepted order at every resource: capture, approvals, fulfilment.

    ``takes_order`` is the share of potential orders that the offer admits; the units that are ordered at all fall to
    these.
    """
    out = []
    channel, fulfilment = offering.channel, offering.fulfilment
    if channel.resource is not None:
        out.append(Work(channel.resource, sampling.mean(channel.minutes), sampling.variance(channel.minutes)))
    for step in offering.approvals:
        if step.resource is not None:
            mean, variance = sampling.mean(step.minutes), sampling.variance(step.minutes)
            out.append(Work(step.resource, step.share_of_orders * mean, step.share_of_orders * variance))
    if fulfilment is not None:
        units = sum(
            n * scenario.products[p].work_factor
            for p, n in units_per_order(scenario.segments[segment]).items()
            if p in offering.assortment
        ) / max(takes_order, 1e-9)
        unit_work, setup = fulfilment.minutes_per_unit, fulfilment.setup_minutes
        out.append(
            Work(
                fulfilment.resource,
                sampling.mean(setup) + units * sampling.mean(unit_work),
                sampling.variance(setup) + units * sampling.variance(unit_work),
            )
        )
    return out


def contact_hours_per_week(scenario: Scenario, segment: str, offering: Offering) -> tuple[str | None, float]:
    """Return who makes the contacts with a segment, and the hours that they take per week."""
    touch = offering.touchpoints
    if touch is None:
        return None, 0.0
    per_week = scenario.segments[segment].customers * touch.per_customer_per_month * 7 / 30
    return touch.resource, per_week * sampling.mean(touch.minutes) / MINUTES_PER_HOUR


def orders_per_week(scenario: Scenario, segment: str) -> float:
    """Return the potential orders of an average week of the measured window."""
    return measured_orders(scenario, segment) * 7 / scenario.calendar.measured_days


def servers_by_hour(scenario: Scenario, resource: str, extra: int) -> Floats:
    """Return the servers present in each hour of the week, Monday 00:00 first (averages where a shift changes)."""
    minutes = weekly_servers(scenario.resources[resource], extra)
    return np.asarray(minutes.reshape(HOURS_PER_WEEK, MINUTES_PER_HOUR).mean(axis=1))


def waits(scenario: Scenario) -> dict[str, Wait]:
    """Return the waits at every resource under the load of the current design."""
    load = {name: np.zeros(HOURS_PER_WEEK) for name in scenario.resources}
    jobs: dict[str, list[tuple[float, Work]]] = {name: [] for name in scenario.resources}
    for name, offering in current_offerings(scenario).items():
        if offering is None:
            continue
        weekly = orders_per_week(scenario, name) * acceptance(scenario, name, offering)
        profile = week_profile(scenario.segments[name].demand) / HOURS_PER_WEEK
        for work in works(scenario, name, offering):
            load[work.resource] += weekly * profile * work.mean / MINUTES_PER_HOUR
            jobs[work.resource].append((weekly, work))
        resource, hours = contact_hours_per_week(scenario, name, offering)
        if resource is not None:
            load[resource] += hours / HOURS_PER_WEEK
    extra = scenario.current.extra_servers
    return {name: _wait(servers_by_hour(scenario, name, extra.get(name, 0)), load[name], jobs[name]) for name in load}


def _wait(servers: Floats, load: Floats, jobs: list[tuple[float, Work]]) -> Wait:
    if servers.sum() == 0:
        return Wait(np.zeros(HOURS_PER_WEEK), 0.0, 0.0)
    if load.sum() == 0:
        return Wait(fluid_wait(servers, load), 0.0, 0.0)
    present = float(servers[servers > 0].mean())
    rho = min(0.97, float(load.sum() / servers.sum()))
    count = sum(weekly for weekly, _ in jobs)
    if count == 0:
        return Wait(fluid_wait(servers, load), 0.0, 0.0)
    mean = sum(weekly * work.mean for weekly, work in jobs) / count
    second = sum(weekly * (work.variance + work.mean**2) for weekly, work in jobs) / count
    team = max(1, round(present))
    hours = second / mean / 2 / MINUTES_PER_HOUR / (team * (1 - rho)) if mean > 0 else 0.0
    return Wait(fluid_wait(servers, load), float(erlang_c(team, rho * team)), hours)


def fluid_wait(servers: Floats, load: Floats) -> Floats:
    """Return the hours that work arriving in each hour of the week waits behind earlier work and closed doors.

    The backlog follows ``b(h + 1) = max(0, b(h) + load(h) - servers(h))``; work waits until the servers present
    from then on have worked off the backlog it found.

    >>> open_at_nine = np.where(np.arange(168) % 24 >= 9, 1.0, 0.0)
    >>> fluid_wait(open_at_nine, np.zeros(168))[:10].tolist()
    [8.5, 7.5, 6.5, 5.5, 4.5, 3.5, 2.5, 1.5, 0.5, 0.0]
    """
    backlog, found = 0.0, np.zeros(HOURS_PER_WEEK)
    for hour in range(2 * HOURS_PER_WEEK):
        found[hour % HOURS_PER_WEEK] = backlog
        backlog = max(0.0, backlog + load[hour % HOURS_PER_WEEK] - servers[hour % HOURS_PER_WEEK])
    done = np.concatenate([[0.0], np.cumsum(np.tile(servers, WEEKS))])
    middle = np.arange(HOURS_PER_WEEK) + 0.5
    clock = np.arange(len(done), dtype=np.float64)
    goal = np.interp(middle, clock, done) + found
    last = np.searchsorted(done, goal, side="right")
    start = np.minimum(last, len(done) - 1)
    inside = (goal - done[start - 1]) / np.maximum(done[start] - done[start - 1], 1e-12)
    ready = np.where(last >= len(done), MOST_WAIT_HOURS + middle, start - 1 + inside)
    return np.asarray(np.maximum(0.0, ready - middle))
