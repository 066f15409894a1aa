"""What every measure and every driver of the ledger means: the one place that documents, reports and the command read.

A measure is a ratio of sums over a replication (:mod:`simcore.measures`); a driver is what the ledger posts to
(:mod:`simcore.ledger`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

COMPANY, SEGMENT, RESOURCE, POOL = ("company",), ("segment",), ("resource",), ("pool",)
ORDERS = ("company", "segment")
WAITS = ("resource", "resource by segment")


@dataclass(frozen=True)
class Definition:
    """What a measure means.

    Attributes
    ----------
    measure : str
        Its name in tables; ``<h>`` and ``<offer>`` stand for a number of hours and the name of an offer.
    unit : str
        ``money`` is the currency of the scenario.
    of : tuple of str
        Of whom it is measured: company, segment, resource, resource by segment, pool.
    equation : str
        How it is computed, in one line.
    label : str
        What planners call it; empty: its name with spaces.
    words : str
        What it means in plain words; empty: the equation says it.
    """

    measure: str
    unit: str
    of: tuple[str, ...]
    equation: str
    label: str = ""
    words: str = ""

    def is_of(self, measure: str) -> bool:
        """Return whether a measure of a replication is this one.

        >>> [d.measure for d in DEFINITIONS if d.is_of("wait_above_0.5_hours")]
        ['wait_above_<h>_hours']
        """
        if measure == self.measure:
            return True
        pattern = re.sub(r"<[a-z]+>", ".+", re.escape(self.measure).replace(r"\<", "<").replace(r"\>", ">"))
        return re.fullmatch(pattern, measure) is not None


@dataclass(frozen=True)
class Driver:
    """What the ledger posts to a driver: by the orders placed in the measured window, or by the window itself."""

    name: str
    posted: str
    basis: str


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "potential_orders",
        "orders",
        ORDERS,
        "orders that customers think of placing",
        "potential orders",
        "Orders that customers think of placing, whatever they are offered.",
    ),
    Definition(
        "accepted_orders",
        "orders",
        ORDERS,
        "orders that take the offer",
        "accepted orders",
        "Orders whose customer took the offer.",
    ),
    Definition(
        "acceptance",
        "share",
        ORDERS,
        "accepted orders / potential orders",
        "acceptance",
        "Accepted orders as a share of potential orders.",
    ),
    Definition("open_orders", "orders", ORDERS, "accepted and unfinished at the end of the drain"),
    Definition(
        "delivered_orders",
        "orders",
        ORDERS,
        "delivered, if only in part",
        "delivered orders",
        "Accepted orders that reached the customer.",
    ),
    Definition(
        "declined_orders",
        "orders",
        ORDERS,
        "do not take the offer, or whose customer has left",
        "declined orders",
        "The customer did not take the offer.",
    ),
    Definition(
        "refused_orders", "orders", ORDERS, "an approval said no", "refused orders", "The company's approval said no."
    ),
    Definition(
        "lost_orders",
        "orders",
        ORDERS,
        "short of stock and do not wait: nothing was left to deliver",
        "lost orders",
        "Short of stock, and the offering does not let the customer wait.",
    ),
    Definition(
        "cancelled_orders",
        "orders",
        ORDERS,
        "patience ran out before fulfilment started",
        "cancelled orders",
        "The customer's patience ran out.",
    ),
    Definition(
        "on_time",
        "share",
        ORDERS,
        "delivered by the promised time / due orders (cancelled and lost count as failed)",
        "on time",
        "Delivered by the promised time, as a share of the accepted orders that were due.",
    ),
    Definition(
        "otif",
        "share",
        ORDERS,
        "delivered in one shipment, no unit lost, by the promised time / due orders",
        "on time in full",
        "Delivered whole, first time, by the promised time, as a share of the accepted orders that were due; "
        "cancelled and lost orders count as failed.",
    ),
    Definition(
        "lead_time_mean",
        "days",
        ORDERS,
        "delivery - placement, mean over delivered orders",
        "lead time, mean",
        "From placing an order to its delivery; delivered orders.",
    ),
    Definition(
        "lead_time_p50",
        "days",
        ORDERS,
        "half of the delivered orders of a replication took no longer",
        "lead time, half within",
        "Half of the delivered orders took no longer.",
    ),
    Definition(
        "lead_time_p95",
        "days",
        ORDERS,
        "95 % of the delivered orders of a replication took no longer",
        "lead time, 95 % within",
        "95 of 100 delivered orders took no longer.",
    ),
    Definition(
        "volume_fill_rate",
        "share",
        ORDERS,
        "units served from stock at once / units demanded, over stocked lines",
        "fill rate",
        "Units served from stock at once, as a share of the units demanded.",
    ),
    Definition("volume_fill_rate", "share", POOL, "likewise, over the lines that the pool served"),
    Definition(
        "line_fill_rate",
        "share",
        ORDERS,
        "lines served whole from stock at once / stocked lines",
        "line fill rate",
        "Order lines served whole from stock at once, as a share of all lines.",
    ),
    Definition(
        "order_fill_rate",
        "share",
        ORDERS,
        "orders whose stocked lines were all served whole at once / orders with a stocked line",
        "order fill rate",
        "Orders served whole from stock at once, as a share of all orders.",
    ),
    Definition("declined_units", "units", ORDERS, "units of declined orders, and of lines outside the assortment"),
    Definition("refused_units", "units", ORDERS, "units of refused orders"),
    Definition("cancelled_units", "units", ORDERS, "units of cancelled orders"),
    Definition("open_units", "units", ORDERS, "units of open orders that have not arrived and are not lost"),
    Definition("lost_units", "units", ORDERS, "units that were short and did not wait"),
    Definition("delivered_units", "units", ORDERS, "units that arrived"),
    Definition(
        "lost_sales",
        "units",
        ORDERS,
        "the same units as `lost_units`, counted by line",
        "lost sales",
        "Units that were asked for, were short, and did not wait.",
    ),
    Definition(
        "backorders_mean",
        "units",
        ORDERS,
        "units waiting for stock, time average",
        "backorders",
        "Units waiting for stock, average over time.",
    ),
    Definition("backorders_mean", "units", POOL, "units waiting for the pool, time average"),
    Definition(
        "orders_taking:<offer>",
        "share",
        SEGMENT,
        "with a visible menu: orders that took the offer made to that segment / potential orders",
    ),
    Definition(
        "orders_taking:", "share", SEGMENT, "the same for those that took no offer; with the others it adds up to 1"
    ),
    Definition(
        "units_taking:<offer>", "share", SEGMENT, "units delivered under that offer / units delivered to the segment"
    ),
    Definition(
        "margin_taking:<offer>",
        "money",
        SEGMENT,
        "margin from those orders; over all offers it adds up to the margin of the segment",
    ),
    Definition(
        "utilisation",
        "share",
        RESOURCE,
        "busy server time / server time of the shifts; above 1 where work outlasts them",
        "utilisation",
        "Busy time of people or machines, as a share of the time they are present.",
    ),
    Definition(
        "queue_mean", "jobs", RESOURCE, "jobs waiting, time average", "queue", "Jobs waiting, average over time."
    ),
    Definition(
        "wait_mean",
        "hours",
        WAITS,
        "from joining the queue to the start of the work, mean over jobs that started",
        "mean wait",
        "Time in the queue before work on an order starts.",
    ),
    Definition("wait_sd", "hours", WAITS, "standard deviation of these waits within a replication"),
    Definition(
        "wait_share",
        "share",
        WAITS,
        "jobs that waited at all / jobs that started",
        "share that waits",
        "Share of orders that do not start at once.",
    ),
    Definition("wait_above_<h>_hours", "share", WAITS, "jobs that waited longer than h hours / jobs that started"),
    Definition(
        "on_hand_mean", "units", POOL, "units on hand, time average", "on hand", "Units in stock, average over time."
    ),
    Definition(
        "on_order_mean",
        "units",
        POOL,
        "units ordered and not received, time average",
        "on order",
        "Units ordered and not yet received, average over time.",
    ),
    Definition(
        "ready_rate",
        "share",
        POOL,
        "share of time with stock on hand",
        "ready rate",
        "Share of time with stock on hand.",
    ),
    Definition("replenishments_per_day", "orders per day", POOL, "replenishments ordered in the window / days"),
    Definition("replenishment_quantity_mean", "units", POOL, "units per replenishment"),
    Definition(
        "cycle_service_level",
        "share",
        POOL,
        "receipts before which nothing waited / receipts",
        "cycles without stockout",
        "Share of replenishment cycles without a stockout.",
    ),
    Definition("on_hand_before_receipt_mean", "units", POOL, "units on hand just before a receipt"),
    Definition("on_hand_at_review_mean", "units", POOL, "units on hand just before a review; periodic policies only"),
    Definition(
        "backorders_at_review_mean", "units", POOL, "units waiting just before a review; periodic policies only"
    ),
    Definition(
        "margin",
        "money",
        ORDERS,
        "sum of the ledger; the company's includes what no segment bears",
        "margin",
        "Contribution margin: revenue less every cost in the ledger, in the measured window.",
    ),
    Definition(
        "revenue",
        "money",
        ORDERS,
        "what customers pay: drivers revenue, discount and erosion",
        "revenue",
        "What customers are charged, after discounts and erosion.",
    ),
    Definition(
        "cost_to_serve",
        "money",
        ORDERS,
        "drivers capture to refusals, without goods, fixed costs and idle capacity",
        "cost to serve",
        "Order capture, approval, fulfilment, delivery, touchpoints, holding, ordering, financing, "
        "penalties, rebates and refusals; no goods, no fixed cost, no idle capacity.",
    ),
    Definition(
        "co2",
        "kg",
        ORDERS,
        "emissions of the deliveries of accepted orders, by shipment and by unit shipped; only where some "
        "delivery says what it emits",
    ),
    Definition(
        "stock_investment",
        "money",
        COMPANY,
        "units on hand at unit cost, time average, over all pools",
        "stock investment",
        "Stock on hand at its unit cost, average over time.",
    ),
)
"""Every measure, in the order of the documentation."""

LEDGER: tuple[Driver, ...] = (
    Driver("revenue", "delivered units at the list price of the product that was ordered", "orders"),
    Driver("discount", "delivered units at (offered - list) price; positive for a surcharge", "orders"),
    Driver("erosion", "minus the share (16) of what would be paid", "orders"),
    Driver("goods", "minus delivered units at the unit cost of the product that was delivered", "orders"),
    Driver("goods", "minus labour of making the product, shared out by the units demanded from the pool", "window"),
    Driver("capture", "minus the channel's fee per accepted order (refused orders: see `refusals`)", "orders"),
    Driver("capture", "minus labour of capture", "window"),
    Driver("approval", "minus labour of approvals", "window"),
    Driver("fulfilment", "minus labour of fulfilment", "window"),
    Driver("delivery", "minus the cost per shipment and per unit shipped", "orders"),
    Driver("touchpoints", "minus the cost per contact that fell due, and its labour", "window"),
    Driver(
        "holding", "minus stock on hand, integrated over the window, at unit cost and yearly holding rate", "window"
    ),
    Driver("ordering", "minus the cost of each replenishment ordered", "window"),
    Driver("financing", "minus interest on what the customer pays, for the contract's payment days", "orders"),
    Driver(
        "penalties",
        "minus the late penalty of orders delivered late, or open when they were due; not of cancelled or lost orders",
        "orders",
    ),
    Driver(
        "rebates",
        "minus the share of a customer's revenue of a period whose clause is broken; periods count from the "
        "start of the window",
        "orders",
    ),
    Driver("refusals", "minus fee, capture and approval labour of refused orders", "as above"),
    Driver(
        "fixed",
        "minus yearly fixed costs of the offering of each segment, and of the setup of each option in use "
        "(once, company), times window / 365 days",
        "window",
    ),
    Driver("idle_capacity", "minus paid presence that was not work, for each resource (company)", "window"),
)
"""Every driver with what is posted to it; income is positive."""


def definitions_of(measure: str) -> list[Definition]:
    """Return what a measure means, once for each kind of whom it is measured of; none where it is unknown."""
    return [definition for definition in DEFINITIONS if definition.is_of(measure)]
