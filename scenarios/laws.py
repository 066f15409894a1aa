"""Laws of random times and of order quantities, as a planner writes them.

A plain number is the constant law: ``lead_time_days: 3`` means ``{law: constant, value: 3}``.
The moments and the inverse distribution functions live in :mod:`simcore.sampling`.
"""

from __future__ import annotations

from math import erfc, fsum, sqrt
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from scenarios.fields import MOST_UNITS, Exactly, Model, Number, Share, Whole

Size = Annotated[Number, Field(ge=0, le=1e9)]
PositiveSize = Annotated[Number, Field(gt=0, le=1e9)]
Variation = Annotated[Number, Field(gt=0, le=100)]
OrderUnits = Annotated[Whole, Field(ge=1, le=MOST_UNITS)]

LEAST_NEGATIVE_SHARE = 1e-4
M = TypeVar("M", bound=Model)
T = TypeVar("T", bound=Model)


class Constant(Model):
    """Always the same value."""

    law: Literal["constant"] = "constant"
    """Always the same."""
    value: Size
    """The value; a plain number says the same."""

    @model_serializer
    def _plain(self) -> float:
        return self.value


class Exponential(Model):
    """Memoryless; the standard deviation equals the mean."""

    law: Literal["exponential"]
    """Memoryless."""
    mean: PositiveSize
    """Mean."""


class Erlang(Model):
    """Sum of k equal exponential phases; k = 1 is exponential, large k is nearly constant."""

    law: Literal["erlang"]
    """Sum of k equal phases."""
    mean: PositiveSize
    """Mean."""
    k: Annotated[Whole, Field(ge=1, le=1000)]
    """Number of phases; large is nearly constant."""


class Gamma(Model):
    """Skewed, never negative; cv is standard deviation / mean."""

    law: Literal["gamma"]
    """Skewed."""
    mean: PositiveSize
    """Mean."""
    cv: Variation
    """Standard deviation / mean."""


class Lognormal(Model):
    """Heavily skewed, never negative; cv is standard deviation / mean."""

    law: Literal["lognormal"]
    """Heavily skewed."""
    mean: PositiveSize
    """Mean."""
    cv: Variation
    """Standard deviation / mean."""


class Normal(Model):
    """Bell shaped. ``truncate: 0`` cuts off what would be negative."""

    law: Literal["normal"]
    """Bell shaped."""
    mean: Size
    """Mean, before anything is cut off."""
    sd: PositiveSize
    """Standard deviation, before anything is cut off."""
    truncate: Exactly[Literal[0]] | None = None
    """0 cuts off what would be negative."""

    @model_validator(mode="after")
    def _never_negative(self) -> Self:
        negative = 0.5 * erfc(self.mean / self.sd / sqrt(2))
        if self.truncate is None and negative > LEAST_NEGATIVE_SHARE:
            raise PydanticCustomError(
                "negative_times",
                "{share} negative; use lognormal or gamma, or add truncate: 0",
                {"share": f"{100 * negative:.2g}%"},
            )
        return self


class Uniform(Model):
    """Every value between low and high is equally likely."""

    law: Literal["uniform"]
    """All values in a range alike."""
    low: Size
    """Least value."""
    high: Size
    """Largest value."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _in_order(self, self.low, self.high)


class Hyperexponential(Model):
    """Mixture of two exponentials with balanced means; more variable than exponential."""

    law: Literal["hyperexponential"]
    """Mixture of two exponentials."""
    mean: PositiveSize
    """Mean."""
    scv: Annotated[Number, Field(ge=1, le=1000)]
    """Squared coefficient of variation, at least 1."""


class Empirical(Model):
    """The listed values with the listed probabilities."""

    law: Literal["empirical"]
    """Listed values."""
    values: Annotated[tuple[Size, ...], Field(min_length=1, max_length=1000)]
    """The values."""
    probabilities: tuple[Share, ...]
    """Probability of each value; they add up to 1."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        return _probabilities(self, self.values, self.probabilities)


class ConstantUnits(Model):
    """Every order line is for the same number of units."""

    law: Literal["constant"] = "constant"
    """Always the same number."""
    value: OrderUnits
    """Units; a plain number says the same."""

    @model_serializer
    def _plain(self) -> int:
        return self.value


class Geometric(Model):
    """1, 2, 3 ... units; each further unit with probability 1 - p; the mean is 1 / p."""

    law: Literal["geometric"]
    """Small orders often, large ones rarely."""
    p: Annotated[Share, Field(gt=1e-5)]
    """Chance that a unit is the last; the mean is 1 / p."""


class UniformUnits(Model):
    """Every whole number between low and high is equally likely."""

    law: Literal["uniform"]
    """All numbers in a range alike."""
    low: OrderUnits
    """Fewest units."""
    high: OrderUnits
    """Most units."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _in_order(self, self.low, self.high)


class EmpiricalUnits(Model):
    """The listed numbers of units with the listed probabilities."""

    law: Literal["empirical"]
    """Listed numbers."""
    values: Annotated[tuple[OrderUnits, ...], Field(min_length=1, max_length=1000)]
    """Numbers of units."""
    probabilities: tuple[Share, ...]
    """Probability of each number; they add up to 1."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        return _probabilities(self, self.values, self.probabilities)


def _in_order(law: M, low: float, high: float) -> M:
    if high < low:
        raise PydanticCustomError("order", "high ({high}) is below low ({low})", {"high": high, "low": low})
    return law


def _probabilities(law: M, values: tuple[float, ...], probabilities: tuple[float, ...]) -> M:
    if len(values) != len(probabilities):
        raise PydanticCustomError(
            "lengths",
            "{values} values but {probabilities} probabilities",
            {"values": len(values), "probabilities": len(probabilities)},
        )
    total = fsum(probabilities)
    if abs(total - 1) > 1e-6:
        raise PydanticCustomError("total", "the probabilities add up to {total}, not 1", {"total": f"{total:.6g}"})
    return law


def _number_is_constant(value: Any) -> Any:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number:
        return {"law": "constant", "value": value}
    if isinstance(value, (str, bool, list, tuple)) or value is None:
        raise PydanticCustomError(
            "law_expected", "a number or a law is expected, such as {law}", {"law": "{law: gamma, mean: 3, cv: 0.5}"}
        )
    return value


Time = Annotated[
    Constant | Exponential | Erlang | Gamma | Lognormal | Normal | Uniform | Hyperexponential | Empirical,
    Field(discriminator="law"),
    BeforeValidator(_number_is_constant),
]
_SIZES = ("value", "mean", "sd", "low", "high")


def times(law: T, factor: float) -> T:
    """Return the law of a time that takes ``factor`` times as long.

    >>> times(Gamma(law="gamma", mean=20.0, cv=0.5), 1.25)
    Gamma(law='gamma', mean=25.0, cv=0.5)
    """
    data = {name: value * factor if name in _SIZES else value for name, value in law}
    if "values" in data:
        data["values"] = tuple(value * factor for value in data["values"])
    return type(law)(**data)


Quantity = Annotated[
    ConstantUnits | Geometric | UniformUnits | EmpiricalUnits,
    Field(discriminator="law"),
    BeforeValidator(_number_is_constant),
]
UnitWork = Annotated[
    Constant | Exponential | Erlang | Gamma, Field(discriminator="law"), BeforeValidator(_number_is_constant)
]
