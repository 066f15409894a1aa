"""JSON documents of a run folder to tables, whatever they hold.

A list of records is a table. A mapping of records, or of lists of them, is a table with the names in its first column.
Records within a record are columns with dotted names, lists of records a table of their own, whose first columns say
what they belong to. The single values of a document stand together in a table of facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from promiselab.spreadsheet.table import Table, free, of_records

Record = dict[str, Any]
LONGEST_LIST = 12
"""Values of a list that still stand in one cell."""


def tables(name: str, source: str, document: Any) -> Iterator[Table]:
    """Yield the tables of a document.

    Parameters
    ----------
    name : str
        What the first of them is called.
    """
    found = _Found()
    inner = next(iter(document.values())) if isinstance(document, dict) and len(document) == 1 else None
    if _is_mapping_of_records(document) and not _is_mapping_of_records(inner):
        found.mapping(name, {}, _one(name), document)
    elif isinstance(document, list):
        found.listing(name, {}, document)
    else:
        found.facts(name, document)
    for table, records in found.tables.items():
        if records:
            yield of_records(table, source, records)


class _Found:
    """Records by table, as they are found."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Record]] = {}

    def facts(self, name: str, document: Mapping[str, Any]) -> None:
        """Take a document that is one record: its single values are facts, all else are tables."""
        single: Record = {}
        self.tables.setdefault(name, [])
        for field, value in document.items():
            if _is_mapping_of_records(value):
                self.mapping(name if len(document) == 1 else f"{name}.{field}", {}, _one(field), value)
            elif isinstance(value, list) and not _fits_a_cell(value):
                self.listing(f"{name}.{field}", {}, value, _one(field))
            elif isinstance(value, dict):
                self.facts(f"{name}.{field}", value)
            else:
                single.update(_single(field, value))
        for field, value in single.items():
            self._add(name, {"field": field, "value": value})

    def mapping(self, name: str, keys: Record, word: str, values: Mapping[str, Any]) -> None:
        """Take a mapping of the planner's own names."""
        for key, value in values.items():
            own = {**keys, free(word, keys): key}
            if isinstance(value, list):
                self.listing(name, own, value)
            elif value is None:
                self._add(name, own)
            elif _is_mapping_of_records(value):
                self.mapping(name, own, "name", value)
            else:
                self.record(name, own, value)

    def listing(self, name: str, keys: Record, values: Sequence[Any], word: str = "") -> None:
        """Take a list: of records, or of values with their places."""
        for place, value in enumerate(values):
            if isinstance(value, dict):
                self.record(name, keys, value, word)
            elif isinstance(value, list):
                places = {str(at): item for at, item in enumerate(value, 1)}
                self._add(name, {**keys, free("place", keys): place + 1, **places})
            else:
                self._add(name, {**keys, free("place", keys): place + 1, "value": value})

    def record(self, name: str, keys: Record, record: Mapping[str, Any], word: str = "") -> None:
        """Take a record: single values in a row, the rest in tables that name it."""
        flat: Record = {}
        below: list[tuple[str, Any]] = []
        _spread(record, "", flat, below)
        own = {key: value for key, value in flat.items() if isinstance(value, str)}
        first = dict([next(iter(own.items()))]) if own else {}
        named = {word or field: value for field, value in first.items()} if set(first) == {"name"} else first
        if below and set(flat) <= {"name"} and word:
            inner = name.rpartition(".")[0] or name  # records with nothing but a name: what they hold is the table
        else:
            inner = name
            self._add(name, {**keys, **{free(field, keys): value for field, value in flat.items()}})
        for field, value in below:
            further = {**keys, **{free(key, keys): text for key, text in named.items()}}
            if isinstance(value, list):
                self.listing(f"{inner}.{field}", further, value, _one(field.rpartition(".")[2]))
            else:
                self.mapping(f"{inner}.{field}", further, _one(field.rpartition(".")[2]), value)

    def _add(self, name: str, record: Record) -> None:
        self.tables.setdefault(name, []).append(record)


def _spread(record: Mapping[str, Any], prefix: str, flat: Record, below: list[tuple[str, Any]]) -> None:
    """Split a record into single values with dotted names, and what needs a table."""
    for field, value in record.items():
        name = f"{prefix}{field}"
        if _is_mapping_of_records(value) or (isinstance(value, list) and not _fits_a_cell(value)):
            below.append((name, value))
        elif isinstance(value, dict):
            _spread(value, f"{name}.", flat, below)
        else:
            flat.update(_single(name, value))


def _is_mapping_of_records(value: Any) -> bool:
    """Return whether the names of a mapping are data: every value is a record, a list of records, or nothing."""
    if not isinstance(value, dict) or not value:
        return False
    known = [item for item in value.values() if item is not None]
    return bool(known) and (
        all(isinstance(item, dict) for item in known)
        or all(isinstance(item, list) and item and isinstance(item[0], dict) for item in known)
    )


def _fits_a_cell(value: Sequence[Any]) -> bool:
    return len(value) <= LONGEST_LIST and not any(isinstance(item, (dict, list)) for item in value)


def _single(name: str, value: Any) -> Record:
    """Return what is single of a value: of a short list of numbers each, of other lists their words."""
    if not isinstance(value, list):
        return {name: value}
    if any(isinstance(item, (int, float)) for item in value):
        return {f"{name}.{place}": item for place, item in enumerate(value, 1)}
    return {name: ", ".join(map(str, value))} if value else {}


def _one(several: str) -> str:
    """Return the word for one of several things.

    >>> _one("designs"), _one("criteria"), _one("offerings")
    ('design', 'criterion', 'offering')
    """
    return "criterion" if several == "criteria" else several.removesuffix("s")
