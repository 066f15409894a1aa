"""The true bound of a scenario: what no design that keeps its rules can earn more than, on average."""

from __future__ import annotations

from dataclasses import dataclass

from optimize.candidates.candidates import Candidates
from optimize.economics.economics import Estimator
from optimize.loop.optimistic import optimistic, presence_in_window
from optimize.milp.refinement import cheapest
from optimize.milp.unbounded import hires_without_cap
from optimize.offerings.columns import columns
from optimize.selection.canonical import canonical, taken
from optimize.selection.dominance import worth_keeping
from optimize.solver.status import Status
from scenarios.scenario import Scenario

MOST_COLUMNS = 50_000
"""Above this many offerings the bound is not computed: every one is looked at."""


@dataclass(frozen=True)
class TrueBound:
    """The most that any design can earn on average; without an amount, why there is none."""

    amount: float | None
    why_not: str = ""


def true_bound(scenario: Scenario, gap: float, node_limit: int | None = None) -> TrueBound:
    """Return the most that any design can earn on average (see :mod:`optimize.loop.optimistic`)."""
    if scenario.menu.visible:
        return TrueBound(None, "customers see the menu, and may take an offer that is made to others")
    every = columns(scenario)
    if len(every) > MOST_COLUMNS:
        return TrueBound(None, f"there are more than {MOST_COLUMNS:,} offerings")
    estimated = Candidates.of(scenario, every, Estimator(scenario).table(every), len(every))
    choice = optimistic(scenario, every, estimated.selection)
    kept = taken(choice, range(choice.n_segments), worth_keeping(choice))
    if hires_without_cap(kept):
        return TrueBound(None, "servers can be taken on without a cap")
    answer = cheapest(canonical(kept).selection, gap, node_limit)
    if answer.status not in (Status.OPTIMAL, Status.FEASIBLE):
        return TrueBound(None, f"the search for it ended as {answer.status.value}")
    return TrueBound(-answer.bound - presence_in_window(scenario))
