"""The candidates: columns with their economics, and everything that limits the choice among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimize.capacity import capacity_limits, hires, presence_cost
from optimize.columns import Column
from optimize.economics import Economics
from optimize.restrictions import Limit, Option
from optimize.selection import Selection
from scenarios.scenario import Scenario
from simcore.clock import Bools
from simcore.ledger import COST_TO_SERVE, DAYS_PER_YEAR

LEAST_ON_TIME = 0.5
"""A promise that is expected to be kept for less than half of the orders is no promise."""


@dataclass(frozen=True)
class Candidates:
    """The columns to choose among, their economics, and the choice as the MILP sees it.

    ``compared`` counts the offerings that were looked at, over all segments.
    """

    columns: Sequence[Column]
    economics: Sequence[Economics]
    selection: Selection
    compared: int

    def subset(self, scenario: Scenario, keep: Sequence[int]) -> Candidates:
        """Return some of the candidates under the same limits."""
        return self.of(scenario, [self.columns[i] for i in keep], [self.economics[i] for i in keep], self.compared)

    @classmethod
    def of(
        cls, scenario: Scenario, kept: Sequence[Column], economics: Sequence[Economics], compared: int
    ) -> Candidates:
        """Return some columns as a choice under the limits of a scenario."""
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
            compared,
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


def keeps_its_promise(column: Column, economics: Economics) -> bool:
    """Return True unless the promised lead time is expected to be missed by most orders."""
    return column.offering.lead_time_days is None or economics.service.on_time >= LEAST_ON_TIME


def _reachable(kept: Sequence[Column], economics: Sequence[Economics]) -> list[Limit]:
    """Return a limit for each segment whose every promised lead time is out of reach: none may be chosen."""
    broken = [not keeps_its_promise(c, e) for c, e in zip(kept, economics, strict=True)]
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


def _option_use(kept: Sequence[Column], index: Mapping[str, int]) -> Bools:
    use = np.zeros((len(kept), len(index)), dtype=bool)
    for row, column in enumerate(kept):
        for lever, option in column.offering.options.items():
            use[row, index[f"{lever}.{option}"]] = True
    return use


def _company_rules(scenario: Scenario, index: Mapping[str, int], relation: str) -> tuple[tuple[int, int], ...]:
    rules = [rule for rule in scenario.rules if rule.scope == "company"]
    pairs = [(rule.option, getattr(rule, relation)) for rule in rules]
    return tuple((index[a], index[b]) for a, b in pairs if b is not None)
