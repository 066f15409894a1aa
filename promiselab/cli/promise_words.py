"""What can be promised, in a planner's words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promiselab.cli.output import table

Json = Mapping[str, Any]
HOURS_PER_DAY, MINUTES_PER_DAY = 24, 1440
NEGLIGIBLE = 1e-9
SHORTER = "is a shorter one kept?"


def time_words(days: float | None, step_days: float) -> str:
    """Return a time in the unit in which the segment's promises are made.

    >>> time_words(0.0548611, 1 / 1440), time_words(6.5, 0.1), time_words(0.25, 1 / 24), time_words(None, 0.1)
    ('79 min', '6.5 days', '6 hours', '-')
    """
    if days is None:
        return "-"
    if step_days < 1 / HOURS_PER_DAY - NEGLIGIBLE:
        return f"{days * MINUTES_PER_DAY:,.0f} min"
    if step_days < 0.1 - NEGLIGIBLE:
        return f"{days * HOURS_PER_DAY:,.0f} hours"
    return f"{days:,.1f} days"


def share_words(share: float | None) -> str:
    """Return a share in percent.

    >>> share_words(0.9136), share_words(None)
    ('91.4 %', '-')
    """
    return "-" if share is None else f"{100 * share:.1f} %"


def promises_text(data: Json) -> str:
    """Return everything that was found."""
    sure = f"{100 * data['confidence']:g} %"
    parts = [
        f"A lead time is kept if, with {sure} confidence, the share of orders delivered within it is at least the "
        "share to keep.",
        table(_lead_times(data)),
        "\n".join(_limits(data)),
    ]
    if len(rows := _fill_rates(data)) > 1:
        parts += ["Volume fill rate, the stock following the promise, the others keeping theirs:", table(rows)]
    if len(rows := _clauses(data)) > 1:
        parts += ["Service clause per customer and period (on time in full at today's lead time):", table(rows)]
    parts += ["\n".join(_rounds(data))] if data["rounds"] else []
    parts += ["\n".join(_checks(data))]
    return "\n\n".join(part for part in parts if part)


def _lead_times(data: Json) -> list[list[str]]:
    rows = [["segment", "keep", "promised", "kept today", "achievable", "headroom", "when demand reacts", "limited by"]]
    for name, one in data["segments"].items():
        lead, step = one["lead_time"], one["step_days"]
        kept = "-"
        if lead["kept"] is not None:
            kept = f"{share_words(lead['kept'])} (at least {share_words(lead['kept_at_least'])})"
        rows.append(
            [
                name,
                f"{100 * one['keep']:g} %",
                time_words(lead["promised"], step),
                kept,
                "none" if lead["achievable"] is None else time_words(lead["achievable"], step),
                time_words(lead["headroom"], step),
                time_words(lead["after_reaction"], step),
                "-" if one["limit"] is None else one["limit"]["words"],
            ]
        )
    return rows


def _limits(data: Json) -> list[str]:
    return [f"{name}: {limit_sentence(one)}" for name, one in data["segments"].items() if one["limit"] is not None]


def limit_sentence(one: Json) -> str:
    """Return what limits a segment's lead time, with what a little more of it would gain."""
    lead, step = one["lead_time"], one["step_days"]
    if lead["achievable"] is None:
        why = f"only {share_words(lead['ever_delivered'])} of the orders are delivered at all"
        if lead["ever_delivered"] > one["keep"]:
            why = "too few orders are simulated to show it; measure more days or add replications"
        return f"no lead time can be promised to {100 * one['keep']:g} % of its orders: {why}."
    best = next((r for r in one["limit"]["reliefs"] if r["shown"]), None)
    if best is None:
        stages = one["limit"]["slowest_tenth_days"]
        longest = max(stages, key=lambda stage: stages[stage])
        spent = f"{time_words(stages[longest], step)} of the slowest tenth of orders go into {longest}"
        return f"{one['limit']['words']}. No server and no stock shortens it; {spent}."
    low, high = best["days"] - best["half_width"], best["days"] + best["half_width"]
    gain = f"{_fine(best['days'], step)} shorter ({_fine(low, step)} to {_fine(high, step)})"
    return f"{best['thing']}. With {best['more']}, the time that keeps {100 * one['keep']:g} % is {gain}."


