"""What can be promised, in a planner's words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promiselab.promise_notes import MANY_OPEN, cut_off
from promiselab.text import table
from scenarios.durations import HOURS_PER_DAY, MINUTES_PER_DAY

Json = Mapping[str, Any]
NEGLIGIBLE = 1e-9
SHORTER = "is a shorter one kept?"
NO_CLAUSE = (
    "none: in so many periods of customers it is not shown that any clause is kept often enough; more days or "
    "replications may show one."
)


def time_words(days: float | None, step_days: float) -> str:
    """Return a time as a planner says it: in tenths of a day where promises are made in these, else to the minute.

    >>> time_words(0.0548611, 1 / 1440), time_words(6.5, 0.1), time_words(0.25, 1 / 24), time_words(None, 0.1)
    ('79 min', '6.5 days', '6 hours', '-')
    >>> time_words(2.0, 1 / 1440), time_words(-0.9931, 1 / 1440), time_words(1 / 24, 1 / 24)
    ('2 days', '-23 h 50 min', '1 hour')
    """
    if days is None:
        return "-"
    if step_days >= 0.1 - NEGLIGIBLE:
        return f"{days:z,.1f} days"
    minutes = round(abs(days) * MINUTES_PER_DAY)
    return f"{'-' if days < 0 and minutes else ''}{_minutes_words(minutes)}"


def _minutes_words(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if minutes and not minutes % MINUTES_PER_DAY:
        return _counted(minutes // MINUTES_PER_DAY, "day")
    if minutes and not rest:
        return _counted(hours, "hour")
    return f"{minutes} min" if hours < 2 else f"{hours:,} h {rest} min"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


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
        "\n".join([*_limits(data), *cut_off(data)]),
    ]
    if len(rows := _fill_rates(data)) > 1:
        parts += ["Volume fill rate, the stock following the promise, the others keeping theirs:", table(rows)]
    if len(rows := _clauses(data)) > 1:
        parts += ["Service clause per customer and period (on time in full at today's lead time):", table(rows)]
        if any(one["clause"]["strictest"] is None for one in data["segments"].values()):
            parts[-1] += f"\n{NO_CLAUSE}"
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
    limit, keep = one["limit"], f"{100 * one['keep']:g} %"
    best = next((r for r in limit["reliefs"] if r["shown"]), None)
    if one["lead_time"]["achievable"] is None:
        return _none_sentence(one, keep) + ("" if best is None else f" {_relief_sentence(one, best, keep)}")
    if best is None:
        stages, step = limit["slowest_tenth_days"], one["step_days"]
        longest = max(stages, key=lambda stage: stages[stage])
        spent = f"{time_words(stages[longest], step)} of the slowest tenth of orders go into {longest}"
        return f"{limit['words']}. No server and no stock shortens it; {spent}."
    return f"{limit['words']}. {_relief_sentence(one, best, keep)}"


def _none_sentence(one: Json, keep: str) -> str:
    lead, none = one["lead_time"], f"no lead time can be promised to {keep} of its orders"
    delivered = f"{share_words(lead['ever_delivered'])} of the orders are delivered at all"
    if lead["ever_delivered"] <= one["keep"]:
        return f"{none}: only {delivered}."
    if lead["still_open"] > MANY_OPEN:
        return f"{none}: {share_words(lead['still_open'])} of them are still open when the simulation ends."
    more = "measure more days or add replications"
    return f"{none}: {delivered}, but so few are simulated that {keep} is not shown; {more}."


def _relief_sentence(one: Json, best: Json, keep: str) -> str:
    if best["share"] is None:
        low, high = (best["days"] + sign * best["half_width"] for sign in (-1, 1))
        unit, factor = _gain_unit(best["days"])
        least, mean, most = (f"{days * factor:z,.1f} {unit}" for days in (low, best["days"], high))
        return f"With {best['more']}, the time that keeps {keep} is {mean} shorter ({least} to {most})."
    low, high = (100 * (best["share"] + sign * best["half_width"]) for sign in (-1, 1))
    promised = one["lead_time"]["promised"]
    when = "" if promised is None else f" within {time_words(promised, one['step_days'])}"
    return (
        f"With {best['more']}, {100 * best['share']:.1f} points more of its orders are delivered{when} "
        f"({low:.1f} to {high:.1f} points)."
    )


def _gain_unit(days: float) -> tuple[str, float]:
    """Return the unit in which a gain is said, and how many there are in a day."""
    if days * HOURS_PER_DAY < 2:
        return "min", MINUTES_PER_DAY
    return ("hours", HOURS_PER_DAY) if days < 2 else ("days", 1)


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
    if not tried:
        return "No promise can be a step shorter while the others stay: each is a single step."
    return f"No promise can be a step shorter while the others stay ({_counted(tried, 'set')} of shorter ones tried)."


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
