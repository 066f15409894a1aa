"""An answer to a question about a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from promiselab.choices.exhibit import Exhibit
from promiselab.study import Study
from scenarios.scenario import Scenario


@dataclass(frozen=True)
class Answer:
    """What a command found.

    Attributes
    ----------
    kind, title : str
        The command and its question.
    scenario : Scenario
        With the designs that were found among its designs.
    words : tuple of str
        The answer in sentences, the main one first.
    exhibits : tuple of Exhibit
        Tables and charts.
    data : mapping
        The answer for machines.
    study : Study or None
        The simulations behind it, where designs were simulated under common random numbers.
    about : mapping
        What the manifest says besides, such as seed and replications.
    interrupted : bool
        Whether the search or the simulation was stopped before its end.
    """

    kind: str
    title: str
    scenario: Scenario
    words: tuple[str, ...]
    exhibits: tuple[Exhibit, ...]
    data: Mapping[str, Any]
    study: Study | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    interrupted: bool = False

    def saying(self, *more: str) -> Answer:
        """Return the answer with more sentences."""
        return replace(self, words=(*self.words, *more))

    def content(self) -> dict[str, Any]:
        """Return what the run folder keeps in ``choice.json``."""
        return {
            "kind": self.kind,
            "title": self.title,
            "words": list(self.words),
            "exhibits": [exhibit.data() for exhibit in self.exhibits],
            "data": dict(self.data),
        }
