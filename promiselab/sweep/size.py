"""How large a sweep is: refused before it starts where it would take days, and predicted before it is paid for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from optimize.plausibility import too_many_orders
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
SHORT_DAYS = 7.0


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
        f"Lower it, calendar.measured_days, the {replications} replications or the points; the limit is 500 million "
        "orders a sweep, or --allow-large."
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


def predict(scenario: Scenario, orders: float, engine: Engine, workers: int) -> Prediction:
    """Return what is expected, from playing a short replication of the scenario twice (the first one warms up)."""
    calendar = scenario.calendar.model_copy(update={"measured_days": min(SHORT_DAYS, scenario.calendar.measured_days)})
    short = scenario.model_copy(update={"calendar": calendar})
    program = compile_program(short)
    make_ready(engine.name)
    for index in (0, 1):
        began = perf_counter()
        replicate(program, Draws(0, index), engine.name)
        took = perf_counter() - began
    played = max(expected_orders(short), 1.0)
    how = f"a replication of {calendar.measured_days:g} days ({played:,.0f} orders) took {took:.3f} s"
    return Prediction(orders, orders / played * took / workers, f"{how}; {workers} workers")
