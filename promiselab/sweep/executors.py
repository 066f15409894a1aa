"""Where tasks run: in this thread, in threads, or in processes of their own, all as ``concurrent.futures.Executor``."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Protocol

from promiselab.sweep.store import Store
from promiselab.sweep.work import Outcome, Task, play_task
from scenarios.scenario import Scenario

Check = Callable[[], None]


class Stopped(Exception):
    """The work is no longer wanted."""


class Gone(Exception):
    """Workers that cannot be reached, or no more; what is finished is kept."""

    exit_code = 1


class Pool(Protocol):
    """Something that runs tasks; a future yields what is left to keep: blocks that are not stored yet, and failures.

    Attributes
    ----------
    workers : int
        Tasks that run at the same time.
    queued : int
        Tasks that wait beside those at work, so that no worker idles; few, where all are suspect when one worker dies.
    goes_on : bool
        Whether all other tasks go on when a worker dies; else they are given up with it.
    """

    workers: int
    queued: int
    goes_on: bool

    def submit(self, task: Task) -> Future[list[Outcome]]:
        """Run a task some time."""

    def look(self) -> None:
        """Raise `Gone` if nobody is left to do the work."""

    def renew(self) -> None:
        """Make workers anew after some have died."""

    def close(self) -> None:
        """Stop at once: what runs is given up."""


class Here(Executor):
    """Runs each call at once, in the thread that submits it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a call and return its outcome; a request to stop (KeyboardInterrupt) is none and goes through."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Local:
    """What pools on this machine have in common."""

    queued, goes_on = 1, False

    def look(self) -> None:
        """They are here."""


class InThread(Local):
    """One worker: this thread."""

    def __init__(self, scenario: Scenario, check: Check) -> None:
        self.workers, self._scenario, self._check, self._executor = 1, scenario, check, Here()

    def submit(self, task: Task) -> Future[list[Outcome]]:
        """Run a task now."""
        return self._executor.submit(play_task, self._scenario, task, self._check)

    def renew(self) -> None:
        """Nothing can die."""

    def close(self) -> None:
        """Nothing runs."""


class InThreads(Local):
    """Threads over an engine that gives the others their turn."""

    def __init__(self, scenario: Scenario, workers: int) -> None:
        self.workers, self._scenario, self._stop = workers, scenario, threading.Event()
        self._executor = ThreadPoolExecutor(workers)

    def submit(self, task: Task) -> Future[list[Outcome]]:
        """Run a task some time."""
        return self._executor.submit(play_task, self._scenario, task, self._check)

    def _check(self) -> None:
        if self._stop.is_set():
            raise Stopped

    def renew(self) -> None:
        """Threads do not die alone."""

    def close(self) -> None:
        """Stop; what runs is given up at its next replication."""
        self._stop.set()
        self._executor.shutdown(wait=True, cancel_futures=True)


class InProcesses(Local):
    """Processes of their own, which end when this one does and write what they have finished themselves.

    A worker can be killed at any instant. What it sends and what is sent to it is therefore small, since half a
    message in a pipe would block the other side, and no lock is shared with it that it could take to the grave.
    """

    def __init__(self, scenario: Scenario, store: Store, workers: int) -> None:
        self.workers = workers
        self._scenario, self._root = scenario, store.out
        self._context = get_context("spawn")
        self._executor, self._lifeline = self._made()

    def _made(self) -> tuple[ProcessPoolExecutor, Connection]:
        ends, lifeline = self._context.Pipe(duplex=False)
        arguments = (_Setting(self._scenario, Store(self._root), ends),)
        return ProcessPoolExecutor(self.workers, self._context, initializer=_prepare, initargs=arguments), lifeline

    def submit(self, task: Task) -> Future[list[Outcome]]:
        """Run a task some time."""
        return self._executor.submit(_play, task)

    def renew(self) -> None:
        """Make all workers anew."""
        self.close()
        self._executor, self._lifeline = self._made()

    def close(self) -> None:
        """End all workers at once; what they have written is whole."""
        self._lifeline.close()
        self._executor.shutdown(wait=True, cancel_futures=True)


# In the processes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Setting:
    """What a worker works with."""

    scenario: Scenario
    store: Store
    end: Connection


_settings: list[_Setting] = []
_keeping = threading.Lock()
"""Held by this worker while it writes a block."""


def _prepare(setting: _Setting) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which saves what is finished
    _settings[:] = [setting]
    threading.Thread(target=_end_with_parent, args=(setting.end,), daemon=True).start()


def _end_with_parent(end: Connection) -> None:
    """End when the parent closes its end of the pipe, or is gone: a pool would wait for it for ever.

    A block that is being written is finished first, so that no draft of it is left behind.
    """
    try:
        end.recv_bytes()
    except (EOFError, OSError):
        with _keeping:
            os._exit(1)


def _play(task: Task) -> list[Outcome]:
    (setting,) = _settings
    left = []
    for outcome in play_task(setting.scenario, task, lambda: None):
        if outcome.data is None:
            left.append(outcome)
        else:
            with _keeping:
                setting.store.keep_bytes(outcome.key, outcome.first, outcome.count, outcome.data)
    return left
