"""The arrays of one replication: what is known beforehand and what has happened.

One matrix per kind of thing, one row of it per property, so that ``w.order[ORDER.outcome, 7]``
is the outcome of order 7. Few arrays compile fast, and rows are contiguous: they become records without a copy. All are
int64; times are ticks, ``-1`` is none, yes is 1.
"""

from __future__ import annotations

from typing import NamedTuple

from simcore.clock import Floats, Ints


class AskedColumns(NamedTuple):
    """Per potential order: what is known when it is placed."""

    placed: int
    lane: int
    customer: int
    wanted: int
    patience: int
    capture_work: int
    setup_work: int
    transit: int
    churns: int
    first_line: int
    """One entry more than orders, as of ``first_step``."""
    first_step: int


ASKED = AskedColumns(*range(len(AskedColumns._fields)))


class OrderColumns(NamedTuple):
    """Per potential order: what happens to it; ``join``, ``start`` and ``finish`` are those of its capture."""

    outcome: int
    approved: int
    promised: int
    allocated: int
    ended: int
    shipments: int
    kept: int
    short: int
    """Lines that wait for stock."""
    under_way: int
    """Shipments that have not arrived."""
    started: int
    expired: int
    join: int
    start: int
    finish: int


ORDER = OrderColumns(*range(len(OrderColumns._fields)))


class ItemColumns(NamedTuple):
    """Per order line: what is asked for."""

    order: int
    pool: int
    better_pool: int
    quantity: int
    work: int
    setup: int
    transit: int


ITEM = ItemColumns(*range(len(ItemColumns._fields)))


class LineColumns(NamedTuple):
    """Per order line: what happens to it; ``join``, ``start`` and ``finish`` those of the shipment it begins."""

    served_pool: int
    from_stock: int
    taken: int
    lost: int
    backorder_time: int
    served: int
    shipped: int
    delivered: int
    waiting: int
    since: int
    next_part: int
    """The next line of the same shipment; LATE marks a shipment of one line that follows the first."""
    child: int
    sibling: int
    """Links among the lines that wait at a pool."""
    join: int
    start: int
    finish: int


LINE = LineColumns(*range(len(LineColumns._fields)))


class StepColumns(NamedTuple):
    """Per approval step of an order."""

    order: int
    resource: int
    work: int
    refuses: int
    join: int
    start: int
    finish: int


STEP = StepColumns(*range(len(StepColumns._fields)))


class ContactColumns(NamedTuple):
    """Per contact with a customer."""

    tick: int
    lane: int
    work: int
    join: int
    start: int
    finish: int


CONTACT = ContactColumns(*range(len(ContactColumns._fields)))


class LaneColumns(NamedTuple):
    """Per lane: its offering. Those of lanes that are not served are never read."""

    promise: int
    rank: int
    first_customer: int
    commitment: int
    when_short: int
    split: int
    captures: int
    may_lose: int
    contacts: int
    capture_resource: int
    fulfil_resource: int
    contact_resource: int
    contact_bucket: int


LANE = LaneColumns(*range(len(LaneColumns._fields)))


class PoolColumns(NamedTuple):
    """Per stock pool."""

    reorder_point: int
    order_up_to: int
    order_quantity: int
    review: int
    by_placement: int
    may_cross: int
    made_by: int
    made_bucket: int
    reserve_kept: int
    first_supply: int
    """Where its replenishment number 0 is, or would be if it had not been forgotten."""
    end_supply: int
    on_hand: int
    on_order: int
    backorders: int
    received: int
    issued: int
    since: int
    on_hand_time: int
    on_order_time: int
    backorder_time: int
    stocked_time: int
    last_due: int
    supplies: int
    """Replenishments so far."""
    reserve: int
    protected_waiting: int
    first_protected: int
    last_protected: int
    first_request: int
    last_request: int


POOL = PoolColumns(*range(len(PoolColumns._fields)))


class RankColumns(NamedTuple):
    """Per pool and rank: critical level, first of the waiting lines, number of them."""

    critical: int
    root: int
    lines_waiting: int


