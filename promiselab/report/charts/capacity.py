"""How busy people and machines are, and how long orders wait for them; what lies in stock."""

from __future__ import annotations

from promiselab.report.charts.dots import dots, panel
from promiselab.report.charts.figure import Figure
from promiselab.report.content import Content
from promiselab.report.entries import Key


def utilisation(content: Content) -> Figure | None:
    """Return utilisation and mean queue of every resource."""
    busy = {key.resource: key for key in content.keys("utilisation")}
    waits = {name: Key("queue_mean", resource=name) for name in busy}
    panels = [panel("Utilisation", content, busy), panel("Queue, mean", content, waits)]
    return dots(panels, tuple(busy), content.designs)


def waits(content: Content) -> Figure | None:
    """Return the mean wait of every segment at every resource."""
    keys = {" · ".join(p for p in (k.resource, k.segment) if p): k for k in content.keys("wait_mean")}
    return dots([panel("Mean wait", content, keys)], tuple(keys), content.designs)


def stock(content: Content) -> Figure | None:
    """Return stock on hand and backorders of every product."""
    keys = {key.product: key for key in content.keys("on_hand_mean") if key.product}
    short = {name: Key("backorders_mean", product=name) for name in keys}
    ready = {name: Key("ready_rate", product=name) for name in keys}
    panels = [
        panel("On hand", content, keys),
        panel("Backorders", content, short),
        panel("Ready rate", content, ready),
    ]
    return dots(panels, tuple(keys), content.designs)
