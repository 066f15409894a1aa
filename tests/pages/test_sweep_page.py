"""The page of a sweep says what its summary says: the verdict, every chart, and the table under it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from promiselab.pages import write_page
from promiselab.sweep.page import figures
from promiselab.sweep.page.frontier import undominated
from promiselab.sweep.page.reading import Content, read
from promiselab.sweep.page.tornado import bars
from promiselab.sweep.words import moved_by_nothing
from scenarios.problems import BadInput
from tests.report.reading import Page, numbers_in, parse

Folders = Callable[[str], Path]


def page_of(folder: Path) -> Page:
    return parse((folder / "report.html").read_text(encoding="utf-8"))


def summary_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return found


def changed(folder: Path, to: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Return a copy of a folder whose summary says something else."""
    shutil.copytree(folder, to)
    summary = summary_of(to)
    change(summary)
    (to / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return to


def test_two_fields_make_a_heat_map_with_the_base_cell_outlined(folder_of: Folders) -> None:
    folder = folder_of("sweep_two")
    chart = figures(folder)["heat_map"]
    (cells,) = chart.data
    rows = {(row["values"][0], row["values"][1]): row for row in summary_of(folder)["table"]}
    demands, costs = sorted({d for d, _ in rows}), sorted({c for _, c in rows})
    assert (len(demands), len(costs)) == (4, 3)
    for (i, demand), (j, cost) in product(enumerate(demands), enumerate(costs)):
        row = rows.get((demand, cost))
        assert cells.z[i][j] == (None if row is None else pytest.approx(row["margin_difference"]["mean"]))
        text = cells.text[i][j]
        assert text.startswith("(") == (
            row is not None and row["margin_difference"]["verdict"] == "no difference shown"
        )
    (frame,) = chart.layout.shapes
    assert (frame.x0, frame.x1) == (costs.index(20) - 0.5, costs.index(20) + 0.5)
    assert (frame.y0, frame.y1) == (demands.index(20) - 0.5, demands.index(20) + 0.5)


def test_one_field_at_a_time_makes_a_tornado_with_the_widest_first(folder_of: Folders) -> None:
    folder = folder_of("sweep_tornado")
    gaps: dict[str, list[float]] = {}
    summary = summary_of(folder)
    base = summary["table"][0]["values"]
    for row in summary["table"][1:]:
        (moved,) = [i for i, (new, old) in enumerate(zip(row["values"], base, strict=True)) if new != old]
        gaps.setdefault(summary["varied"][moved], [0.0]).append(row["margin_difference"]["mean"])
    wanted = sorted(gaps, key=lambda path: min(gaps[path]) - max(gaps[path]))
    assert [bar.field.path for bar in bars(read(folder))] == wanted
    chart = figures(folder)["tornado"]
    drawn = sorted(x for trace in chart.data for x in trace.x)
    assert drawn == pytest.approx(sorted(gap for several in gaps.values() for gap in several[1:]))
    assert "heat_map" not in figures(folder)


def test_many_fields_make_parallel_coordinates_and_designs_are_a_field(folder_of: Folders) -> None:
    folder = folder_of("sweep_many")
    content = read(folder)
    assert content.fields[0].path == "design"
    assert set(content.fields[0].values) == {"as_is", "quick"}
    assert content.fields[0].base == "as_is"
    lines = {trace.name: trace.x.count(None) for trace in figures(folder)["parallel"].data}
    kept = set(summary_of(folder)["cannot_be_ruled_out"])
    assert lines["baseline"] == 1
    assert lines["may be the best"] == len(kept - {"baseline"})
    assert sum(lines.values()) == len(content.points)
    for axis in range(len(content.fields) + 2):
        heights = [trace.y[i] for trace in figures(folder)["parallel"].data for i, x in enumerate(trace.x) if x == axis]
        assert all(height is None or 0 <= height <= 1 for height in heights)


def test_the_frontier_holds_what_nothing_beats(folder_of: Folders, tmp_path: Path) -> None:
    def spread(summary: dict[str, Any]) -> None:
        highest_first = sorted(summary["table"], key=lambda row: -row["estimates"]["margin"]["mean"])
        for place, row in enumerate(highest_first):
            row["estimates"]["on_time"] = {"mean": 0.9 + 0.01 * (place * 3 % 10), "half_width": 0.001}

    folder = changed(folder_of("sweep_two"), tmp_path / "spread", spread)
    content = read(folder)
    found = undominated(content.points, "on_time")

    def both(point: Any) -> tuple[float, float]:
        return point.mean("margin"), point.mean("on_time")

    def beaten(point: Any) -> bool:
        mine = both(point)
        return any(a >= mine[0] and b >= mine[1] and (a, b) != mine for a, b in map(both, content.points))

    assert {point.name for point in found} == {point.name for point in content.points if not beaten(point)}
    assert 1 < len(found) < len(content.points)
    traces = {trace.name: trace for trace in figures(folder)["frontier"].data}
    assert len(traces["frontier"].x) == len(found)
    faint = traces["dominated"]
    assert len(faint.x) == len(content.points) - len(found) - (content.baseline not in found)


@pytest.mark.parametrize(("kind", "method"), [("sweep_morris", "mean_size"), ("sweep_sensitivity", "total")])
def test_what_moves_what_is_drawn_for_every_measure(folder_of: Folders, kind: str, method: str) -> None:
    folder = folder_of(kind)
    known = [e for e in summary_of(folder)["effects"] if not e.get("unknown") and not moved_by_nothing(e)]
    charts = figures(folder)
    assert list(charts) == [f"effects_{effect['measure']}" for effect in known]
    margin = known[0]
    means = [row[method] for row in margin["inputs"]]
    drawn = [list(trace.x) for trace in charts["effects_margin"].data]
    assert any(xs == pytest.approx(means) for xs in drawn)
    text = page_of(folder).text
    assert margin["inputs"][0]["path"] in text
    assert "highest margin" not in text


def test_the_largest_effect_may_be_luck_and_a_smaller_one_none(folder_of: Folders, tmp_path: Path) -> None:
    def first_is_luck(summary: dict[str, Any]) -> None:
        for place, row in enumerate(summary["effects"][0]["inputs"]):
            row["shown"] = place == 1

    folder = folder_of("sweep_morris")
    second = summary_of(folder)["effects"][0]["inputs"][1]["path"]
    write_page(changed(folder, tmp_path / "luck", first_is_luck))
    assert f"{second} moves the margin most: by " in page_of(tmp_path / "luck").text


@pytest.mark.parametrize("kind", ["sweep_two", "sweep_tornado", "sweep_many", "sweep_morris", "sweep_sensitivity"])
def test_every_number_of_the_page_is_in_the_folder(folder_of: Folders, kind: str) -> None:
    folder = folder_of(kind)
    summary = summary_of(folder)
    known = numbers_in(summary)
    known |= {-value for value in known} | {row["estimates"][m]["mean"] - row["estimates"][m]["half_width"]
              for row in summary["table"] for m in row["estimates"] if row["estimates"][m].get("note")}  # fmt: skip
    verdicts = [row["margin_difference"]["verdict"] for row in summary["table"][1:] if row["margin_difference"]]
    counts = {float(verdicts.count(verdict)) for verdict in set(verdicts)}
    counts |= {float(len(verdicts)), float(len(summary["cannot_be_ruled_out"]))}
    shown = [value for value, _ in page_of(folder).numbers]
    assert len(shown) > 10
    assert [value for value in shown if value not in known | counts] == []


def test_there_is_a_table_under_every_chart_and_the_page_is_written_again(folder_of: Folders, tmp_path: Path) -> None:
    folder = shutil.copytree(folder_of("sweep_two"), tmp_path / "copy")
    page = page_of(folder)
    names = [a["data-chart"] for _, a in page.tags if "data-chart" in a]
    assert names == list(figures(folder)) == ["heat_map", "differences"]
    before = (folder / "report.html").read_bytes()
    (folder / "report.html").unlink()
    assert write_page(folder).read_bytes() == before


def verdict_of(content: Content) -> str:
    from promiselab.sweep.page.verdict import verdict

    words = verdict(content).blocks[0].words  # type: ignore[union-attr]
    return "".join(p if isinstance(p, str) else getattr(p, "text", getattr(p, "name", "")) for p in words)


def test_the_verdict_counts_points_and_names_the_best_with_its_fresh_margin(folder_of: Folders) -> None:
    summary = summary_of(folder_of("sweep_two"))
    said = verdict_of(read(folder_of("sweep_two"))).replace("\xa0", " ")
    assert said.startswith(f"{summary['winner']['point']} has the highest margin: ")
    assert "on 3 fresh histories" in said
    verdicts = [row["margin_difference"]["verdict"] for row in summary["table"][1:]]
    assert f"{verdicts.count('higher')} higher than the baseline" in said
    assert f"{verdicts.count('no difference shown')} with no difference shown" in said
    assert f"{len(summary['cannot_be_ruled_out'])} of all cannot be ruled out as the best." in said


def test_no_difference_is_no_win(folder_of: Folders, tmp_path: Path) -> None:
    def unsure(summary: dict[str, Any]) -> None:
        summary["winner"]["margin_difference"] |= {"mean": 5.0, "half_width": 9.0, "verdict": "no difference shown"}

    folder = changed(folder_of("sweep_two"), tmp_path / "unsure", unsure)
    said = verdict_of(read(folder))
    assert "where no difference shown to the baseline" in said
    assert "more than the baseline" not in said


def test_what_is_unfinished_failed_or_imprecise_is_said(folder_of: Folders, tmp_path: Path) -> None:
    def broken(summary: dict[str, Any]) -> None:
        summary |= {"interrupted": True, "winner": None, "failed": [{"point": "p", "reason": "no <memory>"}]}
        summary["points"] |= {"failed": 1, "done": 9, "all": 12}
        summary["precision_not_reached"] = {"a": 0.034}
        summary["cannot_be_ruled_out"] = []
        summary["table"] = summary["table"][1:]  # the baseline itself is not finished
        for row in summary["table"]:
            row |= {"margin_difference": None, "may_be_best": None}

    page = parse(write_page(changed(folder_of("sweep_two"), tmp_path / "broken", broken)).read_text("utf-8"))
    for words in ("Interrupted: 9 of 12 points", "1 of 12 points failed", "no <memory>", "worst reached 3.4 %"):
        assert words in page.text
    assert "on fresh histories it is not known" in page.text


def test_thousands_of_points_make_a_page_that_opens(folder_of: Folders, tmp_path: Path) -> None:
    def many(summary: dict[str, Any]) -> None:
        rows = summary["table"]
        summary["table"] = rows + [
            {**row, "point": f"{row['point']} {copy}", "values": [row["values"][0] + copy, row["values"][1]]}
            for copy in range(1, 501)
            for row in rows[1:]
        ]

    folder = changed(folder_of("sweep_two"), tmp_path / "many", many)
    assert write_page(folder).stat().st_size < 8_000_000
    text = page_of(folder).text
    assert "The 4,310 other points are in results.csv." in text
    assert "The 40 points with the highest margins are drawn." in text


def test_a_summary_of_another_version_is_refused(folder_of: Folders, tmp_path: Path) -> None:
    folder = changed(folder_of("sweep_two"), tmp_path / "old", lambda summary: summary.pop("varied"))
    with pytest.raises(BadInput, match=r"its summary\.json is not what this version writes\. Try promiselab sweep "):
        write_page(folder)
