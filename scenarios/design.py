"""A design: what is offered to each segment, with which promises, and how many people are there for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.fields import Model, Name, PositiveDays, Share, Table, Text, Whole, names, unit
from scenarios.levers import Priority


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
