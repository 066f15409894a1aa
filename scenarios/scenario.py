"""The scenario: a complete set of assumptions that do not contradict each other."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from scenarios.consistency import contradictions
from scenarios.contents import Contents
from scenarios.design import Design
from scenarios.findings import as_model
from scenarios.problems import BadInput, bad
from scenarios.wording import nearest


class Scenario(Contents):
    """A complete set of assumptions. Frozen, validated, and complete: it holds the designs to judge."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if problems := list(contradictions(self)):
            raise PydanticCustomError("inconsistent", "{problems}", {"problems": BadInput(problems)})
        return self

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
        if isinstance(design, str):
            known = {"as_is": self.as_is, **self.designs}
            if design not in known:
                raise bad("design", "there is no design of that name", nearest(design, known), design)
            design = known[design]
        return as_model(Scenario, {**dict(self), "design": design})
