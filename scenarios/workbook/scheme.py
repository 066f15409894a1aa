"""Which sheets and columns the model has: derived from the models, field by field.

* A record (a model) has a row; the fields of the groups in it are columns with dotted names.
* A table (names that the planner chooses) and a list of records have a sheet of their own, in which the first columns
  hold the names that lead there.
* A list of texts has a row for each, a list of a fixed length a column for each; any other list, and a law, a cell.
* The lists inside laws stand together on a sheet of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Final, Literal, get_origin

from pydantic import BaseModel

from scenarios.paths import Part
from scenarios.places import Place, alternatives
from scenarios.scenario import Scenario

ROOT: Final = "scenario"
LISTED: Final = "listed_values"
PLACE: Final = "place"
"""The column of that sheet with the path of a law."""
FIELD: Final = "field"
VALUE: Final = "value"
UPRIGHT: Final = ("meaning", "what may stand there")
"""The columns of the sheet of the scenario itself, which stands upright."""
INDEX: Final = "index"
OWN: Final = "_"
"""Sheets and columns whose name begins with it are the planner's own, and are not read."""


class Step(Enum):
    """A step of the path to a record that differs from row to row."""

    NAME = "a name that the planner chooses"
    ENTRY = "a place in a list"


class Form(Enum):
    """How a value stands in a cell."""

    WORD = "one of some words"
    TEXT = "a text"
    FLAG = "true or false"
    WHOLE = "a whole number"
    NUMBER = "a number"
    DAY = "a day"
    CLOCK = "a time of day"
    LAW = "a number or a law"
    LIST = "a list"
    PRESENT = "true where the group of fields is there"
    NOTHING = "true where there is nothing instead of a table"


Path = tuple[str | Step, ...]


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Attributes
    ----------
    name : str
        What stands at its head.
    path : tuple
        Where its value is, within the record.
    place : Place
        Where that is in the model.
    form : Form
        How it stands in a cell.
    word : str
        What it names (``segment``, ``lever.option``), where it holds names of other things.
    """

    name: str
    path: tuple[Part, ...]
    place: Place
    form: Form
    word: str = ""

    @property
    def required(self) -> bool:
        """Whether it must be filled in where its group is there."""
        return self.place.field is not None and self.place.field.is_required()


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: records of one kind.

    Attributes
    ----------
    path : tuple
        Fields and steps that lead to a record.
    place : Place
        What a record is.
    about : Place
        The field that holds all of them.
    keys : tuple of Column
        The names that lead to a record, one for each :attr:`Step.NAME` of the path.
    columns : tuple of Column
        What a record holds.
    above : int
        Steps of the path to the record of another sheet that it belongs to; 0: to the scenario itself.
    needed : bool
        Whether every scenario has it.
    nothing : Column or None
        Says that there is nothing at all under the first names, where that is not the same as an empty table.
    """

    path: Path
    place: Place
    about: Place
    keys: tuple[Column, ...]
    columns: tuple[Column, ...]
    above: int = 0
    needed: bool = False
    nothing: Column | None = None

    @property
    def name(self) -> str:
        """What stands on its tab."""
        return ".".join(part for part in self.path if isinstance(part, str)) or ROOT

    @property
    def every(self) -> tuple[Column, ...]:
        """All columns, from left to right."""
        return (*self.keys, *self.columns, *((self.nothing,) if self.nothing else ()))

    @property
    def is_list(self) -> bool:
        """Whether its rows are the entries of lists."""
        return self.path[-1:] == (Step.ENTRY,)

    @property
    def is_wide(self) -> bool:
        """Whether a row is a list."""
        return bool(self.columns) and self.columns[0].path == (0,)

    @property
    def is_single(self) -> bool:
        """Whether a record is one value."""
        return bool(self.columns) and self.columns[0].path == ()


@cache
def sheets() -> tuple[Sheet, ...]:
    """Return all sheets of a scenario in the order of the model, except for the lists inside laws."""
    return tuple(_records(_Way((), Place(Scenario)), Place(Scenario)))


@cache
def lists_of_laws() -> tuple[Column, ...]:
    """Return the columns of the sheet with the lists that stand inside laws."""
    found: dict[str, Column] = {}
    for sheet in sheets():
        for column in sheet.columns:
            if column.form is Form.LAW:
                for law in column.place.models:
                    for name, info in law.model_fields.items():
                        place = Place(info.annotation, info)
                        if place.entry is not None:
                            found.setdefault(name, Column(name, (name,), place, Form.NUMBER))
    return tuple(found.values())


@dataclass(frozen=True)
class _Way:
    """What is known of a table before its records are: see :class:`Sheet`."""

    path: Path
    about: Place
    keys: tuple[Column, ...] = ()
    above: int = 0
    needed: bool = True

    def on(self, step: Step, *keys: Column) -> _Way:
        return replace(self, path=(*self.path, step), keys=(*self.keys, *keys))


