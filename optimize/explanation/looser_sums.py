"""Limits on sums, loosened: hours of a window, floors, budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import floor, sqrt

from optimize.capacity.windows import window_of
from optimize.explanation.loosening import ONE_PERCENT, Change, Loosening, amount, counted, grain_of, rounded
from optimize.selection.selection import Limit, Selection
from scenarios.durations import DAYS_PER_YEAR
from scenarios.paths import path_text
from scenarios.scenario import Scenario

ROUNDING = 1e-6
"""Of the last digit of a floor."""


def looser_sums(scenario: Scenario, selection: Selection) -> Iterator[Loosening]:
    """Yield each limit on a sum that could be looser."""
    for index, limit in enumerate(selection.limits):
        kind, _, about = limit.name.removesuffix("]").partition("[")
        if kind == "capacity":
            yield _window(limit, selection)
        elif kind == "floor":
            segment, _, measure = about.rpartition(", ")
            yield _floor(scenario, index, limit, segment, measure)
        elif kind == "stock_investment":
            yield _budget(index, limit, selection, 1.0, "money in stock", "limits.stock_investment", limit.capacity)
        elif kind == "operating_cost":
            years = scenario.calendar.measured_days / DAYS_PER_YEAR
            yearly = scenario.limits.operating_cost_per_year or 0.0
            words = "operating cost per year"
            yield _budget(index, limit, selection, years, words, "limits.operating_cost_per_year", yearly)
        elif kind not in ("promise", "presence", "room"):
            yield _other(index, limit, selection)


def _window(limit: Limit, selection: Selection) -> Loosening:
    """Return how a window can be loosened; room that is to be left in it grows with it."""
    adds = {i: 1.0 for i, other in enumerate(selection.limits) if window_of(other.name) == limit.name}
    return Loosening(
        limit.name,
        limit.words.rpartition(":")[0],
        "hours of work a week",
        1.0,
        0.1,
        max(plenty(selection.limits[i], selection) for i in adds),
        more_hours(adds),
        lambda more: f"{counted(more, 'hour')} of work more a week",
        adds,
    )


def _floor(scenario: Scenario, index: int, limit: Limit, segment: str, measure: str) -> Loosening:
    asked: float = getattr(scenario.segments[segment].floors, measure)

    def lower(less: float) -> float:
        return max(0.0, floor((asked - less) * 1e6 + ROUNDING) / 1e6)

    def says(less: float) -> str:
        return f"a floor of {lower(less):g} instead of {asked:g}"

    def setting(less: float) -> str:
        return f"{path_text(['segments', segment, 'floors', measure])}={lower(less):g}"

    words = f"the floor of {measure} for {segment}"
    return Loosening(
        limit.name, words, "share", 0.01, 0.001, asked, more_of(index, 1.0), says, {index: 1.0}, setting=setting
    )


def _budget(
    index: int, limit: Limit, selection: Selection, per_unit: float, words: str, path: str, budget: float
) -> Loosening:
    """Return how a budget can be raised, in money as the scenario states it; ``per_unit`` is what counts of it."""

    def says(more: float) -> str:
        return f"{amount(more)} {limit.unit} more than {amount(budget)}"

    return Loosening(
        limit.name,
        words,
        limit.unit,
        rounded(ONE_PERCENT * max(abs(budget), 1.0)),
        grain_of(max(abs(budget), 1.0)),
        plenty(limit, selection) / per_unit,
        more_of(index, per_unit),
        says,
        {index: per_unit},
        setting=lambda more: f"{path}={budget + more:.12g}",
    )


def _other(index: int, limit: Limit, selection: Selection) -> Loosening:
    size = abs(limit.capacity) or limit.largest or 1.0
    return Loosening(
        limit.name,
        limit.words,
        limit.unit,
        rounded(max(ONE_PERCENT * size, grain_of(size))),
        grain_of(size),
        plenty(limit, selection),
        more_of(index, 1.0),
        lambda more: f"{amount(more)} {limit.unit} more".replace("  ", " "),
        {index: 1.0},
    )


def more_hours(adds: Mapping[int, float]) -> Change:
    """Return the change that adds to several limits at once."""

    def change(selection: Selection, more: float) -> Selection:
        for index, per_unit in adds.items():
            selection = more_of(index, per_unit)(selection, more)
        return selection

    return change


def more_of(index: int, per_unit: float) -> Change:
    """Return the change that adds to one limit."""

    def change(selection: Selection, more: float) -> Selection:
        limits = list(selection.limits)
        limits[index] = replace(limits[index], capacity=limits[index].capacity + more * per_unit)
        return replace(selection, limits=tuple(limits))

    return change


def plenty(limit: Limit, selection: Selection) -> float:
    """Return what must be added to a limit until no choice can break it, whatever is hired."""
    most = sum(float(limit.usage[selection.column_segment == s].max(initial=0.0)) for s in range(selection.n_segments))
    index = selection.limits.index(limit)
    worst = sum(
        min(hire.adds.get(index, 0.0) * n for n in (hire.least, hire.most if hire.most is not None else hire.least))
        for hire in selection.hires
    )
    spread = ((pool, selection.least_and_most(pool.variance)[1]) for pool in selection.pools)
    pooled = sum(pool.takes.get(index, 0.0) * sqrt(variance) for pool, variance in spread)
    return max(0.0, most + pooled - limit.capacity - min(0.0, worst)) + 1.0
