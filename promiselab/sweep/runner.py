"""The runner: gives tasks to workers, keeps what they finish, and finds the one that kills its worker."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait

from promiselab.sweep.executors import Check, Gone, Pool
from promiselab.sweep.store import Store
from promiselab.sweep.work import Outcome, Task, in_words

SECONDS_BETWEEN_CHECKS = 0.1
CHANCES = 2
"""How often a point may end its worker while it is alone before it is to blame; a worker can be killed by chance."""
KILLED = "its worker was killed, probably because the machine ran out of memory"
Done = Callable[[int], None]


class Runner:
    """Runs tasks on a pool, and keeps their outcomes in a store.

    Parameters
    ----------
    check : callable
        Called often; raises to stop. Whatever is kept by then stays.
    done : callable
        Told how many replications of points were finished.
    """

    def __init__(self, pool: Pool, store: Store, check: Check, done: Done) -> None:
        self._pool, self._store, self._check, self._done = pool, store, check, done
        self._waiting: dict[Future[list[Outcome]], Task] = {}
        self._suspects: deque[Task] = deque()
        self._deaths: Counter[tuple[str, int]] = Counter()

    def run(self, tasks: Iterable[Task]) -> None:
        """Run all tasks.

        Raises
        ------
        KeyboardInterrupt
            From the check.
        OSError
            What is finished cannot be written.
        Gone
            The workers cannot be reached any more.
        """
        to_do = iter(tasks)
        while True:
            while self._suspects and not self._waiting:
                self._alone(self._suspects.popleft())
            while not self._suspects and len(self._waiting) < self._pool.workers + self._pool.queued:
                if (task := next(to_do, None)) is None:
                    break
                self._submit(task)
            if self._waiting:
                self._collect()
            elif not self._suspects:
                return

    def _submit(self, task: Task) -> None:
        self._check()
        try:
            self._waiting[self._pool.submit(task)] = task
        except BrokenExecutor:
            self._suspects.append(task)
            self._broken()

    def _collect(self) -> None:
        """Keep what is finished; where a worker has died, suspect everything that was under way."""
        finished, _ = wait(self._waiting, SECONDS_BETWEEN_CHECKS, FIRST_COMPLETED)
        self._check()
        self._pool.look()
        for future in sorted(finished, key=_failed):  # what is done is kept before anything is raised
            if isinstance(future.exception(), BrokenExecutor):
                self._broken()
                return
            self._keep(self._waiting.pop(future), future)

    def _broken(self) -> None:
        """Keep what was finished before a worker died, suspect the rest, and make the pool anew."""
        for future, task in list(self._waiting.items()):
            if not future.done() and self._pool.goes_on:
                continue
            del self._waiting[future]
            if future.done() and not isinstance(future.exception(), BrokenExecutor):
                self._keep(task, future)
            else:
                self._suspects.append(task)
        self._pool.renew()

    def _alone(self, task: Task) -> None:
        """Run a suspect with nothing else under way, whole at first, then point by point."""
        future = self._pool.submit(task)
        while not future.done():
            wait([future], SECONDS_BETWEEN_CHECKS)
            self._check()
            self._pool.look()
        if not isinstance(future.exception(), BrokenExecutor):
            self._keep(task, future)
            return
        self._pool.renew()
        if len(task.players) > 1:
            self._suspects.extendleft(reversed(list(task.split())))
            return
        case = task.players[0].key, task.first
        self._deaths[case] += 1
        if self._deaths[case] >= CHANCES:
            self._settle(task, [Outcome(*case, task.count, None, KILLED)])
        else:
            self._suspects.appendleft(task)

    def _keep(self, task: Task, future: Future[list[Outcome]]) -> None:
        error = future.exception()
        if isinstance(error, OSError | Gone):
            raise error
        if error is None:
            self._settle(task, future.result())
        elif len(task.players) > 1:
            self._suspects.extend(task.split())
        else:
            self._settle(task, [Outcome(task.players[0].key, task.first, task.count, None, in_words(error))])

    def _settle(self, task: Task, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.data is None:
                self._store.keep_failure(outcome.key, outcome.first, outcome.reason)
            else:
                self._store.keep_bytes(outcome.key, outcome.first, outcome.count, outcome.data)
        self._done(task.count * len(task.players))


def _failed(future: Future[list[Outcome]]) -> bool:
    return future.exception() is not None
