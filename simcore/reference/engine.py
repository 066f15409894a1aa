"""The reference engine: plays a program with the orders of one replication in SimPy, one process per order.

Events carry the key of :mod:`simcore.clock` as their SimPy priority, so that simultaneous events have a total order
that never depends on when they were scheduled.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy

from simcore import clock
from simcore.clock import KIND_SHIFT, NEVER, POOL_SHIFT, Ints, key
from simcore.draws import Draws
from simcore.orders import Orders
from simcore.program import NONE, Program, SegmentPlan
from simcore.records import Jobs, Outcome, Records
from simcore.reference.stock import Pool, ReservePool
from simcore.reference.team import Job, Team
from simcore.supply import SupplyTimes

Life = Generator[simpy.Event, None, None]
Times = tuple[list[int], list[int], list[int]]


def play(program: Program, orders: Orders, draws: Draws) -> Records:
    """Return what happens when a program meets the orders of one replication."""
    return _Play(program, orders, draws).run()


class _Occurrence(simpy.Event):
    """An event that fires after a delay, in its place among simultaneous events."""

    def __init__(self, env: simpy.Environment, delay: int, place: int, then: Callable[[Any], None]) -> None:
        self.env = env
        self.callbacks = [then]
        self._value = None
        self._ok = True
        env.schedule(self, place, delay)  # type: ignore[arg-type]


class _Waiting(simpy.Event):
    """An event that fires once it is told when."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.callbacks = []

    def fire(self, place: int, delay: int = 0) -> None:
        self._value = None
        self._ok = True
        self.env.schedule(self, place, delay)  # type: ignore[arg-type]


