"""Levers, options and the closed vocabulary of their effects.

An option is a named bundle of effects. Both the simulation and the optimiser read these and nothing else,
so that what is optimised and what is simulated cannot drift apart.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.fields import (
    Days,
    Factor,
    Flag,
    Hours,
    Kilograms,
    Model,
    Money,
    Name,
    Number,
    PositiveDays,
    Rank,
    Share,
    Table,
    Text,
    names,
    unit,
)
from scenarios.laws import Constant, Time, UnitWork


class Price(Model):
    """Price relative to the list."""

    multiplier: Factor = 1.0
    """On the list price of every product."""
    products: Table[Factor] = Field(default_factory=dict, validate_default=True)
    """Multipliers of single products, instead of the general one."""


class WhenShort(Model):
    """What happens when stock cannot serve a line at once."""

    rule: Literal["backorder", "lose", "take_and_lose", "substitute"] = "backorder"
    """backorder: the rest waits. lose: the line is lost whole. take_and_lose: the rest is lost.
    substitute: the better product serves the whole line if it can; otherwise the line waits for its own."""
    ship: Literal["complete", "split"] = "complete"
    """complete: one delivery when all lines are there. split: what is there goes out, the rest follows."""


class Priority(Model):
    """Place in queues and in the allocation of stock."""

    rank: Rank = 1
    """1 is served first."""
    head_start_hours: Hours = 0.0
    """At resources with discipline head_start: moves the order forward by this much."""


class Delivery(Model):
    """A mode of delivery."""

    transit_days: Annotated[Time, unit("days")] = Constant(value=0)
    """From shipment to delivery."""
    cost_per_delivery: Money = 0.0
    """Money per shipment."""
    cost_per_unit: Money = 0.0
    """Money per unit shipped."""
    co2_kg_per_delivery: Kilograms | None = None
    """Emissions per shipment, in kg of CO2 equivalents; left out of all deliveries: not counted."""
    co2_kg_per_unit: Kilograms | None = None
    """Emissions per unit shipped, in kg of CO2 equivalents."""

    @property
    def has_co2(self) -> bool:
        """Whether emissions are given."""
        return self.co2_kg_per_delivery is not None or self.co2_kg_per_unit is not None


class Channel(Model):
    """How orders come in."""

    resource: Name | None = None
    """Who captures the order; left out: nobody (self-service)."""
    minutes: Annotated[Time, unit("minutes")] = Constant(value=0)
    """Work per order."""
    cost_per_order: Money = 0.0
    """Fees per order, besides the resource."""


class Approval(Model):
    """A step that some orders must pass."""

    name: Name
    """What the step is called."""
    share_of_orders: Share = 1.0
    """Share of orders that need the step."""
    auto_approve_below: Money = 0.0
    """Orders of less value pass without it."""
    resource: Name | None = None
    """Who approves; left out: takes the time but nobody's capacity."""
    minutes: Annotated[Time, unit("minutes")] = Constant(value=0)
    """Work per order that needs the step."""
    refusal_share: Share = 0.0
    """Share of these that are refused."""


class ServiceClause(Model):
    """A service clause per customer and period."""

    otif_at_least: Annotated[Share, Field(gt=0)]
    """The share of a customer's orders of a period that must be on time in full."""
    period_days: PositiveDays = 30.0
    """Length of a period."""
    rebate_share: Share
    """Share of the customer's revenue of the period that is paid back when the clause is broken."""


class Contract(Model):
    """Commercial terms."""

    payment_days: Days = 0.0
    """Days from delivery to payment; financed at the scenario's interest."""
    late_penalty_per_order: Money = 0.0
    """Paid for every order that is delivered after the promised time, or still open then."""
    late_penalty_share: Share = 0.0
    """Paid likewise, as a share of the order's revenue."""
    clause: ServiceClause | None = None
    """A service clause that pays a rebate when it is broken; left out: none."""
    commitment_days: Days = 0.0
    """A customer who decides to leave still orders for this long."""
    cancellation_right: Flag = True
    """False: orders cannot be cancelled, however long they wait."""
    minimum_order_value: Money = 0.0
    """Orders of less value (at the offered price) are declined."""


class Touchpoints(Model):
    """Visits or calls to the customers of the segment."""

    per_customer_per_month: Annotated[Number, Field(ge=0, le=1000), unit("contacts per customer and 30 days")]
    """How often each customer is visited or called."""
    resource: Name | None = None
    """Whose time they take."""
    minutes: Annotated[Time, unit("minutes")] = Constant(value=0)
    """Work per contact."""
    cost_each: Money = 0.0
    """Money per contact, besides the resource."""
    rank: Rank = 5
    """Rank of contacts in the queue of the resource."""


class Fulfilment(Model):
    """Who does the work of an order: picking and packing, or the service itself."""

    resource: Name
    """Who does it."""
    setup_minutes: Annotated[Time, unit("minutes")] = Constant(value=0)
    """Work per shipment, before the units."""
    minutes_per_unit: Annotated[UnitWork, unit("minutes per unit")] = Constant(value=0)
    """Work per unit, times the product's work_factor."""


class Premium(Model):
    """How much of a premium an option is, and what it takes to provide it."""

    degree: Share
    """1 is the whole premium range or service."""
    cost_per_order: Money
    """What the option costs per order, end to end. A segment whose WTP for the option is below this is over-served."""


class Option(Model):
    """A named bundle of effects. An effect that is left out is not set by this option."""

    description: Text = ""
    """What the option is."""
    assortment: Annotated[Annotated[tuple[Name, ...], Field(min_length=1)] | None, names("product")] = None
    """Products offered; if no lever sets it: all."""
    price: Price | None = None
    """Price relative to the list; if no lever sets it: list price."""
    fill_rate: Annotated[Share, Field(gt=0)] | None = None
    """Promised volume fill rate; sets the stock parameters."""
    lead_time_days: PositiveDays | None = None
    """Promised time from order to delivery."""
    stock: Literal["shared", "ring_fenced", "make_to_order", "none"] | None = None
    """shared pool, the segment's own pool, made or bought per order, or none (a service)."""
    when_short: WhenShort | None = None
    """What happens when stock cannot serve a line at once; if no lever sets it: the line waits."""
    priority: Priority | None = None
    """Place in queues and in the allocation of stock; if no lever sets it: rank 1."""
    delivery: Delivery | None = None
    """Mode of delivery; if no lever sets it: at once and free."""
    channel: Channel | None = None
    """How orders come in; if no lever sets it: by themselves and free."""
    approvals: tuple[Approval, ...] | None = None
    """Steps that orders must pass, in this order; if no lever sets it: none."""
    contract: Contract | None = None
    """Commercial terms; if no lever sets it: paid on delivery, no penalties."""
    touchpoints: Touchpoints | None = None
    """Visits or calls; if no lever sets it: none."""
    fulfilment: Fulfilment | None = None
    """Who does the work of an order; if no lever sets it: it takes no work."""
    premium: Premium | None = None
    """How much of a premium the option is; left out: none."""
    fixed_cost_per_year: Money = 0.0
    """For each segment that gets the option."""
    setup_cost_per_year: Money = 0.0
    """Once, if any segment gets the option."""


EXCLUSIVE_EFFECTS = (
    "assortment",
    "price",
    "fill_rate",
    "lead_time_days",
    "stock",
    "when_short",
    "priority",
    "delivery",
    "channel",
    "approvals",
    "contract",
    "touchpoints",
    "fulfilment",
)
"""Effects that exactly one lever of an offering may set. Premiums and costs add up over the levers."""
