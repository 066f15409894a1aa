"""The reference engine: plays a program with the orders of one replication in SimPy, one process per order.

Events carry the key of :mod:`simcore.clock` as their SimPy priority, so that simultaneous events have a total order
that never depends on when they were scheduled.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import simpy

from simcore import clock
from simcore.clock import KIND_SHIFT, NEVER, POOL_SHIFT, key
from simcore.draws import Draws
from simcore.orders import Orders
from simcore.program import NONE, Program, SegmentPlan
from simcore.records import Outcome, Records
from simcore.reference.state import LineState, OrderState, Replenishments, StepState, records, times
from simcore.reference.stock import Pool, ReservePool
from simcore.reference.team import Job, Team
from simcore.supply import SupplyTimes

Life = Generator[simpy.Event, None, None]


def play(program: Program, orders: Orders, draws: Draws) -> Records:
    """Return what happens when a program meets the orders of one replication.

    Examples
    --------
    See ``docs/model.md`` for an order's life, step by step.
    """
    return _Replication(program, orders, draws).run()


class _Signal(simpy.Event):
    """An event that fires when it is told to, in its place among simultaneous events."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.callbacks = []

    def fire(self, place: int, delay: int = 0) -> None:
        """Fire after a delay in ticks; ``place`` is the event's key."""
        self._value = None
        self._ok = True
        self.env.schedule(self, place, delay)  # type: ignore[arg-type]


