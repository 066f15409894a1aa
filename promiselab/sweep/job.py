"""A sweep from its points to its finished replications: what is missing is simulated, what is there is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

from promiselab.progress import make_ready
from promiselab.stopping import stopping_gently
from promiselab.study import MOST_FOR_PRECISION, STEP, relative_width, replications_to_add
from promiselab.sweep.cases import Case, unique
from promiselab.sweep.engines import Engine
from promiselab.sweep.executors import InProcesses, InThread, InThreads, Pool
from promiselab.sweep.keys import fresh_seed, point_key
from promiselab.sweep.runner import Runner
from promiselab.sweep.store import Store
from promiselab.sweep.work import Player, block_size, tasks
from scenarios.scenario import Scenario
from scenarios.sweeps.points import resolved
from simcore.clock import Floats
from simcore.estimates import Interval
from simcore.measures import MARGIN
from simcore.replications import Progress, Simulation

WORTHWHILE_SECONDS = 1.0
"""Work for each worker that is worth starting it."""


@dataclass(frozen=True)
class Job:
    """What is to be simulated, and how.

    Attributes
    ----------
    scenario : Scenario
        What the points change.
    seed, replications : int
        Of every point; with a precision or a smallest difference, replications are where each point begins.
    workers : int
        The results do not depend on it.
    """

    scenario: Scenario
    cases: tuple[Case, ...]
    engine: Engine
    seed: int
    replications: int
    precision: float | None
    confidence: float
    workers: int
    smallest_difference: float | None = None


class Simulating:
    """Simulates a job into a store, as long as it is not asked to stop; a context that ends its workers.

    Parameters
    ----------
    cluster : Pool or None
        Workers elsewhere, which whoever gave them ends; None: some on this machine, as far as they are worth it.
    progress : callable or None
        Told (replications finished, replications in all), over all points.
    """

    def __init__(self, job: Job, store: Store, progress: Progress | None, cluster: Pool | None = None) -> None:
        self.job, self._store, self._progress, self._cluster = job, store, progress, cluster
        self.counts = {case.key: first_count(job) for case in unique(job.cases)}
        """Key -> replications that the point is to have."""
        self.imprecise: dict[str, float] = {}
        """Key -> relative half-width of the points that did not get as precise as was asked for."""
        self.simulated = 0
        """Replications of points that were not there before."""
        self._stack, self._check = ExitStack(), _go_on
        self._processes = False
        self._workers: Pool | None = cluster

    def __enter__(self) -> Self:
        """Obey requests to stop where nothing is half-done, from here on."""
        if self._cluster is None:
            make_ready(self.job.engine.name)
            self._processes = self.job.workers > 1 and self.job.engine.in_processes
        self._check = self._stack.enter_context(stopping_gently(self._processes))
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers."""
        self._stack.close()

    def run(self) -> None:
        """Simulate what is missing, and with a precision what each point needs besides.

        Raises
        ------
        KeyboardInterrupt
            On request; what is finished is kept.
        OSError
            The store cannot be written.
        """
        players = [Player(case.key, case.point) for case in unique(self.job.cases)]
        self._complete(players, self.job.seed)
        while self.job.precision is not None and (wider := self._wider(self.job.precision)):
            self.extend(wider)

    def extend(self, counts: Mapping[str, int]) -> None:
        """Simulate on: key -> replications that a point is to have at least.

        Raises
        ------
        KeyboardInterrupt, OSError
            As :meth:`run`; every point is then to have what it was to have before.
        """
        before = dict(self.counts)
        self.counts |= {key: max(count, before[key]) for key, count in counts.items()}
        players = [Player(case.key, case.point) for case in unique(self.job.cases) if case.key in counts]
        try:
            self._complete(players, self.job.seed)
        except BaseException:
            self.counts = before
            raise

    def margins(self, key: str) -> Floats | None:
        """Return the margin of every replication of a point; None if it is not finished or has failed."""
        if self._store.failure(key) is not None:
            return None
        found = self._store.totals(key, self.counts[key], [MARGIN])
        return None if found is None else found[0, :, 0] / found[1, :, 0]

    def confirm(self, chosen: Sequence[Case]) -> dict[str, Simulation]:
        """Return points simulated again on a seed that no point of the sweep has met, by name."""
        job, seed, found = self.job, fresh_seed(self.job.seed), {}
        players = {}
        count = max((self.counts[case.key] for case in chosen), default=0)
        for case in chosen:
            own = resolved(job.scenario, case.point)
            players[case.point.name] = Player(point_key(own, seed, job.engine.name, job.engine.version), case.point)
            self.counts[players[case.point.name].key] = count
        self._complete(list(players.values()), seed)
        for name, player in players.items():
            replications = self._store.load(player.key, self.counts[player.key])
            if len(replications) == self.counts[player.key]:
                found[name] = Simulation(job.scenario, seed, replications, job.confidence)
        return found

    def simulation(self, key: str) -> Simulation | None:
        """Return the simulation of a point; None if it is not finished or has failed."""
        count = self.counts.get(key, 0)
        if not count or self._store.failure(key) is not None:
            return None
        found = self._store.load(key, count)
        return Simulation(self.job.scenario, self.job.seed, found, self.job.confidence) if len(found) == count else None

    def _complete(self, players: Sequence[Player], seed: int) -> None:
        """Simulate what is missing of some points; those that have failed are left alone."""
        missing = []
        for player in players:
            if self._store.failure(player.key) is None:
                lacks = set(range(self.counts[player.key])) - self._store.finished(player.key)
                if lacks:
                    missing.append((player, lacks))
        if missing:
            self._simulate(missing, seed)

    def _simulate(self, missing: Sequence[tuple[Player, set[int]]], seed: int) -> None:
        job = self.job
        orders = max(case.orders for case in job.cases)
        most = block_size(orders, job.engine.orders_per_second)
        seconds = max(orders / job.engine.orders_per_second, 0.001)
        total = sum(len(lacks) for _, lacks in missing)
        pool = self._pool(max(1, min(job.workers, int(total * seconds / WORTHWHILE_SECONDS))))
        to_do = tasks(missing, seed, job.engine.name, most, seconds, pool.workers)
        Runner(pool, self._store, self._check, self._counted(total)).run(to_do)

    def _pool(self, workers: int) -> Pool:
        """Return workers, those that are there already if there are any."""
        if self._workers is not None:
            return self._workers
        job = self.job
        if workers == 1:
            return InThread(job.scenario, self._check)
        self._workers = (
            InProcesses(job.scenario, self._store, workers) if self._processes else InThreads(job.scenario, workers)
        )
        self._stack.callback(self._workers.close)
        return self._workers

    def _counted(self, total: int) -> Callable[[int], None]:
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            self.simulated += more
            if self._progress is not None:
                self._progress(done, total)

        return count

    def _wider(self, precision: float) -> dict[str, int]:
        """Return how many replications the points get whose margin is not known well enough."""
        found = {}
        for key, count in self.counts.items():
            simulation = self.simulation(key)
            if simulation is None or key in self.imprecise:
                continue
            reached = relative_width(margin(simulation))
            if reached > precision and count >= MOST_FOR_PRECISION:
                self.imprecise[key] = reached
            elif reached > precision:
                found[key] = count + replications_to_add(count, reached / precision)
        return found


def first_count(job: Job) -> int:
    """Return the replications that every point begins with: at least ten where it may get more."""
    grows = job.precision is not None or job.smallest_difference is not None
    return max(job.replications, STEP) if grows else job.replications


def margin(simulation: Simulation) -> Interval:
    """Return the margin of the company."""
    return simulation.estimate("margin")


def _go_on() -> None:
    """Nobody asks to stop."""
