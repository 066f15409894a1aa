"""Promises against service, by segment."""

from __future__ import annotations

from promiselab.report.charts.dots import dots, panel
from promiselab.report.charts.figure import Figure
from promiselab.report.content import Content
from promiselab.report.entries import Key


def promises(content: Content) -> Figure | None:
    """Return fill rate, lead time and on-time share of every segment, with what was promised."""
    promised = [(d.name, s, p) for d in content.designs for s, p in d.promises.items() if d.offerings.get(s)]
    fills = {(d, s): p.fill_rate for d, s, p in promised if p.fill_rate is not None}
    times = {(d, s): p.lead_time_days for d, s, p in promised if p.lead_time_days is not None}
    floors = {
        (d.name, s): floor
        for d in content.designs
        for s, offering in d.offerings.items()
        if offering is not None and (floor := content.floors(s).get("on_time")) is not None
    }
    segments = content.segments
    panels = [
        panel("Fill rate", content, {s: Key("volume_fill_rate", s) for s in segments}, fills),
        panel("Lead time, 95 % within", content, {s: Key("lead_time_p95", s) for s in segments}, times),
        panel("On time", content, {s: Key("on_time", s) for s in segments}, floors),
    ]
    return dots(panels, segments, content.designs)
