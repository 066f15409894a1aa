"""What can be promised to each segment, with what headroom, and what limits it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from promiselab.promise_notes import cut_off
from promiselab.report.content import Content
from promiselab.report.formats import MISSING, Scale, scale_for
from promiselab.report.parts import Block, Cell, Chart, Fold, Paragraph, Row, Section, Table, Words, text

Json = Mapping[str, Any]
SHARES = Scale(100.0, "%", 1)
LEAD_TIMES: tuple[Words, ...] = (
    ("",), ("To keep",), ("Promised",), ("Kept today",), ("Achievable",), ("Headroom",), ("When demand reacts",),
    ("Kept on fresh histories",),
)  # fmt: skip


def build(content: Content) -> Section | None:
    """Return what can be promised; None for a run that did not ask."""
    found = content.promises
    if found is None:
        return None
    segments = found["segments"]
    sure = SHARES.with_unit(found["confidence"])
    lead: Words = (
        "A lead time is kept if, with ", sure, " confidence, the share of orders delivered within it is at least the "
        "share to keep. Headroom is promised minus achievable; it is below 0 where today's promise is not kept.",
    )  # fmt: skip
    blocks: list[Block] = [
        Paragraph(lead, "lead"),
        *(Paragraph((words,)) for words in cut_off(found)),
        Chart("promise_headroom", "Lead times: promised and achievable", _lead_times(segments)),
        Chart("slowest_orders", "Where the slowest tenth of the orders spends its time", _stages(segments)),
        _limits(segments),
    ]
    if any(one["fill_rate"] for one in segments.values()):
        blocks.append(_fill_rates(content, segments))
    blocks.append(_clauses(segments))
    if found["rounds"]:
        blocks.append(Fold(("How demand reacted, round by round",), (_rounds(found),)))
    return Section("promises", "What can be promised", tuple(blocks))


def days_scale(segments: Mapping[str, Json]) -> Scale:
    """Return one scale for all lead times."""
    times = [one["lead_time"][key] for one in segments.values() for key in ("promised", "achievable", "after_reaction")]
    return scale_for("days", times)


def _lead_times(segments: Mapping[str, Json]) -> Table:
    scale = days_scale(segments)
    rows = []
    for name, one in segments.items():
        lead, fresh = one["lead_time"], one["lead_time"]["on_fresh_histories"] or {}
        rows.append(
            Row(
                (name,),
                (
                    _share(one["keep"]),
                    _number(scale, lead["promised"]),
                    _share(lead["kept"], lead["kept_at_least"]),
                    _number(scale, lead["achievable"], tone="strong"),
                    Cell(_words(scale, lead["headroom"], sign=True), _between(scale, lead)),
                    _number(scale, lead["after_reaction"], tone="strong"),
                    _share(fresh.get("kept"), fresh.get("kept_at_least")),
                ),
            )
        )
    note = (
        "At least: the lower confidence limit. Headroom: what the achievable time leaves; below it, what the time that "
        "the share to keep takes on average would leave, with its interval, before confidence takes its part."
    )
    return Table(f"Lead time, {scale.unit}", LEAD_TIMES, tuple(rows), note)


def _between(scale: Scale, lead: Json) -> Words:
    if lead["headroom_low"] is None:
        return ()
    rough = ", indicative" if lead["indicative"] else ""
    low, high = scale.shown(lead["headroom_low"], sign=True), scale.shown(lead["headroom_high"], sign=True)
    return (low, " to ", high, rough)


def _stages(segments: Mapping[str, Json]) -> Table:
    limited = {name: one["limit"]["slowest_tenth_days"] for name, one in segments.items() if one["limit"]}
    stages = list(dict.fromkeys(stage for one in limited.values() for stage in one))
    scale = scale_for("days", [days for one in limited.values() for days in one.values()])
    rows = tuple(Row((name,), tuple(_number(scale, one[s]) for s in stages)) for name, one in limited.items())
    columns: tuple[Words, ...] = (("",), *((stage.capitalize(),) for stage in stages))
    return Table(f"Mean time of the slowest tenth of orders, {scale.unit}", columns, rows)


def _limits(segments: Mapping[str, Json]) -> Table:
    rows: list[Row] = []
    for name, one in segments.items():
        if one["limit"] is None:
            continue
        shown = [r for r in one["limit"]["reliefs"] if r["shown"]]
        rows.append(Row((f"{name}: limited by {one['limit']['words']}",)))
        rows += [Row((r["more"],), _gain(r, shown)) for r in shown] or [
            Row(("no server and no stock helps",), (Cell((MISSING,)), Cell((MISSING,))))
        ]
    note = (
        "By how much the time within which the share to keep is delivered gets shorter; where no time reaches that "
        "share, how many orders more are delivered within today's promise. All else and demand equal."
    )
    return Table("A little more of one thing", (("",), ("Shorter by",), ("More in time",)), tuple(rows), note)


def _gain(relief: Json, shown: Sequence[Json]) -> tuple[Cell, Cell]:
    if relief["share"] is not None:
        points = Scale(100.0, "points", 1)
        return Cell((MISSING,)), Cell(points.interval_with_unit(relief["share"], relief["half_width"]))
    scale = scale_for("days", [r["days"] for r in shown], [r["half_width"] for r in shown])
    return Cell(scale.interval_with_unit(relief["days"], relief["half_width"])), Cell((MISSING,))


def _fill_rates(content: Content, segments: Mapping[str, Json]) -> Table:
    settings = [s for one in segments.values() if one["fill_rate"] for s in _settings(one["fill_rate"])]
    values = [s[key]["mean"] for _, s in settings for key in ("stock_investment", "margin")]
    money = scale_for(content.currency, values)
    rows: list[Row] = []
    for name, one in segments.items():
        fill = one["fill_rate"]
        if fill is None:
            continue
        today = (_share(fill["promised"]), _share(fill["today"]), _share(fill["today_can_promise"]), Cell(), Cell())
        rows += [Row((name, ", today"), today)]
        for label, setting in _settings(fill):
            changes = [
                money.interval(setting[k]["mean"], setting[k]["half_width"], sign=True)
                for k in ("stock_investment", "margin")
            ]
            shares = (_share(setting["set_for"]), _share(setting["filled"]), _share(setting["can_promise"]))
            rows.append(Row((f"{name}, {label}",), (*shares, Cell(changes[0]), Cell(changes[1]))))
        rows.append(Row((f"{name}: more is stopped by {fill['beyond']}",)))
    columns: tuple[Words, ...] = (
        ("",), ("Stock set for",), ("Filled",), ("Can be promised",), (f"Stock, {money.unit}",),
        (f"Margin, {money.unit}",),
    )  # fmt: skip
    note = "Stock and margin: difference to today. The other segments keep what they are promised."
    return Table("Volume fill rate", columns, tuple(rows), note)


def _change(money: Scale, interval: Json) -> Cell:
    return Cell(money.interval(interval["mean"], interval["half_width"], sign=True))


def _settings(fill: Json) -> Iterator[tuple[str, Json]]:
    for label, key in (("to keep today's promise", "to_keep"), ("the most", "highest")):
        if fill[key] is not None:
            yield label, fill[key]


def _clauses(segments: Mapping[str, Json]) -> Table:
    rows = []
    for name, one in segments.items():
        clause, today, best = one["clause"], one["clause"]["today"] or {}, one["clause"]["strictest"] or {}
        rows.append(
            Row(
                (name,),
                (
                    Cell((scale_for("days", [clause["period_days"]]).with_unit(clause["period_days"]),)),
                    _share(today.get("otif_at_least")),
                    _share(today.get("broken")),
                    _share(best.get("otif_at_least")),
                    _share(best.get("broken")),
                    _share(best.get("revenue_at_stake")),
                ),
            )
        )
    columns: tuple[Words, ...] = (
        ("",), ("Period",), ("Clause today",), ("Broken",), ("Strictest kept",), ("Broken",),
        ("Revenue in broken periods",),
    )  # fmt: skip
    return Table("Service clause: on time in full, per customer and period", columns, tuple(rows))


def _rounds(found: Json) -> Table:
    scale = scale_for("days", [row["promised_days"] for row in found["rounds"]])
    rows = tuple(
        Row(
            (f"{row['round']}. {row['segment']}",),
            (
                _number(scale, row["promised_days"]),
                _share(row["acceptance"]),
                _number(scale, row["achievable_days"]),
                text(row["why"]),
            ),
        )
        for row in found["rounds"]
    )
    columns: tuple[Words, ...] = (("",), ("Promised",), ("Accepted",), ("Achievable",), ("Why",))
    return Table(f"Promise, demand, achievable promise, {scale.unit}", columns, rows)


def _share(share: float | None, at_least: float | None = None) -> Cell:
    below: Words = () if at_least is None else ("at least ", SHARES.with_unit(at_least))
    return Cell((MISSING,) if share is None else (SHARES.with_unit(share),), below)


def _number(scale: Scale, value: float | None, tone: str = "") -> Cell:
    return Cell(_words(scale, value), tone=tone)


def _words(scale: Scale, value: float | None, *, sign: bool = False) -> Words:
    return (MISSING,) if value is None else (scale.shown(value, sign=sign),)
