"""Rows C04, C05, C08 and lines W6, W7: where run folders go, and what happens where they cannot."""

from __future__ import annotations

import csv
import errno
import os
import stat
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from promiselab import runs
from promiselab.runs import RunFiles, slug, study_files, write_run
from promiselab.study import Settings, Study, run_study
from scenarios import BadInput, parse
from tests.cli.calling import SMALL, Caller

HOSTILE = [
    "../../etc/x", "/abs", "..", ".", "C:\\x", "CON", "nul.txt", "x.", "-rf", "a:b", "$(id)", "`id`", "a;b", "a|b",
    "a&b", "a>b", "*", "?", "~", "~root", "%2e%2e%2f", "..\\..\\x", "//host/share", "\\\\host\\share", "con.yaml",
    "aux", "lpt1", "a\"b", "a'b", "<b>", "{x}", "=1+1", "é", unicodedata.normalize("NFD", "é"), "日本語",
]  # fmt: skip


@pytest.fixture(scope="module")
def study() -> Study:
    return run_study({"as_is": parse(SMALL)}, Settings(replications=2, workers=1))


def test_c04_hostile_names_stay_directly_inside_the_results_folder(tmp_path: Path) -> None:
    out = tmp_path / "results"
    assert len(HOSTILE) == 35
    assert len({slug(name) for name in HOSTILE}) == 34
    scenario = parse(SMALL)
    for name in HOSTILE:
        named = type(scenario).model_validate({**dict(scenario), "name": name})
        path = write_run(out, RunFiles("simulate", named, "", {}, {}), None)
        assert path.resolve().parent == out.resolve()
        assert path.name.endswith(slug(name))
        assert path.name.isascii()
        assert not set(path.name) & set('/\\:*?"<>|$`;&=~ ')
    assert len(list(out.iterdir())) == 35
    assert [p.name for p in tmp_path.iterdir()] == ["results"]


@pytest.mark.parametrize("name", ["../../etc/x", "/abs", "$(id)"])
def test_c04_through_the_command(call: Caller, name: str) -> None:
    said = call("optimize", "small.yaml", "--set", f'name="{name}"')
    assert said.code == 0
    assert sorted(p.name for p in call.folder.iterdir()) == ["results", "small.yaml"]
    (run,) = call.runs()
    assert run.name.endswith(slug(name))


def test_c04_a_nul_in_a_name_is_bad_input(call: Caller) -> None:
    said = call("optimize", "small.yaml", "--set", 'name="a\\0b"')
    assert said.code == 2
    assert call.runs() == []


def test_c05_a_missing_folder_is_made(call: Caller) -> None:
    assert call("optimize", "small.yaml", "--out", "new/deep").code == 0
    assert len(call.runs("new/deep")) == 1


@pytest.mark.parametrize("command", ["simulate", "compare", "optimize", "demo"])
def test_c05_a_file_is_refused_before_any_work(call: Caller, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr("promiselab.study.simulate_all", None)
    said = call(command, "small.yaml", "--out", "small.yaml")
    assert (said.code, said.out) == (2, "")
    assert said.err == "--out = small.yaml: is a file, a folder is expected. Choose another name.\n"


@pytest.mark.parametrize("place", ["small.yaml/inside", "/proc/promiselab", "/sys/promiselab"])
def test_c05_where_nothing_can_be_made_the_path_is_named(call: Caller, place: str) -> None:
    said = call("optimize", "small.yaml", "--out", place)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"{place}: ")
    assert said.err.endswith(" Try another place.\n")


def test_c05_a_folder_without_permission_is_named(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **options: object) -> str:  # root may write everywhere, so the refusal is played
        raise PermissionError(errno.EACCES, "Permission denied", f"{options['dir']}/.unfinished-x")

    monkeypatch.setattr(runs, "mkdtemp", refuse)
    said = call("optimize", "small.yaml")
    assert (said.code, said.err) == (1, "results: no permission. Nothing was half-written. Try another place.\n")


def test_c05_a_link_needs_follow(call: Caller) -> None:
    (call.folder / "elsewhere").mkdir()
    (call.folder / "results").symlink_to("elsewhere")
    said = call("optimize", "small.yaml")
    assert (said.code, said.err) == (
        2,
        "--out = results: is a link to another place. Give the place itself, or --follow.\n",
    )
    assert call.runs("elsewhere") == []
    assert call("optimize", "small.yaml", "--follow").code == 0
    assert len(call.runs("elsewhere")) == 1


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
@pytest.mark.parametrize("file", [1, 3, 8])
def test_c08_a_full_disk_leaves_nothing_and_names_the_place(
    call: Caller, monkeypatch: pytest.MonkeyPatch, code: int, file: int
) -> None:
    flush, written = os.fsync, []

    def full(handle: int) -> None:
        written.append(handle)
        if len(written) == file:
            raise OSError(code, os.strerror(code))
        flush(handle)

    monkeypatch.setattr(os, "fsync", full)
    said = call("compare", "small.yaml", "--workers", "1", "--replications", "1")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("results: the ")
    assert "Nothing was half-written." in said.err
    assert ("bytes are left" in said.err) == (code != errno.EROFS)
    assert call.runs() == []


def test_c08_a_report_that_cannot_be_written_leaves_nothing(study: Study, tmp_path: Path) -> None:
    def full(_: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left") as caught:
        write_run(tmp_path, RunFiles("simulate", study.scenario, "", {}, {}), full)
    assert caught.value.filename == str(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_c08_standard_output_may_be_full_too(tmp_path: Path) -> None:
    import subprocess
    import sys

    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "promiselab", "schema"], stdout=full, stderr=-1, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, b"standard output: the disk is full.\n")


def test_w7_a_run_is_private_and_never_written_through_a_link(study: Study, tmp_path: Path) -> None:
    def report(folder: Path) -> Path:
        (folder / "report.html").write_text("page")
        return folder / "report.html"

    run = write_run(tmp_path, RunFiles("simulate", study.scenario, "", study_files(study), {}), report)
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in run.iterdir()} == {0o600}
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="File exists"):
        runs._write(tmp_path / "link", "text")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1+1", "\uff20x"])
def test_w6_no_text_cell_of_a_csv_is_a_formula(study: Study, name: str) -> None:
    simulation = study.simulations["as_is"]
    named = replace(study, simulations={name: simulation})
    for file in ("measures.csv", "ledger.csv"):
        rows = list(csv.DictReader(study_files(named)[file].splitlines()))
        assert {row["design"] for row in rows} == {f"'{name}"}
        figures = "amount" if file == "ledger.csv" else "numerator"
        assert all(float(row[figures]) == float(row[figures]) for row in rows)
    amounts = [row["amount"] for row in csv.DictReader(study_files(named)["ledger.csv"].splitlines())]
    assert any(amount.startswith("-") for amount in amounts)  # numbers stay numbers


def test_two_runs_at_once_do_not_meet(tmp_path: Path) -> None:
    files = RunFiles("simulate", parse(SMALL), "", {}, {})
    assert len({write_run(tmp_path, files, None).name for _ in range(20)}) == 20
    with pytest.raises(BadInput, match="is a file"):
        write_run(tmp_path / next(tmp_path.iterdir()).name / "scenario.yaml", files, None)
