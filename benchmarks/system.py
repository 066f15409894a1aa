"""The benchmark system: 5 segments, 4 products, rationing, approvals, (s, S), priority picking; 2.3 events per order.

Two forms of the same system: a promiselab scenario, and a SimPy model as a textbook would write it (one process per
order, ``PriorityResource``, scalar draws, a row per order and the stock integral).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import simpy

SEGMENTS = 5
PRODUCTS = 4
ORDERS_PER_DAY = 480.0  # per segment
PICK_MINUTES = 2.0
APPROVAL_SHARE = 0.3
APPROVAL_MINUTES = 3.0
LEAD_DAYS = 2.0
REORDER_POINT = 2700
ORDER_UP_TO = 4200
LEVELS = (0, 20, 40, 60, 80)


def scenario_data(days: float, load: float = 0.8) -> dict[str, Any]:
    """Return the system as the data of a scenario."""
    pickers = round(SEGMENTS * ORDERS_PER_DAY * PICK_MINUTES / 1440 / load)
    approvers = 3
    names = [f"segment_{i + 1}" for i in range(SEGMENTS)]
    products = {
        f"product_{i + 1}": {
            "list_price": 10,
            "unit_cost": 5,
            "stock": {
                "policy": {
                    "kind": "reorder_up_to",
                    "reorder_point": REORDER_POINT,
                    "order_up_to": ORDER_UP_TO,
                    "critical_levels": list(LEVELS),
                },
                "supply": {"lead_time_days": LEAD_DAYS},
            },
        }
        for i in range(PRODUCTS)
    }
    shares = {
        f"product_{i + 1}": {"share_of_orders": 1e-9, "quantity": {"law": "geometric", "p": 0.5}}
        for i in range(PRODUCTS)
    }
    return {
        "name": "benchmark",
        "calendar": {"measured_days": days},
        "segments": {
            name: {"customers": 100, "demand": {"orders_per_day": ORDERS_PER_DAY}, "products": shares} for name in names
        },
        "products": products,
        "resources": {"pickers": {"servers": pickers}, "approvers": {"servers": approvers}},
        "levers": {
            "work": {
                "standard": {
                    "fulfilment": {
                        "resource": "pickers",
                        "setup_minutes": {"law": "exponential", "mean": PICK_MINUTES},
                    },
                    "approvals": [
                        {
                            "name": "credit",
                            "share_of_orders": APPROVAL_SHARE,
                            "resource": "approvers",
                            "minutes": {"law": "exponential", "mean": APPROVAL_MINUTES},
                        }
                    ],
                }
            },
            "rank": {f"rank_{i + 1}": {"priority": {"rank": i + 1}} for i in range(SEGMENTS)},
        },
        "as_is": {"offerings": {name: {"rank": f"rank_{i + 1}"} for i, name in enumerate(names)}},
    }


class IdiomaticModel:
    """The same system in plain SimPy."""

    def __init__(self, days: float, load: float = 0.8, seed: int = 1) -> None:
        self.days, self.random = days, np.random.default_rng(seed)
        self.env = simpy.Environment()
        pickers = round(SEGMENTS * ORDERS_PER_DAY * PICK_MINUTES / 1440 / load)
        self.pickers = simpy.PriorityResource(self.env, pickers)
        self.approvers = simpy.PriorityResource(self.env, 3)
        self.on_hand = [ORDER_UP_TO] * PRODUCTS
        self.position = [ORDER_UP_TO] * PRODUCTS
        self.waiting: list[list[tuple[int, float, int, list[Any]]]] = [[] for _ in range(PRODUCTS)]
        self.log: list[tuple[int, int, int, float, float, float, float]] = []
        self.area, self.since = [0.0] * PRODUCTS, [0.0] * PRODUCTS
        self.orders = 0

    def run(self) -> int:
        """Simulate and return the number of orders."""
        for segment in range(SEGMENTS):
            self.env.process(self.source(segment))
        self.env.run(until=self.days * 1440)
        return self.orders

    def source(self, segment: int) -> Any:
        """Create the orders of a segment."""
        while True:
            yield self.env.timeout(self.random.exponential(1440 / ORDERS_PER_DAY))
            self.orders += 1
            self.env.process(self.order(segment))

    def order(self, segment: int) -> Any:
        """Live the life of one order."""
        placed = self.env.now
        product, units = int(self.random.integers(PRODUCTS)), int(self.random.geometric(0.5))
        if self.random.random() < APPROVAL_SHARE:
            with self.approvers.request(priority=segment) as turn:
                yield turn
                yield self.env.timeout(self.random.exponential(APPROVAL_MINUTES))
        approved = self.env.now
        yield from self.allocate(segment, product, units)
        allocated = self.env.now
        with self.pickers.request(priority=segment) as turn:
            yield turn
            yield self.env.timeout(self.random.exponential(PICK_MINUTES))
        self.log.append((segment, product, units, placed, approved, allocated, self.env.now))

    def integrate(self, product: int) -> None:
        """Add the stock on hand since the last change to its time integral."""
        self.area[product] += self.on_hand[product] * (self.env.now - self.since[product])
        self.since[product] = self.env.now

    def allocate(self, segment: int, product: int, units: int) -> Any:
        """Take units from stock down to the critical level, and wait for the rest."""
        self.integrate(product)
        self.position[product] -= units
        free = self.on_hand[product] - LEVELS[segment]
        if any(entry[0] <= segment for entry in self.waiting[product]):
            free = 0
        taken = max(0, min(units, free))
        self.on_hand[product] -= taken
        if self.position[product] <= REORDER_POINT:
            self.env.process(self.replenish(product, ORDER_UP_TO - self.position[product]))
            self.position[product] = ORDER_UP_TO
        if taken < units:
            ready = self.env.event()
            self.waiting[product].append((segment, self.env.now, self.orders, [units - taken, ready]))
            self.waiting[product].sort(key=lambda entry: entry[:3])
            yield ready

    def replenish(self, product: int, units: int) -> Any:
        """Receive units and serve whoever waits."""
        yield self.env.timeout(LEAD_DAYS * 1440)
        self.integrate(product)
        self.on_hand[product] += units
        while self.waiting[product]:
            segment, _, _, entry = self.waiting[product][0]
            given = max(0, min(entry[0], self.on_hand[product] - LEVELS[segment]))
            self.on_hand[product] -= given
            entry[0] -= given
            if entry[0]:
                return
            self.waiting[product].pop(0)[3][1].succeed()