def _fine(days: float, step_days: float) -> str:
    """Return a gain: these are seen more finely than promises are made."""
    if step_days < 1 / HOURS_PER_DAY - NEGLIGIBLE:
        return f"{days * MINUTES_PER_DAY:,.1f} min"
    return f"{days:,.2f} days"


def _fill_rates(data: Json) -> list[list[str]]:
    rows = [
        ["segment", "promised", "filled", "can promise", "headroom", "stock set for", "can promise", "stock", "margin"]
    ]
    for name, one in data["segments"].items():
        fill = one["fill_rate"]
        if fill is None:
            continue
        head = "-" if fill["headroom"] is None else f"{100 * fill['headroom']:+.1f} points"
        shares = [share_words(fill[key]) for key in ("promised", "today", "today_can_promise")]
        rows.append([name, *shares, head, "today", "", "", ""])
        for label, setting in (("to keep it", fill["to_keep"]), ("most", fill["highest"])):
            if setting is not None:
                rows.append(["", "", "", "", label, *_setting(setting)])
        rows.append(["", "", "", "", "more:", fill["beyond"], "", "", ""])
    return rows


def _setting(setting: Json) -> list[str]:
    return [
        share_words(setting["set_for"]),
        share_words(setting["can_promise"]),
        _change(setting["stock_investment"]),
        _change(setting["margin"]),
    ]


def _change(interval: Json) -> str:
    return f"{interval['mean']:+z,.0f} +/- {interval['half_width'] or 0:,.0f}"


def _clauses(data: Json) -> list[list[str]]:
    rows = [["segment", "period", "clause today", "broken today", "strictest kept", "broken", "rebate"]]
    for name, one in data["segments"].items():
        clause, today, strictest = one["clause"], one["clause"]["today"], one["clause"]["strictest"]
        rows.append(
            [
                name,
                f"{clause['period_days']:g} days",
                "-" if today is None else share_words(today["otif_at_least"]),
                "-" if today is None else share_words(today["broken"]),
                "none" if strictest is None else share_words(strictest["otif_at_least"]),
                "-" if strictest is None else share_words(strictest["broken"]),
                share_words(clause["rebate_share"]),
            ]
        )
    return rows


def _rounds(data: Json) -> list[str]:
    """Return the damped rounds one by one, and what the search for shorter promises found."""
    steps = {name: one["step_days"] for name, one in data["segments"].items()}
    moved = [row for row in data["rounds"] if not row["why"].startswith(SHORTER)]
    tried = {row["round"] for row in data["rounds"]} - {row["round"] for row in moved}
    names = sorted({row["segment"] for row in data["rounds"]})
    rows = [["round", *names]]
    for number in sorted({row["round"] for row in moved}):
        mine = {row["segment"]: row for row in moved if row["round"] == number}
        rows.append([str(number), *(_round_words(mine[name], steps[name]) for name in names)])
    lines = ["Promised -> achievable once demand has reacted (share of orders accepted), all segments at once:"]
    lines += [table(rows), settled_sentence(data, len(tried))]
    return lines


def _round_words(row: Json, step: float) -> str:
    reached = "none" if row["achievable_days"] is None else time_words(row["achievable_days"], step)
    return f"{time_words(row['promised_days'], step)} -> {reached} ({share_words(row['acceptance'])})"


def settled_sentence(data: Json, tried: int) -> str:
    """Return how the rounds ended, and on what grounds."""
    if not data["together"]:
        return "No set of promises keeps itself: raised again and again, one of them stayed broken."
    if not data["monotone"]:
        return "Keeping is not monotone here: a longer promise was seen to break. The shortest kept one is shown."
    return f"No promise can be a step shorter while the others stay ({tried} sets of shorter ones were tried)."


def _checks(data: Json) -> list[str]:
    lines = []
    for name, one in data["segments"].items():
        check, lead = one["lead_time"]["on_fresh_histories"], one["lead_time"]
        if check is not None:
            lines.append(
                f"{name}: {time_words(lead['after_reaction'], one['step_days'])} on fresh histories is kept by "
                f"{share_words(check['kept'])} (at least {share_words(check['kept_at_least'])}), "
                f"{100 * one['keep']:g} % to keep."
            )
    return lines
