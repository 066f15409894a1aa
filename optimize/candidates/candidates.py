"""The candidates: columns with their economics, and everything that limits the choice among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose

import numpy as np

from optimize.arrays import distinct
from optimize.candidates.asked import LEAST_ON_TIME, asked
from optimize.candidates.preferences import comparisons
from optimize.candidates.stock_pools import stock_pools, taken_out
from optimize.capacity.hires import hires, presence_limits
from optimize.capacity.limits import capacity_limits
from optimize.capacity.presence import presence_cost
from optimize.capacity.waiting_targets import staffed_windows
from optimize.economics.economics import EconomicsTable
from optimize.offerings.columns import Columns
from optimize.selection.restrictions import Limit, Option
from optimize.selection.selection import UNKNOWN, UNSERVED, Selection
from scenarios.durations import DAYS_PER_YEAR
from scenarios.offerings import offering_of
from scenarios.scenario import Scenario
from simcore.clock import Bools, Floats
from simcore.ledger import COST_TO_SERVE

ROUNDING = 1e-12
"""Relative difference of amounts that are equal but for rounding: what is left of one beside the other is nothing."""


@dataclass(frozen=True)
class Candidates:
    """The columns to choose among, their economics, and the choice as the MILP sees it.

    ``compared`` counts the offerings that were looked at, over all segments.
    """

    columns: Columns
    economics: EconomicsTable
    selection: Selection
    compared: int

    def subset(self, scenario: Scenario, keep: Sequence[int]) -> Candidates:
        """Return some of the candidates under the same limits."""
        return self.of(scenario, self.columns.take(keep), self.economics.take(keep), self.compared)

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        kept: Columns,
        economics: EconomicsTable,
        compared: int,
        *,
        every_window: bool = False,
    ) -> Candidates:
        """Return some columns as a choice under the limits of a scenario.

        ``every_window`` keeps the windows of the week that others imply for these columns: for further ones they may
        not.
        """
        windows = capacity_limits(scenario, kept, economics, every_window)
        staffed = staffed_windows(scenario, kept, economics, every_window)
        limits = [limit for _, limit in windows]
        cheaper, less = taken_out(scenario, kept.segment, economics)
        operating = _operating_limit(scenario, economics, cheaper)
        position = len(limits) if operating is not None else None
        limits += [operating] if operating is not None else []
        stock = len(limits) if scenario.limits.stock_investment is not None else None
        limits += (
            _stock_limit(scenario, economics.stock["invested"] - less)
            + _floors(scenario, kept, economics)
            + _reachable(kept, economics)
        )
        first = len(limits)
        limits += presence_limits(scenario, len(kept))
        options = _options(scenario)
        index = {option.name: i for i, option in enumerate(options)}
        years = scenario.calendar.measured_days / DAYS_PER_YEAR
        budget = scenario.limits.setup_cost_per_year
        return cls(
            kept,
            economics,
            Selection(
                segments=kept.segments,
                column_segment=kept.segment,
                margin=economics.margin + cheaper,
                column_names=_names(kept),
                offering_key=kept.offering_key,
                as_is=np.array(_as_is(scenario, kept), dtype=np.int64),
                must_serve=np.array([segment.must_serve for segment in scenario.segments.values()]),
                limits=tuple(limits),
                hires=tuple(hires(scenario, windows, [window for window, _ in staffed], position, first)),
                windows=tuple(window for _, window in staffed),
                pools=stock_pools(scenario, kept.segment, economics, stock, position),
                options=tuple(options),
                option_use=kept.option_use(),
                fixed_cost_budget=None if budget is None else budget * years,
                max_offerings=scenario.limits.most_offerings,
                excludes=_company_rules(scenario, index, "excludes"),
                requires=_company_rules(scenario, index, "requires"),
                comparisons=comparisons(kept) if scenario.menu.visible else (),
                required_options=tuple(index[name] for name in scenario.limits.required_options),
                forbidden_options=tuple(index[name] for name in scenario.limits.forbidden_options),
                over_serving=economics.over_serving,
                brand_revenue=economics.brand_revenue,
            ),
            compared,
        )


def _names(kept: Columns) -> tuple[str, ...]:
    """Return the offerings in words; one that comes again, with estimates that need more room, is numbered."""
    _, which = distinct(kept.segment, kept.offering_key)
    names, again = list(kept.names), [0] * len(kept)
    for row, offering in enumerate(which.tolist()):
        if again[offering]:
            names[row] += f" (with more room {again[offering]})"
        again[offering] += 1
    return tuple(names)


def _as_is(scenario: Scenario, kept: Columns) -> list[int]:
    """Return today's column of each segment, if it is one of these."""
    found = []
    for segment in scenario.segments:
        today = offering_of(scenario, scenario.as_is, segment)
        same = [] if today is None else kept.having(segment, today.options).tolist()
        found.append(UNSERVED if today is None else same[0] if same else UNKNOWN)
    return found


