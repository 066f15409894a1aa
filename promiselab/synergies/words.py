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
    saved = (
        f"{check['saved']} people ({check['least']} to {check['most']})"
        if check["least"] > 0
        else f"no difference shown ({check['saved']}, {check['least']} to {check['most']} people)"
    )
    parts: Mapping[str, float] = next(
        (one["parts"] for one in data["activities"] if one["activity"] == "fulfilment"), {}
    )
    whole = sum(parts.values())
    shares = "; ".join(f"{name} {part / whole:.0%}" for name, part in parts.items()) if whole > 0 else ""
    split = f" Who brings it (Shapley value of the hours saved): {shares}." if shares and check["least"] > 0 else ""
    return (
        f"One team for all instead of one for each, with every floor kept, by simulation: {saved} saved; "
        f"{check['apart']['people']} apart, {check['together']['people']} together.{split}"
    )


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
    alone, shared, rosters = one["alone"], one["shared"], one["rosters"]
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
    apart = sum(n["person_hours"] for n in alone)
    rows.append(["one team", f"{shared['person_hours']}", f"{shared['peak']}", _count(shared["constant"]), ""])
    saved = apart - shared["person_hours"]
    terms, unit = data["terms"], data["currency"]
    costs = (
        f"In shifts of {terms['shift_hours']} hours, per week: {_roster(rosters['apart'], unit)} apart; "
        f"{_roster(rosters['chained'], unit)} with a chain of people of two skills; {_roster(rosters['shared'], unit)} "
        f"with people of all skills (who are paid {terms['premium']:.0%} more and are {terms['loss']:.0%} slower)."
    )
    return f"{table(rows)}\nSharing saves {saved} of {apart} hours per week. {costs}"


def _roster(found: Mapping[str, Any], unit: str) -> str:
    return f"{found['people']} people and {found['cost']:,.0f} {unit}"


def _count(value: int | None) -> str:
    return "-" if value is None else str(value)
