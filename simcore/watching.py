"""Replications watched for more than the measures: programs played under common random numbers, each looked at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Generic, TypeVar

from scenarios.problems import Problem, TooLarge
from scenarios.scenario import Scenario
from simcore.demand import expected_orders
from simcore.draws import Draws
from simcore.engines import SIMPY
from simcore.facts import Facts
from simcore.program import Program
from simcore.replications import MOST_AT_ONCE, Progress, play_once

T = TypeVar("T")


@dataclass(frozen=True)
class _Watched(Generic[T]):
    """What is done for each replication: draw it once, let every program play it, and look."""

    programs: Sequence[Program]
    watch: Callable[[Facts], T]
    seed: int
    engine: str

    def __call__(self, index: int) -> list[T]:
        draws = Draws(self.seed, index)
        return [self.watch(play_once(program, draws, self.engine)) for program in self.programs]


@dataclass(frozen=True)
class Crew:
    """Processes that stay for one call after the other; without an executor, everything is done here."""

    executor: ProcessPoolExecutor | None = None

    def played(self, work: _Watched[T], replications: int) -> Iterator[tuple[int, list[T]]]:
        """Yield what each replication yields, as it is finished."""
        if self.executor is None:
            yield from ((index, work(index)) for index in range(replications))
            return
        waiting = {self.executor.submit(work, index): index for index in range(replications)}
        try:
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def crew_of(workers: int) -> Iterator[Crew]:
    """Yield so many processes; 1 is this one."""
    if workers <= 1:
        yield Crew()
        return
    executor = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_ignore_ctrl_c)
    try:
        yield Crew(executor)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def watch_all(
    programs: Sequence[Program],
    watch: Callable[[Facts], T],
    seed: int,
    replications: int,
    *,
    crew: Crew | None = None,
    progress: Progress | None = None,
    engine: str = SIMPY,
) -> list[list[T]]:
    """Return what was seen of every program in every replication, under common random numbers.

    Unlike :func:`simcore.replications.simulate_all` this takes programs, which may be changed where no scenario says
    so (a few units more in one pool), and hands every order to ``watch``. The result does not depend on the crew.

    Parameters
    ----------
    watch : callable
        Facts of one replication -> what is to be kept of it; it is sent to other processes.

    Returns
    -------
    list of list, shape (programs, replications)

    Raises
    ------
    TooLarge
        A replication has more orders than are held at once.
    """
    for program in programs:
        _refuse_what_is_not_held_at_once(program.scenario)
    work = _Watched(tuple(programs), watch, seed, engine)
    found: dict[int, list[T]] = {}
    for index, seen in (crew or Crew()).played(work, replications):
        found[index] = seen
        if progress is not None:
            progress(len(found), replications)
    return [[found[index][column] for index in range(replications)] for column in range(len(programs))]


def _refuse_what_is_not_held_at_once(scenario: Scenario) -> None:
    orders = expected_orders(scenario)
    if orders > MOST_AT_ONCE:
        what = f"a replication has {orders:,.0f} potential orders, and every one of them is looked at here"
        advice = f"Measure fewer days; the limit is {MOST_AT_ONCE:,} orders a replication."
        raise TooLarge([Problem("calendar.measured_days", what, advice, f"{scenario.calendar.measured_days:g}")])


# In a process of its own --------------------------------------------------------------------------------------------


def _ignore_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which keeps what is finished
