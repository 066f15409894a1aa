"""Why a plan is as it is, as data and in words: the same for the command, the run folder and the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from optimize.capacity.presence import presence_cost
from optimize.explanation.bridge import CENTS, Bridge
from optimize.explanation.changes import changes
from optimize.explanation.entry import Entry, NoEntry
from optimize.explanation.explanation import Explanation
from optimize.explanation.question import Question
from optimize.explanation.rejection import Rejection
from optimize.explanation.shadow_prices import shadow_price
from optimize.explanation.way_out import WayOut
from optimize.explanation.worth import Worth
from optimize.plan import plan_of
from optimize.plausibility.plausibility import loads, overloaded
from scenarios.scenario import Scenario

Data = dict[str, Any]


def reasons_data(question: Question, found: Explanation) -> Data:
    """Return an explanation as the run folder keeps it, with a sentence for each thing that it says."""
    return {
        "bridge": bridge_data(found.bridge),
        "overloaded": overloaded(question.scenario, loads(question.scenario, question.estimator)),
        "unsure": question.unsure,
        "is_near": question.is_near,
        "limits": [_limit(question, worth, found.duals) for worth in found.worths],
        "runners_up": [_offer(question, other) for other in found.runners_up],
        "why_not": [_offer(question, other) for other in found.rejections],
    }


def bridge_data(crossed: Bridge) -> Data:
    """Return a bridge with its cells; all amounts are whole cents and add up."""
    return {
        "start": crossed.start / CENTS,
        "end": crossed.end / CENTS,
        "cells": [{"bar": c.bar, "segment": c.segment, "driver": c.driver, "amount": c.amount} for c in crossed.cells],
    }


def ways_out_data(scenario: Scenario, ways: Sequence[WayOut]) -> list[Data]:
    """Return the ways out of a conflict."""
    present = presence_cost(scenario)
    return [
        {
            "words": f"{way.words}.",
            "gives": [{"name": limit.name, "amount": by, "unit": limit.unit} for limit, by in way.gives],
            "settings": list(way.settings),
            "margin": (way.solution.objective or 0.0) - present,
            "currency": scenario.currency,
        }
        for way in ways
    ]


# Limits -----------------------------------------------------------------------------------------------------------


def _limit(question: Question, worth: Worth, duals: Mapping[str, float]) -> Data:
    limit = worth.limit
    then: list[str] = []
    other = plan_of(question.scenario, question.candidates, worth.solution)
    if other.design is not None and question.plan.design is not None:
        then = changes(question.scenario, question.plan.design, other.design)
    amount = limit.step if worth.grows_by is None else worth.grows_by
    return {
        "name": limit.name,
        "limit": limit.words,
        "unit": limit.unit,
        "step": limit.step,
        "step_words": limit.says(limit.step),
        "gain": worth.gain,
        "grows_by": worth.grows_by,
        "grows_by_words": None if worth.grows_by is None else limit.says(worth.grows_by),
        "earns_then": worth.earns_then,
        "without": worth.without,
        "shadow_price": shadow_price(limit, duals),
        "then": then,
        "setting": limit.setting(amount),
        "words": _worth_words(worth, question.scenario.currency, then, question.is_near),
    }


def _worth_words(worth: Worth, currency: str, then: Sequence[str], is_near: bool) -> str:
    limit, earned = worth.limit, f"{'at least' if is_near else 'about'} {worth.earns_then:,.0f} {currency}"
    changed = f" ({'; '.join(then)})" if then else ""
    if worth.grows_by is None:
        return f"{limit.words}: {limit.says(limit.step)} would earn {earned}{changed}."
    return (
        f"{limit.words}: nothing{' was found' if is_near else ''} for {limit.says(limit.step)}; "
        f"{limit.says(worth.grows_by)} would earn {earned}{changed}."
    )


# Offers -----------------------------------------------------------------------------------------------------------


def _offer(question: Question, other: Rejection) -> Data:
    found = other.entry
    return {
        "segment": other.segment,
        "asked": dict(other.asked),
        "outcome": other.outcome,
        "reasons": list(other.reasons),
        "options": dict(other.options),
        "shortfall": other.shortfall,
        "alone": other.alone,
        "drivers": dict(other.drivers),
        "changes": list(other.changes),
        "binding": list(other.binding),
        "dominated_by": other.dominated_by,
        "per_order": other.per_order,
        "enters_at": found.factor if isinstance(found, Entry) else None,
        "words": offer_words(other, question.scenario.currency, question.is_near),
        "short": _short(other, question.scenario.currency, question.is_near),
    }


def _short(other: Rejection, currency: str, is_near: bool) -> str:
    if other.outcome != "earns_less":
        return offer_words(other, currency, is_near)
    return (
        f"{other.segment}: {_at_most(is_near)}{other.shortfall:,.0f} {currency} less, with {'; '.join(other.changes)}."
    )


def _at_most(is_near: bool) -> str:
    return "at most " if is_near else ""


def offer_words(other: Rejection, currency: str, is_near: bool) -> str:
    """Return in words why an offer is not in the plan; near the plan only, a better one with it may be unknown."""
    named = ", ".join(f"{lever}={option}" for lever, option in other.asked.items())
    head = f"{other.segment}, {named}" if named else f"{other.segment}, the next best offer"
    if other.outcome == "chosen":
        if other.reasons:
            return f"{head}: it is in the plan; {other.reasons[0]}."
        less = f"{_at_most(is_near)}{other.shortfall:,.0f} {currency} less"
        return f"{head}: it is in the plan, which would earn {less} without it."
    if other.outcome in ("not_allowed", "out_of_reach"):
        return f"{head}: {'; '.join(other.reasons)}."
    if other.outcome == "in_conflict":
        return f"{head}: no plan with it keeps these together: {'; '.join(other.reasons)}."
    if other.outcome == "earns_as_much":
        return f"{head}: it earns as much ({'; '.join(other.changes)})."
    return f"{head}: {_less(other, currency, is_near)}{_entering(other, currency, is_near)}"


def _less(other: Rejection, currency: str, is_near: bool) -> str:
    largest = sorted(other.drivers.items(), key=lambda item: -abs(item[1]))[:4]
    shown = ", ".join(f"{driver.replace('_', ' ')} {amount:+z,.0f}" for driver, amount in largest)
    out = f"the best plan with it{' that was found' if is_near else ''} earns {other.shortfall:,.0f} {currency} less."
    out += f" It changes {'; '.join(other.changes)}."
    out += f" What moves most: {shown}."
    if other.binding:
        out += f" It leaves nothing of {'; '.join(other.binding)}."
    return out


def _entering(other: Rejection, currency: str, is_near: bool) -> str:
    found, out = other.entry, ""
    if isinstance(found, Entry):
        out = (
            f" It would enter at {found.factor:.3f} times its price{' at the latest' if is_near else ''} "
            f"({found.per_order:+,.2f} {currency} per order)"
            + (f", or if an order cost {other.per_order:,.2f} {currency} less" if other.per_order else "")
            + "."
        )
    elif isinstance(found, NoEntry):
        out = (
            f" No price {'was found that makes' if is_near else 'makes'} it enter: at the best, {found.factor:.2f} "
            f"times its own, it is still short of {found.shortfall:,.0f} {currency}"
            + (f"; if an order cost {other.per_order:,.2f} {currency} less, it would" if other.per_order else "")
            + "."
        )
    return out
