"""What a planner says of criteria: their weights, and what the simulation cannot know."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from scenarios.documents import read_as
from scenarios.fields import Factor, Model, Number, Table, Text
from scenarios.loading import decoded, read_bytes
from scenarios.yaml_text import scan_yaml

Axis = Literal["attractiveness", "fit"]
Direction = Literal["high", "low"]


class Judgement(Model):
    """What a planner judges of one segment: between two values, every one of which is as likely."""

    low: Number
    """Least."""
    high: Number
    """Most."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.high < self.low:
            raise PydanticCustomError(
                "order", "high ({high}) is below low ({low})", {"high": self.high, "low": self.low}
            )
        return self


class Criterion(Model):
    """One criterion: its weight, and for a criterion of your own what it is."""

    weight: Annotated[Factor, Field(gt=0)] = 1.0
    """Against the other criteria of its axis; only the proportions count."""
    axis: Axis | None = None
    """attractiveness of the segment, or fit with what the company can do; for a criterion of your own."""
    better: Direction = "high"
    """Whether high or low values are better; for a criterion of your own."""
    unit: Text = "score"
    """For a criterion of your own."""
    values: Table[Judgement] = Field(default_factory=dict, validate_default=True)
    """Segment -> low and high; for a criterion of your own."""


class CriteriaFile(Model):
    """What a criteria file says."""

    criteria: Table[Criterion] = Field(default_factory=dict, validate_default=True)
    """Name -> criterion. The criteria of the simulation that are not listed have weight 1."""
    without: tuple[Text, ...] = ()
    """Criteria of the simulation that do not count."""
    certainty: Annotated[Number, Field(gt=0, le=1000)] = 1.0
    """How sure the weights are: 1 lets equal weights be anything, 100 leaves them nearly as they are."""


def read_criteria(path: Path) -> CriteriaFile:
    """Return the criteria in a YAML file.

    Raises
    ------
    BadInput
        It cannot be read, or does not say what it must; carries every problem.
    """
    source = str(path)
    return read_as(CriteriaFile, scan_yaml(decoded(read_bytes(source), source), source))
