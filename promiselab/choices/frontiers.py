"""Frontiers: how much margin a better service, less stock, lower cost or fewer emissions take, design by design."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from optimize.candidates.candidates import Candidates
from optimize.candidates.worth_choosing import within_reach
from optimize.capacity.presence import presence_cost
from optimize.choices.frontier import Frontier, frontier
from optimize.choices.weighed import Amount, Rate, Weighed
from optimize.plan import Plan
from optimize.selection.restrictions import Limit
from promiselab.choices.answer import Answer
from promiselab.choices.chosen import own_offers, plan, with_designs, without_plan
from promiselab.choices.exhibit import Cell, Chart, Exhibit, Series, columns, table_rows
from promiselab.choices.judging import cut_short, judged
from promiselab.finite import finite
from promiselab.progress import progress_bar
from promiselab.study import Settings, Study
from scenarios.durations import DAYS_PER_YEAR
from scenarios.problems import bad
from scenarios.scenario import Scenario
from scenarios.what_if import with_changes
from scenarios.wording import nearest
from simcore.estimates import Interval, ratio
from simcore.ledger import COST_TO_SERVE
from simcore.program import counts_co2

GAP = 1e-6
MOST_SIMULATED = 5
MOST_DECIMALS = 6
WITHOUT_LIMIT = 1e12
"""A limit on money that nothing reaches; it makes the optimiser count."""


def trade_offs(scenario: Scenario) -> Mapping[str, Callable[[Candidates], Weighed]]:
    """Return what margin can be weighed against, by name."""
    years = scenario.calendar.measured_days / DAYS_PER_YEAR
    currency = scenario.currency
    present = presence_cost(scenario) / years

    def amount(name: str, words: str, unit: str, scale: float = 1.0, offset: float = 0.0) -> Amount:
        return Amount(name, words, unit, name, scale, offset, never_below=0.0)

    return {
        "on_time": lambda c: _rate(c, "on_time", "orders on time"),
        "otif": lambda c: _rate(c, "otif", "orders on time in full"),
        "volume_fill_rate": _filled,
        "stock_investment": lambda _: amount("stock_investment", "money in stock", currency),
        "operating_cost": lambda _: amount("operating_cost", "operating cost per year", currency, 1 / years, present),
        "co2": lambda _: amount("co2", "emissions of deliveries per year", "kg CO2", 1 / years),
    }


def ask_frontier(
    scenario: Scenario, against: str, points: int, settings: Settings, simulate: bool, gap: float = GAP
) -> Answer:
    """Return the frontier of expected margin against a measure; some of its designs simulated.

    Raises
    ------
    BadInput
        There is no such measure.
    NoTrustworthyAnswer
        No design keeps within the limits.
    """
    known = trade_offs(scenario)
    if against not in known:
        advice = nearest(against, known) or f"Known: {', '.join(known)}."
        raise bad("--against", "margin cannot be weighed against this", advice, against)
    counted = _counted(scenario, against)
    candidates = within_reach(counted)
    if against == "co2":
        candidates = _with_emissions(counted, candidates)
    weighed = known[against](candidates)
    with progress_bar("searching", "point") as show:
        found = frontier(candidates.selection, weighed, points, gap=gap, progress=show)
    if found is None:
        raise without_plan(candidates.selection)
    plans = [
        plan(counted, candidates, p.solution, f"Most margin at {weighed.words} of {_said(p.value, weighed)}.")
        for p in found.points
    ]
    designs = {f"point {i + 1}": p.design for i, p in enumerate(plans) if p.design is not None}
    scenario = with_designs(scenario, designs)
    study = judged(_some(scenario, list(designs)), settings, not found.interrupted) if simulate else None
    left = _left(found, points, simulate, study)
    return replace(_answer(scenario, weighed, found, plans, study), interrupted=bool(left)).saying(*left)


def _counted(scenario: Scenario, against: str) -> Scenario:
    """Return the scenario with a limit on what is to be counted, if it has none."""
    path = {"stock_investment": "stock_investment", "operating_cost": "operating_cost_per_year"}.get(against)
    if path is None or getattr(scenario.limits, path) is not None:
        return scenario
    return with_changes(scenario, {f"limits.{path}": WITHOUT_LIMIT})


def _with_emissions(scenario: Scenario, candidates: Candidates) -> Candidates:
    """Return the candidates with a limit on emissions that nothing reaches: it makes the optimiser count.

    Raises
    ------
    BadInput
        No delivery says what it emits.
    """
    if not counts_co2(scenario):
        advice = "Give co2_kg_per_delivery or co2_kg_per_unit of the deliveries (levers.*.*.delivery)."
        raise bad("--against", "no delivery says what it emits", advice, "co2")
    emitted = Limit("co2", "emissions of deliveries", WITHOUT_LIMIT, candidates.economics.co2_kg, "kg CO2")
    selection = replace(candidates.selection, limits=(*candidates.selection.limits, emitted))
    return replace(candidates, selection=selection)


def _rate(candidates: Candidates, name: str, words: str) -> Rate:
    orders = candidates.economics.orders_per_week
    return Rate(name, words, orders * candidates.economics.service[name], orders)


def _filled(candidates: Candidates) -> Rate:
    orders = candidates.economics.orders_per_week
    return Rate("volume_fill_rate", "fill rate over orders", orders * candidates.economics.stock["fill_rate"], orders)


def _some(scenario: Scenario, names: Sequence[str]) -> dict[str, Scenario]:
    """Return today's design and some points, both ends included."""
    places = np.unique(np.linspace(0, len(names) - 1, min(MOST_SIMULATED, len(names))).round().astype(int))
    return {name: scenario.with_design(name) for name in ["as_is", *(names[place] for place in places)]}


