"""Plans as the command prints them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimize.economics.economics import Estimator
    from optimize.explanation.question import Question
    from optimize.plan import Plan
    from scenarios.scenario import Scenario


def refuse_without_plan(plan: Plan, as_json: bool) -> None:
    """Refuse to print numbers where there is no plan.

    Raises
    ------
    NoTrustworthyAnswer
        The search found none; says why.
    """
    from promiselab.cli.output import plan_json, print_json
    from promiselab.conflict_words import conflict_words
    from promiselab.storing import plan_data
    from scenarios.problems import NoTrustworthyAnswer

    if plan.design is not None:
        return
    if as_json:
        print_json(plan_json(plan_data(plan), None))
    reasons = {
        "infeasible": conflict_words(plan.conflict),
        "unbounded": "The profit has no bound: " + "; ".join(plan.without_cap) + " has no cap.",
    }
    why = reasons.get(plan.status.value, "Allow more nodes with --node-limit.")
    raise NoTrustworthyAnswer(f"No plan: {plan.status.value}. {why}")


def note_overload(scenario: Scenario, estimator: Estimator | None = None) -> None:
    """Say which teams have so much work today that today's design earns less than is expected of it."""
    from optimize.plausibility.plausibility import loads, overloaded
    from promiselab.cli.output import note

    for name, load in overloaded(scenario, loads(scenario, estimator)).items():
        note(
            f"Note: {name} has a load of {load:.2f} today, above its max_load of "
            f"{scenario.resources[name].max_load:g}. Waits are estimated as with people enough, as every plan has. "
            "What is expected of today's design is therefore too good; simulate shows it as it is."
        )


def note_doubts(question: Question) -> None:
    """Say where only estimates of service stand against every plan, and what puts them to the test."""
    from promiselab.cli.output import note

    of_service = {limit.words for limit in question.limited.limits if limit.name.startswith(("floor[", "promise["))}
    if of_service & set(question.plan.conflict):
        note(
            "Note: what service a plan gives is estimated here, for queues and shared stock as they are today. "
            "--verify simulates plans that only such an estimate rules out."
        )


def plan_text(
    scenario: Scenario, plan: Plan, path: Path, reasons: Mapping[str, Any] | None = None, complete: bool = False
) -> str:
    """Return a plan for people: who gets what, what it is expected to earn, why, and where it is stored."""
    from promiselab.cli.reasons import reasons_text
    from promiselab.gaps import gap_words
    from promiselab.leakage import menu_text
    from promiselab.people_words import SERVERS_ADDED
    from promiselab.text import table

    if plan.design is None or plan.expected_margin is None:
        return f"No plan: {plan.status.value}."
    levers = [lever for lever, options in scenario.levers.items() if len(options) > 1] or list(scenario.levers)
    rows = [["segment", *levers]]
    for name, picks in plan.design.offerings.items():
        rows.append([name, *(["not served"] * len(levers) if picks is None else [picks[lever] for lever in levers])])
    staff_words = ", ".join(f"{r} {n:+d}" for r, n in plan.design.extra_servers.items()) or "none"
    lines = [
        f"Status: {plan.status.value}; {plan.columns:,} offerings compared.",
        "",
        table(rows),
        "",
        f"{SERVERS_ADDED}: {staff_words}",
        f"Expected margin in {scenario.calendar.measured_days:g} days: {plan.expected_margin:,.0f} {scenario.currency}"
        + (f" (bound {plan.bound or 0:,.0f}, gap {gap_words(plan.gap)})." if plan.menu is None else "."),
    ]
    if plan.menu is not None:
        lines += ["", *menu_text(plan.menu, scenario.currency)]
    if reasons is not None:
        lines += reasons_text(reasons, scenario.currency, complete)
    else:
        lines += ["", "What binds:", *(f"  {b.words}" for b in plan.binding)] if plan.binding else []
        lines += ["", "Why no other plan: --explain says it, in minutes."] if plan.menu is None else []
    simulate = join(["promiselab", "simulate", str(path / "scenario.yaml"), "--design", "optimised"])
    lines += ["", f"Run: {path}", f"Simulate it: {simulate}"]
    return "\n".join(lines)
