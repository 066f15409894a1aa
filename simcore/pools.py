"""Which stock pool serves which segment and product, and the levels of its policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scenarios.offerings import Offering
from scenarios.products import Stock, StockPolicy
from scenarios.scenario import Scenario
from simcore.menu import Take

RANKS = 9


@dataclass(frozen=True)
class PoolKey:
    """A stock pool: a product, kept for everyone, for one segment, or made to order."""

    product: str
    owner: str = ""
    """Segment of a ring-fenced pool."""
    to_order: bool = False

    @property
    def name(self) -> str:
        """Name that a planner reads and that the random streams use."""
        if self.to_order:
            return f"{self.product} (to order)"
        return f"{self.product} ({self.owner})" if self.owner else self.product


@dataclass(frozen=True)
class PoolUser:
    """A segment that draws on a pool, with what it is promised there."""

    segment: str
    rank: int
    fill_rate: float | None
    acceptance: float


def pool_of(scenario: Scenario, segment: str, product: str, offering: Offering) -> PoolKey | None:
    """Return the pool that serves lines of a product under the offer to a segment; None for services."""
    if scenario.products[product].stock is None or offering.stock == "none":
        return None
    if offering.stock == "make_to_order":
        return PoolKey(product, to_order=True)
    return PoolKey(product, owner=segment if offering.stock == "ring_fenced" else "")


def pool_users(scenario: Scenario, taken: Iterable[Take]) -> dict[PoolKey, list[PoolUser]]:
    """Return who draws on which pool, pools sorted by name, users in the order of what they take.

    The better product of a ``substitute`` rule counts as a pool too, though nobody orders from it directly.
    """
    users: dict[PoolKey, list[PoolUser]] = {}
    for take in taken:
        offering = take.offering
        user = PoolUser(take.segment, offering.priority.rank, offering.fill_rate, take.share)
        for product, orders in _drawn(scenario, take.segment, offering):
            key = pool_of(scenario, take.offer, product, offering)
            if key is not None:
                users.setdefault(key, []).extend([user] if orders else [])
    return dict(sorted(users.items(), key=lambda item: item[0].name))


def _drawn(scenario: Scenario, segment: str, offering: Offering) -> Iterator[tuple[str, bool]]:
    ordered = [p for p in scenario.segments[segment].products if p in offering.assortment]
    for product in ordered:
        yield product, True
        better = scenario.products[product].substitute
        if better is not None and better not in ordered and offering.when_short.rule == "substitute":
            yield better, False


def stock_of(scenario: Scenario, key: PoolKey) -> Stock:
    """Return how the product of a pool is kept; a pool made to order holds nothing and orders one for one."""
    stock = scenario.products[key.product].stock or Stock()
    if key.to_order:
        return stock.model_copy(update={"policy": StockPolicy(kind="base_stock", base_stock=0)})
    return stock
