"""The question and the verdict: what the best design earns, and whether its promises are kept."""

from __future__ import annotations

from promiselab.report.comparing import is_shown, measure_table, needed
from promiselab.report.content import Content
from promiselab.report.entries import Design, Difference, Key
from promiselab.report.formats import NOTHING, number, scale_for
from promiselab.report.keeping import kept
from promiselab.report.parts import Block, Chart, Paragraph, Part, Section, Words, joined

MARGIN = Key("margin")
_FLATTERED = (
    "The best of several candidates looks a little better than it is; a run with another seed gives an unbiased figure."
)


def build(content: Content) -> Section:
    """Return the first chapter."""
    blocks: list[Block] = [
        Paragraph((question(content),), "question"),
        Paragraph(earnings(content), "lead"),
        Paragraph(kept(content, chosen(content)), "lead"),
    ]
    if content.manifest.get("not_compared"):
        blocks.insert(1, Paragraph((str(content.manifest["not_compared"]),), "warning"))
    warned = cautions(content)
    if warned:
        blocks.append(Paragraph(warned, "quiet"))
    table = measure_table(content, "Margin", [MARGIN])
    if _difference(content, content.challenger) and table:
        blocks.append(Chart("margin_difference", "What each design earns beyond the baseline", table))
    return Section("verdict", "Verdict", tuple(blocks))


def question(content: Content) -> str:
    """Return the question that the run answers."""
    if content.manifest["kind"] == "optimize":
        return "Which offering should each segment get, and does the simulation agree with the plan?"
    if len(content.designs) == 1:
        return "What does this design earn, and are its promises kept?"
    return f"Which of {len(content.designs)} designs earns the most, and are its promises kept?"


def chosen(content: Content) -> Design:
    """Return the design that the verdict is about: the best candidate, unless it is shown to earn less."""
    best = content.challenger
    difference = _difference(content, best)
    return content.baseline if best is None or (difference and difference.verdict == "lower") else best


def earnings(content: Content) -> Words:
    """Return the first sentence: money."""
    best, base = content.challenger, content.baseline
    window: Words = (" in the ", number(content.measured_days), " measured days")
    difference = _difference(content, best)
    if best is not None and content.manifest.get("not_compared"):
        most: Words = ("The highest mean margin is that of ", content.best.label, ": ", *_margin(content, content.best))
        return (*most, *window, ". It is not compared with the others.")
    if best is None or difference is None:
        return (base.label, " earns a margin of ", *_margin(content, base), *window, ".")
    if difference.verdict == "identical":
        return (best.label, " and ", base.label, " are identical: both earn ", *_margin(content, base), *window, ".")
    scale = scale_for(content.currency, [difference.mean], [difference.half_width])
    against: Words = (" (", *_margin(content, best), " against ", *_margin(content, base), ")")
    if not is_shown(difference):
        amount = scale.interval_with_unit(difference.mean, difference.half_width, sign=True)
        facts: Words = (best.label, ": ", *amount, *window, *against)
        return (*_unshown(content, difference), *facts, *needed(difference), ".")
    amount = scale.interval_with_unit(abs(difference.mean), difference.half_width)
    if difference.verdict == "higher":
        return (best.label, " earns ", *amount, " more than ", base.label, *window, *against, ".")
    nearest: Words = (": the nearest, ", best.label, ", earns ", *amount, " less")
    return ("No design earns more than ", base.label, *nearest, *window, *against, ".")


def cautions(content: Content) -> Words:
    """Return what to bear in mind before acting on the first sentence."""
    best, base = content.challenger, content.baseline
    top = _difference(content, best)
    if best is None or top is None or content.replications < 2 or top.verdict not in {"higher", "no difference shown"}:
        return ()
    others = [d for d in content.designs if d not in (best, base)]
    near = [d.label for d in others if _overlap(_difference(content, d), top)]
    words: list[Part] = []
    if near:
        words += [*joined([(name,) for name in near], ", "), " may earn as much as ", best.label]
        words.append(": make it the baseline to compare them directly. ")
    return (*words, _FLATTERED) if others else tuple(words)


def _unshown(content: Content, difference: Difference) -> Words:
    if difference.verdict == "not enough replications":
        return ("A single replication cannot tell chance from effect. Next to ", content.baseline.label, " it gives ")
    return ("No difference in margin is shown between ", content.baseline.label, " and the best candidate, ")


def _overlap(one: Difference | None, top: Difference) -> bool:
    return one is not None and one.mean + (one.half_width or 0) >= top.mean - (top.half_width or 0)


def _difference(content: Content, design: Design | None) -> Difference | None:
    return content.difference(design, MARGIN) if design else None


def _margin(content: Content, design: Design) -> Words:
    found = content.estimate(design, MARGIN)
    if found is None:
        return (NOTHING,)
    return scale_for(content.currency, [found.mean], [found.half_width]).interval_with_unit(
        found.mean, found.half_width
    )
