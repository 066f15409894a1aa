"""Every wrong cell is named, with its sheet; what is no workbook, or too large a one, is refused at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from scenarios import BadInput, TooLarge, load
from scenarios.workbook.reading import parse_workbook
from scenarios.workbook.scheme import sheets
from tests.workbook.editing import address, edited, problems, said, said_of, saved, small


def part_of(sheet: str) -> str:
    """Return where a sheet stands in the archive; the index comes first."""
    return f"xl/worksheets/sheet{[one.name for one in sheets()].index(sheet) + 2}.xml"


SHEET = part_of("segments")


def at(sheet: str, column: str, value: Any, row: int = 3) -> tuple[str, str, Any]:
    return sheet, address(sheet, column, row), value


WRONG_CELLS = {
    "too small": (at("segments", "customers", -5), "segments.retail.customers = -5: must be at least 1"),
    "a text": (at("segments", "customers", "many"), "segments.retail.customers = many: a number is expected"),
    "a comma": (at("segments", "demand.orders_per_day", "1,000"), "a number is expected; use 1000"),
    "a number as a text": (
        at("products", "list_price", "120"),
        "products.pump.list_price = 120: a number is expected",
    ),
    "a date": (
        at("segments", "customers", datetime(2027, 1, 31)),
        "= 2027-01-31: a whole number is expected, the cell holds a day",
    ),
    "a date for a law": (
        at("segments", "patience_days", datetime(2027, 1, 3)),
        "a number or a law is expected, the cell holds a day",
    ),
    "a time": (at("products", "list_price", time(8, 30)), "a number is expected, the cell holds a time of day"),
    "a truth": (at("products", "list_price", True), "products.pump.list_price = true: a number is expected"),
    "a broken number": (
        at("segments", "customers", 1.5),
        "segments.retail.customers = 1.5: a whole number is expected",
    ),
    "a word that is none": (
        at("products", "stock.policy.kind", "reorder"),
        "must be one of base_stock, reorder_quantity",
    ),
    "a text for a truth": (
        at("segments", "must_serve", "yes"),
        "segments.retail.must_serve = yes: true or false is expected",
    ),
    "an unknown law": (at("segments", "patience_days", "{law: gama, mean: 3}"), "there is no law gama here"),
    "a law that is not closed": (
        at("segments", "patience_days", "{law: gamma, mean: 3"),
        "a closing bracket is missing",
    ),
    "a law in words": (at("segments", "patience_days", "gamma"), "a number or a law is expected"),
    "a law that lacks something": (
        at("segments", "patience_days", "{law: gamma, mean: 3}"),
        "patience_days.cv: is missing",
    ),
    "a day of the week": (at("resources.shifts", "days", "mon, tus"), "days.1 = tus: must be one of mon, tue"),
    "seconds": (at("resources.shifts", "opens", time(8, 30, 20)), "a time of day in whole minutes is expected"),
    "hours as a number": (at("resources.shifts", "closes", "16.5"), "a time of day from 00:00 to 24:00 is expected"),
    "nothing where something must be": (
        at("segments", "customers", None),
        "segments.retail.customers: is missing. Expected:",
    ),
    "nothing in a wide list": (("segments.demand.by_day_of_week", "C3", None), "the value (tue) is missing"),
    "a text in a wide list": (
        ("segments.demand.by_day_of_week", "C3", "x"),
        "by_day_of_week.1 = x: a number is expected",
    ),
    "a number for a name": (at("segments", "segment", 123), "= 123: a text is expected, the cell holds a number"),
    "a number for a text": (
        at("levers", "description", 5),
        "levers.service.basic.description = 5: a text is expected",
    ),
    "an unknown name": (
        ("segments.products", "A3", "retial"),
        "there is no segment of that name. Did you mean retail?",
    ),
    "an unknown option": (
        ("as_is.offerings", "C3", "basc"),
        "as_is.offerings.retail.service = basc: there is no option",
    ),
    "no name": (("as_is.offerings", "B3", None), "the lever is missing"),
    "a name alone": (("as_is.offerings", "C4", None), "the value (option) is missing"),
    "a hidden half": (
        at("products", "stock", False),
        "FALSE says that this is not there, but some of it is filled in",
    ),
    "neither true nor false": (at("products", "stock", 2), "TRUE, FALSE or an empty cell is expected"),
    "a law that is nowhere": (
        ("listed_values", "A3", "segments.retail.products.pmp.quantity"),
        "there is no law at this place",
    ),
    "no law at all": (("listed_values", "A3", None), "the place of a law is missing"),
    "a column without a name": (("segments", "AB4", 7), "stands in a column without a name"),
    "an unknown field": (("scenario", "A7", "calendar.strat"), "Did you mean calendar.start?"),
    "noon": (
        ("scenario", "B7", datetime(2027, 1, 4, 12)),
        "calendar.start = 2027-01-04 12:00:00: a day without a time of day",
    ),
    "the day that never was": (("scenario", "B7", datetime(1900, 2, 28)), "a 29 February 1900"),
    "a day that does not exist": (("scenario", "B7", "2027-02-29"), "a day that exists is expected"),
    "a control character": (("segments", "B3", "a_x0000_b"), "a text has no control characters"),
}


@pytest.mark.parametrize("case", WRONG_CELLS)
def test_a_wrong_cell_is_named(case: str) -> None:
    (sheet, cell, value), words = WRONG_CELLS[case]
    found = said_of((sheet, cell, value))
    place = f"book.xlsx:{sheet}!{cell}"
    assert any(line.startswith(place) and words in line for line in found), found


def test_every_wrong_cell_is_named_at_once_in_the_order_of_the_workbook() -> None:
    def change(book: Any) -> None:
        book["segments"][address("segments", "customers")] = -5
        book["segments"][address("segments", "customers", 4)] = "x"
        book["products"][address("products", "list_price")] = "free"
        book["scenario"]["B7"] = "soon"
        book["as_is.offerings"]["C3"] = 4

    cells = [problem.cell for problem in problems(edited(change))]
    assert cells == ["scenario!B7", "segments!C3", "segments!C4", "products!C3", "as_is.offerings!C3"]


PRODUCTS = part_of("products")
PRICE = r'(<c r="C3"[^>]*)><v>120</v>'


def test_a_formula_is_taken_by_its_stored_value() -> None:
    content = replaced(small(), PRODUCTS, PRICE, r"\1><f>60*2</f><v>120</v>")
    assert parse_workbook(content, "book.xlsx") == parse_workbook(small(), "book.xlsx")


def test_a_formula_that_gives_an_empty_text_is_an_empty_cell() -> None:
    (found,) = said(replaced(small(), PRODUCTS, PRICE, r'\1 t="str"><f>IF(1=1,"","x")</f><v></v>'))
    assert found.startswith("book.xlsx:products!C3 products.pump.list_price: is missing")


@pytest.mark.parametrize(
    ("instead", "words"),
    [
        (r"\1><f>60*2</f>", "= =60*2: cell C3 has a formula without a stored value"),
        (r'\1 t="e"><f>1/0</f><v>#DIV/0!</v>', "= #DIV/0!: the cell holds an error"),
        (r'\1 t="e"><v>#N/A</v>', "= #N/A: the cell holds an error"),
    ],
)
def test_a_formula_without_a_value_and_an_error_are_named(instead: str, words: str) -> None:
    (found,) = said(replaced(small(), PRODUCTS, PRICE, instead))
    assert found.startswith(f"book.xlsx:products!C3 products.pump.list_price {words}")


# Sheets and columns -----------------------------------------------------------------------------------------------


def rename(old: str, new: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[old].title = new

    return change


def hide(book: Any) -> None:
    book["segments"].sheet_state = "hidden"


def twice(book: Any) -> None:
    book.copy_worksheet(book["segments"]).title = "Segments "


def again(book: Any) -> None:
    book["segments"].append([cell.value for cell in book["segments"][3]])


def orders(book: Any) -> None:
    for sheet in book.worksheets[1:]:
        book.remove(sheet)
    book.active.title = "Sheet1"


WRONG_SHEETS = {
    "a sheet is missing": (
        lambda book: book.remove(book["products"]),
        "there is no sheet products. The sheets of the workbook: scenario, segments,",
    ),
    "none fits": (orders, "there is no sheet scenario. The sheets of the workbook: Sheet1."),
    "a sheet is unknown": (
        rename("designs", "desings"),
        "desings!A1: there is no table of that name. Did you mean designs?",
    ),
    "a sheet is hidden": (
        hide,
        "segments!A1: the sheet is hidden. Show it, so that everybody sees what is read, or delete it. The sheets",
    ),
    "a sheet is there twice": (
        twice,
        "two sheets have this name: segments and Segments . Keep one of them. The sheets of the workbook",
    ),
    "a row is there twice": (
        again,
        "segments!A5 segments.retail = retail: stands twice: segments!A3 and segments!A5. Keep one",
    ),
    "there are no heads": (
        lambda book: book["rules"].delete_rows(1, 2),
        "there is no row with the names of the columns",
    ),
}
WRONG_COLUMNS = {
    "custmers": "there is no column of that name. Did you mean customers?",
    "demand.orders_per_day": "two columns have this name: segments!C2 and segments!D2. Keep one of them",
    "demand.orders": "there is no column of that name. Did you mean demand.orders_per_day?",
}


@pytest.mark.parametrize("case", WRONG_SHEETS)
def test_a_wrong_sheet_is_named(case: str) -> None:
    change, words = WRONG_SHEETS[case]
    assert any(words in line for line in said(edited(change))), said(edited(change))


@pytest.mark.parametrize("head", WRONG_COLUMNS)
def test_a_wrong_column_is_named_and_its_cells_are_still_looked_at(head: str) -> None:
    def change(book: Any) -> None:
        book["segments"]["C2"] = head
        book["segments"]["C4"] = -1

    found = said(edited(change))
    assert any(WRONG_COLUMNS[head] in line for line in found), found
    if head == "custmers":
        assert [line.partition(":")[2].partition(" ")[0] for line in found] == ["segments!C2", "segments!C4"]


def test_sheets_and_columns_of_ones_own_are_left_alone() -> None:
    def change(book: Any) -> None:
        book.create_sheet("_notes").append(["=1+1", 2])
        book["segments"]["Z2"] = "_mine"
        book["segments"]["Z3"] = "=NOW()"
        book["segments"].insert_rows(1)
        book["segments"]["A1"] = "Our segments"
        book["products"].delete_rows(1)
        book["levers"].append([])
        for name in ("rules", "menu.fences", "designs.offerings"):
            book.remove(book[name])

    plain = parse_workbook(small(), "a")
    assert parse_workbook(edited(change), "b") == plain.model_copy(update={"rules": ()})


# Files ------------------------------------------------------------------------------------------------------------


def replaced(content: bytes, part: str, old: str, new: str) -> bytes:
    """Return a workbook with something else in one of its parts."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            if name == part:
                changed, count = re.subn(old, new, text.decode("utf-8"))
                assert count == 1, f"{old} stands {count} times in {part}"
                text = changed.encode("utf-8")
            target.writestr(name, text)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


