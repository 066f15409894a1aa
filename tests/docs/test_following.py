"""The tutorial and the how-to pages are followed, word by word, in an empty folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.docs.following import follow, steps

DOCS = Path(__file__).parents[2] / "docs"
TUTORIAL = DOCS / "tutorial.md"
PAGES = sorted(page for page in (DOCS / "howto").glob("*.md") if page.name != "README.md")
TASKS = [page for page in [*PAGES, DOCS / "excel.md"] if steps(page.read_text(encoding="utf-8"))]
FRESH = os.environ.get("PROMISELAB_FRESH")
"""Where a promiselab that was installed as a stranger does is to be found."""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which `promiselab` and `python` are those of this test, or those that are freshly installed."""
    (tmp_path / "here").mkdir()
    if FRESH is not None:
        assert (Path(FRESH) / "promiselab").is_file()
        return {**os.environ, "PATH": f"{FRESH}:{os.environ['PATH']}"}
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, arguments in (("promiselab", " -m promiselab"), ("python", "")):
        (commands / name).write_text(f'#!/bin/sh\nexec "{sys.executable}"{arguments} "$@"\n')
        (commands / name).chmod(0o700)
    root = str(DOCS.parent)
    return {**os.environ, "PATH": f"{commands}:{os.environ['PATH']}", "PYTHONPATH": root}


@pytest.mark.skipif(FRESH is None, reason="followed by `make fresh`, in an environment of its own")
@pytest.mark.slow
def test_a_stranger_follows_the_tutorial_to_a_decision(tmp_path: Path, environment: dict[str, str]) -> None:
    commands = [line.split()[1] for step in steps(TUTORIAL.read_text()) for line in step.text.splitlines()
                if step.kind == "sh" and line.startswith("promiselab")]  # fmt: skip
    path = ["segments", "fit", "init", "check", "explain", "explain", "simulate", "compare", "optimize", "report"]
    assert commands == path
    said = follow(TUTORIAL, tmp_path / "here", environment)
    assert "high_order_units         40" in said
    assert "The scenario reproduces the days that were held out, in every measure." in said
    assert "Nothing looks odd." in said
    plan = {
        line.split()[0]: line for line in said[said.index("Status: optimal") :].splitlines() if "_order_units" in line
    }
    assert "two_days" in plan["low_order_units"]
    assert "express" in plan["low_order_units"]
    assert "five_days" in plan["high_order_units"]
    assert "parcel" in plan["high_order_units"]
    report = tmp_path / "here" / said.strip().splitlines()[-1]
    assert report.name == "report.html"
    assert report.stat().st_size > 10_000


@pytest.mark.slow
@pytest.mark.parametrize("page", TASKS, ids=lambda page: page.stem)
def test_a_task_is_done_as_its_page_says(page: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    assert follow(page, tmp_path / "here", environment)


def test_every_task_is_in_the_list() -> None:
    listed = (DOCS / "howto" / "README.md").read_text()
    assert [page.name for page in PAGES if f"]({page.name})" not in listed] == []
    assert len(TASKS) > 8


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text()
    assert [page.name for page in DOCS.glob("*.md") if page.name != "README.md" and f"({page.name})" not in index] == []


def test_a_step_that_fails_ends_it(tmp_path: Path, environment: dict[str, str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```sh\necho one\n```\n```text x.txt\na\nb\n```\n```diff x.txt\n a\n-b\n+c\n```\n```sh\ncat x.txt; false\n```\n"
    )
    with pytest.raises(AssertionError, match="ended with 1"):
        follow(page, tmp_path / "here", environment)
    assert (tmp_path / "here" / "x.txt").read_text() == "a\nc\n"
    page.write_text("```diff x.txt\n-z\n+y\n```\n")
    with pytest.raises(AssertionError, match="stands 0 times"):
        follow(page, tmp_path / "here", environment)
