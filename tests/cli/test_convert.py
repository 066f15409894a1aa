"""``promiselab convert`` and workbooks wherever a command takes a scenario."""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl
import pytest

from scenarios import load, shipped
from tests.cli.calling import Caller, edited

SIMPLY = ("--replications", "1", "--engine", "simpy", "--json")


@pytest.fixture
def book(call: Caller) -> Path:
    assert call("convert", "small.yaml", "small.xlsx").code == 0
    return call.folder / "small.xlsx"


def test_a_scenario_becomes_a_workbook_and_comes_back(call: Caller, book: Path) -> None:
    said = call("convert", "small.xlsx", "again.yml")
    assert (said.code, said.err) == (0, "")
    assert said.out == "Wrote again.yml: Small desk. Check it with: promiselab check again.yml\n"
    assert load(call.folder / "again.yml") == load(call.folder / "small.yaml") == load(book)


def test_a_shipped_scenario_is_taken_by_name(call: Caller) -> None:
    assert call("convert", "therapy_clinics", "mine.xlsx").code == 0
    assert load(call.folder / "mine.xlsx") == shipped.load_shipped("therapy_clinics")


def test_nothing_is_overwritten_unless_told(call: Caller, book: Path) -> None:
    before = book.read_bytes()
    call.write("other.yaml", edited(("name: Small desk", "name: Other desk")))
    said = call("convert", "other.yaml", "small.xlsx")
    assert (said.code, said.out) == (2, "")
    assert (
        "TARGET = small.xlsx: exists already and is not overwritten. Choose another file, or add --overwrite"
        in said.err
    )
    assert book.read_bytes() == before
    assert call("convert", "other.yaml", "small.xlsx", "--overwrite").code == 0
    assert load(book).name == "Other desk"


@pytest.mark.parametrize("target", ["small.xlsx", "./small.xlsx", "link.xlsx", "hard.xlsx"])
def test_a_workbook_is_never_written_over_itself(call: Caller, book: Path, target: str) -> None:
    (call.folder / "link.xlsx").symlink_to(book)
    os.link(book, call.folder / "hard.xlsx")
    before = book.read_bytes()
    said = call("convert", "small.xlsx", target, "--overwrite")
    assert said.code == 2
    assert "is the file that is read, which is never changed" in said.err
    assert book.read_bytes() == before


@pytest.mark.parametrize("target", ["small.txt", "small", "small.xls", "."])
def test_other_kinds_of_files_are_refused(call: Caller, target: str) -> None:
    said = call("convert", "small.yaml", target)
    assert (said.code, said.out) == (2, "")
    assert "is no name of a scenario file. Expected a name that ends in .yaml, .yml, .xlsx" in said.err


def test_a_wrong_cell_is_named_and_nothing_is_written(call: Caller, book: Path) -> None:
    wrong = openpyxl.load_workbook(book)
    wrong["segments"]["C3"] = -1
    wrong["products"]["C3"] = "dear"
    wrong.save(call.folder / "wrong.xlsx")
    for arguments in (("check", "wrong.xlsx"), ("convert", "wrong.xlsx", "wrong.yaml"), ("simulate", "wrong.xlsx")):
        said = call(*arguments)
        assert (said.code, said.out) == (2, "")
        assert said.err == (
            "wrong.xlsx:segments!C3 segments.retail.customers = -1: must be at least 1.\n"
            "wrong.xlsx:products!C3 products.repair.list_price = dear: a number is expected.\n"
        )
    assert not (call.folder / "wrong.yaml").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "small.xlsx"),
        ("simulate", "small.xlsx", "--set", "resources.desk.servers=3", *SIMPLY),
        ("optimize", "small.xlsx", "--json"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_commands_say_the_same_of_a_workbook(call: Caller, book: Path, arguments: tuple[str, ...]) -> None:
    said, plain = call(*arguments), call(*(a.replace("small.xlsx", "small.yaml") for a in arguments))
    assert said.code == plain.code
    assert without_run(said.out) == without_run(plain.out)


def without_run(text: str) -> list[str]:
    return [line for line in text.splitlines() if '"run"' not in line and "_second" not in line]


def test_a_sweep_file_names_a_workbook(call: Caller, book: Path) -> None:
    call.write("sweep.yaml", "scenario: small.xlsx\nvary: {segments.retail.customers: [40, 60]}\n")
    said = call("sweep", "sweep.yaml", "--dry-run")
    assert said.code == 0, said.err
    assert call("sweep", "small.xlsx", "--vary", "segments.retail.customers=40,60", "--dry-run").code == 0


def test_a_name_nearly_right_is_told(call: Caller, book: Path) -> None:
    assert "Did you mean small.xlsx?" in call("check", "smal.xlsx").err


def test_a_workbook_is_too_large(call: Caller) -> None:
    (call.folder / "large.xlsx").write_bytes(bytes(10_000_001))
    said = call("check", "large.xlsx")
    assert (said.code, said.out) == (3, "")
    assert "large.xlsx: 10,000,001 bytes exceed the 10 MB limit" in said.err


def test_init_writes_a_workbook_to_start_from(call: Caller) -> None:
    assert call("init", "--excel").code == 0
    assert call("init", "yaml.yaml").code == 0
    assert load(call.folder / "scenario.xlsx") == load(call.folder / "yaml.yaml")
    assert call("init", "mine.xlsx", "--name", "Mine").code == 0
    assert load(call.folder / "mine.xlsx").name == "Mine"
    again = call("init", "--excel")
    assert (again.code, "is not overwritten" in again.err) == (2, True)
    other = call("init", "mine.yaml", "--excel")
    assert (other.code, "--excel writes a workbook. Try mine.xlsx" in other.err) == (2, True)
