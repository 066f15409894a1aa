"""What a planner sees: an index, meanings and units above the columns, lists to choose from."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from scenarios.workbook.scheme import LISTED, sheets
from tests.workbook.editing import address, small


@pytest.fixture(scope="module")
def book() -> Any:
    return openpyxl.load_workbook(BytesIO(small()))


def lists(page: Any) -> dict[str, str]:
    """Return range -> source of the lists to choose from."""
    return {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation if rule.type == "list"}


def test_the_index_names_every_sheet_and_how_much_it_holds(book: Any) -> None:
    listed = {
        row[0].value: (row[1].value, row[2].value) for row in book["index"].iter_rows() if row[1].value is not None
    }
    del listed["sheet"]
    assert list(listed) == book.sheetnames[1:] == [*(sheet.name for sheet in sheets()), LISTED]
    assert listed["segments"] == (2, "Segment -> who buys, when, what, and what they value.")
    assert all(words for _, words in listed.values())


def test_heads_have_meanings_and_units_and_stay_in_view(book: Any) -> None:
    page = book["segments"]
    assert page["C2"].value == "customers"
    assert page["C1"].value.startswith("How many customers there are.\nwhole number, at least 1")
    assert "unit: customers; required" in page["C1"].value
    assert (page.freeze_panes, book["as_is.offerings"].freeze_panes, book["scenario"].freeze_panes) == (
        "B3",
        "C3",
        "B2",
    )
    for sheet in sheets()[1:]:
        heads = [cell.value for cell in book[sheet.name][2]]
        assert heads == [column.name for column in sheet.every]
        above = [book[sheet.name].cell(1, place).value for place in range(1, len(heads) + 1)]
        assert all(above) or sheet.is_wide, sheet.name


def test_words_and_names_are_chosen_from_lists(book: Any) -> None:
    def source(sheet: str, column: str) -> str:
        cell = address(sheet, column)
        return next(formula for place, formula in lists(book[sheet]).items() if place.startswith(f"{cell}:"))

    assert source("products", "stock.policy.kind") == '"base_stock,reorder_quantity,reorder_up_to,periodic"'
    assert source("segments", "must_serve") == '"TRUE,FALSE"'
    assert source("segments.products", "segment") == "='segments'!$A$3:$A$1004".removeprefix("=")
    assert source("as_is.offerings", "lever") == '"service"'
    assert source("as_is.offerings", "option") == '"basic,quick"'
    assert source("rules", "requires") == '"service.basic,service.quick"'


def test_values_are_of_their_kind(book: Any) -> None:
    start = next(row[1] for row in book["scenario"].iter_rows() if row[0].value == "calendar.start")
    assert (start.value, start.number_format) == (None, "yyyy-mm-dd")  # at its default
    opens = book["resources.shifts"][address("resources.shifts", "opens")]
    assert (opens.value, opens.number_format) == (timedelta(hours=8), "[hh]:mm")
    assert book["segments"]["C3"].value == 200
    assert book["segments"]["A3"].number_format == "@"
    assert book["products"][address("products", "stock")].value is True
    assert book["segments"][address("segments", "patience_days")].value == "{law: gamma, mean: 3, cv: 0.5}"
