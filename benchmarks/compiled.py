"""The compiled engine against SimPy and the reference engine, its growth, its memory and its start.

``python -m benchmarks.compiled``: one thread, CPU seconds, in turn, medians of ratios. Playing alone is what a sweep
pays for each further scenario: the orders of a replication are drawn, and laid out for the engine, once. Drawing and
playing is what a single run pays. The plain SimPy model draws its numbers as it goes: its time is the same in both.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from time import process_time
from typing import Any, NamedTuple

import numpy as np

from benchmarks.system import ORDERS_PER_DAY, SEGMENTS, IdiomaticModel, scenario_data
from benchmarks.timing import in_turn, show, user_time
from scenarios.scenario import Scenario
from simcore.compiled.engine import play, warm_up
from simcore.draws import Draws
from simcore.facts import facts
from simcore.ledger import post
from simcore.measures import measure
from simcore.memory import Memory
from simcore.orders import Orders, draw_orders
from simcore.program import Program, compile_program
from simcore.reference.engine import play as play_reference

YEAR = 365.0
SIZES = (500_000, 1_000_000, 2_000_000)
SCENARIOS = 50
MEMORY_GOAL, DRAWING_GOAL, START_GOAL = 64, 0.05, 1.5


def program_of(data: dict[str, Any]) -> Program:
    """Return the program of a scenario's data."""
    return compile_program(Scenario.model_validate(data))


# Speed -------------------------------------------------------------------------------------------------------------


def draw_and(player: Callable[..., Any], program: Program) -> int:
    """Draw the orders of a replication and play them; return how many."""
    draws = Draws(1, 0)
    orders = draw_orders(program, draws)
    player(program, orders, draws)
    return len(orders)


class Drawn(NamedTuple):
    """A program with the orders of a replication, drawn and laid out."""

    program: Program
    orders: Orders
    draws: Draws

    @classmethod
    def of(cls, data: dict[str, Any]) -> Drawn:
        """Return the program of a scenario's data with orders."""
        program, draws = program_of(data), Draws(1, 0)
        drawn = cls(program, draw_orders(program, draws), draws)
        play(*drawn)
        return drawn

    def played(self, player: Callable[..., Any]) -> int:
        """Play the orders, and return how many there are."""
        player(*self)
        return len(self.orders)


def speed(days: float, pairs: int) -> None:
    """Print the compiled engine's orders per second as a multiple of the others'."""
    short, year = Drawn.of(scenario_data(days)), Drawn.of(scenario_data(YEAR))
    again = partial(play, memory=Memory())  # as replications that follow each other
    rates = in_turn(
        {
            "plain": lambda: IdiomaticModel(days).run(),
            "play": partial(short.played, again),
            "draw and play": partial(draw_and, again, short.program),
            "reference": partial(short.played, play_reference),
            "draw and reference": partial(draw_and, play_reference, short.program),
            "play a year": partial(year.played, again),
            "draw and play a year": partial(draw_and, again, year.program),
        },
        pairs,
    )
    show("compiled, playing / idiomatic SimPy", rates["play"], rates["plain"], 150)
    show("compiled, playing a year at once / idiomatic SimPy", rates["play a year"], rates["plain"], 150)
    show("compiled, drawing and playing / idiomatic SimPy", rates["draw and play"], rates["plain"])
    show("compiled, drawing and playing a year / idiomatic SimPy", rates["draw and play a year"], rates["plain"])
    show("compiled / reference, both playing", rates["play"], rates["reference"])
    show("compiled / reference, both drawing and playing", rates["draw and play"], rates["draw and reference"])


# Growth ------------------------------------------------------------------------------------------------------------


def overloaded(days: float) -> dict[str, Any]:
    """Return the benchmark system at load 1.2 exactly: the queue grows for as long as it runs."""
    data = scenario_data(days, 1.2)
    pickers = data["resources"]["pickers"]["servers"]
    minutes = 1.2 * pickers * 1440 / (SEGMENTS * ORDERS_PER_DAY)
    data["levers"]["work"]["standard"]["fulfilment"]["setup_minutes"]["mean"] = minutes
    return data


def scarce(days: float) -> dict[str, Any]:
    """Return the benchmark system with a tenth of the stock it needs and a lead time of a quarter of the run.

    Nine orders in ten are backordered, and a quarter of all orders wait at the same time.
    """
    data = scenario_data(days)
    products = data["products"]
    demand = SEGMENTS * ORDERS_PER_DAY * 2 * days / len(products)  # two units an order
    for product in products.values():
        up_to = round(demand / 10)
        product["stock"]["policy"] |= {"order_up_to": up_to, "reorder_point": max(0, up_to - 1500)}
        product["stock"]["supply"]["lead_time_days"] = days / 4
    return data


