"""What sheets and columns mean, in words for people."""

from __future__ import annotations

from typing import Final

from scenarios.places import Place
from scenarios.reference import entry, law_name, meaning
from scenarios.workbook.scheme import Column, Form, Sheet, Step

LISTS: Final = "The lists inside laws, such as {law: empirical}: a row for each entry, in their order."
PLACE_OF_LISTS: Final = "Path of the cell with the law, such as segments.retail.products.pump.quantity."
NOTES: Final = (
    "A scenario of promiselab. The first columns of a sheet are the names of what a row belongs to.",
    "The head of a column says what it means, its unit, and what an empty cell below it means (default).",
    "A cell for a law holds a number, or a law in braces: {law: gamma, mean: 3, cv: 0.5}. Lists have commas: mon, tue.",
    "Sheets and columns of your own are not read: let their names begin with an underscore, such as _notes.",
    "Rows keep their order. Check the workbook with promiselab check FILE.xlsx: every cell that is wrong is named.",
)
_FACTS: Final = {
    Form.PRESENT: "TRUE: it is there; an empty cell: it is not",
    Form.NOTHING: "TRUE: there is nothing here (null), and no name in the column before",
}


def sheet_words(sheet: Sheet) -> str:
    """Return what a sheet holds."""
    return meaning(sheet.about)


def column_words(sheet: Sheet, column: Column) -> str:
    """Return what a column means, and what may stand in its cells."""
    if column in sheet.keys:
        own = column is sheet.keys[-1] and sheet.path[-1] is Step.NAME and not sheet.is_single
        return f"Name of the {column.name}. {meaning(Place(sheet.place.annotation)) if own else ''}".strip()
    said = "" if column.form is Form.NOTHING else meaning(column.place if column.place.field else sheet.about)
    return "\n".join(part for part in (said, facts(column)) if part)


def facts(column: Column) -> str:
    """Return what may stand in a cell: kind, bounds, unit, and what an empty one means."""
    if column.form in _FACTS:
        return _FACTS[column.form]
    words = entry("", column.place).facts
    if column.form is Form.LAW:
        words = words.replace("law", f"law ({', '.join(law_name(law) for law in column.place.models)})", 1)
    return words
