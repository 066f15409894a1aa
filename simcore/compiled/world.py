"""The tables of one replication: what is known beforehand and what has happened.

One table per kind of thing and one row per thing: what happens to an order at an instant lies together, and is fetched
from memory with two or three lines of the processor's cache instead of one for each property. Times are ticks, ``-1``
is none, yes is 1. Numbers of things and units have 32 bits: no line asks for more than some millions of units, and more
orders than 2**31 do not fit in memory.
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
    patience=TICKS,
    capture_work=TICKS,
    setup_work=TICKS,
    transit=TICKS,
    approved=TICKS,
    promised=TICKS,
    allocated=TICKS,
    ended=TICKS,
    join=TICKS,
    start=TICKS,
    finish=TICKS,
    lane=NUMBER,
    customer=NUMBER,
    first_line=NUMBER,
    end_line=NUMBER,
    first_step=NUMBER,
    end_step=NUMBER,
    shipments=NUMBER,
    short=NUMBER,  # lines that wait for stock
    under_way=NUMBER,  # shipments that have not arrived
    queued=NUMBER,  # lines that stand in the queue of a pool, those that have left before their turn included
    churns=YES,
    outcome=YES,
    kept=np.bool_,
    started=YES,
    expired=YES,
)
"""Per order: what is known when it is placed, and what happens; ``join``, ``start``, ``finish``: its capture."""

LINE = _row(
    work=TICKS,
    setup=TICKS,
    transit=TICKS,
    backorder_time=WIDE,
    since=TICKS,
    served=TICKS,
    shipped=TICKS,
    delivered=TICKS,
    join=TICKS,
    start=TICKS,
    finish=TICKS,
    order=NUMBER,
    pool=NUMBER,
    better_pool=NUMBER,
    quantity=NUMBER,
    served_pool=NUMBER,
    from_stock=NUMBER,
    taken=NUMBER,
    lost=NUMBER,
    waiting=NUMBER,
    next_part=NUMBER,  # the next line of the same shipment; LATE marks one of a single line that follows the first
)
"""Per order line: what is asked for, and what happens; ``join``, ``start``, ``finish``: of the shipment it begins."""

LINK = _row(child=NUMBER, sibling=NUMBER)
"""Per order line: its place among the lines that wait at a pool, apart, since many are looked at to serve one."""

STEP = _row(work=TICKS, join=TICKS, start=TICKS, finish=TICKS, order=NUMBER, resource=NUMBER, refuses=YES)
"""Per approval step of an order."""

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
"""Per event to come: a heap on (tick, key)."""

JOB = ["join", "start", "finish"]


class Counters(NamedTuple):
    """How far each of these is; ``status`` says why the loop paused."""

    heap: int
    order: int
    """The next order to arrive; ``end_line`` and ``end_step``: where its lines and steps end."""
    end_line: int
    end_step: int
    first_order: int
    """The first order that is still in play; ``first_line`` and ``first_step``: where its lines and steps begin."""
    first_line: int
    first_step: int
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
    order: Table
    """The orders in play; this table and the next three are rings (:mod:`simcore.compiled.rings`)."""
    line: Table
    link: Table
    step: Table
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
    heap: Table
    leaves: Ints
    """Per customer: when the customer leaves."""
    counter: Ints


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
    line_pool: Ints
    line_better_pool: Ints
    line_quantity: Ints
    line_work: Ints
    line_setup: Ints
    line_transit: Ints
    step_start: Ints
    step_resource: Ints
    step_work: Ints
    step_refuses: Bools


class Times(NamedTuple):
    """Of some jobs: when each joined a queue, started and finished."""

    join: Ints
    start: Ints
    finish: Ints


class Told(NamedTuple):
    """What has happened to orders that are no longer in play, column by column, as in the records."""

    outcome: Ints
    approved: Ints
    promised: Ints
    allocated: Ints
    ended: Ints
    shipments: Ints
    kept: Bools
    captures: Times
    served_pool: Ints
    from_stock: Ints
    taken: Ints
    lost: Ints
    backorder_time: Ints
    served: Ints
    shipped: Ints
    delivered: Ints
    shipment_jobs: Times
    steps: Times


RUNNING, WORK_WANTED, ROWS_FULL, HEAP_FULL, NODES_FULL, REQUESTS_FULL, SUPPLIES_FULL, REVIEWS_FULL = range(8)

BACKORDER, LOSE, TAKE_AND_LOSE, SUBSTITUTE = range(4)
RULES = ("backorder", "lose", "take_and_lose", "substitute")
LATE = -2
SLOTS, BLOCK = 16, 64
