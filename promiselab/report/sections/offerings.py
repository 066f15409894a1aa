"""Who gets which offering: levers in rows, segments in columns, one table per design, changes marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from promiselab.report.content import Content
from promiselab.report.entries import Design, Promise
from promiselab.report.formats import MISSING, Scale, scale_for
from promiselab.report.parts import Block, Cell, Fold, Paragraph, Row, Section, Shown, Table, Words, joined, text

_NOTHING = text(MISSING, tone="quiet")
_SIGNED, _DEGREE = Scale(1.0, "", 0), Scale(1.0, "", 2)


def build(content: Content) -> Section:
    """Return one table per design; the baseline and the best candidate are open."""
    opened = {content.baseline.name, (content.challenger or content.baseline).name}
    ordered = sorted(content.designs, key=lambda d: d.index)
    blocks: list[Block] = [Fold((d.label,), _design(content, d), d.name in opened) for d in ordered]
    if len(blocks) > 1:
        marked = ("What differs from ", content.baseline.label, " is marked, with what it was.")
        blocks.insert(0, Paragraph(marked, "quiet"))
    return Section("offerings", "Who gets which offering", tuple(blocks), can_differ=len(content.designs) > 1)


def _design(content: Content, design: Design) -> tuple[Block, ...]:
    changed = [(f"{name} ", _SIGNED.shown(n, sign=True)) for name, n in design.extra_servers.items() if n]
    added: Words = ("Added to each shift or taken from it: ", *(joined(changed, ", ") or ("nobody",)), ".")
    return _table(content, design), Paragraph(added, "quiet")


def _table(content: Content, design: Design) -> Table:
    offered = [o for d in content.designs for o in d.offerings.values() if o]
    levers = dict.fromkeys(lever for offering in offered for lever in offering)
    rows = [_lever(content, design, lever) for lever in levers]
    rows += [row for row in _numbers(content, design) if any(cell != _NOTHING for cell in row.cells)]
    return Table(f"Offerings of {design.name}", (("",), *((s,) for s in content.segments)), tuple(rows))


def _lever(content: Content, design: Design, lever: str) -> Row:
    cells = tuple(_option(content, design, segment, lever) for segment in content.segments)
    ever = {tuple(_name(d, segment, lever) for segment in content.segments) for d in content.designs}
    differs = any(cell.tone == "changed" for cell in cells) if design.index else len(ever) > 1
    return Row((lever,), cells, "" if differs else "same")


def _option(content: Content, design: Design, segment: str, lever: str) -> Cell:
    now, before = _name(design, segment, lever), _name(content.baseline, segment, lever)
    if now == before:
        return text(now, tone="quiet" if design.index else "")
    return text(now, below=("was ", before), tone="changed")


def _name(design: Design, segment: str, lever: str) -> str:
    offering = design.offerings.get(segment)
    return "not served" if offering is None else offering.get(lever, MISSING)


def _numbers(content: Content, design: Design) -> Iterable[Row]:
    segments = content.segments
    promises = [design.promises.get(s, Promise()) for s in segments]
    times, fills = [p.lead_time_days for p in promises], [p.fill_rate for p in promises]
    chances = [design.acceptance.get(s) for s in segments]
    days, share = scale_for("days", times), scale_for("share", [*fills, *chances])
    yield _row(f"Promised lead time, {days.unit}", times, days.shown)
    yield _row("Promised fill rate, %", fills, share.shown)
    yield _row("Expected acceptance, %", chances, share.shown)
    yield _row("Over-serving, degree", [design.over_serving.get(s) for s in segments], _DEGREE.shown)


def _row(head: str, values: Iterable[float | None], show: Callable[[float], Shown]) -> Row:
    return Row((head,), tuple(_NOTHING if v is None else text(show(v)) for v in values), "number")
