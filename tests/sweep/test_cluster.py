"""The same sweep on a scheduler of dask.distributed: the same bytes, also where a worker is killed on the way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from promiselab.sweep import cluster
from promiselab.sweep.cluster import InCluster, OtherVersions, differences, play_for
from promiselab.sweep.executors import Gone
from promiselab.sweep.keys import makers
from promiselab.sweep.runner import KILLED, Runner
from promiselab.sweep.store import Store
from promiselab.sweep.work import Outcome, Player, Task, play_task
from scenarios.problems import BadInput
from scenarios.sweeps import Point
from tests.cli.calling import SMALL, Caller
from tests.sweep.sweeping import blocks_of, contents, small

SWEEP = ("sweep", "small.yaml", "--vary", "resources.desk.servers=1,2")
NOBODY = "tcp://127.0.0.1:9"


# What is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["", "scheduler:8786", "tcp://scheduler", "http://scheduler:8786", "tcp://a b:1"])
def test_what_is_no_address_is_refused(call: Caller, address: str) -> None:
    said = call(*SWEEP, "--on", address)
    assert said.code == 2
    assert "is no address of a scheduler. Expected one such as tcp://scheduler:8786." in said.err


def test_without_distributed_the_command_says_what_to_install(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    said = call(*SWEEP, "--on", NOBODY)
    assert said.code == 2
    assert 'Install it: pip install "promiselab[cluster]".' in said.err


def test_a_scheduler_that_does_not_answer_is_named(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 0.2)
    said = call(*SWEEP, "--on", NOBODY)
    assert said.code == 1
    assert f"--on {NOBODY}: no scheduler answered within 0.2 s." in said.err
    assert not blocks_of(Path("results"))


def test_a_worker_with_other_versions_plays_nothing() -> None:
    made = {**makers("simpy"), "numpy": "1.0"}
    assert re.fullmatch(r"numpy \S+ there, 1\.0 here", differences("simpy", made))
    with pytest.raises(OtherVersions, match="numpy"):
        play_for(made, small(), task_of("a"))


# A scheduler that is none -----------------------------------------------------------------------------------------


class Scheduler:
    """What the pool needs of a client: it answers with what it is told to."""

    status = "running"

    def __init__(self, threads: int = 2, says: Any = "", answers: dict[str, BaseException] | None = None) -> None:
        self.threads, self.says, self.answers = threads, says, answers or {}
        self.submitted: list[list[str]] = []

    def get_executor(self, **_: Any) -> Scheduler:
        return self

    def nthreads(self) -> dict[str, int]:
        return {"tcp://a:1": self.threads} if self.threads else {}

    def run(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {"tcp://a:1": "", "tcp://b:1": self.says}

    def submit(self, _function: Any, _made: Any, scenario: Any, task: Task) -> Future[list[Outcome]]:
        names = [player.point.name for player in task.players]
        self.submitted.append(names)
        future: Future[list[Outcome]] = Future()
        error = next((self.answers[name] for name in names if name in self.answers), None)
        if isinstance(error, TimeoutError):
            future.cancel()
            future.set_running_or_notify_cancel()
        elif error is not None:
            future.set_exception(error)
        else:
            future.set_result(play_task(scenario, task, lambda: None))
        return future


def task_of(*names: str) -> Task:
    return Task(tuple(Player(name * 64, Point(name)) for name in names), 7, 0, 1, "simpy")


def pool_on(scheduler: Scheduler, most: int | None = None) -> InCluster:
    return InCluster("tcp://a:0", scheduler, small(), "simpy", most)


def run_on(scheduler: Scheduler, store: Store, *tasks: Task) -> None:
    Runner(pool_on(scheduler), store, lambda: None, lambda _: None).run(tasks)


def killed() -> BaseException:
    distributed = pytest.importorskip("distributed")
    error: BaseException = distributed.KilledWorker("play_for", "tcp://a:1", 3)
    return error


def test_as_many_tasks_run_as_there_are_threads() -> None:
    assert (pool_on(Scheduler(8)).workers, pool_on(Scheduler(8), 3).workers, pool_on(Scheduler(2), 3).workers) == (
        8, 3, 2,
    )  # fmt: skip
    with pytest.raises(Gone, match=r"the scheduler has no workers\. Start some: dask worker tcp://a:0"):
        pool_on(Scheduler(0))


@pytest.mark.parametrize(
    ("says", "words"),
    [("scipy 1 there, 2 here", "scipy 1 there, 2 here"), (ImportError("no promiselab"), "it cannot say")],
)
def test_other_versions_are_refused(says: Any, words: str) -> None:
    pool_on(Scheduler()).refuse_other_versions()
    with pytest.raises(BadInput, match=f"worker tcp://b:1 would make other figures: {words}"):
        pool_on(Scheduler(says=says)).refuse_other_versions()


def test_the_point_that_kills_workers_is_found_and_nothing_else_is_tried_again(tmp_path: Path) -> None:
    scheduler, store = Scheduler(answers={"c": killed()}), Store(tmp_path)
    run_on(scheduler, store, task_of("a", "b"), task_of("c", "d"), task_of("e", "f"))
    assert store.failure("c" * 64) == KILLED
    assert len(blocks_of(tmp_path)) == 5
    assert scheduler.submitted == [["a", "b"], ["c", "d"], ["e", "f"], ["c", "d"], ["c"], ["c"], ["d"]]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "the scheduler has given the work up, or is gone. What is finished is kept"),
        (OtherVersions("a worker that came later would make other figures: x"), "a worker that came later would"),
    ],
)
def test_a_sweep_without_its_scheduler_ends_with_what_is_finished(
    tmp_path: Path, error: BaseException, words: str
) -> None:
    with pytest.raises(Gone, match=words):
        run_on(Scheduler(answers={"c": error}), Store(tmp_path), task_of("a", "b"), task_of("c"))
    assert len(blocks_of(tmp_path)) == 2


def test_a_sweep_does_not_wait_for_workers_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler = Scheduler()
    pool = pool_on(scheduler)
    monkeypatch.setattr(cluster, "SECONDS_BETWEEN_LOOKS", 0.0)
    pool.look()
    scheduler.threads = 0
    pool.look()
    monkeypatch.setattr(cluster, "SECONDS_WITHOUT_WORKERS", 0.0)
    with pytest.raises(Gone, match="no worker has been there for 0 s"):
        pool.look()


def test_other_errors_are_passed_on() -> None:
    pytest.importorskip("distributed")
    found = pool_on(Scheduler(answers={"a": ZeroDivisionError("x")})).submit(task_of("a")).exception()
    assert isinstance(found, ZeroDivisionError)
    assert isinstance(pool_on(Scheduler(answers={"a": killed()})).submit(task_of("a")).exception(), BrokenExecutor)


# A scheduler and its workers --------------------------------------------------------------------------------------

COMMAND = [
    sys.executable, "-m", "promiselab", "sweep", "small.yaml", "--vary", "resources.desk.servers=1,2,3",
    "--vary", "segments.retail.demand.orders_per_day=16..24:9", "--replications", "12",
    "--set", "calendar.measured_days=28", "--engine", "simpy",
]  # fmt: skip
WAIT_SECONDS = 60.0


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Yield a process of distributed with the file of what it says; it is ended by its own number."""
    log = Path(f"{arguments[0]}-{time.monotonic_ns()}.log")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{arguments[0]}", *arguments[1:]], stdout=out, stderr=out
        )
    try:
        yield process, log
    finally:
        process.kill()
        process.wait()


