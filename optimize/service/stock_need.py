"""The stock that an offering needs: money on hand, replenishments, and how long a short order waits.

A ring-fenced pool is sized for the segment alone. A shared pool is sized for the demand of the current design: it costs
what it would if everybody were promised as much, and each segment bears its part of that in proportion to the units it
draws; it serves as it would with the promises of the current design to the others. The choice among plans puts what its
own users need together in the place of that price (:mod:`optimize.candidates.stock_pools`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from optimize.arrays import distinct
from optimize.offerings.columns import Columns
from optimize.service.pool_state import PoolState, Seen, without_backorders
from scenarios.durations import MINUTES_PER_HOUR
from scenarios.offerings import Offering, current_offerings
from scenarios.scenario import Scenario
from simcore import sampling
from simcore.acceptance import acceptance, inclusion
from simcore.clock import Floats, Ints
from simcore.demand import units_per_day
from simcore.menu import takes
from simcore.pools import PoolKey, PoolUser, pool_of, pool_users, stock_of

ACCEPTANCES = (0.02, 0.1, 0.25, 0.5, 0.75, 1.0)
"""Own pools are sized at these acceptances, and in between by interpolation."""

HALF = 0.5
NEGLIGIBLE = 1e-9

LOSING = ("lose", "take_and_lose")
"""Rules by which what is short is lost."""


@dataclass(frozen=True)
class StockNeed:
    """What one segment's offering needs of all pools together.

    ``invested`` is money in stock at unit cost, ``holding_per_year`` and ``ordering_per_day`` are costs, ``wait_days``
    is the mean wait of a unit that is short, ``fill_rate`` the expected volume fill rate, ``order_fill_rate`` the share
    of orders that is served whole at once, ``short_lines`` the mean number of lines of an order that is not,
    ``lost_lines`` the share of single lines that is lost whole, ``lost_units`` that of units, ``production`` the hours
    per day at each resource that makes units. Of a shared stock of a product, in units on
    hand: ``pooled`` adds up as roots with those of other users, ``plain`` as it is, and ``priced`` is what the figures
    above have in the place of both.
    """

    invested: float
    holding_per_year: float
    ordering_per_day: float
    wait_days: float
    fill_rate: float
    order_fill_rate: float
    short_lines: float
    lost_lines: float
    lost_units: float
    production: Mapping[str, float]
    pooled: Mapping[str, float]
    plain: Mapping[str, float]
    priced: Mapping[str, float]


@dataclass
class StockNeedTable:
    """The same for many offerings; arrays of shape (N,)."""

    invested: Floats
    holding_per_year: Floats
    ordering_per_day: Floats
    wait_days: Floats
    fill_rate: Floats
    order_fill_rate: Floats
    short_lines: Floats
    lost_lines: Floats
    lost_units: Floats
    production: dict[str, Floats]
    pooled: dict[str, Floats]
    plain: dict[str, Floats]
    priced: dict[str, Floats]

    @classmethod
    def empty(cls, count: int) -> StockNeedTable:
        """Return the need of offerings without stock."""
        invested, holding, ordering, wait, short, lines, units = np.zeros((7, count))
        return cls(
            invested, holding, ordering, wait, np.ones(count), np.ones(count), short, lines, units, {}, {}, {}, {}
        )


class StockNeeds:
    """Stock needs of offerings, with what they share worked out once."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._states: dict[tuple[PoolKey, tuple[PoolUser, ...]], PoolState] = {}
        self._shares: dict[tuple[PoolKey, float | None], float] = {}

    @cached_property
    def _users(self) -> dict[PoolKey, list[PoolUser]]:
        offerings = current_offerings(self.scenario)
        users = pool_users(self.scenario, takes(self.scenario, offerings))
        together: dict[PoolKey, list[PoolUser]] = {}
        for key, owners in users.items():
            together.setdefault(PoolKey(key.product), []).extend(owners)
        return together

    def table(self, columns: Columns, segment: str, accepted: Floats) -> StockNeedTable:
        """Return what the offerings of a segment need at their shares of accepted orders, shape (N,)."""
        out = StockNeedTable.empty(len(columns))
        effects = ("assortment", "stock", "fill_rate", "priority", "when_short")
        first, which = distinct(*(columns.code(effect) for effect in effects))
        for kind, row in enumerate(first.tolist()):
            mine = np.flatnonzero(which == kind)
            self._add(out, mine, segment, columns[row].offering, accepted[mine])
        return out

    def _add(self, out: StockNeedTable, rows: Ints, segment: str, offering: Offering, accepted: Floats) -> None:
        """Work out the need of some rows, which differ in nothing that stock depends on but acceptance."""
        waiting, filled, drawn, lost, whole, ready, lines = np.zeros((7, len(rows)))
        shares, rule = inclusion(self.scenario.segments[segment]), offering.when_short.rule
        for product in sorted(self.scenario.segments[segment].products):
            key = pool_of(self.scenario, segment, product, offering) if product in offering.assortment else None
            if key is None:
                continue
            units = accepted * units_per_day(self.scenario, segment, product, 1.0)[0]
            need, part = self._pool(key, segment, offering, accepted, units)
            if rule in LOSING:
                need = without_backorders(need)
            stock, cost = stock_of(self.scenario, key), self.scenario.products[product].unit_cost
            if is_pooled(self.scenario, key):
                alone, share = self._alone(key, segment, offering, accepted), self._pooled_share(key, offering)
                for table, amounts in (
                    (out.pooled, share * alone),
                    (out.plain, (1 - share) * alone),
                    (out.priced, part * need["on_hand"]),
                ):
                    table.setdefault(product, np.zeros(len(out.invested)))[rows] = amounts
            out.invested[rows] += part * need["on_hand"] * cost
            out.holding_per_year[rows] += part * need["on_hand"] * cost * stock.holding_share_per_year
            out.ordering_per_day[rows] += part * need["replenishments_per_day"] * stock.supply.ordering_cost
            waiting, filled = waiting + units * need["wait_days"], filled + units * need["fill_rate"]
            drawn = drawn + units
            out.order_fill_rate[rows] *= 1 - min(1.0, shares[product]) * (1 - need["line_fill_rate"])
            out.short_lines[rows] += shares[product] * (1 - need["line_fill_rate"])
            whole, ready = (
                whole + shares[product] * need["line_fill_rate"],
                ready + shares[product] * need["ready_rate"],
            )
            lost = lost + units * (1 - need["whole_line_units" if rule == "lose" else "fill_rate"])
            lines = lines + shares[product]
            if stock.supply.made_by is not None:
                minutes = part * need["replenishments_per_day"] * sampling.mean(stock.supply.setup_minutes)
                minutes = minutes + units * sampling.mean(stock.supply.minutes_per_unit)
                hours = out.production.setdefault(stock.supply.made_by, np.zeros(len(out.invested)))
                hours[rows] += minutes / MINUTES_PER_HOUR
        draws = drawn > 0
        out.wait_days[rows[draws]] = waiting[draws] / drawn[draws]
        out.fill_rate[rows[draws]] = filled[draws] / drawn[draws]
        if rule in LOSING and draws.any():
            out.lost_units[rows[draws]] = lost[draws] / drawn[draws]
            out.lost_lines[rows] = 1 - (whole if rule == "lose" else ready) / lines

    def outage(self, segment: str, product: str, offering: Offering) -> tuple[str, float, float]:
        """Return the pool of a product in the current design, its share of lines that are short, and their days."""
        key = pool_of(self.scenario, segment, product, offering)
        if key is None:
            return "", 0.0, 0.0
        accepted = np.array([acceptance(self.scenario, segment, offering)])
        need, _ = self._pool(key, segment, offering, accepted, accepted)
        return key.name, 1 - float(need["line_fill_rate"][0]), float(need["wait_days"][0])

    def _pool(
        self, key: PoolKey, segment: str, offering: Offering, accepted: Floats, units: Floats
    ) -> tuple[Mapping[str, Floats], Floats]:
        """Return the need of a pool, field by field, and the part of it that falls to the segment."""
        rank = offering.priority.rank
        if not key.owner and not key.to_order:
            cost = self._state(key, self._all_promised(key, offering.fill_rate))
            if cost.units_per_day > 0:
                seen = self._state(key, self._one_promised(key, segment, offering)).seen_by(segment, rank)
                return _need([cost], [seen], np.zeros(len(units)), (0.0,)), units / cost.units_per_day
        points = _around(accepted)
        own = [self._state(key, (PoolUser(segment, rank, offering.fill_rate, point),)) for point in points]
        return _need(own, [state.seen_by(segment, rank) for state in own], accepted, points), np.ones(len(units))

    def _alone(self, key: PoolKey, segment: str, offering: Offering, accepted: Floats) -> Floats:
        """Return the units on hand that a segment would need of a shared pool if it used it alone."""
        points = _around(accepted)
        rank, promised = offering.priority.rank, offering.fill_rate
        on_hand = [self._state(key, (PoolUser(segment, rank, promised, point),)).on_hand for point in points]
        return np.interp(accepted, points, on_hand)

    def _pooled_share(self, key: PoolKey, offering: Offering) -> float:
        """Return the share s of what segments need alone that adds up as roots in a shared pool.

        The rest adds up plainly. It makes ``H = (1 - s) sum h + s sqrt(sum h^2)`` true where h are the needs alone and
        H that together of all segments that buy the product, as many as today (half of them where none do), all
        promised as much. Random lead times make it smaller than 1, since they hit all at once; it is above 1 where a
        larger stock needs less safety for the same fill rate, too.
        """
        found = self._shares.get((key, offering.fill_rate))
        if found is None:
            users = self._all_promised(key, offering.fill_rate)
            known = {user.segment for user in users}
            others = [name for name, one in self.scenario.segments.items() if key.product in one.products]
            rank, promised = offering.priority.rank, offering.fill_rate
            users += tuple(PoolUser(name, rank, promised, HALF) for name in others if name not in known)
            alone = np.array([self._alone(key, u.segment, offering, np.array([u.acceptance]))[0] for u in users])
            apart = float(alone.sum()) - float(np.sqrt((alone**2).sum()))
            saved = float(alone.sum()) - self._state(key, users).on_hand
            found = max(0.0, saved / apart) if apart > NEGLIGIBLE * alone.sum() else 0.0
            self._shares[key, offering.fill_rate] = found
        return found

    def _all_promised(self, key: PoolKey, fill_rate: float | None) -> tuple[PoolUser, ...]:
        """Return the users of a shared pool, all with one promise: what it costs to keep it, shared out by units."""
        return tuple(PoolUser(u.segment, u.rank, fill_rate, u.acceptance) for u in self._users.get(key, []))

    def _one_promised(self, key: PoolKey, segment: str, offering: Offering) -> tuple[PoolUser, ...]:
        """Return the users of a shared pool, the others with the promises of the current design: what it serves."""
        users = self._users.get(key, [])
        mine = sum(u.acceptance for u in users if u.segment == segment) or ACCEPTANCES[-1]
        others = [u for u in users if u.segment != segment]
        user = PoolUser(segment, offering.priority.rank, offering.fill_rate, mine)
        return tuple(sorted([*others, user], key=lambda u: u.segment))

    def _state(self, key: PoolKey, users: tuple[PoolUser, ...]) -> PoolState:
        found = self._states.get((key, users))
        if found is None:
            found = self._states[key, users] = PoolState(self.scenario, key, users)
        return found


