"""Designs side by side: estimates with their intervals, and differences to the baseline with their verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from promiselab.report.content import Content
from promiselab.report.entries import Design, Difference, Estimate, Key
from promiselab.report.formats import MISSING, NOTHING, Scale, scale_for
from promiselab.report.measures import row_head
from promiselab.report.parts import Cell, Part, Row, Shown, Table, Words

EXPLANATION = (
    "Value ± half-width of its interval; below it, the difference to the baseline, paired by replication. "
    "“No difference shown” means that the interval covers 0. "
    "Differences of shares are in percentage points."
)


def estimate_cell(estimate: Estimate | None, scale: Scale) -> Cell:
    """Return an estimate; where nothing was missed, the note says what that is evidence of, not ``100 % ± 0``."""
    if estimate is None:
        return Cell((MISSING,), tone="quiet")
    if estimate.note:
        return Cell((estimate.note,), kind="number", tone="note")
    certain = estimate.unit == "share" and estimate.half_width == 0 and estimate.mean == 1
    words = scale.interval(estimate.mean, estimate.half_width)
    return Cell(words, ("in every replication",) if certain else (), tone="" if words[0] != NOTHING else "quiet")


def difference_words(difference: Difference | None, scale: Scale) -> Words:
    """Return a difference and what it shows."""
    if difference is None or difference.mean != difference.mean:
        return ()
    if difference.verdict == "identical":
        return scale.shown(0.0), ", identical"
    words = scale.interval(difference.mean, difference.half_width, sign=True)
    if difference.verdict == "not enough replications":
        return (*words, " (one replication)")
    return (*words, ", ", difference.verdict, *needed(difference))


def needed(difference: Difference) -> Words:
    """Return how many replications would show the difference, if that is known."""
    if difference.verdict != "no difference shown" or not difference.needed:
        return ()
    return "; it would take about ", Shown(difference.needed, f"{difference.needed:,}"), " replications"


def is_shown(difference: Difference | None) -> bool:
    """Return whether a difference is more than chance."""
    return difference is not None and difference.verdict in {"higher", "lower"}


def row_scales(content: Content, key: Key, designs: Sequence[Design]) -> tuple[Scale, Scale]:
    """Return the scale of the values of a row, and that of its differences, which never has another unit."""
    values = [e for d in designs if (e := content.estimate(d, key))]
    changes = [c for d in designs if (c := content.difference(d, key))]
    unit = values[0].unit if values else ""
    scale = scale_for(unit, [v.mean for v in values], [v.half_width for v in values])
    change = scale_for(unit, [c.mean for c in changes], [c.half_width for c in changes], difference=True)
    return scale, Scale(scale.factor, change.unit, max(scale.decimals, min(change.decimals, scale.decimals + 1)))


def measure_row(content: Content, key: Key, within: str = "") -> Row | None:
    """Return a measure across the designs; None if no design has it, or it is nowhere a number."""
    values = [e for d in content.designs if (e := content.estimate(d, key))]
    if not any(e.mean == e.mean for e in values):
        return None
    scale, change = row_scales(content, key, content.designs)
    cells = []
    for design in content.designs:
        cell = estimate_cell(content.estimate(design, key), scale)
        difference = content.difference(design, key)
        below: tuple[Part, ...] = (*cell.below, *difference_words(difference, change))
        cells.append(Cell(cell.words, below, cell.kind, cell.tone or ("strong" if is_shown(difference) else "")))
    return Row(row_head(key, scale.unit, within), tuple(cells), "" if _differs(content, key) else "same")


def _differs(content: Content, key: Key) -> bool:
    """Return whether a candidate is shown to differ; where nothing was compared, whether anything is unequal."""
    found = [content.difference(design, key) for design in content.designs if design.index]
    if any(found):
        return any(map(is_shown, found))
    return len({(e.mean, e.note) if e else None for e in (content.estimate(d, key) for d in content.designs)}) > 1


def measure_table(content: Content, caption: str, keys: Iterable[Key], within: str = "") -> Table | None:
    """Return measures across the designs as a table; None if there is nothing to show."""
    rows = tuple(row for key in keys if (row := measure_row(content, key, within)))
    if not rows:
        return None
    columns: tuple[Words, ...] = (("",), *((design.label,) for design in content.designs))
    return Table(caption, columns, rows)
