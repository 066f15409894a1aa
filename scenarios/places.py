"""Places in the model: which fields, names or entries may stand at a path, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from annotated_types import MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scenarios.fields import Names
from scenarios.paths import Part, Parts


@dataclass(frozen=True)
class Place:
    """A place in the model.

    Attributes
    ----------
    annotation : Any
        Type of what stands there.
    field : FieldInfo or None
        The field, where the place is a field of a model.
    """

    annotation: Any
    field: FieldInfo | None = None

    @property
    def models(self) -> tuple[type[BaseModel], ...]:
        """The models that may stand here; several where a law is chosen."""
        kinds = alternatives(self.annotation)
        return tuple(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel))

    @property
    def may_be_none(self) -> bool:
        """True where None is a value."""
        return _allows_none(self.annotation)

    @property
    def names(self) -> tuple[str, ...]:
        """What the planner's names in the field are, as :func:`scenarios.fields.names` states it."""
        stated = [] if self.field is None else [part for part in self.field.metadata if isinstance(part, Names)]
        return stated[0].words if stated else ()

    @property
    def entry(self) -> Place | None:
        """The place of the entries, where this is a list or a mapping of the planner's own names."""
        for kind in alternatives(self.annotation):
            if _is_table(kind):
                return Place(get_args(kind)[1])
            if get_origin(kind) is tuple:
                return Place(get_args(kind)[0])
        return None

    @property
    def is_table(self) -> bool:
        """True where the planner chooses the names."""
        return any(_is_table(kind) for kind in alternatives(self.annotation))

    @property
    def bounds(self) -> tuple[Any, ...]:
        """What limits the value or its length, as pydantic keeps it; the field's own words last."""
        return (*_bounds(self.annotation), *(() if self.field is None else self.field.metadata))

    @property
    def exact_length(self) -> int | None:
        """Length of the list, where only one is allowed."""
        least = {bound.min_length for bound in self.bounds if isinstance(bound, MinLen)}
        most = {bound.max_length for bound in self.bounds if isinstance(bound, MaxLen)}
        return least.pop() if least == most and least else None

    @property
    def unit(self) -> str:
        """Unit of the field, or an empty text."""
        extra = self.field.json_schema_extra if self.field is not None else None
        extras = [extra, *(info.json_schema_extra for info in _infos(self.annotation))]
        return next((str(found["unit"]) for found in extras if isinstance(found, dict) and "unit" in found), "")

    def law(self, tag: str) -> Place | None:
        """Return the place of one law, where a law is chosen here."""
        if len(self.models) > 1:
            for model in self.models:
                if tag in get_args(model.model_fields["law"].annotation):
                    return Place(model)
        return None

    def child(self, part: Part) -> Place | None:
        """Return the place of a field or entry, None where there is none."""
        for model in self.models:
            if isinstance(part, str) and part in model.model_fields:
                info = model.model_fields[part]
                return Place(info.annotation, info)
        return self.entry


def walk(root: Place, loc: Sequence[Part], data: Any) -> tuple[Parts, Place | None]:
    """Return the path in the file and the place that a location of pydantic means.

    Names of chosen laws, and the inside of a law that is written as a plain number, are not in the file.
    """
    parts: list[Part] = []
    place: Place | None = root
    for part in loc:
        if part == "[key]" or not isinstance(data, (dict, list)):
            break
        law = place.law(part) if place is not None and isinstance(part, str) else None
        if law is not None:
            place = law
            continue
        parts.append(part)
        place = None if place is None else place.child(part)
        data = _inside(data, part)
    return tuple(parts), place


def _inside(data: Any, part: Part) -> Any:
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None


def _is_table(kind: Any) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def alternatives(annotation: Any) -> tuple[Any, ...]:
    """Return the types that an annotation allows, without metadata and None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return alternatives(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return tuple(kind for part in get_args(annotation) if part is not type(None) for kind in alternatives(part))
    return (annotation,)


def _allows_none(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        return _allows_none(get_args(annotation)[0])
    return get_origin(annotation) in (Union, UnionType) and any(
        part is type(None) or _allows_none(part) for part in get_args(annotation)
    )


def _infos(annotation: Any) -> tuple[FieldInfo, ...]:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        return (*(info for info in metadata if isinstance(info, FieldInfo)), *_infos(inner))
    if origin in (Union, UnionType):
        return tuple(info for part in get_args(annotation) for info in _infos(part))
    return ()


def _bounds(annotation: Any) -> tuple[Any, ...]:
    return tuple(bound for info in _infos(annotation) for bound in info.metadata)
