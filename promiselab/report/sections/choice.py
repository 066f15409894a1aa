"""The answer to a question about a decision: its words, its tables, and the charts that show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promiselab.report.content import Content
from promiselab.report.formats import MISSING, Scale, scale_for
from promiselab.report.parts import Block, Cell, Chart, Paragraph, Row, Section, Table, text


def build(content: Content) -> Section | None:
    """Return the answer; None for a run that asked nothing of the kind."""
    return None if content.choice is None else answer(content.choice)


def answer(choice: Mapping[str, Any]) -> Section:
    """Return the answer that a run folder holds."""
    first, *others = choice["words"] or ["There is no answer."]
    blocks: list[Block] = [Paragraph((str(first),), "lead")]
    blocks += [Paragraph((str(words),)) for words in others]
    for exhibit in choice["exhibits"]:
        table = _table(exhibit)
        drawn = exhibit.get("chart") is not None
        blocks.append(Chart(chart_name(exhibit), str(exhibit["title"]), table) if drawn else table)
    return Section("answer", "The answer", tuple(blocks))


def chart_name(exhibit: Mapping[str, Any]) -> str:
    """Return the name under which the chart of an exhibit is drawn."""
    return f"choice_{exhibit['name']}"


def _table(exhibit: Mapping[str, Any]) -> Table:
    heads, rows = exhibit["columns"], exhibit["rows"]
    scales = [_scale(str(head["unit"]), [row[place] for row in rows]) for place, head in enumerate(heads)]
    lines = tuple(
        Row(
            _words(row[0], scales[0]),
            tuple(
                text(*_words(value, scale)) if isinstance(value, str) else Cell(_words(value, scale))
                for value, scale in zip(row[1:], scales[1:], strict=True)
            ),
        )
        for row in rows
    )
    names = tuple((_head(head, scale),) for head, scale in zip(heads, scales, strict=True))
    return Table(str(exhibit["title"]), names, lines, str(exhibit.get("note") or ""))


def _head(head: Mapping[str, Any], scale: Scale) -> str:
    return f"{head['name']}, {scale.unit}" if scale.unit else str(head["name"])


def _scale(unit: str, values: Sequence[Any]) -> Scale:
    numbers = [value for value in values if isinstance(value, (int, float))]
    whole = all(float(value).is_integer() for value in numbers)
    return Scale(1.0, "", 0 if whole else 3) if not unit else scale_for(unit, numbers)


def _words(value: Any, scale: Scale) -> tuple[Any, ...]:
    if value is None:
        return (MISSING,)
    return (value,) if isinstance(value, str) else (scale.shown(float(value)),)
