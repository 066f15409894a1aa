"""The tables of one replication: what is known beforehand and what has happened.

What is known of orders, and what is told of them in the records, stands in columns, which orders go through in turn.
What else the loop has to know of an order in play, and all that it knows of anything else, is a row of a table: one
table per kind of thing. Times are ticks, ``-1`` is none, yes is 1. Numbers of things and units have 32 bits: no line
asks for more than some millions of units, and more orders than 2**31 do not fit in memory.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from simcore.clock import Bools, Floats, Ints
from simcore.records import CODE, UNITS

Table = npt.NDArray[Any]
TICKS, NUMBER, YES, WIDE = np.int64, UNITS, CODE, np.int64


def _row(**fields: type) -> np.dtype[Any]:
    return np.dtype(list(fields.items()), align=True)


ORDER = _row(
    short=NUMBER,  # lines that wait for stock
    under_way=NUMBER,  # shipments that have not arrived
    queued=NUMBER,  # lines that stand in the queue of a pool, those that have left before their turn included
    started=YES,
    expired=YES,
)
"""Per order in play: how far it is."""

LINE = _row(
    since=TICKS,
    waiting=NUMBER,
    next_part=NUMBER,  # the next line of the same shipment; LATE marks one of a single line that follows the first
)
"""Per order line in play: the units that wait and since when this was noted."""

LINK = _row(child=NUMBER, sibling=NUMBER)
"""Per order line: its place among the lines that wait at a pool, apart, since many are looked at to serve one."""

CONTACT = _row(tick=TICKS, work=TICKS, join=TICKS, start=TICKS, finish=TICKS, lane=NUMBER)
"""Per contact with a customer."""

LANE = _row(
    promise=TICKS,
    commitment=TICKS,
    first_customer=WIDE,
    rank=NUMBER,
    when_short=NUMBER,
    split=YES,
    captures=YES,
    may_lose=YES,
    contacts=YES,
    capture_resource=NUMBER,
    fulfil_resource=NUMBER,
    contact_resource=NUMBER,
    contact_bucket=NUMBER,
)
"""Per lane: its offering. Those of lanes that are not served are never read."""

POOL = _row(
    on_hand=WIDE,
    on_order=WIDE,
    backorders=WIDE,
    received=WIDE,
    issued=WIDE,
    since=TICKS,
    on_hand_time=WIDE,
    on_order_time=WIDE,
    backorder_time=WIDE,
    stocked_time=TICKS,
    reorder_point=WIDE,
    order_up_to=WIDE,
    order_quantity=WIDE,
    review=TICKS,
    last_due=TICKS,
    first_supply=WIDE,  # where its replenishment number 0 is, or would be if it had not been forgotten
    end_supply=WIDE,
    supplies=WIDE,  # replenishments so far
    made_by=WIDE,
    made_bucket=WIDE,
    reserve_kept=WIDE,
    reserve=WIDE,
    protected_waiting=WIDE,
    first_protected=WIDE,
    last_protected=WIDE,
    first_request=WIDE,
    last_request=WIDE,
    by_placement=YES,
    may_cross=YES,
)
"""Per stock pool."""

RANK = _row(critical=WIDE, root=WIDE, lines_waiting=WIDE)
"""Per pool and rank: critical level, first of the waiting lines, number of them."""

SUPPLY = _row(
    lead_time=TICKS,
    setup=TICKS,
    ordered=TICKS,
    received=TICKS,
    join=TICKS,
    start=TICKS,
    finish=TICKS,
    quantity=WIDE,
    on_hand=WIDE,
    backorders=WIDE,
)
"""Per possible replenishment, pool after pool; ``join``, ``start`` and ``finish`` are those of its production."""

MADE = _row(size=WIDE, since=WIDE)
"""Per pool and slot: the size of the production orders whose work is known, and from which replenishment on."""

PENDING = _row(row=WIDE, work=TICKS)
"""Per production order that began before its work was known: pool and number, and the work once it is."""

REVIEW = _row(pool=WIDE, tick=TICKS, on_hand=WIDE, backorders=WIDE)
"""Per review of a periodic policy, as they happen."""

TEAM = _row(
    servers=WIDE,
    busy=WIDE,
    queue=WIDE,  # jobs in the queue, cancelled ones included
    first_bucket=NUMBER,  # the table has one row more than there are resources
    head_starts=YES,
)
"""Per resource."""

BUCKET = _row(head_start=TICKS, first=WIDE, last=WIDE)
"""Per queue of jobs of one rank, or of one head start, first come, first served."""

NODE = _row(key=WIDE, join=TICKS, next=NUMBER, previous=NUMBER)
"""Per job that waits in a bucket."""

REQUEST = _row(owner=WIDE, wanted=WIDE, next=WIDE)
"""Per request on the common stock of a pool that clears by placement."""

SHIFT = _row(tick=TICKS, resource=WIDE, servers=WIDE)
"""Per change of the number of servers, in the order of (tick, resource)."""

HEAP = _row(tick=TICKS, key=WIDE)
"""Per event to come: the next ones in a ring, the others in a heap on (tick, key)."""

JOB = ["join", "start", "finish"]


class Asked(NamedTuple):
    """The potential orders, column by column as they were drawn."""

    placed: Ints
    wanted: Bools
    lane: Ints
    customer: Ints
    patience: Ints
    capture_work: Ints
    setup_work: Ints
    transit: Ints
    churns: Bools
    line_start: Ints
    line_order: Ints
    line_pool: Ints
    line_better_pool: Ints
    line_quantity: Ints
    line_work: Ints
    line_setup: Ints
    line_transit: Ints
    step_start: Ints
    step_order: Ints
    step_resource: Ints
    step_work: Ints
    step_refuses: Bools


class OfOrder(NamedTuple):
    """Ticks of an order."""

    approved: int
    promised: int
    allocated: int
    ended: int


class OfLine(NamedTuple):
    """Ticks of an order line."""

    backorder_time: int
    served: int
    shipped: int
    delivered: int


class OfUnits(NamedTuple):
    """Where the units of an order line came from, and how many."""

    served_pool: int
    from_stock: int
    taken: int
    lost: int


class OfJob(NamedTuple):
    """Ticks of a job."""

    join: int
    start: int
    finish: int


ORDER_AT, LINE_AT = OfOrder(*range(len(OfOrder._fields))), OfLine(*range(len(OfLine._fields)))
UNITS_AT, JOB_AT = OfUnits(*range(len(OfUnits._fields))), OfJob(*range(len(OfJob._fields)))


class Told(NamedTuple):
    """What happens to orders, their lines and steps: the columns of the records, those of one type together.

    The first axis of the tables is that of ORDER_AT, LINE_AT, UNITS_AT or JOB_AT.
    """

    outcome: Ints
    kept: Bools
    shipments: Ints
    order: Ints
    capture: Ints
    """Per order; no columns where no order is captured."""
    line: Ints
    units: Ints
    shipment: Ints
    """Per line that is the first of a shipment."""
    step: Ints


class Counters(NamedTuple):
    """How far each of these is; ``status`` says why the loop paused."""

    heap: int
    soon: int
    """Where the line of the next events begins, with the last of them; ``soon_end``: where it ends, after the first."""
    soon_end: int
    order: int
    """The next order to arrive."""
    blank: int
    """The first order that is not ready to arrive; ``blank_line``: where its lines begin."""
    blank_line: int
    first_order: int
    """The first order that is still in play; ``first_line``: where its lines begin."""
    first_line: int
    arrival: int
    """When the next order arrives."""
    other: int
    """When the next shift or contact comes."""
    contact: int
    shift: int
    nodes: int
    free_node: int
    requests: int
    free_request: int
    reviews: int
    pending: int
    status: int
    now: int


COUNT = Counters(*range(len(Counters._fields)))


class World(NamedTuple):
    """Everything that the compiled loop reads and writes."""

    warm_up: int
    measured_end: int
    horizon: int
    from_placement: bool
    """The promise runs from placement, not from approval."""
    asked: Asked
    told: Told
    order: Table
    """The orders in play; this table and the next two are rings (:mod:`simcore.compiled.rings`)."""
    line: Table
    link: Table
    contact: Table
    lane: Table
    bucket_of: Ints
    """Shape (lanes, resources): where an order of the lane queues at each resource."""
    pool: Table
    rank: Table
    """Shape (pools, ranks)."""
    unit_minutes: Floats
    """Per pool: production minutes per unit where they are constant, NaN where they are random."""
    supply: Table
    made: Table
    """Shape (pools, slots)."""
    made_work: Ints
    """Shape (pools, slots, block): ticks of production work that are known.

    Random work depends on the size of a production order, and its distribution function is NumPy's to evaluate. Jobs
    that begin before their work is known are ``pending``; the loop pauses for them.
    """
    pending: Table
    review: Table
    team: Table
    bucket: Table
    node: Table
    request: Table
    shift: Table
    soon: Table
    """The next events (:mod:`simcore.compiled.events`)."""
    heap: Table
    leaves: Ints
    """Per customer: when the customer leaves."""
    counter: Ints


(
    STARTING,
    RUNNING,
    WORK_WANTED,
    ROWS_FULL,
    HEAP_FULL,
    NODES_FULL,
    REQUESTS_FULL,
    SUPPLIES_FULL,
    REVIEWS_FULL,
) = range(9)

BACKORDER, LOSE, TAKE_AND_LOSE, SUBSTITUTE = range(4)
RULES = ("backorder", "lose", "take_and_lose", "substitute")
LATE = -2
SLOTS, BLOCK = 16, 64
SOON = 16
AT_ONCE = 64
"""Orders that are made ready together, just before the first of them arrives: they are still in the cache."""
