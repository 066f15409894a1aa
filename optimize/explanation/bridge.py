"""The margin bridge: what each lever, in each segment and driver, adds to the margin between two designs.

Within a segment every mixture of the two offerings is valued, and each lever gets its Shapley value, so that no order
of levers is preferred. What is no lever of a segment has a bar of its own: people, stock and brand that segments
share, a segment that is taken on or given up. All amounts are whole cents and add up exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from optimize.candidates.stock_pools import savings
from optimize.economics.economics import Economics, Estimator
from optimize.explanation.mixtures import mixture, players
from optimize.explanation.shapley import apportioned, shapley
from optimize.offerings.columns import Column, Columns
from optimize.service.work import servers_by_hour
from scenarios.design import Design
from scenarios.durations import DAYS_PER_YEAR
from scenarios.offerings import resolve
from scenarios.scenario import Scenario
from simcore.ledger import DRIVERS

CENTS = 100
TAKEN_ON = "serving more or fewer segments"
BRAND = "brand erosion between segments"
SHARED = "stock shared between segments"
CORRECTED = "corrected by the simulation"
MICRO = 10**8
"""Amounts are counted in hundred-millionths, so that sums are exact."""

Value = Callable[[Sequence[Column]], Sequence[Economics]]
"""Columns -> their economics."""
Place = tuple[str, str, str]
"""Bar, segment (empty: the company), driver."""
Money = Mapping[str, float]
NOTHING: Mapping[str, Money] = MappingProxyType({})


@dataclass(frozen=True)
class Cell:
    """What one bar adds to one driver of one segment (empty: the company), in money to the cent."""

    bar: str
    segment: str
    driver: str
    cents: int

    @property
    def amount(self) -> float:
        """The amount in money."""
        return self.cents / CENTS


@dataclass(frozen=True)
class Bridge:
    """From one margin to another: ``start + sum of cells == end``, in whole cents."""

    start: int
    end: int
    cells: tuple[Cell, ...]

    def by(self, field: str) -> dict[str, int]:
        """Return the cents of each ``bar``, ``segment`` or ``driver``, in the order of the cells."""
        out: dict[str, int] = {}
        for cell in self.cells:
            out[getattr(cell, field)] = out.get(getattr(cell, field), 0) + cell.cents
        return out


def bridge(
    scenario: Scenario, before: Design, after: Design, value: Value, corrected: Mapping[str, Money] = NOTHING
) -> Bridge:
    """Return the bridge between the margins that are expected of two designs.

    Parameters
    ----------
    value : callable
        Columns -> their economics as first estimated; see :func:`valuing`.
    corrected : mapping of str to mapping of str to float
        Segment -> driver -> money by which that of the second design was corrected, which is a bar of its own.
    """
    parts: defaultdict[Place, Fraction] = defaultdict(Fraction)
    for segment, money in corrected.items():
        for driver, more in money.items():
            parts[CORRECTED, segment, driver] += Fraction(more)
    for place, amount in _parts(scenario, before, after, value):
        parts[place] += amount
    start = round(sum(expected(scenario, before, value).values()) * CENTS)
    return whole(start, parts)


def valuing(estimator: Estimator) -> Value:
    """Return the economics of columns as an estimator has them."""

    def value(columns: Sequence[Column]) -> Sequence[Economics]:
        return estimator.table(Columns.of(estimator.scenario, estimator.effects, columns))

    return value


def whole(start: int, parts: Mapping[Place, Fraction], end: int | None = None) -> Bridge:
    """Return exact parts (money) as whole cents that add up: the total is rounded first, then shared out downwards.

    With an ``end`` (cents), which the parts reach to a cent, that is where the bridge ends.
    """
    places = sorted(parts, key=lambda place: (place[0], place[1], DRIVERS.index(place[2])))
    total = round(sum(parts.values(), Fraction(0)) * CENTS) if end is None else end - start
    bars = sorted({bar for bar, _, _ in places})
    sums = [sum((parts[p] for p in places if p[0] == bar), Fraction(0)) * CENTS for bar in bars]
    cells: list[Cell] = []
    for bar, cents in zip(bars, apportioned(total, sums), strict=True):
        own = [place for place in places if place[0] == bar]
        shares = apportioned(cents, [parts[place] * CENTS for place in own])
        cells += [Cell(*place, share) for place, share in zip(own, shares, strict=True) if share]
    return Bridge(start, start + total, tuple(cells))


def expected(scenario: Scenario, design: Design, value: Value) -> dict[tuple[str, str], Fraction]:
    """Return (segment, driver) -> money that is expected of a design, exactly as the estimates say."""
    out: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    served = [Column(n, resolve(scenario, n, picks)) for n, picks in design.offerings.items() if picks is not None]
    economics = {c.segment: e for c, e in zip(served, value(served), strict=True)} if served else {}
    for name, e in economics.items():
        for (segment, driver), amount in _own(name, e).items():
            out[segment, driver] += Fraction(amount, MICRO)
    for name, taken in _brand(economics).items():
        out[name, "erosion"] += taken
    for name, saved in savings(scenario, economics).items():
        out[name, "holding"] += Fraction(saved)
    for pay in _presence(scenario, design).values():
        out["", "idle_capacity"] += pay
    for setup in _setup(scenario, design).values():
        out["", "fixed"] += setup
    return dict(out)


def _parts(scenario: Scenario, before: Design, after: Design, value: Value) -> Iterator[tuple[Place, Fraction]]:
    economics: tuple[dict[str, Economics], dict[str, Economics]] = ({}, {})
    for name in scenario.segments:
        picks = before.offerings.get(name), after.offerings.get(name)
        ends = [None if own is None else value([Column(name, resolve(scenario, name, own))])[0] for own in picks]
        for known, end in zip(economics, ends, strict=True):
            if end is not None:
                known[name] = end
        if picks[0] is not None and picks[1] is not None:
            yield from _levers(scenario, name, picks[0], picks[1], value)
        else:
            yield from _taken_on(name, ends[0], ends[1])
    yield from _company(scenario, before, after, economics)


def _levers(
    scenario: Scenario, name: str, before: Mapping[str, str], after: Mapping[str, str], value: Value
) -> Iterator[tuple[Place, Fraction]]:
    groups = players(scenario, name, before, after, value)
    sets = [[g for i, g in enumerate(groups) if chosen >> i & 1] for chosen in range(2 ** len(groups))]
    mixtures = [mixture(scenario, name, before, after, [lever for g in few for lever in g]) for few in sets]
    rows = [_own(name, economics) for economics in value(mixtures)]
    places = sorted({place for row in rows for place in row})
    found = shapley([[row.get(place, 0) for place in places] for row in rows]) if groups else []
    for group, amounts in zip(groups, found, strict=True):
        for (segment, driver), amount in zip(places, amounts, strict=True):
            yield (" + ".join(group), segment, driver), amount / MICRO


def _taken_on(name: str, before: Economics | None, after: Economics | None) -> Iterator[tuple[Place, Fraction]]:
    for economics, sign in ((before, -1), (after, 1)):
        for (segment, driver), amount in (_own(name, economics) if economics is not None else {}).items():
            yield (TAKEN_ON, segment, driver), Fraction(sign * amount, MICRO)


def _own(name: str, e: Economics) -> dict[tuple[str, str], int]:
    """Return (segment, driver) -> hundred-millionths of money; labour is paid as presence, used or not."""
    out = {(name, driver): round(amount * MICRO) for driver, amount in e.drivers.items()}
    out["", "idle_capacity"] = sum(round(amount * MICRO) for amount in e.labour.values())
    return out


def _company(
    scenario: Scenario, before: Design, after: Design, economics: Sequence[Mapping[str, Economics]]
) -> Iterator[tuple[Place, Fraction]]:
    brand = [_brand(known) for known in economics]
    for name in scenario.segments:
        yield (BRAND, name, "erosion"), brand[1].get(name, Fraction(0)) - brand[0].get(name, Fraction(0))
    saved = [savings(scenario, known) for known in economics]
    for name in scenario.segments:
        yield (SHARED, name, "holding"), Fraction(saved[1].get(name, 0.0)) - Fraction(saved[0].get(name, 0.0))
    present = [_presence(scenario, design) for design in (before, after)]
    for resource in scenario.resources:
        yield (f"people: {resource}", "", "idle_capacity"), present[1][resource] - present[0][resource]
    setup = [_setup(scenario, design) for design in (before, after)]
    for lever in scenario.levers:
        yield (lever, "", "fixed"), setup[1][lever] - setup[0][lever]


def _brand(economics: Mapping[str, Economics]) -> dict[str, Fraction]:
    """Return what brand erosion takes from each segment, as a negative amount."""
    over = sum((Fraction(e.over_serving) for e in economics.values()), Fraction(0))
    return {name: -over * Fraction(e.brand_revenue) for name, e in economics.items()}


def _presence(scenario: Scenario, design: Design) -> dict[str, Fraction]:
    weeks = Fraction(scenario.calendar.measured_days) / 7
    return {
        name: -Fraction(float(servers_by_hour(scenario, name, design.extra_servers).sum()))
        * weeks
        * Fraction(team.cost_per_hour)
        for name, team in scenario.resources.items()
    }


def _setup(scenario: Scenario, design: Design) -> dict[str, Fraction]:
    """Return what setting up the used options of each lever costs, as a negative amount."""
    years = Fraction(scenario.calendar.measured_days) / Fraction(DAYS_PER_YEAR)
    served = [resolve(scenario, n, picks).options for n, picks in design.offerings.items() if picks is not None]
    return {
        lever: -years
        * sum(
            (Fraction(options[used].setup_cost_per_year) for used in sorted({picks[lever] for picks in served})),
            Fraction(0),
        )
        for lever, options in scenario.levers.items()
    }
