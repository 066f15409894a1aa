"""Why not this offer: what the best plan with it earns, what keeps it out, and the price at which it would enter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from optimize.candidates.asked import LEAST_ON_TIME
from optimize.candidates.candidates import Candidates
from optimize.economics.economics import Estimator
from optimize.explanation.changes import by_driver, changes
from optimize.explanation.entry import Entry, NoEntry, entry
from optimize.explanation.question import Question
from optimize.explanation.repricing import forced
from optimize.offerings.columns import Column, allowed_options, columns
from optimize.plan import Plan, plan_of
from optimize.selection.canonical import taken
from optimize.selection.dominance import worth_keeping
from optimize.selection.selection import Selection
from optimize.solve import Solution
from scenarios.contents import Rule
from scenarios.scenario import Scenario
from simcore.clock import Ints

CHOSEN, NOT_ALLOWED, OUT_OF_REACH, IN_CONFLICT, DEARER, AS_GOOD = (
    "chosen",
    "not_allowed",
    "out_of_reach",
    "in_conflict",
    "earns_less",
    "earns_as_much",
)


@dataclass(frozen=True)
class Rejection:
    """Why an offering is not in the plan.

    Attributes
    ----------
    segment : str
    asked : mapping of str to str
        Lever -> option, those that were named.
    outcome : str
        ``chosen``, ``not_allowed`` (by a rule), ``out_of_reach`` (its promise), ``in_conflict`` (with limits),
        ``earns_less``, or ``earns_as_much``.
    reasons : tuple of str
        What keeps it out, in words, where it is not money.
    options : mapping of str to str
        The best offering with the options that were named, every lever.
    shortfall : float
        Money that the best plan with it earns less, in the measured window.
    alone : float
        How much of that is due to the offering itself, at equal people and other segments.
    drivers : mapping of str to float
        The same plan less the best one, driver by driver; they add up to minus the shortfall.
    changes : tuple of str
        What else that plan would do differently.
    binding : tuple of str
        Limits that leave nothing in that plan, and do in the best one.
    dominated_by : str
        An offering of the segment that earns as much and takes no more of anything, if there is one.
    per_order : float
        The shortfall per order that is expected of it: a cost per order less by this makes it enter.
    entry : Entry, NoEntry or None
        Where it enters by its price.
    """

    segment: str
    asked: Mapping[str, str]
    outcome: str
    reasons: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    shortfall: float = 0.0
    alone: float = 0.0
    drivers: Mapping[str, float] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    binding: tuple[str, ...] = ()
    dominated_by: str = ""
    per_order: float | None = None
    entry: Entry | NoEntry | None = None


def rejection(question: Question, segment: str, asked: Mapping[str, str], prices: bool = True) -> Rejection:
    """Return why the best offering of a segment with the options named is not in the plan.

    Parameters
    ----------
    asked : mapping of str to str
        Lever -> option; other levers are free.
    prices : bool
        Whether to search for the price at which it enters, which takes some ten solutions.
    """
    chosen = _chosen(question, segment)
    columns = question.everything.columns
    matching = columns.having(segment, asked)
    if chosen is not None and _has(chosen, asked):
        return _without_it(question, segment, asked, np.setdiff1d(columns.having(segment, {}), matching))
    if not len(matching):
        return _no_such_offering(question.scenario, segment, asked)
    return _with_it(question, segment, asked, matching, prices)


def runner_up(question: Question, segment: str, prices: bool = False) -> Rejection | None:
    """Return the best other offering of a segment, and why it is not in the plan; None where there is no other."""
    chosen = _chosen(question, segment)
    columns = question.everything.columns
    others = columns.having(segment, {})
    if chosen is not None:
        others = np.setdiff1d(others, columns.having(segment, chosen.offering.options))
    return _with_it(question, segment, {}, others, prices) if len(others) else None


def _chosen(question: Question, segment: str) -> Column | None:
    index = question.candidates.selection.segments.index(segment)
    column = question.solution.columns[index]
    return question.candidates.columns[column] if column >= 0 else None


def _has(column: Column, asked: Mapping[str, str]) -> bool:
    return all(column.offering.options[lever] == option for lever, option in asked.items())


def _together(question: Question, segment: str, matching: Ints) -> Candidates:
    """Return some columns of a segment, without those that others of them dominate, and the other segments."""
    everything, own = question.everything, question.candidates.columns.segments.index(segment)
    kept = set(_offerings(question.candidates))
    others = [j for j, one in enumerate(_offerings(everything)) if one in kept and one[0] != own]
    found = everything.subset(question.scenario, sorted([*others, *matching.tolist()]))
    return found.subset(question.scenario, worth_keeping(found.selection))


def _offerings(candidates: Candidates) -> list[tuple[int, bytes]]:
    """Return what tells the candidates apart: segment and options."""
    columns = candidates.columns
    return list(zip(columns.segment.tolist(), map(bytes, columns.picks), strict=True))


def _best(question: Question, selection: Selection, segment: str) -> Solution:
    """Return the best choice; what it earns with the other offerings of the plan narrows the search."""
    own = selection.segments.index(segment)
    chosen = {(name, _name(question, name)) for name in selection.segments if name != segment}
    rows = [
        j
        for j, s in enumerate(selection.column_segment.tolist())
        if s == own or (selection.segments[s], selection.column_names[j]) in chosen
    ]
    kept = question.again(taken(selection, range(selection.n_segments), rows), explain=False)
    if kept.objective is None:
        return question.again(selection)
    known = replace(kept, columns=tuple(rows[column] if column >= 0 else -1 for column in kept.columns))
    return question.improved(selection, known)


def _name(question: Question, segment: str) -> str:
    column = _chosen(question, segment)
    return "" if column is None else column.name


def _with_it(question: Question, segment: str, asked: Mapping[str, str], matching: Ints, prices: bool) -> Rejection:
    candidates = _together(question, segment, matching)
    selection = forced(candidates.selection, segment)
    found = _best(question, selection, segment)
    gain = question.gain(found)
    if gain is None:
        return Rejection(segment, asked, IN_CONFLICT, found.conflict)
    column = found.columns[selection.segments.index(segment)]
    offering = candidates.columns[column]
    best, with_it = question.plan, plan_of(question.scenario, candidates, found)
    known = {b.name for b in best.binding}
    shortfall = max(0.0, -gain)
    options = dict(offering.offering.options)
    searched = None
    if prices and shortfall:
        searched = entry(question, segment, options, shortfall)
    orders = candidates.economics[column].orders_per_week * question.scenario.calendar.measured_days / 7
    return Rejection(
        segment,
        asked,
        DEARER if shortfall else AS_GOOD,
        options=options,
        shortfall=shortfall,
        alone=_alone(question, segment, float(selection.margin[column])),
        drivers=by_driver(best, with_it),
        changes=_changes(question.scenario, best, with_it),
        binding=tuple(b.words for b in with_it.binding if b.name not in known),
        dominated_by=_dominating(question.everything, segment, offering.name),
        per_order=shortfall / orders if orders else None,
        entry=searched,
    )


def _changes(scenario: Scenario, before: Plan, after: Plan) -> tuple[str, ...]:
    return tuple(changes(scenario, before.design, after.design)) if before.design and after.design else ()


def _alone(question: Question, segment: str, margin: float) -> float:
    index = question.candidates.selection.segments.index(segment)
    column = question.solution.columns[index]
    own = float(question.candidates.selection.margin[column]) if column >= 0 else 0.0
    return own - margin


def _without_it(question: Question, segment: str, asked: Mapping[str, str], others: Ints) -> Rejection:
    """Return what it is worth that the plan has what was asked about."""
    chosen = _chosen(question, segment)
    options = dict(chosen.offering.options) if chosen is not None else {}
    if not len(others):
        return Rejection(segment, asked, CHOSEN, ("no other offering is allowed",), options)
    candidates = _together(question, segment, others)
    found = _best(question, forced(candidates.selection, segment), segment)
    gain = question.gain(found)
    if gain is None:
        return Rejection(segment, asked, CHOSEN, ("no plan is possible without it",), options)
    best, other = question.plan, plan_of(question.scenario, candidates, found)
    return Rejection(
        segment,
        asked,
        CHOSEN,
        options=options,
        shortfall=max(0.0, -gain),
        drivers=by_driver(best, other),
        changes=_changes(question.scenario, best, other),
    )


# What keeps it out that is not money ------------------------------------------------------------------------------


def _no_such_offering(scenario: Scenario, segment: str, asked: Mapping[str, str]) -> Rejection:
    allowed = allowed_options(scenario, segment)
    reasons = [
        f"segments.{segment}.options allows {lever}={' or '.join(allowed[lever])} only"
        for lever, option in asked.items()
        if option not in allowed[lever]
    ]
    rules = [rule for rule in scenario.rules if rule.scope == "offering"]
    reasons += [_rule_words(rule) for rule in rules if _breaks(rule, asked)]
    if reasons:
        return Rejection(segment, asked, NOT_ALLOWED, tuple(reasons))
    promised = [c for c in columns(scenario) if c.segment == segment and _has(c, asked)]
    if not promised:
        return Rejection(segment, asked, NOT_ALLOWED, ("the rules on offerings leave no offering with it",))
    return Rejection(segment, asked, OUT_OF_REACH, (_reach(scenario, promised),))


def _breaks(rule: Rule, asked: Mapping[str, str]) -> bool:
    chosen = {f"{lever}.{option}" for lever, option in asked.items()}
    if rule.option not in chosen:
        return False
    if rule.requires is None:
        return rule.excludes in chosen
    return rule.requires not in chosen and any(rule.requires.startswith(f"{lever}.") for lever in asked)


def _rule_words(rule: Rule) -> str:
    relation = "requires" if rule.requires is not None else "excludes"
    return f"{rule.option} {relation} {rule.requires or rule.excludes}"


def _reach(scenario: Scenario, promised: Sequence[Column]) -> str:
    estimator = Estimator(scenario)
    found = [(estimator.economics(c).service.on_time, c.offering.lead_time_days or 0.0) for c in promised]
    kept, days = max(found)
    return (
        f"its promise is out of reach: of the orders promised {days:g} days, {kept:.0%} are expected in time "
        f"(at least {LEAST_ON_TIME:.0%} must be)"
    )


def _dominating(everything: Candidates, segment: str, name: str) -> str:
    """Return the offering of the segment that earns most among those that are at least as good in everything."""
    selection = everything.selection
    rows = np.array(selection.columns_of(selection.segments.index(segment)))
    own = next(j for j in rows.tolist() if selection.column_names[j] == name)
    rows = rows[selection.offering_key[rows] != selection.offering_key[own]]
    takes = [
        -selection.margin,
        selection.over_serving,
        selection.brand_revenue,
        *(limit.usage for limit in selection.limits),
        *(window.load for window in selection.windows),
        *(pool.variance for pool in selection.pools),
    ]
    table = np.column_stack([amount[rows] for amount in takes])
    mine = np.array([amount[own] for amount in takes])
    better = (table <= mine).all(axis=1) & (table < mine).any(axis=1)
    if not better.any():
        return ""
    best = max(rows[better].tolist(), key=lambda j: (selection.margin[j], selection.column_names[j]))
    return everything.columns[int(best)].name