def _left(found: Frontier, points: int, simulate: bool, study: Study | None) -> tuple[str, ...]:
    """Return what Ctrl-C left undone, in words; none where everything is finished."""
    several = len(found.points)
    missing = f"{several} of {points} points {'was' if several == 1 else 'were'} found"
    if simulate:
        return cut_short(study, missing if found.interrupted else "")
    return (f"Interrupted: {missing}.",) if found.interrupted else ()


def measured(scenario: Scenario, study: Study, design: str, name: str) -> Interval:
    """Return what the simulation says of a measure of a frontier; NaN where it has none."""
    simulation = study.simulations[design]
    if name == "operating_cost":
        return _operating(scenario, study, design)
    found = simulation.estimate(name)
    if name != "co2":
        return found
    years = scenario.calendar.measured_days / DAYS_PER_YEAR
    return Interval(found.mean / years, None if found.half_width is None else found.half_width / years)


def _operating(scenario: Scenario, study: Study, design: str) -> Interval:
    """Return the operating cost per year: cost to serve, fixed costs and idle presence of the ledger."""
    years = scenario.calendar.measured_days / DAYS_PER_YEAR
    spent = {*COST_TO_SERVE, "fixed", "idle_capacity"}
    simulation = study.simulations[design]
    sums = np.array([-sum(p.amount for p in r.ledger if p.driver in spent) / years for r in simulation.replications])
    return ratio(sums, np.ones(len(sums)), simulation.confidence)


def _answer(
    scenario: Scenario, weighed: Weighed, found: Frontier, plans: Sequence[Plan], study: Study | None
) -> Answer:
    currency, days = scenario.currency, f"{scenario.calendar.measured_days:g} days"
    margins = [float(p.expected_margin or 0.0) for p in plans]
    values = [p.value for p in found.points]
    rows: list[list[Cell]] = []
    for index, (point, one) in enumerate(zip(found.points, plans, strict=True)):
        name = f"point {index + 1}"
        price = None
        if index:
            better = abs(values[index] - values[index - 1])
            price = _price(weighed, margins[index - 1] - margins[index], better) if better else None
        row: list[Cell] = [name, point.value, margins[index], one.gap, price]
        if study is not None:
            row += _checked(scenario, weighed, study, name)
        rows.append(row)
    heads: list[str | tuple[str, str]] = [
        "design",
        (weighed.words, weighed.unit),
        ("expected margin", currency),
        ("gap", "share"),
        (f"margin per {_step_words(weighed)}", currency),
    ]
    if study is not None:
        heads += [(f"simulated {weighed.words}", weighed.unit), ("its +/-", weighed.unit)]
        heads += [("simulated margin", currency), ("margin +/-", currency)]
    series = [Series("expected", tuple(values), tuple(margins), line=True)]
    if study is not None:
        checked = [row for row in rows if all(finite(row[place]) is not None for place in (5, 7))]
        series.append(
            Series(
                "simulated",
                tuple(float(row[5] or 0) for row in checked),
                tuple(float(row[7] or 0) for row in checked),
                tuple(float(row[8] or 0) for row in checked),
            )
        )
    exhibit = Exhibit(
        "frontier",
        f"Margin in {days} against {weighed.words}",
        columns(*heads),
        table_rows(rows),
        Chart(weighed.words, weighed.unit, f"margin in {days}", currency, tuple(series)),
        "Each design earns the most of all that are at least as good; dominated ones are dropped. The gap is what the "
        "optimiser has not ruled out.",
    )
    data: dict[str, Any] = {
        "against": weighed.name,
        "points": exhibit.records(),
        "beyond": found.beyond,
        "complete": _is_whole(found),
    }
    title = f"What do {weighed.words} cost?" if weighed.more_is_better else f"What does less {weighed.words} cost?"
    words = (*_words(weighed, found, values, margins, currency, days), *own_offers(scenario))
    return Answer("frontier", title, scenario, words, (exhibit,), data, study)


