"""Synergies, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promiselab.cli.output import table


def synergies_text(data: Mapping[str, Any]) -> str:
    """Return the answer, activity by activity."""
    blocks = [verdict(data)]
    for one in data["activities"]:
        blocks += [_complements(one), _people(one, data)]
    target = data["target"]
    blocks.append(
        f"People per hour: {target['share']:.0%} of the orders start within {target['minutes']:g} minutes of open "
        "doors (Erlang C, hour by hour)."
    )
    return "\n\n".join(blocks)


def verdict(data: Mapping[str, Any]) -> str:
    """Return how many people sharing saves, by simulation where it was checked."""
    check = data["check"]
    if check is None:
        return "Not checked by simulation: the figures below are estimates."
    limits = f"{check['least']} to {check['most']} by simulation"
    counts = f"{check['apart']['people']} apart, {check['together']['people']} together"
    if check["least"] <= 0:
        words = "No saving by one team for all is shown, with every floor kept"
        return f"{words}: {counts}; {check['saved']} fewer ({limits})."
    people = "1 person" if check["saved"] == 1 else f"{check['saved']} people"
    parts: Mapping[str, float] = next(
        (one["parts"] for one in data["activities"] if one["activity"] == "fulfilment"), {}
    )
    whole = sum(parts.values())
    shares = "; ".join(f"{name} {part / whole:.0%}" for name, part in parts.items()) if whole > 0 else ""
    split = f" Who brings it (Shapley value of the hours saved): {shares}." if shares else ""
    return f"One team for all saves {people} ({limits}), with every floor kept: {counts}.{split}"


def _complements(one: Mapping[str, Any]) -> str:
    rows = [["together", "peak by hour", "by weekday", "by season", "correlation", "same busy hours"]]
    rows += [
        [
            " + ".join(c["segments"]),
            f"{c['peak_by_hour']:.0%}",
            f"{c['peak_by_weekday']:.0%}",
            f"{c['peak_by_season']:.0%}",
            f"{c['correlation']:+.2f}",
            f"{c['tail']:.0%}",
        ]
        for c in one["complements"]
    ]
    return f"{one['activity'].capitalize()}: peak of the sum against the sum of the peaks\n{table(rows)}"


def _people(one: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    alone, shared = one["alone"], one["shared"]
    rows = [["", "hours per week", "most in an hour", "constant head count", "share of the saving"]]
    rows += [
        [
            n["segment"],
            f"{n['person_hours']}",
            f"{n['peak']}",
            _count(n["constant"]),
            f"{one['parts'].get(n['segment'], 0.0):.0f} hours" if one["parts"] else "-",
        ]
        for n in alone
    ]
    rows.append(["one team", f"{shared['person_hours']}", f"{shared['peak']}", _count(shared["constant"]), ""])
    return f"{table(rows)}\n{sharing_words(one, data)}"


def sharing_words(one: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Return the hours that sharing saves in an activity, and what rosters cost with and without it."""
    shared, rosters = one["shared"], one["rosters"]
    apart = sum(n["person_hours"] for n in one["alone"])
    saved = apart - shared["person_hours"]
    terms, unit = data["terms"], data["currency"]
    costs = (
        f"In shifts of {terms['shift_hours']} hours, per week: {_roster(rosters['apart'], unit)} apart; "
        f"{_roster(rosters['chained'], unit)} with a chain of people of two skills; {_roster(rosters['shared'], unit)} "
        f"with people of all skills (who are paid {terms['premium']:.0%} more and are {terms['loss']:.0%} slower)."
    )
    return f"Sharing saves {saved} of {apart} hours per week. {costs}"


def _roster(found: Mapping[str, Any], unit: str) -> str:
    return f"{found['people']} people and {found['cost']:,.0f} {unit}"


def _count(value: int | None) -> str:
    return "-" if value is None else str(value)
