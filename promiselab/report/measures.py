"""What every measure is called in the report, and what it means in plain words."""

from __future__ import annotations

from promiselab.report.entries import Key
from promiselab.report.parts import Words
from simcore import definitions

DEFINITIONS: dict[str, tuple[str, str]] = {
    known.measure: (known.label, known.words) for known in definitions.DEFINITIONS if known.label
}
"""Measure -> what it is called, and what it means."""


def label(measure: str) -> str:
    """Return what a measure is called.

    >>> label("otif"), label("some_new_measure")
    ('On time in full', 'Some new measure')
    """
    words = DEFINITIONS[measure][0] if measure in DEFINITIONS else measure.replace("_", " ")
    return words[:1].upper() + words[1:]


def row_head(key: Key, unit: str, within: str = "") -> Words:
    """Return a measure, what it is of, and its unit; the segment that the whole table is about is not repeated."""
    of = " · ".join(part for part in (key.resource, key.segment, key.product) if part and part != within)
    name = label(key.measure) + (f", {of}" if of else "")
    return (f"{name}, {unit}",) if unit else (name,)
