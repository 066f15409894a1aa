"""Results are the same bytes however they came about; a point that fails stops no other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from promiselab.sweep import job as jobs
from promiselab.sweep import work
from promiselab.sweep.engines import Engine
from promiselab.sweep.executors import InThread
from promiselab.sweep.lock import held
from promiselab.sweep.runner import KILLED, Runner
from promiselab.sweep.store import Store
from promiselab.sweep.words import summary_text
from promiselab.sweep.work import Outcome, Player, Task, in_words, play_task
from scenarios import parse
from scenarios.problems import BadInput
from scenarios.sweeps import Point
from simcore.program import Program
from tests.cli.calling import SMALL
from tests.sweep.sweeping import asked, blocks_of, contents, small, swept

POINTS = 6


def test_the_bytes_do_not_depend_on_workers_or_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, shuffled = (tmp_path / name for name in ("one", "two", "shuffled"))
    swept(one)
    monkeypatch.setattr(jobs, "WORTHWHILE_SECONDS", 1e-9)
    swept(two, workers=2)
    plain = jobs.tasks
    monkeypatch.setattr(jobs, "tasks", lambda *a: iter(list(plain(*a))[::-1]))
    swept(shuffled)
    assert contents(one) == contents(two) == contents(shuffled)
    assert len(contents(one)) > POINTS


def test_the_figures_do_not_depend_on_the_engine_or_its_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "WORTHWHILE_SECONDS", 1e-9)
    one, two, three, reference = (tmp_path / name for name in ("one", "two", "three", "reference"))
    first = swept(one, asked(engine="compiled"))
    swept(two, asked(engine="compiled"), workers=2)
    monkeypatch.setattr(Engine, "in_processes", False)  # as where it cannot be kept
    swept(three, asked(engine="compiled"), workers=2)
    assert contents(one) == contents(two) == contents(three)
    other = swept(reference)
    assert first.folder is not None
    assert other.folder is not None
    for table in ("results.parquet", "replications.parquet", "results.csv"):
        assert (first.folder / table).read_bytes() == (other.folder / table).read_bytes()


def test_a_sweep_goes_on_with_the_engine_that_it_began_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("simcore.engines.is_ready", lambda name: name == "simpy")
        assert swept(tmp_path, asked(engine="auto")).summary["engine"] == "simpy"
    again = swept(tmp_path, asked(engine="auto"))
    assert (again.summary["engine"], again.simulated) == ("simpy", 0)


def test_nothing_is_simulated_twice(tmp_path: Path) -> None:
    first = swept(tmp_path)
    assert first.simulated == (POINTS + 1) * 3 + 2 * 3  # and winner and baseline on fresh seeds
    told: list[str] = []
    assert swept(tmp_path, tell=told.append).simulated == 0
    assert told == [f"Nothing to do: all {POINTS + 1} points were simulated before."]
    more = swept(tmp_path, asked(replications=5))
    assert more.simulated == (POINTS + 1) * 2 + 2 * 2
    other = swept(tmp_path, asked(vary=("resources.desk.servers=2,3,4",), replications=5))
    assert other.simulated == 2 * 5  # three and four servers; the baseline on fresh seeds is there already


def test_points_that_come_to_the_same_are_simulated_once(tmp_path: Path) -> None:
    found = swept(tmp_path, asked(vary=(), designs=("as_is", "twin", "fast")))
    assert found.summary["points"]["done"] == len(found.summary["table"])
    assert len(list((tmp_path / "store").glob("?" * 64))) == 2 + 1  # and the winner afresh


def test_a_changed_scenario_is_not_answered_from_the_store(tmp_path: Path) -> None:
    before = swept(tmp_path).summary["table"][0]["estimates"]["margin"]["mean"]
    dearer = small().model_copy(
        update={"resources": {"desk": small().resources["desk"].model_copy(update={"cost_per_hour": 21.0})}}
    )
    found = swept(tmp_path, asked(dearer))
    assert found.simulated > 0
    assert found.summary["table"][0]["estimates"]["margin"]["mean"] < before


def failing(servers: int, error: BaseException) -> Any:
    """Return a replicate that fails for points with so many servers."""
    plain = work.replicate

    def replicate(program: Program, draws: Any, name: str) -> Any:
        if program.scenario.resources["desk"].servers == servers:
            raise error
        return plain(program, draws, name)

    return replicate


@pytest.mark.parametrize(
    ("error", "words"),
    [(MemoryError(), "it ran out of memory"), (ZeroDivisionError("by zero"), "ZeroDivisionError: by zero")],
)
def test_a_failing_point_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, words: str
) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(work, "replicate", failing(3, error))
        found = swept(out)
    assert [row["reason"] for row in found.summary["failed"]] == [words, words]
    assert all(row["point"].startswith("servers=3") for row in found.summary["failed"])
    assert found.summary["points"] == {"all": 7, "done": 5, "failed": 2, "unfinished": 0}
    again = swept(out)
    assert (again.simulated, again.summary["points"]["failed"]) == (0, 2)
    retried = swept(out, retry_failed=True)
    assert (retried.simulated, retried.summary["points"]["failed"]) == (6, 0)
    whole = tmp_path / "whole"
    swept(whole)
    assert contents(out) == contents(whole)


class Deadly:
    """A pool of workers, some of whose points end them."""

    workers, queued, goes_on = 2, 1, False

    def __init__(self, deadly: set[str], by_chance: int = 0) -> None:
        self.deadly, self.by_chance, self.renewed = deadly, by_chance, 0
        self.submitted: list[list[str]] = []

    def submit(self, task: Task) -> Future[list[Outcome]]:
        names = [player.point.name for player in task.players]
        self.submitted.append(names)
        future: Future[list[Outcome]] = Future()
        if self.deadly & set(names) or self.by_chance:
            self.by_chance = max(0, self.by_chance - 1)
            future.set_exception(BrokenProcessPool("killed"))
        else:
            future.set_result(play_task(small(), task, lambda: None))
        return future

    def look(self) -> None:
        pass

    def renew(self) -> None:
        self.renewed += 1

    def close(self) -> None:
        pass


def tasks_of(*names: str) -> list[Task]:
    players = [Player(f"{i:064x}", Point(name)) for i, name in enumerate(names)]
    return [Task(tuple(players[at : at + 2]), 7, 0, 1, "simpy") for at in range(0, len(players), 2)]


def test_the_point_that_kills_its_worker_is_found(tmp_path: Path) -> None:
    pool, store, done = Deadly({"d"}), Store(tmp_path), list[int]()
    Runner(pool, store, lambda: None, done.append).run(tasks_of("a", "b", "c", "d", "e", "f"))
    assert sum(done) == 6
    assert {i for i in range(6) if store.failure(f"{i:064x}")} == {3}
    assert store.failure(f"{3:064x}") == KILLED
    assert len(blocks_of(tmp_path)) == 5
    assert pool.renewed >= 2


def test_a_worker_that_is_killed_by_chance_is_nobodys_fault(tmp_path: Path) -> None:
    pool, store = Deadly(set(), by_chance=2), Store(tmp_path)
    Runner(pool, store, lambda: None, lambda _: None).run(tasks_of("a", "b", "c", "d"))
    assert len(blocks_of(tmp_path)) == 4
    assert not list((tmp_path / "store").rglob("failed.json"))


def test_an_interrupted_sweep_keeps_what_is_finished_and_goes_on(tmp_path: Path) -> None:
    seen, out = [], tmp_path / "out"

    def stop(done: int, of: int) -> None:
        seen.append((done, of))
        if len(seen) == 2:
            raise KeyboardInterrupt

    found = swept(out, progress=stop)
    assert found.interrupted
    assert 0 < found.summary["points"]["done"] < POINTS + 1
    assert found.folder is not None
    assert (found.folder / "results.parquet").is_file()
    before = found.simulated
    rest = swept(out)
    whole = tmp_path.joinpath("whole")
    assert before + rest.simulated == swept(whole).simulated
    assert contents(out) == contents(whole)


def test_precision_adds_replications_where_they_are_needed(tmp_path: Path) -> None:
    found = swept(tmp_path, asked(vary=("resources.desk.servers=1,2",), precision=0.05))
    counts = {row["point"]: row["n"] for row in found.summary["table"]}
    assert all(count >= 10 and count % 10 == 0 for count in counts.values())
    assert counts["baseline"] > counts["servers=1"]
    for row in found.summary["table"]:
        margin = row["estimates"]["margin"]
        assert margin["half_width"] <= 0.05 / 1.05 * margin["mean"]
    assert swept(tmp_path, asked(vary=("resources.desk.servers=1,2",), precision=0.05)).simulated == 0


def test_a_precision_that_is_not_reached_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MOST_FOR_PRECISION", 10)
    found = swept(tmp_path, asked(vary=("resources.desk.servers=1,2",), precision=0.001))
    assert set(found.summary["precision_not_reached"]) == {"baseline", "servers=1"}


def test_a_margin_of_nothing_is_precise(tmp_path: Path) -> None:
    free = SMALL.replace("list_price: 100, unit_cost: 20", "list_price: 0").replace(
        "cost_per_hour: 20", "cost_per_hour: 0"
    )
    found = swept(tmp_path, asked(parse(free), vary=("resources.desk.servers=1,2",), precision=0.01))
    assert {row["n"] for row in found.summary["table"]} == {10}
    assert found.summary["precision_not_reached"] == {}


def test_a_margin_that_may_be_nothing_is_as_imprecise_as_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_FOR_PRECISION", 10)
    even = parse(SMALL.replace("cost_per_hour: 20", "cost_per_hour: 34"))  # what orders earn pays for the desk
    found = swept(tmp_path, asked(even, vary=("resources.desk.servers=2,3",), precision=0.01))
    assert found.summary["precision_not_reached"]["baseline"] is None
    assert "Precision not reached: baseline (over 100%); servers=3 (" in summary_text(found.summary)
    assert found.folder is not None
    assert "the worst reached over 100 %" in (found.folder / "report.html").read_text(encoding="utf-8")


# The lock ---------------------------------------------------------------------------------------------------------

HOLD = """
import sys
from pathlib import Path
from promiselab.sweep.lock import held

