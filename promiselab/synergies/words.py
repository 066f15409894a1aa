"""Synergies, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promiselab.text import table


def synergies_text(data: Mapping[str, Any]) -> str:
    """Return the answer, activity by activity."""
    blocks = [verdict(data)]
    for one in data["activities"]:
        blocks += [_complements(one), _people(one, data), *_verified(one, data)]
    target = data["target"]
    blocks.append(
        f"People per hour: {target['share']:.0%} of the orders start within {target['minutes']:g} minutes of open "
        "doors (Erlang C, hour by hour)."
    )
    return "\n\n".join(blocks)


def verdict(data: Mapping[str, Any]) -> str:
    """Return in a sentence which sharing saves most people, by simulation where it was verified."""
    known = [(activity, one) for activity in data["activities"] for one in activity["verified"] or ()]
    judged = [(activity, one) for activity, one in known if one["saved"] is not None]
    if not judged:
        return f"Not verified by simulation: the figures below are estimates.{_interrupted(data)}"
    activity, best = max(judged, key=lambda pair: (not pair[1]["shared_today"], *pair[1]["saved"][1::-1]))
    saved, least, most = best["saved"]
    whom = "all" if len(best["segments"]) == len(activity["segments"]) else " and ".join(best["segments"])
    counts = f"{best['apart'][0]} apart, {best['together'][0]} together"
    limits = f"{least} to {most} by simulation"
    if least <= 0:
        words = f"No saving by sharing people is shown, with every floor kept: one team for {whom} in"
        return f"{words} {activity['activity']} needs {saved} fewer ({limits}); {counts}.{_interrupted(data)}"
    people = "1 person" if saved == 1 else f"{saved} people"
    split = _split(activity) if whom == "all" else ""
    already = "Shared already today: " if best["shared_today"] else ""
    team = f"{already}One team for {whom} in {activity['activity']}"
    first = f"{team} saves {people} ({limits}), with every floor kept: {counts}."
    earned = f"The margin of {data['measured_days']:g} days {_money(best, data['currency'])}."
    return f"{first} {earned}{split}{_interrupted(data)}"


def _interrupted(data: Mapping[str, Any]) -> str:
    return " Interrupted: not every sharing was verified." if data["interrupted"] else ""


def _split(activity: Mapping[str, Any]) -> str:
    """Return who brings the saving: in people where every group was verified, else in hours."""
    parts, unit = (activity["people_parts"], "people") if activity["people_parts"] else (activity["parts"], "hours")
    if sum(parts.values()) <= 0:
        return ""
    shares = "; ".join(f"{name} {part:.3g} {unit}" for name, part in parts.items())
    return f" Who brings it (Shapley value): {shares}."


def _money(one: Mapping[str, Any], currency: str) -> str:
    mean, width, found = one["margin"]["mean"], one["margin"]["half_width"], one["margin"]["verdict"]
    amount = f"{mean:+z,.0f}" + ("" if width is None else f" +/- {width:,.0f}")
    return f"changes by {amount} {currency}: {found}"


def verified_rows(activity: Mapping[str, Any], currency: str) -> list[list[str]]:
    """Return a row for each proposed sharing: estimate, people apart and together, saved, and margin."""
    rows = []
    for one in activity["verified"] or ():
        today = " (as today)" if one["shared_today"] else ""
        head = [" + ".join(one["segments"]) + today, f"{one['hours_saved']:.0f}"]
        if one["saved"] is None:
            rows.append([*head, "", "", "", f"not verified: {one['why_not']}"])
            continue
        margin = _money(one, currency).removeprefix("changes by ")
        rows.append([*head, *(people_words(one[side]) for side in ("apart", "together", "saved")), margin])
    return rows


VERIFIED_HEADS = ("one team for", "hours saved, estimate", "people apart", "together", "saved", "margin")
VERIFIED_NOTE = (
    "People that keep every floor, found by simulation, with the sizes that the intervals allow; margin of the "
    "measured days: difference to teams apart, paired, on histories that no size was found on. People who are "
    "cross-trained for only two of several segments (a chain) cannot be verified: in the simulation a queue has one "
    "team."
)


def people_words(found: Sequence[int]) -> str:
    """Return a number of people with its limits.

    >>> people_words([3, 2, 4]), people_words([3, 3, 3])
    ('3 (2 to 4)', '3 (3 to 3)')
    """
    people, least, most = found
    return f"{people} ({least} to {most})"


def _verified(one: Mapping[str, Any], data: Mapping[str, Any]) -> list[str]:
    rows = verified_rows(one, data["currency"])
    return [f"Verified by simulation:\n{table([list(VERIFIED_HEADS), *rows])}\n{VERIFIED_NOTE}"] if rows else []


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
    words = f"saves {saved} of" if saved >= 0 else f"needs {-saved} more than the"
    return f"Sharing {words} {apart} hours per week. {costs}"


def _roster(found: Mapping[str, Any], unit: str) -> str:
    return f"{found['people']} people and {found['cost']:,.0f} {unit}"


def _count(value: int | None) -> str:
    return "-" if value is None else str(value)
