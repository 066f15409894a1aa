"""The scenario compiled to flat arrays: everything that an engine needs besides the orders of a replication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from scenarios.durations import MINUTES_PER_DAY, MINUTES_PER_WEEK
from scenarios.laws import Constant
from scenarios.offerings import Offering, current_offerings
from scenarios.resources import WEEKDAYS, Resource
from scenarios.scenario import Scenario
from scenarios.study import Calendar
from simcore.clock import NEVER, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, Ints, ticks
from simcore.menu import Take, takes
from simcore.pools import PoolKey, pool_of, pool_users, stock_of
from simcore.stock_levels import Levels, levels_of

NONE = -1


@dataclass(frozen=True)
class Lane:
    """The orders of a segment that take the offer made to a segment: its own, or another that it sees.

    Without a visible menu there is one lane for each segment.
    """

    segment: int
    """Index of the segment whose orders they are."""
    owner: str
    """Its name."""
    offer: str
    """The segment that the offer is made to."""

    @property
    def own(self) -> bool:
        """True if the segment takes its own offer; those who take none are in this lane too."""
        return self.owner == self.offer

    @property
    def stream(self) -> str:
        """Name of its random streams, where they are not those of the segment."""
        return self.owner if self.own else f"{self.owner}\0{self.offer}"


@dataclass(frozen=True)
class SegmentPlan:
    """What the orders of a lane are offered, in ticks and indices.

    An order takes the offer if its number lies below ``takes_below`` and not in an earlier lane of its segment;
    ``portion`` is the share of the lane in the orders of the segment that take any offer. ``products`` are the indices
    of the products that it may order, ``pools`` and ``better_pools`` the pools that serve them
    (``-1``: a service, or no better product).
    """

    name: str
    offering: Offering
    takes_below: float
    portion: float
    rank: int
    head_start: int
    promise: int
    products: tuple[int, ...]
    pools: tuple[int, ...]
    better_pools: tuple[int, ...]
    capture_resource: int
    approval_resources: tuple[int, ...]
    fulfil_resource: int
    contact_resource: int
    when_short: str
    split: bool
    commitment: int
    captures: bool
    """Orders go through a channel that takes time or somebody's capacity."""

    @property
    def may_lose(self) -> bool:
        """True if lines may be lost."""
        return self.when_short in ("lose", "take_and_lose")


@dataclass(frozen=True)
class PoolPlan:
    """A stock pool: policy levels in units, times in ticks. ``critical`` has one level per rank, rank 1 first."""

    key: PoolKey
    levels: Levels
    review: int
    by_placement: bool
    may_cross: bool
    made_by: int
    production_rank: int
    users: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name that a planner reads."""
        return self.key.name


@dataclass(frozen=True)
class ResourcePlan:
    """A resource: the servers from each tick on (first entry at tick 0), and its discipline."""

    name: str
    change_ticks: Ints
    servers: Ints
    head_starts: bool


@dataclass(frozen=True)
class Program:
    """A scenario with one design, compiled. Segments, pools and resources are in the order of their names.

    Lanes are in the order of their segments, the own offer first; ``plans`` has one entry for each, None for a
    segment that is not served.
    """

    scenario: Scenario
    segments: tuple[str, ...]
    products: tuple[str, ...]
    lanes: tuple[Lane, ...]
    plans: tuple[SegmentPlan | None, ...]
    pools: tuple[PoolPlan, ...]
    resources: tuple[ResourcePlan, ...]
    warm_up: int
    measured_end: int
    horizon: int

    @property
    def has_menu(self) -> bool:
        """True if orders of some segment may take another segment's offer."""
        return len(self.lanes) > len(self.segments)

    @cached_property
    def has_co2(self) -> bool:
        """True if any delivery that may be offered says what it emits."""
        return counts_co2(self.scenario)

    @cached_property
    def co2_rates(self) -> Any:
        """Emissions of each lane per shipment and per unit shipped, kg of CO2 equivalents, shape (lanes, 2)."""
        modes = [None if plan is None else plan.offering.delivery for plan in self.plans]
        rates = [(0, 0) if m is None else (m.co2_kg_per_delivery or 0, m.co2_kg_per_unit or 0) for m in modes]
        return np.array(rates, dtype=np.float64).reshape(len(modes), 2)

    @cached_property
    def lanes_of(self) -> tuple[range, ...]:
        """The lanes of each segment."""
        first = [index for index, lane in enumerate(self.lanes) if lane.own]
        return tuple(range(begin, end) for begin, end in zip(first, [*first[1:], len(self.lanes)], strict=True))

    def segment_of(self, lane: Ints) -> Ints:
        """Return the segment of each lane, given by its index."""
        if not self.has_menu:
            return lane
        return np.array([each.segment for each in self.lanes], dtype=np.int64)[lane]

    def sum_by_segment(self, values: Any) -> Any:
        """Return the sums of values of the lanes over the lanes of each segment, along the first axis."""
        if not self.has_menu:
            return values
        return np.add.reduceat(values, [lanes.start for lanes in self.lanes_of], axis=0)


