"""The compiled engine against Ciw, salabim, Cimba Python and SimPy, on the same models in one run.

``pip install -e . -r benchmarks/requirements.txt`` into an environment of its own, then ``python -m benchmarks.others``
there. One thread, CPU seconds, in turn, medians of ratios, runs of equal length (salabim: a fifth). Mean waits must
agree with the exact formula, and lead times with one another, within the noise: if not, the models differ, the
comparison is void, and the command fails. Compiling is not timed, neither here nor there.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from math import sqrt

import numpy as np
from scipy.stats import t as student

from benchmarks import cimba_models, queues
from benchmarks.system import SEGMENTS, IdiomaticModel, scenario_data
from benchmarks.timing import rate, show
from scenarios.scenario import Scenario
from simcore.clock import Floats
from simcore.compiled.engine import warm_up
from simcore.orders import Orders
from simcore.program import Program, compile_program
from simcore.records import Records

FALSE_ALARM = 0.001
"""Chance that the models are called different, over all comparisons of a table, if they are the same."""

LONGER = 10
"""Runs of the compiled simulators are so much longer, when they are compared with one another."""

Simulator = Callable[[int], Callable[[], queues.Run]]
"""Takes a seed, does what is not to be timed, and returns what is."""


def straight(run: Callable[[float, int], queues.Run], length: float) -> Simulator:
    """Return a simulator that has nothing to prepare."""
    return lambda seed: partial(run, length, seed)


class Table:
    """Several simulators on one model: orders per CPU second of each, and the waits that each measures."""

    def __init__(self, simulators: dict[str, Simulator], pairs: int) -> None:
        self.rates: dict[str, list[float]] = {name: [] for name in simulators}
        self.found: dict[str, list[queues.Waits]] = {name: [] for name in simulators}
        for seed in range(1, pairs + 1):
            for name, simulator in simulators.items():
                self._measure(name, simulator(seed))

    def _measure(self, name: str, run: Callable[[], queues.Run]) -> None:
        last: list[queues.Run] = []

        def work() -> int:
            last[:] = [run()]
            return last[0].customers

        self.rates[name].append(rate(work))
        self.found[name].append(last[0].waits())

    def mean(self, name: str) -> tuple[Floats, Floats]:
        """Return the means of what a simulator measured, and their standard errors."""
        values = np.array(self.found[name])
        return values.mean(axis=0), values.std(axis=0, ddof=1) / sqrt(len(values))

    def check(self, names: Sequence[str], against: str, expected: Floats, its_error: Floats) -> None:
        """Print how far simulators are from what is expected, and fail where that is more than noise."""
        pairs = len(self.found[names[0]])
        limit = float(student.ppf(1 - FALSE_ALARM / 2 / len(names) / len(expected), pairs - 1))
        for name in names:
            value, error = self.mean(name)
            apart = (value - expected) / np.hypot(error, its_error)
            shown = ", ".join(f"{d:+.1%} ({z:+.1f} se)" for d, z in zip(value / expected - 1, apart, strict=True))
            print(f"  {name} against {against}: {shown}")
            if np.abs(apart).max() > limit:
                raise SystemExit(f"{name} differs from {against} by more than {limit:.1f} standard errors: void")

    def show(self, above: str, below: str, goal: float | None = None) -> None:
        """Print the ratio of two rates."""
        show(f"{above} / {below}", self.rates[above], self.rates[below], goal)


def queue(pairs: int, minutes: float) -> None:
    """Compare on M/M/5 with three priority classes."""
    compiled = queues.Compiled(queues.queue_program(minutes), queues.queue_waits)
    longer = queues.Compiled(queues.queue_program(LONGER * minutes), queues.queue_waits)
    table = Table(
        {
            "Ciw": straight(queues.with_ciw, minutes),
            "salabim": straight(queues.with_salabim, minutes / 5),
            "SimPy": straight(queues.with_simpy, minutes),
            "compiled, playing": compiled.playing,
            "compiled, drawing and playing": compiled.drawing_too,
            "Cimba": straight(cimba_models.queue_run, LONGER * minutes),
            "compiled, playing longer": longer.playing,
            "compiled, drawing and playing longer": longer.drawing_too,
        },
        pairs,
    )
    print("M/M/5, three priority classes: mean waits")
    exact = np.array(queues.exact())
    names = ("Ciw", "salabim", "SimPy", "Cimba", "compiled, playing", "compiled, playing longer")
    table.check(names, "the exact formula", exact, np.zeros_like(exact))
    for name, goal in (("Ciw", 250.0), ("salabim", None), ("SimPy", None)):
        table.show("compiled, playing", name, goal)
        table.show("compiled, drawing and playing", name)
    table.show("compiled, playing longer", "Cimba")
    table.show("compiled, drawing and playing longer", "Cimba")


def lead_times(program: Program, orders: Orders, records: Records) -> queues.Waits:
    """Return the mean lead time of each segment."""
    return queues.means_by_segment(records.ended - orders.placed, records.ended >= 0, program, orders)


def idiomatic(days: float, seed: int) -> queues.Run:
    """Run the benchmark system in plain SimPy."""
    model = IdiomaticModel(days, seed=seed)
    model.run()

    def leads() -> queues.Waits:
        rows = ((row[0], row[3], row[6] - row[3]) for row in model.log)
        return queues.means_by_class(rows, days * queues.MINUTES_PER_DAY, SEGMENTS)

    return queues.Run(model.orders, leads)


def system(pairs: int, days: float) -> None:
    """Compare on the benchmark system."""
    program = compile_program(Scenario.model_validate(scenario_data(LONGER * days)))
    compiled = queues.Compiled(program, lead_times)
    table = Table(
        {
            "SimPy": straight(idiomatic, days),
            "Cimba": straight(cimba_models.system_run, LONGER * days),
            "compiled, playing": compiled.playing,
            "compiled, drawing and playing": compiled.drawing_too,
        },
        pairs,
    )
    print("benchmark system: mean lead times")
    table.check(("SimPy", "Cimba"), "compiled", *table.mean("compiled, playing"))
    table.show("compiled, playing", "Cimba", 8)
    table.show("compiled, drawing and playing", "Cimba")
    table.show("Cimba", "SimPy")


def main() -> None:
    """Print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pairs", type=int, default=7)
    options.add_argument("--minutes", type=float, default=5000.0)
    options.add_argument("--days", type=float, default=20.0)
    chosen = options.parse_args()
    warm_up()
    cimba_models.queue_run(1.0, 1)  # compiles
    cimba_models.system_run(0.01, 1)
    queue(chosen.pairs, chosen.minutes)
    system(chosen.pairs, chosen.days)


if __name__ == "__main__":
    main()
