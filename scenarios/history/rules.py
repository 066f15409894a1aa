"""Segments by rules that a planner writes: the first rule that fits a customer counts, the last one takes the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scenarios.conditions import Condition
from scenarios.history.features import Customers
from scenarios.problems import bad
from scenarios.wording import nearest

if TYPE_CHECKING:
    from scenarios.scenario import Scenario


def by_rules(customers: Customers, rules: Mapping[str, Mapping[str, Condition]]) -> pd.Series[str]:
    """Return the segment of each customer.

    Raises
    ------
    BadInput
        A rule names what is not known of the customers, two rules fit everybody, or none takes the rest.
    """
    names = list(rules)
    everybody = [name for name in names if not rules[name]]
    if everybody != names[-1:]:
        advice = "Write it as `name: {}`, as the last rule."
        raise bad("segments", "exactly the last rule must be without conditions and take the rest", advice)
    fits = [_fits(customers, name, rules[name]) for name in names]
    return pd.Series(np.select(fits, names, default=names[-1]), index=customers.table.index)


def rules_of(scenario: Scenario) -> dict[str, Mapping[str, Condition]]:
    """Return the rules that a scenario states, in its order; the segment without one comes last and takes the rest.

    Raises
    ------
    BadInput
        No segment has a rule, or not exactly one is without.
    """
    rules = {name: segment.rule for name, segment in scenario.segments.items()}
    rest = [name for name, rule in rules.items() if not rule]
    if len(rest) == len(rules):
        advice = "State them as segments.NAME.rule, such as {order_units: {at_least: 200}}."
        raise bad("segments", "the scenario has no rules", advice)
    if len(rest) != 1:
        what = f"exactly one segment must be without a rule and take the rest: {', '.join(rest) or 'none'} is"
        raise bad("segments", what, "Give a rule to each of the others.")
    return {name: rules[name] for name in sorted(rules, key=lambda name: name in rest)}


def _fits(customers: Customers, name: str, rule: Mapping[str, Condition]) -> Any:
    hit = np.ones(len(customers.table), dtype=np.bool_)
    for subject, condition in rule.items():
        known = customers.table if condition.is_numeric else customers.labels
        path = f"segments.{name}.{subject}"
        if subject not in known:
            kind = "feature" if condition.is_numeric else "label"
            raise bad(path, f"is no {kind} that the file tells of a customer", nearest(subject, list(known.columns)))
        values = known[subject]
        if condition.at_least is not None:
            hit &= (values >= condition.at_least).to_numpy()
        if condition.below is not None:
            hit &= (values < condition.below).to_numpy()
        for wanted, listed in ((True, condition.is_one_of), (False, condition.is_none_of)):
            if listed is not None:
                _refuse_unknown(path, listed, values)
                hit &= values.isin(listed).to_numpy() == wanted
    return hit


def _refuse_unknown(path: str, listed: tuple[str, ...], values: pd.Series[str]) -> None:
    there = [str(value) for value in values.dropna().unique()]
    for text in listed:
        if text not in there:
            raise bad(path, "no customer has this label", nearest(text, there), text)
