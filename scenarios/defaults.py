"""What a scenario leaves at its defaults: assumptions that nobody wrote down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from scenarios.paths import path_text
from scenarios.places import Place
from scenarios.reference import ANY, entry_at, plain_default, root
from scenarios.scenario import Scenario
from scenarios.yaml_layout import one_line

_OF_THE_FILE = ("promiselab",)


@dataclass(frozen=True)
class Default:
    """A field that is left at its default.

    Attributes
    ----------
    path : str
        Pattern of the field; ``*`` stands for every name.
    value : str
        The default, as a file would have it.
    unit, meaning : str
        What the field says of itself.
    where : tuple of str
        The paths at which it is left out.
    """

    path: str
    value: str
    unit: str
    meaning: str
    where: tuple[str, ...]


def defaults_in_use(scenario: Scenario) -> list[Default]:
    """Return the fields that hold a number or a word by default, in the model's order.

    >>> from scenarios.shipped import load_shipped
    >>> [d.value for d in defaults_in_use(load_shipped("giftware")) if d.path == "segments.*.demand.gap_cv"]
    ['1']
    """
    found: dict[tuple[str, ...], tuple[str, list[str]]] = {}
    for pattern, path, value in _left(root(), scenario, (), ()):
        found.setdefault(pattern, (value, []))[1].append(path_text(path))
    out = []
    for pattern, (value, where) in found.items():
        said = entry_at(pattern)
        if said is not None and said.path not in _OF_THE_FILE:
            out.append(Default(said.path, value, said.unit, said.meaning, tuple(where)))
    return out


Left = tuple[tuple[str, ...], tuple[str, ...], str]


def _left(place: Place, value: Any, pattern: tuple[str, ...], path: tuple[str, ...]) -> Iterator[Left]:
    """Yield (pattern, path, default) of every field below a value that holds a number or a word by default."""
    if isinstance(value, BaseModel) and len(place.models) == 1:
        for name in type(value).model_fields:
            child = place.child(name)
            if child is None:
                continue
            inner, default = getattr(value, name), plain_default(child)
            here = (*pattern, name), (*path, name)
            if isinstance(default, (bool, int, float, str)) and default != "" and _plain(inner) == default:
                yield (*here, one_line(default) or "")
            else:
                yield from _left(child, inner, *here)
    elif place.entry is not None and isinstance(value, (Mapping, tuple)):
        named = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, inner in named:
            yield from _left(place.entry, inner, (*pattern, ANY), (*path, str(key)))


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value
