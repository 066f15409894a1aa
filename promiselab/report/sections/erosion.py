"""What erosion takes: the margin of each design with it and without it."""

from __future__ import annotations

from promiselab.report.content import Content
from promiselab.report.formats import scale_for
from promiselab.report.parts import Block, Cell, Chart, Paragraph, Row, Section, Table


def build(content: Content) -> Section | None:
    """Return what erosion is worth; None for a run that did not ask."""
    if content.erosion is None:
        return None
    rows = content.erosion["rows"]
    means = [row[name] for row in rows for name in ("margin_with", "margin_without")]
    halves = [row.get(name) for row in rows for name in ("half_width_with", "half_width_without")]
    scale = scale_for(content.currency, means, halves)
    labels = {d.name: d.label for d in content.designs}
    lines = tuple(
        Row(
            (labels.get(row["design"], row["design"]),),
            (
                Cell(scale.interval(row["margin_with"], row.get("half_width_with"))),
                Cell(scale.interval(row["margin_without"], row.get("half_width_without"))),
                Cell((scale.shown(row["margin_with"] - row["margin_without"], sign=True),), tone="strong"),
            ),
        )
        for row in rows
    )
    table = Table(f"Margin, {scale.unit}", (("",), ("With erosion",), ("Without",), ("Difference",)), lines)
    blocks: list[Block] = [Paragraph((str(content.erosion["words"]),), "lead")]
    blocks.append(Chart("erosion", "Margin with and without erosion", table))
    return Section("erosion", "What erosion is worth", tuple(blocks))
