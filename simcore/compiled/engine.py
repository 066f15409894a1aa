"""The compiled engine: plays a program with the orders of one replication, to the same records as the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simcore.clock import POOL_SHIFT, Ints
from simcore.compiled import loop, rows
from simcore.compiled import world as w
from simcore.compiled.building import build, captures, nothing
from simcore.compiled.room import Room, enough_room
from simcore.compiled.teams import NUMBER
from simcore.compiled.told import blank, with_captures
from simcore.draws import Draws
from simcore.memory import Memory
from simcore.orders import Orders
from simcore.program import Program
from simcore.records import Jobs, Records
from simcore.supply import SupplyTimes


def play(
    program: Program, orders: Orders, draws: Draws, room: Room | None = None, memory: Memory | None = None
) -> Records:
    """Return what happens when a program meets the orders of one replication.

    Parameters
    ----------
    room : Room or None
        Room to begin with; None: enough for everything. Where it is too little, there is more next time.
    memory : Memory or None
        Where records are written, which hold until it is used again; None: somewhere of their own.
    """
    supply_times = [SupplyTimes(program, pool, draws) for pool in program.pools]
    room = room or enough_room(program, orders)
    told = blank(orders, captures(program), memory)
    while True:
        world, status = play_until(build(program, orders, told, supply_times, room), supply_times, program.horizon)
        if status == w.RUNNING:
            supply = rows.chosen(world.supply, _happened(world))
            return records(told, world, supply, np.repeat(*_pool_of_supplies(world)))
        room = room.doubled(status)


def warm_up() -> None:
    """Compile the loop, or load it from where it is kept."""
    loop.run(nothing(), 0)


def play_until(world: w.World, supply_times: Sequence[SupplyTimes], until: int) -> tuple[w.World, int]:
    """Play all events before a tick; return the world, and RUNNING or what there was too little room for."""
    counter = world.counter
    while True:
        loop.run(world, until)
        if counter[w.COUNT.status] == w.ROWS_FULL:
            world = rows.with_more_rows(world)
        elif counter[w.COUNT.status] == w.WORK_WANTED:
            pending = world.pending[: counter[w.COUNT.pending]]
            pending["work"] = [_work(world, supply_times, row) for row in pending["row"].tolist()]
        else:
            return world, int(counter[w.COUNT.status])


def _work(world: w.World, supply_times: Sequence[SupplyTimes], row: int) -> int:
    """Return the work of a production order, and note that of others of its size from this one on."""
    pool, number = row >> POOL_SHIFT, row & NUMBER
    supply = int(world.pool["first_supply"][pool]) + number
    units = int(world.supply["quantity"][supply])
    slot = units % w.SLOTS
    world.made["size"][pool, slot], world.made["since"][pool, slot] = units, number
    world.made_work[pool, slot] = supply_times[pool].unit_work(number, w.BLOCK, units)
    return int(world.supply["setup"][supply] + world.made_work[pool, slot, 0])


def records(told: w.Told, world: w.World, supply: w.Table, supply_pool: Ints) -> Records:
    """Return what has happened as records, with some of the replenishments and the pool that each is for."""
    pool, review = world.pool, world.review[: world.counter[w.COUNT.reviews]]
    of_supply = ("ordered", "quantity", "received", "on_hand", "backorders")
    of_pool = ("on_hand_time", "on_order_time", "stocked_time", "received", "issued")
    columns: dict[str, Any] = dict(zip(w.ORDER_AT._fields, told.order, strict=True))
    columns |= zip(w.LINE_AT._fields, told.line, strict=True)
    columns |= zip(w.UNITS_AT._fields, told.units, strict=True)
    columns |= {f"supply_{name}": supply[name] for name in of_supply}
    columns |= {f"review_{name}": review[name] for name in w.REVIEW.names or ()}
    columns |= {name: pool[name] for name in of_pool}
    return Records(
        **columns,
        outcome=told.outcome,
        kept=told.kept,
        shipments=told.shipments,
        captures=Jobs(*with_captures(told)),
        steps=Jobs(*told.step),
        shipment_jobs=Jobs(*told.shipment),
        contacts=_jobs(world.contact),
        supply_pool=supply_pool,
        made=_jobs(supply),
        backorder_pool_time=pool["backorder_time"],
        opening=pool["on_hand"] - pool["received"] + pool["issued"],
        closing=pool["on_hand"],
    )


def _jobs(rows: w.Table) -> Jobs:
    return Jobs(*(rows[name] for name in w.JOB))


def _happened(world: w.World) -> Ints:
    """Return the rows of the replenishments that there were."""
    first, count = world.pool["first_supply"], world.pool["supplies"]
    owner, count_of = np.repeat(first - np.cumsum(count) + count, count), int(count.sum())
    return np.asarray(np.arange(count_of) + owner)


def _pool_of_supplies(world: w.World) -> tuple[Ints, Ints]:
    """Return the pools, and how many replenishments of each there were."""
    return np.arange(world.pool.shape[0]), world.pool["supplies"]
