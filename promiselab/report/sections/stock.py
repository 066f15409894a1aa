"""What lies in stock, and how often it is there."""

from __future__ import annotations

from promiselab.report.comparing import measure_table
from promiselab.report.content import Content
from promiselab.report.entries import Key
from promiselab.report.parts import Block, Chart, Section
from promiselab.report.sections import profiles

_MEASURES = ("on_hand_mean", "backorders_mean", "on_order_mean", "ready_rate", "cycle_service_level")


def build(content: Content) -> Section | None:
    """Return stock by product; None if nothing is kept in stock."""
    products = [key.product for key in content.keys("on_hand_mean") if key.product]
    keys = [Key(measure, product=product) for measure in _MEASURES for product in products]
    table = measure_table(content, "Stock by product", [Key("stock_investment"), *keys])
    if not products or table is None:
        return None
    blocks: list[Block] = [Chart("stock", "Units on hand, units owed, and how often there is stock", table)]
    if (chart := profiles.stock(content)) is not None:
        blocks.append(chart)
    return Section("stock", "Stock and backlog", tuple(blocks))
