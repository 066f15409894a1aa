"""The alternatives of each decision, as scenarios: the one in force first, then what else there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimize.promising.trial import with_promises
from optimize.rationing.classes import SharedPool, ranks, served, sharers
from scenarios.design import Promise
from scenarios.levers import Priority
from scenarios.paths import path_text
from scenarios.scenario import Scenario
from scenarios.what_if import with_changes
from simcore.demand import units_per_day
from simcore.stock_levels import lead_time

AS_IT_IS = "as it is"
RESERVES = (0.0, 0.1, 0.25, 0.5, 1.0)
"""Units kept for better ranks, as shares of what these are expected to order over a supply lead time."""
HEAD_STARTS = (0.0, 4.0, 8.0, 24.0)
"""Hours by which orders of the best rank are moved forward at a resource with head starts."""


@dataclass(frozen=True)
class Alternative:
    """A scenario with a name that says what is different in it."""

    name: str
    scenario: Scenario


def first_in_line(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """Return the scenario with some segments ranked in their order, and all others after them."""
    known = served(scenario)
    order = {name: place for place, name in enumerate(names, 1)}
    last = len(names) + 1
    return _with(scenario, {s: Promise(priority=_ranked(o.priority, order.get(s, last))) for s, o in known.items()})


def who_is_first(scenario: Scenario) -> list[Alternative]:
    """Return every segment ranked before all others, where all have the same rank now."""
    found = [Alternative(AS_IT_IS, scenario)]
    if len(known := ranks(scenario)) < 2 or len(set(known.values())) > 1:
        return found
    return found + [Alternative(f"{name} first", first_in_line(scenario, [name])) for name in sorted(known)]


def reserves(scenario: Scenario, pool: SharedPool) -> list[Alternative]:
    """Return critical levels of a pool: as it is, and the ladder of reserves for each better rank."""
    found, seen = [Alternative(AS_IT_IS, scenario)], set()
    for part in RESERVES:
        levels = levels_for(scenario, pool, part)
        if levels not in seen:
            seen.add(levels)
            found.append(Alternative(f"{pool.key.name}: {reserve_words(levels)}", with_levels(scenario, pool, levels)))
    return found


def reserve_words(levels: Sequence[int]) -> str:
    """Return critical levels in words.

    >>> reserve_words((0, 12)), reserve_words((0, 0))
    ('12 units kept from rank 2', 'no reserve')
    """
    kept = [f"{level:,} units kept from rank {rank}" for rank, level in enumerate(levels, 1) if level]
    return ", ".join(kept) or "no reserve"


def levels_for(scenario: Scenario, pool: SharedPool, part: float) -> tuple[int, ...]:
    """Return a level for each rank: this part of what all better ranks order over a supply lead time."""
    stock = scenario.products[pool.key.product].stock
    if stock is None:
        return (0,)
    days, _ = lead_time(scenario, stock, 1.0)
    days += stock.policy.review_period_days or 0.0
    levels, better = [], 0.0
    for rank in range(1, pool.ranks[-1] + 1):
        levels.append(round(part * better * days))
        mine = [u for u in pool.users if u.rank == rank]
        better += sum(units_per_day(scenario, u.segment, pool.key.product, u.acceptance)[0] for u in mine)
    return tuple(levels)


def with_levels(scenario: Scenario, pool: SharedPool, levels: Sequence[int]) -> Scenario:
    """Return the scenario with stated critical levels of a pool."""
    policy = path_text(["products", pool.key.product, "stock", "policy"])
    return with_changes(scenario, {f"{policy}.rationing": False, f"{policy}.critical_levels": list(levels)})


def head_starts(scenario: Scenario, resource: str) -> list[Alternative]:
    """Return head starts of the best rank at a resource, and strict ranks."""
    found = [Alternative(AS_IT_IS, scenario)]
    known = served(scenario)
    best = min(o.priority.rank for o in known.values() if o.fulfilment and o.fulfilment.resource == resource)
    path = path_text(["resources", resource, "discipline"])
    fair = with_changes(scenario, {path: "head_start"})
    for hours in HEAD_STARTS:
        promises = {
            s: Promise(
                priority=Priority(rank=o.priority.rank, head_start_hours=hours if o.priority.rank == best else 0)
            )
            for s, o in known.items()
        }
        name = f"{resource}: first come, first served" if hours == 0 else f"{resource}: head start of {hours:g} hours"
        found.append(Alternative(name, _with(fair, promises)))
    strict = Alternative(f"{resource}: strictly by rank", with_changes(scenario, {path: "rank"}))
    return [*found, strict]


def own_stock(scenario: Scenario) -> list[Alternative]:
    """Return the common stock, and a stock of its own for each segment that shares it."""
    found = [Alternative(AS_IT_IS, scenario)]
    for name in sharers(scenario):
        fenced = _with(scenario, {name: Promise(stock="ring_fenced")})
        found.append(Alternative(f"own stock for {name}", fenced))
    return found


def _ranked(priority: Priority, rank: int) -> Priority:
    return priority.model_copy(update={"rank": rank})


def _moved(priority: Priority, hours: float, best: int) -> Priority:
    return priority.model_copy(update={"head_start_hours": hours if priority.rank == best else 0.0})


def _with(scenario: Scenario, promises: dict[str, Promise]) -> Scenario:
    return with_promises(scenario, promises)
