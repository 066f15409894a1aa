"""Units of work: some replications of some points, each replication drawn once and played by all of the points.

A task names its points by what they change, so that it is small however large the scenario is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from promiselab.sweep.blocks import Block, encode
from scenarios.scenario import Scenario
from scenarios.sweeps.points import Point, resolved
from simcore.draws import Draws
from simcore.program import Program, compile_program
from simcore.replications import Replication, replicate

BLOCK = 10
"""Most replications in a block."""
BLOCK_SECONDS = 2.0
TASK_SECONDS = 4.0
TASKS_PER_WORKER = 3
PROGRAMS_KEPT = 256
"""Compiled programs that a worker keeps: it meets most points again with their next replications."""


@dataclass(frozen=True)
class Player:
    """One point to play, under the key of its results."""

    key: str
    point: Point


@dataclass(frozen=True)
class Task:
    """Replications ``first`` to ``first + count - 1`` of some players, on one seed and engine."""

    players: tuple[Player, ...]
    seed: int
    first: int
    count: int
    engine: str

    def split(self) -> Iterator[Task]:
        """Yield the same work, one player each."""
        for player in self.players:
            yield replace(self, players=(player,))


@dataclass(frozen=True)
class Outcome:
    """What became of one player of a task: the bytes of its block, or why it failed."""

    key: str
    first: int
    count: int
    data: bytes | None
    reason: str = ""


def play_task(scenario: Scenario, task: Task, check: Callable[[], None]) -> list[Outcome]:
    """Return what becomes of each player; one that fails does not stop the others.

    Parameters
    ----------
    scenario : Scenario
        What the points change.
    check : callable
        Called between replications; raises when the work is no longer wanted.
    """
    programs: dict[str, Program] = {}
    reasons: dict[str, str] = {}
    found: dict[str, list[Replication]] = {player.key: [] for player in task.players}
    for player in task.players:
        try:
            programs[player.key] = _program(_Source(player.key, scenario, player.point))
        except Exception as error:
            reasons[player.key] = in_words(error)
    for index in range(task.first, task.first + task.count):
        draws = Draws(task.seed, index)
        for key, program in programs.items():
            check()
            if key not in reasons:
                try:
                    found[key].append(replicate(program, draws, task.engine))
                except Exception as error:
                    reasons[key] = in_words(error)
    return [_outcome(task, key, replications, reasons.get(key)) for key, replications in found.items()]


@dataclass(frozen=True)
class _Source:
    """What a program is compiled from; the key stands for all of it."""

    key: str
    scenario: Scenario = field(compare=False)
    point: Point = field(compare=False)


@lru_cache(PROGRAMS_KEPT)
def _program(source: _Source) -> Program:
    return compile_program(resolved(source.scenario, source.point))


def _outcome(task: Task, key: str, replications: Sequence[Replication], reason: str | None) -> Outcome:
    if reason is not None:
        return Outcome(key, task.first, task.count, None, reason)
    return Outcome(key, task.first, task.count, encode(Block(key, task.first, tuple(replications))))


def in_words(error: BaseException) -> str:
    """Return why a point failed, on one line."""
    if isinstance(error, MemoryError):
        return "it ran out of memory"
    words = " ".join(str(error).split())
    return words if hasattr(error, "exit_code") else f"{type(error).__name__}: {words}".rstrip(": ")


def blocks(missing: set[int], most: int) -> Iterator[tuple[int, int]]:
    """Yield (first, count) of the blocks that make up some replications; none crosses a multiple of ten.

    >>> list(blocks({0, 1, 2, 5, 9, 10, 11}, 10))
    [(0, 3), (5, 1), (9, 1), (10, 2)]
    >>> list(blocks(set(range(10)), 4))
    [(0, 4), (4, 4), (8, 2)]
    """
    first = count = 0
    for index in sorted(missing):
        runs_on = count and index == first + count
        if runs_on and index % BLOCK and (index % BLOCK) % most:
            count += 1
            continue
        if count:
            yield first, count
        first, count = index, 1
    if count:
        yield first, count


def block_size(orders: float, orders_per_second: float) -> int:
    """Return how many replications make a block: about two seconds of work, so that a kill loses little.

    >>> block_size(1_000, 10_000), block_size(10_000, 10_000), block_size(1e6, 10_000)
    (10, 2, 1)
    """
    return max(1, min(BLOCK, int(BLOCK_SECONDS * orders_per_second / max(orders, 1.0))))


def tasks(
    missing: Sequence[tuple[Player, set[int]]], seed: int, engine: str, most: int, seconds: float, workers: int
) -> Iterator[Task]:
    """Yield the tasks for what is missing, players that miss the same replications together.

    Parameters
    ----------
    missing : sequence of (Player, set of int)
        What each player lacks.
    most : int
        Replications in a block.
    seconds : float
        What a replication is expected to take, so that a task takes a few seconds.
    workers : int
        There are some tasks for each, so that none waits for another at the end.
    """
    alike: dict[tuple[tuple[int, int], ...], list[Player]] = {}
    for player, replications in missing:
        alike.setdefault(tuple(blocks(replications, most)), []).append(player)
    for parts, players in alike.items():
        if parts:
            largest = max(count for _, count in parts)
            fair = -(-len(players) * len(parts) // (TASKS_PER_WORKER * workers))
            size = max(1, min(fair, int(TASK_SECONDS / (largest * seconds))))
            for at in range(0, len(players), size):
                for first, count in parts:
                    yield Task(tuple(players[at : at + size]), seed, first, count, engine)
