"""What a word means: measures, drivers of the ledger, and fields of a scenario, each from where it is defined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

from promiselab.tables import HEADLINES, SERVICE
from scenarios.paths import path_parts
from scenarios.problems import BadInput, bad
from scenarios.reference import Entry, entries, entry_at, is_constant, law_name
from simcore.definitions import DEFINITIONS, LEDGER, Definition

EVERYWHERE = "the run folder (estimates.json, measures.csv), promiselab query, --json"
NEAR = 4


@dataclass(frozen=True)
class Meaning:
    """What one word means.

    Attributes
    ----------
    kind : str
        ``measure``, ``driver`` or ``field``.
    name : str
        Its name; of a field, its path.
    words : str
        What it means.
    unit : str
        May be empty.
    equation : str
        How it is computed; empty for a field.
    of : str
        Of whom it is measured, or what may be written there.
    where : str
        Where it is printed, or where it is set.
    parts : tuple of str
        The fields of a group, or the laws that may stand there.
    """

    kind: str
    name: str
    words: str
    unit: str = ""
    equation: str = ""
    of: str = ""
    where: str = ""
    parts: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**asdict(self), "parts": list(self.parts)}


def meanings(word: str) -> list[Meaning]:
    """Return everything that a word means, measures first.

    Parameters
    ----------
    word : str
        A measure, what planners call it, a driver, the path of a field, or the end of one.

    Raises
    ------
    BadInput
        Nothing is called that; names the nearest.

    >>> [(m.kind, m.name) for m in meanings("fill rate")][:2]
    [('measure', 'volume_fill_rate'), ('measure', 'volume_fill_rate')]
    """
    name = word.strip().replace(" ", "_").lower() if "." not in word else word.strip()
    found = [*_measures(name), *_drivers(name), *_fields(name)]
    if not found:
        raise bad("", "nothing is called that", _nearest(name), source=word)
    return found


def everything() -> list[Meaning]:
    """Return all measures, drivers and fields, in the order of the documentation."""
    return [*map(_measure, DEFINITIONS), *_drivers(), *(_field(entry) for entry in entries() if entry.meaning)]


def names() -> list[str]:
    """Return every name that can be explained."""
    return list(dict.fromkeys(meaning.name for meaning in everything()))


def _measures(name: str) -> Iterator[Meaning]:
    called = {known.measure for known in DEFINITIONS if known.label.replace(" ", "_") == name}
    for known in DEFINITIONS:
        if known.is_of(name) or known.measure in called:
            yield _measure(known)


def _measure(known: Definition) -> Meaning:
    printed = ["simulate, compare and demo"] if known.measure in (*HEADLINES, *SERVICE, "utilisation") else []
    shown = [*printed, *(["the report"] if known.label else []), EVERYWHERE]
    words = known.words or f"{known.equation[:1].upper()}{known.equation[1:]}."
    return Meaning("measure", known.measure, words, known.unit, known.equation, ", ".join(known.of), "; ".join(shown))


def _drivers(name: str = "") -> Iterator[Meaning]:
    for known in dict.fromkeys(driver.name for driver in LEDGER):
        if name in ("", known):
            posted = tuple(f"{d.posted} (by {d.basis})" for d in LEDGER if d.name == known)
            words = "What the ledger posts to this driver; income is positive."
            where = "the ledger of the run folder, the margin bridge of the report, promiselab query"
            yield Meaning("driver", known, words, "money", " and ".join(posted), "segment, company", where)


def _fields(name: str) -> Iterator[Meaning]:
    try:
        parts = path_parts(name)
    except BadInput:
        return
    if (exact := entry_at(parts)) is not None:
        yield _field(exact)
        return
    for known in entries():
        path = path_parts(known.path)
        if path[-len(parts) :] == parts and not known.path.startswith(("designs.", "design.")):
            yield _field(known)


def _field(known: Entry) -> Meaning:
    parts: tuple[str, ...] = ()
    if len(known.place.models) > 1:
        parts = tuple(
            f"{{law: {law_name(model)}{''.join(f', {field}: ...' for field in model.model_fields if field != 'law')}}}"
            for model in known.place.models
            if not is_constant(model)
        )
    elif known.place.models:
        parts = tuple(known.place.models[0].model_fields)
    return Meaning("field", known.path, known.meaning, known.unit, "", known.facts, "the scenario file, --set", parts)


def _nearest(name: str) -> str:
    known = names()
    ends = {path.rpartition(".")[2]: path for path in reversed(known)}
    near = [*get_close_matches(name, known, n=NEAR), *get_close_matches(name.rpartition(".")[2], ends, n=NEAR)]
    advice = f"Did you mean {', '.join(list(dict.fromkeys(near))[:NEAR])}? " if near else ""
    return f"{advice}Try promiselab explain --list."
