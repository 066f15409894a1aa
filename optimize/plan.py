"""The plan: the design that is expected to earn most within the limits, with its bound and what binds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from optimize.capacity import capacity_limits, hires, presence_cost
from optimize.columns import Column, columns
from optimize.dominance import worth_keeping
from optimize.economics import Economics, Estimator
from optimize.plausibility import refuse_certainty
from optimize.restrictions import Limit, Option
from optimize.selection import Selection
from optimize.solve import Solution, solve
from optimize.status import Status
from scenarios.scenario import Design, Scenario
from simcore.ledger import COST_TO_SERVE, DAYS_PER_YEAR, DRIVERS

LEAST_ON_TIME = 0.5
"""A promise that is expected to be kept for less than half of the orders is no promise."""
NEGLIGIBLE = 1e-6
ORDERED = {driver: index for index, driver in enumerate(DRIVERS)}


@dataclass(frozen=True)
class Expected:
    """Money that the plan expects of one segment (empty: the company) for one ledger driver."""

    segment: str
    driver: str
    amount: float


@dataclass(frozen=True)
class Binding:
    """A limit that leaves nothing."""

    name: str
    words: str
    slack: float
    capacity: float
    unit: str


@dataclass(frozen=True)
class Plan:
    """What the optimiser found.

    Attributes
    ----------
    status : Status
        Only ``optimal`` and ``feasible`` come with a design.
    design : Design or None
        An offering for every segment, and the servers to add.
    expected_margin, bound : float or None
        Money in the measured window; no design is expected to earn more than the bound.
    gap : float or None
        (bound - expected margin) / |expected margin|.
    binding : tuple of Binding
        The limits that leave nothing.
    conflict : tuple of str
        Where infeasible: a smallest set of limits that cannot be met together, in words.
    without_cap : tuple of str
        Where unbounded: what has no cap.
    drivers : tuple of Expected
        The margin, driver by driver.
    """

    status: Status
    design: Design | None = None
    expected_margin: float | None = None
    bound: float | None = None
    gap: float | None = None
    binding: tuple[Binding, ...] = ()
    conflict: tuple[str, ...] = ()
    without_cap: tuple[str, ...] = ()
    drivers: tuple[Expected, ...] = ()
    columns: int = 0
    """Offerings compared, over all segments."""
    service: Mapping[str, float] = field(default_factory=dict)
    """Segment -> share of orders expected on time."""


def optimize(scenario: Scenario, gap: float = 1e-9, node_limit: int | None = None) -> Plan:
    """Return the design that is expected to earn most within the limits of a scenario.

    Waits and shared stock are estimated at the load of the scenario's current design; the simulation is the judge.

    Parameters
    ----------
    scenario : Scenario
        With its limits, floors and rules.
    gap : float
        Relative gap at which to stop.
    node_limit : int or None
        Nodes of the search at which to stop; the result is repeatable, unlike a limit in seconds.

    Raises
    ------
    NoTrustworthyAnswer
        A floor or a promise of 100 %, which nothing could show.
    """
    refuse_certainty(scenario, scenario.study.replications)
    everything = columns(scenario)
    estimator = Estimator(scenario)
    valued = [(column, estimator.economics(column)) for column in everything]
    kept = [pair for pair in valued if _keeps_its_promise(*pair)]
    hopeless = set(scenario.segments) - {column.segment for column, _ in kept}
    kept += [pair for pair in valued if pair[0].segment in hopeless]
    problem = Problem.of(scenario, [c for c, _ in kept], [e for _, e in kept])
    keep = worth_keeping(problem.selection)
    problem = Problem.of(scenario, [problem.columns[i] for i in keep], [problem.economics[i] for i in keep])
    solution = solve(problem.selection, gap, node_limit)
    return _plan(scenario, problem, solution, len(everything))


@dataclass(frozen=True)
class Problem:
    """The choice as the MILP sees it, with the columns and economics behind it."""

    columns: Sequence[Column]
    economics: Sequence[Economics]
    selection: Selection

    @classmethod
    def of(cls, scenario: Scenario, kept: Sequence[Column], economics: Sequence[Economics]) -> Problem:
        """Return the choice among some columns."""
        names = list(scenario.segments)
        windows = capacity_limits(scenario, kept, economics)
        limits = [limit for _, limit in windows]
        operating = _operating_limit(scenario, economics)
        position = len(limits) if operating is not None else None
        limits += [operating] if operating is not None else []
        limits += _stock_limit(scenario, economics) + _floors(scenario, kept, economics) + _reachable(kept, economics)
        options = _options(scenario)
        index = {option.name: i for i, option in enumerate(options)}
        keys = {name: i for i, name in enumerate(dict.fromkeys(column.name for column in kept))}
        years = scenario.calendar.measured_days / DAYS_PER_YEAR
        budget = scenario.limits.setup_cost_per_year
        return cls(
            kept,
            economics,
            Selection(
                segments=tuple(names),
                column_segment=np.array([names.index(c.segment) for c in kept], dtype=np.int64),
                margin=np.array([e.margin for e in economics]),
                column_names=tuple(c.name for c in kept),
                offering_key=np.array([keys[c.name] for c in kept], dtype=np.int64),
                must_serve=np.array([scenario.segments[name].must_serve for name in names]),
                limits=tuple(limits),
                hires=tuple(hires(scenario, windows, position)),
                options=tuple(options),
                option_use=_option_use(kept, index),
                fixed_cost_budget=None if budget is None else budget * years,
                max_offerings=scenario.limits.most_offerings,
                excludes=_company_rules(scenario, index, "excludes"),
                requires=_company_rules(scenario, index, "requires"),
                over_serving=np.array([e.over_serving for e in economics]),
                brand_revenue=np.array([e.brand_revenue for e in economics]),
            ),
        )


def _operating_limit(scenario: Scenario, economics: Sequence[Economics]) -> Limit | None:
    """Cost to serve without labour, fixed costs of offerings, and the presence of everybody, within the budget."""
    yearly = scenario.limits.operating_cost_per_year
    if yearly is None:
        return None
    years = scenario.calendar.measured_days / DAYS_PER_YEAR
    spent = (*COST_TO_SERVE, "fixed")
    usage = np.array([-sum(e.drivers.get(d, 0.0) + e.labour.get(d, 0.0) for d in spent) for e in economics])
    return Limit(
        "operating_cost",
        "operating cost in the measured window",
        yearly * years - presence_cost(scenario),
        usage,
        scenario.currency,
    )


def _stock_limit(scenario: Scenario, economics: Sequence[Economics]) -> list[Limit]:
    most = scenario.limits.stock_investment
    if most is None:
        return []
    usage = np.array([e.stock.invested for e in economics])
    return [Limit("stock_investment", "money in stock", most, usage, scenario.currency)]


def _keeps_its_promise(column: Column, economics: Economics) -> bool:
    return column.offering.lead_time_days is None or economics.service.on_time >= LEAST_ON_TIME


def _reachable(kept: Sequence[Column], economics: Sequence[Economics]) -> list[Limit]:
    """Return a limit for each segment whose every promised lead time is out of reach: none may be chosen."""
    broken = [not _keeps_its_promise(c, e) for c, e in zip(kept, economics, strict=True)]
    names = dict.fromkeys(c.segment for c, b in zip(kept, broken, strict=True) if b)
    return [
        Limit(
            f"promise[{name}]",
            f"a lead time for {name} that at least {LEAST_ON_TIME:.0%} of its orders can reach",
            0.0,
            np.array([float(b and c.segment == name) for c, b in zip(kept, broken, strict=True)]),
            "offerings",
        )
        for name in names
    ]


def _floors(scenario: Scenario, kept: Sequence[Column], economics: Sequence[Economics]) -> list[Limit]:
    """Return a limit per floor: ``sum of (floor - expected) x chosen <= 0`` over the columns of the segment."""
    out = []
    for name, segment in scenario.segments.items():
        for measure, floor in segment.floors:
            if floor is None:
                continue
            mine = np.array([c.segment == name for c in kept])
            expected = np.array([_expected(measure, e) for e in economics])
            usage = np.where(mine, floor - expected, 0.0)
            words = f"{measure} of {name} at least {floor:g}"
            out.append(Limit(f"floor[{name}, {measure}]", words, 0.0, usage, "share"))
    return out


def _expected(measure: str, economics: Economics) -> float:
    if measure == "acceptance":
        return economics.acceptance
    if measure == "volume_fill_rate":
        return economics.stock.fill_rate
    return economics.service.otif if measure == "otif" else economics.service.on_time


def _options(scenario: Scenario) -> list[Option]:
    years = scenario.calendar.measured_days / DAYS_PER_YEAR
    return [
        Option(f"{lever}.{name}", f"{lever}: {name}", option.setup_cost_per_year * years)
        for lever, options in scenario.levers.items()
        for name, option in options.items()
    ]


def _option_use(kept: Sequence[Column], index: Mapping[str, int]) -> np.ndarray:
    use = np.zeros((len(kept), len(index)), dtype=bool)
    for row, column in enumerate(kept):
        for lever, option in column.offering.options.items():
            use[row, index[f"{lever}.{option}"]] = True
    return use


def _company_rules(scenario: Scenario, index: Mapping[str, int], relation: str) -> tuple[tuple[int, int], ...]:
    rules = [rule for rule in scenario.rules if rule.scope == "company"]
    pairs = [(rule.option, getattr(rule, relation)) for rule in rules]
    return tuple((index[a], index[b]) for a, b in pairs if b is not None)


def _plan(scenario: Scenario, problem: Problem, solution: Solution, count: int) -> Plan:
    if solution.objective is None or solution.bound is None:
        return Plan(solution.status, conflict=solution.conflict, without_cap=solution.without_cap, columns=count)
    present = presence_cost(scenario)
    chosen = dict(zip(problem.selection.segments, solution.columns, strict=True))
    extra = {hire.name: n for hire, n in zip(problem.selection.hires, solution.hires, strict=True) if n}
    design = Design(
        description="Chosen by the optimiser.",
        offerings={name: None if j < 0 else dict(problem.columns[j].offering.options) for name, j in chosen.items()},
        extra_servers=extra,
    )
    margin, bound = float(solution.objective) - present, float(solution.bound) - present
    served = {name: problem.economics[j] for name, j in chosen.items() if j >= 0}
    return Plan(
        status=solution.status,
        design=design,
        expected_margin=margin,
        bound=bound,
        gap=(bound - margin) / abs(margin) if margin else 0.0,
        binding=_binding(problem.selection, solution),
        drivers=tuple(_drivers(problem, solution, served, present)),
        columns=count,
        service={name: e.service.on_time for name, e in served.items()},
    )


def _binding(selection: Selection, solution: Solution) -> tuple[Binding, ...]:
    """Return the limits that bind; a limit on something that is not used at all says nothing."""
    units = {limit.name: limit.unit for limit in selection.limits}
    return tuple(
        Binding(b.name, b.words, float(b.slack), float(b.capacity), units.get(b.name, ""))
        for b in solution.binding
        if abs(b.capacity) > NEGLIGIBLE
    )


def _drivers(problem: Problem, solution: Solution, served: Mapping[str, Economics], present: float) -> list[Expected]:
    """Return the expected margin driver by driver; brand erosion falls on whoever values the premium."""
    brand = sum(e.over_serving for e in served.values())
    out = []
    for name, e in served.items():
        for driver, amount in sorted(e.drivers.items(), key=lambda item: ORDERED[item[0]]):
            lost = e.brand_revenue * brand if driver == "erosion" else 0.0
            out.append(Expected(name, driver, amount - lost))
    pay = sum(n * hire.cost for n, hire in zip(solution.hires, problem.selection.hires, strict=True))
    labour = sum(sum(e.labour.values()) for e in served.values())
    out.append(Expected("", "idle_capacity", labour - present - pay))
    used = {j for j in solution.columns if j >= 0}
    setup = sum(
        o.fixed_cost
        for i, o in enumerate(problem.selection.options)
        if problem.selection.option_use[list(used), i].any()
    )
    return [*out, Expected("", "fixed", -setup)]