class _Replication:
    """Everything that happens in one replication."""

    def __init__(self, program: Program, orders: Orders, draws: Draws) -> None:
        self.program, self.potential = program, orders
        self.env = simpy.Environment(0)
        self.orders, self.steps, self.lines = OrderState(orders, program), StepState(orders), LineState(orders)
        self.contact_times = times(len(orders.contact_tick))
        self.left: dict[int, int] = {}
        self.jobs: dict[int, list[Job]] = {}
        self.stocked: dict[int, _Signal] = {}
        self.teams = [Team(int(r.servers[0]), r.head_starts, self.begin) for r in program.resources]
        window = (program.warm_up, program.measured_end)
        self.pools = [
            (ReservePool if p.by_placement else Pool)(p, self.lines.waiting, self.give, window) for p in program.pools
        ]
        self.supply_times = [SupplyTimes(program, p, draws) for p in program.pools]
        self.supply = [Replenishments(index) for index in range(len(program.pools))]
        self.reviews: list[tuple[int, int, int, int]] = []

    @property
    def now(self) -> int:
        return self.env.now  # type: ignore[return-value]

    def run(self) -> Records:
        """Play from tick 0 to the end of the drain."""
        for index, resource in enumerate(self.program.resources):
            for tick, servers in zip(resource.change_ticks[1:].tolist(), resource.servers[1:].tolist(), strict=True):
                self.at(tick, clock.SHIFT, index, partial(self.teams[index].staff, servers))
        for index, pool in enumerate(self.program.pools):
            if pool.review:
                self.at(0, clock.REVIEW, index, partial(self.review, index))
            else:
                self.replenish(index)
        self.expect_order(0)
        self.expect_contact(0)
        self.env.run(until=self.program.horizon)
        for line, units in enumerate(self.lines.waiting):
            if units:
                self.add_waiting(line, units)
        for stock in self.pools:
            stock.advance(self.program.horizon)
        return records(self.orders, self.steps, self.lines, self.contact_times, self.pools, self.supply, self.reviews)

    def at(self, tick: int, kind: int, identity: int, then: Callable[[], Any]) -> None:
        """Let something happen at a tick, if that lies before the end."""
        if tick < self.program.horizon:
            signal = _Signal(self.env)
            signal.callbacks.append(lambda _: then())  # type: ignore[union-attr]
            signal.fire(key(kind, identity), tick - self.now)

    # Arrivals -----------------------------------------------------------------------------------------------------

    def expect_order(self, order: int) -> None:
        """Schedule the next order that takes the offer."""
        wanted = self.orders.wanted
        while order < len(wanted) and not wanted[order]:
            order += 1
        if order < len(wanted):
            self.at(self.orders.placed[order], clock.ARRIVAL, order, partial(self.place, order))

    def place(self, order: int) -> None:
        """Let the customer place the order, unless the customer has left."""
        self.expect_order(order + 1)
        orders = self.orders
        if self.left.get(orders.customer[order], NEVER) <= self.now:
            return
        orders.outcome[order] = int(Outcome.OPEN)
        if self.program.scenario.promise_clock == "placement":
            self.promise(order)
        if orders.patience[order] != NEVER:
            self.at(orders.patience[order], clock.PATIENCE, order, partial(self.lose_patience, order))
        self.env.process(self.life(order, self.plan(order)))

    def plan(self, order: int) -> SegmentPlan:
        """Return the plan of the order's segment; only served segments have orders that are wanted."""
        plan = self.program.plans[self.orders.segment[order]]
        if plan is None:
            raise LookupError("an order of a segment that is not served")
        return plan

    def expect_contact(self, contact: int) -> None:
        """Schedule the next contact with a customer."""
        if contact < len(self.potential.contact_tick):
            tick = int(self.potential.contact_tick[contact])
            self.at(tick, clock.CONTACT, contact, partial(self.contact, contact))

    def contact(self, contact: int) -> None:
        """Put a contact into the queue of whoever makes it."""
        self.expect_contact(contact + 1)
        plan = self.program.plans[self.potential.contact_segment[contact]]
        if plan is not None and plan.offering.touchpoints is not None:
            work = int(self.potential.contact_work[contact])
            job = Job(key(clock.CONTACTED, contact), contact, NONE, work, self.contact_times, _Signal(self.env))
            self.join(plan.contact_resource, job, plan.offering.touchpoints.rank, 0)

    # An order's life ----------------------------------------------------------------------------------------------

    def life(self, order: int, plan: SegmentPlan) -> Life:
        """Capture, approve, allocate, then fulfil, ship and deliver."""
        orders = self.orders
        if orders.capture_work[order] or plan.capture_resource != NONE:
            job = Job(
                key(clock.CAPTURED, order),
                order,
                order,
                orders.capture_work[order],
                orders.capture_times,
                _Signal(self.env),
            )
            yield self.work(job, plan.capture_resource, plan)
            if orders.expired[order]:
                return self.cancel(order)
        for step in orders.steps(order):
            job = Job(
                key(clock.APPROVED, step), step, order, self.steps.work[step], self.steps.times, _Signal(self.env)
            )
            yield self.work(job, self.steps.resource[step], plan)
            if self.steps.refuses[step]:
                return self.end(order, Outcome.REFUSED)
            if orders.expired[order]:
                return self.cancel(order)
        orders.approved[order] = self.now
        if self.program.scenario.promise_clock == "approval":
            self.promise(order)
        ready = self.allocate(order, plan)
        if plan.split:
            return self.send_ready(order, plan, ready)
        if orders.short[order]:
            self.stocked[order] = waiting = _Signal(self.env)
            yield waiting
        lines = [line for line in orders.lines(order) if self.lines.taken[line]]
        if not lines:
            return self.end(order, Outcome.LOST)
        yield from self.shipment(order, plan, lines, orders.setup_work[order], orders.transit[order])
        return None

    def promise(self, order: int) -> None:
        """Commit to a time: the promised lead time from now."""
        promised = self.plan(order).promise
        self.orders.promised[order] = NEVER if promised == NEVER else self.now + promised

    def allocate(self, order: int, plan: SegmentPlan) -> list[int]:
        """Let every line draw on its pool; return the lines that are ready to go."""
        lines, ready = self.lines, []
        for line in self.orders.lines(order):
            if lines.pool[line] == NONE:
                lines.taken[line] = lines.quantity[line]
            else:
                self.draw(line, order, plan)
            if lines.waiting[line]:
                self.orders.short[order] += 1
            elif lines.taken[line]:
                ready.append(line)
                lines.served[line] = self.now
        if not self.orders.short[order]:
            self.orders.allocated[order] = self.now
        return ready

    def draw(self, line: int, order: int, plan: SegmentPlan) -> None:
        """Let one line take what it may from its pool; ``when_short`` decides about the rest."""
        lines, wanted, index = self.lines, self.lines.quantity[line], self.lines.pool[line]
        pool = self.pools[index]
        free = pool.free(plan.rank)
        if free < wanted and lines.better_pool[line] != NONE:
            better = self.pools[lines.better_pool[line]]
            if better.free(plan.rank) >= wanted:
                index, pool, free = lines.better_pool[line], better, wanted
        rest = max(0, wanted - free)
        if rest and plan.when_short == "lose":
            rest = wanted
        lines.served_pool[line] = index
        pool.advance(self.now)
        if wanted > rest:
            pool.take(wanted - rest, plan.rank)
            lines.from_stock[line] = lines.taken[line] = wanted - rest
        if rest and plan.when_short in ("lose", "take_and_lose"):
            lines.lost[line] = rest
        elif rest:
            lines.since[line] = self.now
            pool.wait(line, plan.rank, self.orders.placed[order], rest)
        if not pool.plan.review:
            self.replenish(index)

    def send_ready(self, order: int, plan: SegmentPlan, ready: list[int]) -> None:
        """Send what is ready of an order that may be split; the other lines follow one by one."""
        if ready:
            setup, transit = self.orders.setup_work[order], self.orders.transit[order]
            self.env.process(self.shipment(order, plan, ready, setup, transit))
        elif not self.orders.short[order]:
            self.end(order, Outcome.LOST)

    def send_late(self, order: int, plan: SegmentPlan, line: int) -> None:
        """Send a line that was short when the rest of its order went out."""
        lines = self.lines
        self.env.process(self.shipment(order, plan, [line], lines.setup[line], lines.transit[line]))

    def shipment(self, order: int, plan: SegmentPlan, lines: list[int], setup: int, transit: int) -> Life:
        """Fulfil, ship and deliver some lines of an order."""
        first = lines[0]
        self.orders.under_way[order] += 1
        if plan.fulfil_resource == NONE:
            self.orders.started[order] = True
        else:
            work = setup + sum(self.lines.whole_work(line) for line in lines)
            job = Job(key(clock.FULFILLED, first), first, order, work, self.lines.shipment_times, _Signal(self.env))
            yield self.work(job, plan.fulfil_resource, plan)
        self.orders.shipments[order] += 1
        for line in lines:
            self.lines.shipped[line] = self.now
        if transit:
            arrival = _Signal(self.env)
            arrival.fire(key(clock.DELIVERED, first), transit)
            yield arrival
        for line in lines:
            self.lines.delivered[line] = self.now
        self.orders.under_way[order] -= 1
        if not self.orders.under_way[order] and not self.orders.short[order]:
            self.end(order, Outcome.DELIVERED)

    def end(self, order: int, outcome: Outcome) -> None:
        """Settle the order: note whether the promise was kept, and whether the customer leaves."""
        orders = self.orders
        orders.outcome[order], orders.ended[order] = int(outcome), self.now
        self.jobs.pop(order, None)
        whole = outcome == Outcome.DELIVERED and not any(self.lines.lost[line] for line in orders.lines(order))
        orders.kept[order] = whole and self.now <= orders.promised[order]
        if orders.churns[order] and not orders.kept[order] and outcome != Outcome.REFUSED:
            customer, leaves = orders.customer[order], self.now + self.plan(order).commitment
            self.left[customer] = min(leaves, self.left.get(customer, NEVER))

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
        lines = self.lines
        self.end(order, Outcome.CANCELLED)
        self.stocked.pop(order, None)
        pooled = [line for line in self.orders.lines(order) if lines.served_pool[line] != NONE]
        for line in pooled:
            if lines.waiting[line]:
                self.add_waiting(line, lines.waiting[line])
                self.pools[lines.served_pool[line]].advance(self.now)
                self.pools[lines.served_pool[line]].leave(line)
        for line in pooled:
            if lines.taken[line]:
                units, lines.taken[line] = lines.taken[line], 0
                self.pools[lines.served_pool[line]].advance(self.now)
                self.pools[lines.served_pool[line]].put_back(units)

    # Work ---------------------------------------------------------------------------------------------------------

    def work(self, job: Job, resource: int, plan: SegmentPlan) -> simpy.Event:
        """Put a job of an order into a queue; the event fires when the work is done."""
        if job.key >> KIND_SHIFT == clock.FULFILLED:
            self.jobs.setdefault(job.order, []).append(job)
        else:
            self.jobs[job.order] = [job]
        self.join(resource, job, plan.rank, plan.head_start)
        event: simpy.Event = job.event
        return event

    def join(self, resource: int, job: Job, rank: int, head_start: int) -> None:
        """Put a job into the queue of a resource; without a resource its work begins at once."""
        job.times[0][job.row] = self.now
        if resource == NONE:
            self.begin(None, job)
        else:
            self.teams[resource].join(job, self.now, rank, head_start)

    def begin(self, team: Team | None, job: Job) -> None:
        """Start a job: it holds a server until its work is done."""
        job.times[1][job.row] = self.now
        if job.key >> KIND_SHIFT == clock.FULFILLED:
            self.orders.started[job.order] = True
        job.event.callbacks.insert(0, partial(self.finish, team, job))
        job.event.fire(job.key, job.work)

    def finish(self, team: Team | None, job: Job, _: simpy.Event) -> None:
        """Note that a job is done; its server starts the next one before anything else happens."""
        job.times[2][job.row] = self.now
        if team is not None:
            team.release()

    # Stock --------------------------------------------------------------------------------------------------------

    def give(self, line: int, units: int) -> None:
        """Hand units of a receipt to a waiting line; the last one lets its shipment go."""
        lines = self.lines
        self.add_waiting(line, lines.waiting[line] + units)
        lines.taken[line] += units
        if lines.waiting[line]:
            return
        order = lines.order[line]
        lines.served[line] = self.now
        self.orders.short[order] -= 1
        if not self.orders.short[order]:
            self.orders.allocated[order] = self.now
        plan = self.plan(order)
        if plan.split:
            self.at(self.now, clock.ALLOCATED, line, partial(self.send_late, order, plan, line))
        elif not self.orders.short[order]:
            self.stocked.pop(order).fire(key(clock.ALLOCATED, self.orders.first_line[order]))

    def add_waiting(self, line: int, units: int) -> None:
        """Integrate the waiting units of a line since its last change, within the measured window."""
        lines, end = self.lines, self.program.measured_end
        span = min(self.now, end) - max(lines.since[line], self.program.warm_up)
        if span > 0:
            lines.backorder_time[line] += span * units
        lines.since[line] = self.now

    def review(self, index: int) -> None:
        """Look at a pool with a periodic policy, and again a review period later."""
        pool = self.pools[index]
        self.reviews.append((index, self.now, pool.on_hand, pool.backorders))
        self.replenish(index)
        self.at(self.now + pool.plan.review, clock.REVIEW, index, partial(self.review, index))

    def replenish(self, index: int) -> None:
        """Order for a pool if its policy says so."""
        pool, plan = self.pools[index], self.program.pools[index]
        units = pool.shortage()
        if units <= 0:
            return
        pool.advance(self.now)
        pool.on_order += units
        number = self.supply[index].add(self.now, units)
        if plan.made_by == NONE:
            self.send_supply(index, number)
            return
        work = self.supply_times[index].work(number, units)
        identity = index << POOL_SHIFT | number
        job = Job(key(clock.MADE, identity), number, NONE, work, self.supply[index].times, _Signal(self.env))
        job.event.callbacks.append(lambda _: self.send_supply(index, number))
        self.join(plan.made_by, job, plan.production_rank, 0)

    def send_supply(self, index: int, number: int) -> None:
        """Let a replenishment travel; it overtakes an earlier one only if the scenario allows it."""
        supply = self.supply[index]
        due = self.now + self.supply_times[index].lead_time(number)
        if not self.program.pools[index].may_cross:
            due = supply.last_due = max(due, supply.last_due)
        self.at(due, clock.RECEIPT, index << POOL_SHIFT | number, partial(self.receive, index, number))

    def receive(self, index: int, number: int) -> None:
        """Take a replenishment in."""
        pool, row = self.pools[index], self.supply[index].rows[number]
        pool.advance(self.now)
        row[3:] = [self.now, pool.on_hand, pool.backorders]
        pool.receive(row[2])
