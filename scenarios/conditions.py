"""Conditions on a customer: on a feature (a number) or on a label (a word)."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from scenarios.fields import Model, Number, Text


class Condition(Model):
    """What a feature or a label must be; everything that is stated must hold."""

    at_least: Number | None = None
    """The feature is this or more."""
    below: Number | None = None
    """The feature is less than this."""
    is_one_of: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    """The label (channel, region, mode, segment) is one of these."""
    is_none_of: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    """The label is none of these."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        numeric = self.at_least is not None or self.below is not None
        if numeric == (self.is_one_of is not None or self.is_none_of is not None):
            raise PydanticCustomError(
                "rule", "give at_least or below for a feature, is_one_of or is_none_of for a label", {}
            )
        return self

    @property
    def is_numeric(self) -> bool:
        """Whether it speaks of a feature."""
        return self.at_least is not None or self.below is not None