def _records(way: _Way, place: Place) -> Iterator[Sheet]:
    """Yield the sheet of a model, and those of the tables in it."""
    columns: list[Column] = []
    below: list[tuple[_Way, Place]] = []
    own = len(way.path) if way.path[-1:] == (Step.NAME,) else way.above
    for path, inner, needed in _fields(place.models[0], (), way.needed):
        if inner.is_table or (inner.entry is not None and not _fits_a_cell(inner)):
            below.append((_Way((*way.path, *path), inner, way.keys, own, needed), inner))
        elif len(inner.models) == 1:
            columns.append(Column(".".join(path), path, inner, Form.PRESENT))
        else:
            columns.append(Column(".".join(path), path, inner, form_of(inner), (*inner.names, path[-1])[0]))
    yield Sheet(way.path, place, way.about, way.keys, tuple(columns), way.above, way.needed)
    for further, inner in below:
        yield from _table(further, inner, inner.names or (str(further.path[-1]).removesuffix("s"),))


def _fields(
    model: type[BaseModel], prefix: tuple[str, ...], needed: bool
) -> Iterator[tuple[tuple[str, ...], Place, bool]]:
    """Yield path, place and necessity of the fields of a model and of the groups in it.

    A group itself is among them only where nothing else would show whether it is there.
    """
    for name, info in model.model_fields.items():
        path, place, must = (*prefix, name), Place(info.annotation, info), needed and info.is_required()
        if place.entry is not None or len(place.models) != 1:
            yield path, place, must
            continue
        if place.may_be_none and not _tells_itself(place.models[0]):
            yield path, place, must
        yield from _fields(place.models[0], path, must)


def _table(way: _Way, place: Place, words: tuple[str, ...]) -> Iterator[Sheet]:
    """Yield the sheets of a table or a list."""
    entry, value = place.entry, (*words, "value")[0]
    if place.is_table and entry is not None:
        yield from _table(way.on(Step.NAME, Column(value, (), place, Form.TEXT, value)), entry, words[1:])
    elif len(place.models) == 1:
        yield from _records(way, place)
    elif entry is None:
        column = Column(value, (), place, form_of(place), value)
        yield Sheet(way.path, place, way.about, way.keys, (column,), way.above, way.needed, _nothing(way))
    elif len(entry.models) == 1:
        yield from _records(way.on(Step.ENTRY), entry)
    elif place.exact_length is not None:
        yield Sheet(
            way.path, place, way.about, way.keys, tuple(_wide(place.exact_length, entry)), way.above, way.needed
        )
    else:
        column = Column(value, (), entry, form_of(entry), value)
        yield Sheet(way.on(Step.ENTRY).path, entry, way.about, way.keys, (column,), way.above, way.needed)


def _nothing(way: _Way) -> Column | None:
    """Return the column that says that there is nothing instead of the innermost table, where that may be."""
    if way.path[-2:] != (Step.NAME, Step.NAME):
        return None
    inner = way.keys[-1].place
    return Column("nothing", (), inner, Form.NOTHING) if inner.may_be_none else None


_HEADS: Final = {
    7: ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    12: ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    24: tuple(f"{hour:02d}:00" for hour in range(24)),
}
"""Lists of these lengths are by day of the week, month, and hour of the day."""


def _wide(length: int, entry: Place) -> Iterator[Column]:
    days, hours = _HEADS[7], _HEADS[24]
    week = tuple(f"{day} {hour}" for day in days for hour in hours)
    heads = {**_HEADS, len(week): week}.get(length) or tuple(str(place + 1) for place in range(length))
    for place, head in enumerate(heads):
        yield Column(head, (place,), entry, form_of(entry))


def _fits_a_cell(place: Place) -> bool:
    """Return whether a list is of words of ours or numbers, as many as there are."""
    entry = place.entry
    return entry is not None and place.exact_length is None and not entry.models and form_of(entry) is not Form.TEXT


def _tells_itself(model: type[BaseModel]) -> bool:
    """Return whether a group of fields that is there always has a cell that is filled in."""
    for info in model.model_fields.values():
        place = Place(info.annotation, info)
        if info.is_required() and place.entry is None and (len(place.models) != 1 or _tells_itself(place.models[0])):
            return True
    return False


def form_of(place: Place) -> Form:
    """Return how a single value, or a list of them, stands in a cell."""
    if len(place.models) > 1:
        return Form.LAW
    if place.entry is not None:
        return Form.LIST
    if place.unit == "hh:mm":
        return Form.CLOCK
    types = {type(value) for kind in alternatives(place.annotation) for value in _values(kind)} or set(
        alternatives(place.annotation)
    )
    if str in types:
        return Form.WORD if choices(place) else Form.TEXT
    return next(form for kind, form in _FORMS if kind in types)


_FORMS: Final[tuple[tuple[Any, Form], ...]] = (
    (bool, Form.FLAG), (int, Form.WHOLE), (float, Form.NUMBER), (date, Form.DAY),
)  # fmt: skip


def _values(kind: Any) -> tuple[Any, ...]:
    return kind.__args__ if get_origin(kind) is Literal else ()


def choices(place: Place) -> tuple[Any, ...]:
    """Return the values that a place may take, where they are stated one by one."""
    return tuple(value for kind in alternatives(place.annotation) for value in _values(kind))
