"""Workers elsewhere: the same tasks on a scheduler of dask.distributed, through its ``concurrent.futures.Executor``.

Workers send back the bytes of blocks, which this process writes to the store. They are of use only if they would write
what this process would, so that each is asked for the versions and the code that figures depend on: all of them when
the sweep begins, and each again with every task, since workers come and go.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager
from importlib.util import find_spec
from time import monotonic
from typing import Any

from promiselab.sweep.engines import Engine
from promiselab.sweep.executors import Gone
from promiselab.sweep.keys import makers
from promiselab.sweep.work import Outcome, Task, play_task
from scenarios.problems import bad
from scenarios.scenario import Scenario

OPTION = "--on"
CODE = "code"
SECONDS_TO_ANSWER = 5.0
"""How long the scheduler may take to answer."""
SECONDS_WITHOUT_WORKERS = 60.0
"""How long a sweep waits for a worker when none is left."""
SECONDS_BETWEEN_LOOKS = 2.0
LOGGERS = ("distributed", "distributed.client")
_ADDRESS = re.compile(r"(tcp|tls)://[^\s/:]+(:[^\s/:]+)*:\d{1,5}|(tcp|tls)://\[[0-9a-fA-F:]+\]:\d{1,5}")
Made = Mapping[str, str]


class OtherVersions(Exception):
    """A worker would not make the figures that this process makes; carries what differs."""


def refuse_address(on: str) -> None:
    """Refuse what is no address of a scheduler, or cannot be used here.

    Raises
    ------
    BadInput
        It is no address, or distributed is not installed.
    """
    if not _ADDRESS.fullmatch(on):
        raise bad(OPTION, "is no address of a scheduler", "Expected one such as tcp://scheduler:8786.", on)
    if find_spec("distributed") is None:
        what = "needs dask.distributed, which is not installed"
        raise bad(OPTION, what, 'Install it: pip install "promiselab[cluster]".', on)


@contextmanager
def cluster_at(on: str, scenario: Scenario, engine: Engine, most: int | None = None) -> Iterator[InCluster]:
    """Yield the workers of a scheduler, and leave them when the block ends.

    Parameters
    ----------
    on : str
        Address of the scheduler.
    most : int or None
        Tasks that may run at the same time; None: as many as the workers have threads.

    Raises
    ------
    BadInput
        See `refuse_address`; or workers have other versions than this process.
    Gone
        No scheduler answers there, or it has no workers.
    """
    refuse_address(on)
    import distributed

    for name in LOGGERS:  # what happens is said in our words, and not in its tracebacks
        logging.getLogger(name).setLevel(logging.CRITICAL)
    connect: Any = distributed.Client
    try:
        client = connect(on, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise Gone(f"{OPTION} {on}: no scheduler answered within {SECONDS_TO_ANSWER:g} s.") from error
    with client:
        pool = InCluster(on, client, scenario, engine.name, most)
        try:
            pool.refuse_other_versions()
            yield pool
        finally:
            pool.close()


class InCluster:
    """Workers of a scheduler; when one dies, only what it was at is tried on others, by the scheduler itself."""

    goes_on = True

    def __init__(self, on: str, client: Any, scenario: Scenario, engine: str, most: int | None) -> None:
        self._on, self._client, self._scenario, self._made = on, client, scenario, makers(engine)
        self._engine = engine
        self._executor = client.get_executor(pure=False)
        self._looked = self._seen = monotonic()
        threads = self._threads()
        if not threads:
            raise Gone(f"{OPTION} {on}: the scheduler has no workers. Start some: dask worker {on}")
        self.workers = min(threads, most or threads)
        self.queued = self.workers

    def _threads(self) -> int:
        return sum(self._client.nthreads().values())

    def refuse_other_versions(self) -> None:
        """Refuse workers that would make other figures.

        Raises
        ------
        BadInput
            Names a worker, and what differs.
        """
        found = self._client.run(differences, self._engine, self._made, on_error="return")
        for address, differs in sorted(found.items()):
            if differs:
                words = f"it cannot say ({differs})" if isinstance(differs, Exception) else differs
                what = f"worker {address} would make other figures: {words}"
                raise bad(OPTION, what, "Install the same versions there, and at the scheduler.", self._on)

    def submit(self, task: Task) -> Future[list[Outcome]]:
        """Run a task some time, somewhere."""
        settled: Future[list[Outcome]] = Future()
        running = self._executor.submit(play_for, self._made, self._scenario, task)
        running.add_done_callback(lambda done: self._settle(done, settled))
        return settled

    def _settle(self, done: Future[list[Outcome]], settled: Future[list[Outcome]]) -> None:
        """Pass on what became of a task, in the terms of the other pools."""
        from distributed import KilledWorker

        if done.cancelled():
            settled.set_exception(self._gone("the scheduler has given the work up, or is gone"))
            return
        error = done.exception()
        if error is None:
            settled.set_result(done.result())
        elif isinstance(error, KilledWorker):
            settled.set_exception(BrokenExecutor("every worker that tried it was killed"))
        elif isinstance(error, OtherVersions):
            settled.set_exception(self._gone(str(error)))
        else:
            settled.set_exception(error)

    def _gone(self, what: str) -> Gone:
        return Gone(f"{OPTION} {self._on}: {what}. What is finished is kept; the same command goes on from there.")

    def look(self) -> None:
        """Look now and then whether somebody is there to do the work.

        Raises
        ------
        Gone
            The scheduler does not answer, or has had no worker for a minute.
        """
        now = monotonic()
        if now - self._looked < SECONDS_BETWEEN_LOOKS:
            return
        self._looked = now
        try:
            if self._client.status == "running" and self._threads():
                self._seen = monotonic()
        except (OSError, RuntimeError) as error:
            raise self._gone("the scheduler is gone") from error
        if now - self._seen > SECONDS_WITHOUT_WORKERS:
            raise self._gone(f"no worker has been there for {SECONDS_WITHOUT_WORKERS:g} s")

    def renew(self) -> None:
        """Whoever starts workers there starts them anew."""

    def close(self) -> None:
        """Give up what waits; a worker that is at a task ends it, and nobody listens."""
        self._executor.shutdown(wait=False)


# On the workers ---------------------------------------------------------------------------------------------------


def differences(engine: str, made: Made) -> str:
    """Return what this process has another version of than who asks; empty if it makes the same figures.

    >>> differences("simpy", makers("simpy"))
    ''
    >>> differences("simpy", {**makers("simpy"), "code": "0"})
    'another code that simulates'
    """
    own = makers(engine)
    found = [f"{name} {own[name]} there, {made[name]} here" for name in own if name != CODE and own[name] != made[name]]
    return ", ".join(found) if found or own[CODE] == made[CODE] else "another code that simulates"


def play_for(made: Made, scenario: Scenario, task: Task) -> list[Outcome]:
    """Return what becomes of each player of a task, if this worker makes the figures that are asked for.

    Raises
    ------
    OtherVersions
        It does not.
    """
    if differs := differences(task.engine, made):
        raise OtherVersions(f"a worker that came later would make other figures: {differs}")
    return play_task(scenario, task, lambda: None)
