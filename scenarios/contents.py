"""What a scenario contains: segments, products, resources, levers, rules, limits, designs."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from scenarios.design import Design
from scenarios.fields import Exactly, Factor, Flag, Model, Money, Name, Share, Table, Text, Whole, names, unit
from scenarios.levers import Option
from scenarios.limits import MOST_SEGMENTS
from scenarios.menu import Menu
from scenarios.products import Product
from scenarios.resources import Resource
from scenarios.segments import Segment
from scenarios.study import Calendar, Day, Study


class Rule(Model):
    """Which options go together."""

    option: Annotated[Text, Field(max_length=170), names("lever.option")]
    """``lever.option``"""
    requires: Annotated[Annotated[Text, Field(max_length=170)] | None, names("lever.option")] = None
    """``lever.option`` that must come with it."""
    excludes: Annotated[Annotated[Text, Field(max_length=170)] | None, names("lever.option")] = None
    """``lever.option`` that must not come with it."""
    scope: Literal["offering", "company"] = "offering"
    """offering: within each segment's offering. company: over all segments together."""

    @model_validator(mode="after")
    def _one_relation(self) -> Self:
        if (self.requires is None) == (self.excludes is None):
            raise PydanticCustomError("rule", "give either requires or excludes", {})
        return self


class Erosion(Model):
    """What over-serving costs. Shares of revenue per degree of premium that a segment does not value."""

    price_rate: Share = 0.0
    """Share of its price that an over-served segment stops paying."""
    brand_rate: Share = 0.0
    """Share of the price that segments which do value a premium stop paying, when it is given to everyone else."""


class Finance(Model):
    """Rates for the ledger."""

    interest_share_per_year: Annotated[Factor, Field(le=10), unit("share per year")] = 0.0
    """On revenue between delivery and payment."""


class Limits(Model):
    """What the chain can carry."""

    stock_investment: Money | None = None
    """Most money in average stock on hand, at unit cost."""
    operating_cost_per_year: Money | None = None
    """Most money per year for cost to serve, presence of resources and fixed costs (no goods)."""
    setup_cost_per_year: Money | None = None
    """Most money per year for setting up options."""
    most_offerings: Annotated[Whole, Field(ge=1)] | None = None
    """Most different offerings."""
    required_options: Annotated[tuple[Annotated[Text, Field(max_length=170)], ...], names("lever.option")] = ()
    """``lever.option`` that someone must be offered."""
    forbidden_options: Annotated[tuple[Annotated[Text, Field(max_length=170)], ...], names("lever.option")] = ()
    """``lever.option`` that nobody may be offered."""


class Assumption(Model):
    """Something that the data does not say."""

    about: Text
    """Path or subject."""
    because: Text
    """Why this value: source, or who judged it."""


class History(Model):
    """The order history that the scenario was fitted to, and whether the scenario reproduces it."""

    orders: Annotated[Whole, Field(ge=1), unit("orders")]
    """Orders that it was fitted to."""
    first_day: Day
    """First day of the history."""
    last_day: Day
    """Last day of the history."""
    held_out_days: Annotated[Whole, Field(ge=0), unit("days")] = 0
    """Days at the end that were kept out of a first fit, to judge it by; 0: it was not judged."""
    reproduced: Flag | None = None
    """Whether a fit to what came before reproduced the days that were held out; left out: it was not judged."""
    findings: tuple[Text, ...] = ()
    """What it did not reproduce, in words."""


class Contents(Model):
    """All that a scenario says. Each value is right by itself; whether all go together, :class:`Scenario` knows."""

    promiselab: Exactly[Literal[1]] = 1
    """Version of the format."""
    name: Name
    """What the scenario is called, in files and reports."""
    description: Text = ""
    """What it is about, in a few sentences."""
    source: Text = ""
    """Where the figures come from."""
    currency: Annotated[Text, Field(min_length=1, max_length=8)] = "EUR"
    """Of all money in the scenario."""
    calendar: Calendar
    """The time that is simulated."""
    study: Study = Study()
    """How it is to be simulated."""
    segments: Annotated[Table[Segment], Field(min_length=1, max_length=MOST_SEGMENTS)]
    """Segment -> who buys, when, what, and what they value."""
    products: Annotated[Table[Product], Field(min_length=1)]
    """Product -> what is sold, its price and cost, and how it is kept."""
    resources: Table[Resource] = Field(default_factory=dict, validate_default=True)
    """Resource -> people or machines with one queue."""
    levers: Annotated[Table[Annotated[Table[Option], Field(min_length=1)]], names("lever", "option")] = Field(
        default_factory=dict, validate_default=True
    )
    """Lever -> option -> effects."""
    rules: tuple[Rule, ...] = ()
    """Which options go together, and which do not."""
    promise_clock: Literal["placement", "approval"] = "placement"
    """When the promised lead time starts."""
    menu: Menu = Menu()
    """Whether customers see the offers to others."""
    erosion: Erosion = Erosion()
    """What over-serving costs."""
    finance: Finance = Finance()
    """Rates for the ledger."""
    limits: Limits = Limits()
    """What the chain can carry; the optimiser keeps within them."""
    as_is: Design
    """Today's design."""
    designs: Table[Design] = Field(default_factory=dict, validate_default=True)
    """Other designs worth a name."""
    design: Design | None = None
    """The design to judge; left out: as_is."""
    assumptions: tuple[Assumption, ...] = ()
    """What the data does not say, and why it is as it is here."""
    history: History | None = None
    """Where the scenario comes from, if it was fitted to an order history."""

    @property
    def current(self) -> Design:
        """The design that is judged: ``design``, or else today's."""
        return self.design or self.as_is
