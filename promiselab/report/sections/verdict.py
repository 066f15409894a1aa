"""The question and the verdict: what the best design earns, and whether its promises are kept."""

from __future__ import annotations

from promiselab.report.comparing import is_shown, needed
from promiselab.report.content import Content
from promiselab.report.entries import Design, Difference, Key
from promiselab.report.formats import number, plain, scale_for
from promiselab.report.measures import label
from promiselab.report.parts import Block, Chart, Paragraph, Part, Section, Table, Words, joined
from promiselab.report.promises import BROKEN, KEPT, OPEN, Check, checks

MARGIN = Key("margin")
_MOST_NAMED = 4


def build(content: Content) -> Section:
    """Return the first chapter."""
    blocks: list[Block] = [
        Paragraph((question(content),), "question"),
        Paragraph(earnings(content), "lead"),
        Paragraph(kept(content, chosen(content)), "lead"),
    ]
    caution = cautions(content)
    if caution:
        blocks.append(Paragraph(caution, "quiet"))
    if content.challenger and content.difference(content.challenger, MARGIN):
        blocks.append(Chart("margin_difference", "What each design earns beyond the baseline", _table(content)))
    return Section("verdict", "Verdict", tuple(blocks))


def question(content: Content) -> str:
    """Return the question that the run answers."""
    if content.manifest["kind"] == "optimize":
        return "Which offering should each segment get, and does the simulation agree with the plan?"
    if len(content.designs) == 1:
        return "What does this design earn, and are its promises kept?"
    return f"Which of {len(content.designs)} designs earns the most, and are its promises kept?"


def chosen(content: Content) -> Design:
    """Return the design that the verdict is about: the best candidate if it is shown to earn more, else the baseline."""
    candidate = content.challenger
    difference = content.difference(candidate, MARGIN) if candidate else None
    lower = difference is not None and difference.verdict == "lower"
    return content.baseline if candidate is None or lower else candidate


def earnings(content: Content) -> Words:
    """Return the first sentence: money."""
    best, base = content.challenger, content.baseline
    window: Words = (" in the ", number(content.measured_days), " measured days")
    difference = content.difference(best, MARGIN) if best else None
    if best is None or difference is None:
        return (base.label, " earns a margin of ", *_margin(content, base), *window, ".")
    scale = scale_for(content.currency, [difference.mean], [difference.half_width], difference=True)
    amount = scale.interval_with_unit(difference.mean, difference.half_width, sign=True)
    against: Words = (" (", *_margin(content, best), " against ", *_margin(content, base), ")")
    if difference.verdict == "identical":
        return (best.label, " and ", base.label, " are identical: both earn ", *_margin(content, base), *window, ".")
    if difference.verdict == "not enough replications":
        more = scale.with_unit(difference.mean, sign=True)
        return (
            best.label,
            " earned ",
            more,
            " compared with ",
            base.label,
            *window,
            " of a single replication",
            *against,
            ", which says nothing about chance: run more replications.",
        )
    if is_shown(difference):
        size = scale.interval_with_unit(abs(difference.mean), difference.half_width)
        if difference.verdict == "higher":
            return (best.label, " earns ", *size, " more than ", base.label, *window, *against, ".")
        return (
            "No design earns more than ",
            base.label,
            ": the nearest, ",
            best.label,
            ", earns ",
            *size,
            " less",
            *window,
            *against,
            ".",
        )
    return (
        "No difference in margin is shown between ",
        base.label,
        " and the best candidate, ",
        best.label,
        ": ",
        *amount,
        *window,
        *against,
        *needed(difference),
        ".",
    )


def kept(content: Content, design: Design) -> Words:
    """Return the second sentence: promises."""
    found = list(checks(content, design))
    times = [e for s in design.offerings if (e := content.estimate(design, Key("on_time", s))) and e.mean == e.mean]
    on_time: Words = ()
    if times:
        scale = scale_for("share", [e.mean for e in times])
        low, high = min(e.mean for e in times), max(e.mean for e in times)
        span: Words = (
            (scale.with_unit(low),)
            if scale.digits(low) == scale.digits(high)
            else (scale.shown(low), " to ", scale.with_unit(high))
        )
        on_time = (" Orders are on time in ", *span, " of cases", " by segment." if len(times) > 1 else ".")
    if not found:
        return (
            "No fill rate is promised and no floor is set, so there is no number to hold ",
            design.label,
            " to.",
            *on_time,
        )
    good = [c for c in found if c.status == KEPT]
    if len(good) == len(found):
        opening: Words = (design.label, " keeps ", _all(len(found)), " (promised fill rates and floors).")
        return (*opening, *on_time)
    broken, unsure = [c for c in found if c.status == BROKEN], [c for c in found if c.status == OPEN]
    said: list[Part] = [design.label, f" keeps {len(good)} of {len(found)} promises and floors"]
    for words, several in (("not kept", broken), ("cannot be told", unsure)):
        if several:
            more = f" and {len(several) - _MOST_NAMED} more" if len(several) > _MOST_NAMED else ""
            said += [f"; {words}: ", *joined(map(_missed, several[:_MOST_NAMED]), ", "), more]
    return (*said, ".", *on_time)


def cautions(content: Content) -> Words:
    """Return what to bear in mind before acting on the first sentence."""
    best = content.challenger
    top = content.difference(best, MARGIN) if best else None
    if best is None or top is None or content.replications < 2 or len(content.designs) < 3:
        return ()
    near = [
        d.label
        for d in content.designs
        if d not in (best, content.baseline) and _overlaps(content.difference(d, MARGIN), top)
    ]
    words: list[Part] = []
    if near:
        words += [
            *joined([(name,) for name in near], ", "),
            " may earn as much as ",
            best.label,
            ": make one of them the baseline to compare them directly. ",
        ]
    words.append(
        "The best of several candidates looks a little better than it is; a run with another seed gives an unbiased figure."
    )
    return tuple(words)


def _overlaps(one: Difference | None, top: Difference) -> bool:
    return one is not None and one.mean + (one.half_width or 0) >= top.mean - (top.half_width or 0)


def _all(count: int) -> str:
    return {1: "its one promise", 2: "both of its promises"}.get(count, f"all {count} of its promises")


def _missed(check: Check) -> Words:
    scale = scale_for("share", [check.target], [check.measured.half_width] if check.measured else [])
    got: Words = ("not measured",)
    if check.measured:
        got = (
            (check.measured.note,)
            if check.measured.note
            else scale.interval_with_unit(check.measured.mean, check.measured.half_width)
        )
    aim = "promised" if check.origin == "promised" else "the floor"
    return (
        f"{label(check.measure).lower()} of {check.segment} (",
        *got,
        " against ",
        scale.with_unit(check.target),
        f" {aim})",
    )


def _margin(content: Content, design: Design) -> Words:
    found = content.estimate(design, MARGIN)
    if found is None:
        return ("n/a",)
    scale = scale_for(content.currency, [found.mean], [found.half_width])
    return scale.interval_with_unit(found.mean, found.half_width)


def _table(content: Content) -> Table:
    from promiselab.report.comparing import measure_table

    made = measure_table(content, "Margin", [MARGIN])
    assert made is not None, plain(("a chart of margins has margins",))
    return made
