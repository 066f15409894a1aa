"""``report`` for several runs, ``--by-lever``, and the figures of a run, from the call to what is in the folder."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import promiselab
from promiselab.profiles import PROFILES
from promiselab.report.charts import CHARTS
from tests.cli.calling import Caller
from tests.pages.folders import COMPANY
from tests.report.reading import parse

PLAIN = ("--workers", "1", "--engine", "simpy")


@pytest.fixture
def company(tmp_path: Path) -> Path:
    (tmp_path / "company.yaml").write_text(COMPANY)
    return tmp_path


def run(call: Caller, place: Path, *arguments: str) -> Path:
    """Call a command and return the run folder that it made."""
    before = set(place.glob("results/*"))
    said = call(*arguments, *PLAIN)
    assert said.code == 0, said.err
    (folder,) = set(place.glob("results/*")) - before
    return folder


def read(folder: Path, file: str) -> Any:
    return json.loads((folder / file).read_text())


def margin(folder: Path, candidate: str) -> dict[str, Any]:
    rows = next(c for c in read(folder, "comparison.json")["candidates"] if c["name"] == candidate)["differences"]
    return next(row for row in rows if row["measure"] == "margin" and not row["segment"])


def together(call: Caller, place: Path, *folders: Path) -> Path:
    said = call("report", *map(str, folders))
    assert said.code == 0, said.err
    return place / Path(said.out.strip()).parent


def test_designs_of_several_runs_are_compared_as_in_one_run(call: Caller, company: Path) -> None:
    one = run(call, company, "simulate", "company.yaml", "--design", "as_is")
    two = run(call, company, "simulate", "company.yaml", "--design", "quick")
    both = run(call, company, "compare", "company.yaml", "--designs", "as_is,quick")
    beside = together(call, company, one, two)
    assert read(beside, "manifest.json")["designs"] == ["as_is", "quick"]
    assert margin(beside, "quick") == margin(both, "quick")
    page = parse((beside / "report.html").read_text())
    assert "2 runs side by side" in page.title
    assert "did not meet the same customers" not in page.text


def test_a_design_that_is_in_several_runs_is_shown_once(call: Caller, company: Path) -> None:
    one = run(call, company, "simulate", "company.yaml", "--design", "as_is")
    both = run(call, company, "compare", "company.yaml", "--designs", "as_is,quick")
    assert read(together(call, company, one, both), "manifest.json")["designs"] == ["as_is", "quick"]


def test_other_customers_are_not_compared(call: Caller, company: Path) -> None:
    one = run(call, company, "simulate", "company.yaml", "--design", "as_is")
    other = run(call, company, "simulate", "company.yaml", "--design", "as_is", "--seed", "8")
    beside = together(call, company, one, other)
    assert not (beside / "comparison.json").exists()
    assert read(beside, "manifest.json")["designs"] == ["as_is", "as_is (2)"]
    text = parse((beside / "report.html").read_text()).text
    assert "These runs differ in their seed: their designs did not meet the same customers" in text
    assert "It is not compared with the others." in text
    assert "no difference shown" not in text.lower()


@pytest.mark.parametrize(("twice", "words"), [(True, "a run is named twice"), (False, "holds no simulated designs")])
def test_what_cannot_stand_beside_others_is_refused(call: Caller, company: Path, twice: bool, words: str) -> None:
    one = run(call, company, "simulate", "company.yaml")
    plan = call("optimize", "company.yaml")
    assert plan.code == 0
    (planned,) = (path for path in company.glob("results/*") if path != one)
    before = set(company.glob("results/*"))
    said = call("report", str(one), str(one if twice else planned))
    assert said.code == 2
    assert words in said.err
    assert set(company.glob("results/*")) == before


def test_the_margin_by_lever_adds_up_in_the_folder(call: Caller, company: Path) -> None:
    folder = run(call, company, "compare", "company.yaml", "--designs", "as_is,quick", "--by-lever")
    found = read(folder, "bridge.json")
    estimates = read(folder, "estimates.json")["designs"]
    ends = [
        next(row["mean"] for row in estimates[design] if row["measure"] == "margin" and not row["segment"])
        for design in (found["start_design"], found["end_design"])
    ]
    assert [round(100 * found[end]) for end in ("start", "end")] == [round(100 * mean) for mean in ends]
    cents = sum(round(100 * cell["amount"]) for cell in found["cells"])
    assert cents == round(100 * found["end"]) - round(100 * found["start"])
    assert {bar["bar"] for bar in found["bars"]} == {"care", "promise"}
    assert found["mixtures"] == 2
    assert "lever_bridge" in promiselab.figures(folder)


def test_what_ifs_have_no_levers_to_tell_apart(call: Caller, company: Path) -> None:
    change = "segments.retail.demand.orders_per_day=+10%"
    folder = run(call, company, "compare", "company.yaml", "--what-if", change, "--by-lever")
    assert "more than their designs" in read(folder, "bridge.json")["why_not"]
    (row,) = read(folder, "inputs.json")["between"]
    assert row["path"] == "segments.retail.demand.orders_per_day"
    assert list(row["values"].values()) == pytest.approx([20, 22])
    assert "segments.retail.demand.orders_per_day" in parse((folder / "report.html").read_text()).text


def test_by_lever_is_refused_where_nothing_is_simulated(call: Caller, company: Path) -> None:
    said = call("optimize", "company.yaml", "--by-lever")
    assert (said.code, "Add --verify" in said.err) == (2, True)


def test_profiles_agree_with_the_measures(call: Caller, company: Path) -> None:
    """The window is the whole calendar here, so its buckets average to the measures of the run."""
    folder = run(call, company, "simulate", "company.yaml")
    with (folder / PROFILES).open(newline="") as file:
        rows = list(csv.DictReader(file))
    estimates = {
        (r["measure"], r["resource"], r["product"]): r["mean"]
        for r in read(folder, "estimates.json")["designs"]["as_is"]
        if not r["segment"]
    }
    for measure, of in (("utilisation", ("desk", "")), ("queue_mean", ("desk", "")), ("on_hand_mean", ("", "repair"))):
        for by in ("hour_of_week", "time"):
            mine = [float(r["mean"]) for r in rows if r["measure"] == measure and r["by"] == by]
            if mine:
                assert sum(mine) / len(mine) == pytest.approx(estimates[measure, *of], rel=1e-4), (measure, by)
    assert {r["measure"] for r in rows} == {"utilisation", "queue_mean", "on_hand_mean", "backorders_mean"}
    assert all(float(r["low"]) <= float(r["mean"]) <= float(r["high"]) for r in rows if r["measure"] == "queue_mean")


def test_the_figures_of_results_are_those_of_their_folder(company: Path) -> None:
    found = promiselab.compare(company / "company.yaml", ["as_is", "quick"], replications=2, workers=1, engine="simpy")
    charts, stored = found.figures, promiselab.figures(found.write(company / "out"))
    assert list(charts) == list(stored) == [name for name in CHARTS if name in charts]
    assert {"margin_bridge", "whale_curve", "capacity_of_week", "stock_over_time"} <= charts.keys()
    assert [chart.to_json() for chart in charts.values()] == [chart.to_json() for chart in stored.values()]


def test_figures_of_no_run_are_refused(tmp_path: Path) -> None:
    with pytest.raises(promiselab.BadInput, match="is not a run folder"):
        promiselab.figures(tmp_path)
