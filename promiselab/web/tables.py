"""The numbers of a scenario as tables, generated from the fields of its model: rows are fields, columns what has them.

Units and meanings are those of the fields. Texts are left out, and so are lists too long for a cell (profiles by the
hour): what remains are numbers, yes or no, and choices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar, get_args, get_origin

from promiselab.web.what_if import NOT_SERVED, SERVED
from scenarios.design import Design
from scenarios.offerings import current_offerings
from scenarios.paths import Part, Parts, path_parts, path_text
from scenarios.places import Place, alternatives
from scenarios.saving import to_data
from scenarios.scenario import Scenario

LONGEST_LIST = 12
WITH_TABLES = ("study", "design", "designs", "as_is", "segments", "products", "resources", "levers")
"""Fields of the scenario that are no general numbers: they have tables of their own, or belong to the run."""
OFFERS, LEVERS, GENERAL = "offers", "levers", "general"
EVERYBODY = "all"
YES, NO = "true", "false"


@dataclass(frozen=True)
class Field:
    """A row: one field of everything in the columns.

    Attributes
    ----------
    group, label : str
        Where it belongs, and what it is called.
    unit, meaning : str
        From the model.
    paths : mapping
        Column -> path of the field, where the column has it.
    choices : mapping
        Column -> what it may be, where only some values are possible.
    hints : mapping
        Column -> what holds as long as it is not set, where that is known.
    """

    group: str
    label: str
    unit: str
    meaning: str
    paths: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A table: its columns and rows."""

    title: str
    columns: tuple[str, ...]
    fields: tuple[Field, ...]


T = TypeVar("T")
Entry = tuple[Parts, Any, Place]
"""Path, data and place of what stands in a column."""


def sheet_titles(scenario: Scenario) -> dict[str, str]:
    """Return name -> title of every table of a scenario."""
    levers = {f"{LEVERS}.{i}": f"What an option of {lever} does" for i, lever in enumerate(scenario.levers)}
    teams = {"resources": "Capacity: people and machines"} if scenario.resources else {}
    return {
        OFFERS: "Who is offered and promised what",
        "segments": "Customers and demand",
        "products": "Products: price, cost, stock",
        **teams,
        **levers,
        GENERAL: "Everything else",
    }


def sheet(scenario: Scenario, name: str) -> Sheet:
    """Return one of the tables of a scenario in the form that it has on the desk.

    Raises
    ------
    KeyError
        There is none of that name.
    """
    title, data, currency = sheet_titles(scenario)[name], to_data(scenario), scenario.currency
    if name == OFFERS:
        promises = _entries(data, ("design", "promises"))
        fields = (
            *(_hinted(scenario, row) for row in _fields(promises, currency)),
            _served(scenario),
            *_levers(scenario),
        )
        return Sheet(title, tuple(scenario.segments), fields)
    if name == GENERAL:
        found = {field: data[field] for field in data if field not in WITH_TABLES}
        return Sheet(title, (EVERYBODY,), _fields({EVERYBODY: ((), found, Place(Scenario))}, currency))
    table, _, number = name.partition(".")
    entries = _entries(data, (table, list(scenario.levers)[int(number)]) if number else (table,))
    first = (_extra_servers(scenario),) if name == "resources" else ()
    return Sheet(title, tuple(entries), (*first, *_fields(entries, currency)))


def _entries(data: Any, parts: Parts) -> dict[str, Entry]:
    """Return what stands in a table of the scenario, by name."""
    place = Place(Scenario)
    for part in parts:
        place, data = place.child(part) or place, data[part]
    return {name: ((*parts, name), inner, place.child(name) or place) for name, inner in data.items()}


def _served(scenario: Scenario) -> Field:
    """Return the row that says who is made an offer at all."""
    paths = {name: path_text(("design", "offerings", name)) for name in scenario.segments}
    choices = dict.fromkeys(paths, (SERVED, NOT_SERVED))
    return Field("offer", "served", "", "Whether the segment is made an offer at all.", paths, choices)


def _levers(scenario: Scenario) -> Iterator[Field]:
    """Yield a row per lever: the option of every segment that is served."""
    served = {name: picks for name, picks in scenario.current.offerings.items() if picks is not None}
    for lever, options in scenario.levers.items():
        paths = {name: path_text(("design", "offerings", name, lever)) for name in served if lever in served[name]}
        allowed = {name: scenario.segments[name].options.get(lever, tuple(options)) for name in paths}
        if len(options) > 1 and paths:
            meaning = "; ".join(f"{name}: {o.description.rstrip('.')}" for name, o in options.items() if o.description)
            yield Field("offer", _words(lever), "", meaning, paths, allowed)


