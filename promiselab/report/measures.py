"""What every measure is called in the report, and what it means in plain words."""

from __future__ import annotations

from promiselab.report.entries import Key
from promiselab.report.parts import Words

DEFINITIONS: dict[str, tuple[str, str]] = {
    "margin": ("margin", "Contribution margin: revenue less every cost in the ledger, in the measured window."),
    "revenue": ("revenue", "What customers are charged, after discounts and erosion."),
    "cost_to_serve": (
        "cost to serve",
        "Order capture, approval, fulfilment, delivery, touchpoints, holding, ordering, financing, penalties, rebates "
        "and refusals; no goods, no fixed cost, no idle capacity.",
    ),
    "potential_orders": ("potential orders", "Orders that customers think of placing, whatever they are offered."),
    "acceptance": ("acceptance", "Accepted orders as a share of potential orders."),
    "accepted_orders": ("accepted orders", "Orders whose customer took the offer."),
    "delivered_orders": ("delivered orders", "Accepted orders that reached the customer."),
    "declined_orders": ("declined orders", "The customer did not take the offer."),
    "refused_orders": ("refused orders", "The company's approval said no."),
    "lost_orders": ("lost orders", "Short of stock, and the offering does not let the customer wait."),
    "cancelled_orders": ("cancelled orders", "The customer's patience ran out."),
    "on_time": ("on time", "Delivered by the promised time, as a share of the accepted orders that were due."),
    "otif": (
        "on time in full",
        "Delivered whole, first time, by the promised time, as a share of the accepted orders that were due; cancelled "
        "and lost orders count as failed.",
    ),
    "volume_fill_rate": ("fill rate", "Units served from stock at once, as a share of the units demanded."),
    "line_fill_rate": ("line fill rate", "Order lines served whole from stock at once, as a share of all lines."),
    "order_fill_rate": ("order fill rate", "Orders served whole from stock at once, as a share of all orders."),
    "lead_time_mean": ("lead time, mean", "From placing an order to its delivery; delivered orders."),
    "lead_time_p50": ("lead time, half within", "Half of the delivered orders took no longer."),
    "lead_time_p95": ("lead time, 95 % within", "95 of 100 delivered orders took no longer."),
    "lost_sales": ("lost sales", "Units that were asked for, were short, and did not wait."),
    "backorders_mean": ("backorders", "Units waiting for stock, average over time."),
    "stock_investment": ("stock investment", "Stock on hand at its unit cost, average over time."),
    "utilisation": ("utilisation", "Busy time of people or machines, as a share of the time they are present."),
    "wait_mean": ("mean wait", "Time in the queue before work on an order starts."),
    "wait_share": ("share that waits", "Share of orders that do not start at once."),
    "queue_mean": ("queue", "Jobs waiting, average over time."),
    "on_hand_mean": ("on hand", "Units in stock, average over time."),
    "on_order_mean": ("on order", "Units ordered and not yet received, average over time."),
    "ready_rate": ("ready rate", "Share of time with stock on hand."),
    "cycle_service_level": ("cycles without stockout", "Share of replenishment cycles without a stockout."),
}


def label(measure: str) -> str:
    """Return what a measure is called.

    >>> label("otif"), label("some_new_measure")
    ('On time in full', 'Some new measure')
    """
    words = DEFINITIONS[measure][0] if measure in DEFINITIONS else measure.replace("_", " ")
    return words[:1].upper() + words[1:]


def row_head(key: Key, unit: str, within: str = "") -> Words:
    """Return a measure, what it is of, and its unit; the segment that the whole table is about is not repeated."""
    of = " · ".join(part for part in (key.resource, key.segment, key.product) if part and part != within)
    name = label(key.measure) + (f", {of}" if of else "")
    return (f"{name}, {unit}",) if unit else (name,)