def counts_co2(scenario: Scenario) -> bool:
    """Return whether any delivery of a scenario says what it emits."""
    options = (option for lever in scenario.levers.values() for option in lever.values())
    return any(option.delivery is not None and option.delivery.has_co2 for option in options)


def compile_program(scenario: Scenario) -> Program:
    """Return the program of a scenario with its current design.

    Raises
    ------
    BadInput, NoTrustworthyAnswer
        A promise that no stock can keep, or a choice that cannot be evaluated.
    """
    segments, resources = tuple(sorted(scenario.segments)), tuple(sorted(scenario.resources))
    products = tuple(sorted(scenario.products))
    offerings = current_offerings(scenario)
    taken = takes(scenario, offerings)
    users = pool_users(scenario, taken)
    resource_index = {name: i for i, name in enumerate(resources)}
    pools = tuple(
        _pool(
            scenario,
            key,
            levels_of(scenario, key, users[key]),
            resource_index,
            tuple(dict.fromkeys(u.segment for u in users[key])),
        )
        for key in users
    )
    index = _Index({p: i for i, p in enumerate(products)}, {p.key: i for i, p in enumerate(pools)}, resource_index)
    calendar = scenario.calendar
    warm_up = int(ticks(calendar.warm_up_days, TICKS_PER_DAY))
    measured_end = warm_up + int(ticks(calendar.measured_days, TICKS_PER_DAY))
    in_lanes = list(_lanes(segments, taken))
    return Program(
        scenario=scenario,
        segments=segments,
        products=products,
        lanes=tuple(lane for lane, _, _ in in_lanes),
        plans=tuple(None if take is None else _plan(scenario, take, below, index) for _, take, below in in_lanes),
        pools=pools,
        resources=tuple(_resource(scenario, name) for name in resources),
        warm_up=warm_up,
        measured_end=measured_end,
        horizon=measured_end + int(ticks(calendar.drain_days, TICKS_PER_DAY)),
    )


@dataclass(frozen=True)
class _Index:
    products: Mapping[str, int]
    pools: Mapping[PoolKey, int]
    resources: Mapping[str, int]

    def resource(self, name: str | None) -> int:
        return NONE if name is None else self.resources[name]

    def pool(self, key: PoolKey | None) -> int:
        return NONE if key is None else self.pools[key]


def _lanes(segments: tuple[str, ...], taken: list[Take]) -> Iterator[tuple[Lane, Take | None, float]]:
    """Yield each lane with what its orders take, and the number below which they take it or an earlier offer."""
    for number, name in enumerate(segments):
        mine = [take for take in taken if take.segment == name]
        if not mine or mine[0].leaks:
            yield Lane(number, name, name), None, 0.0
        below = 0.0
        for take in mine:
            below += take.share
            yield Lane(number, name, take.offer), take, below


