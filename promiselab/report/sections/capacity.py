"""How busy people and machines are, and how long orders wait for them."""

from __future__ import annotations

from promiselab.report.comparing import measure_table
from promiselab.report.content import Content
from promiselab.report.parts import Block, Chart, Section
from promiselab.report.sections import profiles


def build(content: Content) -> Section | None:
    """Return utilisation and waits; None without resources."""
    busy = measure_table(content, "Resources", [*content.keys("utilisation"), *content.keys("queue_mean")])
    if busy is None:
        return None
    blocks: list[Block] = [Chart("utilisation", "How busy, and how many jobs wait", busy)]
    blocks += [chart for make in (profiles.week, profiles.capacity) if (chart := make(content)) is not None]
    waits = measure_table(content, "Waiting", [*content.keys("wait_mean"), *content.keys("wait_share")])
    if waits:
        blocks.append(Chart("waits", "How long an order waits, by resource and segment", waits))
    return Section("capacity", "Capacity", tuple(blocks))
