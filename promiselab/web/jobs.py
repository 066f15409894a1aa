"""Work in a process of its own: one at a time, a few in a queue, and none for a tab that is closed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from promiselab.web.work import Compared, Comparison
from promiselab.web.worker import Worker

MOST_WAITING = 4
SECONDS_UNATTENDED = 5.0
"""How long work goes on although no tab says that it waits for it."""
LOOK = 0.1

WAITING, RUNNING, DONE, FAILED, STOPPED = "waiting", "running", "done", "failed", "stopped"
FULL = f"{MOST_WAITING} runs are waiting already. Wait for one of them, or cancel one."


@dataclass(eq=False)
class Job:
    """A piece of work of one tab, and how far it is.

    Attributes
    ----------
    shown : Path or None
        Run folder with what can be shown already.
    began : float
        When the step that it is at began.
    """

    asked: Comparison
    state: str = WAITING
    words: str = ""
    done: int = 0
    of: int = 0
    shown: Path | None = None
    result: Compared | None = None
    problem: str = ""
    began: float = field(default_factory=monotonic)
    attended_until: float = field(default_factory=lambda: monotonic() + SECONDS_UNATTENDED)
    watchers: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (WAITING, RUNNING)

    @property
    def is_unattended(self) -> bool:
        """Whether nobody has waited for it for too long."""
        return self.watchers == 0 and monotonic() > self.attended_until

    def seconds_left(self) -> float | None:
        """Return the time left, as long as what was done suggests; None before there is anything to go by."""
        share = self.done / self.of if self.of else 0.0
        return (monotonic() - self.began) * (1 - share) / share if share else None

    @contextmanager
    def attended(self) -> Iterator[None]:
        """Say that a tab waits for it."""
        self.watchers += 1
        try:
            yield
        finally:
            self.watchers -= 1
            self.attended_until = monotonic() + SECONDS_UNATTENDED


class Jobs:
    """All work of a server: one worker, warm while a tab is open, and a queue."""

    def __init__(self, start: Callable[[], Worker] = Worker) -> None:
        self._start = start
        self._change = threading.Condition()
        self._queue: list[Job] = []
        self._running: Job | None = None
        self._wanted = False
        self._ended = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def keep_warm(self, wanted: bool) -> None:
        """Have a worker ready before it is asked, or have none as long as there is nothing to do."""
        with self._change:
            self._wanted = wanted
            self._change.notify()

    def add(self, asked: Comparison) -> Job | None:
        """Return new work, or None if too much is waiting."""
        with self._change:
            if self._ended or len(self._queue) >= MOST_WAITING:
                return None
            job = Job(asked)
            self._queue.append(job)
            self._change.notify()
            return job

    def before(self, job: Job) -> int:
        """Return how many are worked on or waiting before this one."""
        with self._change:
            return self._queue.index(job) + (self._running is not None) if job in self._queue else 0

    def stop(self, job: Job) -> None:
        """Stop work, and the process that does it, whatever it is doing."""
        with self._change:
            if job in self._queue:
                self._queue.remove(job)
            if job.is_open:
                job.state = STOPPED

    def end(self) -> None:
        """Stop everything; no process is left."""
        with self._change:
            self._ended = True
            self._change.notify()
        self._thread.join()

    # In a thread that alone knows the worker --------------------------------------------------------------------------

    def _run(self) -> None:
        worker: Worker | None = None
        while not self._ended:
            job = self._next()
            if worker is not None and (not worker.is_alive or (job is None and not self._wanted)):
                worker.end()
                worker = None
            if worker is None and (job is not None or self._wanted):
                worker = self._start()
            if job is not None and worker is not None:
                self._feed(worker, job)
                if job.state == STOPPED:
                    worker.end()
                    worker = None
                self._running = None
        if worker is not None:
            worker.end()

    def _next(self) -> Job | None:
        """Return what is to be done next, after a moment at most."""
        with self._change:
            if not self._queue:
                self._change.wait(LOOK)
            self._drop_unattended()
            self._running = self._queue.pop(0) if self._queue and not self._ended else None
            return self._running

    def _feed(self, worker: Worker, job: Job) -> None:
        """Give work to the worker and follow it until it is done, stopped, or nobody waits for it any more."""
        try:
            if job.is_open:
                job.state, job.began = RUNNING, monotonic()
                worker.connection.send(job.asked)
            while job.is_open:
                if worker.connection.poll(LOOK):
                    _heard(job, worker.connection.recv())
                if self._ended or job.is_unattended:
                    self.stop(job)
                with self._change:
                    self._drop_unattended()
        except (EOFError, OSError):
            if job.is_open:
                job.state, job.problem = FAILED, "The process that did the work has ended. Run it again."

    def _drop_unattended(self) -> None:
        for job in [job for job in self._queue if job.is_unattended]:
            self._queue.remove(job)
            job.state = STOPPED


def _heard(job: Job, news: tuple[Any, ...]) -> None:
    kind, *about = news
    if not job.is_open:
        return
    if kind == "progress":
        if about[2] != job.of:  # another step, at a pace of its own
            job.began = monotonic()
        job.words, job.done, job.of = about
    elif kind == "shown":
        job.shown = about[0]
    elif kind == "done":
        job.result, job.shown, job.state = about[0], about[0].folder, DONE
    else:
        job.problem, job.state = about[0], FAILED
