"""Plain data to a scenario, with every problem located in the file that it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import ValidationError

from scenarios.mended import without
from scenarios.paths import Parts, located, path_text
from scenarios.places import Place, walk
from scenarios.problems import BadInput, Problem
from scenarios.wording import Finding, meant_by, missing_field, unknown_field, words
from scenarios.yaml_layout import number

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

Found = tuple[Parts, Problem]


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
    reported = {problem.path for problem in document.problems}
    fresh = [document.placed(problem, parts) for parts, problem in found if problem.path not in reported]
    raise BadInput(sorted([*document.problems, *fresh], key=document.rank))


def attempt(data: Any) -> tuple[Scenario | None, list[Found]]:
    """Return the scenario, or None with every problem and the parts of its path.

    Contradictions between parts can only be looked for where all parts are there: wrong values are set aside for that.
    """
    from scenarios.scenario import Scenario

    try:
        return Scenario.model_validate(data), []
    except ValidationError as error:
        found = list(found_in(error, Place(Scenario), data))
        if any(detail["type"] == "inconsistent" for detail in error.errors(include_url=False)):
            return None, found
        return None, [*found, *_beyond(Place(Scenario), data, [parts for parts, _ in found])]


def _beyond(root: Place, data: Any, wrong: list[Parts]) -> Iterator[Found]:
    """Yield the contradictions that do not concern the values that are wrong by themselves."""
    from scenarios.scenario import Scenario

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


def found_in(error: ValidationError, root: Place, data: Any) -> Iterator[Found]:
    """Yield every problem that pydantic found in some data, in a planner's words, with the place of each."""
    details = error.errors(include_url=False)
    meant = _meant(details, root, data)
    for detail in details:
        parts, place = walk(root, detail["loc"], data)
        if detail["type"] == "inconsistent":
            yield from _contradictions(detail.get("ctx", {}), data)
        elif detail["type"] != "missing" or parts not in meant:
            yield parts, _problem(detail, parts, place, root, data)


def _contradictions(ctx: Mapping[str, Any], data: Any) -> Iterator[Found]:
    inconsistent: BadInput = ctx["problems"]
    for problem in inconsistent.problems:
        parts = located(problem.path, data)
        yield parts, replace(problem, path=path_text(parts))


def _meant(details: Any, root: Place, data: Any) -> set[Parts]:
    """Return the paths of fields that stand in the data under a wrong name: they are not missing."""
    meant: set[Parts] = set()
    for detail in details:
        if detail["type"] == "extra_forbidden":
            parts, _ = walk(root, detail["loc"], data)
            _, level = walk(root, detail["loc"][:-1], data)
            fields = [field for model in (level.models if level else ())[:1] for field in model.model_fields]
            meant.update((*parts[:-1], field) for field in meant_by(str(parts[-1]), fields))
    return meant


def _problem(detail: Any, parts: Parts, place: Place | None, root: Place, data: Any) -> Problem:
    kind, value = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        _, level = walk(root, detail["loc"][:-1], data)
        what, advice = unknown_field(str(parts[-1]), level)
    elif kind == "missing":
        what, advice = missing_field(place)
        value = None
    else:
        what, advice = words(Finding(kind, detail.get("ctx", {}), detail["msg"], value, place))
    in_path = detail["loc"][-1:] == ("[key]",)
    return Problem(path_text(parts), what, advice, None if in_path else _shown(value))


def _shown(value: Any) -> str | None:
    """Return a single value as a file would have it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return number(value) if abs(value) < 10**400 else None
    return value if isinstance(value, str) else None
