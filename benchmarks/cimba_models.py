"""The benchmark system and M/M/5 with priorities, in Cimba Python.

The system is that of ``system.py``, whole: rationing by rank, approvals, (s, S), priority picking, the time integral of
stock. Left out is the row that the other models keep of every order: Cimba keeps means of lead times, as its
documentation advises. Stations are processes that take orders from priority queues, which is faster than a process per
order; greater numbers go first there, so priorities are negative ranks.
"""

import cimba as cb
from cimba import random

from benchmarks import queues, system

PRODUCTS, SEGMENTS = system.PRODUCTS, system.SEGMENTS
MINUTES_PER_DAY = 1440.0
GAP_MINUTES = MINUTES_PER_DAY / system.ORDERS_PER_DAY
LEAD_MINUTES = system.LEAD_DAYS * MINUTES_PER_DAY
REORDER_POINT, ORDER_UP_TO = system.REORDER_POINT, system.ORDER_UP_TO
APPROVAL_SHARE, APPROVAL_MINUTES, PICK_MINUTES = system.APPROVAL_SHARE, system.APPROVAL_MINUTES, system.PICK_MINUTES
LEVEL_STEP = system.LEVELS[1]
APPROVERS, PICKERS = 3, 4  # at load 0.8
CLASSES, SERVICE_MINUTES = queues.CLASSES, queues.SERVICE_MINUTES
CLASS_GAP_MINUTES = 1 / queues.ARRIVALS_PER_MINUTE


class Order(cb.Model):
    """An order of one line."""

    segment: int
    product: int
    units: int
    missing: int
    placed: float


class Supply(cb.Model):
    """A replenishment on its way."""

    plant: cb.Ref["Plant"]
    product: int
    units: int

    @cb.process
    def arrive(self):
        """Bring the units after the lead time."""
        cb.hold(LEAD_MINUTES)
        self.plant.receive(self.product, self.units)
        cb.release(self)


class Segment(cb.Model):
    """A source of orders, and what is measured of them."""

    plant: cb.Ref["Plant"]
    rank: int = 0
    orders: cb.Output[int]
    leads: cb.Dataset
    lead_mean: cb.Output[float]

    def attached(self, owner, field):  # noqa: ARG002 - its signature
        """Know the plant."""
        self.plant = owner

    @cb.process
    def source(self):
        """Place orders."""
        while True:
            cb.hold(random.exponential(GAP_MINUTES))
            self.orders += 1
            product, units = random.dice(0, PRODUCTS - 1), random.geometric(0.5)
            order = cb.spawn(Order, segment=self.rank, product=product, units=units, missing=units, placed=cb.now())
            if random.bernoulli(APPROVAL_SHARE):
                self.plant.approvals.put(order, -self.rank)
            else:
                self.plant.allocate(order)

    @cb.on_end
    def measure(self):
        """Work out the mean lead time."""
        self.lead_mean = self.leads.sample_mean()


class Pool(cb.Model):
    """The stock of a product, and the orders that wait for it."""

    on_hand: int = ORDER_UP_TO
    position: int = ORDER_UP_TO
    area: float = 0.0
    since: float = 0.0
    waiting: cb.PriorityStore[Order]
    waiting_of: cb.Array[int] = cb.Array(SEGMENTS)