def backordered(drawn: Drawn) -> float:
    """Return the share of order lines that are not served from stock at once."""
    records = play(*drawn)
    return float(np.mean(records.from_stock < drawn.orders.line_quantity))


def growth(pairs: int) -> None:
    """Print orders per second at several sizes as a multiple of those at the smallest.

    In the engine's own seconds: those in which the system gives it fresh pages depend on who else wants some. What the
    system without a backlog loses is the memory's doing; what the others lose beyond that is the backlog's.
    """
    systems = {"no backlog": scenario_data, "load 1.2": overloaded, "stock far too small": scarce}
    for name, system in systems.items():
        drawn = {size: Drawn.of(system(size / (SEGMENTS * ORDERS_PER_DAY))) for size in SIZES}
        shares = ", ".join(f"{backordered(each):.1%}" for each in drawn.values())
        print(f"{name}: backordered {shares}")
        rates = in_turn({str(size): partial(each.played, play) for size, each in drawn.items()}, pairs, user_time)
        for size in SIZES[1:]:
            show(f"{name}, {size:,} orders / {SIZES[0]:,} orders", rates[str(size)], rates[str(SIZES[0])])


# A sweep -----------------------------------------------------------------------------------------------------------


def variants(days: float) -> Iterator[Program]:
    """Return the scenarios of a sweep: they differ in prices, staff and stock, not in what customers do."""
    for number in range(SCENARIOS):
        data = scenario_data(days)
        data["resources"]["pickers"]["servers"] += number % 3
        for product in data["products"].values():
            product["list_price"] = 10 + number % 7
            product["stock"]["policy"]["order_up_to"] += 10 * number
        yield program_of(data)


def sweep(programs: list[Program], replication: int) -> float:
    """Return the share of CPU time that drawing takes in one replication of all scenarios."""
    draws, drawing, begin = Draws(1, replication), 0.0, process_time()
    for program in programs:
        start = process_time()
        orders = draw_orders(program, draws)
        drawing += process_time() - start
        found = facts(program, orders, play(program, orders, draws))
        post(found)
        measure(found)
    return drawing / (process_time() - begin)


def drawing_share(days: float, pairs: int) -> None:
    """Print the share of drawing in a sweep of 50 scenarios."""
    programs = list(variants(days))
    shares = [sweep(programs, replication) for replication in range(pairs)]
    middle = median(shares)
    met = "met" if middle <= DRAWING_GOAL else "missed"
    print(
        f"drawing in a sweep of {SCENARIOS} scenarios, {days:g} days: {middle:.1%}"
        f" ({min(shares):.1%} to {max(shares):.1%})   goal {DRAWING_GOAL:.0%}: {met}"
    )


# Memory and start --------------------------------------------------------------------------------------------------


def child(*arguments: str) -> tuple[str, float]:
    """Run a Python of its own, and return what it printed and its CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)  # noqa: S603 - ours
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ran.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def memory() -> None:
    """Print bytes per order, measured in a process of its own."""
    print(child("-m", "benchmarks.memory", "--goal", str(MEMORY_GOAL))[0], end="")


def start(pairs: int) -> None:
    """Print what it costs to load the engine from where its compilation is kept."""
    warm_up()
    works = {
        "engine": "from simcore.engines import prepare; prepare('compiled')",
        "Numba": "import numba",
    }
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(pairs):
        for name, code in works.items():
            seconds[name].append(child("-c", code)[1])
    show("cached start / start of a Python that imports Numba", seconds["engine"], seconds["Numba"])
    middle = median(seconds["engine"])
    print(f"cached start: {middle:.2f} CPU s   goal {START_GOAL}: {'met' if middle <= START_GOAL else 'missed'}")


def main() -> None:
    """Print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--days", type=float, default=20.0)
    options.add_argument("--pairs", type=int, default=5)
    options.add_argument("--only", nargs="*", help="speed, growth, sweep, memory, start; default: all of them")
    chosen = options.parse_args()
    parts = {
        "speed": lambda: speed(chosen.days, chosen.pairs),
        "growth": lambda: growth(chosen.pairs),
        "sweep": lambda: drawing_share(5 * chosen.days, chosen.pairs),
        "memory": memory,
        "start": lambda: start(2 * chosen.pairs),
    }
    warm_up()
    for name in chosen.only or parts:
        parts[name]()


if __name__ == "__main__":
    main()
