"""Every field of a scenario with its unit, default, bounds and meaning, read from the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel

from scenarios.paths import path_text
from scenarios.places import Place, alternatives
from scenarios.yaml_layout import one_line

ANY = "*"
"""Stands in a path for every name of the planner's own, or every entry of a list."""
_TECHNICAL = 1e8
"""Bounds beyond this keep out what no computer can count, and are not worth a planner's while."""
_KINDS = {float: "number", int: "whole number", bool: "true or false", str: "text"}
_LOW = ((Gt, "gt", "above"), (Ge, "ge", "at least"))
_HIGH = ((Lt, "lt", "below"), (Le, "le", "at most"))


@dataclass(frozen=True)
class Entry:
    """What may stand at a path.

    Attributes
    ----------
    path : str
        Dotted path; ``*`` stands for every name or entry.
    kind : str
        What is written there: a number, a text, one of some words, fields, ...
    bounds : str
        Bounds of a number; may be empty.
    unit : str
        May be empty.
    default : str
        What holds where it is left out, or ``required``; empty for entries and for groups of fields.
    meaning : str
        In a planner's words.
    place : Place
        The place in the model.
    """

    path: str
    kind: str
    bounds: str
    unit: str
    default: str
    meaning: str
    place: Place

    @property
    def facts(self) -> str:
        """Kind, bounds, unit and default in one line.

        >>> entry_at(["calendar", "warm_up_days"]).facts
        'number, at least 0, at most 36,600; unit: days; default: 0'
        """
        kind = ", ".join(part for part in (self.kind, self.bounds) if part)
        unit = f"unit: {self.unit}" if self.unit else ""
        default = self.default if self.default in ("", REQUIRED) else f"default: {self.default}"
        return "; ".join(part for part in (kind, unit, default) if part)


REQUIRED = "required"


def root() -> Place:
    """Return the place of the whole scenario."""
    from scenarios.scenario import Scenario

    return Place(Scenario)


def entry_at(parts: Sequence[str]) -> Entry | None:
    """Return what stands at a path; any name of the planner's own, or ``*``, may stand for an entry.

    >>> entry_at(["segments", "retail", "customers"]).meaning
    'How many customers there are.'
    >>> entry_at(["segments", "retail", "colour"]) is None
    True
    """
    place: Place | None = root()
    for part in parts:
        place = None if place is None else place.child(part)
    return None if place is None else entry(path_text(parts), place)


def entry(path: str, place: Place) -> Entry:
    """Return what a place says of itself."""
    return Entry(path, kind(place), _bounds(place), place.unit, _default(place), meaning(place), place)


def entries(place: Place | None = None, path: Sequence[str] = ()) -> Iterator[Entry]:
    """Yield every field below a place, in the model's order; the fields of laws are not among them."""
    place = place or root()
    if place.entry is not None:
        yield from _one(place.entry, (*path, ANY))
    elif len(place.models) == 1:
        for name in place.models[0].model_fields:
            child = place.child(name)
            if child is not None:
                yield from _one(child, (*path, name))


def _one(place: Place, path: Sequence[str]) -> Iterator[Entry]:
    yield entry(path_text(path), place)
    yield from entries(place, path)


def models(place: Place | None = None) -> dict[type[BaseModel], list[str]]:
    """Return every model of the scenario with the paths at which it stands, laws last."""
    found: dict[type[BaseModel], list[str]] = {}
    whole = place or root()
    for one in [entry("", whole), *entries(whole)]:
        for model in one.place.models:
            found.setdefault(model, []).append(one.path)
    return dict(sorted(found.items(), key=lambda item: is_law(item[0])))


def is_law(model: type[BaseModel]) -> bool:
    """Return whether a model is a law of random times or quantities."""
    return "law" in model.model_fields


def meaning(place: Place) -> str:
    """Return what a field means; of an entry, what its model is; in one line."""
    text = place.field.description if place.field is not None else None
    if not text and len(place.models) == 1:
        text = (place.models[0].__doc__ or "").partition("\n\n")[0]
    return " ".join((text or "").replace("``", "").split())


def kind(place: Place) -> str:
    """Return what is to be written at a place.

    >>> kind(root().child("menu").child("visible")), kind(root().child("promise_clock"))
    ('true or false', 'placement or approval')
    """
    kinds = alternatives(place.annotation)
    if place.is_table:
        inner = place.entry
        return f"names, each with {_article(kind(inner))}" if inner is not None else "names"
    if place.entry is not None:
        return f"list: {kind(place.entry)}"
    if len(place.models) > 1:
        return "number or law"
    if place.models:
        return "fields"
    words = [str(word) for one in kinds if get_origin(one) is Literal for word in get_args(one)]
    if words:
        return _either(words)
    return _either(["time of day" if place.unit == "hh:mm" else _KINDS.get(one, "day") for one in kinds])


def law_name(model: type[BaseModel]) -> str:
    """Return how a law is called in files."""
    return str(get_args(model.model_fields["law"].annotation)[0])


def is_constant(model: type[BaseModel]) -> bool:
    """Return whether a law is the one that a plain number stands for."""
    return not model.model_fields["law"].is_required()


def _article(words: str) -> str:
    return words if words.startswith(("fields", "names")) else f"a {words}"


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _bounds(place: Place) -> str:
    ends = (_bound(place, _LOW), _bound(place, _HIGH))
    return ", ".join(end for end in ends if end)


def _bound(place: Place, sorts: Sequence[tuple[type, str, str]]) -> str:
    """Return the bound at one end; the strict one where there are two, which stands first."""
    for sort, name, words in sorts:
        for found in place.bounds[::-1]:
            if isinstance(found, sort) and abs(getattr(found, name)) < _TECHNICAL:
                return f"{words} {float(getattr(found, name)):,.15g}"
    return ""


def _default(place: Place) -> str:
    default = plain_default(place)
    if place.field is None or (isinstance(default, dict) and default):
        return ""
    if default is ...:
        return REQUIRED
    if default is None:
        return "left out"
    return "none" if default in ("", [], {}) else one_line(default) or ""


def plain_default(place: Place) -> Any:
    """Return the default of a field as plain data; ``...`` where there is none."""
    if place.field is None or place.field.is_required():
        return ...
    value = place.field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return list(value) if isinstance(value, tuple) else str(value) if isinstance(value, date) else value
