"""Which promises are kept: promised fill rates and the scenario's floors against what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from promiselab.report.content import Content
from promiselab.report.entries import Design, Estimate, Key

KEPT = "kept"
BROKEN = "not kept"
OPEN = "cannot be told"


@dataclass(frozen=True)
class Check:
    """One number that a segment was promised, or must get, against what it got."""

    segment: str
    measure: str
    target: float
    origin: str
    """``promised`` to the customer, or the ``floor`` of the scenario."""
    measured: Estimate | None
    status: str


def status_of(measured: Estimate | None, target: float) -> str:
    """Return whether the interval lies above a target, below it, or on both sides.

    >>> status_of(Estimate(0.95, 0.02, "share"), 0.94), status_of(Estimate(0.95, 0.02, "share"), 0.98)
    ('cannot be told', 'not kept')
    """
    if measured is None or measured.mean != measured.mean or measured.half_width is None:
        return OPEN
    if measured.mean - measured.half_width >= target:
        return KEPT
    return BROKEN if measured.mean + measured.half_width < target else OPEN


def checks(content: Content, design: Design) -> Iterator[Check]:
    """Return every check of a design; segments that it does not serve, and fill rates of services, have none."""
    for segment, offering in design.offerings.items():
        if offering is None:
            continue
        promise = design.promises.get(segment)
        filled = content.estimate(design, Key("volume_fill_rate", segment))
        if promise and promise.fill_rate is not None and filled is not None:
            yield _check(content, design, segment, "volume_fill_rate", promise.fill_rate, "promised")
        for measure, floor in content.floors(segment).items():
            yield _check(content, design, segment, measure, floor, "floor")


def _check(content: Content, design: Design, segment: str, measure: str, target: float, origin: str) -> Check:
    measured = content.estimate(design, Key(measure, segment))
    return Check(segment, measure, target, origin, measured, status_of(measured, target))
