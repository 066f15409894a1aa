"""What a sweep costs stage by stage, what more workers gain, and where it stops scaling.

``python -m benchmarks.scale`` measures here: CPU seconds per million orders, two workers against one as threads and as
processes in turn, bytes that are shipped and stored, and what a scheduler takes for a task. Beyond the cores of this
machine it simulates (SimPy) a scheduler, workers, and the one process that writes the store, with what was measured.
``--quick`` takes little of everything.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import simpy

from benchmarks.kill_sweep import children
from promiselab.sweep.asking import Options, asked_for
from promiselab.sweep.blocks import Block, encode
from promiselab.sweep.cases import cases, expected_orders
from promiselab.sweep.conduct import How, conduct
from promiselab.sweep.engines import chosen
from promiselab.sweep.executors import InProcesses, InThread, InThreads, Pool
from promiselab.sweep.runner import Runner
from promiselab.sweep.store import Store
from promiselab.sweep.work import TASK_SECONDS, Player, Task, block_size, tasks
from scenarios import parse_assignments, resolve, with_changes
from scenarios.scenario import Scenario
from scenarios.sweeps import grid, parse_axes
from simcore.draws import Draws
from simcore.engines import COMPILED, play_with, prepare
from simcore.ledger import post
from simcore.measures import facts, measure
from simcore.memory import Memory
from simcore.orders import draw_orders
from simcore.program import compile_program
from simcore.replications import replicate

AXIS = "segments.wholesale.demand.orders_per_day=*0.8..*1.2:{}"
TICKS_PER_SECOND = 100
Process = Generator[simpy.Event, Any, Any]
STAGES = ("compile", "draw", "draw again", "play", "measure", "ledger", "block", "write")


def giftware(days: int) -> Scenario:
    """Return the shipped scenario over some days."""
    return with_changes(resolve("giftware"), parse_assignments([f"calendar.measured_days={days}"]))


# Stages -----------------------------------------------------------------------------------------------------------


def stages(scenario: Scenario, replications: int, place: Path) -> dict[str, float]:
    """Return CPU seconds of each stage for a replication; drawing again is what a second point pays."""
    spent = dict.fromkeys(STAGES, 0.0)
    store, play = Store(place), play_with(COMPILED, Memory())

    @contextmanager
    def timed(stage: str) -> Iterator[None]:
        began = process_time()
        yield
        spent[stage] += process_time() - began

    for index in range(-1, replications):  # the first one warms up
        if index == 0:
            spent.update(dict.fromkeys(STAGES, 0.0))
        draws = Draws(1, index + 1)
        with timed("compile"):
            program = compile_program(scenario)
        with timed("draw"):
            draw_orders(program, draws)
        program = compile_program(scenario)
        with timed("draw again"):
            orders = draw_orders(program, draws)
        with timed("play"):
            records = play(program, orders, draws)
        with timed("measure"):
            found = facts(program, orders, records)
            measure(found)
        with timed("ledger"):
            post(found)
        kept = replicate(program, draws, COMPILED)
        with timed("block"):
            data = encode(Block("0" * 64, index + 1, (kept,)))
        with timed("write"):
            store.keep_bytes("0" * 64, index + 1, 1, data)
    return {stage: seconds / replications for stage, seconds in spent.items()}


# Two workers ------------------------------------------------------------------------------------------------------


def ticks() -> float:
    """Return the seconds that all cores of the machine have been busy (Linux)."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return sum(int(fields[i]) for i in (0, 1, 2, 5, 6)) / TICKS_PER_SECOND


