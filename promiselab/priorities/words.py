"""The order of the segments, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promiselab.rationing_words import grounds
from promiselab.text import table

CLEAR = 0.8
"""Probability of being first from which a segment is called first without a doubt."""


def verdict(data: Mapping[str, Any]) -> str:
    """Return which segment comes first, and how sure that is."""
    first = data["segments"][0]
    if first["first"] >= CLEAR:
        return f"{first['segment']} comes first: in {first['first']:.0%} of the draws of weights and values."
    rivals = [s["segment"] for s in data["segments"] if s["first"] >= 0.1]
    words = (
        f"No segment is clearly first: {' and '.join(rivals)} could be" if len(rivals) > 1 else "No segment is first"
    )
    return f"{words}; it depends on the weights. {first['segment']} has the best mean rank."


def priorities_text(data: Mapping[str, Any]) -> str:
    """Return the answer: the order, the criteria, and what it changes."""
    rows = [["segment", "attractiveness", "fit", "mean rank", "first", "last"]]
    rows += [
        [
            s["segment"],
            f"{s['attractiveness']:.2f}",
            f"{s['fit']:.2f}",
            f"{s['mean_rank']:.2f}",
            f"{s['first']:.0%}",
            f"{s['ranks'][-1]:.0%}",
        ]
        for s in data["segments"]
    ]
    names = [s["segment"] for s in data["segments"]]
    known = [["criterion", "axis", "better", "weight", *names]]
    for one in data["criteria"]:
        values = [figure(one["values"][name]) for name in names]
        known.append([f"{one['words']}, {one['unit']}", one["axis"], one["better"], f"{one['weight']:g}", *values])
    blocks = [verdict(data), table(rows), "0 is the worst segment, 1 the best, on every criterion.", table(known)]
    if data["written_back"] is not None:
        blocks.append(effect_words(data))
    return "\n\n".join(blocks)


def figure(value: Mapping[str, float]) -> str:
    """Return a value with its uncertainty.

    >>> figure({"value": 1234.4, "error": 12.0}), figure({"value": 0.123, "error": 0.0})
    ('1,234 +/- 24', '0.12')
    """
    mean, error = value["value"], 2 * value["error"]
    decimals = 0 if abs(mean) >= 100 else 2
    shown = f"{mean:,.{decimals}f}"
    return f"{shown} +/- {error:,.{decimals}f}" if error else shown


def effect_words(data: Mapping[str, Any]) -> str:
    """Return what was written back, and what it changes."""
    effect = data["written_back"]
    parts = [effect_verdict(data), table([["segment", "rank", "to be served"], *map(choice_words, effect["segments"])])]
    if effect["reservations"]:
        kept = [f"  {one['about']}: {kept_words(one)} ({grounds(one)})" for one in effect["reservations"]]
        parts.append("\n".join(["Reservations, by simulated margin under these ranks:", *kept]))
    rows = [["the best plan with", f"estimated, {data['currency']}", "offers", "simulated against as it is"]]
    parts.append(table([*rows, *(plan_words(plan) for plan in effect["plans"])]))
    return "\n\n".join(parts)


def effect_verdict(data: Mapping[str, Any]) -> str:
    """Return in a sentence what the order earns."""
    last = data["written_back"]["plans"][-1]
    if last["difference"] is None:
        return "Written back. With these ranks there is no plan within the limits."
    dropped = [s["segment"] for s in data["written_back"]["segments"] if not s["served"]]
    whom = f"leaves out {' and '.join(dropped)}" if dropped else "serves every segment"
    earned = f"{_amount(last)} {data['currency']} against the best plan as it is: {last['verdict']}"
    return f"Written back as {last['name']}: the best plan {whom} and, simulated, earns {earned}."


def choice_words(one: Mapping[str, Any]) -> list[str]:
    """Return segment, rank, and whether it is served."""
    must = "must be served" if one["must_serve"] else "need not be served"
    taken = "" if one["must_serve"] else "; the best plan " + ("serves it" if one["served"] else "leaves it out")
    return [one["segment"], str(one["rank"]), f"{must}{taken}"]


def kept_words(one: Mapping[str, Any]) -> str:
    """Return what is kept, without the name of the pool or the queue.

    >>> kept_words({"chosen": "picking: head start of 4 hours"})
    'head start of 4 hours'
    """
    return str(one["chosen"]).rpartition(": ")[2]


def plan_words(plan: Mapping[str, Any]) -> list[str]:
    """Return name, estimated margin, whether the offers change, and the simulated difference."""
    if plan["expected_margin"] is None:
        return [plan["name"], "no plan", "", ""]
    offers = "others" if plan["changed"] else "the same"
    found = "" if plan["difference"] is None else f"{_amount(plan)}: {plan['verdict']}"
    return [plan["name"], f"{plan['expected_margin']:,.0f}", offers, found]


def _amount(plan: Mapping[str, Any]) -> str:
    width = "" if plan["half_width"] is None else f" +/- {plan['half_width']:,.0f}"
    return f"{plan['difference']:+z,.0f}{width}"
