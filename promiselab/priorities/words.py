"""The order of the segments, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promiselab.cli.output import table

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
    """Return what writing the order back changes."""
    effect, unit = data["written_back"], data["currency"]
    if effect["difference"] is None:
        return "With these ranks there is no plan within the limits."
    need_not = ", ".join(effect["need_not_be_served"]) or "all must be served"
    dropped = ", ".join(effect["not_served"]) or "nobody"
    width = "" if effect["half_width"] is None else f" +/- {effect['half_width']:,.0f}"
    return (
        f"Written back as ranks in queues and allocation (need not be served: {need_not}):\n"
        f"the best plan leaves out {dropped} and earns {effect['difference']:+,.0f}{width} {unit} against the best "
        f"plan without ranks, simulated: {effect['verdict']}."
    )
