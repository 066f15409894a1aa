"""Who comes first and what is kept for them: each decision with its alternatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promiselab.rationing_words import fate, grounds
from promiselab.report.content import Content
from promiselab.report.formats import MISSING, Scale, number, scale_for
from promiselab.report.parts import Block, Cell, Paragraph, Row, Section, Table, Words, text

Json = Mapping[str, Any]
SHARES = Scale(100.0, "%", 2)


def build(content: Content) -> Section | None:
    """Return the decisions; None for a run that did not ask."""
    found = content.rationing
    if found is None:
        return None
    least = scale_for(content.currency, [found["smallest_difference"]]).with_unit(found["smallest_difference"])
    sure = Scale(100.0, "%", 0).with_unit(found["confidence"])
    lead: Words = (
        "Decided one after the other by simulated margin. With a probability of at least ", sure, " for all of them "
        "together, no alternative of a proven decision earns more by ", least, ".",
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(lead, "lead")]
    blocks += [_exact(content, one) if one["exact"] else _simulated(content, one) for one in found["decisions"]]
    return Section("rationing", "Who comes first, and what is kept for them", tuple(blocks))


def _simulated(content: Content, one: Json) -> Table:
    considered = one["considered"]
    scale = scale_for(content.currency, [c["margin"] for c in considered], [c["half_width"] for c in considered])
    rows = tuple(
        Row(
            (c["name"],),
            (
                Cell(scale.interval(c["margin"], c["half_width"], sign=True)),
                Cell((number(c["replications"]),)),
                text(fate(c)),
            ),
        )
        for c in considered
    )
    columns: tuple[Words, ...] = (("",), (f"Margin, {scale.unit}",), ("Histories",), ("",))
    note = "Margin: difference to what was in force, paired."
    return Table(f"{one['about']}: {one['chosen']} ({grounds(one)})", columns, rows, note)


def _exact(content: Content, one: Json) -> Table:
    exact = one["exact"]
    scale = scale_for(content.currency, [level["cost_per_day"] for level in exact["levels"]])
    rows = tuple(
        Row(
            (number(level["level"]),),
            (
                *(Cell((SHARES.with_unit(fill),)) for fill in level["fill_rates"]),
                Cell((scale.shown(level["cost_per_day"]),)),
                text("chosen" if level["level"] == exact["best"] else MISSING),
            ),
        )
        for level in exact["levels"]
    )
    columns: tuple[Words, ...] = (
        ("Units kept from the worse rank",), ("Fill rate, better rank",), ("Fill rate, worse rank",),
        (f"Cost a day, {scale.unit}",), ("",),
    )  # fmt: skip
    note = f"Long-run figures, exact by {exact['formula']}."
    return Table(f"{one['about']}: {one['chosen']} (exact)", columns, rows, note)
