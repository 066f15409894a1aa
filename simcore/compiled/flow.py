"""A replication played in stretches of time: what has ended is handed over and forgotten.

Between two stretches the orders that are still open are numbered anew, in their order, so that every comparison of two
of them comes out as before (`renumbering`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simcore.clock import Bools, Ints
from simcore.compiled import rows, told
from simcore.compiled import world as w
from simcore.compiled.building import build, captures
from simcore.compiled.engine import play_until, records
from simcore.compiled.renumbering import (
    Numbers,
    heap_of,
    link_protected,
    link_waiting,
    nodes_of,
    renumbered,
    requests_of,
)
from simcore.compiled.room import Room, full, room_between
from simcore.draws import Draws
from simcore.holding import joined, picked
from simcore.orders import Orders
from simcore.program import NONE, Program
from simcore.records import Outcome, Records
from simcore.stretches import Stretch
from simcore.supply import SupplyTimes

WORTH_A_STRETCH = 0.5
"""New orders of a stretch for each order that is open at its beginning."""


@dataclass(frozen=True)
class Block:
    """Orders that have ended, contacts made, replenishments received and reviews, with their records.

    What is of pools as a whole is in the last block of a replication, which has also what is unfinished.
    """

    orders: Orders
    records: Records
    until: int
    """Ticks; no order of a later block was placed before this."""


def blocks(program: Program, stretches: Iterable[Stretch], draws: Draws) -> Iterator[Block]:
    """Play a program stretch after stretch, and yield what ends in each.

    Parameters
    ----------
    stretches : iterable of Stretch
        From tick 0 to the end of the drain, without gaps. Short ones are played together while many orders are open:
        to go on with those costs time, too.
    """
    flow, drawn = _Flow(program, draws), None
    for stretch in stretches:
        drawn = stretch if drawn is None else drawn.with_next(stretch)
        if len(drawn.orders) >= WORTH_A_STRETCH * flow.open_orders or stretch.end >= program.horizon:
            yield flow.play(drawn)
            drawn = None


@dataclass(frozen=True)
class _Gone:
    """What has ended at the end of a stretch. ``supplies``: up to which number replenishments are received, by pool."""

    orders: Bools
    contacts: Bools
    supplies: Ints


class _Flow:
    """A replication in the midst of being played."""

    def __init__(self, program: Program, draws: Draws) -> None:
        self.program = program
        self.supply_times = [SupplyTimes(program, pool, draws, passing=True) for pool in program.pools]
        self.forgotten = np.zeros(len(program.pools), dtype=np.int64)
        """Replenishments of each pool that have been handed over."""
        self.held: Orders | None = None
        self.world: w.World | None = None

    @property
    def open_orders(self) -> int:
        """How many orders the next stretch begins with."""
        return 0 if self.held is None else len(self.held)

    def play(self, stretch: Stretch) -> Block:
        """Play a stretch and return what has ended in it."""
        held, world = self._begun(stretch)
        world, status = play_until(world, self.supply_times, stretch.end)
        if status != w.RUNNING:
            raise RuntimeError(f"no room left in a stretch (status {status})")
        last = stretch.end >= self.program.horizon
        world = world._replace(
            order=world.order[: len(held)],
            line=world.line[: len(held.line_order)],
            link=world.link[: len(held.line_order)],
        )
        gone = self._gone(world, last)
        block = self._block(held, world, gone, last)
        if last:
            return replace(block, until=stretch.end)
        self.held, self.world = self._without(held, world, gone)
        return replace(block, until=int(self.held.placed[0]) if len(self.held) else stretch.end)

    def _begun(self, stretch: Stretch) -> tuple[Orders, w.World]:
        """Return orders and world at the beginning of a stretch."""
        ticks = stretch.end - stretch.begin
        if self.held is None or self.world is None:
            room = room_between(self.program, stretch.orders, ticks, full(self.program))
            world = build(self.program, stretch.orders, self._blank(stretch), self.supply_times, room)
            return stretch.orders, world._replace(**_tables(stretch.orders))
        held, pool = joined(self.held, stretch.orders), self.world.pool
        position = pool["on_hand"] + pool["on_order"] - pool["backorders"]
        room = room_between(self.program, held, ticks, position)
        going_on = self.world._replace(asked=rows.asked(held), told=told.joined(self.world.told, self._blank(stretch)))
        return held, self._extended(going_on, held, room)

    def _blank(self, stretch: Stretch) -> w.Told:
        return told.blank(stretch.orders, captures(self.program))

    def _extended(self, before: w.World, held: Orders, room: Room) -> w.World:
        """Return the world with the orders and contacts of a new stretch, and room for what they set off."""
        fresh: dict[str, Any] = _tables(held) | {
            "contact": rows.contacts(held),
            "heap": np.empty(room.events + len(before.heap), dtype=w.HEAP),
            "node": np.empty(room.jobs + len(before.node), dtype=w.NODE),
            "request": np.empty(room.requests + len(before.request), dtype=w.REQUEST),
        }
        for name, table in fresh.items():
            known = getattr(before, name)
            rows.whole(table)[: len(known)] = rows.whole(known)
        review = np.empty(room.reviews, dtype=w.REVIEW)
        world = before._replace(review=review, **fresh)
        return world._replace(supply=self._supplies(world, room.supplies))

    def _supplies(self, world: w.World, more: Ints) -> w.Table:
        """Return the replenishments that are under way, and room for some more of each pool."""
        p, before = world.pool, world.supply
        under_way = p["supplies"] - self.forgotten
        size = under_way + more
        begin = np.cumsum(size) - size
        supply = rows.supplies(self.program, self.supply_times, self.forgotten, size)
        for pool, count in enumerate(under_way.tolist()):
            old, new = int(p["first_supply"][pool] + self.forgotten[pool]), int(begin[pool])
            rows.whole(supply)[new : new + count] = rows.whole(before)[old : old + count]
        p["first_supply"], p["end_supply"] = begin - self.forgotten, begin + size
        return supply

    # What has ended ------------------------------------------------------------------------------------------------

    def _gone(self, world: w.World, last: bool) -> _Gone:
        contact, p = world.contact, world.pool
        if last:
            everything = np.ones(len(world.told.outcome), bool), np.ones(len(contact), bool)
            return _Gone(*everything, p["supplies"].copy())
        made = (contact["finish"] != NONE) | (contact["join"] == NONE)
        return _Gone(world.told.outcome != Outcome.OPEN, made, self._received(world))

    def _received(self, world: w.World) -> Ints:
        """Return up to which number the replenishments of each pool have all been received."""
        found = self.forgotten.copy()
        for pool in range(len(found)):
            first = int(world.pool["first_supply"][pool])
            mine = world.supply["received"][first + found[pool] : first + world.pool["supplies"][pool]]
            missing = np.flatnonzero(mine == NONE)
            found[pool] += missing[0] if len(missing) else len(mine)
        return found

    def _block(self, held: Orders, world: w.World, gone: _Gone, last: bool) -> Block:
        """Return what has ended with its records; the pools as a whole only at the end."""
        line, step = gone.orders[held.line_order], gone.orders[held.step_order]
        p = world.pool
        count = gone.supplies - self.forgotten
        pool = np.repeat(np.arange(len(count)), count)
        begin = p["first_supply"] + self.forgotten
        supply = np.arange(len(pool)) + np.repeat(begin - np.cumsum(count) + count, count)
        ended = world._replace(
            contact=rows.chosen(world.contact, gone.contacts),
            pool=p if last else np.zeros_like(p),
        )
        of_those = told.picked(world.told, gone.orders, line, step)
        found = records(of_those, ended, rows.chosen(world.supply, supply), pool)
        return Block(picked(held, gone.orders, gone.contacts), found, 0)

    # What goes on --------------------------------------------------------------------------------------------------

    def _without(self, held: Orders, world: w.World, gone: _Gone) -> tuple[Orders, w.World]:
        """Return orders and world without what has ended, everything else numbered anew."""
        kept = ~gone.orders
        number = Numbers(held, kept, ~gone.contacts)
        self.forgotten = gone.supplies
        for times, first in zip(self.supply_times, self.forgotten.tolist(), strict=True):
            times.forget(first)
        lines, steps = number.lines >= 0, number.steps >= 0
        line = rows.chosen(world.line, lines)
        line["next_part"] = renumbered(line["next_part"], number.lines)
        rest, before = picked(held, kept, ~gone.contacts), world
        world = world._replace(
            asked=rows.asked(rest),
            told=told.picked(world.told, kept, lines, steps),
            order=rows.chosen(world.order, kept),
            line=line,
            link=rows.chosen(world.link, lines),
            contact=rows.chosen(world.contact, ~gone.contacts),
            request=requests_of(world, number.lines),
        )
        link_protected(world, before.link["sibling"], number.lines)
        world = world._replace(heap=heap_of(world, number), node=nodes_of(world, self.program, self.forgotten))
        link_waiting(world)
        counter = world.counter
        counter[w.COUNT.order] = counter[w.COUNT.blank] = len(rest)
        counter[w.COUNT.blank_line], counter[w.COUNT.contact] = len(line), len(world.contact)
        counter[w.COUNT.arrival] = NONE
        counter[w.COUNT.reviews] = 0
        return rest, world


def _tables(orders: Orders) -> dict[str, Any]:
    """Return a row for each order and line."""
    return {
        "order": rows.ring(w.ORDER, len(orders)),
        "line": rows.ring(w.LINE, len(orders.line_order)),
        "link": rows.ring(w.LINK, len(orders.line_order)),
    }
