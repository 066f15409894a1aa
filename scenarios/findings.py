"""What is wrong with some data, as pydantic finds it, in a planner's words and with the place of each problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError

from scenarios.fields import Model
from scenarios.paths import Parts, located, path_text
from scenarios.places import Place, walk
from scenarios.problems import BadInput, Problem
from scenarios.wording import Finding, meant_by, missing_field, unknown_field, words
from scenarios.yaml_layout import number

Found = tuple[Parts, Problem]
M = TypeVar("M", bound=Model)


def as_model(model: type[M], data: Any) -> M:
    """Return data as a model.

    Raises
    ------
    BadInput
        They are not as it asks; carries every problem.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise BadInput(problem for _, problem in found_in(error, Place(model), data)) from None


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
