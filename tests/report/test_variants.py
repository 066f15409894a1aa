"""Runs of one design, of one replication, of identical designs, and without the optional files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from promiselab.profiles import PROFILES
from promiselab.report import NAME, figures, render, write
from promiselab.report.charts import CHARTS
from promiselab.report.content import read
from promiselab.report.sections import SECTIONS
from promiselab.report.sections.verdict import cautions, earnings
from tests.report.folder import OPTIONAL, write_folder
from tests.report.reading import parse

ALWAYS = ["verdict", "designs", "bridge", "service", "costs", "offerings", "capacity", "stock"]
LAST = ["assumptions", "method", "stress"]


def chapters(folder: Path) -> list[str]:
    content = read(folder)
    return [section.name for build in SECTIONS if (section := build(content)) is not None]


def said(words: Any) -> str:
    return "".join(p if isinstance(p, str) else getattr(p, "text", getattr(p, "name", "")) for p in words)


def edit(path: Path, change: Any) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def margins(verdict: str, mean: float, half: float | None, needed: int | None = None) -> Any:
    def change(comparison: Any) -> None:
        for candidate in comparison["candidates"]:
            row = next(r for r in candidate["differences"] if r["measure"] == "margin" and not r["segment"])
            row |= {"verdict": verdict, "mean": mean, "half_width": half, "needed": needed}

    return change


def test_a_full_folder_has_every_chapter_and_chart(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run")
    assert chapters(folder) == [
        *("verdict", "promises", "rationing", "designs", "bridge", "service", "costs", "offerings", "offers"),
        *("menu", "erosion", "capacity", "staffing", "stock", "plan", "plan_bridge", "limits"),
        *("assumptions", "inputs", "method", "stress"),
    ]
    assert list(figures(folder)) == list(CHARTS)
    page = parse(render(folder))
    drawn = [a["data-chart"] for t, a in page.tags if "data-chart" in a]
    assert drawn == list(CHARTS)
    tables = sum(tag == "table" for tag, _ in page.tags)
    assert sum(tag == "figure" for tag, _ in page.tags) == len(drawn) < tables


@pytest.mark.parametrize("missing", OPTIONAL)
def test_an_optional_file_may_be_missing(tmp_path: Path, missing: str) -> None:
    folder = write_folder(tmp_path / "run")
    (folder / missing).unlink()
    parse(render(folder))
    if missing not in (PROFILES, "bridge.json"):  # what they hold stands in a chapter that is always there
        assert missing.partition(".")[0] not in chapters(folder)


def test_what_was_not_kept_is_not_shown(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run")
    kept = set(figures(folder))
    for name in ("bridge.json", PROFILES):
        (folder / name).unlink()
    gone = {"lever_bridge", "capacity_of_week", "capacity_over_time", "stock_over_time"}
    assert kept - set(figures(folder)) == gone
    parse(render(folder))


def test_a_bridge_that_was_not_made_says_why(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run")
    ends = {"start_design": "as_is", "end_design": "segmented", "why_not": "it would take about 90 seconds"}
    (folder / "bridge.json").write_text(json.dumps(ends))
    assert "lever: not broken down, because it would take about 90 seconds." in parse(render(folder)).text
    assert "lever_bridge" not in figures(folder)


def test_a_file_that_every_run_has_is_missed(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run")
    (folder / "ledger.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"ledger\.json"):
        render(folder)


def test_one_design_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run", designs=("as_is",), optional=False)
    assert chapters(folder) == [*ALWAYS, *LAST]
    assert "margin_difference" not in figures(folder)
    text = parse(render(folder)).text
    assert "What does this design earn" in text
    for word in ("higher", "lower", "baseline", "identical", "Difference", "no difference shown"):
        assert word not in text
    content = read(folder)
    assert said(earnings(content)).startswith("as_is earns a margin of ")


def test_one_replication_has_no_intervals(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run", replications=1, optional=False)
    page = parse(render(folder))
    assert "±" not in page.text
    assert "A single replication cannot tell chance from effect" in page.text
    assert "(one replication)" in page.text
    assert re.search(r"keeps its promises \(fill rates and floors\) cannot be told", page.text)
    assert not {"kept", "not kept"} & set(
        re.findall(r"(?:promised|floor) · ([a-z ]+?)(?= promised| floor|$)", page.text)
    )


def test_identical_designs_are_shown_as_identical(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run", identical=True, optional=False)
    page = parse(render(folder))
    content = read(folder)
    assert "are identical: both earn" in said(earnings(content))
    assert page.text.count(", identical") > 50
    assert not re.search(r"\b(higher|lower)\b", page.text)
    assert [e for e in figures(folder)["margin_difference"].data if e.x[0] != 0] == []


@pytest.mark.parametrize(
    ("verdict", "mean", "half", "needed", "words"),
    [
        ("higher", 12_400.0, 1_300.0, None, "segmented earns 12.4 ± 1.3 k GBP more than as_is in the 91 measured days"),
        ("lower", -12_400.0, 1_300.0, None, "No design earns more than as_is: the nearest, segmented, earns 12.4"),
        ("no difference shown", 1_000.0, 2_000.0, 76, "No difference in margin is shown between as_is and the best"),
        ("not enough replications", 1_000.0, None, None, "Next to as_is it gives segmented: +1,000 GBP"),
    ],
)
def test_the_verdict_says_what_is_shown(
    tmp_path: Path, verdict: str, mean: float, half: float | None, needed: int | None, words: str
) -> None:
    folder = write_folder(tmp_path / "run")
    edit(folder / "comparison.json", margins(verdict, mean, half, needed))
    sentence = said(earnings(read(folder))).replace("\xa0", " ")
    assert words in sentence
    assert ("it would take about 76 replications" in sentence) == (needed is not None)


def test_candidates_that_cannot_be_told_apart_are_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run")
    edit(folder / "comparison.json", margins("higher", 12_400.0, 1_300.0))
    assert "all_premium may earn as much as segmented" in said(cautions(read(folder)))


def test_nothing_missed_is_never_a_hundred_per_cent_for_certain(tmp_path: Path) -> None:
    page = parse(render(write_folder(tmp_path / "run")))
    assert "no miss in 1234 orders: at least 99.7 %" in page.text
    assert not re.search(r"100(\.0+)?\s*±\s*0", " ".join(page.words))


def test_a_broken_promise_is_named_in_the_verdict(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run")

    def promise_more(designs: Any) -> None:
        designs["segmented"]["promises"]["key_accounts"]["fill_rate"] = 0.9999

    edit(folder / "designs.json", promise_more)
    text = parse(render(folder)).text
    assert "not kept: fill rate of key_accounts" in text


def test_the_plan_lies_beside_its_simulation(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run")
    assert re.search(r"Simulated,\s+◆\s+segmented", parse(render(folder)).text)
    edit(folder / "plan.json", lambda plan: plan["design"].update(key_accounts=None))
    assert "Simulated," not in parse(render(folder)).text
    edit(folder / "plan.json", lambda plan: plan.update(bound=None, gap=None, binding=[], expected_margin=None))
    assert "No limit is reached by this plan; one may still keep" in parse(render(folder)).text


def test_the_report_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "run")
    before = set(folder.iterdir())
    (folder / "ledger.json").rename(tmp_path / "ledger.json")
    with pytest.raises(FileNotFoundError):
        write(folder)
    (tmp_path / "ledger.json").rename(folder / "ledger.json")
    assert set(folder.iterdir()) == before
    path = write(folder)
    assert set(folder.iterdir()) == before | {folder / NAME}
    assert path.read_text(encoding="utf-8") == render(folder)
