"""What is compared, kept and looked at again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import promiselab
from promiselab.web.archive import Archive
from promiselab.web.desks import MOST_KEPT, Desk, Desks, new_id
from promiselab.web.events import EVENTS, Said, cell_changed
from promiselab.web.jobs import Job
from promiselab.web.memory import recalled, remembered
from promiselab.web.results import chapters
from promiselab.web.views import right_side
from promiselab.web.work import FIRST_LOOK, Comparison, Simulations, compare
from scenarios.problems import BadInput, NoTrustworthyAnswer
from scenarios.scenario import Scenario
from tests.cli.calling import SMALL, Caller

OFFER = "design.offerings.retail.promise"


@pytest.fixture
def small(tmp_path: Path) -> Scenario:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    return promiselab.load(tmp_path / "small.yaml").with_design("as_is")


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    made = tmp_path / "drafts"
    made.mkdir()
    return made


class Heard:
    """What the work told."""

    def __init__(self) -> None:
        self.news: list[tuple[Any, ...]] = []

    def __call__(self, *news: Any) -> None:
        """Hear."""
        self.news.append(news)

    def of(self, kind: str) -> list[Any]:
        """Return the news of a kind."""
        return [about[0] for what, *about in self.news if what == kind]


def test_base_and_what_ifs_meet_the_same_customers_and_the_base_is_simulated_once(
    small: Scenario, drafts: Path, tmp_path: Path
) -> None:
    simulations, first, second = Simulations(), Heard(), Heard()
    asked = {"as_is": small, "fast": small.with_design("fast")}
    done = compare(Comparison(asked, tmp_path / "results", drafts, seed=7, replications=6), simulations, first)
    direct = promiselab.compare(small, ["as_is", "fast"], seed=7, replications=6, workers=1)
    found = json.loads((done.folder / "comparison.json").read_text())["candidates"][0]["differences"]
    assert [row["mean"] for row in found] == direct.differences["mean"].tolist()
    assert [row["verdict"] for row in found] == direct.differences["verdict"].tolist()

    looks = [chapters(folder, finished=False)["html"] for folder in first.of("shown")]
    assert f"First look: {FIRST_LOOK} of 6 replications" in looks[0]
    assert "First look" not in looks[1]
    assert "no difference shown" in looks[1] or "higher" in looks[1] or "lower" in looks[1]

    staffed = promiselab.with_changes(small, {"resources.desk.servers": "3"})
    more = {**asked, "twin": small.with_design("twin"), "staffed": staffed}  # the twin is the base
    compare(Comparison(more, tmp_path / "results", drafts, seed=7, replications=6), simulations, second)
    assert set(first.of("progress")) == {"simulating as_is", "simulating fast", "writing the report"}
    assert set(second.of("progress")) == {"simulating staffed", "writing the report"}


def test_offers_that_cannot_be_found_are_said_so(small: Scenario, drafts: Path, tmp_path: Path) -> None:
    impossible = promiselab.with_changes(small, {"limits.operating_cost_per_year": "1"})
    asked = Comparison({"as_is": impossible}, tmp_path / "results", drafts, "optimised", 7, 2)
    with pytest.raises(NoTrustworthyAnswer, match="No plan"):
        compare(asked, Simulations(), Heard())
    assert not (tmp_path / "results").exists()


def said(value: str = "", name: str = "what-if 1", replications: str = "3", kind: str = "") -> Said:
    return Said(kind, value, name, replications)


def on(desks: Desks, tab: str) -> Desk:
    desks.put(tab, desks.made("small.yaml"))
    desk = desks.of(tab)
    assert desk is not None
    return desk


def opened(desks: Desks, tab: str) -> Desk:
    (desks.files.folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    return on(desks, tab)


def test_a_tab_has_one_run_and_what_it_ran_is_kept(desks: Desks) -> None:
    one, other = opened(desks, new_id()), opened(desks, new_id())
    cell_changed(one, OFFER, "one_day")
    EVENTS["run"](desks, one, said(name="fast for all"))
    assert list(one.variants()) == ["as_is", "fast for all"]
    assert "one_day" in one.variants()["fast for all"].current.description
    with pytest.raises(BadInput, match="has a run already"):
        EVENTS["run"](desks, one, said())
    assert (other.kept, other.now.changes, other.job) == ({}, {}, None)
    EVENTS["run"](desks, other, said())
    assert EVENTS["cancel"](desks, one, said()) == "Cancelled."
    assert other.job is not None
    assert other.job.is_open
    assert EVENTS["cancel"](desks, one, said()) == "Nothing is running."


def test_closing_a_tab_stops_its_work_and_no_other(desks: Desks) -> None:
    tabs = [new_id(), new_id()]
    found = [opened(desks, tab) for tab in tabs]
    for desk in found:
        EVENTS["run"](desks, desk, said())
    jobs: list[Job] = [desk.job for desk in found if desk.job is not None]
    desks.close(tabs[0])
    assert [job.is_open for job in jobs] == [False, True]
    assert desks.of(tabs[0]) is None
    on(desks, tabs[1])
    assert not jobs[1].is_open


@pytest.mark.parametrize("tab", ["", "x", "../../../../etc/passwd", "a" * 23, "a" * 21 + "/"])
def test_a_tab_has_a_name_that_was_given_to_it(desks: Desks, tab: str) -> None:
    with pytest.raises(BadInput):
        opened(desks, tab)
    assert len({new_id() for _ in range(100)}) == 100


@pytest.mark.parametrize("text", ["0", "-1", "10001", "1e3", "many", "\N{SUPERSCRIPT TWO}"])
def test_a_number_of_replications_is_one(desks: Desks, text: str) -> None:
    with pytest.raises(BadInput, match="number of replications"):
        EVENTS["run"](desks, opened(desks, new_id()), said(replications=text))


@pytest.mark.parametrize("name", ["", "  ", "as_is", "x" * 81, "a\x1b[31m"])
def test_a_what_if_has_a_name_of_its_own(desks: Desks, name: str) -> None:
    desk = opened(desks, new_id())
    cell_changed(desk, OFFER, "one_day")
    with pytest.raises(BadInput):
        EVENTS["run"](desks, desk, said(name=name))
    assert desk.job is None


def test_no_more_are_kept_than_there_are_colours_for(desks: Desks) -> None:
    desk = opened(desks, new_id())
    for _ in range(MOST_KEPT):
        desk.keep(desk.free_name(), desk.now)
    with pytest.raises(BadInput, match="Remove one first"):
        desk.keep("one more", desk.now)
    EVENTS["remove-kept"](desks, desk, said("what-if 3"))
    desk.keep("one more", desk.now)
    assert desk.free_name() == "what-if 3"


def test_only_cells_of_the_open_table_are_changed(desks: Desks) -> None:
    desk = opened(desks, new_id())
    for path in ("name", "study.seed", "segments.retail.customers", "as_is.offerings.retail.promise", "", "a..b"):
        with pytest.raises(BadInput, match="not in this table"):
            cell_changed(desk, path, "1")
    EVENTS["sheet"](desks, desk, said("segments"))
    cell_changed(desk, "segments.retail.customers", "+10%")
    assert desk.now.scenario.segments["retail"].customers == 55
    EVENTS["sheet"](desks, desk, said("nonsense"))
    assert desk.sheet == "segments"


def test_runs_and_sweeps_of_the_results_folder_can_be_looked_at(call: Caller, desks: Desks) -> None:
    out = str(desks.out)
    assert call("simulate", "small.yaml", "--out", out).code == 0
    assert call("sweep", "small.yaml", "--vary", "resources.desk.servers=2,3", "--out", out).code == 0
    archive = Archive(desks.out)
    sweep, run = (next(s for s in archive.all() if s.kind == kind) for kind in ("sweep", "simulate"))
    desk = opened(desks, new_id())
    EVENTS["show-stored"](desks, desk, said(run.folder.name))
    assert "earns a margin of" in chapters(run.folder, finished=True)["html"]
    EVENTS["show-stored"](desks, desk, said(sweep.folder.name))
    shown = json.dumps(
        [part.to_plotly_json() for part in right_side(desk, archive)], default=lambda c: c.to_plotly_json()
    )
    assert "servers=3" in shown
    assert "Cannot be ruled out as the best" in shown
    for name in ("..", "../results", "", run.folder.name + "/"):
        with pytest.raises(BadInput):
            EVENTS["show-stored"](desks, desk, said(name))


def test_a_report_that_leads_elsewhere_is_none(desks: Desks, call: Caller) -> None:
    assert call("simulate", "small.yaml", "--out", str(desks.out)).code == 0
    stored = Archive(desks.out).all()[0]
    assert stored.has_report
    (stored.folder / "report.html").unlink()
    (stored.folder / "report.html").symlink_to("/etc/passwd")
    assert not stored.has_report


def test_a_tab_that_is_loaded_again_finds_what_it_held(desks: Desks, tmp_path: Path) -> None:
    desk = opened(desks, new_id())
    cell_changed(desk, OFFER, "one_day")
    desk.keep("fast for all", desk.now)
    cell_changed(desk, "design.offerings.retail", "not served")
    memory = json.dumps(remembered(desk))
    again = recalled(desks, new_id(), memory)
    assert (again.now, again.kept, again.start, again.shown) == (desk.now, desk.kept, desk.start, None)
    fewer = memory.replace("one_day", "no_such_option")
    for text in ("", "[]", memory[:-1], memory.replace("small.yaml", "gone.yaml"), fewer, '{"scenario": 1}'):
        tab = new_id()
        with pytest.raises(BadInput):
            recalled(desks, tab, text)
        assert desks.of(tab) is None
