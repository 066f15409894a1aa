"""All stock pools of a replication: lines that draw on them, replenishments, reviews."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from simcore import clock
from simcore.clock import POOL_SHIFT, key
from simcore.draws import Draws
from simcore.program import NONE, Program, SegmentPlan
from simcore.reference.state import LineState, Replenishments, Times
from simcore.reference.stock import Pool, ReservePool
from simcore.supply import SupplyTimes

At = Callable[[int, int, int, Callable[[], Any]], None]
"""``at(tick, kind, identity, then)`` lets something happen later."""
Make = Callable[[int, int, int, int, int, Times, Callable[[], Any]], None]
"""``make(resource, key, row, work, rank, times, then)`` puts a production order into the queue of a resource."""


class Warehouse:
    """The pools of a program, and everything that moves units in and out of them.

    Parameters
    ----------
    give : callable
        ``give(now, line)`` is called when a waiting line has got its last unit.
    """

    def __init__(
        self, program: Program, draws: Draws, lines: LineState, at: At, make: Make, give: Callable[[int, int], None]
    ) -> None:
        self.program, self.lines, self.at, self.make, self.whole = program, lines, at, make, give
        self.now = 0
        window = (program.warm_up, program.measured_end)
        self.pools = [
            (ReservePool if p.by_placement else Pool)(p, lines.waiting, self.give, window) for p in program.pools
        ]
        self.supply_times = [SupplyTimes(program, p, draws) for p in program.pools]
        self.supply = [Replenishments(index) for index in range(len(program.pools))]
        self.reviews: list[tuple[int, int, int, int]] = []

    def open(self) -> None:
        """Schedule the first reviews, and order what the starting stock lacks."""
        for index, plan in enumerate(self.program.pools):
            if plan.review:
                self.at(0, clock.REVIEW, index, partial(self.review, index, 0))
            else:
                self.replenish(index, 0)

    def close(self, now: int) -> None:
        """Integrate everything up to the end."""
        for line, units in enumerate(self.lines.waiting):
            if units:
                self.add_waiting(line, units, now)
        for pool in self.pools:
            pool.advance(now)

    def draw(self, line: int, plan: SegmentPlan, placed: int, now: int) -> None:
        """Let one line take what it may from its pool; ``when_short`` decides about the rest."""
        lines = self.lines
        wanted, index, rank = lines.quantity[line], lines.pool[line], plan.rank
        pool = self.pools[index]
        free = pool.free(rank)
        if free < wanted and lines.better_pool[line] != NONE:
            better = self.pools[lines.better_pool[line]]
            if better.free(rank) >= wanted:
                index, pool, free = lines.better_pool[line], better, wanted
        rest = wanted - free if free < wanted else 0
        if rest and plan.when_short == "lose":
            rest = wanted
        lines.served_pool[line] = index
        pool.advance(now)
        if wanted > rest:
            served = wanted - rest
            pool.take(served, rank)
            lines.from_stock[line] = lines.taken[line] = served
        if rest and plan.when_short in ("lose", "take_and_lose"):
            lines.lost[line] = rest
        elif rest:
            lines.since[line] = now
            pool.wait(line, rank, placed, rest)
        if pool.is_low():
            self.replenish(index, now)

    def take_back(self, order_lines: range, now: int) -> None:
        """Take the lines of a cancelled order out of every queue, then put back what was set aside for them."""
        lines = self.lines
        self.now = now
        pooled = [line for line in order_lines if lines.served_pool[line] != NONE]
        for line in pooled:
            if lines.waiting[line]:
                self.add_waiting(line, lines.waiting[line], now)
                self.pools[lines.served_pool[line]].advance(now)
                self.pools[lines.served_pool[line]].leave(line)
        for line in pooled:
            if lines.taken[line]:
                units, lines.taken[line] = lines.taken[line], 0
                self.pools[lines.served_pool[line]].advance(now)
                self.pools[lines.served_pool[line]].put_back(units)

    def give(self, line: int, units: int) -> None:
        """Hand units to a waiting line."""
        lines = self.lines
        self.add_waiting(line, lines.waiting[line] + units, self.now)
        lines.taken[line] += units
        if not lines.waiting[line]:
            self.whole(self.now, line)

    def add_waiting(self, line: int, units: int, now: int) -> None:
        """Integrate the waiting units of a line since its last change, within the measured window."""
        lines = self.lines
        span = min(now, self.program.measured_end) - max(lines.since[line], self.program.warm_up)
        if span > 0:
            lines.backorder_time[line] += span * units
        lines.since[line] = now

    def review(self, index: int, now: int) -> None:
        """Look at a pool with a periodic policy, and again a review period later."""
        pool = self.pools[index]
        self.reviews.append((index, now, pool.on_hand, pool.backorders))
        self.replenish(index, now)
        again = now + pool.plan.review
        self.at(again, clock.REVIEW, index, partial(self.review, index, again))

    def replenish(self, index: int, now: int) -> None:
        """Order for a pool if its policy says so."""
        pool = self.pools[index]
        units = pool.shortage()
        if units <= 0:
            return
        plan = pool.plan
        pool.advance(now)
        pool.on_order += units
        number = self.supply[index].add(now, units)
        if plan.made_by == NONE:
            self.send(index, number, now)
            return
        work, times = self.supply_times[index].work(number, units), self.supply[index].times
        place = key(clock.MADE, index << POOL_SHIFT | number)
        self.make(
            plan.made_by,
            place,
            number,
            work,
            plan.production_rank,
            times,
            lambda: self.send(index, number, times[2][number]),
        )

    def send(self, index: int, number: int, now: int) -> None:
        """Let a replenishment travel; it overtakes an earlier one only if the scenario allows it."""
        supply = self.supply[index]
        due = now + self.supply_times[index].lead_time(number)
        if not self.pools[index].plan.may_cross:
            due = supply.last_due = max(due, supply.last_due)
        self.at(due, clock.RECEIPT, index << POOL_SHIFT | number, partial(self.receive, index, number, due))

    def receive(self, index: int, number: int, now: int) -> None:
        """Take a replenishment in."""
        pool, row = self.pools[index], self.supply[index].rows[number]
        self.now = now
        pool.advance(now)
        row[3:] = [now, pool.on_hand, pool.backorders]
        pool.receive(row[2])
