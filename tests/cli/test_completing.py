"""What the shell offers when Tab is pressed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from promiselab.cli import running
from tests.cli.calling import SMALL, process


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SMALL)
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "plans").mkdir()
    run = tmp_path / "results" / "20270104-small"
    run.mkdir(parents=True)
    (run / "manifest.json").write_text("{}")
    return tmp_path


def asked(line: str) -> dict[str, str]:
    """Return what bash asks at the end of a line."""
    words = f"promiselab {line}"
    return {"_PROMISELAB_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(line.split(" ")))}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("simu", ["simulate"]),
        ("check g", ["giftware"]),
        ("check s", ["small.yaml", "specialty_and_commodity"]),
        ("check p", ["plans/"]),
        ("init --from thera", ["therapy_clinics"]),
        ("simulate small.yaml --design ", ["as_is", "twin", "fast"]),
        ("compare small.yaml --designs f", ["fast"]),
        ("compare small.yaml --designs as_is,t", ["as_is,twin"]),
        ("simulate small.yaml --set segments.retail.dem", ["segments.retail.demand.orders_per_day="]),
        ("sweep small.yaml --vary resources.desk.cost", ["resources.desk.cost_per_hour="]),
        ("compare small.yaml --what-if erosion.b", ["erosion.brand_rate="]),
        ("simulate small.yaml --set study.seed=", []),
        ("simulate missing.yaml --design ", []),
        ("explain lead_time_p9", ["lead_time_p95"]),
        ("explain limits.stock", ["limits.stock_investment"]),
        ("report ", ["results/20270104-small"]),
    ],
)
def test_names_are_offered(
    folder: Path, line: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in asked(line).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        running.run()
    out, err = capsys.readouterr()
    found = out.split()
    assert err == ""
    if line == "simulate small.yaml --set segments.retail.dem":
        assert words[0] in found
        assert all(path.startswith("segments.retail.demand.") for path in found)
    else:
        assert found == words


def test_the_shell_is_answered(folder: Path) -> None:
    said = process(cwd=folder, env={**os.environ, **asked("simulate small.yaml --design f")})
    assert (said.out.split(), said.err) == (["fast"], "")


def test_completion_can_be_installed(tmp_path: Path) -> None:
    told = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}  # the shell is named, and not looked for
    said = process("--show-completion", "bash", cwd=tmp_path, env=told)
    assert said.code == 0
    assert "_PROMISELAB_COMPLETE" in said.out
