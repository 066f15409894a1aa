"""Kinship: which offerings share what was wrong about one of them, and where a queue limits them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimize.capacity.windows import CAPACITY
from optimize.offerings.columns import Columns
from optimize.selection.exact import Choice
from optimize.selection.selection import Selection
from scenarios.scenario import Scenario
from simcore.clock import Ints
from simcore.pools import PoolKey, pool_of

STOCK_EFFECTS = ("assortment", "fill_rate", "stock", "when_short", "priority")
SERVICE_EFFECTS = (
    *STOCK_EFFECTS,
    "lead_time_days",
    "delivery",
    "channel",
    "approvals",
    "contract",
    "touchpoints",
    "fulfilment",
)
"""Effects that decide how an offering is served; price, premium and standing costs do not."""


def kin(scenario: Scenario, selection: Selection, column: int, effects: tuple[str, ...]) -> Ints:
    """Return the columns of the same segment with the same options of every lever that sets one of the effects."""
    deciding = {
        f"{lever}.{option}"
        for lever, options in scenario.levers.items()
        if any(getattr(option, effect) is not None for option in options.values() for effect in effects)
        for option in options
    }
    matters = np.array([option.name in deciding for option in selection.options], dtype=bool)
    alike = (selection.option_use[:, matters] == selection.option_use[column, matters]).all(axis=1)
    return np.flatnonzero(alike & (selection.column_segment == selection.column_segment[column]))


def sharing(scenario: Scenario, columns: Columns, choice: Choice, column: int) -> list[int]:
    """Return the segments that draw on a stock of the same product as a column of a choice, by index."""

    def stocks(one: int) -> set[PoolKey]:
        segment, offering = columns[one].segment, columns[one].offering
        products = [p for p in scenario.segments[segment].products if p in offering.assortment]
        return {key for p in products if (key := pool_of(scenario, segment, p, offering)) is not None}

    mine = stocks(column)
    others = [one for one in choice.chosen if one != column and mine & stocks(one)]
    return [int(columns.segment[one]) for one in others]


@dataclass(frozen=True)
class Queue:
    """A limit on hours of work that a column needs, and what a choice leaves of it.

    ``step`` is how much more room lets its estimate be trusted again: a quarter of a person, or a twentieth of what
    there is where nobody can be added.
    """

    limit: int
    spare: float
    step: float


def busiest(selection: Selection, choice: Choice, column: int) -> Queue | None:
    """Return the fullest of the limits on hours of work that a column needs; None where it needs none."""
    best, fullest = None, -np.inf
    chosen = choice.chosen
    for index, limit in enumerate(selection.limits):
        if not limit.name.startswith(CAPACITY) or limit.usage[column] <= 0:
            continue
        adds = [hire.adds.get(index, 0.0) for hire in selection.hires]
        capacity = limit.capacity + sum(more * n for more, n in zip(adds, choice.hires, strict=True))
        used = float(limit.usage[chosen].sum())
        load = used / capacity if capacity > 0 else np.inf
        if load > fullest:
            each = max(adds, default=0.0)
            step = each / 4 if each > 0 else max(capacity, used) / 20
            best, fullest = Queue(index, capacity - used, step), load
    return best
