"""Documents read as a model: plain data that know where they stood, and what is wrong with them in file order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError

from scenarios.fields import Model
from scenarios.findings import Found, found_in
from scenarios.paths import Parts
from scenarios.places import Place
from scenarios.problems import BadInput, Problem

M = TypeVar("M", bound=Model)


class Located(Protocol):
    """Plain data that know where they stood in their file."""

    @property
    def data(self) -> Any:
        """The data."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with single values."""

    def placed(self, problem: Problem, parts: Parts) -> Problem:
        """Return a problem with the place of a path in the file."""

    def rank(self, problem: Problem) -> Any:
        """Return what orders problems as the file does."""


def read_as(model: type[M], document: Located) -> M:
    """Return what a document says, as a model.

    Raises
    ------
    BadInput
        It does not say what it must; carries every problem, in file order.
    """
    try:
        found = model.model_validate(document.data)
    except ValidationError as error:
        raise refusal(document, found_in(error, Place(model), document.data)) from None
    if document.problems:
        raise refusal(document)
    return found


def refusal(document: Located, found: Iterable[Found] = ()) -> BadInput:
    """Return all that is wrong with a document, its single values included, in file order with lines or cells."""
    reported = {problem.path for problem in document.problems}
    fresh = [document.placed(problem, parts) for parts, problem in found if problem.path not in reported]
    return BadInput(sorted([*document.problems, *fresh], key=document.rank))
