"""Plain data to a scenario, with every problem located in the file that it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from scenarios.documents import Located, refusal
from scenarios.findings import Found, found_in
from scenarios.mended import without
from scenarios.paths import Parts
from scenarios.places import Place, walk
from scenarios.problems import BadInput
from scenarios.scenario import Scenario


def validated(data: Any, source: str = "") -> Scenario:
    """Return the scenario that the data describe.

    Parameters
    ----------
    data : Any
        Plain data, or models, as pydantic takes them.
    source : str
        Where they come from, for the messages.

    Raises
    ------
    BadInput
        The data contradict the model or themselves; carries every problem found.
    """
    scenario, found = attempt(data)
    if scenario is None:
        raise BadInput(replace(problem, source=source) for _, problem in found)
    return scenario


def of_document(document: Located) -> Scenario:
    """Return the scenario that a document describes; problems are in file order, with their lines or cells.

    Raises
    ------
    BadInput
        As for :func:`validated`; what was wrong with the text of single values is among the problems.
    """
    scenario, found = attempt(document.data)
    if scenario is not None and not document.problems:
        return scenario
    raise refusal(document, found)


def attempt(data: Any) -> tuple[Scenario | None, list[Found]]:
    """Return the scenario, or None with every problem and the parts of its path.

    Contradictions between parts can only be looked for where all parts are there: wrong values are set aside for that.
    """
    try:
        return Scenario.model_validate(data), []
    except ValidationError as error:
        found = list(found_in(error, Place(Scenario), data))
        if any(detail["type"] == "inconsistent" for detail in error.errors(include_url=False)):
            return None, found
        return None, [*found, *_beyond(Place(Scenario), data, [parts for parts, _ in found])]


def _beyond(root: Place, data: Any, wrong: list[Parts]) -> Iterator[Found]:
    """Yield the contradictions that do not concern the values that are wrong by themselves."""
    needed: list[Parts] = []
    for _ in range(2):  # once to learn which of them cannot be left out
        mended = without(data, wrong, needed)
        if mended is None:
            return
        try:
            Scenario.model_validate(mended)
        except ValidationError as error:
            details = error.errors(include_url=False)
            if all(detail["type"] == "inconsistent" for detail in details):
                yield from (one for one in found_in(error, root, mended) if not _concerns(one[0], wrong))
                return
            needed = [walk(root, detail["loc"], mended)[0] for detail in details if detail["type"] == "missing"]
        else:
            return


def _concerns(parts: Parts, wrong: list[Parts]) -> bool:
    return any(tuple(parts[: len(one)]) == tuple(one) or tuple(one[: len(parts)]) == tuple(parts) for one in wrong)