class _Play:
    """One replication: the state of every order, team and pool."""

    def __init__(self, program: Program, orders: Orders, draws: Draws) -> None:
        self.program, self.orders = program, orders
        self.env = simpy.Environment(0)
        count, lines = len(orders), len(orders.line_order)
        self.plans = program.plans
        for name in (
            "placed",
            "segment",
            "number",
            "wanted",
            "patience",
            "capture_work",
            "setup_work",
            "transit",
            "churns",
        ):
            setattr(self, f"o_{name}", getattr(orders, name).tolist())
        for name in ("order", "pool", "better_pool", "quantity", "work", "setup", "transit"):
            setattr(self, f"l_{name}", getattr(orders, f"line_{name}").tolist())
        self.l_start = orders.line_start.tolist()
        self.s_start, self.s_resource = orders.step_start.tolist(), orders.step_resource.tolist()
        self.s_work, self.s_refuses = orders.step_work.tolist(), orders.step_refuses.tolist()
        self.customer = (orders.customer + _customer_offset(program)[orders.segment]).tolist()
        self.left: dict[int, int] = {}

        self.outcome = [int(Outcome.DECLINED)] * count
        self.approved, self.promised, self.allocated, self.ended = ([NONE] * count for _ in range(4))
        self.shipments, self.short, self.under_way = ([0] * count for _ in range(3))
        self.kept, self.expired, self.started = ([False] * count for _ in range(3))
        self.pending: dict[int, list[Job]] = {}
        self.stocked: dict[int, _Waiting] = {}

        self.served_pool = list(self.l_pool)
        self.from_stock, self.taken, self.lost, self.waiting = ([0] * lines for _ in range(4))
        self.backorder_time, self.since = ([0] * lines for _ in range(2))
        self.served, self.shipped, self.delivered = ([NONE] * lines for _ in range(3))

        self.capture_times, self.contact_times = _times(count), _times(len(orders.contact_tick))
        self.step_times, self.shipment_times = _times(len(orders.step_order)), _times(lines)

        self.teams = [Team(int(r.servers[0]), r.head_starts, self.begin) for r in program.resources]
        window = (program.warm_up, program.measured_end)
        self.pools = [
            (ReservePool if p.by_placement else Pool)(p, self.waiting, self.give, window) for p in program.pools
        ]
        self.supplies = [SupplyTimes(program, p, draws) for p in program.pools]
        self.replenishments: list[list[list[int]]] = [[] for _ in program.pools]
        self.made_times: list[Times] = [([], [], []) for _ in program.pools]
        self.last_receipt = [0] * len(program.pools)
        self.reviews: list[tuple[int, int, int, int]] = []

    def run(self) -> Records:
        self.schedule_shifts()
        for index, plan in enumerate(self.program.pools):
            if plan.review:
                self.at(0, clock.REVIEW, index, lambda _, index=index: self.review(index))
            else:
                self.reorder(index)
        self.next_order(0)
        self.next_contact(0)
        self.env.run(until=self.program.horizon)
        for pool in self.pools:
            pool.advance(self.program.horizon)
        for line, units in enumerate(self.waiting):
            if units:
                self.integrate(line, self.program.horizon)
        return self.records()

    def at(self, tick: int, kind: int, identity: int, then: Callable[[Any], None]) -> None:
        if tick < self.program.horizon:
            _Occurrence(self.env, tick - self.env.now, key(kind, identity), then)  # type: ignore[arg-type]

    # Arrivals ------------------------------------------------------------------------------------------------

    def next_order(self, order: int) -> None:
        """Schedule the next order that takes the offer."""
        wanted, placed = self.o_wanted, self.o_placed
        while order < len(wanted) and not wanted[order]:
            order += 1
        if order < len(wanted):
            self.at(placed[order], clock.ARRIVAL, order, lambda _: self.place(order))

    def place(self, order: int) -> None:
        """Let the customer place the order, unless the customer has left."""
        self.next_order(order + 1)
        now = int(self.env.now)
        if self.left.get(self.customer[order], NEVER) <= now:
            return
        self.outcome[order] = Outcome.OPEN
        if self.program.scenario.promise_clock == "placement":
            self.promise(order)
        if self.o_patience[order] != NEVER:
            self.at(self.o_patience[order], clock.PATIENCE, order, lambda _: self.lose_patience(order))
        self.env.process(self.life(order))

    def next_contact(self, contact: int) -> None:
        if contact < len(self.orders.contact_tick):
            tick = int(self.orders.contact_tick[contact])
            self.at(tick, clock.CONTACT, contact, lambda _: self.contact(contact))

    def contact(self, contact: int) -> None:
        """Put a contact with a customer into the queue of whoever makes it."""
        self.next_contact(contact + 1)
        plan = self.plans[self.orders.contact_segment[contact]]
        touch = plan.offering.touchpoints if plan else None
        if plan is None or touch is None:
            return
        work = int(self.orders.contact_work[contact])
        job = Job(key(clock.CONTACTED, contact), contact, NONE, work, self.contact_times, _Waiting(self.env))
        self.join(plan.contact_resource, job, touch.rank, 0)

    # An order's life -----------------------------------------------------------------------------------------

    def life(self, order: int) -> Life:
        plan = self.plans[self.o_segment[order]]
        assert plan is not None, "only segments with an offering have orders that are wanted"
        if self.o_capture_work[order] or plan.capture_resource != NONE:
            yield self.work(
                plan,
                plan.capture_resource,
                clock.CAPTURED,
                order,
                order,
                self.o_capture_work[order],
                self.capture_times,
            )
            if self.expired[order]:
                return self.cancel(order)
        for step in range(self.s_start[order], self.s_start[order + 1]):
            yield self.work(
                plan, self.s_resource[step], clock.APPROVED, step, order, self.s_work[step], self.step_times
            )
            if self.s_refuses[step]:
                return self.end(order, Outcome.REFUSED)
            if self.expired[order]:
                return self.cancel(order)
        self.approved[order] = int(self.env.now)
        if self.program.scenario.promise_clock == "approval":
            self.promise(order)
        ready = self.allocate(order, plan)
        if plan.split:
            self.split(order, plan, ready)
            return None
        if self.short[order]:
            self.stocked[order] = waiting = _Waiting(self.env)
            yield waiting
        yield from self.ship_complete(order, plan)

    def promise(self, order: int) -> None:
        """Commit to a time: the promised lead time from now."""
        plan = self.plans[self.o_segment[order]]
        if plan is not None:
            self.promised[order] = NEVER if plan.promise == NEVER else int(self.env.now) + plan.promise

    def allocate(self, order: int, plan: SegmentPlan) -> list[int]:
        """Let every line draw on its pool; return the lines that are ready to go."""
        ready = []
        for line in range(self.l_start[order], self.l_start[order + 1]):
            if self.l_pool[line] == NONE:
                self.taken[line] = self.l_quantity[line]
            else:
                self.draw(line, order, plan)
            if self.waiting[line]:
                self.short[order] += 1
            elif self.taken[line]:
                ready.append(line)
                self.served[line] = int(self.env.now)
        if not self.short[order]:
            self.allocated[order] = int(self.env.now)
        return ready

    def draw(self, line: int, order: int, plan: SegmentPlan) -> None:
        """Let one line take what it may from its pool; ``when_short`` decides about the rest."""
        wanted, rank, now = self.l_quantity[line], plan.rank, int(self.env.now)
        index = self.l_pool[line]
        pool = self.pools[index]
        pool.advance(now)
        free = pool.free(rank)
        if free < wanted and self.l_better_pool[line] != NONE:
            better = self.pools[self.l_better_pool[line]]
            better.advance(now)
            if better.free(rank) >= wanted:
                index, pool, free = self.l_better_pool[line], better, wanted
        rest = max(0, wanted - free)
        if rest and plan.when_short == "lose":
            rest = wanted
        served = wanted - rest
        self.served_pool[line] = index
        if served:
            pool.take(served, rank)
            self.from_stock[line] = self.taken[line] = served
        if rest and plan.when_short in ("lose", "take_and_lose"):
            self.lost[line] = rest
        elif rest:
            self.since[line] = now
            pool.wait(line, rank, self.o_placed[order], rest)
        self.reorder(index)

    def ship_complete(self, order: int, plan: SegmentPlan) -> Life:
        lines = [line for line in range(self.l_start[order], self.l_start[order + 1]) if self.taken[line]]
        if not lines:
            return self.end(order, Outcome.LOST)
        yield from self.shipment(order, plan, lines, self.o_setup_work[order], self.o_transit[order])

    def split(self, order: int, plan: SegmentPlan, ready: list[int]) -> None:
        """Send what is ready; the other lines follow one by one."""
        if ready:
            self.env.process(self.shipment(order, plan, ready, self.o_setup_work[order], self.o_transit[order]))
        elif not self.short[order]:
            self.end(order, Outcome.LOST)

    def shipment(self, order: int, plan: SegmentPlan, lines: list[int], setup: int, transit: int) -> Life:
        """Fulfil, ship and deliver some lines of an order."""
        first = lines[0]
        self.under_way[order] += 1
        if plan.fulfil_resource == NONE:
            self.started[order] = True
        else:
            work = setup + sum(self.l_work[line] * self.taken[line] // self.l_quantity[line] for line in lines)
            yield self.work(plan, plan.fulfil_resource, clock.FULFILLED, first, order, work, self.shipment_times)
        now = int(self.env.now)
        self.shipments[order] += 1
        for line in lines:
            self.shipped[line] = now
        if transit:
            arrived = _Waiting(self.env)
            arrived.fire(key(clock.DELIVERED, first), transit)
            yield arrived
        self.deliver(order, lines)

    def deliver(self, order: int, lines: list[int]) -> None:
        now = int(self.env.now)
        for line in lines:
            self.delivered[line] = now
        self.under_way[order] -= 1
        if not self.under_way[order] and not self.short[order]:
            self.end(order, Outcome.DELIVERED)

    def end(self, order: int, outcome: Outcome) -> None:
        """Settle the order: was the promise kept, and does the customer stay?"""
        now = int(self.env.now)
        self.outcome[order], self.ended[order] = int(outcome), now
        self.pending.pop(order, None)
        lines = range(self.l_start[order], self.l_start[order + 1])
        whole = outcome == Outcome.DELIVERED and not any(self.lost[line] for line in lines)
        self.kept[order] = whole and now <= self.promised[order]
        if not self.kept[order] and outcome != Outcome.REFUSED and self.o_churns[order]:
            plan = self.plans[self.o_segment[order]]
            leaves = now + (plan.commitment if plan else 0)
            self.left[self.customer[order]] = min(leaves, self.left.get(self.customer[order], NEVER))

    # Patience ------------------------------------------------------------------------------------------------

    def lose_patience(self, order: int) -> None:
        """Cancel the order unless its fulfilment has started; a capture or approval in progress is finished first."""
        if self.ended[order] != NONE or self.started[order]:
            return
        jobs = self.pending.get(order, [])
        if any(job.times[1][job.row] != NONE and job.times[2][job.row] == NONE for job in jobs):
            self.expired[order] = True
            return
        for job in jobs:
            job.live = False
        self.cancel(order)

    def cancel(self, order: int) -> None:
        """Cancel the order where it waits: its process is never resumed; its units go back."""
        now = int(self.env.now)
        plan = self.plans[self.o_segment[order]]
        rank = plan.rank if plan else 1
        self.end(order, Outcome.CANCELLED)
        self.stocked.pop(order, None)
        lines = [line for line in range(self.l_start[order], self.l_start[order + 1]) if self.served_pool[line] != NONE]
        for line in lines:
            if self.waiting[line]:
                self.integrate(line, now)
                self.pools[self.served_pool[line]].advance(now)
                self.pools[self.served_pool[line]].leave(line)
        for line in lines:
            if self.taken[line]:
                units, self.taken[line] = self.taken[line], 0
                self.pools[self.served_pool[line]].advance(now)
                self.pools[self.served_pool[line]].put_back(units, rank)

    # Work ----------------------------------------------------------------------------------------------------

    def work(
        self, plan: SegmentPlan, resource: int, kind: int, row: int, order: int, work: int, times: Times
    ) -> simpy.Event:
        """Join a resource's queue; the event fires when the work is done."""
        done = _Waiting(self.env)
        place = key(kind, row)
        if resource == NONE:
            now = int(self.env.now)
            times[0][row] = times[1][row] = now
            done.callbacks.append(lambda _: self.finish(times, row))  # type: ignore[union-attr]
            done.fire(place, work)
            self.pending[order] = [Job(place, row, order, work, times, done)]
            return done
        job = Job(place, row, order, work, times, done)
        if kind == clock.FULFILLED:
            self.pending.setdefault(order, []).append(job)
        else:
            self.pending[order] = [job]
        self.join(resource, job, plan.rank, plan.head_start)
        return done

    def finish(self, times: Times, row: int) -> None:
        times[2][row] = int(self.env.now)

    def join(self, resource: int, job: Job, rank: int, head_start: int) -> None:
        now = int(self.env.now)
        job.times[0][job.row] = now
        if resource == NONE:
            job.times[1][job.row], job.times[2][job.row] = now, now + job.work
        else:
            self.teams[resource].join(job, now, rank, head_start)

    def begin(self, team: Team, job: Job) -> None:
        """Start a job: it holds a server until its work is done."""
        job.times[1][job.row] = int(self.env.now)
        if job.key >> KIND_SHIFT == clock.FULFILLED:
            self.started[job.order] = True
        job.event.callbacks.insert(0, lambda _: self.done(team, job))
        job.event.fire(job.key, job.work)

    def done(self, team: Team, job: Job) -> None:
        job.times[2][job.row] = int(self.env.now)
        team.release()

    def schedule_shifts(self) -> None:
        for index, resource in enumerate(self.program.resources):
            for tick, servers in zip(resource.change_ticks[1:].tolist(), resource.servers[1:].tolist(), strict=True):
                self.at(tick, clock.SHIFT, index, lambda _, i=index, n=servers: self.teams[i].staff(n))

    # Stock ---------------------------------------------------------------------------------------------------

    def give(self, line: int, units: int) -> None:
        """Hand units of a receipt to a waiting line; the last one lets its shipment go."""
        now = int(self.env.now)
        self.integrate(line, now, units)
        self.taken[line] += units
        if self.waiting[line]:
            return
        order = self.l_order[line]
        self.served[line] = now
        self.short[order] -= 1
        if not self.short[order]:
            self.allocated[order] = now
        plan = self.plans[self.o_segment[order]]
        if plan is not None and plan.split:
            self.at(now, clock.ALLOCATED, line, lambda _: self.follow(order, plan, line))
        elif not self.short[order]:
            self.stocked.pop(order).fire(key(clock.ALLOCATED, self.l_start[order]))

    def follow(self, order: int, plan: SegmentPlan, line: int) -> None:
        """Send a line that was short when the rest of its order went out."""
        self.env.process(self.shipment(order, plan, [line], self.l_setup[line], self.l_transit[line]))

    def integrate(self, line: int, now: int, just_given: int = 0) -> None:
        """Add the waiting of a line since its last change, within the measured window."""
        span = min(now, self.program.measured_end) - max(self.since[line], self.program.warm_up)
        if span > 0:
            self.backorder_time[line] += span * (self.waiting[line] + just_given)
        self.since[line] = now

    def review(self, index: int) -> None:
        """Look at a pool with a periodic policy, and again a review period later."""
        pool, now = self.pools[index], int(self.env.now)
        self.reviews.append((index, now, pool.on_hand, pool.backorders))
        self.order_units(index)
        self.at(now + pool.plan.review, clock.REVIEW, index, lambda _: self.review(index))

    def reorder(self, index: int) -> None:
        if not self.pools[index].plan.review:
            self.order_units(index)

    def order_units(self, index: int) -> None:
        """Replenish a pool if its policy says so."""
        pool, now = self.pools[index], int(self.env.now)
        units = pool.shortage()
        if units <= 0:
            return
        pool.advance(now)
        pool.on_order += units
        rows = self.replenishments[index]
        number = len(rows)
        rows.append([index, now, units, NONE, NONE, NONE])
        for column in self.made_times[index]:
            column.append(NONE)
        plan = self.program.pools[index]
        if plan.made_by == NONE:
            self.send(index, number)
            return
        work = self.supplies[index].work(number, units)
        job = Job(
            key(clock.MADE, index << POOL_SHIFT | number),
            number,
            NONE,
            work,
            self.made_times[index],
            _Waiting(self.env),
        )
        job.event.callbacks.append(lambda _: self.send(index, number))
        self.join(plan.made_by, job, plan.production_rank, 0)

    def send(self, index: int, number: int) -> None:
        """Let a replenishment travel; it overtakes an earlier one only if the scenario allows it."""
        due = int(self.env.now) + self.supplies[index].lead_time(number)
        if not self.program.pools[index].may_cross:
            due = max(due, self.last_receipt[index])
            self.last_receipt[index] = due
        self.at(due, clock.RECEIPT, index << POOL_SHIFT | number, lambda _: self.receive(index, number))

    def receive(self, index: int, number: int) -> None:
        pool, now = self.pools[index], int(self.env.now)
        pool.advance(now)
        row = self.replenishments[index][number]
        row[3:] = [now, pool.on_hand, pool.backorders]
        pool.receive(row[2])

    # Records -------------------------------------------------------------------------------------------------

    def records(self) -> Records:
        supply = _columns([row for rows in self.replenishments for row in rows], 6)
        reviews = _columns(self.reviews, 4)
        made = [[tick for times in self.made_times for tick in times[column]] for column in range(3)]

        def per_pool(name: str) -> Ints:
            return np.array([getattr(pool, name) for pool in self.pools], dtype=np.int64)

        def rows(name: str) -> Ints:
            return np.array(getattr(self, name), dtype=np.int64)

        return Records(
            **{n: rows(n) for n in ("outcome", "approved", "promised", "allocated", "ended", "shipments")},
            kept=np.array(self.kept, dtype=bool),
            **{n: rows(n) for n in ("served_pool", "from_stock", "taken", "lost", "backorder_time", "served")},
            shipped=rows("shipped"),
            delivered=rows("delivered"),
            captures=_jobs(self.capture_times),
            steps=_jobs(self.step_times),
            shipment_jobs=_jobs(self.shipment_times),
            contacts=_jobs(self.contact_times),
            supply_pool=supply[0],
            supply_ordered=supply[1],
            supply_quantity=supply[2],
            supply_received=supply[3],
            supply_on_hand=supply[4],
            supply_backorders=supply[5],
            made=_jobs(tuple(made)),
            review_pool=reviews[0],
            review_tick=reviews[1],
            review_on_hand=reviews[2],
            review_backorders=reviews[3],
            on_hand_time=per_pool("on_hand_time"),
            on_order_time=per_pool("on_order_time"),
            backorder_pool_time=per_pool("backorder_time"),
            stocked_time=per_pool("stocked_time"),
            opening=per_pool("opening"),
            closing=per_pool("on_hand"),
            received=per_pool("received"),
            issued=per_pool("issued"),
        )


def _times(rows: int) -> Times:
    return [NONE] * rows, [NONE] * rows, [NONE] * rows


def _jobs(times: tuple[list[int], ...]) -> Jobs:
    return Jobs(*(np.array(column, dtype=np.int64) for column in times))


def _columns(rows: list[Any], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width).T


def _customer_offset(program: Program) -> Ints:
    sizes = [program.scenario.segments[name].customers for name in program.segments]
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
