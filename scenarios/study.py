"""The time that is simulated, and how."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from scenarios.fields import SHORTEST_DAYS, Days, Model, PositiveDays, Share, Whole
from scenarios.limits import MOST_REPLICATIONS


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
