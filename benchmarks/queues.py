"""M/M/5 with three non-preemptive priority classes, the same in five simulators.

Each model is written as its own documentation would, counts customers by class, and leaves out who arrived in the first
tenth of the run. Minutes: service takes 1 on average, each class arrives 4/3 times, so that five servers are at 80 %.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import ciw
import numpy as np
import salabim
import simpy

from scenarios.scenario import Scenario
from simcore.clock import TICKS_PER_DAY, Bools, Ints
from simcore.compiled.engine import play
from simcore.draws import Draws
from simcore.formulas.priority import priority_mmc
from simcore.memory import Memory
from simcore.orders import Orders, draw_orders
from simcore.program import Program, compile_program
from simcore.records import Records

CLASSES = 3
SERVERS = 5
ARRIVALS_PER_MINUTE = 4 / 3
SERVICE_MINUTES = 1.0
MINUTES_PER_DAY = 1440
WARM_UP = 0.1

Waits = list[float]
Row = tuple[int, float, float]
"""Class, when it arrived, how long it waited; minutes."""


@dataclass(frozen=True)
class Run:
    """What a run yields: its customers, and a function that works out the mean wait of each class."""

    customers: int
    waits: Callable[[], Waits]


def exact() -> Waits:
    """Return the mean wait of each class (Cobham)."""
    return list(priority_mmc([ARRIVALS_PER_MINUTE] * CLASSES, 1 / SERVICE_MINUTES, SERVERS).wait_mean)


def means_by_class(rows: Iterable[Row], minutes: float, classes: int = CLASSES) -> Waits:
    """Return the mean wait of each class, without those who arrived in the first tenth."""
    waits: list[Waits] = [[] for _ in range(classes)]
    for rank, arrived, waited in rows:
        if arrived >= WARM_UP * minutes:
            waits[rank].append(waited)
    return [sum(each) / len(each) for each in waits]


# Ciw ---------------------------------------------------------------------------------------------------------------


def with_ciw(minutes: float, seed: int) -> Run:
    """Run the model in Ciw."""
    ciw.seed(seed)
    names = [f"class {rank}" for rank in range(CLASSES)]
    network = ciw.create_network(
        arrival_distributions={name: [ciw.dists.Exponential(rate=ARRIVALS_PER_MINUTE)] for name in names},
        service_distributions={name: [ciw.dists.Exponential(rate=1 / SERVICE_MINUTES)] for name in names},
        number_of_servers=[SERVERS],
        priority_classes={name: rank for rank, name in enumerate(names)},
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(minutes)

    def rows() -> Iterable[Row]:
        for record in simulation.get_all_records():
            yield names.index(record.customer_class), record.arrival_date, record.waiting_time

    customers = simulation.nodes[0].number_of_individuals
    return Run(customers, lambda: means_by_class(rows(), minutes))


# salabim -----------------------------------------------------------------------------------------------------------


class _Customer(salabim.Component):
    def setup(self, shop: _Shop, rank: int) -> None:
        self.shop, self.rank = shop, rank

    def process(self) -> Any:
        arrived = self.env.now()
        yield self.request((self.shop.clerks, 1, self.rank))
        self.shop.log.append((self.rank, arrived, self.env.now() - arrived))
        yield self.hold(self.shop.random.expovariate(1 / SERVICE_MINUTES))
        self.release()


class _Source(salabim.Component):
    def setup(self, shop: _Shop, rank: int) -> None:
        self.shop, self.rank = shop, rank

    def process(self) -> Any:
        while True:
            yield self.hold(self.shop.random.expovariate(ARRIVALS_PER_MINUTE))
            self.shop.customers += 1
            _Customer(shop=self.shop, rank=self.rank)


class _Shop:
    """What the components of a salabim run share."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a simulation
        self.env = salabim.Environment(yieldless=False)
        self.clerks = salabim.Resource("clerks", capacity=SERVERS)
        self.log: list[Row] = []
        self.customers = 0
        for rank in range(CLASSES):
            _Source(shop=self, rank=rank)


def with_salabim(minutes: float, seed: int) -> Run:
    """Run the model in salabim, its processes as generators, which is faster than its default."""
    shop = _Shop(seed)
    shop.env.run(till=minutes)
    return Run(shop.customers, lambda: means_by_class(shop.log, minutes))


