"""People and machines, when they work and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from scenarios.durations import MINUTES_PER_DAY
from scenarios.fields import Hours, Model, Money, Name, Servers, Share, Text, Whole, unit

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


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


class ServerRange(Model):
    """How many servers the optimiser may add to (or take from) every shift, or one shift."""

    least: Annotated[Whole, Field(ge=-100_000, le=100_000), unit("servers")] = 0
    """Fewest to add; negative: most to take away."""
    most: Annotated[Whole, Field(ge=-100_000, le=100_000), unit("servers")] = 0
    """Most to add."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.most < self.least:
            raise PydanticCustomError(
                "range", "most ({most}) is below least ({least})", {"most": self.most, "least": self.least}
            )
        return self


class Shift(Model):
    """A window of the week in which servers are present."""

    name: Name | None = None
    """So that a design can add servers to this shift alone: ``extra_servers: {picking.late: 1}``."""
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = ("mon", "tue", "wed", "thu", "fri")
    """Days of the week on which it is worked."""
    opens: Annotated[Clock, unit("hh:mm")]
    """When the servers come."""
    closes: Annotated[Clock, unit("hh:mm")]
    """When they leave; work that has begun is finished."""
    servers: Servers
    """Servers present in the shift."""
    extra_servers: ServerRange = ServerRange()
    """What the optimiser may add to (or take from) this shift alone, besides what it adds to every shift."""

    @model_validator(mode="after")
    def _named_if_staffed_alone(self) -> Self:
        if self.name is None and self.extra_servers != ServerRange():
            raise PydanticCustomError("shift", "a shift with extra_servers of its own needs a name", {})
        return self

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.closes <= self.opens:
            raise PydanticCustomError(
                "shift",
                "closes ({closes}) must be later than opens ({opens}) on the same day; split a night shift at 24:00",
                {"opens": clock_text(self.opens), "closes": clock_text(self.closes)},
            )
        return self


class WaitTarget(Model):
    """How soon work should begin: this share of it within so many hours after it comes, in every hour of the week."""

    share: Annotated[Share, Field(gt=0, lt=1)] = 0.8
    """Share of the work that begins in time."""
    within_hours: Hours
    """The longest wait that is in time."""


class Resource(Model):
    """A team or a group of equal machines with one queue."""

    description: Text = ""
    """Who or what they are."""
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
    """What the optimiser may add to (or take from) every shift."""
    max_load: Annotated[Share, Field(gt=0)] = 0.9
    """Share of the present time that the optimiser may plan with, in every window of the week."""
    wait_target: WaitTarget | None = None
    """Instead of max_load: the optimiser plans with as much work as the servers can begin in time (Erlang C), so that
    a small team is planned with less of its time than a large one."""
    report_waits_above_hours: tuple[Hours, ...] = ()
    """Also measure the share of waits longer than each of these."""

    @model_validator(mode="after")
    def _some_servers(self) -> Self:
        if (self.servers is None) == (not self.shifts):
            raise PydanticCustomError("servers", "give either servers (round the clock) or shifts", {})
        names = [shift.name for shift in self.shifts if shift.name is not None]
        if len(set(names)) < len(names):
            raise PydanticCustomError("shift", "two shifts have the same name", {})
        most = self.servers if self.servers is not None else max(shift.servers for shift in self.shifts)
        if most == 0 and self.extra_servers.most <= 0 and all(s.extra_servers.most <= 0 for s in self.shifts):
            raise PydanticCustomError("servers", "0 servers and none may be added: nothing would ever be done", {})
        return self

    def shift_servers(self, resource: str, shift: Shift, extra: Mapping[str, int]) -> int:
        """Return the servers present in a shift of this resource, called `resource`, under a design's extra servers."""
        alone = 0 if shift.name is None else extra.get(f"{resource}.{shift.name}", 0)
        return max(0, shift.servers + extra.get(resource, 0) + alone)