def own_cpu() -> float:
    """Return the CPU seconds of this process and of its workers."""
    spent = process_time()
    for pid in children(os.getpid()):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent += (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND
    return spent


@dataclass(frozen=True)
class Round:
    """Seconds on the clock, CPU seconds, and cores that others kept busy meanwhile."""

    wall: float
    cpu: float
    others: float


def timed_round(pool: Pool, todo: Sequence[Task], store: Store) -> Round:
    """Run tasks on a pool."""
    wall, cpu, busy = perf_counter(), own_cpu(), ticks()
    Runner(pool, store, lambda: None, lambda _: None).run(todo)
    wall, cpu, busy = perf_counter() - wall, own_cpu() - cpu, ticks() - busy
    return Round(wall, cpu, max(0.0, busy - cpu) / wall)


def two_workers(scenario: Scenario, points: int, replications: int, rounds: int, place: Path) -> dict[str, list[Round]]:
    """Return rounds of one worker, two threads and two processes, in turn; the first of each warms up."""
    engine = chosen(COMPILED)
    found = cases(scenario, grid(scenario, parse_axes([AXIS.format(points - 1)])).points, 1, replications, engine)
    orders = max(case.orders for case in found)
    missing = [(Player(case.key, case.point), set(range(replications))) for case in found]
    pools: dict[str, Pool] = {
        "one": InThread(scenario, lambda: None),
        "two threads": InThreads(scenario, 2),
        "two processes": InProcesses(scenario, Store(place), 2),
    }
    seconds = orders / engine.orders_per_second
    todo = list(tasks(missing, 1, COMPILED, block_size(orders, engine.orders_per_second), seconds, 2))
    taken: dict[str, list[Round]] = {name: [] for name in pools}
    for _ in range(rounds + 1):
        for name, pool in pools.items():
            taken[name].append(timed_round(pool, todo, Store(place)))
    for pool in pools.values():
        pool.close()
    return {name: all_of[1:] for name, all_of in taken.items()}


# What one process does for all ------------------------------------------------------------------------------------


def alone(points: int, replications: int, place: Path) -> float:
    """Return CPU seconds of a sweep where everything is stored: keys, reading, summing up, and writing tables."""
    options = Options(vary=(AXIS.format(points - 1),), replications=replications, seed=1)
    asked = asked_for("giftware", options, COMPILED, lambda _: giftware(2))
    how = How(place, 1, tell=lambda _: None)
    conduct(asked, how)
    began = process_time()
    conduct(asked, how)
    return process_time() - began


# What is shipped --------------------------------------------------------------------------------------------------


def shipped(scenario: Scenario, players: int) -> dict[str, float]:
    """Return bytes: the scenario, a task without it, and what comes back for a point and replication."""
    found = grid(scenario, parse_axes([AXIS.format(players - 1)])).points[:players]
    task = Task(tuple(Player("0" * 64, point) for point in found), 1, 0, 1, COMPILED)
    program = compile_program(scenario)
    one, ten = (
        len(encode(Block("0" * 64, 0, tuple(replicate(program, Draws(1, i), COMPILED) for i in range(count)))))
        for count in (1, 10)
    )
    return {
        "scenario": len(pickle.dumps(scenario)),
        "task": len(pickle.dumps(task)),
        "each player": len(pickle.dumps(task.players[-1])),
        "block of one replication": one,
        "each replication more": (ten - one) / 9,
    }


def scheduler_seconds(count: int) -> float:
    """Return what the scheduler of dask.distributed takes for a task that does nothing, on loopback."""
    import distributed

    untyped: Any = distributed
    with (
        untyped.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as local,
        untyped.Client(local) as client,
    ):
        executor = client.get_executor(pure=False)
        for futures in ([executor.submit(int) for _ in range(10)], [executor.submit(int) for _ in range(count)]):
            began = perf_counter()
            for future in futures:
                future.result()
        return (perf_counter() - began) / count


# Beyond this machine ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Costs:
    """Seconds: of a task on a worker, at the scheduler, and of the process that writes what comes back."""

    task: float
    scheduler: float
    write: float


def efficiency(costs: Costs, workers: int, count: int, cv: float = 0.3) -> float:
    """Return the share of its time that a worker works, of a simulated scheduler, workers and one writer."""
    env, chance = simpy.Environment(), random.Random(1)  # noqa: S311 - no secrets
    scheduler, writer = simpy.Resource(env), simpy.Resource(env)
    crew, window = simpy.Resource(env, workers), simpy.Resource(env, 2 * workers)
    shape, worked = 1 / cv**2, 0.0

    def through(resource: simpy.Resource, seconds: float) -> Process:
        with resource.request() as turn:
            yield turn
            yield env.timeout(seconds)

    def task() -> Process:
        nonlocal worked
        with window.request() as place:
            yield place
            yield from through(scheduler, costs.scheduler)
            seconds = chance.gammavariate(shape, costs.task / shape)
            worked += seconds
            yield from through(crew, seconds)
            yield from through(writer, costs.write)

    for _ in range(count):
        env.process(task())
    env.run()
    return worked / (env.now * workers)


# ------------------------------------------------------------------------------------------------------------------


def show_rounds(what: str, taken: dict[str, list[Round]]) -> None:
    """Print the median gain of two workers over one, on the clock and in CPU seconds."""
    print(f"{what}: two workers against one, median of {len(taken['one'])} rounds in turn")
    for name in ("two threads", "two processes"):
        pairs = list(zip(taken["one"], taken[name], strict=True))
        gain, more = median(a.wall / b.wall for a, b in pairs), median(b.cpu / a.cpu for a, b in pairs)
        others = median(b.others for _, b in pairs)
        print(f"  {name:<14} {gain:5.2f} times as fast, {more:5.2f} times the CPU ({others:.2f} cores busy elsewhere)")


def main() -> None:
    """Measure, simulate, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    prepare(COMPILED)
    year = giftware(364)
    orders = expected_orders(year)
    with tempfile.TemporaryDirectory() as place:
        out = Path(place)
        spent = stages(year, 3 if quick else 20, out)
        print(f"giftware, a year: {orders:,.0f} orders a replication; CPU seconds per million orders")
        for stage, seconds in spent.items():
            print(f"  {stage:<12} {seconds / orders * 1e6:6.3f}")
        show_rounds("giftware, a year", two_workers(year, 6, 4 if quick else 10, 2 if quick else 5, out))
        small = giftware(2)
        show_rounds("giftware, two days", two_workers(small, 12, 20, 2 if quick else 5, out))
        print("bytes:", {name: round(size) for name, size in shipped(year, 20).items()})
        began = perf_counter()
        for index in range(50):
            Store(out).keep_bytes("1" * 64, index, 1, bytes(60_000))
        write = (perf_counter() - began) / 50
        few, many = (alone(points, 30, out / f"{points}") for points in ((5, 15) if quick else (20, 60)))
        print(f"in one process: {(many - few) / (10 if quick else 40):.4f} CPU s for a point with 30 replications")
    scheduler = scheduler_seconds(200 if quick else 1000)
    print(f"seconds on the clock: {write:.4f} to write a block, {scheduler:.4f} for a task at the scheduler")
    engine = chosen(COMPILED)
    count = block_size(orders, engine.orders_per_second)
    players = max(1, int(TASK_SECONDS * engine.orders_per_second / (count * orders)))
    each = sum(spent[stage] for stage in STAGES if stage not in ("compile", "draw", "write"))
    costs = Costs(count * spent["draw"] + players * (spent["compile"] + count * each), scheduler, players * write)
    print(
        f"a task: {players} points, {count} replications, {costs.task:.2f} s, {costs.write:.4f} s to write their blocks"
    )
    print("simulated, 50 tasks a worker:")
    for workers in (1, 2, 8, 64, 256, 512, 1024, 2048, 4096):
        bound = min(1.0, costs.task / (workers * max(costs.write, costs.scheduler)))
        print(f"  {workers:5} workers: efficiency {efficiency(costs, workers, 50 * workers):.2f}, bound {bound:.2f}")


if __name__ == "__main__":
    main()