# SimPy -------------------------------------------------------------------------------------------------------------


class _SimPyShop:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a simulation
        self.env = simpy.Environment()
        self.clerks = simpy.PriorityResource(self.env, SERVERS)
        self.log: list[Row] = []
        self.customers = 0
        for rank in range(CLASSES):
            self.env.process(self.source(rank))

    def source(self, rank: int) -> Any:
        while True:
            yield self.env.timeout(self.random.expovariate(ARRIVALS_PER_MINUTE))
            self.customers += 1
            self.env.process(self.customer(rank))

    def customer(self, rank: int) -> Any:
        arrived = self.env.now
        with self.clerks.request(priority=rank) as turn:
            yield turn
            self.log.append((rank, arrived, self.env.now - arrived))
            yield self.env.timeout(self.random.expovariate(1 / SERVICE_MINUTES))


def with_simpy(minutes: float, seed: int) -> Run:
    """Run the model in plain SimPy."""
    shop = _SimPyShop(seed)
    shop.env.run(until=minutes)
    return Run(shop.customers, lambda: means_by_class(shop.log, minutes))


# promiselab --------------------------------------------------------------------------------------------------------


def queue_program(minutes: float) -> Program:
    """Return the model as a program: three segments that order a service."""
    names = [f"class_{rank}" for rank in range(CLASSES)]
    segment = {
        "customers": 100,
        "demand": {"orders_per_day": ARRIVALS_PER_MINUTE * MINUTES_PER_DAY},
        "products": {"service": {"quantity": 1}},
    }
    work = {"resource": "clerks", "setup_minutes": {"law": "exponential", "mean": SERVICE_MINUTES}}
    data = {
        "name": "queue",
        "calendar": {"measured_days": minutes / MINUTES_PER_DAY},
        "segments": dict.fromkeys(names, segment),
        "products": {"service": {"list_price": 10, "unit_cost": 5}},
        "resources": {"clerks": {"servers": SERVERS}},
        "levers": {
            "work": {"standard": {"fulfilment": work}},
            "rank": {f"rank_{rank + 1}": {"priority": {"rank": rank + 1}} for rank in range(CLASSES)},
        },
        "as_is": {"offerings": {name: {"rank": f"rank_{rank + 1}"} for rank, name in enumerate(names)}},
    }
    return compile_program(Scenario.model_validate(data))


class Compiled:
    """A program in the compiled engine; ``waits`` says what is measured of its orders and records, before the next."""

    def __init__(self, program: Program, waits: Callable[[Program, Orders, Records], Waits]) -> None:
        self.program, self.waits, self.memory = program, waits, Memory()

    def _run(self, draws: Draws, orders: Orders) -> Run:
        records = play(self.program, orders, draws, memory=self.memory)
        return Run(len(orders), lambda: self.waits(self.program, orders, records))

    def playing(self, seed: int) -> Callable[[], Run]:
        """Return what plays the orders of a seed, which are drawn and laid out here, as a sweep does it once."""
        draws = Draws(seed, 0)
        orders = draw_orders(self.program, draws)
        self._run(draws, orders)
        return lambda: self._run(draws, orders)

    def drawing_too(self, seed: int) -> Callable[[], Run]:
        """Return what draws the orders of a seed and plays them."""

        def run() -> Run:
            draws = Draws(seed, 0)
            return self._run(draws, draw_orders(self.program, draws))

        return run


def means_by_segment(ticks: Ints, chosen: Bools, program: Program, orders: Orders) -> Waits:
    """Return the mean minutes of the chosen orders of each segment, without those of the first tenth."""
    chosen = chosen & (orders.placed >= WARM_UP * program.horizon)
    minutes = ticks * (MINUTES_PER_DAY / TICKS_PER_DAY)
    return [float(np.mean(minutes[chosen & (orders.lane == i)])) for i in range(len(program.segments))]


def queue_waits(program: Program, orders: Orders, records: Records) -> Waits:
    """Return the mean wait of each class; an order is one line, and its shipment is the service."""
    jobs = records.shipment_jobs
    return means_by_segment(jobs.start - jobs.join, jobs.start >= 0, program, orders)
