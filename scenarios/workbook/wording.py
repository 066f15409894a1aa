"""What sheets and columns mean, in words for people."""

from __future__ import annotations

from typing import Final, get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from scenarios.places import Place
from scenarios.workbook.scheme import Column, Form, Sheet, Step, choices
from scenarios.yaml_layout import number

LISTS: Final = "The lists inside laws, such as {law: empirical}: a row for each entry, in their order."
PLACE_OF_LISTS: Final = "Path of the cell with the law, such as segments.retail.products.pump.quantity."
NOTES: Final = (
    "A scenario of promiselab. The first columns of a sheet are the names of what a row belongs to.",
    "The head of a column has its unit, its meaning, and what an empty cell below it means.",
    "A cell for a law holds a number, or a law in braces: {law: gamma, mean: 3, cv: 0.5}. Lists have commas: mon, tue.",
    "Sheets and columns of your own are not read: let their names begin with an underscore, such as _notes.",
    "Rows keep their order. Check the workbook with promiselab check FILE.xlsx: every cell that is wrong is named.",
)
_SHORT: Final = {Form.PRESENT: "TRUE: it is there.", Form.LIST: "A list with commas."}


def sheet_words(sheet: Sheet) -> str:
    """Return what a sheet holds."""
    words = _meaning(sheet.about) or _doc(sheet.place)
    return " ".join(words.split()) or f"{str(sheet.path[-1]).replace('_', ' ').capitalize()}."


def column_words(sheet: Sheet, column: Column) -> str:
    """Return unit, meaning and choices of a column, and what an empty cell means."""
    if column in sheet.keys:
        return _key_words(sheet, column)
    if column.form is Form.NOTHING:
        return "TRUE: there is nothing here (null), and no name in the column before."
    meaning = _meaning(column.place if column.place.field else sheet.about)
    if column.form is Form.PRESENT:
        meaning = meaning or _doc(column.place)
    parts = (meaning, unit_words(column), _choices(column), _SHORT.get(column.form, ""), _left_out(column))
    return " ".join(" ".join(part.split()) for part in parts if part)


def unit_words(column: Column) -> str:
    """Return the unit of a column in brackets, or an empty text."""
    return f"[{column.place.unit}]" if column.place.unit else ""


def _key_words(sheet: Sheet, key: Column) -> str:
    own = key is sheet.keys[-1] and sheet.path[-1] is Step.NAME
    doc = _doc(sheet.place) if own else ""
    return f"Name of the {key.name}. {doc}".strip()


def _choices(column: Column) -> str:
    if column.form is Form.LAW:
        laws = [get_args(law.model_fields["law"].annotation)[0] for law in column.place.models]
        return f"A number, or a law: {', '.join(laws)}."
    place = column.place.entry if column.form is Form.LIST else column.place
    words = choices(place) if place is not None else ()
    return f"One of: {', '.join(map(str, words))}." if len(words) > 1 else ""


def _left_out(column: Column) -> str:
    """Return what an empty cell means."""
    if column.required:
        return "Needed."
    info = column.place.field
    default = PydanticUndefined if info is None else info.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined or default is None or default in ((), "", {}):
        return ""
    if isinstance(default, BaseModel):
        default = default.model_dump(mode="json")
        if isinstance(default, dict):
            return ""
    if isinstance(default, tuple):
        return f"Left out: {', '.join(map(str, default))}."
    shown = str(default).upper() if isinstance(default, bool) else default
    return f"Left out: {number(shown) if isinstance(shown, (int, float)) else shown}."


def _meaning(place: Place) -> str:
    return (place.field.description or "").replace("``", "") if place.field is not None else ""


def _doc(place: Place) -> str:
    """Return the first paragraph that is said of a model."""
    said = place.models[0].__doc__ if place.models else None
    return (said or "").partition("\n\n")[0].replace("``", "")
