"""The reporting checklist of Monks et al. (2019) for discrete-event simulation, filled from the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promiselab.report.content import Content
from promiselab.report.formats import Scale, number
from promiselab.report.measures import label
from promiselab.report.parts import Fold, Items, Paragraph, Part, Section, Words, joined

Json = Mapping[str, Any]
Item = tuple[str, Words]

_SOURCE = (
    "Strengthening the Reporting of Empirical Simulation Studies, for discrete-event simulation (STRESS-DES): T. "
    "Monks, C. Currie, B. Onggo, S. Robinson, M. Kunc, S. Taylor, Journal of Simulation 13:1 (2019), doi "
    "10.1080/17477778.2018.1442155. Every item is filled from this run."
)
_ACTIVITIES = {
    "channel": "order capture",
    "approvals": "approval",
    "fulfilment": "fulfilment",
    "delivery": "delivery",
    "touchpoints": "visits and calls",
}
_DISCIPLINES = {"head_start": "first come, with a head start for better ranks", "rank": "better ranks first"}
_MOST_NAMED = 12


def build(content: Content) -> Section:
    """Return the checklist, one fold per part."""
    parts = {
        "Objectives": _objectives(content),
        "Logic": _logic(content),
        "Data": _data(content),
        "Experimentation": _experimentation(content),
        "Implementation": _implementation(content),
        "Code access": _access(content),
    }
    folds = tuple(
        Fold((f"{place}. {name}",), (Items(tuple(((f"{place}.{term}",), words) for term, words in items)),))
        for place, (name, items) in enumerate(parts.items(), 1)
    )
    return Section("stress", "For those who check the simulation", (Paragraph((_SOURCE,), "quiet"), *folds))


def _objectives(content: Content) -> Iterator[Item]:
    yield (
        "1 Purpose of the model",
        (str(content.manifest["title"]), " ", " ".join(str(content.scenario.get("description") or "").split())),
    )
    measures = dict.fromkeys(key.measure for found in content.estimates.values() for key in found)
    yield "2 Model outputs", (", ".join(label(m).lower() for m in measures), ".")
    names = joined([(design.label,) for design in content.designs], ", ")
    aims: Words = ("To estimate one design: ", *names, ".")
    if len(content.designs) > 1:
        aims = (f"To compare {len(content.designs)} designs, with ", content.baseline.label, " as baseline: ", *names)
    yield "3 Experimentation aims", aims


def _logic(content: Content) -> Iterator[Item]:
    yield (
        "1 Base model overview",
        ("Every potential order of every segment is offered, accepted or declined, captured, approved, allocated to "
         "stock, fulfilled, delivered and settled; resources have queues, stock is replenished by its policy.",),
    )  # fmt: skip
    yield (
        "2 Base model logic",
        (
            "The equations, the life of an order and the order of simultaneous events are in docs/model.md of the "
            "version below.",
        ),
    )
    changed = [d for d in content.designs if d.index]
    scenario_logic: Words = ("One design was simulated; there is nothing it is compared with.",)
    if changed:
        scenario_logic = (*joined([(d.label, f": {d.description or 'see who gets which offering'}") for d in changed]),)
    yield "3 Scenario logic: the designs", scenario_logic
    yield "4 Algorithms", _algorithms(content)
    yield "5.1 Entities", _entities(content)
    yield "5.2 Activities", _activities(content.scenario)
    yield "5.3 Resources", _resources(content)
    yield "5.4 Queues", _queues(content.scenario)
    yield "5.5 Entry and exit points", _ends(content)


def _algorithms(content: Content) -> Words:
    plan = content.plan
    if plan is None:
        return (
            "No decision is taken by an algorithm: designs are given. Stock policies and priorities are in the "
            "scenario.",
        )
    solver = (content.manifest.get("versions") or {}).get("highspy")
    words = f"Status {plan['status']}. A mixed-integer programme chooses one offering per segment"
    return (words, f" (HiGHS {solver})." if solver else ".")


def _entities(content: Content) -> Words:
    found: list[Words] = []
    for name, segment in list((content.scenario.get("segments") or {}).items())[:_MOST_NAMED]:
        rate = (segment.get("demand") or {}).get("orders_per_day")
        customers = segment.get("customers")
        about: list[Part] = [str(name)]
        if customers is not None:
            about += [", ", number(float(customers)), " customers"]
        if rate is not None:
            about += [", ", number(float(rate)), " potential orders a day"]
        found.append(tuple(about))
    return ("Orders with lines, of ", *(joined(found) or ("segments",)), *_more(content.scenario.get("segments")), ".")


def _activities(scenario: Json) -> Words:
    options = [option for options in (scenario.get("levers") or {}).values() for option in options.values()]
    used = [words for effect, words in _ACTIVITIES.items() if any((o or {}).get(effect) for o in options)]
    return (f"{', '.join(used) or 'none'}; and replenishment of stock. Durations and their laws are in the scenario.",)


def _resources(content: Content) -> Words:
    found: list[Words] = []
    for name, team in list((content.scenario.get("resources") or {}).items())[:_MOST_NAMED]:
        found.append((str(name), ": ", *(joined(_shifts(team), ", ") or ("see the scenario",))))
    return (*(joined(found) or ("none",)), *_more(content.scenario.get("resources")), ".")


def _shifts(team: Json) -> list[Words]:
    if team.get("servers") is not None:
        return [(number(float(team["servers"])), " round the clock")]
    return [
        (number(float(shift["servers"])), f" from {shift['opens']} to {shift['closes']} on ",
         ", ".join(shift.get("days") or ("weekdays",)))
        for shift in team.get("shifts") or ()
    ]  # fmt: skip


def _queues(scenario: Json) -> Words:
    teams = scenario.get("resources") or {}
    used = {str(name): _DISCIPLINES[str(team.get("discipline") or "rank")] for name, team in teams.items()}
    listed = "; ".join(f"{name}: {words}" for name, words in list(used.items())[:_MOST_NAMED])
    return (
        f"One queue at each resource ({listed or 'none'}), and one at each stock, by rank and then placement. "
        "No queue has a limit.",
    )


def _ends(content: Content) -> Words:
    seen = dict.fromkeys(
        k.measure for found in content.estimates.values() for k in found if k.measure.endswith("_orders")
    )
    ends = [m.removesuffix("_orders") for m in seen if m not in ("potential_orders", "accepted_orders")]
    return (f"Orders enter when their customer thinks of placing them. They end as {', '.join(ends)}.",)


def _data(content: Content) -> Iterator[Item]:
    scenario = content.scenario
    yield "1 Data sources", (" ".join(str(scenario.get("source") or "not given").split()),)
    history = scenario.get("history")
    fitted: Words = ("The scenario says of no other.",)
    if history:
        fitted = (
            "Fitted to ",
            number(float(history["orders"])),
            f" orders from {history['first_day']} to {history['last_day']}.",
        )
    yield "2 Pre-processing", fitted
    digest = str(content.manifest["scenario_sha256"])
    yield "3 Input parameters", (f"All of them are in scenario.yaml of the run folder, SHA-256 {digest}.",)
    written = scenario.get("assumptions") or []
    yield (
        "4 Assumptions",
        (f"{len(written)} are written down, with their reasons, under what the figures rest on.",),
    )


def _experimentation(content: Content) -> Iterator[Item]:
    calendar = content.manifest["calendar"]
    warm_up: Words = (number(float(calendar["warm_up_days"])), " days of warm-up, which are not measured; ")
    stock: Words = ("stock starts where its policy says, and queues start empty.",)
    yield "1 Initialisation", (*warm_up, *stock)
    yield (
        "2 Run length",
        (number(float(calendar["measured_days"])), " measured days, then ", number(float(calendar["drain_days"])),
         " days in which measured orders can finish."),
    )  # fmt: skip
    confidence = Scale(100.0, "%", 0).with_unit(float(content.manifest["confidence"]))
    yield (
        "3 Estimation approach",
        (number(content.replications), " independent replications; means, ratios of sums, and intervals of ",
         confidence, " by Student's t over the replications; differences paired by replication; Holm's correction over "
         "candidates."),
    )  # fmt: skip


def _implementation(content: Content) -> Iterator[Item]:
    manifest = content.manifest
    versions = ", ".join(f"{name} {version}" for name, version in (manifest.get("versions") or {}).items())
    yield "1 Software or programming language", (f"promiselab {manifest['promiselab']}; {versions}.",)
    yield (
        "2 Random sampling",
        (f"Root seed {manifest['seed']}. NumPy's generators, one stream for each replication, purpose and name, so "
         "that all designs meet the same customers (common random numbers).",),
    )  # fmt: skip
    yield (
        "3 Model execution",
        (
            f"Engine {manifest['engine']}: next event, on a clock of whole milliseconds; simultaneous events have one "
            "fixed order.",
        ),
    )
    yield "4 System specification", (str(manifest.get("system") or "not recorded"), ".")


def _access(content: Content) -> Iterator[Item]:
    yield (
        "1 Computer model sharing statement",
        ("promiselab is open source under the MIT licence. With the scenario in the run folder, the seed and the "
         f"versions above, this command gives the same figures again: {content.manifest['command']}",),
    )  # fmt: skip


def _more(things: Any) -> Words:
    left = len(things or ()) - _MOST_NAMED
    return (f" and {left} more",) if left > 0 else ()
