"""What each segment was promised, and what it got."""

from __future__ import annotations

from collections.abc import Iterator

from promiselab.report.comparing import estimate_cell
from promiselab.report.content import Content
from promiselab.report.entries import Design, Estimate, Key
from promiselab.report.formats import scale_for
from promiselab.report.measures import label
from promiselab.report.parts import Block, Cell, Chart, Paragraph, Row, Section, Table, Words
from promiselab.report.promises import BROKEN, KEPT, status_of

_NOTE = (
    "Upright bars mark the promise (fill rate, lead time) or the scenario's floor (on time); marks are what was "
    "measured, with its interval. A lead time is promised to every order, and on time is the share that got it."
)
_TONES = {KEPT: "", BROKEN: "strong"}


def build(content: Content) -> Section:
    """Return promises against service."""
    blocks: list[Block] = [
        Chart("promise_and_service", "Promised and measured, by segment", _table(content), _NOTE),
        Paragraph(
            (
                "Kept: the whole interval reaches the promise. Not kept: the whole interval falls short. Otherwise it ",
                "cannot be told from these replications. Headroom is what is left between "
                "what was promised and what was measured; below 0 it falls short.",
            ),
            "quiet",
        ),
    ]
    return Section("service", "Promise and service", tuple(blocks))


def _table(content: Content) -> Table:
    rows: list[Row] = []
    for segment in content.segments:
        rows.append(Row((segment,), tone="heading"))
        rows += _rows(content, segment)
    columns: tuple[Words, ...] = (("",), *((d.label,) for d in content.designs))
    return Table("Measured, and below it what was promised", columns, tuple(rows))


def _rows(content: Content, segment: str) -> Iterator[Row]:
    def promised(design: Design) -> float | None:
        return design.promises[segment].fill_rate if segment in design.promises else None

    def days(design: Design) -> float | None:
        return design.promises[segment].lead_time_days if segment in design.promises else None

    floors = content.floors(segment)
    yield from _row(content, "volume_fill_rate", segment, {d.name: promised(d) for d in content.designs}, "promised")
    yield from _row(
        content, "lead_time_p95", segment, {d.name: days(d) for d in content.designs}, "promised", judged=False
    )
    if "on_time" not in floors:
        yield from _row(content, "on_time", segment, {}, "")
    for measure, floor in floors.items():
        yield from _row(content, measure, segment, {d.name: floor for d in content.designs}, "floor")


def _row(
    content: Content, measure: str, segment: str, targets: dict[str, float | None], origin: str, *, judged: bool = True
) -> Iterator[Row]:
    key = Key(measure, segment)
    found = {d.name: e for d in content.designs if (e := content.estimate(d, key)) and e.mean == e.mean}
    if not found:
        return
    unit = next(iter(found.values())).unit
    scale = scale_for(
        unit, [*(e.mean for e in found.values()), *targets.values()], [e.half_width for e in found.values()]
    )
    cells = []
    for design in content.designs:
        target = targets.get(design.name)
        if design.offerings.get(segment) is None:
            cells.append(Cell(("not served",), tone="quiet"))
            continue
        estimate = found.get(design.name)
        status = status_of(estimate, target) if target is not None and judged else ""
        aim: Words = ()
        if target is not None:
            room = _headroom(key, estimate, target)
            aim = (f"{origin} ", scale.shown(target), f" · {status}" if status else "")
            aim += () if room is None else (", headroom ", scale.shown(room, sign=True))
        cell = estimate_cell(estimate, scale)
        cells.append(Cell(cell.words, (*cell.below, *aim), cell.kind, cell.tone or _tone(status, estimate)))
    yield Row((f"{label(measure)}, {scale.unit}",), tuple(cells))


def _headroom(key: Key, found: Estimate | None, target: float) -> float | None:
    """Return by how much a promise is beaten: service above it, or a lead time below it."""
    if found is None or found.mean != found.mean:
        return None
    return target - found.mean if key.measure.startswith("lead_time") else found.mean - target


def _tone(status: str, estimate: Estimate | None) -> str:
    return "quiet" if estimate is None else _TONES.get(status, "")
