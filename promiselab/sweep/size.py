"""How large a sweep is: refused before it starts where it would take days, and predicted before it is paid for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from time import perf_counter

from optimize.plausibility.plausibility import too_many_orders
from promiselab.progress import make_ready
from promiselab.sweep.cases import Case, unique
from promiselab.sweep.engines import Engine
from scenarios.problems import Problem, TooLarge
from scenarios.scenario import Scenario
from simcore.demand import expected_orders
from simcore.draws import Draws
from simcore.program import compile_program
from simcore.replications import replicate

MOST_ORDERS = 5e8
MOST_CASES = 10_000
TRIED_SECONDS = 0.1
"""Of work that a prediction is worth, played three times."""
TABLES_SECONDS, PAGE_SECONDS = 0.003, 2.0
"""What a replication of a case takes after it is simulated, and the report at the end (``benchmarks/scale.py``)."""


def refuse_many_points(count: int) -> None:
    """Refuse more points than a sweep can show.

    Raises
    ------
    TooLarge
        More than 10,000.
    """
    if count > MOST_CASES:
        what = f"{count:,} points; a sweep has at most {MOST_CASES:,}"
        raise TooLarge([Problem("points", what, "Shorten an axis, or sample it: --design-of latin-hypercube.")])


def refuse_many_orders(
    scenario: Scenario, orders: float, replications: int, engine: Engine, allowed: bool = False
) -> None:
    """Refuse work that would take days.

    Parameters
    ----------
    scenario : Scenario
        The point with the most orders, whose field is named.
    orders : float
        Potential orders in all: points x replications x orders of each.
    allowed : bool
        ``--allow-large``.

    Raises
    ------
    TooLarge
        More than 500 million potential orders, with what it would take and the field to lower.
    """
    if orders <= MOST_ORDERS or allowed:
        return
    advice = (
        f"Lower it, calendar.measured_days, the replications ({replications:,}) or the points; the limit is 500 "
        "million orders a sweep, or --allow-large."
    )
    raise too_many_orders(scenario, orders, engine.name, advice)


@dataclass(frozen=True)
class Prediction:
    """What a sweep is expected to take.

    Attributes
    ----------
    orders : float
        Potential orders still to be simulated.
    seconds : float
        Of wall time.
    how : str
        What the prediction rests on.
    """

    orders: float
    seconds: float
    how: str


def orders_of(found: Sequence[Case], replications: int) -> float:
    """Return the potential orders of all cases that are simulated, each once."""
    return sum(case.orders for case in unique(found)) * replications


def predict(scenario: Scenario, found: Sequence[Case], replications: int, engine: Engine, workers: int) -> Prediction:
    """Return what is expected of all cases, from playing a replication of the scenario, or its first days.

    It is played three times: to warm up, drawn and played, and played again, as by all cases but the first.
    """
    days = _tried_days(scenario, engine)
    calendar = scenario.calendar.model_copy(update={"measured_days": days})
    tried = scenario.model_copy(update={"calendar": calendar})
    program, played = compile_program(tried), max(expected_orders(tried), 1.0)
    make_ready(engine.name)
    took, draws = [], Draws(0, 0)
    for drawn in (Draws(0, 1), draws, draws):
        began = perf_counter()
        replicate(program, drawn, engine.name)
        took.append(perf_counter() - began)
    count, orders = sum(1 for _ in unique(found)), orders_of(found, replications)
    drawing = max(0.0, took[1] - took[2]) / max(count, 1)
    simulating = orders / played * (took[2] + drawing) / workers
    how = f"a replication of {days:g} days ({played:,.0f} orders) took {took[1]:.3f} s, and {took[2]:.3f} s once drawn"
    return Prediction(
        orders,
        simulating + count * replications * TABLES_SECONDS + PAGE_SECONDS,
        f"{how}; {workers} {'worker' if workers == 1 else 'workers'}; tables and report",
    )


def _tried_days(scenario: Scenario, engine: Engine) -> float:
    """Return so many days that it takes about TRIED_SECONDS to play them; all of them if that takes less."""
    days = scenario.calendar.measured_days
    most = TRIED_SECONDS * engine.orders_per_second / max(expected_orders(scenario), 1.0) * days
    return min(days, max(1.0, float(ceil(most))))