def said(log: Path, pattern: str) -> str:
    """Return what a process says, once it does."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        if found := re.search(pattern, log.read_text()):
            return found[found.re.groups]
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@contextmanager
def two_workers() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Yield the address of a scheduler on loopback, and its two workers."""
    plain = ("--host", "127.0.0.1", "--no-dashboard")
    with running("scheduler", "--port", "0", *plain) as (_, log):
        address = said(log, r"Scheduler at:\s+(tcp://127\.0\.0\.1:\d+)")
        options = (address, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")
        with running("worker", *options) as (one, first), running("worker", *options) as (two, second):
            for worker in (first, second):
                said(worker, r"Registered to")
            yield address, [one, two]


def swept_in(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *options], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_sweep_on_a_cluster_that_loses_a_worker_ends_in_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
        (folder / "small.yaml").write_text(SMALL)
    assert swept_in(here, "--workers", "1").returncode == 0
    half = len(blocks_of(here / "results")) // 2
    with two_workers() as (address, workers):
        with subprocess.Popen([*COMMAND, "--on", address], cwd=there, stdout=-3, stderr=-1, text=True) as sweep:
            until = time.monotonic() + WAIT_SECONDS
            while len(blocks_of(there / "results")) < half and time.monotonic() < until:
                assert sweep.poll() is None, sweep.communicate()
                time.sleep(0.005)
            os.kill(workers[0].pid, signal.SIGKILL)
            was_running = sweep.poll() is None
            _, err = sweep.communicate(timeout=WAIT_SECONDS)
        assert (sweep.returncode, was_running) == (0, True), err
        again = swept_in(there, "--on", address)
        assert again.returncode == 0, again.stderr
        assert "Nothing to do" in again.stderr
    assert contents(there / "results") == contents(here / "results")
