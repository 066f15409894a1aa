"""A scenario as YAML that explains itself: every field with its meaning, unit and default, read from the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from pydantic import BaseModel

from scenarios.places import Place
from scenarios.reference import entry, entry_at, is_constant, law_name, meaning, plain_default, root
from scenarios.saving import to_data
from scenarios.scenario import Scenario
from scenarios.yaml_layout import one_line, text, yaml_lines

_WIDTH = 110
_STEP = 2
_EXAMPLE = "name"
"""Stands for a name of the planner's own where there is none yet."""
_A_TIME = ("segments", "*", "patience_days")
_UNITS = ("segments", "*", "products", "*", "quantity")
_HOW_TO_READ = (
    "How to read this file: a comment explains the line below it; in brackets stand what may be written there, its "
    "unit and its default. A line such as #gap_cv: 1 is a field that is left out: take the # away to set it. Each kind "
    "of group is explained where it comes first; further ones show what they set. Shares are 0..1, money is in the "
    "currency below, days are calendar days."
)


def commented_yaml(scenario: Scenario, head: str = "") -> str:
    """Return the scenario as YAML with comments, which loads back to an equal scenario.

    Parameters
    ----------
    scenario : Scenario
        What to write.
    head : str
        A paragraph for the top of the file.

    Returns
    -------
    str
        Every field of the format occurs in it, set or commented out.
    """
    top = [*_comment(head), "#", *_comment(_HOW_TO_READ), "#", *_laws()]
    return "\n".join([*top, *_Writer().group(root(), to_data(scenario, defaults=False), 0)]) + "\n"


class _Writer:
    """Writes places of the model; remembers which models it has explained."""

    def __init__(self) -> None:
        self._explained: set[type[BaseModel]] = set()

    def group(self, place: Place, data: Mapping[str, Any], indent: int) -> Iterator[str]:
        """Yield the fields of a model: all of them where it is explained, else those that are set."""
        (model,) = place.models
        explaining = model not in self._explained
        self._explained.add(model)
        for name in model.model_fields:
            child = place.child(name)
            if child is None or not (explaining or name in data):
                continue
            if explaining:
                yield from self._explanation(name, child, indent)
            if name in data:
                yield from self._value(f"{' ' * indent}{text(name)}:", child, data[name], indent + _STEP)
            else:
                yield from self._left_out(name, child, indent)

    @staticmethod
    def _explanation(name: str, place: Place, indent: int) -> Iterator[str]:
        said = entry(name, place)
        if not indent:
            yield ""
        yield from _comment(f"{said.meaning} [{said.facts}]", indent)

    def _left_out(self, name: str, place: Place, indent: int) -> Iterator[str]:
        """Yield a field as a line to be uncommented; one that leads to an unexplained model, with that below it."""
        pad, below = " " * indent, self._unexplained(place)
        if below is None:
            default = plain_default(place)
            written = "..." if default is ... else one_line(default)
            yield f"{pad}#{name}: {written}"
            return
        yield f"{pad}#{name}:"
        here: Place | None = place
        while here is not None and not here.models:
            indent += _STEP
            yield f"{' ' * indent}#{f'{_EXAMPLE}:' if here.is_table else '-'}"
            here = here.entry
        yield from self.group(below, {}, indent + _STEP)

    def _value(self, head: str, place: Place, value: Any, indent: int) -> Iterator[str]:
        """Yield a value behind or below its head."""
        model = _leads_to(place)
        if model is None or not value:
            yield from _beside(head, value, indent)
        elif isinstance(value, dict) and place.models:
            yield head
            yield from self.group(place, value, indent)
        elif isinstance(value, dict) and place.entry is not None:
            yield head
            for name, item in value.items():
                yield from self._value(f"{' ' * indent}{text(name)}:", place.entry, item, indent + _STEP)
        elif self._unexplained(place) is None or place.entry is None:
            yield from _beside(head, value, indent)
        else:
            yield head
            for item in value:
                yield from self._value(f"{' ' * indent}-", place.entry, item, indent + _STEP)

    def _unexplained(self, place: Place) -> Place | None:
        model = _leads_to(place)
        return model if model is not None and model.models[0] not in self._explained else None


def _leads_to(place: Place) -> Place | None:
    """Return the place of the model that a field holds, in a table or a list or directly; None: plain values."""
    here: Place | None = place
    while here is not None and not here.models:
        here = here.entry
    return here if here is not None and len(here.models) == 1 else None


def _beside(head: str, value: Any, indent: int) -> Iterator[str]:
    """Yield a plain value in its usual layout."""
    first, *rest = yaml_lines({"x": value}, indent - _STEP)
    yield f"{head}{first.strip().removeprefix('x:')}"
    yield from rest


def _laws() -> Iterator[str]:
    """Yield the laws that may stand where a number varies, with their fields."""
    for what, path in (("a time", _A_TIME), ("a number of units", _UNITS)):
        yield from _comment(f"Where {what} varies, a law can stand instead of the number:")
        for model in found.place.models if (found := entry_at(path)) else ():
            fields = "".join(f", {name}: ..." for name in model.model_fields if name != "law")
            if not is_constant(model):
                words = meaning(Place(model))
                yield from _comment(f"  {{law: {law_name(model)}{fields}}}  {words}", hanging="    ")


def _comment(words: str, indent: int = 0, hanging: str = "") -> Iterator[str]:
    start = f"{' ' * indent}# "
    yield from (f"{start}{line}" for line in wrap(words, _WIDTH - len(start), subsequent_indent=hanging))
