"""Work: one thing at a time, a few in a queue, and none that nobody waits for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

import promiselab
from promiselab.web import jobs as jobs_module
from promiselab.web.jobs import DONE, FAILED, MOST_WAITING, RUNNING, STOPPED, WAITING, Job, Jobs
from promiselab.web.work import Compared, Comparison
from promiselab.web.worker import Worker
from tests.cli.calling import SMALL
from tests.web.asking import Idle, Workers

HERE = Path()
ASKED = Comparison({}, HERE, HERE)
SECONDS = 20.0


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    end = monotonic() + SECONDS
    while not true():
        assert monotonic() < end
        sleep(0.01)


def running(jobs: Jobs, workers: Workers) -> tuple[Job, Idle]:
    """Return work that a worker has been given."""
    job = jobs.add(ASKED)
    assert job is not None
    until(lambda: job.state == RUNNING)
    worker = workers.made[-1]
    assert worker.other_end.recv() == ASKED
    return job, worker


def test_news_of_the_worker_reach_the_job(jobs: Jobs, workers: Workers) -> None:
    job, worker = running(jobs, workers)
    worker.other_end.send(("progress", "simulating", 3, 12))
    until(lambda: job.done == 3)
    assert (job.words, job.of) == ("simulating", 12)
    assert job.seconds_left() is not None
    worker.other_end.send(("shown", Path("draft")))
    worker.other_end.send(("done", Compared(Path("run"))))
    until(lambda: job.state == DONE)
    assert job.shown == Path("run")
    again, same = running(jobs, workers)
    assert same is worker
    worker.other_end.send(("failed", "too large"))
    until(lambda: again.state == FAILED)
    assert again.problem == "too large"


def test_one_at_a_time_and_few_in_the_queue(jobs: Jobs, workers: Workers) -> None:
    first, worker = running(jobs, workers)
    waiting = [jobs.add(ASKED) for _ in range(MOST_WAITING)]
    assert jobs.add(ASKED) is None
    assert [job and job.state for job in waiting] == [WAITING] * MOST_WAITING
    assert [job and jobs.before(job) for job in waiting] == [1, 2, 3, 4]
    assert waiting[1] is not None
    assert waiting[0] is not None
    jobs.stop(waiting[1])
    assert waiting[1].state == STOPPED
    assert first.state == RUNNING
    worker.other_end.send(("done", Compared(HERE)))
    until(lambda: waiting[0] is not None and waiting[0].state == RUNNING)
    assert jobs.add(ASKED) is not None


def test_stopping_ends_the_process_and_the_next_work_has_a_new_one(jobs: Jobs, workers: Workers) -> None:
    job, worker = running(jobs, workers)
    jobs.stop(job)
    until(lambda: not worker.is_alive)
    assert job.state == STOPPED
    _, other = running(jobs, workers)
    assert other is not worker


def test_a_process_that_dies_fails_its_work_only(jobs: Jobs, workers: Workers) -> None:
    job, worker = running(jobs, workers)
    worker.is_alive = False
    worker.other_end.close()
    until(lambda: job.state == FAILED)
    assert "Run it again" in job.problem
    _, other = running(jobs, workers)
    assert other is not worker


def test_work_that_nobody_waits_for_is_stopped(jobs: Jobs, workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "SECONDS_UNATTENDED", 0.3)
    job, worker = running(jobs, workers)
    waiting = jobs.add(ASKED)
    assert waiting is not None
    with job.attended():
        sleep(0.6)
        assert job.state == RUNNING
        assert waiting.state == STOPPED
    until(lambda: not worker.is_alive)
    assert job.state == STOPPED


def test_a_worker_is_kept_warm_only_while_it_is_wanted(jobs: Jobs, workers: Workers) -> None:
    assert not workers.made
    jobs.keep_warm(True)
    until(lambda: len(workers.made) == 1)
    jobs.keep_warm(False)
    until(lambda: not workers.made[0].is_alive)


def test_the_end_stops_everything(workers: Workers) -> None:
    jobs = Jobs(workers)
    job, worker = running(jobs, workers)
    jobs.end()
    assert job.state == STOPPED
    assert not worker.is_alive
    assert jobs.add(ASKED) is None


def test_a_tab_that_hangs_up_is_noticed() -> None:
    from promiselab.web.page import hung_up

    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            assert not hung_up(ours)
            theirs.sendall(b"more")
            assert not hung_up(ours)
            ours.recv(10)
            threading.Timer(0.05, theirs.shutdown, [socket.SHUT_RDWR]).start()
            assert hung_up(ours)
        assert hung_up(ours)
    assert not hung_up(None)


@pytest.mark.slow
def test_a_worker_compares_within_its_bounds_and_ends_when_told(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    base = promiselab.load(tmp_path / "small.yaml").with_design("as_is")
    fast = base.with_design("fast")
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    worker = Worker()
    try:
        asked = Comparison({"as_is": base, "fast": fast}, tmp_path / "results", drafts, "optimised", 7, 6)
        worker.connection.send(asked)
        news = [worker.connection.recv()]
        while news[-1][0] not in ("done", "failed"):
            news.append(worker.connection.recv())
        kinds = [kind for kind, *_ in news]
        assert kinds.count("shown") == 2
        assert kinds[-1] == "done", news[-1]
        done = news[-1][1]
        assert (done.folder / "report.html").is_file()
        assert (done.folder / "plan.json").is_file()
        assert done.design is not None
        limits = Path(f"/proc/{worker.process.pid}/limits")
        if limits.exists():
            line = next(text for text in limits.read_text().splitlines() if text.startswith("Max address space"))
            assert line.split()[3] == str(4 * 1024**3)
        worker.connection.send(Comparison({"as_is": base}, tmp_path / "small.yaml", drafts, seed=7, replications=2))
        while (said := worker.connection.recv())[0] not in ("done", "failed"):
            continue
        assert said[0] == "failed"
        assert "Traceback" not in said[1]
    finally:
        worker.end()
    assert not worker.is_alive
