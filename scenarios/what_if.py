"""What-ifs: a scenario with some fields changed, each addressed by its dotted path.

A value is absolute or relative. Absolute values follow the rules of scenario files: ``12``, ``true``, ``null``,
``text``, ``[1, 2]``, ``{law: gamma, mean: 3, cv: 0.5}``. Relative ones are ``+10%``, ``-5%`` and ``*1.2``; they
apply to a number, to every number of a list, or to the times of a law. ``+3`` is the absolute number 3.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from scenarios.paths import Part, Parts, normal, path_parts, path_text
from scenarios.places import Place
from scenarios.problems import BadInput, Problem, bad
from scenarios.relative import factor, scaled
from scenarios.saving import to_data
from scenarios.scenario import Scenario
from scenarios.validation import attempt
from scenarios.wording import nearest, unknown_field
from scenarios.yaml_text import read_yaml

_ASSIGNMENT = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^"=])*)=(.*)', re.DOTALL)
AS_IS, DESIGN, DESIGNS = "as_is", "design", "designs"


@dataclass(frozen=True)
class _Change:
    """One change, as it was asked for and as parts."""

    path: str
    value: Any
    parts: tuple[str, ...]

    @property
    def source(self) -> str:
        return f"--set {self.path}={self.value}"

    def fails(self, path: Iterable[Part], what: str, advice: str = "", value: Any = None) -> BadInput:
        return BadInput([Problem(path_text(path), what, advice, value, self.source)])


def with_changes(scenario: Scenario, changes: Mapping[str, Any], design: str | None = None) -> Scenario:
    """Return the scenario with the changes applied in their order and validated once.

    Parameters
    ----------
    scenario : Scenario
        Stays as it is.
    changes : mapping
        Dotted path -> value. Entries of lists are numbered from 0; names with dots are quoted
        (``segments."a.b".customers``). A text is read as in the module's description, other values are taken as
        they are. The last part may be a new name where names are the planner's own.
    design : str or None
        Name of the design to judge (``as_is`` included), with the changes that are made to it; those of ``design``
        come on top. None: the scenario's own.

    Raises
    ------
    BadInput
        A path, a value or the design is wrong, or the changed scenario is not valid; carries every problem found,
        each with the source ``--set path=value``.
    """
    data = to_data(scenario)
    problems: list[Problem] = []
    done: list[_Change] = []

    def apply(wanted: Iterable[_Change]) -> None:
        for change in wanted:
            try:
                _apply(data, change)
            except BadInput as error:
                problems.extend(replace(p, source=p.source or change.source, line=None) for p in error.problems)

    for path, value in changes.items():
        try:
            done.append(_parsed(path, value))
        except BadInput as error:
            problems += (replace(p, source=p.source or f"--set {path}={value}", line=None) for p in error.problems)
    apply(change for change in done if change.parts[0] != DESIGN)
    if design is not None:
        data[DESIGN] = deepcopy(_design_of(data, design))
    apply(change for change in done if change.parts[0] == DESIGN)
    if problems:
        raise BadInput(problems)
    changed, found = attempt(data)
    if changed is None:
        raise BadInput(replace(problem, source=_source(parts, done)) for parts, problem in found)
    return changed


def _design_of(data: Mapping[str, Any], name: str) -> Any:
    """Return a design by its name."""
    known = {AS_IS: data[AS_IS], **data[DESIGNS]}
    if name not in known:
        raise bad(DESIGN, "there is no design of that name", nearest(name, known), name)
    return known[name]


def parse_assignments(assignments: Iterable[str]) -> dict[str, str]:
    """Return the changes that ``path=value`` texts of the command line ask for.

    Raises
    ------
    BadInput
        A text is no assignment, or one path is assigned twice.

    >>> parse_assignments(["segments.retail.customers=+10%"])
    {'segments.retail.customers': '+10%'}
    """
    changes: dict[str, str] = {}
    seen: dict[tuple[str, ...], str] = {}
    problems: list[Problem] = []
    for text in assignments:
        source = f"--set {text}"
        match = _ASSIGNMENT.fullmatch(text)
        if match is None:
            problems.append(Problem("", "this is not an assignment", "Expected path=value.", source=source))
            continue
        path, value = match[1].strip(), match[2].strip()
        try:
            parts = path_parts(path)
        except BadInput as error:
            problems += (replace(problem, source=source) for problem in error.problems)
            continue
        if parts in seen:
            problems.append(Problem(path, f"is set twice: also by --set {seen[parts]}", "Keep one.", source=source))
        seen.setdefault(parts, text)
        changes[path] = value
    if problems:
        raise BadInput(problems)
    return changes


def _source(parts: Parts, changes: Iterable[_Change]) -> str:
    """Return the changes that a problem at this path may come from."""
    asked = list(changes)
    path = tuple(str(part) for part in parts)
    near = [c for c in asked if all(a == b for a, b in zip(c.parts, path, strict=False))] if path else []
    return ", ".join(change.source for change in near or asked)


def _parsed(path: str, value: Any) -> _Change:
    return _Change(path, value, tuple(normal(part) for part in path_parts(path)))


def _apply(data: Any, change: _Change) -> None:
    here: Any = data
    place = Place(Scenario)
    at: list[Part] = []
    for name in change.parts[:-1]:
        key = _key(here, name, place, change, at)
        at.append(key)
        place = _child(place, here, key)
        here = here[key]
    last = _key(here, change.parts[-1], place, change, at, new=True)
    at.append(last)
    if isinstance(here, dict) and last not in here:
        _check_new(here, _child(place, here, last), change, at)
    old = here.get(last) if isinstance(here, dict) else here[last]
    here[last] = _new_value(old, change, at)


def _child(place: Place, here: Any, key: Part) -> Place:
    """Return the place of an entry; within a law, of the law that is there."""
    law = here.get("law") if isinstance(here, dict) else None
    inner = (place.law(law) if isinstance(law, str) else None) or place
    return inner.child(key) or Place(object)


def _key(here: Any, name: str, place: Place, change: _Change, at: list[Part], new: bool = False) -> Part:
    """Return the key or index that a part of the path means."""
    if isinstance(here, list):
        if name.isdecimal() and int(name) < len(here):
            return int(name)
        raise change.fails([*at, name], "there is no entry of that number", f"The list has {len(here)}, from 0.")
    if here is None:
        raise change.fails(
            at, f"is not set, so {name} cannot be changed in it", "Set it as a whole: {field: value, ...}."
        )
    if not isinstance(here, dict):
        raise change.fails(at, f"has no field {name}: it is a single value", "Set it as a whole.", here)
    if name in here or (new and place.is_table):
        return name
    if place.is_table:
        raise change.fails([*at, name], "there is no entry of that name", nearest(name, here))
    what, advice = unknown_field(name, place) if len(place.models) == 1 else ("there is no field of that name", "")
    raise change.fails([*at, name], what, advice or nearest(name, here))


def _check_new(here: Mapping[str, Any], place: Place, change: _Change, at: list[Part]) -> None:
    """Refuse a new name unless the value could be an entry: a group of fields where entries are groups."""
    value = change.value
    is_group = isinstance(value, Mapping) or (isinstance(value, str) and value.lstrip().startswith("{"))
    relative = isinstance(value, str) and factor(value) is not None
    if relative or (place.models and not is_group):
        raise change.fails(at, "there is no entry of that name", nearest(str(at[-1]), here))


def _new_value(old: Any, change: _Change, at: list[Part]) -> Any:
    value = change.value
    if not isinstance(value, str):
        return _finite(value, change, at)
    times = factor(value)
    if times is None:
        return _absolute(value, change, at)
    if old is None:
        raise change.fails(at, "is not set, so there is nothing to change relative to", "Give a plain value.")
    try:
        return scaled(old, times)
    except ValueError as error:
        raise change.fails(at, str(error), "Give a plain value.", old) from None


def _absolute(text: str, change: _Change, at: list[Part]) -> Any:
    if text.strip() in ("", "~", "null"):
        return None
    try:
        return read_yaml(text).data
    except BadInput as error:
        path = path_text(at)
        raise type(error)(
            replace(p, path=".".join(filter(None, (path, p.path))), source=change.source, line=None)
            for p in error.problems
        ) from None


def _finite(value: Any, change: _Change, at: list[Part]) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise change.fails(at, "out of range: a finite number is expected", value=value)
    if isinstance(value, Mapping):
        return {key: _finite(item, change, at) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item, change, at) for item in value]
    return value
