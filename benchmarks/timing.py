"""CPU seconds of things done in turn, and the median and range of their ratios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from time import process_time

LEAST_SECONDS = 0.2


def rate(work: Callable[[], int], least: float = LEAST_SECONDS) -> float:
    """Return orders per CPU second; ``work`` returns its orders, and is repeated until it has taken long enough."""
    done, begin = 0, process_time()
    while True:
        done += work()
        taken = process_time() - begin
        if taken >= least:
            return done / taken


def in_turn(works: dict[str, Callable[[], int]], pairs: int) -> dict[str, list[float]]:
    """Return the rates of several things, measured one after the other and that several times."""
    rates: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(pairs):
        for name, work in works.items():
            rates[name].append(rate(work))
    return rates


def show(what: str, above: Sequence[float], below: Sequence[float], goal: float | None = None) -> None:
    """Print the median and the range of ratios, pair by pair, and whether a goal was met."""
    ratios = [a / b for a, b in zip(above, below, strict=True)]
    middle = median(ratios)
    met = "" if goal is None else f"   goal {goal:g}: {'met' if middle >= goal else 'missed'}"
    print(f"{what:<62} {middle:8.2f}  ({min(ratios):.2f} to {max(ratios):.2f}){met}", flush=True)
