"""The scenario: a complete set of assumptions, with the design that is to be judged."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from scenarios.fields import (
    SHORTEST_DAYS,
    Days,
    Exactly,
    Factor,
    Flag,
    Model,
    Money,
    Name,
    PositiveDays,
    Share,
    Table,
    Text,
    Whole,
    names,
    unit,
)
from scenarios.levers import Option, Priority
from scenarios.limits import MOST_REPLICATIONS, MOST_SEGMENTS
from scenarios.menu import Menu
from scenarios.products import Product
from scenarios.resources import Resource
from scenarios.segments import Segment


def _day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError(
        "day",
        "a day that exists is expected, such as 2027-03-01, without a time of day (local days have 24 hours here)",
        {},
    )


Day = Annotated[date, BeforeValidator(_day)]


def _some_time(days: float) -> float:
    if days < SHORTEST_DAYS:
        raise PydanticCustomError("short", "less than a millisecond, the least that the clock tells", {})
    return days


class Calendar(Model):
    """The time that is simulated: warm-up, then the measured window, then the drain."""

    start: Day = date(2027, 1, 4)
    """First day; sets weekday and season. Local time without daylight saving."""
    warm_up_days: Days = 0.0
    """Simulated first and not measured."""
    measured_days: Annotated[PositiveDays, AfterValidator(_some_time)]
    """Orders placed in this window are measured and followed until they end."""
    drain_days: Days = 0.0
    """Simulated afterwards, so that measured orders can finish."""

    @property
    def horizon_days(self) -> float:
        """Days simulated in all."""
        return self.warm_up_days + self.measured_days + self.drain_days


class Study(Model):
    """How the scenario is to be simulated, unless the command says otherwise."""

    kind: Literal["terminating", "steady_state"] = "terminating"
    """steady_state asks for long-run figures and refuses a system whose queues grow without bound."""
    seed: Annotated[Whole, Field(ge=0)] | None = None
    """Left out: one is generated and printed."""
    replications: Annotated[Whole, Field(ge=1, le=MOST_REPLICATIONS)] = 20
    """Independent histories to simulate; more of them narrow the intervals."""
    confidence: Annotated[Share, Field(gt=0, lt=1)] = 0.95
    """Level of every interval."""
    also_show: tuple[Literal["erosion", "people"], ...] = ()
    """What the demo answers besides: what counting erosion is worth, and how many people each design needs."""


class Promise(Model):
    """What one segment is promised instead of what its options say; what is left out stays as they say."""

    lead_time_days: PositiveDays | None = None
    """Promised time from order to delivery."""
    fill_rate: Annotated[Share, Field(gt=0)] | None = None
    """Promised volume fill rate; sets the stock parameters."""
    otif_at_least: Annotated[Share, Field(gt=0)] | None = None
    """Of the service clause in its contract."""
    priority: Priority | None = None
    """Place in queues and in the allocation of stock."""
    stock: Literal["shared", "ring_fenced"] | None = None
    """The common stock, or a stock of its own; only where its options say one of these."""


class Design(Model):
    """An offering for every segment, plus capacity choices."""

    description: Text = ""
    """What the design is about."""
    offerings: Annotated[Table[Table[Name] | None], names("segment", "lever", "option")]
    """Segment -> lever -> option. Levers with a single option may be left out. null: not served."""
    extra_servers: Annotated[
        Table[Annotated[Whole, Field(ge=-100_000, le=100_000), unit("servers")]], names("resource")
    ] = Field(default_factory=dict, validate_default=True)
    """Resource, or ``resource.shift`` -> servers added to (or taken from) every shift, or that shift alone."""
    promises: Annotated[Table[Promise], names("segment")] = Field(default_factory=dict, validate_default=True)
    """Segment -> what it is promised instead of what its options say."""


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


class Scenario(Model):
    """A complete set of assumptions. Frozen, validated, and complete: it holds the designs to judge."""

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

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        from scenarios.consistency import contradictions
        from scenarios.problems import BadInput

        if problems := list(contradictions(self)):
            raise PydanticCustomError("inconsistent", "{problems}", {"problems": BadInput(problems)})
        return self

    @property
    def current(self) -> Design:
        """The design that is judged: ``design``, or else today's."""
        return self.design or self.as_is

    def with_design(self, design: Design | str) -> Scenario:
        """Return the scenario with another design to judge.

        Parameters
        ----------
        design : Design or str
            A design, or the name of one in the scenario (``"as_is"`` included).

        Raises
        ------
        BadInput
            The name is unknown, or the design contradicts the scenario.
        """
        from scenarios.problems import bad
        from scenarios.validation import validated
        from scenarios.wording import nearest

        if isinstance(design, str):
            known = {"as_is": self.as_is, **self.designs}
            if design not in known:
                raise bad("design", "there is no design of that name", nearest(design, known), design)
            design = known[design]
        return validated({**dict(self), "design": design})