def _checked(scenario: Scenario, weighed: Weighed, study: Study, name: str) -> list[Cell]:
    if name not in study.simulations:
        return [None, None, None, None]
    value, margin = measured(scenario, study, name, weighed.name), study.simulations[name].estimate("margin")
    return [value.mean, value.half_width, margin.mean, margin.half_width]


def _is_whole(found: Frontier) -> bool:
    """Return whether no other design is on the frontier: for all that a gap leaves open, there may be one."""
    return found.complete and all(point.gap <= GAP for point in found.points)


def _price(weighed: Weighed, lost: float, better: float) -> float:
    """Return the margin that a step costs; of what adds up over time, both are for the same time."""
    share_of_year = 1 / weighed.scale if isinstance(weighed, Amount) else 1.0
    return lost / (better * share_of_year) * _step(weighed)


def _adds_up(weighed: Weighed) -> bool:
    """Return whether the measure adds up over time, as emissions do, and money in stock does not."""
    return isinstance(weighed, Amount) and weighed.scale != 1.0


def _step(weighed: Weighed) -> float:
    return 0.01 if weighed.unit == "share" else 1.0


def _step_words(weighed: Weighed) -> str:
    return "point" if weighed.unit == "share" else f"{weighed.unit} less"


def _said(value: float, weighed: Weighed, more: int = 0) -> str:
    if weighed.unit == "share":
        return f"{100 * value:.{2 + more}f} %"
    return f"{value:z,.{more}f} {weighed.unit}"


def _apart(found: Frontier, weighed: Weighed) -> str:
    """Return the value that nothing reaches, with the decimals that tell it from the best that is reached."""
    beyond, best = found.beyond or 0.0, found.points[-1].value
    texts = [_said(beyond, weighed, more) for more in range(MOST_DECIMALS)]
    return next((t for more, t in enumerate(texts) if t != _said(best, weighed, more)), texts[-1])


def _words(
    weighed: Weighed, found: Frontier, values: Sequence[float], margins: Sequence[float], currency: str, days: str
) -> tuple[str, ...]:
    if len(values) == 1:
        only = f"The design that earns most has {weighed.words} of {_said(values[0], weighed)}"
        further = "" if found.beyond is None else f", and none within the limits reaches {_apart(found, weighed)}"
        return (f"{only}{further or ', and none is better'}.",)
    lost = margins[0] - margins[-1]
    words = [
        f"From {_said(values[0], weighed)} to {_said(values[-1], weighed)} of {weighed.words} costs {lost:,.0f} "
        f"{currency} of margin in {days}."
    ]
    steep = [abs(a - b) for a, b in pairwise(values)]
    cheap = min(range(len(steep)), key=lambda i: (margins[i] - margins[i + 1]) / steep[i] if steep[i] else float("inf"))
    rate = _price(weighed, margins[cheap] - margins[cheap + 1], steep[cheap])
    words.append(
        f"It is cheapest between point {cheap + 1} and point {cheap + 2}: {rate:,.2f} {currency} per "
        f"{_step_words(weighed)}{'' if _adds_up(weighed) else f' in {days}'}."
    )
    if found.beyond is not None:
        words.append(f"No design within the limits reaches {_apart(found, weighed)}.")
    if _is_whole(found):
        words.append("These are all designs of the frontier that differ by more than a thousandth of its range.")
    return tuple(words)
