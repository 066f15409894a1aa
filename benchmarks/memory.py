"""Bytes per order: how far the peak of resident memory rises while orders are drawn and played (Linux).

``python -m benchmarks.memory``: a small run first, so that code and libraries are loaded. Counted is what the process
holds at its peak beyond what it held before, so memory that was reserved and never touched is not, and every temporary
array is. What is free again was given back to the system before. In stretches of time, orders are drawn, played and
forgotten, so that memory does not grow with their number.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.system import ORDERS_PER_DAY, SEGMENTS, scenario_data
from scenarios.scenario import Scenario
from simcore.compiled.engine import play
from simcore.compiled.flow import blocks
from simcore.draws import Draws
from simcore.orders import draw_orders
from simcore.program import Program, compile_program
from simcore.stretches import stretches

T = TypeVar("T")
PROCESS = Path("/proc/self")
RESET_PEAK = "5"
LONGER = 8


def _bytes(name: str) -> int:
    line = next(line for line in (PROCESS / "status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


def peak_growth(work: Callable[[], T]) -> tuple[int, T]:
    """Return by how many bytes the peak rises above what is held now, and the result."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    (PROCESS / "clear_refs").write_text(RESET_PEAK)
    before = _bytes("VmRSS")
    result = work()
    return _bytes("VmHWM") - before, result


def array_bytes(value: Any) -> int:
    """Return the size of the memory behind the arrays of a dataclass or tuple, each piece of memory counted once."""
    owners: dict[int, int] = {}

    def add(part: Any) -> None:
        if isinstance(part, np.ndarray):
            while isinstance(part.base, np.ndarray):
                part = part.base
            owners[id(part)] = part.nbytes
        elif isinstance(part, tuple):
            for each in part:
                add(each)
        elif hasattr(part, "__dataclass_fields__"):
            for field in fields(part):
                add(getattr(part, field.name))

    add(value)
    return sum(owners.values())


def program_of(orders: int) -> Program:
    """Return the benchmark system for about so many orders."""
    days = orders / (SEGMENTS * ORDERS_PER_DAY)
    return compile_program(Scenario.model_validate(scenario_data(days)))


def in_stretches(program: Program) -> int:
    """Draw, play and forget the orders of a replication, one stretch of time after the other; return how many."""
    draws = Draws(1, 0)
    return sum(len(block.orders) for block in blocks(program, stretches(program, draws), draws))


def at_once(size: int, goal: float) -> None:
    """Print what it takes to draw, play and keep all orders."""
    program, draws = program_of(size), Draws(1, 0)
    drawing, orders = peak_growth(lambda: draw_orders(program, draws))
    playing, records = peak_growth(lambda: play(program, orders, draws))
    count = len(orders)
    met = "met" if playing / count <= goal else "missed"
    print(f"at once, peak while playing: {playing / count:.0f} bytes per order   goal {goal:g}: {met}")
    print(f"at once, peak while drawing: {drawing / count:.0f} bytes per order")
    kept = {"orders": orders, "records": records}
    print(
        "arrays kept: " + ", ".join(f"{name} {array_bytes(it) / count:.0f}" for name, it in kept.items()) + " per order"
    )


def main() -> None:
    """Print bytes per order."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=1_000_000)
    options.add_argument("--goal", type=float, default=64)
    chosen = options.parse_args()
    in_stretches(program_of(10_000))
    peaks = []
    for size in (chosen.orders, LONGER * chosen.orders):
        peak, count = peak_growth(partial(in_stretches, program_of(size)))
        peaks.append(peak)
        met = "met" if peak / count <= chosen.goal else "missed"
        print(f"in stretches, {count:,} orders: {peak / count:.0f} bytes per order   goal {chosen.goal:g}: {met}")
    print(f"in stretches, peak of {LONGER} times as many orders: {peaks[1] / peaks[0]:.2f} of the peak")
    at_once(chosen.orders, chosen.goal)


if __name__ == "__main__":
    main()
