"""How long work waits at each resource, as estimated before the simulation judges it.

Two parts: the backlog of a history, hour by hour, behind closed doors, good days and the season of the window, at the
load of the current design; and the random wait within the hour in a queue of that load (Erlang C with the correction
(1 + cv^2) / 2; Whitt 1993). A team with more work today than any plan may give it is taken as one that can do its work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from optimize.arrays import distinct
from optimize.service.extra_servers import fewest_extra
from optimize.service.histories import Histories
from optimize.service.outages import held_back, outages
from optimize.service.sample_orders import SampleOrders
from optimize.service.stock_need import StockNeeds
from optimize.service.work import Work, contact_hours_per_week, servers_by_hour, works
from scenarios.durations import HOURS_PER_WEEK, MINUTES_PER_HOUR
from scenarios.levers import Priority
from scenarios.offerings import Offering, current_offerings
from scenarios.resources import Resource
from scenarios.scenario import Scenario
from simcore.acceptance import acceptance, inclusion
from simcore.clock import Bools, Floats, Ints
from simcore.formulas.erlang import erlang_c

MOST_LOAD = 0.8
"""Load of an hour up to which chance makes work wait; beyond it the backlog does, and busy hours end before chance
alone had time to fill a queue. Set where waits agree with the simulation of the shipped scenarios."""
LOAD_STEP = 0.01
LEAST_LEFT = 0.05
"""Share of the servers that better ranks leave at least."""
CLOSED = 1e-9
"""Servers that are taken to be there behind closed doors, so that time goes on."""
NOBODY_HOURS = 2.0 * HOURS_PER_WEEK
"""Wait at a resource where nobody is ever present."""


@dataclass(frozen=True)
class Wait:
    """Waits of one place in the queue of one resource.

    Attributes
    ----------
    backlog : array of float, shape (hours, histories)
        Server-hours of work that goes before an order that comes in that hour.
    served : array of float, shape (hours + 1,)
        Server-hours that are there for such work from the start to each full hour.
    share, mean_if_waiting : array of float, shape (hours,)
        The random wait on top: its chance, and its mean in hours.
    """

    backlog: Floats
    served: Floats
    share: Floats
    mean_if_waiting: Floats

    def hours(self, history: Ints, at: Floats, u: Floats) -> Floats:
        """Return waits of work that comes at some hours of some histories, with uniform numbers."""
        hour = np.minimum(at.astype(np.int64), len(self.share) - 1)
        share = self.share[hour]
        within = np.divide(u, share, out=np.ones(len(u)), where=u < share)
        late = np.where(u < share, -np.log1p(-np.minimum(within, 1 - 1e-12)), 0.0)
        return self._behind(history, at) + late * self.mean_if_waiting[hour]

    def _behind(self, history: Ints, at: Floats) -> Floats:
        """Return the hours until the servers present from then on have worked off the backlog."""
        last = len(self.served) - 1
        per_hour = self.served[-1] / last
        if per_hour <= 2 * CLOSED:
            return np.full(len(at), NOBODY_HOURS)
        clock = np.arange(last + 1, dtype=np.float64)
        hour = np.minimum(at.astype(np.int64), last - 1)
        goal = self.served[hour] + self.backlog[hour, history]
        begin = np.interp(goal, self.served, clock)
        begin += np.maximum(0.0, goal - self.served[-1]) / per_hour
        return np.maximum(0.0, begin - np.minimum(at, last))


@dataclass(frozen=True)
class Stream:
    """Work that comes to a resource from one segment: minutes per order, the orders accepted, the place in the queue.

    Contacts come at all hours: ``orders`` is then 0, and ``steady`` their hours per week.
    """

    segment: str
    orders: float
    work: Work
    priority: Priority
    steady: float = 0.0

    def scaled(self, share: float) -> Stream:
        """Return a share of this work."""
        return replace(self, orders=share * self.orders, steady=share * self.steady)


class Waits:
    """The waits at every resource under the load of the current design, or the highest load that a plan may have."""

    def __init__(
        self, scenario: Scenario, histories: Histories, samples: Mapping[str, SampleOrders], needs: StockNeeds
    ) -> None:
        self._scenario, self._histories, self._needs = scenario, histories, needs
        self._streams = _streams(scenario, samples)
        self._outages: dict[tuple[str, float, float], Bools] = {}
        self._known: dict[tuple[str, float], Wait] = {}
        self._plans: dict[str, tuple[Floats, list[Stream]]] = {}

    def at(self, resource: str, priority: Priority) -> Wait:
        """Return the waits of orders with a place in the queue of a resource."""
        team = self._scenario.resources[resource]
        place = priority.head_start_hours if team.discipline == "head_start" else float(priority.rank)
        found = self._known.get((resource, place))
        if found is None:
            found = self._known[resource, place] = self._wait(resource, team, place)
        return found

    def _wait(self, resource: str, team: Resource, place: float) -> Wait:
        servers, streams = self._planned(resource)
        by_rank = team.discipline != "head_start"
        before = [s for s in streams if not by_rank or s.priority.rank <= place]
        better = [s for s in streams if by_rank and s.priority.rank < place]
        left = np.maximum(servers - self._load(better), LEAST_LEFT * servers)
        backlog = self._backlog(before, servers)
        if not by_rank and place > 0:  # those that joined in the last hours are overtaken
            backlog = np.maximum(0.0, backlog - _of_the_last(self._load(before), place)[:, None])
        served = np.concatenate([[0.0], np.cumsum(np.maximum(left, CLOSED))])
        return Wait(backlog, served, *_random_wait(servers, self._load(streams), streams))

    def _planned(self, resource: str) -> tuple[Floats, list[Stream]]:
        """Return the servers in each hour, and the work that comes to them: those of the current design if they do.

        No plan gives a team more work than ``max_load`` of its time. Where the current design does, there are as many
        more servers as are needed and may be added, and if even those are too few, there is less work.
        """
        found = self._plans.get(resource)
        if found is None:
            found = self._plans[resource] = self._plan(resource, self._streams.get(resource, []))
        return found

    def _plan(self, resource: str, streams: list[Stream]) -> tuple[Floats, list[Stream]]:
        work, most = float(self._load(streams).sum()), self._scenario.resources[resource].max_load

        def servers(extra: Mapping[str, int]) -> Floats:
            return self._histories.through_the_weeks(servers_by_hour(self._scenario, resource, extra))

        def do_the_work(extra: Mapping[str, int]) -> bool:
            present = float(servers(extra).sum())
            return present > 0 and work <= most * present

        present = servers(fewest_extra(self._scenario, resource, do_the_work))
        less = min(1.0, most * float(present.sum()) / work) if work else 1.0
        return present, [s.scaled(less) for s in streams]

    def _load(self, streams: list[Stream]) -> Floats:
        """Return the expected server-hours of work that come in each hour."""
        load = np.zeros(self._histories.hours)
        for s in streams:
            load += self._histories.rate[s.segment] * s.orders * s.work.mean / MINUTES_PER_HOUR if s.orders else 0.0
            load += s.steady / HOURS_PER_WEEK
        return load

    def _backlog(self, streams: list[Stream], servers: Floats) -> Floats:
        """Return the work that waits at the start of each hour: ``b(h + 1) = max(0, b(h) + work(h) - servers(h))``."""
        histories = self._histories
        work = np.zeros((histories.hours, histories.count))
        for s in streams:
            if s.orders:
                work += self._come(s) * (s.orders * s.work.mean / MINUTES_PER_HOUR)
            work += s.steady / HOURS_PER_WEEK
        out = np.empty_like(work)
        left = np.zeros(histories.count)
        for hour, present in enumerate(servers.tolist()):
            out[hour] = left
            left = np.maximum(0.0, left + work[hour] - present)
        return out

    def _come(self, stream: Stream) -> Floats:
        """Return the potential orders of a stream by the hour in which they come to the resource."""
        orders, offering = self._histories.orders(stream.segment), stream.work.after_stock
        if offering is None:
            return orders
        segment = self._scenario.segments[stream.segment]
        shares = {p: share for p, share in sorted(inclusion(segment).items()) if p in offering.assortment}
        return held_back(orders, shares, {p: self._out(stream.segment, p, offering) for p in shares})

    def _out(self, segment: str, product: str, offering: Offering) -> Bools:
        """Return when a product is out in the current design, for those who are served from it as the segment is."""
        outage = self._needs.outage(segment, product, offering)
        if outage not in self._outages:
            self._outages[outage] = outages(self._histories, *outage)
        return self._outages[outage]


def _of_the_last(load: Floats, hours: float) -> Floats:
    """Return the work that came in the last so many hours before each hour."""
    done = np.concatenate([[0.0], np.cumsum(load)])
    now = np.arange(len(load), dtype=np.float64)
    return np.asarray(done[:-1] - np.interp(np.maximum(0.0, now - hours), np.arange(len(done)), done))


def _streams(scenario: Scenario, samples: Mapping[str, SampleOrders]) -> Mapping[str, list[Stream]]:
    found: dict[str, list[Stream]] = {}
    for name, offering in sorted(current_offerings(scenario).items()):  # sums are the same in whatever order it is read
        if offering is None:
            continue
        accepted = acceptance(scenario, name, offering)
        for work in works(scenario, name, offering, samples[name]):
            found.setdefault(work.resource, []).append(Stream(name, accepted, work, offering.priority))
        resource, hours = contact_hours_per_week(scenario, name, offering)
        if resource is not None and offering.touchpoints is not None:
            place = Priority(rank=offering.touchpoints.rank)
            found.setdefault(resource, []).append(Stream(name, 0.0, Work(resource, 0.0, 0.0), place, hours))
    return found


def _random_wait(servers: Floats, load: Floats, streams: list[Stream]) -> tuple[Floats, Floats]:
    """Return the chance of a random wait in each hour, and its mean in hours."""
    jobs = [s for s in streams if s.orders]
    count = sum(s.orders for s in jobs)
    mean = sum(s.orders * s.work.mean for s in jobs) / count if count else 0.0
    if mean <= 0:
        return np.zeros(len(servers)), np.zeros(len(servers))
    second = sum(s.orders * (s.work.variance + s.work.mean**2) for s in jobs) / count
    team = np.maximum(1, np.rint(servers)).astype(np.int64)
    rho = np.minimum(MOST_LOAD, np.divide(load, servers, out=np.full(len(servers), MOST_LOAD), where=servers > 0))
    first, which = distinct(team, np.rint(rho / LOAD_STEP).astype(np.int64))
    chance = np.array([float(erlang_c(int(team[h]), float(rho[h] * team[h]))) for h in first])
    return chance[which], second / mean / 2 / MINUTES_PER_HOUR / (team * (1 - rho))
