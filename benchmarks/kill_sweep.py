"""Kill a sweep at random instants, resume it, and compare what is stored with a sweep that was never disturbed.

``python benchmarks/kill_sweep.py --instants 50 --points 200`` kills, for 1, 2 and 8 workers, the parent, a worker and
the whole group in turn; each time the sweep goes on from where it was. It fails unless every block that was finished
is still there, byte for byte, and the end equals the undisturbed sweep. Undisturbed sweeps with 1, 2 and 8 workers,
and one with its tasks in shuffled order, have to be equal as well.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

VICTIMS = ("parent", "worker", "group")
SHUFFLED = """
import random, sys
from promiselab import cli
from promiselab.sweep import job

plain = job.tasks
job.tasks = lambda *given: iter(random.Random(1).sample(found := list(plain(*given)), len(found)))
cli.main()
"""


def command(points: int, workers: int, out: Path) -> list[str]:
    """Return a sweep over the demand of a shipped scenario, three days of it."""
    vary = f"segments.wholesale.demand.orders_per_day=*0.8..*1.2:{points - 1}"
    short = ("--set", "calendar.measured_days=3", "--set", "calendar.warm_up_days=1", "--replications", "2")
    how = ("--workers", str(workers), "--engine", "simpy", "--out", str(out))
    return [sys.executable, "-m", "promiselab", "sweep", "giftware", "--vary", vary, *short, *how]


def swept(points: int, workers: int, out: Path) -> None:
    """Run a sweep to its end."""
    subprocess.run(command(points, workers, out), check=True, capture_output=True)  # noqa: S603 - our own command


def shuffled(points: int, out: Path) -> None:
    """Run a sweep whose tasks come in another order."""
    call = [sys.executable, "-c", SHUFFLED, *command(points, 1, out)[3:]]
    subprocess.run(call, check=True, capture_output=True)  # noqa: S603 - our own command


def contents(out: Path) -> dict[str, str]:
    """Return the hash of every file but those that say when."""
    return {
        str(path.relative_to(out)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in ("lock", "manifest.json")
    }


def blocks(out: Path) -> dict[Path, int]:
    """Return every finished block with its identity on disk: one that is written again gets another."""
    return {path: path.stat().st_ino for path in out.rglob("*.block")}


def children(parent: int) -> list[int]:
    """Return the processes that a process started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(stat[1]) == parent:
                found.append(int(entry.name))
    return found


def kill(running: subprocess.Popen[bytes], victim: str, chance: random.Random) -> None:
    """Kill the parent, one of its workers, or all of them."""
    if victim == "group":
        os.killpg(running.pid, signal.SIGKILL)
    elif victim == "worker" and (found := children(running.pid)):
        os.kill(chance.choice(found), signal.SIGKILL)
    else:
        running.kill()


def disturbed(arguments: argparse.Namespace, workers: int, out: Path, longest: float) -> tuple[int, int]:
    """Kill a sweep at some instants and let it end; return blocks lost and blocks written twice."""
    chance = random.Random(workers)  # noqa: S311 - instants, no secrets
    lost = again = 0
    for number in range(arguments.instants):
        before = blocks(out)
        with subprocess.Popen(  # noqa: S603 - our own command
            command(arguments.points, workers, out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as running:
            time.sleep(chance.uniform(0.2, longest))
            kill(running, VICTIMS[number % len(VICTIMS)], chance)
            if VICTIMS[number % len(VICTIMS)] == "worker":
                time.sleep(chance.uniform(0.2, longest / 4))
                running.kill()
        time.sleep(0.3)  # workers notice that their parent is gone
        after = blocks(out)
        lost += len(before.keys() - after.keys())
        again += sum(after[path] != node for path, node in before.items() if path in after)
    before = blocks(out)
    swept(arguments.points, workers, out)
    after = blocks(out)
    lost += len(before.keys() - after.keys())
    again += sum(after[path] != node for path, node in before.items() if path in after)
    return lost, again


def not_the_same(points: int, workers: list[int], place: Path, whole: Path) -> int:
    """Return how many undisturbed sweeps end in other bytes: other numbers of workers, and another order."""
    bad = 0
    for count in (*(count for count in workers if count != 2), 0):
        out = place / f"whole-{count}"
        if count:
            swept(points, count, out)
        else:
            shuffled(points, out)
        same = contents(out) == contents(whole)
        bad += not same
        print(f"{f'{count} workers' if count else 'shuffled'}, undisturbed: same bytes: {same}", flush=True)
    return bad


def main() -> int:
    """Run the kills and print one line for each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instants", type=int, default=50)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 8])
    arguments = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole"
        began = time.monotonic()
        swept(arguments.points, 2, whole)
        took = time.monotonic() - began
        swept(arguments.points, 1, whole)
        start = time.monotonic() - began - took  # of a sweep with nothing to do
        longest = start + 2 * max(took - start, 0.0) / arguments.instants
        print(f"undisturbed: {took:.0f} s, {start:.1f} s of them without work, {len(blocks(whole))} blocks", flush=True)
        bad += not_the_same(arguments.points, arguments.workers, Path(place), whole)
        for workers in arguments.workers:
            out = Path(place) / f"killed-{workers}"
            out.mkdir()
            lost, again = disturbed(arguments, workers, out, longest)
            same = contents(out) == contents(whole)
            bad += lost + again + (not same)
            found = f"{arguments.instants} kills, {lost} lost, {again} done again, same bytes: {same}"
            print(f"{workers} workers: {found}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
