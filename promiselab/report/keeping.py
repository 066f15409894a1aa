"""The sentence that says whether a design keeps its promises."""

from __future__ import annotations

from collections.abc import Sequence

from promiselab.report.content import Content
from promiselab.report.entries import Design, Key
from promiselab.report.formats import scale_for
from promiselab.report.measures import label
from promiselab.report.parts import Part, Words, joined
from promiselab.report.promises import BROKEN, KEPT, OPEN, Check, checks

_MOST_NAMED = 4


def kept(content: Content, design: Design) -> Words:
    """Return how many promises and floors a design keeps, which it does not, and how often orders are on time."""
    found = list(checks(content, design))
    on_time = _on_time(content, design)
    if not found:
        nothing = "No fill rate is promised and no floor is set, so there is no number to hold "
        return (nothing, design.label, " to.", *on_time)
    good = [check for check in found if check.status == KEPT]
    if len(good) == len(found):
        return (design.label, " keeps ", _all(len(found)), " (fill rates and floors).", *on_time)
    if all(check.status == OPEN for check in found):
        unsure = ("Whether ", design.label, " keeps its promises (fill rates and floors) cannot be told: ")
        return (*unsure, *_named(found), ".", *on_time)
    said: list[Part] = [design.label, f" keeps {len(good)} of {len(found)} promises (fill rates and floors)"]
    for status in (BROKEN, OPEN):
        several = [check for check in found if check.status == status]
        said += [f"; {status}: ", *_named(several)] if several else []
    return (*said, ".", *on_time)


def _all(count: int) -> str:
    return {1: "its one promise", 2: "both of its promises"}.get(count, f"all {count} of its promises")


def _named(several: Sequence[Check]) -> Words:
    more = f" and {len(several) - _MOST_NAMED} more" if len(several) > _MOST_NAMED else ""
    return (*joined(map(_missed, several[:_MOST_NAMED]), ", "), more)


def _missed(check: Check) -> Words:
    measured = check.measured
    scale = scale_for("share", [check.target], [measured.half_width] if measured else [])
    got: Words = ("not measured",)
    if measured:
        got = (measured.note,) if measured.note else scale.interval_with_unit(measured.mean, measured.half_width)
    aim = (" against ", scale.with_unit(check.target), " promised" if check.origin == "promised" else " at least")
    return (f"{label(check.measure).lower()} of {check.segment} (", *got, *aim, ")")


def _on_time(content: Content, design: Design) -> Words:
    keys = [Key("on_time", s) for s, offering in design.offerings.items() if offering is not None]
    shares = [e.mean for key in keys if (e := content.estimate(design, key)) and e.mean == e.mean]
    if not shares:
        return ()
    scale = scale_for("share", shares)
    low, high = min(shares), max(shares)
    if scale.digits(low) == scale.digits(high):
        return (" On time are ", scale.with_unit(low), " of the orders.")
    return (" On time are ", scale.shown(low), " to ", scale.with_unit(high), " of the orders of a segment.")
