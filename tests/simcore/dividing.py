"""A replication cut into blocks, as an engine hands them over that keeps only what is under way."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from simcore.facts import Facts
from simcore.orders import Orders
from simcore.records import Jobs, Outcome, Records

Ints = np.ndarray
Block = tuple[Orders, Records]

PER_ORDER = (
    "outcome", "approved", "promised", "allocated", "ended", "shipments", "kept", "captures",
)  # fmt: skip
PER_LINE = (
    "served_pool", "from_stock", "taken", "lost", "backorder_time", "served", "shipped", "delivered", "shipment_jobs",
)  # fmt: skip
PER_POOL = (
    "on_hand_time", "on_order_time", "backorder_pool_time", "stocked_time", "opening", "closing", "received", "issued",
)  # fmt: skip


@dataclass(frozen=True)
class Owners:
    """The block of each order, contact, replenishment and review; the last block has what is of all orders."""

    blocks: int
    order: Ints
    contact: Ints
    supply: Ints
    review: Ints


def random_owners(found: Facts, blocks: int, rng: np.random.Generator) -> Owners:
    """Return random blocks; what is unfinished is in the last."""
    r = found.records

    def some(count: int) -> Ints:
        return rng.integers(0, blocks, count)

    order = np.where(r.outcome == Outcome.OPEN, blocks - 1, some(len(r.outcome)))
    return Owners(blocks, order, some(len(r.contacts.join)), some(len(r.supply_pool)), some(len(r.review_pool)))


def divided(orders: Orders, records: Records, owners: Owners) -> list[Block]:
    """Return the blocks."""
    return [_block(orders, records, owners, block) for block in range(owners.blocks)]


def _times(jobs: Jobs) -> tuple[Ints, Ints, Ints]:
    return jobs.join, jobs.start, jobs.finish


def _block(orders: Orders, records: Records, owners: Owners, block: int) -> Block:
    mine = {
        "order": owners.order == block,
        "line": (owners.order == block)[orders.line_order],
        "step": (owners.order == block)[orders.step_order],
        "contact": owners.contact == block,
        "supply": owners.supply == block,
        "review": owners.review == block,
    }
    return _orders(orders, mine), _records(records, mine, block == owners.blocks - 1)


def _orders(orders: Orders, mine: dict[str, Ints]) -> Orders:
    number = np.cumsum(mine["order"]) - 1
    columns = {}
    for field in fields(Orders):
        kind = field.name.split("_")[0]
        rows = mine[kind] if kind in ("line", "step", "contact") else mine["order"]
        values = getattr(orders, field.name)
        if field.name in ("line_start", "step_start"):
            columns[field.name] = np.concatenate([[0], np.cumsum(np.diff(values)[mine["order"]])])
        elif field.name in ("line_order", "step_order"):
            columns[field.name] = number[values[rows]]
        else:
            columns[field.name] = values[rows]
    return Orders(**columns)


def _records(records: Records, mine: dict[str, Ints], last: bool) -> Records:
    columns = {}
    for field in fields(Records):
        value = getattr(records, field.name)
        if field.name in PER_POOL:
            columns[field.name] = value if last else np.zeros_like(value)
            continue
        rows = mine[_kind(field.name)]
        columns[field.name] = Jobs(*(t[rows] for t in _times(value))) if isinstance(value, Jobs) else value[rows]
    return Records(**columns)


def _kind(name: str) -> str:
    if name in PER_ORDER or name in PER_LINE:
        return "order" if name in PER_ORDER else "line"
    return {"steps": "step", "contacts": "contact", "made": "supply"}.get(name, name.split("_")[0])
