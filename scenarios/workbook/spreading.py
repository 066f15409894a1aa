"""Plain data of a scenario to the rows of the sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.paths import Part, Parts, path_text
from scenarios.workbook.cells import Written, written
from scenarios.workbook.scheme import Column, Form, Sheet, Step, lists_of_laws

Row = list[Written | None]
"""One cell for each column; None is an empty one."""


@dataclass(frozen=True)
class _Record:
    """A record of a sheet: the names that lead to it and what it holds; None where it is null."""

    names: tuple[str, ...]
    parts: Parts
    content: Any


@dataclass(frozen=True)
class _Empty(_Record):
    """A table or list without entries, which stands in the data nevertheless."""


def rows(sheet: Sheet, data: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the rows of a sheet."""
    for record in _records(sheet.path, data, (), ()):
        names: Row = [written(key, name) for key, name in zip(sheet.keys, record.names, strict=False)]
        names += [None] * (len(sheet.keys) - len(names))
        cells: Row = [None if isinstance(record, _Empty) else _cell(column, record) for column in sheet.columns]
        null = True if isinstance(record, _Empty) and record.content is None else None
        nothing: Row = [null] if sheet.nothing else []
        if record.names or not isinstance(record, _Empty):
            yield [*names, *cells, *nothing]


def rows_of_lists(sheets: Sequence[Sheet], data: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the rows of the sheet with the lists inside laws: the path of the law, then an entry of each list."""
    for sheet in sheets:
        laws = [column for column in sheet.columns if column.form is Form.LAW]
        for record in _records(sheet.path, data, (), ()) if laws else ():
            for column in laws:
                law = _value(column, record.content)
                lists = [law.get(one.name) for one in lists_of_laws()] if isinstance(law, dict) else []
                place = path_text((*record.parts, *column.path))
                for index in range(max((len(one) for one in lists if one is not None), default=0)):
                    yield [place, *(None if one is None or index >= len(one) else one[index] for one in lists)]


def _records(path: Sequence[str | Step], data: Any, names: tuple[str, ...], parts: Parts) -> Iterator[_Record]:
    if not path:
        yield _Record(names, parts, data)
        return
    step, rest = path[0], path[1:]
    if isinstance(step, str):
        if data.get(step) is not None:
            yield from _records(rest, data[step], names, (*parts, step))
    elif not data:
        yield _Empty(names, parts, data)
    elif step is Step.NAME:
        for name, inner in data.items():
            yield from _records(rest, inner, (*names, name), (*parts, name))
    else:
        for place, inner in enumerate(data):
            yield from _records(rest, inner, names, (*parts, place))


def _cell(column: Column, record: _Record) -> Written | None:
    value = _value(column, record.content)
    if column.form is Form.PRESENT:
        return True if value is not None else None
    if isinstance(value, dict):
        lists = {one.name for one in lists_of_laws()}
        value = {name: part for name, part in value.items() if name not in lists}
    return None if value is None else written(column, value)


def _value(column: Column, content: Any) -> Any:
    for part in column.path:
        content = _inside(content, part)
    return content


def _inside(content: Any, part: Part) -> Any:
    if isinstance(content, dict):
        return content.get(str(part))
    return content[part] if isinstance(content, list) and isinstance(part, int) else None
