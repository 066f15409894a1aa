"""A scenario said back in words: who is promised what, what is assumed, what looks odd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from textwrap import fill
from typing import Any

from optimize.economics.economics import Estimator
from optimize.plausibility.plausibility import loads, oddities
from optimize.plausibility.suspicions import about_the_design, about_the_scenario, never_offered
from promiselab.tables import number
from scenarios.defaults import defaults_in_use
from scenarios.durations import duration
from scenarios.history.verdict import history_not_reproduced
from scenarios.offerings import Offering, current_offerings
from scenarios.problems import BadInput, NoTrustworthyAnswer
from scenarios.scenario import Scenario
from simcore.acceptance import acceptance, list_value_per_order
from simcore.demand import measured_orders

WIDTH = 100
CURRENT, AS_IS = "current", "as_is"


def explain(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario says, as data.

    Returns
    -------
    dict
        ``segments`` with their promises and ``loads`` under the design that is judged; the same for each of
        ``designs``; ``assumptions`` that are marked, ``defaults`` in use, options ``offered_in_no_design``, and
        ``oddities``.
    """
    variants = _variants(scenario)
    designs = {name: _design(variant) for name, variant in variants.items()}
    judged = next(iter(designs.values()))
    return {
        "scenario": scenario.name,
        "description": " ".join(scenario.description.split()),
        "currency": scenario.currency,
        "segments": {name: {**_segment(scenario, name), **promise} for name, promise in judged["segments"].items()},
        "loads": judged["loads"],
        "designs": {name: {key: found[key] for key in ("segments", "loads")} for name, found in designs.items()},
        "assumptions": [a.model_dump() for a in scenario.assumptions],
        "defaults": [{**asdict(default), "where": list(default.where)} for default in defaults_in_use(scenario)],
        "offered_in_no_design": never_offered(scenario),
        "oddities": [*_odd_anyway(scenario), *_odd_by_design({n: found["odd"] for n, found in designs.items()})],
    }


def _variants(scenario: Scenario) -> dict[str, Scenario]:
    """Return the scenario under each of its designs, the one that is judged first."""
    others = [AS_IS, *scenario.designs] if scenario.design else list(scenario.designs)
    return {CURRENT if scenario.design else AS_IS: scenario, **{name: scenario.with_design(name) for name in others}}


def _design(scenario: Scenario) -> dict[str, Any]:
    """Return what one design promises to whom, how it loads resources, and what is odd about it."""
    try:
        estimator = Estimator(scenario)
        load = loads(scenario, estimator)
        odd = [*oddities(scenario, load, estimator), *about_the_design(scenario)]
    except (BadInput, NoTrustworthyAnswer) as error:
        load, odd = {}, str(error).splitlines()
    return {
        "segments": {name: _promised(scenario, name, found) for name, found in current_offerings(scenario).items()},
        "loads": {resource: number(share) for resource, share in load.items()},
        "odd": odd,
    }


def _segment(scenario: Scenario, name: str) -> dict[str, Any]:
    return {
        "customers": scenario.segments[name].customers,
        "potential_orders_per_day": measured_orders(scenario, name) / scenario.calendar.measured_days,
        "list_value_per_order": list_value_per_order(scenario, name),
    }


def _promised(scenario: Scenario, name: str, offering: Offering | None) -> dict[str, Any]:
    if offering is None:
        return {"served": False}
    clause = offering.contract.clause
    return {
        "served": True,
        "offering": dict(offering.options),
        "acceptance": acceptance(scenario, name, offering),
        "lead_time_days": offering.lead_time_days,
        "fill_rate": offering.fill_rate,
        "otif_at_least": None if clause is None else clause.otif_at_least,
    }


def _odd_anyway(scenario: Scenario) -> list[str]:
    return [*filter(None, [history_not_reproduced(scenario)]), *about_the_scenario(scenario)]


