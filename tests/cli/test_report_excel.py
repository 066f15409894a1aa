"""``promiselab report RUN --excel``: the results of real runs as workbooks."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from tests.cli.calling import Caller

SIMPLY = ("--replications", "2", "--engine", "simpy", "--workers", "1")


@pytest.fixture
def run(call: Caller) -> Path:
    assert call("compare", "small.yaml", "--designs", "as_is,fast", *SIMPLY).code == 0
    (folder,) = call.runs()
    return folder


def test_a_run_becomes_a_workbook_with_its_numbers(call: Caller, run: Path) -> None:
    said = call("report", str(run), "--excel")
    assert (said.code, said.out, said.err) == (0, f"{run / 'report.xlsx'}\n", "")
    book = openpyxl.load_workbook(run / "report.xlsx")
    assert {"index", "charts", "run", "estimates", "comparison.differences", "ledger", "measures"} <= set(
        book.sheetnames
    )
    assert len(book["charts"]._charts) == 2  # no fill rate is promised, and no floor is set
    with (run / "measures.csv").open(encoding="utf-8", newline="") as file:
        heads, *rows = csv.reader(file)
    place = heads.index("numerator")
    found = [row[place] for row in book["measures"].iter_rows(min_row=3, values_only=True)]
    assert found == [float(row[place]) for row in rows]
    assert oct((run / "report.xlsx").stat().st_mode)[-3:] == "600"


def test_a_workbook_is_not_overwritten_unless_told(call: Caller, run: Path) -> None:
    (run / "report.xlsx").write_bytes(b"a planner's own")
    said = call("report", str(run), "--excel")
    assert said.code == 2
    assert "exists already and is not overwritten. Choose another file with --to, or add --overwrite" in said.err
    assert (run / "report.xlsx").read_bytes() == b"a planner's own"
    assert call("report", str(run), "--excel", "--to", "mine.xlsx").out == "mine.xlsx\n"
    assert call("report", str(run), "--excel", "--overwrite").code == 0
    assert (run / "report.xlsx").read_bytes() == (call.folder / "mine.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--to", "a.xlsx"), "--to: is for workbooks. Add --excel"),
        (("--overwrite",), "--overwrite: is for workbooks. Add --excel"),
        (("--excel", "--to", "a.html"), "--to = a.html: a workbook is written as .xlsx"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    call: Caller, run: Path, options: tuple[str, ...], words: str
) -> None:
    said = call("report", str(run), *options)
    assert (said.code, said.out) == (2, "")
    assert words in said.err


def test_what_is_no_run_folder_has_no_workbook(call: Caller) -> None:
    said = call("report", ".", "--excel")
    assert (said.code, "is not a run folder" in said.err) == (2, True)
    assert not (call.folder / "report.xlsx").exists()


def test_a_sweep_becomes_a_workbook(call: Caller) -> None:
    assert call("sweep", "small.yaml", "--vary", "segments.retail.customers=40,60", *SIMPLY).code == 0
    (folder,) = (path for path in call.runs() if path.name.startswith("sweep-"))
    assert call("report", str(folder), "--excel").code == 0
    book = openpyxl.load_workbook(folder / "report.xlsx")
    assert {"results", "points", "replications", "summary"} <= set(book.sheetnames)
    heads = [cell.value for cell in book["results"][2]]
    values = {
        row[heads.index("segments.retail.customers")] for row in book["results"].iter_rows(min_row=3, values_only=True)
    }
    assert values == {40, 50, 60}


def test_a_plan_becomes_a_workbook(call: Caller) -> None:
    assert call("optimize", "small.yaml").code == 0
    (folder,) = call.runs()
    assert call("report", str(folder), "--excel").code == 0
    book = openpyxl.load_workbook(folder / "report.xlsx")
    assert [cell.value for cell in book["plan.design"][3]] == ["retail", "two_days", "by_hand"]
