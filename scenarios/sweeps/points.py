"""Points of a sweep: a name, a design, changes; equal ones appear once, and point 0 is the unchanged scenario."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from scenarios.limits import LONGEST_NAME
from scenarios.paths import normal, path_parts
from scenarios.problems import BadInput, Problem, TooLarge
from scenarios.relative import factor, scaled
from scenarios.saving import to_data
from scenarios.what_if import AS_IS, DESIGN, DESIGNS, with_changes
from scenarios.yaml_text import read_yaml

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

BASELINE: Final = "baseline"
MOST_POINTS: Final = 100_000
NOT_THERE: Final = "not there"

Change = tuple[str, Any]
"""Dotted path and value, in the grammar of :mod:`scenarios.what_if`."""


@dataclass(frozen=True)
class Point:
    """One scenario of a sweep, as what it changes.

    Attributes
    ----------
    name : str
        Unique in the sweep; says what is changed.
    changes : tuple of (path, value)
        Applied in their order; those of ``design`` on top of the named design, as the others have left it.
    design : str or None
        Name of the design to judge (``as_is`` included); None: the scenario's own.
    """

    name: str
    changes: tuple[Change, ...] = ()
    design: str | None = None


def point(name: str, changes: Iterable[Change]) -> Point:
    """Return the point; a change of ``design`` to a name becomes the point's design.

    >>> point("fast", [("design", "fast"), ("study.seed", 1)])
    Point(name='fast', changes=(('study.seed', 1),), design='fast')
    """
    kept: list[Change] = []
    design: str | None = None
    for path, value in changes:
        named = _named_design(value) if path == DESIGN else None
        if named:
            design = named
        else:
            kept.append((path, value))
    return Point(name, tuple(kept), design)


def _named_design(value: Any) -> str | None:
    """Return the name that a value of ``design`` is, perhaps in quotes; None where it is something else."""
    text = value.strip() if isinstance(value, str) else ""
    if not text.startswith(('"', "'")):
        return None if text.startswith("{") else text
    try:
        found = read_yaml(text).data
    except BadInput:
        return None
    return found if isinstance(found, str) else None


def resolved(scenario: Scenario, point: Point) -> Scenario:
    """Return the scenario of a point, validated.

    Where ``design.*`` is changed and the scenario has no design of its own, the change applies to a copy of today's.

    Raises
    ------
    BadInput
        A path, a value, the design or what they make together is wrong; carries every problem found, each with the
        point as its source.
    """
    design = point.design
    if design is None and scenario.design is None and any(_first(path) == DESIGN for path, _ in point.changes):
        design = "as_is"
    try:
        if point.changes:
            return with_changes(scenario, dict(point.changes), design)
        return scenario if design is None else scenario.with_design(design)
    except BadInput as error:
        raise type(error)(replace(p, source=f"point {point.name}", line=None) for p in error.problems) from None


def assembled(scenario: Scenario, asked: Iterable[Point]) -> tuple[tuple[Point, ...], tuple[int, ...]]:
    """Return the points in order, the baseline first and equal ones once, and which of them each asked one became.

    Raises
    ------
    TooLarge
        There are more than 100,000.
    """
    equal = _Equality(scenario)
    points = [Point(BASELINE)]
    index_of = {equal.key(points[0]): 0}
    names = {BASELINE: 1}
    became: list[int] = []
    for wanted in asked:
        key = equal.key(wanted)
        if key not in index_of:
            index_of[key] = len(points)
            points.append(replace(wanted, name=_unique(wanted.name, names)))
        became.append(index_of[key])
        if len(points) > MOST_POINTS + 1:
            raise TooLarge([Problem("", f"more than {MOST_POINTS:,} points", "Vary less at once.")])
    return tuple(points), tuple(became)


def value_text(value: Any) -> str:
    """Return a value as a point's name shows it.

    >>> value_text("+10%"), value_text(0.1 + 0.2), value_text(True), value_text([1, 2])
    ('+10%', '0.3', 'true', '[1, 2]')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:.12g}"
    return json.dumps(value, ensure_ascii=False, default=str)


def _unique(name: str, names: dict[str, int]) -> str:
    """Return a name that is neither taken nor too long, and take it; ``names`` counts how often each was asked for."""
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 14].rstrip()} ..."
    found = short
    while found in names:
        names[short] += 1
        found = f"{short} ({names[short]})"
    names[found] = 1
    return found


def _first(path: str) -> str:
    return path_parts(path)[0]


class _Equality:
    """Tells which points resolve to equal changes, without making their scenarios."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.designs = {"as_is": scenario.as_is, **scenario.designs}
        self.data: dict[str | None, Any] = {}
        self.seen: dict[tuple[str | None, str, str], tuple[Any, ...] | None] = {}

    def key(self, point: Point) -> Any:
        parts = [parts_of(path) for path, _ in point.changes]
        first = {part[0] for part in parts}
        of_named = bool(first & {AS_IS, DESIGNS})  # designs that are equal may not be so after the changes
        design = point.design if of_named else self._design(point.design)
        if _overlap(parts) or (of_named and DESIGN in first):
            return design, point.changes.__repr__()
        found = (self._change(design, path, value) for path, value in point.changes)
        return design, frozenset(change for change in found if change is not None)

    def _design(self, name: str | None) -> str | None:
        """Return the first name of an equal design; None where it is the scenario's own."""
        if name is None or name not in self.designs:
            return name
        wanted = self.designs[name]
        if wanted == self.scenario.current:
            return None
        return next(other for other, design in self.designs.items() if design == wanted)

    def _change(self, design: str | None, path: str, value: Any) -> tuple[Any, ...] | None:
        """Return the path and the new value; None where nothing changes."""
        where = (design, path, repr(value))
        if where not in self.seen:
            parts = parts_of(path)
            old = value_at(self._data(design), parts)
            new = _canonical(_new(old, value))
            self.seen[where] = None if new == _canonical(old) else (parts, new)
        return self.seen[where]

    def _data(self, design: str | None) -> Any:
        if design not in self.data:
            chosen = self.scenario.current if design is None else self.designs.get(design, self.scenario.current)
            self.data[design] = {**to_data(self.scenario), DESIGN: chosen.model_dump(mode="json")}
        return self.data[design]


def parts_of(path: str) -> tuple[str, ...]:
    """Return the parts of a path, in the form in which equal names are equal."""
    return tuple(normal(part) for part in path_parts(path))


def _overlap(paths: list[tuple[str, ...]]) -> bool:
    """Return whether one path lies within another."""
    ordered = sorted(paths)
    return any(later[: len(early)] == early for early, later in pairwise(ordered))


def value_at(data: Any, parts: tuple[str, ...]) -> Any:
    """Return what stands at a path of plain data; ``NOT_THERE`` where nothing does."""
    for part in parts:
        try:
            data = data[int(part)] if isinstance(data, list) else data[part]
        except (KeyError, IndexError, TypeError, ValueError):
            return NOT_THERE
    return data


def _new(old: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        times = factor(value)
        if times is not None:
            return scaled(old, times)
        return None if value.strip() in ("", "~", "null") else read_yaml(value).data
    except ValueError:
        return value


def _canonical(value: Any) -> str:
    """Return a text that equal values share: 100 and 100.0 are equal, true and 1 are not."""
    return json.dumps(_plain(value), sort_keys=True, default=str)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
