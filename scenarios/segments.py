"""Customer segments: who they are, when and what they order, and what they value."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from scenarios.conditions import Condition
from scenarios.fields import (
    AnyMoney,
    Factor,
    Flag,
    Model,
    Money,
    Name,
    Number,
    Share,
    Table,
    Text,
    Weight,
    Whole,
    names,
    unit,
)
from scenarios.laws import Quantity, Time

OrdersPerDay = Annotated[Number, Field(ge=0, le=1e15), unit("potential orders per day")]


def _some_weight(weights: tuple[float, ...] | None, field: str) -> None:
    if weights is not None and sum(weights) <= 0:
        raise PydanticCustomError("weights", "{field} needs at least one weight above 0", {"field": field})


class Demand(Model):
    """When the customers of a segment think of ordering (potential orders)."""

    orders_per_day: OrdersPerDay
    """Potential orders per calendar day, averaged over a week of a month of weight 1."""
    gap_cv: Annotated[Number, Field(ge=0, le=30)] = 1.0
    """Variation (sd / mean) of the time between orders: 1 is Poisson, 0 is clockwork, 1/sqrt(k) is Erlang-k."""
    by_hour_of_week: Annotated[tuple[Weight, ...], Field(min_length=168, max_length=168)] | None = None
    """168 weights, Monday 00:00-01:00 first; only their proportions count."""
    by_hour_of_day: Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)] | None = None
    """24 weights, 00:00-01:00 first; with by_day_of_week instead of by_hour_of_week."""
    by_day_of_week: Annotated[tuple[Weight, ...], Field(min_length=7, max_length=7)] | None = None
    """7 weights, Monday first."""
    by_month: Annotated[tuple[Weight, ...], Field(min_length=12, max_length=12)] | None = None
    """12 weights, January first: the season. Scaled to an average of 1."""
    day_to_day_cv: Annotated[Number, Field(ge=0, le=10)] = 0.0
    """Good and bad days beyond chance: sd / mean of a gamma factor that all orders of a day share."""

    @model_validator(mode="after")
    def _one_profile(self) -> Self:
        if self.by_hour_of_week is not None and (self.by_hour_of_day or self.by_day_of_week):
            raise PydanticCustomError(
                "profile", "give by_hour_of_week, or by_hour_of_day and by_day_of_week, not both", {}
            )
        for field in ("by_hour_of_week", "by_hour_of_day", "by_day_of_week", "by_month"):
            _some_weight(getattr(self, field), field)
        return self


class OrderedProduct(Model):
    """How a product occurs in the orders of a segment."""

    share_of_orders: Annotated[Share, Field(gt=0)] = 1.0
    """Chance that an order includes the product. When it includes none, one is drawn in proportion."""
    quantity: Annotated[Quantity, unit("units")]
    """Units of the product in an order that includes it."""


class Choice(Model):
    """How the segment reacts to an offer: ``P = 1 / (1 + exp(-(WTP - price + wtp_0) / scale))``.

    WTP adds up over the options of the offering and the attributes below; price is what the offering
    costs above (below: negative) list price per average order, times ``price_sensitivity``.
    """

    acceptance_as_is: Annotated[Share, Field(gt=0, lt=1)] | None = None
    """Share of potential orders that take today's (as-is) offer; sets wtp_0."""
    wtp_0: AnyMoney | None = None
    """Money per order by which an offer at list price without any valued option beats the outside option."""
    scale: Annotated[Money, Field(gt=0)]
    """How much tastes differ within the segment: large means that the offer matters less. Money per order."""
    price_sensitivity: Factor = 1.0
    """Weight of a price difference against other differences; 1 is a purely rational buyer."""
    wtp: Annotated[Table[Table[AnyMoney]], names("lever", "option")] = Field(
        default_factory=dict, validate_default=True
    )
    """Willingness to pay, money per order: lever -> option -> amount. Options that are not listed: 0."""
    wtp_per_lead_time_day: Money = 0.0
    """What one day less of promised lead time is worth, per order."""
    wtp_per_fill_rate_point: Money = 0.0
    """What one more percentage point of promised fill rate is worth, per order."""

    @model_validator(mode="after")
    def _one_anchor(self) -> Self:
        if (self.acceptance_as_is is None) == (self.wtp_0 is None):
            raise PydanticCustomError("anchor", "give either acceptance_as_is or wtp_0", {})
        return self


class Floors(Model):
    """The least service that the segment must get, whatever it costs."""

    on_time: Share | None = None
    """Share of accepted orders delivered by the promised time."""
    otif: Share | None = None
    """Share of accepted orders delivered whole, first time, by the promised time."""
    volume_fill_rate: Share | None = None
    """Units served from stock at once / units demanded."""
    acceptance: Share | None = None
    """Accepted / potential orders."""


class Segment(Model):
    """Customers with one demand process, one set of needs and one offering."""

    description: Text = ""
    """Who they are."""
    rule: Annotated[Table[Condition], names("feature or label")] = Field(default_factory=dict, validate_default=True)
    """Who belongs to the segment: feature or label of a customer -> condition; all must hold, and the first segment
    whose rule fits counts. Used on order files only; the one segment without a rule takes the rest."""
    customers: Annotated[Whole, Field(ge=1, le=10_000_000), unit("customers")]
    """How many customers there are."""
    demand: Demand
    """When they think of ordering."""
    products: Annotated[Table[OrderedProduct], Field(min_length=1)]
    """Product -> how it occurs in their orders."""
    choice: Choice | None = None
    """How orders react to the offer; left out: every order is accepted."""
    patience_days: Annotated[Time, unit("days")] | None = None
    """How long an order waits, from placement, for its fulfilment to start. Left out: for ever."""
    churn_if_broken: Share = 0.0
    """Chance that a customer leaves for good after a broken promise."""
    options: Annotated[Table[tuple[Name, ...]], names("lever", "option")] = Field(
        default_factory=dict, validate_default=True
    )
    """Options that may be offered to this segment: lever -> options. Levers that are not listed: all."""
    floors: Floors = Floors()
    """The least service that they must get."""
    must_serve: Flag = True
    """False: the optimiser may leave the segment without an offering."""