def _hinted(scenario: Scenario, row: Field) -> Field:
    """Return a promise with what the options of each segment say about it."""
    known = {name: offering for name, offering in current_offerings(scenario).items() if offering is not None}
    told = {name: getattr(known[name], path_parts(path)[-1], None) for name, path in row.paths.items()}
    return replace(row, group="promise", hints={name: cell_text(value) for name, value in told.items()})


def _extra_servers(scenario: Scenario) -> Field:
    paths = {name: path_text(("design", "extra_servers", name)) for name in scenario.resources}
    meaning = Design.model_fields["extra_servers"].description or ""
    return Field("this design", "extra servers", "servers", meaning, paths)


def _fields(entries: Mapping[str, Entry], currency: str) -> tuple[Field, ...]:
    """Return the fields that some entry has, in the order of the model."""
    found: dict[Parts, tuple[Place, str, dict[str, str]]] = {}
    for column, (parts, data, entry) in entries.items():
        for inside, where, about in _leaves(data, entry, (), ""):
            found.setdefault(inside, (where, about, {}))[2][column] = path_text((*parts, *inside))
    return tuple(_row(inside, *what, currency) for inside, what in _ordered(found))


def _ordered(found: Mapping[Parts, T]) -> Iterator[tuple[Parts, T]]:
    """Yield what is found with what belongs together side by side, each group where it came first."""
    groups = dict.fromkeys(inside[:-1] for inside in found)
    for group in groups:
        yield from ((inside, what) for inside, what in found.items() if inside[:-1] == group)


def _leaves(data: Any, place: Place, at: Parts, meaning: str) -> Iterator[tuple[Parts, Place, str]]:
    """Yield the fields inside of data that fit into a cell, with their meanings or that of what they are in."""
    if place.field is not None and place.field.description:
        meaning = " ".join(place.field.description.split())
    if isinstance(data, Mapping):
        law = data.get("law")
        inner = (place.law(law) if isinstance(law, str) else None) or place
        for name, value in data.items():
            child = inner.child(name)
            if child is not None and name != "law":
                yield from _leaves(value, child, (*at, name), meaning)
    elif isinstance(data, list) and place.entry is not None and place.entry.models:
        for index, value in enumerate(data):
            yield from _leaves(value, place.entry, (*at, index), meaning)
    elif _fits(data, place):
        yield at, place, meaning


def is_text(row: Field, column: str) -> bool:
    """Return whether a cell holds a text rather than a number or yes or no."""
    return column in row.choices and row.choices[column] != (YES, NO)


def _fits(data: Any, place: Place) -> bool:
    if isinstance(data, list):
        is_plain = all(isinstance(item, (int, float)) for item in data)
        return is_plain and 0 < len(data) <= LONGEST_LIST and not place.models
    if place.models:
        return isinstance(data, (int, float))  # a law that is written as a plain number
    return bool(_choices(place)) or any(kind in (int, float) for kind in alternatives(place.annotation))


def _choices(place: Place) -> tuple[str, ...]:
    found: list[str] = []
    for kind in alternatives(place.annotation):
        if get_origin(kind) is Literal:
            found += [value for value in get_args(kind) if isinstance(value, str)]
        elif kind is bool:
            found += [YES, NO]
    return tuple(found)


def _row(inside: Parts, place: Place, meaning: str, paths: dict[str, str], currency: str) -> Field:
    unit = currency if place.unit == "money" else place.unit
    choices = _choices(place)
    return Field(
        " · ".join(_words(part) for part in inside[:-1]),
        _words(inside[-1]).removesuffix(f" {unit}"),
        unit,
        meaning,
        paths,
        dict.fromkeys(paths, choices) if choices else {},
    )


def _words(part: Part) -> str:
    return f"no. {part + 1}" if isinstance(part, int) else part.replace("_", " ")


def cell_text(value: Any) -> str:
    """Return a value as it stands in a cell; nothing where it is not set.

    >>> cell_text(40.0), cell_text(0.955), cell_text(True), cell_text(None), cell_text([8.0, 24.0])
    ('40', '0.955', 'true', '', '[8, 24]')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return f"[{', '.join(map(cell_text, value))}]"
    if isinstance(value, float):
        return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    return str(value)


def value_text(value: Any) -> str:
    """Return a value in a sentence.

    >>> value_text(None), value_text({"a": 1}), value_text(5.0)
    ('not set', '...', '5')
    """
    return "..." if isinstance(value, Mapping) else cell_text(value) or "not set"
