"""Workbooks out: a scenario on sheets that a planner can work in."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from scenarios.problems import Problem, TooLarge, bad
from scenarios.reference import meaning
from scenarios.saving import to_data, write_whole
from scenarios.scenario import Scenario
from scenarios.workbook.archive import MOST_ROWS
from scenarios.workbook.cells import Written
from scenarios.workbook.layout import SPARE_ROWS, Styles, choose, fits_a_choice, offered, put, range_of, width
from scenarios.workbook.scheme import (
    FIELD,
    INDEX,
    LISTED,
    PLACE,
    ROOT,
    UPRIGHT,
    VALUE,
    Sheet,
    Step,
    lists_of_laws,
    sheets,
)
from scenarios.workbook.spreading import Row, rows, rows_of_lists
from scenarios.workbook.texts import LONGEST_TEXT, NEVER, put_text, utf16_length
from scenarios.workbook.wording import LISTS, NOTES, PLACE_OF_LISTS, column_words, facts, sheet_words

_HEAD, _FIRST = 1, 2
"""Rows of the names of the columns, and of the first record, counted from 0; above stands what the columns mean."""


def write_workbook(scenario: Scenario, path: str | os.PathLike[str]) -> Path:
    """Write the scenario as a workbook; it appears whole or not at all.

    Parameters
    ----------
    scenario : Scenario
        What to write.
    path : path
        A file that does not exist yet, or one to be replaced by the new one.

    Raises
    ------
    BadInput
        The path exists and is not a regular file; or a text does not fit into a cell.
    TooLarge
        A sheet would have more than 100,000 rows.
    OSError
        The file cannot be written.
    """
    return write_whole(path, workbook_bytes(scenario))


def workbook_bytes(scenario: Scenario) -> bytes:
    """Return the workbook of a scenario; the same scenario gives the same bytes.

    Raises
    ------
    BadInput, TooLarge
        As for :func:`write_workbook`.
    """
    from xlsxwriter import Workbook

    data = to_data(scenario, defaults=False)
    filled = {sheet.name: list(rows(sheet, data)) for sheet in sheets()}
    filled[LISTED] = list(rows_of_lists(sheets(), data))
    _refuse_unfit(filled)
    names = _names(filled)
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(content, options) as book:
        book.set_properties({"title": scenario.name, "created": NEVER})
        book.set_size(2400, 1400)
        styles = Styles(book)
        _index(book.add_worksheet(INDEX), scenario, filled, styles)
        for sheet in sheets():
            page = _page(book, sheet.name, bool(filled[sheet.name]))
            if sheet.path:
                _across(page, sheet, filled[sheet.name], styles, names)
            else:
                _upright(page, sheet, filled[sheet.name][0], styles)
        _lists(_page(book, LISTED, bool(filled[LISTED])), filled[LISTED], styles)
    return content.getvalue()


def _refuse_unfit(filled: Mapping[str, Sequence[Row]]) -> None:
    for name, table in filled.items():
        if len(table) > MOST_ROWS - _FIRST:
            what = f"the sheet {name} would have {len(table):,} rows, more than the {MOST_ROWS:,} that are read back"
            raise TooLarge([Problem("", what, "Keep this scenario as YAML.")])
        for row in table:
            long = next((cell for cell in row if isinstance(cell, str) and utf16_length(cell) > LONGEST_TEXT), None)
            if long is not None:
                what = f"a list or text on the sheet {name} is longer than the {LONGEST_TEXT:,} characters of a cell"
                raise bad("", what, "Keep this scenario as YAML.", long)


def _names(filled: Mapping[str, Sequence[Row]]) -> dict[str, Sequence[str] | str]:
    """Return the names of each kind: the range that holds them, or the names where each stands many times."""
    found: dict[str, Sequence[str] | str] = {}
    for sheet in sheets():
        if _defines_names(sheet):
            for place, key in enumerate(sheet.keys):
                if key.word in found:
                    continue
                if len(sheet.keys) == 1:
                    last = _FIRST + len(filled[sheet.name]) + SPARE_ROWS
                    found[key.word] = range_of(sheet.name, 1, _FIRST + 1, last)
                else:
                    found[key.word] = _once(str(row[place]) for row in filled[sheet.name] if row[place] is not None)
            if len(sheet.keys) > 1 and ".".join(key.word for key in sheet.keys) not in found:
                pairs = (".".join(map(str, row[: len(sheet.keys)])) for row in filled[sheet.name])
                found[".".join(key.word for key in sheet.keys)] = _once(pairs)
    return {word: names for word, names in found.items() if isinstance(names, str) or fits_a_choice(names)}


def _defines_names(sheet: Sheet) -> bool:
    """Return whether a thing gets its name on this sheet: ``segments``, ``products``, ``levers`` ..."""
    return bool(sheet.path[1:]) and all(step is Step.NAME for step in sheet.path[1:])


def _once(names: Any) -> list[str]:
    return list(dict.fromkeys(names))


# Sheets -----------------------------------------------------------------------------------------------------------


def _page(book: Any, name: str, used: bool) -> Any:
    page = book.add_worksheet(name)
    page.set_tab_color("#0B5A8F" if used else "#C5CDD8")
    page.set_landscape()
    page.hide_gridlines(0)
    return page


def _index(page: Any, scenario: Scenario, filled: Mapping[str, Sequence[Row]], styles: Styles) -> None:
    put_text(page, 0, 0, scenario.name, styles["title"])
    for place, words in enumerate(NOTES, 1):
        put_text(page, place, 0, words, styles["plain"])
    head = len(NOTES) + 2
    for column, name in enumerate(("sheet", "rows", "what it holds")):
        put_text(page, head, column, name, styles["head"])
    about = {sheet.name: sheet_words(sheet) for sheet in sheets()} | {LISTED: LISTS}
    for row, (name, words) in enumerate(about.items(), head + 1):
        put_text(page, row, 0, name, styles["key"])
        put(page, row, 1, 1 if name == ROOT else len(filled[name]), styles["whole"])
        put_text(page, row, 2, words, styles["long"])
    page.set_column(0, 0, width(list(about)))
    page.set_column(1, 1, 8)
    page.set_column(2, 2, 110)
    page.freeze_panes(head + 1, 1)
    page.hide_gridlines(2)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _upright(page: Any, sheet: Sheet, row: Row, styles: Styles) -> None:
    """Lay out the scenario itself: a row for each field."""
    for place, name in enumerate((FIELD, VALUE, *UPRIGHT)):
        put_text(page, 0, place, name, styles["head"])
    for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True), 1):
        put_text(page, place, 0, column.name, styles["key"])
        put(page, place, 1, value, styles.of(column))
        put_text(page, place, 2, meaning(column.place), styles["long"])
        put_text(page, place, 3, facts(column), styles["long"])
        if choice := offered(column, {}):
            choose(page, place, place, 1, choice)
    page.set_column(0, 0, width([column.name for column in sheet.columns]))
    page.set_column(1, 1, 42)
    page.set_column(2, 3, 60)
    page.freeze_panes(1, 1)
    page.fit_to_pages(1, 0)


def _across(
    page: Any, sheet: Sheet, table: Sequence[Row], styles: Styles, names: Mapping[str, Sequence[str] | str]
) -> None:
    """Lay out a sheet in which a row is a record."""
    last = _FIRST + len(table) + SPARE_ROWS
    for place, column in enumerate(sheet.every):
        own = column in sheet.keys
        style = styles["key"] if own else styles.of(column)
        shown = [_shown(row[place]) for row in table[:200]]
        heads = "head" if own or _group(sheet, place) % 2 == 0 else "shade"
        page.set_column(place, place, width([column.name, *shown], 9 if sheet.is_wide else 12), style)
        words = column_words(sheet, column)
        put_text(page, 0, place, words if not sheet.is_wide or place <= len(sheet.keys) else "", styles["note"])
        put_text(page, _HEAD, place, column.name, styles[heads])
        if choice := offered(column, {} if own and _defines_names(sheet) else names):
            choose(page, _FIRST, last, place, choice)
    _fill(page, table, [styles["key"] if column in sheet.keys else styles.of(column) for column in sheet.every])
    page.set_row(0, 90)
    page.repeat_rows(_HEAD)
    page.freeze_panes(_FIRST, max(1, len(sheet.keys)))
    page.autofilter(_HEAD, 0, max(_FIRST, _HEAD + len(table)), len(sheet.every) - 1)


def _group(sheet: Sheet, place: int) -> int:
    """Return the number of the group of fields that a column belongs to, so that neighbours differ in shade."""
    heads = [column.name.partition(".")[0] for column in sheet.every]
    return sum(heads[i] != heads[i - 1] for i in range(1, place + 1)) if not sheet.is_wide else 0


def _lists(page: Any, table: Sequence[Row], styles: Styles) -> None:
    heads = {PLACE: PLACE_OF_LISTS, **{one.name: f"{one.name.capitalize()} of the law." for one in lists_of_laws()}}
    for column, (name, words) in enumerate(heads.items()):
        put_text(page, 0, column, words, styles["note"])
        put_text(page, _HEAD, column, name, styles["head"])
        page.set_column(column, column, 16 if column else 60, styles["number" if column else "key"])
    _fill(page, table, [styles["number" if column else "key"] for column in range(len(heads))])
    page.set_row(0, 40)
    page.freeze_panes(_FIRST, 1)


def _fill(page: Any, table: Sequence[Row], styles: Sequence[Any]) -> None:
    for place, row in enumerate(table, _FIRST):
        for column, value in enumerate(row):
            if value is not None:
                put(page, place, column, value, styles[column])


def _shown(value: Written | None) -> str:
    return "" if value is None else str(value)