def _operating_limit(scenario: Scenario, economics: EconomicsTable, cheaper: Floats) -> Limit | None:
    """Cost to serve without labour, fixed costs of offerings, and the presence of everybody, within the budget.

    ``cheaper`` is the holding that is counted in pools instead.
    """
    yearly = scenario.limits.operating_cost_per_year
    if yearly is None:
        return None
    years = scenario.calendar.measured_days / DAYS_PER_YEAR
    spent = (*COST_TO_SERVE, "fixed")
    nothing = np.zeros(len(economics))
    usage = (
        -sum((economics.drivers.get(d, nothing) + economics.labour.get(d, nothing) for d in spent), nothing) - cheaper
    )
    budget, present = yearly * years, presence_cost(scenario)
    return Limit(
        "operating_cost",
        "operating cost in the measured window",
        0.0 if isclose(budget, present, rel_tol=ROUNDING) else budget - present,
        usage,
        scenario.currency,
    )


def _stock_limit(scenario: Scenario, usage: Floats) -> list[Limit]:
    most = scenario.limits.stock_investment
    if most is None:
        return []
    return [Limit("stock_investment", "money in stock", most, usage, scenario.currency)]


def keep_their_promise(columns: Columns, economics: EconomicsTable) -> Bools:
    """Return which columns do not promise a lead time that most orders are expected to miss."""
    return np.asarray(~_promises(columns) | (economics.service["on_time"] >= LEAST_ON_TIME))


def least_asked(scenario: Scenario, columns: Columns) -> Mapping[str, Floats]:
    """Return what is asked of each column, shape (N,), by measure; 0 where nothing is."""
    least: dict[str, Floats] = {}
    promising = _promises(columns)
    for index, segment in enumerate(scenario.segments.values()):
        for promises in (False, True):
            rows = (columns.segment == index) & (promising == promises)
            for measure, floor in asked(segment.floors, promises).items():
                least.setdefault(measure, np.zeros(len(columns)))[rows] = floor
    return least


def _promises(columns: Columns) -> Bools:
    return np.asarray(columns.each("lead_time_days", lambda days: days is not None) > 0)


def _reachable(kept: Columns, economics: EconomicsTable) -> list[Limit]:
    """Return a limit for each segment whose every promised lead time is out of reach: none may be chosen."""
    broken = ~keep_their_promise(kept, economics)
    return [
        Limit(
            f"promise[{kept.segments[segment]}]",
            f"a lead time for {kept.segments[segment]} that at least {LEAST_ON_TIME:.0%} of its orders can reach",
            0.0,
            (broken & (kept.segment == segment)).astype(np.float64),
            "offerings",
        )
        for segment in np.unique(kept.segment[broken]).tolist()
    ]


def _floors(scenario: Scenario, kept: Columns, economics: EconomicsTable) -> list[Limit]:
    """Return a limit per floor: ``sum of (floor - expected) x chosen <= 0`` over the columns of the segment."""
    out = []
    for index, (name, segment) in enumerate(scenario.segments.items()):
        for measure, floor in segment.floors:
            if floor is None:
                continue
            usage = np.where(kept.segment == index, floor - economics.expected(measure), 0.0)
            words = f"{measure} of {name} at least {floor:g}"
            out.append(Limit(f"floor[{name}, {measure}]", words, 0.0, usage, "share"))
    return out


def _options(scenario: Scenario) -> list[Option]:
    years = scenario.calendar.measured_days / DAYS_PER_YEAR
    return [
        Option(f"{lever}.{name}", f"{lever}: {name}", option.setup_cost_per_year * years)
        for lever, options in scenario.levers.items()
        for name, option in options.items()
    ]


def _company_rules(scenario: Scenario, index: Mapping[str, int], relation: str) -> tuple[tuple[int, int], ...]:
    rules = [rule for rule in scenario.rules if rule.scope == "company"]
    pairs = [(rule.option, getattr(rule, relation)) for rule in rules]
    return tuple((index[a], index[b]) for a, b in pairs if b is not None)
