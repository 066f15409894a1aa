"""What a sweep found, in two sentences, and what to beware of."""

from __future__ import annotations

from typing import Any

from promiselab.report.formats import Scale, number, scale_for
from promiselab.report.parts import Block, DesignName, Items, Paragraph, Row, Section, Table, Words, joined, text
from promiselab.report.parts import Cell as TableCell
from promiselab.sweep.page.exhibit import measure_name
from promiselab.sweep.page.reading import MARGIN, Content
from promiselab.sweep.words import chosen_text, fresh_histories, sampled_values, worst_width

MOST_NAMES = 10


def verdict(content: Content) -> Section:
    """Return the first chapter: the answer, its cautions, and what the best point is worth on fresh histories."""
    found = _what_matters(content) if content.asks_what_matters else (*_best(content), " ", *_count(content))
    blocks: list[Block] = [Paragraph(found, "lead")]
    blocks += [Paragraph((words,), "warning") for words in _cautions(content)]
    if content.summary["winner"] is not None:
        blocks.append(_worth(content))
    if content.summary["failed"]:
        failed = content.summary["failed"][:MOST_NAMES]
        blocks.append(Items(tuple(((str(row["point"]),), (str(row["reason"]),)) for row in failed)))
    return Section("verdict", "What it shows", tuple(blocks))


def _best(content: Content) -> Words:
    """Return which point earns most, and what it earns on histories that it was not chosen by."""
    winner, base = content.summary["winner"], content.baseline
    if content.best is None:
        return ("No point is finished whose margin is known.",)
    if winner is None:
        mean = content.best.mean(MARGIN) or 0.0
        scale = scale_for(content.currency, [mean], [content.best.half_width(MARGIN)])
        earned = scale.interval_with_unit(mean, content.best.half_width(MARGIN))
        name = content.name(content.best)
        return ("Highest mean margin: ", name, ", ", *earned, "; on fresh histories it is not known.")
    margin = winner["margin"]
    scale = scale_for(content.currency, [margin["mean"]], [margin["half_width"]])
    earned = scale.interval_with_unit(margin["mean"], margin["half_width"])
    days = number(float(winner["measured_days"]))
    histories: Words = ("in ", days, f" days on {fresh_histories(winner)}")
    if base is not None and winner["point"] == base.name:
        name = DesignName(base.name, 0)
        return ("No point has a higher mean margin than the ", name, ", which earns ", *earned, " ", *histories, ".")
    return (
        DesignName(str(winner["point"]), 1), " has the highest margin: ", *earned, " ", *histories, ", ",
        *_against(content, winner["margin_difference"]), ".",
    )  # fmt: skip


def _against(content: Content, gap: dict[str, Any]) -> Words:
    base = DesignName(str(content.summary["baseline"]), 0)
    if gap["mean"] is None:
        return ("which cannot be compared with the ", base)
    scale = scale_for(content.currency, [gap["mean"]], [gap["half_width"]])
    if gap["verdict"] in ("higher", "lower"):
        width = scale.interval_with_unit(abs(gap["mean"]), gap["half_width"])
        return (*width, " more than the " if gap["mean"] > 0 else " less than the ", base)
    change = scale.interval_with_unit(gap["mean"], gap["half_width"], sign=True)
    return ("where ", str(gap["verdict"]), " to the ", base, " (", *change, ")")


def _count(content: Content) -> Words:
    """Return how many points are better or worse than the baseline, and how many may be the best."""
    verdicts = [point.gap["verdict"] for point in content.others if point.gap is not None]
    if not verdicts:
        return ()
    higher, lower = verdicts.count("higher"), verdicts.count("lower")
    open_ = len(verdicts) - higher - lower
    counts = ((higher, "higher than the baseline"), (lower, "lower"), (open_, "with no difference shown"))
    said: tuple[Words, ...] = tuple((number(count), f" {words}") for count, words in counts if count)
    kept = len(content.summary["cannot_be_ruled_out"])
    last: Words = (number(kept), " of all cannot be ruled out as the best.")
    return (
        "Of the ",
        number(len(verdicts)),
        " other points" if len(verdicts) > 1 else " other point",
        ": ",
        *joined(said, ", "),
        "; ",
        *last,
    )


