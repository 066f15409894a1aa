"""The reference engine: plays a program with the orders of one replication in SimPy, one process per order.

Events carry the key of :mod:`simcore.clock` as their SimPy priority, so that simultaneous events have a total order
that never depends on when they were scheduled. An order's process is a generator that yields the events it waits for,
as in any SimPy model; it is resumed by :class:`_Process` rather than by ``simpy.Process``, which would add two events
of its own to every order (its start and its end) that the total order does not know.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import numpy as np
import simpy

from simcore import clock
from simcore.clock import KEY_OF, KIND_SHIFT, NEVER
from simcore.draws import Draws
from simcore.orders import Orders
from simcore.program import NONE, Program, SegmentPlan
from simcore.records import Outcome, Records
from simcore.reference.state import LineState, OrderState, StepState, Times, records, times
from simcore.reference.team import Team
from simcore.reference.warehouse import Warehouse

# Looked up once: a member of an enum costs as much as a call.
OUTCOME_OPEN, OUTCOME_DELIVERED, OUTCOME_REFUSED, OUTCOME_LOST, OUTCOME_CANCELLED = (
    Outcome.OPEN,
    Outcome.DELIVERED,
    Outcome.REFUSED,
    Outcome.LOST,
    Outcome.CANCELLED,
)
WORK_ON_SHIPMENT = clock.FULFILLED
CAPTURED, APPROVED, FULFILLED = KEY_OF[clock.CAPTURED], KEY_OF[clock.APPROVED], KEY_OF[clock.FULFILLED]
ARRIVAL, ALLOCATED, DELIVERED = KEY_OF[clock.ARRIVAL], KEY_OF[clock.ALLOCATED], KEY_OF[clock.DELIVERED]


def play(program: Program, orders: Orders, draws: Draws) -> Records:
    """Return what happens when a program meets the orders of one replication.

    An order's life, step by step, is in ``docs/model.md``.
    """
    replication = _Replication(program, orders, draws)
    collecting = gc.isenabled()
    gc.disable()  # the processes make no reference cycles, and looking for some would take a fifth of the time
    try:
        return replication.run()
    finally:
        if collecting:
            gc.enable()


class _Happening(simpy.Event):
    """An event that fires when it is scheduled to, in its place among simultaneous events."""

    _ok = True
    _value = None

    def __init__(self, then: Callable[[Any], Any] | None = None) -> None:
        self.callbacks = [] if then is None else [then]


class _Job(_Happening):
    """Work for a resource; as an event, it fires when the work is done.

    ``times`` are the lists (join, start, finish) that it writes at ``row``; ``order`` is -1 for what is not an order.
    """

    live = True

    def __init__(
        self, place: int, row: int, order: int, work: int, times: Times, team: Team | None, done: Callable[[Any], Any]
    ) -> None:
        self.callbacks = [done]
        self.key, self.row, self.order, self.work, self.times, self.team = place, row, order, work, times, team

    @property
    def in_progress(self) -> bool:
        """True from the start of the work to its end."""
        return self.times[1][self.row] != NONE and self.times[2][self.row] == NONE


Life = Generator[_Happening, None, None]


class _Process:
    """A running process: every event that it yields resumes it, to its end."""

    __slots__ = ("life",)

    def __init__(self, life: Life) -> None:
        self.life = life
        self.resume()

    def resume(self, _: Any = None) -> None:
        """Go on to the next event that the process waits for."""
        happening = next(self.life, None)
        if happening is not None:
            happening.callbacks.append(self.resume)


class _Replication:
    """Everything that happens in one replication."""

    def __init__(self, program: Program, orders: Orders, draws: Draws) -> None:
        self.program, self.potential = program, orders
        self.env: Any = simpy.Environment(0)
        self.schedule: Callable[..., None] = self.env.schedule
        """``schedule(event, place, delay)``: SimPy calls the place among events of the same tick a priority."""
        self.orders, self.steps, self.lines = OrderState(orders, program), StepState(orders), LineState(orders)
        self.contact_times = times(len(orders.contact_tick))
        self.left: dict[int, int] = {}
        self.jobs: dict[int, list[_Job]] = {}
        self.stocked: dict[int, _Happening] = {}
        self.teams = [Team(int(r.servers[0]), r.head_starts, self.begin) for r in program.resources]
        self.warehouse = Warehouse(program, draws, self.lines, self.at, self.make, self.whole)
        self.plans: list[Any] = list(program.plans)  # only segments that are served have orders that are wanted
        self.clock_at_placement = program.scenario.promise_clock == "placement"

    def run(self) -> Records:
        """Play from tick 0 to the end of the drain."""
        for index, resource in enumerate(self.program.resources):
            for tick, servers in zip(resource.change_ticks[1:].tolist(), resource.servers[1:].tolist(), strict=True):
                self.at(tick, clock.SHIFT, index, partial(self.teams[index].staff, servers))
        self.warehouse.open()
        _Process(self.source())
        self.expect_contact(0)
        self.env.run(until=self.program.horizon)
        self.warehouse.close(self.program.horizon)
        house = self.warehouse
        return records(
            self.orders, self.steps, self.lines, self.contact_times, house.pools, house.supply, house.reviews
        )

    def at(self, tick: int, kind: int, identity: int, then: Callable[[], Any]) -> None:
        """Let something happen at a tick, if that lies before the end."""
        if tick < self.program.horizon:
            self.schedule(_Happening(lambda _: then()), KEY_OF[kind] | identity, tick - self.env.now)

    # Arrivals -----------------------------------------------------------------------------------------------------

    def source(self) -> Life:
        """Let every order that takes the offer arrive, one after the other."""
        placed, previous = self.orders.placed, 0
        for order in np.flatnonzero(self.potential.wanted).tolist():
            arrival = _Happening()
            self.schedule(arrival, ARRIVAL | order, placed[order] - previous)
            previous = placed[order]
            yield arrival
            self.place(order, previous)

    def place(self, order: int, now: int) -> None:
        """Let the customer place the order, unless the customer has left."""
        orders = self.orders
        if self.left and self.left.get(orders.customer[order], NEVER) <= now:
            return
        orders.outcome[order] = OUTCOME_OPEN
        plan = self.plans[orders.lane[order]]
        if self.clock_at_placement and plan.promise != NEVER:
            orders.promised[order] = now + plan.promise
        if orders.patience[order] != NEVER:
            self.at(orders.patience[order], clock.PATIENCE, order, partial(self.lose_patience, order))
        _Process(self.life(order, plan, now))

    def expect_contact(self, contact: int) -> None:
        """Schedule the next contact with a customer."""
        if contact < len(self.potential.contact_tick):
            tick = int(self.potential.contact_tick[contact])
            self.at(tick, clock.CONTACT, contact, partial(self.contact, contact))

    def contact(self, contact: int) -> None:
        """Put a contact into the queue of whoever makes it."""
        self.expect_contact(contact + 1)
        plan = self.program.plans[self.potential.contact_lane[contact]]
        if plan is not None and plan.offering.touchpoints is not None:
            work, rank = int(self.potential.contact_work[contact]), plan.offering.touchpoints.rank
            place = KEY_OF[clock.CONTACTED] | contact
            self.make(plan.contact_resource, place, contact, work, rank, self.contact_times, None)

    # An order's life ----------------------------------------------------------------------------------------------

    def life(self, order: int, plan: SegmentPlan, now: int) -> Life:
        """Capture, approve, allocate, then fulfil, ship and deliver."""
        orders, lines = self.orders, self.lines
        if plan.captures:
            place, work = CAPTURED | order, orders.capture_work[order]
            yield self.work(plan, plan.capture_resource, place, order, order, work, orders.capture_times, now)
            now = self.env.now
            if orders.expired[order]:
                return self.cancel(order)
        for step in range(orders.first_step[order], orders.first_step[order + 1]):
            place, work = APPROVED | step, self.steps.work[step]
            yield self.work(plan, self.steps.resource[step], place, step, order, work, self.steps.times, now)
            now = self.env.now
            if self.steps.refuses[step]:
                return self.end(order, plan, OUTCOME_REFUSED, now)
            if orders.expired[order]:
                return self.cancel(order)
        orders.approved[order] = now
        if not self.clock_at_placement and plan.promise != NEVER:
            orders.promised[order] = now + plan.promise
        ready = self.allocate(order, plan, now)
        if plan.split:
            return self.send_ready(order, plan, ready, now)
        if orders.short[order]:
            self.stocked[order] = waiting = _Happening()
            yield waiting
            now = self.env.now
            ready = [line for line in orders.lines(order) if lines.taken[line]]
        if not ready:
            return self.end(order, plan, OUTCOME_LOST, now)
        yield from self.shipment(order, plan, ready, orders.setup_work[order], orders.transit[order], now)
        return None

    def allocate(self, order: int, plan: SegmentPlan, now: int) -> list[int]:
        """Let every line draw on its pool; return the lines that are ready to go."""
        orders, lines, ready, short = self.orders, self.lines, [], 0
        waiting, taken = lines.waiting, lines.taken
        for line in range(orders.first_line[order], orders.first_line[order + 1]):
            if lines.pool[line] == NONE:
                taken[line] = lines.quantity[line]
            else:
                self.warehouse.draw(line, plan, orders.placed[order], now)
            if waiting[line]:
                short += 1
            elif taken[line]:
                ready.append(line)
                lines.served[line] = now
        if short:
            orders.short[order] = short
        else:
            orders.allocated[order] = now
        return ready

    def whole(self, now: int, line: int) -> None:
        """Note that a waiting line has got its last unit; its shipment may go."""
        orders, order = self.orders, self.lines.order[line]
        self.lines.served[line] = now
        orders.short[order] -= 1
        if not orders.short[order]:
            orders.allocated[order] = now
        plan = self.plans[orders.lane[order]]
        if plan.split:
            self.at(now, clock.ALLOCATED, line, partial(self.send_late, order, plan, line))
        elif not orders.short[order]:
            self.schedule(self.stocked.pop(order), ALLOCATED | orders.first_line[order], 0)

    def send_ready(self, order: int, plan: SegmentPlan, ready: list[int], now: int) -> None:
        """Send what is ready of an order that may be split; the other lines follow one by one."""
        if ready:
            setup, transit = self.orders.setup_work[order], self.orders.transit[order]
            _Process(self.shipment(order, plan, ready, setup, transit, now))
        elif not self.orders.short[order]:
            self.end(order, plan, OUTCOME_LOST, now)

    def send_late(self, order: int, plan: SegmentPlan, line: int) -> None:
        """Send a line that was short when the rest of its order went out."""
        setup, transit = self.lines.setup[line], self.lines.transit[line]
        _Process(self.shipment(order, plan, [line], setup, transit, self.env.now))

    def shipment(self, order: int, plan: SegmentPlan, parts: list[int], setup: int, transit: int, now: int) -> Life:
        """Fulfil, ship and deliver some lines of an order."""
        orders, lines, first = self.orders, self.lines, parts[0]
        orders.under_way[order] += 1
        if plan.fulfil_resource == NONE:
            orders.started[order] = True
        else:
            work = setup + lines.work_of(parts)
            place = FULFILLED | first
            yield self.work(plan, plan.fulfil_resource, place, first, order, work, lines.shipment_times, now)
            now = self.env.now
        orders.shipments[order] += 1
        for line in parts:
            lines.shipped[line] = now
        if transit:
            arrival = _Happening()
            self.schedule(arrival, DELIVERED | first, transit)
            yield arrival
            now += transit
        for line in parts:
            lines.delivered[line] = now
        orders.under_way[order] -= 1
        if not orders.under_way[order] and not orders.short[order]:
            self.end(order, plan, OUTCOME_DELIVERED, now)

    def end(self, order: int, plan: SegmentPlan, outcome: Outcome, now: int) -> None:
        """Settle the order: note whether the promise was kept, and whether the customer leaves."""
        orders = self.orders
        orders.outcome[order], orders.ended[order] = outcome, now
        if self.jobs:
            self.jobs.pop(order, None)
        whole = outcome is OUTCOME_DELIVERED and not (plan.may_lose and self.has_lost(order))
        kept = orders.kept[order] = whole and now <= orders.promised[order]
        if orders.churns[order] and not kept and outcome is not OUTCOME_REFUSED:
            customer, leaves = orders.customer[order], now + plan.commitment
            self.left[customer] = min(leaves, self.left.get(customer, NEVER))

    def has_lost(self, order: int) -> bool:
        """Return True if units of the order were lost."""
        return any(self.lines.lost[line] for line in self.orders.lines(order))

    # Patience -----------------------------------------------------------------------------------------------------

    def lose_patience(self, order: int) -> None:
        """Cancel the order unless its fulfilment has started; a capture or approval in progress is finished first."""
        if self.orders.ended[order] != NONE or self.orders.started[order]:
            return
        jobs = self.jobs.get(order, [])
        if any(job.in_progress for job in jobs):
            self.orders.expired[order] = True
            return
        for job in jobs:
            job.live = False
        self.cancel(order)

    def cancel(self, order: int) -> None:
        """Cancel the order where it waits: its process is never resumed, and its units go back."""
        now = self.env.now
        self.end(order, self.plans[self.orders.lane[order]], OUTCOME_CANCELLED, now)
        self.stocked.pop(order, None)
        self.warehouse.take_back(self.orders.lines(order), now)

    # Work ---------------------------------------------------------------------------------------------------------

    def work(
        self, plan: SegmentPlan, resource: int, place: int, row: int, order: int, work: int, times: Times, now: int
    ) -> _Job:
        """Put a job of an order into a queue; as an event, it fires when the work is done."""
        team = self.teams[resource] if resource != NONE else None
        job = _Job(place, row, order, work, times, team, self.finish)
        if self.orders.patience[order] != NEVER:
            self.note(job)
        times[0][row] = now
        if team is None:
            self.begin(job)
        else:
            team.join(job, now, plan.rank, plan.head_start)
        return job

    def note(self, job: _Job) -> None:
        """Remember the jobs that an order may be waiting for when its patience ends."""
        if job.key >> KIND_SHIFT == WORK_ON_SHIPMENT:
            self.jobs.setdefault(job.order, []).append(job)
        else:
            self.jobs[job.order] = [job]

    def make(
        self, resource: int, place: int, row: int, work: int, rank: int, times: Times, then: Callable[[], Any] | None
    ) -> None:
        """Put work that belongs to no order into the queue of a resource (without one, it begins at once)."""
        team = self.teams[resource] if resource != NONE else None
        job = _Job(place, row, NONE, work, times, team, self.finish)
        if then is not None:
            job.callbacks.append(lambda _: then())
        now = self.env.now
        times[0][row] = now
        if team is None:
            self.begin(job)
        else:
            team.join(job, now, rank, 0)

    def begin(self, job: Any) -> None:
        """Start a job: it holds a server until its work is done."""
        job.times[1][job.row] = self.env.now
        place = job.key
        if place >> KIND_SHIFT == WORK_ON_SHIPMENT:
            self.orders.started[job.order] = True
        self.schedule(job, place, job.work)

    def finish(self, job: _Job) -> None:
        """Note that a job is done; its server starts the next one before anything else happens."""
        job.times[2][job.row] = self.env.now
        team = job.team
        if team is not None:
            team.busy -= 1
            if team.queue:
                team.start_waiting()
