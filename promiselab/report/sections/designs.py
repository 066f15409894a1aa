"""The designs side by side: measures in rows, designs in columns, segment by segment below."""

from __future__ import annotations

from promiselab.report.comparing import EXPLANATION, measure_table
from promiselab.report.content import Content
from promiselab.report.entries import Key
from promiselab.report.parts import Block, Fold, Items, Paragraph, Section

COMPANY = (
    "margin",
    "revenue",
    "cost_to_serve",
    "acceptance",
    "on_time",
    "otif",
    "volume_fill_rate",
    "lead_time_p50",
    "lead_time_p95",
    "lost_sales",
    "stock_investment",
)
SEGMENT = (
    "margin",
    "revenue",
    "cost_to_serve",
    "potential_orders",
    "acceptance",
    "accepted_orders",
    "delivered_orders",
    "lost_orders",
    "cancelled_orders",
    "refused_orders",
    "on_time",
    "otif",
    "volume_fill_rate",
    "order_fill_rate",
    "lead_time_mean",
    "lead_time_p95",
)


def build(content: Content) -> Section:
    """Return the comparison."""
    several = len(content.designs) > 1
    keys = [*map(Key, COMPANY), *content.keys("utilisation")]
    table = measure_table(content, "All segments together", keys)
    blocks: list[Block] = [table] if table else []
    explained = EXPLANATION if content.are_compared else "Value ± half-width of its interval."
    blocks.append(Paragraph((explained if content.replications > 1 else "One replication: no intervals.",), "quiet"))
    described = tuple(((d.label,), (d.description,)) for d in content.designs if d.description)
    if described:
        blocks.insert(0, Items(described))
    for segment in content.segments:
        keys = [Key(measure, segment) for measure in SEGMENT]
        own = measure_table(content, f"Segment {segment}", keys, segment)
        if own:
            blocks.append(Fold((f"Segment {segment}",), (own,)))
    title = "Designs side by side" if several else "The design in figures"
    return Section("designs", title, tuple(blocks), can_differ=content.are_compared)
