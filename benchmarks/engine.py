"""The reference engine against a plain SimPy model of the same system, side by side in one run.

``python -m benchmarks.engine``: CPU seconds, the two in turn, medians of the ratio; then orders per second as the
backlog grows at load 1.2, which must not fall.
"""

from __future__ import annotations

import argparse
from statistics import median
from time import process_time

from benchmarks.system import IdiomaticModel, scenario_data
from scenarios.scenario import Scenario
from simcore.draws import Draws
from simcore.orders import draw_orders
from simcore.program import compile_program
from simcore.reference.engine import play


def plain(days: float, load: float = 0.8) -> float:
    """Return orders per CPU second of the plain model."""
    model = IdiomaticModel(days, load)
    begin = process_time()
    return model.run() / (process_time() - begin)


def reference(days: float, load: float = 0.8) -> float:
    """Return orders per CPU second of the reference engine, drawing included."""
    program = compile_program(Scenario.model_validate(scenario_data(days, load)))
    begin = process_time()
    draws = Draws(1, 0)
    orders = draw_orders(program, draws)
    play(program, orders, draws)
    return len(orders) / (process_time() - begin)


def main() -> None:
    """Print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--days", type=float, default=20.0)
    options.add_argument("--pairs", type=int, default=5)
    chosen = options.parse_args()
    ratios = []
    for _ in range(chosen.pairs):
        slow, fast = plain(chosen.days), reference(chosen.days)
        ratios.append(fast / slow)
        print(f"plain SimPy {slow:9,.0f} orders/s   reference engine {fast:9,.0f} orders/s   ratio {fast / slow:.2f}")
    print(f"median ratio {median(ratios):.2f}")
    base = reference(chosen.days, 1.2)
    for factor in (2, 4):
        longer = reference(chosen.days * factor, 1.2)
        print(f"load 1.2, {factor} times the days: {longer / base:.2f} of the orders per second")


if __name__ == "__main__":
    main()