with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_sweep_is_told_who_holds_the_lock_and_it_dies_with_its_process(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    lock = tmp_path / "store" / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdin=-1, stdout=-1, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BadInput, match=rf"another sweep is at work there: process {holder.pid} on .*, since 20"):
            swept(tmp_path)
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    assert swept(tmp_path).summary["points"]["done"] == POINTS + 1
    with held(lock), pytest.raises(BadInput, match="another sweep is at work"):
        swept(tmp_path)


# Kills ------------------------------------------------------------------------------------------------------------

COMMAND = [
    sys.executable, "-m", "promiselab", "sweep", "small.yaml", "--vary", "resources.desk.servers=1,2,3",
    "--vary", "segments.retail.demand.orders_per_day=16..24:9", "--replications", "12",
    "--set", "calendar.measured_days=28", "--engine", "simpy",
]  # fmt: skip


def children_of(parent: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True).stdout
    return [int(line) for line in found.split()]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes")
@pytest.mark.parametrize("victim", ["parent", "worker", "group"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_sweep_that_is_killed_ends_in_the_same_bytes(tmp_path: Path, workers: str, victim: str) -> None:
    folders = whole, killed = tmp_path / "whole", tmp_path / "killed"
    for folder in folders:
        folder.mkdir()
        (folder / "small.yaml").write_text(SMALL)
    subprocess.run(COMMAND, cwd=whole, check=True, capture_output=True)
    for instant in (0.8, 1.5, 2.2):
        with subprocess.Popen(
            [*COMMAND, "--workers", workers], cwd=killed, stdout=-3, stderr=-3, start_new_session=True
        ) as running:
            time.sleep(instant)
            workers_now = children_of(running.pid)
            if victim == "group":
                os.killpg(running.pid, signal.SIGKILL)
            elif victim == "parent" or not workers_now:
                running.kill()
            else:
                os.kill(workers_now[-1], signal.SIGKILL)
    before = {path: path.read_bytes() for path in blocks_of(killed / "results")}
    done = subprocess.run([*COMMAND, "--workers", workers], cwd=killed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "not used" not in done.stderr
    assert all(path.read_bytes() == data for path, data in before.items())
    assert contents(killed / "results") == contents(whole / "results")


def test_reasons_are_one_line_of_words() -> None:
    assert in_words(ValueError("a\n  b")) == "ValueError: a b"
    assert in_words(BadInput([])) == ""
    assert InThread(small(), lambda: None).workers == 1
