"""How sure the figures are: chance alone, and with the uncertainty of the fit to the order history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promiselab.report.content import Content
from promiselab.report.formats import scale_for
from promiselab.report.measures import label
from promiselab.report.parts import Block, Cell, Paragraph, Row, Section, Table


def build(content: Content) -> Section | None:
    """Return both intervals of the main figures; None for a run that did not ask."""
    told = content.input_uncertainty
    if told is None:
        return None
    lead = (
        f"The history that the scenario was fitted to is one of many that could have happened. {told['refits']} refits "
        "to samples of it were simulated on the same random numbers; the wider interval counts what they differ in."
    )
    note = (
        "Half-width of both: the root of chance squared plus (t times the standard deviation over the refits) squared. "
        "Whether the assumptions are right is in neither."
    )
    table = Table(
        "Chance, and the uncertainty of the fit",
        (("",), ("by chance",), ("with the uncertainty of the fit",), ("times as wide",)),
        tuple(_row(row) for row in told["rows"]),
        note,
    )
    blocks: list[Block] = [Paragraph((lead,)), table]
    return Section("input_uncertainty", "How sure the fit is", tuple(blocks))


def _row(row: Mapping[str, Any]) -> Row:
    mean, chance, both = row["mean"], row["simulation"], row["both"]
    scale = scale_for(str(row["unit"]), [mean], [chance, both])
    times = f"{both / chance:.1f}" if chance > 0 else "-"
    head = f"{label(row['measure'])}{', ' + row['segment'] if row['segment'] else ''}"
    return Row(
        (head,),
        (Cell(scale.interval_with_unit(mean, chance)), Cell(scale.interval_with_unit(mean, both)), Cell((times,))),
    )