RANK = RankColumns(*range(len(RankColumns._fields)))


class SupplyColumns(NamedTuple):
    """Per possible replenishment, pool after pool; ``join``, ``start`` and ``finish`` are those of its production."""

    lead_time: int
    setup: int
    ordered: int
    quantity: int
    received: int
    on_hand: int
    backorders: int
    join: int
    start: int
    finish: int


SUPPLY = SupplyColumns(*range(len(SupplyColumns._fields)))


class MadeColumns(NamedTuple):
    """Per pool and slot: the size of the production orders whose work is known, and from which replenishment on."""

    size: int
    since: int


MADE = MadeColumns(*range(len(MadeColumns._fields)))


class PendingColumns(NamedTuple):
    """Per production order that began before its work was known: pool and number, and the work once it is."""

    row: int
    work: int


PENDING = PendingColumns(*range(len(PendingColumns._fields)))


class ReviewColumns(NamedTuple):
    """Per review of a periodic policy, as they happen."""

    pool: int
    tick: int
    on_hand: int
    backorders: int


REVIEW = ReviewColumns(*range(len(ReviewColumns._fields)))


class TeamColumns(NamedTuple):
    """Per resource."""

    servers: int
    busy: int
    head_starts: int
    queue: int
    """Jobs in the queue, cancelled ones included."""
    first_bucket: int
    """One entry more than resources."""


TEAM = TeamColumns(*range(len(TeamColumns._fields)))


class BucketColumns(NamedTuple):
    """Per queue of jobs of one rank, or of one head start, first come, first served."""

    head_start: int
    first: int
    last: int


BUCKET = BucketColumns(*range(len(BucketColumns._fields)))


class NodeColumns(NamedTuple):
    """Per job that waits in a bucket."""

    key: int
    join: int
    next: int
    previous: int


NODE = NodeColumns(*range(len(NodeColumns._fields)))


class RequestColumns(NamedTuple):
    """Per request on the common stock of a pool that clears by placement."""

    owner: int
    wanted: int
    next: int


REQUEST = RequestColumns(*range(len(RequestColumns._fields)))


class ShiftColumns(NamedTuple):
    """Per change of the number of servers, in the order of (tick, resource)."""

    tick: int
    resource: int
    servers: int


SHIFT = ShiftColumns(*range(len(ShiftColumns._fields)))


class HeapColumns(NamedTuple):
    """Per event to come: a heap on (tick, key)."""

    tick: int
    key: int


HEAP = HeapColumns(*range(len(HeapColumns._fields)))


class Counters(NamedTuple):
    """How far each of these is; ``status`` says why the loop paused."""

    heap: int
    order: int
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
    asked: Ints
    order: Ints
    item: Ints
    line: Ints
    step: Ints
    contact: Ints
    lane: Ints
    bucket_of: Ints
    """Shape (lanes, resources): where an order of the lane queues at each resource."""
    pool: Ints
    rank: Ints
    unit_minutes: Floats
    """Per pool: production minutes per unit where they are constant, NaN where they are random."""
    supply: Ints
    made: Ints
    made_work: Ints
    """Shape (pools, slots, block): ticks of production work that are known.

    Random work depends on the size of a production order, and its distribution function is NumPy's to evaluate. Jobs
    that begin before their work is known are ``pending``; the loop pauses for them.
    """
    pending: Ints
    review: Ints
    team: Ints
    bucket: Ints
    node: Ints
    request: Ints
    shift: Ints
    heap: Ints
    leaves: Ints
    """Per customer: when the customer leaves."""
    counter: Ints


RUNNING, WORK_WANTED, HEAP_FULL, NODES_FULL, REQUESTS_FULL, SUPPLIES_FULL, REVIEWS_FULL = range(7)

BACKORDER, LOSE, TAKE_AND_LOSE, SUBSTITUTE = range(4)
RULES = ("backorder", "lose", "take_and_lose", "substitute")
LATE = -2
SLOTS, BLOCK = 16, 64
