"""The workbook of a run holds every number of its folder, and nothing live whatever the names are."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from promiselab.csv_text import as_csv, as_named, harmless
from promiselab.spreadsheet.book import write
from promiselab.spreadsheet.cells import clean
from promiselab.spreadsheet.records import tables
from scenarios.workbook.texts import LONGEST_TEXT, sheet_names, utf16_length
from tests.hostile import FORMULAS, STRINGS
from tests.report.folder import write_folder
from tests.report.reading import numbers_in

FIGURES = ("mean", "half_width", "verdict", "needed")
LONG = "=" + "x" * 40_000
CONTROL = "\x00=1+1\x1b[31m\x07"


def cells(path: Path) -> dict[str, list[Any]]:
    """Return every cell that holds something, by sheet; none of them is live."""
    book = openpyxl.load_workbook(path)
    found = {sheet.title: [cell for row in sheet for cell in row if cell.value is not None] for sheet in book}
    every = [cell for cells in found.values() for cell in cells]
    assert [cell.coordinate for cell in every if cell.data_type == "f" or cell.hyperlink] == []
    assert not book.defined_names
    return found


def texts(path: Path) -> set[str]:
    return {cell.value for found in cells(path).values() for cell in found if isinstance(cell.value, str)}


def numbers(path: Path) -> set[float]:
    values = {cell.value for found in cells(path).values() for cell in found if cell.data_type == "n"}
    return {float(value) for value in values}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = write_folder(tmp_path_factory.mktemp("runs") / "run")
    rows = [{"design": "as_is", "segment": "00123", "amount": 0.1 + 0.2, "replication": 0, "offering": "=1+1"}]
    (made / "ledger.csv").write_text(as_csv(rows), encoding="utf-8")
    return made


def test_every_number_of_the_folder_is_in_the_workbook_exactly(folder: Path) -> None:
    got = numbers(write(folder))
    for path in folder.glob("*.json"):
        wanted = numbers_in(json.loads(path.read_text(encoding="utf-8")))
        assert wanted - got == set(), path.name
    assert 0.1 + 0.2 in got


def test_every_table_has_a_sheet_and_the_index_says_which(folder: Path) -> None:
    found = cells(write(folder))
    assert list(found)[:3] == ["index", "charts", "run"]
    for name in ("estimates", "comparison.differences", "ledger", "ledger.csv", "designs.offerings", "definitions"):
        assert name in found
    listed = [cell.value for cell in found["index"] if cell.column == 1][3:]
    assert listed == list(found)[1:]
    heads = [cell.value for cell in found["comparison.differences"] if cell.row == 2]
    assert set(heads) == {"candidate", "measure", "segment", "resource", "product", *FIGURES, "unit"}
    assert heads[0] == "candidate"
    assert heads[-1] == "unit"
    names = {cell.value for cell in found["definitions"] if cell.column == 1}
    assert {"margin", "otif", "revenue", "penalties"} <= names


def test_names_that_look_like_numbers_stay_texts(folder: Path) -> None:
    found = {cell.value: cell for cell in cells(write(folder))["ledger.csv"]}
    assert found["00123"].data_type == "s"
    assert found["=1+1"].data_type == "s"  # harmless in CSV with an apostrophe, and here as it is


def test_the_charts_are_those_of_margins_promises_and_cost_to_serve(folder: Path) -> None:
    book = openpyxl.load_workbook(write(folder))
    margins, services, costs = book["charts"]._charts
    assert [type(chart).__name__ for chart in (margins, services, costs)] == ["BarChart"] * 3
    estimates = json.loads((folder / "estimates.json").read_text(encoding="utf-8"))["designs"]
    for row, (design, rows) in enumerate(estimates.items(), 3):
        (margin,) = (one for one in rows if one["measure"] == "margin" and not one["segment"])
        shown = [book["charts"].cell(row, column).value for column in (1, 2, 3)]
        assert shown == [design, margin["mean"], margin["half_width"]]
    bars = margins.series[0].errBars
    assert (bars.plus.numRef.f, bars.minus.numRef.f) == ("charts!$C$3:$C$5", "charts!$C$3:$C$5")
    assert all(chart.series[0].val.numRef.f.startswith("charts!$B$") for chart in (margins, services, costs))


def read(text: str) -> str:
    """Return a text as openpyxl reads it, which takes every ``x005F_`` for part of an escape."""
    return clean(text).replace("x005F_", "")


@pytest.mark.parametrize("text", [*FORMULAS[:3], "  =1+1", "<r>&</r>", "_x000D_"])
def test_no_name_of_a_run_is_live(tmp_path: Path, text: str) -> None:
    """In every name, description and unit of a folder."""
    folder = write_folder(tmp_path / "run", designs=("as_is", "segmented"), rename=lambda name: f"{text}{name}")
    assert read(f"{text}key_accounts") in texts(write(folder))


@pytest.mark.parametrize("first", range(0, len(STRINGS), 60))
def test_no_text_is_live_wherever_it_stands(tmp_path: Path, first: int) -> None:
    """As the name of a file, of a table, of a column, as a text and as a unit."""
    some = STRINGS[first : first + 60]
    folder = write_folder(tmp_path / "run", optional=False)
    rows = [{"name": text, text: 1.5, "unit": text} for text in some]
    (folder / "hostile.json").write_text(json.dumps(dict.fromkeys(some, rows[:2])), encoding="utf-8")
    (folder / "=1+1.json").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "@more.csv").write_text(as_csv(rows), encoding="utf-8")
    found = texts(write(folder))
    assert {read(text) for text in some} <= found
    assert "=1+1" in cells(folder / "report.xlsx")


def test_control_characters_go_and_long_texts_are_cut_with_a_mark(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run", optional=False)
    rows = [{"name": LONG, "words": CONTROL, "mean": None, "count": 2**60, "true": True}, {"name": "b", "mean": 1.5}]
    (folder / "more.json").write_text(json.dumps(rows), encoding="utf-8")
    found = cells(write(folder))["more"]
    values = {cell.value for cell in found}
    (long,) = (value for value in values if isinstance(value, str) and len(value) > 1000)
    assert utf16_length(long) == LONGEST_TEXT
    assert long.endswith(" ... (cut)")
    assert {"=1+1[31m", "n/a", str(2**60), True, 1.5} <= values


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_said_to_be_not_known(tmp_path: Path, value: str) -> None:
    folder = write_folder(tmp_path / "run", optional=False)
    (folder / "more.json").write_text(f'[{{"mean": 1.5}}, {{"mean": {value}}}]', encoding="utf-8")
    assert [cell.value for cell in cells(write(folder))["more"] if cell.row > 2] == [1.5, "n/a"]


def test_the_same_folder_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    assert write(folder, tmp_path / "a.xlsx").read_bytes() == write(folder, tmp_path / "b.xlsx").read_bytes()


def test_sheet_names_are_valid_and_unique_in_any_case() -> None:
    wanted = [
        "Costs",
        "COSTS",
        "costs",
        "a/b:c*d?e[f]",
        "history",
        "'quoted'",
        "",
        " ",
        "x" * 40,
        "X" * 40,
        "🎁" * 20,
        *STRINGS,
    ]
    found = sheet_names(wanted)
    assert len({name.casefold() for name in found}) == len(wanted)
    for name in found:
        assert 0 < utf16_length(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name[0] != "'" != name[-1]
        assert name.casefold() != "history"


# Documents to tables ----------------------------------------------------------------------------------------------


def test_any_document_becomes_tables() -> None:
    document = {
        "total": 3,
        "terms": {"wage": 20.5, "list": [1, 2]},
        "teams": [
            {
                "name": "a",
                "load": {"mean": 0.5, "worst": 0.9},
                "members": [{"who": "x", "share": 1}],
                "hours": list(range(20)),
            },
            {"name": "b", "load": {"mean": 0.25, "worst": 0.5}, "members": [], "hours": []},
        ],
        "plans": {"one": {"north": {"cost": 1}, "south": None}, "two": {"north": {"cost": 2}}},
    }
    found = {one.name: (list(one.columns), [list(row) for row in one.rows]) for one in tables("doc", "", document)}
    assert found["doc"] == (["field", "value"], [["total", 3]])
    assert found["doc.terms"] == (["field", "value"], [["wage", 20.5], ["list.1", 1], ["list.2", 2]])
    assert found["doc.teams"][0] == ["name", "load.mean", "load.worst"]
    assert found["doc.teams"][1] == [["a", 0.5, 0.9], ["b", 0.25, 0.5]]
    assert found["doc.teams.members"] == (["team", "who", "share"], [["a", "x", 1]])
    assert found["doc.teams.hours"][1][19] == ["a", 20, 19]
    assert found["doc.plans"] == (
        ["plan", "name", "cost"],
        [["one", "north", 1], ["one", "south", None], ["two", "north", 2]],
    )


# CSV --------------------------------------------------------------------------------------------------------------


def test_no_csv_text_is_a_formula_and_numbers_stay_numbers() -> None:
    for text in (*FORMULAS, "\t=1", "\r1", "\n1", "\x00", " \t =1", "\u200b=1", "\u3000\uff1d1", "\u00a0@x"):
        _, (cell,) = csv.reader(io.StringIO(as_csv([{"anything": text}]), newline=""))
        assert cell in (text.replace("\r", "\n"), f"'{text}".replace("\r", "\n"))
        assert cell.lstrip("\u200b \u3000\u00a0")[:1] not in set("=+-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20"), text
    assert as_csv([{"amount": -5, "share": -0.25, "=head": None}]) == "amount,share,'=head\n-5,-0.25,\n"
    assert as_csv([{"amount": math.nan}]) == 'amount\n""\n'
    assert as_named(harmless("=1+1")) == "=1+1"
    assert [harmless(text) for text in ("retail", "a=b", "5-6", "'x", "")] == ["retail", "a=b", "5-6", "'x", ""]


def test_csv_is_written_in_one_place() -> None:
    root = Path(__file__).parents[2] / "promiselab"
    sources = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    writing = {name for name, text in sources.items() if "csv.writer(" in text or ".to_csv(" in text}
    assert writing == {"csv_text.py"}
