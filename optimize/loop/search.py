"""The search: solve, simulate the best plans, correct the estimates that the simulation contradicts, solve again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf

from optimize.candidates.candidates import Candidates
from optimize.candidates.worth_choosing import within_reach
from optimize.capacity.presence import presence_cost
from optimize.loop.alternatives import Ranking
from optimize.loop.certificate import Kept, Reason, gap
from optimize.loop.corrected import Corrected, corrected
from optimize.loop.evidence import Evidence, evidence, floors
from optimize.loop.judge import Judge, Play
from optimize.loop.neighbours import neighbours
from optimize.loop.terms import Terms
from optimize.plan import Plan, plan_of
from optimize.selection.exact import Choice
from optimize.solve import Solution, given
from scenarios.design import Design
from scenarios.scenario import Scenario
from simcore.measures import MARGIN

Tell = Callable[[str], None]
DEEPER = 4
"""Replications of a plan are multiplied by this where nothing else is left to try."""


@dataclass
class Search:
    """The state of the search.

    Attributes
    ----------
    found : list of Evidence
        Of every plan that was simulated; in each iteration the best plan last, so that its evidence counts first.
    corrected : Corrected
        The choice with the corrections so far.
    first : Solution or None
        The plan by the first estimates.
    looked_around : list of Choice
        Plans whose neighbours were simulated.
    bound : float
        No plan is estimated to earn more, after the corrections so far.
    untried : float or None
        Likewise, of plans that only estimates of service rule out; None: those that may earn clearly more were tried.
    """

    scenario: Scenario
    play: Play
    terms: Terms
    tell: Tell
    found: list[Evidence] = field(default_factory=list)
    iterations: int = 0
    bound: float = float("inf")
    untried: float | None = None
    first: Solution | None = None
    looked_around: list[Choice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tell("estimating every offering")
        self.candidates: Candidates = within_reach(self.scenario, doubtful=True)
        self.presence = presence_cost(self.scenario)
        self.judge = Judge(self.scenario, self.play, self.terms.seed)
        self.corrected: Corrected = corrected(self.scenario, self.candidates, ())

    def run(self) -> Reason | None:
        """Search until the gap is within the tolerance or nothing changes; None: there is no plan at all.

        Where estimates lead no further, plans come to trial that only estimates rule out.
        """
        while True:
            ranking = self._solve()
            is_near, is_new = self._is_near(self.bound), self._is_new(ranking)
            doubted = (self._doubted() or self._neighbours()) if is_near or not is_new else []
            if not doubted and ranking.best.objective is None:
                return Reason.NO_PLAN_LEFT if self.found else None
            if is_near and (not doubted or self.iterations == self.terms.most_iterations):
                return Reason.WITHIN_TOLERANCE
            if self.iterations == self.terms.most_iterations:
                return Reason.ITERATIONS
            self.iterations += 1
            if doubted:
                self._simulate(doubted)
            elif is_new:
                self._simulate(ranking.new(self.terms.alternatives, self._known))
            elif ranking.choice is None or not self._deepen(ranking.choice):
                return Reason.NOTHING_CHANGES

    def _is_near(self, bound: float) -> bool:
        return bool(self.eligible) and gap(bound, self.incumbent.margin) <= self.terms.tolerance

    def _is_new(self, ranking: Ranking) -> bool:
        return ranking.choice is not None and not self._known(ranking.choice)

    def _solve(self) -> Ranking:
        self.tell("solving" if not self.found else "solving with corrected estimates")
        ranking = Ranking(self.corrected, self.terms.gap, self.terms.node_limit)
        self.first = self.first or ranking.best
        if ranking.best.bound is not None:
            self.bound = float(ranking.best.bound) - self.presence
        elif self.found:
            self.bound = self.incumbent.margin.mean
        return ranking

    def _doubted(self) -> list[Choice]:
        """Return plans to try that only estimates of service rule out, and that may earn clearly more than the best."""
        self.tell("solving without what only estimates rule out")
        known = corrected(self.scenario, self.candidates, self.found, doubting=True)
        ranking = Ranking(known, self.terms.gap, self.terms.node_limit)
        bound = -inf if ranking.best.bound is None else float(ranking.best.bound) - self.presence
        is_left = self._is_new(ranking) and not self._is_near(bound)
        self.untried = bound if is_left else None
        return ranking.new(self.terms.alternatives, self._known) if is_left else []

    def _neighbours(self) -> list[Choice]:
        """Return neighbours of the best plan that earn more in a few replications, whatever is estimated of them."""
        if not self.eligible or self.incumbent.choice in self.looked_around:
            return []
        best, looks = self.incumbent, self.terms.looks
        self.looked_around.append(best.choice)
        near = neighbours(self.scenario, self.candidates, best.choice, best.margin.mean)
        new = [choice for choice in near if not self._known(choice)]
        if not new:
            return []
        self.tell(f"simulating {len(new)} neighbours of the best plan")
        found = self.judge.simulate([design_of(self.plan(choice)) for choice in new], looks)
        least = float(best.simulation.totals(MARGIN)[0][:looks].mean())
        better = [
            (float(simulation.totals(MARGIN)[0][:looks].mean()), choice)
            for choice, simulation in zip(new, found, strict=True)
            if all(floor.verdict is not Kept.NO for floor in floors(simulation))
        ]
        better = sorted((one for one in better if one[0] > least), key=lambda one: -one[0])
        return [choice for _, choice in better[: self.terms.alternatives]]

    def _simulate(self, new: Sequence[Choice]) -> None:
        self.tell(f"iteration {self.iterations}: simulating {len(new)} plans")
        plans = [self.plan(choice) for choice in new]
        simulations = self.judge.simulate([design_of(plan) for plan in plans], self.terms.replications)
        for choice, plan, simulation in reversed(list(zip(new, plans, simulations, strict=True))):
            self.found.append(evidence(self.candidates, choice, plan, simulation, self.iterations))
        self.corrected = corrected(self.scenario, self.candidates, self.found)

    def _deepen(self, best: Choice) -> bool:
        """Simulate the best plan, by estimate and by simulation, for longer; False where that was long enough."""
        longer = False
        for choice in dict.fromkeys([self.incumbent.choice, best]):
            (place, one) = next((i, e) for i, e in enumerate(self.found) if e.choice == choice)
            have = len(one.simulation.replications)
            more = min(have * DEEPER, self.terms.most_replications)
            if more > have:
                longer = True
                self.tell(f"iteration {self.iterations}: simulating a plan for longer")
                simulation = self.judge.simulate([design_of(one.plan)], more)[0]
                del self.found[place]
                self.found.append(evidence(self.candidates, choice, one.plan, simulation, self.iterations))
        self.corrected = corrected(self.scenario, self.candidates, self.found)
        return longer

    def _known(self, choice: Choice) -> bool:
        return any(one.choice == choice for one in self.found)

    @property
    def eligible(self) -> list[Evidence]:
        """Plans that keep their floors in the simulation, the best first."""
        return sorted((one for one in self.found if one.keeps_floors), key=lambda one: -one.margin.mean)

    @property
    def incumbent(self) -> Evidence:
        """The best plan so far; the best of those that miss a floor where all do."""
        return (self.eligible or sorted(self.found, key=lambda one: -one.margin.mean))[0]

    def plan(self, choice: Choice) -> Plan:
        """Return a choice of candidates as a plan, with its estimates as they were before any correction."""
        selection = self.candidates.selection
        bound = -inf if self.first is None or self.first.bound is None else float(self.first.bound)
        return plan_of(self.scenario, self.candidates, given(selection, choice, bound))


def design_of(plan: Plan) -> Design:
    """Return the design of a plan that has one."""
    if plan.design is None:
        raise ValueError("the plan has no design")
    return plan.design