class Plant(cb.Model):
    """The system."""

    segments: list[Segment]
    pools: list[Pool]
    approvals: cb.PriorityStore[Order]
    picks: cb.PriorityStore[Order]

    def __init__(self):
        self.pools = [Pool() for _ in range(PRODUCTS)]
        segments = [Segment() for _ in range(SEGMENTS)]
        for rank, segment in enumerate(segments):
            segment.rank = rank
        self.segments = segments

    @cb.process(copies=APPROVERS)
    def approver(self):
        """Approve orders."""
        while True:
            order = self.approvals.get()
            cb.hold(random.exponential(APPROVAL_MINUTES))
            self.allocate(order)

    @cb.process(copies=PICKERS)
    def picker(self):
        """Pick orders, which ends them."""
        while True:
            order = self.picks.get()
            cb.hold(random.exponential(PICK_MINUTES))
            self.segments[order.segment].leads.record(cb.now() - order.placed)
            cb.release(order)

    @cb.function
    def integrate(self, product: int) -> None:
        """Add the stock on hand since the last change to its time integral."""
        pool = self.pools[product]
        pool.area += pool.on_hand * (cb.now() - pool.since)
        pool.since = cb.now()

    @cb.function
    def allocate(self, order: Order) -> None:
        """Take units from stock down to the critical level; the rest waits."""
        pool = self.pools[order.product]
        self.integrate(order.product)
        pool.position -= order.units
        free = pool.on_hand - LEVEL_STEP * order.segment
        for rank in range(order.segment + 1):
            if pool.waiting_of[rank] > 0:
                free = 0
        taken = max(0, min(order.units, free))
        pool.on_hand -= taken
        order.missing -= taken
        if pool.position <= REORDER_POINT:
            cb.spawn(Supply, plant=self, product=order.product, units=ORDER_UP_TO - pool.position)
            pool.position = ORDER_UP_TO
        if order.missing > 0:
            pool.waiting_of[order.segment] += 1
            pool.waiting.put(order, -2 * order.segment)
        else:
            self.picks.put(order, -order.segment)

    @cb.function
    def receive(self, product: int, units: int) -> None:
        """Receive units and serve whoever waits; an order served in part goes back before those of its rank."""
        pool = self.pools[product]
        self.integrate(product)
        pool.on_hand += units
        while pool.waiting.length() > 0:
            order = pool.waiting.get()
            given = max(0, min(order.missing, pool.on_hand - LEVEL_STEP * order.segment))
            pool.on_hand -= given
            order.missing -= given
            if order.missing > 0:
                pool.waiting.put(order, 1 - 2 * order.segment)
                break
            pool.waiting_of[order.segment] -= 1
            self.picks.put(order, -order.segment)


class Customer(cb.Model):
    """Who arrived when."""

    arrived: float
    rank: int


class Class(cb.Model):
    """A priority class: its customers, and what is measured of them."""

    shop: cb.Ref["Shop"]
    rank: int = 0
    customers: cb.Output[int]
    waits: cb.Dataset
    wait_mean: cb.Output[float]

    def attached(self, owner, field):  # noqa: ARG002 - its signature
        """Know the shop."""
        self.shop = owner

    @cb.process
    def source(self):
        """Let customers arrive."""
        while True:
            cb.hold(random.exponential(CLASS_GAP_MINUTES))
            self.customers += 1
            self.shop.queue.put(cb.spawn(Customer, arrived=cb.now(), rank=self.rank), -self.rank)

    @cb.on_end
    def measure(self):
        """Work out the mean wait."""
        self.wait_mean = self.waits.sample_mean()


class Shop(cb.Model):
    """M/M/5 with priorities."""

    classes: list[Class]
    queue: cb.PriorityStore[Customer]

    def __init__(self):
        classes = [Class() for _ in range(CLASSES)]
        for rank, each in enumerate(classes):
            each.rank = rank
        self.classes = classes

    @cb.process(copies=queues.SERVERS)
    def clerk(self):
        """Serve customers."""
        while True:
            customer = self.queue.get()
            self.classes[customer.rank].waits.record(cb.now() - customer.arrived)
            cb.release(customer)
            cb.hold(random.exponential(SERVICE_MINUTES))


def _run(model, minutes, seed):
    """Run a model in one thread; the first tenth is not measured."""
    window = cb.Window(warmup=queues.WARM_UP * minutes, duration=(1 - queues.WARM_UP) * minutes)
    results = cb.Experiment(model, window=window, seed=seed).run(workers=1)
    if results.failed.any():
        raise RuntimeError(str(results.failure_reasons[0, 0]))
    return results


def system_run(days: float, seed: int) -> queues.Run:
    """Run the benchmark system; what it measures are mean lead times."""
    plant = Plant()
    results = _run(plant, days * MINUTES_PER_DAY, seed)
    outputs = [results[segment] for segment in plant.segments]
    orders = sum(int(output.orders[0, 0]) for output in outputs)
    return queues.Run(orders, lambda: [float(output.lead_mean[0, 0]) for output in outputs])


def queue_run(minutes: float, seed: int) -> queues.Run:
    """Run M/M/5 with priorities."""
    shop = Shop()
    results = _run(shop, minutes, seed)
    outputs = [results[each] for each in shop.classes]
    customers = sum(int(output.customers[0, 0]) for output in outputs)
    return queues.Run(customers, lambda: [float(output.wait_mean[0, 0]) for output in outputs])
