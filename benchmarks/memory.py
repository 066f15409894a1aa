"""Bytes per order: how far the peak of resident memory rises while orders are drawn and played (Linux).

``python -m benchmarks.memory``: a small run first, so that code and libraries are loaded. Counted is what the process
holds at its peak beyond what it held before, so memory that was reserved and never touched is not, and every temporary
array is. What is free again was given back to the system before.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.system import ORDERS_PER_DAY, SEGMENTS, scenario_data
from scenarios.scenario import Scenario
from simcore.compiled.engine import play
from simcore.draws import Draws
from simcore.orders import draw_orders
from simcore.program import Program, compile_program

T = TypeVar("T")
PROCESS = Path("/proc/self")
RESET_PEAK = "5"


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


def main() -> None:
    """Print bytes per order."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=1_000_000)
    options.add_argument("--goal", type=float, default=64)
    chosen = options.parse_args()
    small = program_of(10_000)
    play(small, draw_orders(small, Draws(1, 0)), Draws(1, 0))
    program, draws = program_of(chosen.orders), Draws(1, 0)
    drawing, orders = peak_growth(lambda: draw_orders(program, draws))
    playing, records = peak_growth(lambda: play(program, orders, draws))
    count = len(orders)
    met = "met" if playing / count <= chosen.goal else "missed"
    print(f"peak while playing: {playing / count:.0f} bytes per order   goal {chosen.goal:g}: {met}")
    print(f"peak while drawing: {drawing / count:.0f} bytes per order")
    print(
        f"arrays kept: orders {array_bytes(orders) / count:.0f}, records {array_bytes(records) / count:.0f} per order"
    )


if __name__ == "__main__":
    main()