NO_WORKBOOKS = {
    "empty": (b"", "is empty"),
    "a text": (b"segment,customers\nretail,5\n", "looks like another kind of file"),
    "a yaml file": (b"name: Small\n", "looks like another kind of file"),
    "encrypted or old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "looks like encrypted or .xls"),
    "cut off": (small()[:-1000], "it is cut off"),
    "an archive of something else": (archive(a=b"b"), "it is an archive without [Content_Types].xml"),
    "an archive that only claims": (archive(**{"[Content_Types].xml": b"<Types/>"}), "it is damaged"),
    "a sheet that is no XML": (replaced(small(), SHEET, "<sheetData", "<<"), "it is damaged"),
    "a NUL character": (replaced(small(), SHEET, "<sheetData", "\0<sheetData"), "it is damaged"),
}


@pytest.mark.parametrize("case", NO_WORKBOOKS)
def test_what_is_no_workbook_is_refused(tmp_path: Path, case: str) -> None:
    content, words = NO_WORKBOOKS[case]
    with pytest.raises(BadInput, match=re.escape(words)) as caught:
        load(saved(tmp_path, content))
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("suffix", [".xls", ".xlsm", ".xlsb", ".ods"])
def test_other_kinds_of_workbooks_are_not_read(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(BadInput, match=f"{suffix} is not a kind of workbook that is read. Save it as .xlsx"):
        load(saved(tmp_path, small(), f"book{suffix}"))


TOO_LARGE = {
    "ten megabytes": (bytes(10_000_001), "exceed the 10 MB limit"),
    "a hundred megabytes": (archive(**{"[Content_Types].xml": bytes(100_000_001)}), "more than 100 MB"),
    "a bomb": (archive(**{"[Content_Types].xml": bytes(2_000_000)}), "unpacks to more than 100 times its size"),
    "rows": (
        replaced(small(), SHEET, "</sheetData>", '<row r="100001"><c r="A100001"><v>1</v></c></row></sheetData>'),
        "more than 100,000 rows",
    ),
    "columns": (
        replaced(small(), SHEET, "</sheetData>", '<row r="9"><c r="GS9"><v>1</v></c></row></sheetData>'),
        "200 columns",
    ),
}


@pytest.mark.parametrize("case", TOO_LARGE)
def test_what_is_too_large_is_refused_as_that(tmp_path: Path, case: str) -> None:
    content, words = TOO_LARGE[case]
    with pytest.raises(TooLarge, match=words) as caught:
        load(saved(tmp_path, content))
    assert caught.value.exit_code == 3


NUMBERS = {
    "1e400": "out of range",
    "9007199254740993": "a number this large is not exact in a cell",
    "-1": "at least 1",
}


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_that_no_cell_holds_exactly_are_refused(number: str) -> None:
    content = replaced(small(), SHEET, r'(<c r="C3"[^>]*>)<v>200</v>', rf"\1<v>{number}</v>")
    (found,) = said(content)
    assert found.startswith("book.xlsx:segments!C3 segments.retail.customers")
    assert NUMBERS[number] in found


def test_what_the_file_says_of_its_own_size_is_not_believed() -> None:
    content = replaced(small(), SHEET, r'<dimension ref="[^"]*"/>', '<dimension ref="A1"/>')
    assert parse_workbook(content, "a") == parse_workbook(small(), "b")


def test_formatted_cells_without_anything_in_them_are_nothing() -> None:
    content = replaced(small(), SHEET, "</sheetData>", '<row r="200000"><c r="ZZ200000" s="1"/></row></sheetData>')
    assert parse_workbook(content, "a") == parse_workbook(small(), "b")


def test_the_workbook_is_opened_by_openpyxl_with_nothing_live_in_it() -> None:
    book = openpyxl.load_workbook(BytesIO(small()))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
