"""Replications: each drawn once, played by every scenario of the comparison, in parallel processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from threading import local

import numpy as np

from scenarios.scenario import Scenario
from simcore.clock import Floats
from simcore.demand import expected_orders
from simcore.draws import Draws
from simcore.engines import COMPILED, ORDERS_PER_SECOND, SIMPY, is_ready, play_with, prepare
from simcore.estimates import Interval, ratio
from simcore.ledger import post
from simcore.measures import ALL, Facts, MeasureKey, facts, measure
from simcore.memory import Memory
from simcore.orders import draw_orders
from simcore.profile import profile
from simcore.program import Program, compile_program
from simcore.replication import Replication as Replication
from simcore.replication import money_measures

Progress = Callable[[int, int], None]
WORTH_STARTING = 2.0
"""Seconds of work from which on it is worth to start processes."""
MOST_AT_ONCE = 2_000_000
"""Orders of a replication that are held at once, about 2 GB; the compiled engine plays more in stretches."""


@dataclass(frozen=True)
class Simulation:
    """The replications of one scenario.

    Attributes
    ----------
    scenario : Scenario
        With the design that was simulated.
    seed : int
        Root seed; replication i uses streams (seed, i, ...).
    replications : tuple of Replication
        In the order of their index.
    """

    scenario: Scenario
    seed: int
    replications: tuple[Replication, ...]
    confidence: float = 0.95

    @cached_property
    def units(self) -> dict[MeasureKey, str]:
        """What was measured, in a fixed order, with the unit of each measure."""
        return {m.key: m.unit for replication in self.replications for m in replication.measures}

    @cached_property
    def _totals(self) -> dict[MeasureKey, Floats]:
        table = {key: np.zeros((2, len(self.replications))) for key in self.units}
        for column, replication in enumerate(self.replications):
            for m in replication.measures:
                table[m.key][:, column] = m.numerator, m.denominator
        return table

    def totals(self, key: MeasureKey) -> tuple[Floats, Floats]:
        """Return numerators and denominators of a measure, shape (replications,); 0 / 0 where it did not occur."""
        numerator, denominator = self._totals.get(key, np.zeros((2, len(self.replications))))
        return numerator, denominator

    def estimate(self, measure_name: str, segment: str = ALL, resource: str = ALL, product: str = ALL) -> Interval:
        """Return one measure with its interval."""
        return ratio(*self.totals(MeasureKey(measure_name, segment, resource, product)), self.confidence)


def play_once(program: Program, draws: Draws, engine: str = SIMPY, memory: Memory | None = None) -> Facts:
    """Return one replication of a program, ready to be measured; with ``memory``, until that is used again."""
    orders = draw_orders(program, draws)
    return facts(program, orders, play_with(engine, memory)(program, orders, draws))


class _Own(local):
    """What each thread has of its own."""

    def __init__(self) -> None:
        self.memory = Memory()


_OWN = _Own()


def replicate(
    program: Program, draws: Draws, engine: str = SIMPY, at_once: int = MOST_AT_ONCE, profiled: bool = False
) -> Replication:
    """Return measures and ledger of one replication, and its profile if asked for; they do not depend on the engine.

    The compiled engine plays a replication of more than ``at_once`` orders in stretches, so that memory does not grow
    with their number. Figures then agree with those of the replication at once to 9 digits, and percentiles of lead
    times to 0.1 % (``simcore.tally``).
    """
    if engine == COMPILED and expected_orders(program.scenario) > at_once:
        return _in_stretches(program, draws, profiled)
    found = play_once(program, draws, engine, None if profiled else _OWN.memory)
    ledger = post(found)
    measures = (*measure(found), *money_measures(program, found.records.on_hand_time, ledger))
    return Replication(measures, ledger, profile(found) if profiled else None)


def _in_stretches(program: Program, draws: Draws, profiled: bool) -> Replication:
    """Return measures and ledger of one replication, without ever holding all of its orders."""
    from simcore.compiled.flow import blocks
    from simcore.stretches import stretches
    from simcore.tally import Tally

    tally = Tally(program, profiled)
    for block in blocks(program, stretches(program, draws), draws):
        tally.add(block.orders, block.records, block.until)
        del block
    return tally.replication()


# Several scenarios, many replications -----------------------------------------------------------------------------


def cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class Interrupted(KeyboardInterrupt):
    """Work was interrupted; ``simulations`` holds the replications that were finished (perhaps none)."""

    def __init__(self, simulations: list[Simulation]) -> None:
        super().__init__()
        self.simulations = simulations


def simulate_all(
    scenarios: Sequence[Scenario],
    seed: int,
    replications: int,
    *,
    confidence: float = 0.95,
    workers: int | None = None,
    progress: Progress | None = None,
    first: int = 0,
    engine: str = SIMPY,
    profiled: bool = False,
) -> list[Simulation]:
    """Return the simulations of several scenarios under common random numbers.

    Each replication is drawn once and played by every scenario. The result does not depend on the number of workers.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Each with the design to simulate.
    seed : int
        Root seed, >= 0.
    replications : int
        How many, >= 1.
    workers : int or None
        Processes; None: one per core where there is enough to do, at most one per replication. 1 works here.
    progress : callable or None
        Called with (replications finished, replications in all).
    first : int
        Index of the first replication, to add to earlier ones.
    engine : str
        SIMPY or COMPILED; the result does not depend on it.
    profiled : bool
        Whether every replication has a profile.

    Raises
    ------
    Interrupted
        On Ctrl-C, with the replications that were finished.
    """
    work = _Work(scenarios, seed, engine, profiled)
    count = workers_for(scenarios, replications, workers, engine)
    done: dict[int, list[Replication]] = {}
    runs = (
        map(work, range(first, first + replications))
        if count == 1
        else _parallel(work, range(first, first + replications), count)
    )
    try:
        for index, result in runs:
            done[index] = result
            if progress is not None:
                progress(len(done), replications)
    except KeyboardInterrupt:
        raise Interrupted(_gathered(scenarios, seed, done, confidence)) from None
    return _gathered(scenarios, seed, done, confidence)


def workers_for(scenarios: Sequence[Scenario], replications: int, workers: int | None, engine: str) -> int:
    """Return how many processes :func:`simulate_all` starts for its arguments; 1: none."""
    if workers is None:
        seconds = sum(map(expected_orders, scenarios)) * replications / ORDERS_PER_SECOND[engine]
        workers = cores() if seconds > WORTH_STARTING else 1
    return max(1, min(workers, replications))


def _gathered(
    scenarios: Sequence[Scenario], seed: int, done: Mapping[int, list[Replication]], confidence: float
) -> list[Simulation]:
    return [
        Simulation(scenario, seed, tuple(done[i][column] for i in sorted(done)), confidence)
        for column, scenario in enumerate(scenarios)
    ]


@dataclass(frozen=True)
class _Work:
    """What is done for each replication: draw it once, and let every scenario play it."""

    scenarios: Sequence[Scenario]
    seed: int
    engine: str
    profiled: bool = False

    @cached_property
    def programs(self) -> list[Program]:
        return [compile_program(scenario) for scenario in self.scenarios]

    def __call__(self, index: int) -> tuple[int, list[Replication]]:
        draws = Draws(self.seed, index)
        return index, [replicate(program, draws, self.engine, profiled=self.profiled) for program in self.programs]


_work: list[_Work] = []
"""In a process of its own: what it was started for."""


def _begin(work: _Work) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which saves what is finished
    _work[:] = [work]


def _in_process(index: int) -> tuple[int, list[Replication]]:
    return _work[0](index)


def _parallel(work: _Work, indices: range, workers: int) -> Iterator[tuple[int, list[Replication]]]:
    from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
    from multiprocessing import get_context

    _ = work.programs  # what is wrong with a design is said here, not by a worker
    executor: Executor
    call: Callable[[int], tuple[int, list[Replication]]]
    prepare(work.engine)
    if is_ready(work.engine):
        # Not threads: the loop lets others run, but drawing and measuring hold the one lock that Python has.
        bare = _Work(tuple(work.scenarios), work.seed, work.engine, work.profiled)
        executor = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin, initargs=(bare,))
        call = _in_process
    else:  # what was compiled cannot be kept, and every process would compile it again
        executor, call = ThreadPoolExecutor(workers), work
    try:
        to_do = iter(indices)
        waiting: set[Future[tuple[int, list[Replication]]]] = set()
        while True:
            waiting |= {executor.submit(call, index) for index in islice(to_do, 2 * workers - len(waiting))}
            if not waiting:
                return
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
