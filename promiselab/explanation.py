"""A scenario said back in words: who is promised what, what is assumed, what looks odd."""

from __future__ import annotations

from textwrap import fill
from typing import Any

from optimize.plausibility import loads, oddities
from promiselab.tables import number
from scenarios.history.verdict import history_not_reproduced
from scenarios.offerings import Offering, current_offerings
from scenarios.scenario import Scenario
from simcore.acceptance import acceptance, list_value_per_order
from simcore.demand import measured_orders


def explain(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario says, as data: segments with their promises, loads, assumptions, oddities."""
    load = loads(scenario)
    return {
        "scenario": scenario.name,
        "description": " ".join(scenario.description.split()),
        "currency": scenario.currency,
        "segments": {
            name: _segment(scenario, name, offering) for name, offering in current_offerings(scenario).items()
        },
        "loads": {resource: number(share) for resource, share in load.items()},
        "assumptions": [a.model_dump() for a in scenario.assumptions],
        "oddities": [*filter(None, [history_not_reproduced(scenario)]), *oddities(scenario, load)],
    }


WIDTH = 100


def _segment(scenario: Scenario, name: str, offering: Offering | None) -> dict[str, Any]:
    segment = scenario.segments[name]
    out: dict[str, Any] = {
        "customers": segment.customers,
        "potential_orders_per_day": measured_orders(scenario, name) / scenario.calendar.measured_days,
        "list_value_per_order": list_value_per_order(scenario, name),
        "served": offering is not None,
    }
    if offering is not None:
        out |= {
            "offering": dict(offering.options),
            "acceptance": acceptance(scenario, name, offering),
            "lead_time_days": offering.lead_time_days,
            "fill_rate": offering.fill_rate,
        }
    return out


def explanation_text(found: dict[str, Any]) -> str:
    """Return the explanation as a planner reads it."""
    lines = [f"{found['scenario']} is a complete scenario.", *filter(None, [wrapped(found["description"])]), ""]
    for name, s in found["segments"].items():
        value = f"{s['list_value_per_order']:,.2f} {found['currency']}"
        orders = f"{s['potential_orders_per_day']:.3g} potential orders a day of {value} each at list price"
        lines.append(f"{name}: {s['customers']:,} customers, {orders}.")
        lines.append(f"  {_promise(s)}")
    known = {resource: share for resource, share in found["loads"].items() if share is not None}
    if known:
        lines += ["", wrapped("Expected load: " + ", ".join(f"{r} {share:.0%}" for r, share in known.items()) + ".")]
    if found["assumptions"]:
        lines += ["", "Assumed:", *(wrapped(f"  {a['about']}: {a['because']}", "    ") for a in found["assumptions"])]
    odd = [wrapped(f"Looks odd: {text}", "  ") for text in found["oddities"]]
    return "\n".join([*lines, "", *(odd or ["Nothing looks odd."])])


def wrapped(text: str, indent: str = "") -> str:
    """Return a paragraph in lines; numbers stay with their units, and long names whole."""
    return fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def duration(days: float) -> str:
    """Return a time as a planner says it.

    >>> duration(0.075), duration(0.25), duration(7)
    ('108 minutes', '6 hours', '7 days')
    """
    for unit, per_day, most in (("minute", 1440, 120), ("hour", 24, 23.99)):
        if days * per_day <= most:
            return _counted(days * per_day, unit)
    return _counted(days, "day")


def _counted(amount: float, unit: str) -> str:
    text = f"{amount:.3g}"
    return f"{text} {unit}" if text == "1" else f"{text} {unit}s"


def _promise(segment: dict[str, Any]) -> str:
    if not segment["served"]:
        return "is not served."
    parts = []
    if segment["lead_time_days"] is not None:
        parts.append(f"delivery within {duration(segment['lead_time_days'])}")
    if segment["fill_rate"] is not None:
        parts.append(f"{100 * segment['fill_rate']:.4g} % of units from stock at once")
    promise = " and ".join(parts) or "nothing in particular"
    return f"is promised {promise}; {100 * segment['acceptance']:.0f} % of the orders are expected to be placed."
