"""The choice that is asked about: its candidates, the plan that was found, and the choice solved again otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

import numpy as np

from optimize.candidates.candidates import Candidates
from optimize.candidates.worth_choosing import within_reach
from optimize.capacity.windows import team_of
from optimize.economics.economics import Estimator
from optimize.explanation.narrowed import again, again_near
from optimize.explanation.tangents import Straight, straight, variances
from optimize.plan import Plan, in_margin, plan_of
from optimize.search.search import Watch
from optimize.selection.dominance import worth_keeping
from optimize.selection.exact import Choice
from optimize.selection.restrictions import Limit
from optimize.selection.selection import Selection
from optimize.solve import MOST_PLAIN, PROVEN, Solution, solve
from scenarios.scenario import Scenario

CENT = 0.01
ROUNDING = 1e-9
"""Share of the margin by which two equal plans may differ."""


@dataclass(frozen=True)
class Question:
    """A scenario with its candidates (those worth choosing, and all within reach), and the plan that was chosen."""

    scenario: Scenario
    everything: Candidates
    candidates: Candidates
    solution: Solution

    @cached_property
    def estimator(self) -> Estimator:
        """Economics of columns that are no candidates."""
        return Estimator(self.scenario)

    @cached_property
    def plan(self) -> Plan:
        """The plan in the planner's terms."""
        return plan_of(self.scenario, self.candidates, self.solution)

    @cached_property
    def limited(self) -> Selection:
        """The choice with every window of the week, those as well that others imply as long as these hold."""
        known = self.candidates
        every = Candidates.of(self.scenario, known.columns, known.economics, known.compared, every_window=True)
        return every.selection

    @cached_property
    def hardest(self) -> frozenset[str]:
        """Names of the limits that no other limit implies: only these can hold the plan back alone."""
        return frozenset(limit.name for limit in self.candidates.selection.limits)

    def without_implied(self, loosened: Collection[str]) -> Selection:
        """Return the choice with the limits that matter where some are loosened: implied ones of their teams too."""
        teams = {team_of(name) for name in loosened}
        limits = tuple(
            limit if limit.name in self.hardest or team_of(limit.name) in teams else _free(limit)
            for limit in self.limited.limits
        )
        return replace(self.limited, limits=limits)

    @property
    def is_near(self) -> bool:
        """Whether other plans are looked for near this one only: gains are at least, shortfalls at most what is said.

        So it is where many columns share pools: to prove the best plan with all their roots takes long.
        """
        known = self.candidates.selection
        return bool(known.pools) and known.n_columns > MOST_PLAIN

    @cached_property
    def at(self) -> Mapping[str, float]:
        """Variance that the plan brings to each pool, by name."""
        return variances(self.candidates.selection, Choice(self.solution.columns, self.solution.hires))

    def straight(self, selection: Selection) -> Straight:
        """Return a changed choice on lines near the plan; where all plans are looked at, as it is."""
        return straight(selection, self.at) if self.is_near else Straight(selection, 0.0)

    def again(self, selection: Selection, least: float = -inf, explain: bool = True) -> Solution:
        """Return the best choice of a changed selection, if it is worth at least so much; near the plan, or of all."""
        found = again_near(selection, self.at, least, self.unsure) if self.is_near else None
        if found is None or (found.objective is None and explain and least == -inf):
            return again(selection, least, explain)
        return found

    def improved(self, selection: Selection, known: Solution) -> Solution:
        """Return the best choice of a changed selection of which a plan is known; near that plan, or of all."""
        least = -inf if known.objective is None else known.objective
        if not self.is_near:
            return again(selection, least)
        at = variances(selection, Choice(known.columns, known.hires))
        found = again_near(selection, at, least, self.unsure)
        return known if found.objective is None or found.objective < least else found

    @property
    def best(self) -> float:
        """What the plan earns, before the people present without it are paid."""
        if self.solution.objective is None:
            raise ValueError("There is no plan to explain.")
        return self.solution.objective

    @property
    def unsure(self) -> float:
        """Money by which the plan may fall short of the best one, and below which nothing can be told."""
        bound = self.best if self.solution.bound is None else self.solution.bound
        return max(CENT, ROUNDING * abs(self.best), bound - self.best)

    def gain(self, solution: Solution) -> float | None:
        """Return what a solution earns more than the plan; None without one, 0 where it cannot be told apart."""
        if solution.objective is None:
            return None
        more = solution.objective - self.best
        return more if abs(more) > self.unsure else 0.0


def _free(limit: Limit) -> Limit:
    """Return a limit of which nothing is used."""
    return replace(limit, usage=np.zeros(len(limit.usage)))


def question_of(
    scenario: Scenario, gap: float = PROVEN, node_limit: int | None = None, watch: Watch | None = None
) -> Question:
    """Return the choice of a scenario, solved, with all that is needed to ask about it; `watch` sees the search.

    Raises
    ------
    NoTrustworthyAnswer
        A floor or a promise of 100 %, which nothing could show.
    """
    everything = within_reach(scenario)
    candidates = everything.subset(scenario, worth_keeping(everything.selection))
    return Question(
        scenario, everything, candidates, solve(candidates.selection, gap, node_limit, watch=in_margin(scenario, watch))
    )
