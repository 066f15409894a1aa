"""The inputs that differ between what is compared, and from the shipped scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promiselab.report.content import Content
from promiselab.report.formats import MISSING, number
from promiselab.report.parts import Block, Cell, Paragraph, Row, Section, Table, Words, text

Json = Mapping[str, Any]
_MOST = 60
_EMPTY = Cell((MISSING,), kind="text", tone="quiet")


def build(content: Content) -> Section | None:
    """Return the inputs that differ; None for a run that does not tell."""
    found = content.inputs
    if found is None:
        return None
    blocks: list[Block] = []
    if found["between"]:
        labels = {design.name: design.label for design in content.designs}
        names = list(found["between"][0]["values"])
        heads: tuple[Words, ...] = tuple((labels.get(name, name),) for name in names)
        blocks += _differing("What is compared differs in", found["between"], names, heads)
    elif len(content.designs) > 1:
        blocks.append(
            Paragraph(
                ("All designs are judged under the same inputs: they differ in their offerings and people only.",)
            )
        )
    shipped = found["shipped"]
    if shipped:
        heads = (("shipped",), ("here",))
        blocks += _differing("Against the shipped scenario of that name", shipped, ["shipped", "here"], heads)
    elif shipped is not None:
        blocks.append(Paragraph(("All inputs are those of the shipped scenario of that name.",)))
    return Section("inputs", "Inputs that differ", tuple(blocks)) if blocks else None


def _differing(caption: str, rows: Sequence[Json], names: Sequence[str], heads: tuple[Words, ...]) -> list[Block]:
    lines = tuple(
        Row((str(row["path"]),), tuple(_value(row["values"][name]) for name in names)) for row in rows[:_MOST]
    )
    table = Table(caption, (("Input",), *heads), lines)
    left = len(rows) - _MOST
    more: Words = (f"{left} more are in inputs.json of the run folder.",)
    return [table, *([Paragraph(more, "quiet")] if left > 0 else [])]


def _value(value: Any) -> Cell:
    if value is None:
        return _EMPTY
    if isinstance(value, (bool, str)):
        return text(str(value).lower() if isinstance(value, bool) else value)
    return text(number(float(value)))