def is_pooled(scenario: Scenario, key: PoolKey) -> bool:
    """Return whether the stock of a pool is sized for what is promised to all who share it.

    A stated level is what it is, whoever draws on it; what is made to order, or kept for one, is not shared.
    """
    return not key.owner and not key.to_order and stock_of(scenario, key).policy.level is None


def _around(accepted: Floats) -> tuple[float, ...]:
    """Return the acceptances at which pools are sized to interpolate between them.

    >>> _around(np.array([0.3, 0.45]))
    (0.25, 0.5)
    """
    first = max(0, int(np.searchsorted(ACCEPTANCES, accepted.min(), side="right")) - 1)
    last = min(len(ACCEPTANCES) - 1, int(np.searchsorted(ACCEPTANCES, accepted.max())))
    return ACCEPTANCES[first : last + 1]


def _need(
    states: Sequence[PoolState], seen: Sequence[Seen], accepted: Floats, points: Sequence[float]
) -> Mapping[str, Floats]:
    """Return what pools cost and how they are found, in between acceptances by interpolation."""
    at = {name: [getattr(state, name) for state in states] for name in ("on_hand", "replenishments_per_day")}
    at |= {field.name: [getattr(one, field.name) for one in seen] for field in fields(Seen)}
    return {name: np.interp(accepted, points, values) for name, values in at.items()}