def _plan(scenario: Scenario, take: Take, below: float, index: _Index) -> SegmentPlan:
    offering = take.offering
    products = sorted(p for p in scenario.segments[take.segment].products if p in offering.assortment)
    better = [_better(scenario, take.offer, p, offering) for p in products]
    contact, work = offering.touchpoints, offering.fulfilment
    lead_time = offering.lead_time_days
    return SegmentPlan(
        name=take.segment,
        offering=offering,
        takes_below=below,
        portion=take.portion,
        rank=offering.priority.rank,
        head_start=int(ticks(offering.priority.head_start_hours, TICKS_PER_HOUR)),
        promise=NEVER if lead_time is None else int(ticks(lead_time, TICKS_PER_DAY)),
        products=tuple(index.products[p] for p in products),
        pools=tuple(index.pool(pool_of(scenario, take.offer, p, offering)) for p in products),
        better_pools=tuple(index.pool(key) for key in better),
        capture_resource=index.resource(offering.channel.resource),
        approval_resources=tuple(index.resource(step.resource) for step in offering.approvals),
        fulfil_resource=index.resource(work.resource if work else None),
        contact_resource=index.resource(contact.resource if contact else None),
        when_short=offering.when_short.rule,
        split=offering.when_short.ship == "split",
        commitment=int(ticks(offering.contract.commitment_days, TICKS_PER_DAY)),
        captures=offering.channel.resource is not None or offering.channel.minutes != Constant(value=0),
    )


def _better(scenario: Scenario, segment: str, product: str, offering: Offering) -> PoolKey | None:
    substitute = scenario.products[product].substitute
    if offering.when_short.rule != "substitute" or substitute is None:
        return None
    return pool_of(scenario, segment, substitute, offering)


def _pool(
    scenario: Scenario, key: PoolKey, levels: Levels, resources: Mapping[str, int], users: tuple[str, ...]
) -> PoolPlan:
    stock = stock_of(scenario, key)
    supply = stock.supply
    review = stock.policy.review_period_days
    return PoolPlan(
        key=key,
        levels=levels,
        review=0 if review is None else max(1, int(ticks(review, TICKS_PER_DAY))),
        by_placement=stock.clearing == "by_placement",
        may_cross=supply.may_cross,
        made_by=NONE if supply.made_by is None else resources[supply.made_by],
        production_rank=supply.production_rank,
        users=users,
    )


def _resource(scenario: Scenario, name: str) -> ResourcePlan:
    resource = scenario.resources[name]
    change_ticks, servers = staffing(name, resource, scenario.current.extra_servers, scenario.calendar)
    return ResourcePlan(name, change_ticks, servers, resource.discipline == "head_start")


def weekly_servers(name: str, resource: Resource, extra: Mapping[str, int]) -> Ints:
    """Return the servers in each minute of the week, Monday 00:00 first, shape (10080,).

    `extra` are the extra servers of a design, by resource or by resource and shift.
    """
    if resource.servers is not None:
        return np.full(MINUTES_PER_WEEK, max(0, resource.servers + extra.get(name, 0)))
    week = np.zeros(MINUTES_PER_WEEK, dtype=np.int64)
    for shift in resource.shifts:
        for day in shift.days:
            midnight = WEEKDAYS.index(day) * MINUTES_PER_DAY
            week[midnight + shift.opens : midnight + shift.closes] += resource.shift_servers(name, shift, extra)
    return week


def staffing(name: str, resource: Resource, extra: Mapping[str, int], calendar: Calendar) -> tuple[Ints, Ints]:
    """Return when the servers of a resource change, in ticks from the start, and to how many."""
    week = np.roll(weekly_servers(name, resource, extra), -MINUTES_PER_DAY * calendar.start.weekday())
    starts = np.flatnonzero(np.diff(week)) + 1
    weeks = int(np.ceil(calendar.horizon_days / 7)) + 1
    edges = np.concatenate([[0], starts]) + MINUTES_PER_WEEK * np.arange(weeks)[:, None]
    servers = np.tile(week[np.concatenate([[0], starts])], weeks)
    changed = np.concatenate([[True], np.diff(servers) != 0])
    return edges.ravel()[changed].astype(np.int64) * TICKS_PER_MINUTE, servers[changed].astype(np.int64)