def _what_matters(content: Content) -> Words:
    """Return which input moves the margin most, and how many show no effect."""
    effect = next((e for e in content.summary["effects"] if e["measure"] == MARGIN), None)
    if effect is None or effect.get("unknown") or not effect["inputs"]:
        why = "" if effect is None else f": {effect.get('unknown', '')}"
        return (f"What moves the margin cannot be told{why}.",)
    first, rest = effect["inputs"][0], effect["inputs"]
    if effect["method"] == "morris":
        first = next((row for row in rest if row["shown"]), None)
        if first is None:
            return (f"No effect of any of the {len(rest)} inputs on the margin is shown.",)
        scale = scale_for(str(effect["unit"]), [first["mean_size"]], [first["half_width"]])
        quiet = sum(not row["shown"] for row in rest)
        size = scale.interval_with_unit(first["mean_size"], first["half_width"])
        return (
            f"{first['path']} moves the margin most: by ", *size, " on average over its whole axis. ",
            f"For {quiet:,} of the {len(rest):,} inputs no effect is shown." if quiet else "Every input moves it.",
        )  # fmt: skip
    if first["total"] is None:
        return ("The margin is the same at every point: no input moves it.",)
    share = Scale(100.0, "%", 0)
    low, high = first["total_limits"]
    limits: Words = () if low is None else (" (", share.shown(low), " to ", share.with_unit(high), ")")
    noise = effect["noise_share"]
    luck: Words = () if noise is None else (" Luck explains about ", share.with_unit(noise), ".")
    most = f"{first['path']} explains most of the variance of the margin: "
    return (most, share.with_unit(first["total"]), *limits, " with its interactions.", *luck)


def _cautions(content: Content) -> list[str]:
    summary, points = content.summary, content.summary["points"]
    said = []
    if summary["interrupted"]:
        said.append(
            f"Interrupted: {points['done']:,} of {points['all']:,} points are finished. The same command goes on."
        )
    if summary["failed"]:
        said.append(
            f"{points['failed']:,} of {points['all']:,} points failed; the first are named below, all in points.csv."
        )
    if content.replications_least < 2:
        said.append("One history was simulated: nobody can tell chance from effect.")
    said += summary["cautions"]
    if summary["precision_not_reached"]:
        said.append(
            f"Precision not reached by {len(summary['precision_not_reached']):,} points, the worst reached "
            f"{worst_width(summary).replace('%', ' %')}."
        )
    return said


def _worth(content: Content) -> Table:
    """Return what the winner earned in the sweep, which flatters it, and on fresh histories."""
    winner, currency = content.summary["winner"], content.currency
    told = [winner["margin_in_sweep"], winner["margin"], winner["margin_difference"]]
    scale = scale_for(currency, [one["mean"] for one in told], [one["half_width"] for one in told])
    rows = [
        Row(("Margin in the sweep, by which it was chosen",), (_cell(told[0], scale),)),
        Row((f"Margin on {fresh_histories(winner)}",), (_cell(told[1], scale, tone="strong"),)),
    ]
    if content.baseline is None or winner["point"] != content.baseline.name:
        gap = told[2]
        rows.append(
            Row(("Against the baseline on the same fresh histories",), (_cell(gap, scale, str(gap["verdict"])),))
        )
    note = (
        "Of many points the one that comes out first does so by luck as well; its margin in the sweep flatters it. The "
        f"fresh histories (seed {winner['seed']}) were met by no other point."
    )
    name = f"{winner['point']}{sampled_values(content.summary, winner['point'])}"
    return Table("What the highest margin is worth", (("",), (name,)), tuple(rows), note)


def _cell(one: dict[str, Any], scale: Scale, verdict: str = "", tone: str = "") -> TableCell:
    if one["mean"] is None:
        return text("cannot be known")
    words = scale.interval_with_unit(one["mean"], one["half_width"], sign=bool(verdict))
    return TableCell(words, (verdict,) if verdict else (), tone=tone)


def rivals(content: Content) -> Section | None:
    """Return the points that cannot be ruled out as the best."""
    kept, chosen = content.summary["cannot_be_ruled_out"], content.summary.get("selection")
    if len(content.points) < 2 or not kept or content.asks_what_matters:
        return None
    names = {point.name: point for point in content.points}
    rows = tuple(
        Row((content.name(names[name]),), (_estimate(content, names[name].estimates[MARGIN]),))
        for name in kept[: 5 * MOST_NAMES]
    )
    more = f" The first {5 * MOST_NAMES} of {len(kept):,}." if len(kept) > 5 * MOST_NAMES else ""
    level = f"{100 * content.summary['confidence']:g} %"
    note = f"No other point beats these clearly. With {level} confidence the best of all points is among them.{more}"
    if chosen is not None:
        note = chosen_text(content.summary) + more
    table = Table(
        f"Cannot be ruled out as the best by {measure_name(MARGIN).lower()}", (("point",), ("margin",)), rows, note
    )
    return Section("best", "Which may be the best", (table,))


def _estimate(content: Content, one: Any) -> TableCell:
    scale = scale_for(content.currency, [one["mean"]], [one["half_width"]])
    return TableCell(scale.interval_with_unit(one["mean"], one["half_width"]))
