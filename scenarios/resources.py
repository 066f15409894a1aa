"""People and machines, when they work and what they cost."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from scenarios.fields import Hours, Model, Money, Servers, Share, Text, Whole, unit

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_PER_DAY = 1440


def _minutes(value: Any) -> int:
    if isinstance(value, str):
        hours, colon, minutes = value.partition(":")
        if colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2 and int(minutes) < 60:
            total = 60 * int(hours) + int(minutes)
            if total <= MINUTES_PER_DAY:
                return total
    raise PydanticCustomError("clock", "a time of day from 00:00 to 24:00 is expected, such as 08:30", {})


def clock_text(minutes: int) -> str:
    """Return minutes after midnight as hh:mm.

    >>> clock_text(510)
    '08:30'
    """
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


Clock = Annotated[int, BeforeValidator(_minutes), PlainSerializer(clock_text, return_type=str)]
"""Minutes after midnight, written hh:mm in files."""


class Shift(Model):
    """A window of the week in which servers are present."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = ("mon", "tue", "wed", "thu", "fri")
    opens: Annotated[Clock, unit("hh:mm")]
    closes: Annotated[Clock, unit("hh:mm")]
    servers: Servers

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.closes <= self.opens:
            raise PydanticCustomError(
                "shift",
                "closes ({closes}) must be later than opens ({opens}) on the same day; split a night shift at 24:00",
                {"opens": clock_text(self.opens), "closes": clock_text(self.closes)},
            )
        return self


class ServerRange(Model):
    """How many servers the optimiser may add to (or take from) every shift."""

    least: Annotated[Whole, Field(ge=-100_000, le=100_000), unit("servers")] = 0
    most: Annotated[Whole, Field(ge=-100_000, le=100_000), unit("servers")] = 0

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.most < self.least:
            raise PydanticCustomError(
                "range", "most ({most}) is below least ({least})", {"most": self.most, "least": self.least}
            )
        return self


class Resource(Model):
    """A team or a group of equal machines with one queue."""

    description: Text = ""
    servers: Servers | None = None
    """Servers round the clock; or give shifts."""
    shifts: tuple[Shift, ...] = ()
    """Servers by window of the week; overlapping shifts add up."""
    cost_per_hour: Money = 0.0
    """Paid per server and hour of presence, busy or idle."""
    discipline: Literal["rank", "head_start"] = "rank"
    """rank: the better rank first, then who joined first. head_start: who joined first, after moving each order
    forward by the head start of its offering (ageing: nobody waits for ever)."""
    extra_servers: ServerRange = ServerRange()
    max_load: Annotated[Share, Field(gt=0)] = 0.9
    """Share of the present time that the optimiser may plan with, in every window of the week."""
    report_waits_above_hours: tuple[Hours, ...] = ()
    """Also measure the share of waits longer than each of these."""

    @model_validator(mode="after")
    def _some_servers(self) -> Self:
        if (self.servers is None) == (not self.shifts):
            raise PydanticCustomError("servers", "give either servers (round the clock) or shifts", {})
        most = self.servers if self.servers is not None else max(shift.servers for shift in self.shifts)
        if most == 0 and self.extra_servers.most <= 0:
            raise PydanticCustomError("servers", "0 servers and none may be added: nothing would ever be done", {})
        return self
