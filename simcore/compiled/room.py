"""How much room there has to be for what can be there at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simcore.clock import NEVER, Ints
from simcore.compiled import world as w
from simcore.facts import once
from simcore.orders import Orders
from simcore.program import Program

FEW = 256


@dataclass(frozen=True)
class Room:
    """How many events, waiting jobs, requests, replenishments (per pool) and reviews there is room for.

    ``rows`` are those for orders in play to begin with, and for their lines and steps; there will be as many as needed.
    """

    events: int
    jobs: int
    requests: int
    supplies: Ints
    reviews: int
    rows: int = FEW

    def doubled(self, status: int) -> Room:
        """Return more room of the kind that was full."""
        match status:
            case w.HEAP_FULL:
                return replace(self, events=2 * self.events)
            case w.NODES_FULL:
                return replace(self, jobs=2 * self.jobs)
            case w.REQUESTS_FULL:
                return replace(self, requests=2 * self.requests)
            case w.SUPPLIES_FULL:
                return replace(self, supplies=2 * self.supplies)
            case _:
                return replace(self, reviews=2 * self.reviews)


def enough_room(program: Program, orders: Orders, begin: int = 0, end: int | None = None) -> Room:
    """Return room for everything that can be there at once while some orders are played from a tick to another.

    Memory that is never touched costs nothing. ``supplies`` are those that can be ordered meanwhile by pools that are
    full at the beginning.
    """
    return room_between(program, orders, (program.horizon if end is None else end) - begin, full(program))


def full(program: Program) -> Ints:
    """Return the stock position with which each pool starts, shape (pools,)."""
    return np.array([pool.levels.start for pool in program.pools], dtype=np.int64)


def room_between(program: Program, orders: Orders, ticks: int, position: Ints) -> Room:
    """Return room for some orders, played for a time, given the stock position of each pool at its beginning."""
    lines, steps, contacts = len(orders.line_order), len(orders.step_order), len(orders.contact_tick)
    reviews = [ticks // pool.review + 2 if pool.review else 0 for pool in program.pools]
    most = [_most_supplies(program, orders, i, reviews[i], int(position[i])) for i in range(len(reviews))]
    supplies = np.array(most, dtype=np.int64)
    waits = 1 + _patient(orders)
    active = len(orders) + lines + contacts + int(supplies.sum()) + len(reviews)
    placed = 2 * lines + len(reviews) if any(pool.by_placement for pool in program.pools) else 0
    return Room(waits + active, active + steps + 1, placed + 1, supplies, sum(reviews) + 1)


def _most_supplies(program: Program, orders: Orders, index: int, reviews: int, position: int) -> int:
    """Return the most replenishments that a pool can order: one per line or review, and each fills a lot."""
    levels = program.pools[index].levels
    lines, units = (int(each[index]) if index < len(each) else 0 for each in _drawn(orders))
    least = levels.order_quantity or max(1, levels.order_up_to - levels.reorder_point)
    gap = max(0, max(levels.order_up_to, levels.reorder_point + levels.order_quantity) - position)
    return min((units + gap) // least + 2, reviews or lines + 1)


@once
def _patient(orders: Orders) -> int:
    """Return how many orders wait for a time only."""
    return int((orders.patience < NEVER).sum())


@once
def _drawn(orders: Orders) -> tuple[Ints, Ints]:
    """Return the lines that may draw on each pool, and their units; pools that nobody draws on may be missing."""
    pools = max(orders.line_pool.max(initial=-1), orders.line_better_pool.max(initial=-1)) + 2
    lines, units = np.zeros((2, pools), dtype=np.int64)
    for pool in (orders.line_pool, orders.line_better_pool):
        lines += np.bincount(pool + 1, minlength=pools)
        units += np.bincount(pool + 1, weights=orders.line_quantity, minlength=pools).astype(np.int64)
    return lines[1:], units[1:]