def _odd_by_design(odd: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield what is odd about designs, each once, with the designs that it is about unless it is all of them."""
    found: dict[str, list[str]] = {}
    for name, texts in odd.items():
        for text in texts:
            found.setdefault(text, []).append(name)
    for text, names in found.items():
        yield text if len(names) == len(odd) else f"{', '.join(names)}: {text}"


# In words -------------------------------------------------------------------------------------------------------


def explanation_text(found: dict[str, Any]) -> str:
    """Return the explanation as a planner reads it."""
    lines = [f"{found['scenario']} is a complete scenario.", *filter(None, [wrapped(found["description"])]), ""]
    for name, s in found["segments"].items():
        value = f"{s['list_value_per_order']:,.2f} {found['currency']}"
        orders = f"{s['potential_orders_per_day']:.3g} potential orders a day of {value} each at list price"
        lines.append(f"{name}: {s['customers']:,} customer{'s' * (s['customers'] != 1)}, {orders}.")
        lines += _promises(name, found["designs"])
    lines += _loads(found["designs"])
    if found["assumptions"]:
        lines += ["", "Assumed:", *(wrapped(f"  {a['about']}: {a['because']}", "    ") for a in found["assumptions"])]
    lines += _defaults(found["defaults"])
    if unused := found["offered_in_no_design"]:
        lines += ["", wrapped(f"Offered in no design (the optimiser may choose them): {', '.join(unused)}.", "  ")]
    odd = [wrapped(f"Looks odd: {text}", "  ") for text in found["oddities"]]
    return "\n".join([*lines, "", *(odd or ["Nothing looks odd."])])


def _promises(segment: str, designs: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a segment is promised: by the design that is judged, and by those that promise something else."""
    judged, *others = designs
    said: dict[str, list[str]] = {}
    for name in others:
        said.setdefault(_promise(designs[name]["segments"][segment]), []).append(name)
    first = _promise(designs[judged]["segments"][segment])
    yield wrapped(f"  {first}", "  ")
    for words, names in said.items():
        if words != first:
            yield wrapped(f"  In {', '.join(names)} it {words}", "  ")


def _loads(designs: Mapping[str, Any]) -> Iterator[str]:
    """Yield the expected load of resources: of the design that is judged, and of those that load them otherwise."""
    said: dict[str, list[str]] = {}
    for name, found in designs.items():
        known = ", ".join(f"{r} {share:.0%}" for r, share in found["loads"].items() if share is not None)
        if known:
            said.setdefault(known, []).append(name)
    if said:
        yield ""
    for place, (known, names) in enumerate(said.items()):
        where = f" in {', '.join(names)}" if place else ""
        yield wrapped(f"Expected load{where}: {known}.", "  ")


def _defaults(defaults: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what is left at its default: what is nothing thereby, and what has another value."""
    nothing = [d["path"] for d in defaults if d["value"] in ("0", "false")]
    others = [f"{d['path']} {d['value']}" for d in defaults if d["value"] not in ("0", "false")]
    for head, names in (("Left out, and so 0 or off", nothing), ("Left at its default", others)):
        if names:
            yield ""
            yield wrapped(f"{head}: {', '.join(names)}.", "  ")


def wrapped(text: str, indent: str = "") -> str:
    """Return a paragraph in lines; numbers stay with their units, and long names whole."""
    return fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _promise(segment: dict[str, Any]) -> str:
    if not segment["served"]:
        return "is not served."
    parts = []
    if segment["lead_time_days"] is not None:
        parts.append(f"delivery within {duration(segment['lead_time_days'])}")
    if segment["fill_rate"] is not None:
        parts.append(f"{100 * segment['fill_rate']:.4g} % of units from stock at once")
    if segment["otif_at_least"] is not None:
        parts.append(f"{100 * segment['otif_at_least']:.4g} % of orders on time in full, or a rebate")
    promise = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)
    expected = f"{100 * segment['acceptance']:.0f} % of the orders are expected to be placed."
    return f"is promised {promise or 'nothing in particular'}; {expected}"
