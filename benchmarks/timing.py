"""CPU seconds of things done in turn, and the median and range of their ratios."""

from __future__ import annotations

import resource
from collections.abc import Callable, Sequence
from statistics import median
from time import process_time

LEAST_SECONDS = 0.2


Clock = Callable[[], float]


def user_time() -> float:
    """Return the CPU seconds of the process itself, without those in which the system gives it fresh memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def rate(work: Callable[[], int], clock: Clock = process_time) -> float:
    """Return orders per CPU second; ``work`` returns its orders, and is repeated until it has taken long enough."""
    done, begin = 0, clock()
    while True:
        done += work()
        taken = clock() - begin
        if taken >= LEAST_SECONDS:
            return done / taken


def in_turn(works: dict[str, Callable[[], int]], pairs: int, clock: Clock = process_time) -> dict[str, list[float]]:
    """Return the rates of several things, measured one after the other and that several times."""
    rates: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(pairs):
        for name, work in works.items():
            rates[name].append(rate(work, clock))
    return rates


def show(what: str, above: Sequence[float], below: Sequence[float], goal: float | None = None) -> None:
    """Print the median and the range of ratios, pair by pair, and whether a goal was met."""
    ratios = [a / b for a, b in zip(above, below, strict=True)]
    middle = median(ratios)
    met = "" if goal is None else f"   goal {goal:g}: {'met' if middle >= goal else 'missed'}"
    print(f"{what:<62} {middle:8.2f}  ({min(ratios):.2f} to {max(ratios):.2f}){met}", flush=True)
