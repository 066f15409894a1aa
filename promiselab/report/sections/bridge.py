"""The margin bridge: which drivers make the difference, adding up exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promiselab.kept_reasons import bars
from promiselab.report.content import Content
from promiselab.report.entries import Design, Difference, Key, width
from promiselab.report.formats import Scale, scale_for
from promiselab.report.money import Step, bridge, reconciles, total
from promiselab.report.parts import Block, Cell, Chart, Fold, Paragraph, Row, Section, Table, Words
from promiselab.report.sections.plan_reasons import crossings


def build(content: Content) -> Section:
    """Return the bridge from the baseline to the best candidate, or how the margin of the only design is made up."""
    end = content.challenger if content.are_compared and content.challenger else content.best
    start = content.baseline if content.are_compared else None
    table = _table(content, start, end)
    title = (
        f"From {start.name} to {end.name}, driver by driver" if start else f"How the margin of {end.name} is made up"
    )
    note = "More income or less cost to the right, the opposite (hatched) to the left; the drivers add up exactly."
    blocks: list[Block] = [Chart("margin_bridge", title, table, note)]
    blocks += [_warning(d) for d in content.designs if not reconciles(content, d)]
    if start:
        blocks.append(Fold(("The same by segment",), (_by_segment(content, start, end),)))
    blocks += _levers(content)
    return Section("bridge", "Where the margin comes from", tuple(blocks))


def _levers(content: Content) -> list[Block]:
    """Return the bridge by lever, or why there is none; nothing where nobody asked."""
    found = content.bridge
    if found is None:
        return []
    ends = [content.design(found[name]) for name in ("start_design", "end_design")]
    if "cells" not in found:
        why = (" by lever: not broken down, because ", str(found["why_not"]), ".")
        return [Paragraph(("From ", ends[0].label, " to ", ends[1].label, *why), "quiet")]
    title = f"From {ends[0].name} to {ends[1].name}, lever by lever"
    less = f"{ends[1].name} less {ends[0].name}"
    return [
        Chart("lever_bridge", title, _lever_table(content, found, ends), _how(found)),
        *crossings(found, content.currency, less),
    ]


def _how(found: Mapping[str, Any]) -> str:
    words = (
        "Every mixture of the two designs was simulated on the same seeds. Each bar is what its lever adds on average "
        "over every order of changing them, so no order is preferred, and the bars add up to the cent."
    )
    if found["together"]:
        words += " Levers with one bar cannot be told apart sensibly, or change least."
    return f"{words} The axis does not begin at 0."


def _lever_table(content: Content, found: Mapping[str, Any], ends: Sequence[Design]) -> Table:
    exact = Scale(1.0, content.currency, 2)
    widths = {bar["bar"]: width(bar["half_width"]) for bar in found["bars"]}
    rows = [Row((ends[0].label,), (Cell((exact.shown(found["start"]),)),))]
    for bar, amount in bars(found, "bar"):
        rows.append(Row((bar,), (Cell(exact.interval(amount, widths.get(bar), sign=True)),)))
    rows.append(Row((ends[1].label,), (Cell((exact.shown(found["end"]),)),), "total"))
    note = "Whole cents, which add up exactly. Intervals are over the replications."
    return Table(f"Margin of the measured window, {content.currency}", (("",), (content.currency,)), tuple(rows), note)


def _warning(design: Design) -> Paragraph:
    return Paragraph(
        ("The ledger of ", design.label, " does not add up to its margin. Please report this as a bug."), "warning"
    )


def _table(content: Content, start: Design | None, end: Design) -> Table:
    steps = bridge(content, start, end)
    exact = Scale(1.0, content.currency, 0)
    names: list[Words] = [("",), *([(start.label,)] if start else []), (end.label,)]
    if start:
        names.append(("Difference",))

    def row(head: str, before: float, after: float, known: Difference | None, tone: str = "") -> Row:
        cells = [exact.shown(before), exact.shown(after)]
        if not start:
            return Row((head,), (Cell((cells[1],)),), tone)
        half_width = known.half_width if known else None
        change = Cell(exact.interval(after - before, half_width, sign=True))
        return Row((head,), (*(Cell((c,)) for c in cells), change), tone)

    rows = [
        row(s.driver.replace("_", " "), s.before, s.after, content.driver_difference(end, s.driver))
        for s in steps
        if s.before or s.after
    ]
    margin = content.difference(end, Key("margin"))
    rows.append(row("Margin", total(content, start) if start else 0.0, total(content, end), margin, "total"))
    note = "Printed to whole units; the exact amounts add up to the cent. Intervals are paired by replication."
    return Table(f"Ledger of the measured window, {content.currency}", tuple(names), tuple(rows), note)


def _by_segment(content: Content, start: Design, end: Design) -> Table:
    owners = [*content.segments]
    if any(p.segment == "" for d in (start, end) for p in content.postings[d.name]):
        owners.append("")
    columns: dict[str, Sequence[Step]] = {owner: bridge(content, start, end, owner) for owner in owners}
    exact = scale_for(content.currency, [0.0])
    whole = Scale(1.0, exact.unit, 0)
    rows = []
    for at, step in enumerate(bridge(content, start, end)):
        changes = [columns[owner][at].change for owner in owners]
        if any(changes):
            cells = tuple(
                Cell((whole.shown(c, sign=True),), tone="" if c else "quiet") for c in (*changes, step.change)
            )
            rows.append(Row((step.driver.replace("_", " "),), cells))
    sums = [total(content, end, o) - total(content, start, o) for o in (*owners, None)]
    rows.append(Row(("Margin",), tuple(Cell((whole.shown(s, sign=True),)) for s in sums), "total"))
    heads: tuple[Words, ...] = (("",), *((owner or "company",) for owner in owners), ("all",))
    return Table(f"{end.name} less {start.name}, {content.currency}", heads, tuple(rows))
