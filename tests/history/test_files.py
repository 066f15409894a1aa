"""Files of orders come in as they are, or are refused where they are wrong."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import openpyxl
import pytest

from promiselab.history.reading import read_table
from scenarios.problems import BadInput, TooLarge

GOOD = "order,customer,time,quantity,price\n1,00123,2026-01-02,3,1.5\n2,NA,2026-01-03 10:30,4,2\n"


def written(folder: Path, content: str | bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_identifiers_and_names_stay_text(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, GOOD))
    assert table.texts("customer").tolist() == ["00123", "NA"]
    assert table.numbers("quantity").tolist() == [3.0, 4.0]
    assert [str(t) for t in table.times("time")] == ["2026-01-02 00:00:00", "2026-01-03 10:30:00"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    assert read_table(written(tmp_path, GOOD.replace(",", delimiter))).texts("customer").tolist() == ["00123", "NA"]


def test_all_kinds_of_files_say_the_same(tmp_path: Path) -> None:
    text = read_table(written(tmp_path, GOOD))
    packed = read_table(written(tmp_path, gzip.compress(GOOD.encode()), "orders.csv.gz"))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in GOOD.splitlines():
        sheet.append([int(cell) if cell.isdigit() and not cell.startswith("0") else cell for cell in line.split(",")])
    book.save(tmp_path / "orders.xlsx")
    target = tmp_path / "orders.parquet"
    source = f"read_csv('{tmp_path / 'orders.csv'}', all_varchar=true)"
    duckdb.connect().sql(f"COPY (FROM {source}) TO '{target}' (FORMAT parquet)")
    for table in (packed, read_table(tmp_path / "orders.xlsx"), read_table(target)):
        assert {name: list(column) for name, column in table.columns.items()} == {
            name: list(column) for name, column in text.columns.items()
        }


@pytest.mark.parametrize(
    ("content", "where", "what"),
    [
        ("a,b\n1,2\n3\n", "row 3", "has 1 fields, the first row has 2"),
        ('a,b\n1,2\n"3,4\n5,6\n', "row 3", "a quote is opened here and not closed"),
        (b"a,b\n1,\x002\n", "row 2", "NUL"),
        ("a,b\n1," + "x" * 200_000 + "\n", "row 2", "more than 32,767 characters"),
        ("a,a\n1,2\n", "row 1", "two columns are called 'a'"),
        ("a,\n1,2\n", "row 1", "column 2 has no name"),
        ("a,b\n", "", "no rows"),
        (b"a,b\n1,\xff\n", "", "not UTF-8"),
        ("", "", "is empty"),
    ],
)
def test_broken_text_is_refused_where_it_breaks(tmp_path: Path, content: str | bytes, where: str, what: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_table(written(tmp_path, content))
    assert where in str(refused.value)
    assert what in str(refused.value)


@pytest.mark.parametrize("value", ["1e400", "Infinity", "nan", "twelve", "9007199254740993", "1,5"])
def test_numbers_that_cannot_be_used_name_their_row(tmp_path: Path, value: str) -> None:
    table = read_table(written(tmp_path, f'q;x\n1;\n"{value}";\n'))
    with pytest.raises(BadInput, match=r"row 3, column 'q'"):
        table.numbers("q")


def test_dates_that_are_none_name_their_row(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"row 2, column 't'.*is not a date"):
        read_table(written(tmp_path, "t,x\n31/12/2026,\n")).times("t")


@pytest.mark.parametrize("second", ["2026-01-03 10:30", "2026-01-03 10:30+02:00"])
def test_times_with_zones_are_refused(tmp_path: Path, second: str) -> None:
    text = f"order,customer,time,quantity,price\n1,a,2026-01-02 09:00+01:00,3,1\n2,b,{second},3,1\n"
    with pytest.raises(BadInput, match="has a time zone"):
        read_table(written(tmp_path, text)).times("time")


@pytest.mark.parametrize("zone", ["T02:30+01:00", " 02:30Z", "T14Z", " 02:30:11.5 +0100"])
def test_m19_times_with_a_zone_name_their_row_beside_times_without(tmp_path: Path, zone: str) -> None:
    table = read_table(written(tmp_path, f"t,x\n2026-03-28,\n2026-03-28 14:30,\n2026-03-29{zone},\n"))
    with pytest.raises(BadInput, match=r"row 4, column 't' = .*: has a time zone"):
        table.times("t")


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b[31m", "\x9b", "\x07"])
def test_a_label_that_would_break_a_line_names_its_row(tmp_path: Path, sign: str) -> None:
    table = read_table(written(tmp_path, f't,x\na,\n"a{sign}Error: none",\n'))
    with pytest.raises(BadInput, match=r"row 3, column 't'.*a line break or another control character") as refused:
        table.labels("t")
    assert sign not in str(refused.value)


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut", b"not a workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_workbook_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadInput, match="is not an Excel workbook"):
        read_table(written(tmp_path, content, "orders.xlsx"))


def test_a_formula_that_was_never_calculated_is_no_empty_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["order", "customer", "quantity"], ["1", "a", 2], ["2", "", "=1+1"]):
        sheet.append(row)
    book.save(tmp_path / "orders.xlsx")
    with pytest.raises(BadInput, match="cell C3 has a formula without a stored value"):
        read_table(tmp_path / "orders.xlsx")


def test_several_sheets_ask_for_a_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("second").append(["a"])
    book.save(tmp_path / "orders.xlsx")
    with pytest.raises(BadInput, match="2 visible sheets: Sheet, second"):
        read_table(tmp_path / "orders.xlsx")
    with pytest.raises(BadInput, match="Did you mean second"):
        read_table(tmp_path / "orders.xlsx", "secnd")


def test_a_file_of_three_gigabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n")
        file.truncate(3_000_000_000)
    with pytest.raises(TooLarge, match=r"3,000 MB is more than 500 MB"):
        read_table(path)
